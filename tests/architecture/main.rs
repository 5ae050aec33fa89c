//! The rules of ARCHITECTURE.md, held against the text of `src/`: who imports whom, who names the toolkit, how long a
//! file may be, and that nothing outside tests unwraps.
//!
//! The text is cut into words and signs; comments, literals and, where it is about the program alone, everything under
//! `#[cfg(test)]` are left out. Then each rule is shown a source that breaks it.

mod import;
mod planted;
mod rules;
mod source;
mod tokens;

use rules::{forbidden_imports, long_files, strangers_to_the_table, toolkit_outside_the_window, unwraps};
use source::sources;

fn assert_unbroken(broken: Vec<String>) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn every_layer_imports_only_what_it_may() {
    assert_unbroken(forbidden_imports(&sources()));
}

#[test]
fn every_top_module_has_its_row_in_the_table() {
    assert_unbroken(strangers_to_the_table(&sources()));
}

#[test]
fn only_the_window_names_its_toolkit() {
    assert_unbroken(toolkit_outside_the_window(&sources()));
}

#[test]
fn no_file_is_longer_than_400_lines() {
    assert_unbroken(long_files(&sources()));
}

#[test]
fn nothing_outside_tests_unwraps() {
    assert_unbroken(unwraps(&sources()));
}

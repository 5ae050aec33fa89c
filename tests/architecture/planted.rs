//! Planted faults: each rule sees what breaks it, and sees nothing where nothing is broken.

use crate::{
    assert_unbroken,
    rules::{forbidden_imports, long_files, strangers_to_the_table, toolkit_outside_the_window, unwraps},
    source::Source,
};

fn seen(path: &str, text: &str) -> Vec<String> {
    forbidden_imports(&[Source::new(path, text)])
}

#[test]
fn a_domain_that_imports_the_session_is_seen() {
    let text = "use crate::session::Desk;";
    assert_eq!(seen("domain/key.rs", text), ["src/domain/key.rs:1: domain may not import session::Desk"]);
}

#[test]
fn a_forbidden_branch_of_an_import_tree_is_seen() {
    let text = "use crate::{\n    domain::{self, Secret as S},\n    keystore::{Export, KeyStore},\n};\n";
    assert_eq!(seen("page/login.rs", text), ["src/page/login.rs:3: page may not import keystore::KeyStore"]);
}

#[test]
fn a_forbidden_path_inside_an_expression_is_seen() {
    let text = "fn f() { g(&crate::cli::HELP, 'x'); }";
    assert_eq!(seen("wizard/act.rs", text), ["src/wizard/act.rs:1: wizard may not import cli::HELP"]);
}

#[test]
fn an_import_that_climbs_out_of_its_layer_is_seen() {
    assert_eq!(seen("journal/line.rs", "use super::super::ui::run;").len(), 1);
    assert_eq!(seen("journal/mod.rs", "use super::session;").len(), 1);
    assert_eq!(seen("journal/line.rs", "mod inner { use super::super::super::session; }").len(), 1);
    assert_eq!(seen("journal/line.rs", "use self::super::super::*;").len(), 1);
}

#[test]
fn an_import_of_the_whole_crate_is_seen() {
    assert_eq!(seen("session/desk.rs", "use crate::*;").len(), 1);
}

#[test]
fn a_layer_that_nobody_listed_is_seen() {
    assert_eq!(strangers_to_the_table(&[Source::new("utils/mod.rs", "")]), ["utils"]);
    assert_eq!(seen("utils/mod.rs", "use crate::domain::Secret;").len(), 1);
}

#[test]
fn a_page_that_names_the_toolkit_is_seen() {
    for text in ["use iced::Element;", "fn f() -> iced_core::Color { x }"] {
        assert_eq!(toolkit_outside_the_window(&[Source::new("page/login.rs", text)]).len(), 1, "{text}");
    }
    assert!(toolkit_outside_the_window(&[Source::new("ui/app.rs", "use iced::Element;")]).is_empty());
}

#[test]
fn a_file_of_401_lines_is_seen() {
    assert_eq!(long_files(&[Source::new("a.rs", "\n".repeat(401))]), ["src/a.rs: 401 lines"]);
    assert!(long_files(&[Source::new("a.rs", "\n".repeat(400))]).is_empty());
}

#[test]
fn an_unwrap_is_seen() {
    let text = "fn f() {\n    read()\n        .unwrap();\n}\n#[cfg(test)]\nmod tests { fn g() { read().unwrap(); } }\n";
    assert_eq!(unwraps(&[Source::new("domain/key.rs", text)]), ["src/domain/key.rs:3: unwraps"]);
}

#[test]
fn an_unwrap_after_a_test_module_is_seen() {
    let text = "#[cfg(test)]\n#[path = \"x.rs\"]\nmod tests;\nfn f() { read().unwrap() }";
    assert_eq!(unwraps(&[Source::new("domain/key.rs", text)]).len(), 1);
}

#[test]
fn comments_texts_and_tests_are_no_imports() {
    let harmless = r###"
        //! use crate::session::Desk; "
        /* use crate::ui; /* nested */ iced .unwrap() */
        const A: &str = "use crate::ui; \" iced";
        const B: &str = r#"crate::cli::HELP " .unwrap()"#;
        const C: char = '"';
        fn f<'a>(r#type: &'a u8) -> &'a [u8] { b"iced" }
        pub(crate) struct D;
        #[cfg(test)]
        mod tests { use crate::session::Desk; fn g() { x.unwrap(); } }
    "###;
    let source = || Source::new("domain/key.rs", harmless);
    assert_unbroken(
        [forbidden_imports, toolkit_outside_the_window, unwraps].iter().flat_map(|rule| rule(&[source()])).collect(),
    );
}

#[test]
fn a_test_module_in_a_file_of_its_own_is_no_part_of_the_program() {
    let sources = [
        Source::new("journal/mod.rs", "#[cfg(test)]\nmod tests;"),
        Source::new("journal/tests.rs", "use crate::session; fn f() { x.unwrap(); }"),
    ];
    assert_unbroken([forbidden_imports(&sources), unwraps(&sources)].concat());
}

#[test]
fn what_a_layer_may_import_is_no_breach() {
    let text = "use crate::{domain::Secret, keystore::StoreLock};\nuse super::model::{self, Page};\nuse self::text::*;";
    assert_unbroken(seen("page/login.rs", text));
    assert_unbroken(seen("protocol/transport/http.rs", "use super::{super::{ClientIdentity, Connected}, MAX_BODY};"));
}

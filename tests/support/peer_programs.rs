//! Other people's programs: whether they are here, and what they say.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// Whether all of them are here. A skipped test is never silent.
pub fn are_here(test: &str, programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_missing = |name: &&&str| !std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    match programs.iter().find(is_missing) {
        Some(missing) => skip(test, &format!("{missing} is not installed")),
        None => true,
    }
}

/// Says so past the capture of libtest, and is always `false`.
pub fn skip(test: &str, reason: &str) -> bool {
    tell(&format!("skipped: {test}: {reason}\n"));
    false
}

pub fn tell(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).expect("stderr");
}

pub fn output(program: &str, arguments: &[&str]) -> Output {
    output_of(Command::new(program).args(arguments))
}

pub fn output_of(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("it starts")
}

/// Standard output of a program that must end well.
pub fn said(program: &str, arguments: &[&str]) -> String {
    let output = output(program, arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every file of a folder with its content.
pub fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.map(|file| (file.clone(), fs::read(&file).expect("a file"))).collect()
}

//! For whoever writes a profile.

use std::process::{Command, Output};

use crate::town::town;

fn profile(look: &str, file: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shirushi")).args(["profile", look]).arg(file).output().expect("the program runs")
}

#[test]
fn a_profile_is_checked_and_its_mistake_told_with_line_and_column() {
    let good = profile("check", &town().profile());
    assert_eq!((good.status.code(), good.stderr.as_slice()), (Some(0), &b""[..]));
    for (name, from, to, says) in [
        ("check-field.toml", "max_polls = 20", "max_polls = 20\nsurprise = 1", "line 21, column 1"),
        ("check-protocol.toml", "protocol = \"est\"", "protocol = \"webform\"", "line 17, column 1"),
        ("check-basic.toml", "[role.basic]", "[role.basik]", "basik"),
    ] {
        let bad = profile("check", &town().profile_with(name, from, to));
        let told = String::from_utf8_lossy(&bad.stderr).into_owned();
        assert_eq!(bad.status.code(), Some(2), "{told}");
        assert!(told.contains(says) && told.contains(name), "{told}");
    }
}

#[test]
fn a_ca_without_a_page_is_not_probed() {
    let told = profile("probe", &town().profile());
    assert_eq!(told.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&told.stdout).contains("nothing was asked"));
}

#[test]
fn a_profile_that_is_not_there_is_told_by_its_name() {
    let told = profile("probe", std::path::Path::new("/nowhere/bank.toml"));
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("/nowhere/bank.toml"));
}

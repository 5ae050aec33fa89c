//! For whoever writes a profile.

use std::process::{Command, Output};

use practice_bank::Replay;

use crate::town::{Town, town};

fn profile(look: &str, file: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shirushi")).args(["profile", look]).arg(file).output().expect("the program runs")
}

#[test]
fn a_profile_is_checked_and_its_mistake_told_with_line_and_column() {
    let good = profile("check", &town().profile());
    assert_eq!((good.status.code(), good.stderr.as_slice()), (Some(0), &b""[..]));
    for (name, from, to, says) in [
        ("check-field.toml", "max_polls = 20", "max_polls = 20\nsurprise = 1", "line 27, column 1"),
        ("check-protocol.toml", "protocol = \"est\"", "protocol = \"webform\"", "line 23, column 1"),
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
fn what_the_practice_bank_writes_is_accepted() {
    for file in [town().profile(), town().profile_of_the_old_pages()] {
        let told = profile("check", &file);
        assert_eq!((told.status.code(), told.stderr.as_slice()), (Some(0), &b""[..]));
        assert!(String::from_utf8_lossy(&told.stdout).contains("a profile without mistakes"), "{told:?}");
    }
}

#[test]
fn a_probe_of_the_old_pages_shows_what_becomes_of_each_input_and_sends_nothing() {
    let town = Town::build(Replay::Same);
    let told = profile("probe", &town.profile_of_the_old_pages());
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert_eq!(told.status.code(), Some(0), "{text}");
    for line in [
        "charset Shift_JIS",
        "form name=enroll id=-  <- step 1",
        "  session          hidden    carried over",
        "  keiyakusha       text      <- {contract_id}",
        "  riyousha         text      <- {user_id}",
        "  ansho            password  <- {password}",
        "  kakunin          password  <- {confirmation}",
        "  public_key       hidden    <- the PKCS#10 request",
        "  btn              button    pressed",
        "Everything that step 1 names is there.",
        "Nothing was sent.",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}\n{text}");
    }
    // The look at the server, and the page.
    assert_eq!(town.asked_at("webform"), ["GET /sscm//client/userEnrollMS.htm"; 2]);
    assert_eq!(town.asked_at("est"), [""; 0]);
    assert_eq!(town.bank.counters().first, 0);
}

#[test]
fn a_probe_says_which_input_the_page_does_not_have() {
    let text = town().bank.profile_webform_toml().replace("kakunin =", "kakunin2 =");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("misspelt.toml");
    std::fs::write(&file, text).expect("a file");
    let told = profile("probe", &file);
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert_ne!(told.status.code(), Some(0), "{text}");
    assert!(text.lines().any(|line| line == "  kakunin2         MISSING"), "{text}");
}

#[test]
fn a_profile_that_is_not_there_is_told_by_its_name() {
    let told = profile("probe", std::path::Path::new("/nowhere/bank.toml"));
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("/nowhere/bank.toml"));
}

//! What an enrollment can come to.

use practice_bank::{Case, Fault, Replay};

use crate::town::{Pc, Town, numbers, town};

#[test]
fn a_certificate_is_installed_and_described() {
    let Some(pc) = Pc::new("a_certificate_is_installed_and_described") else { return };
    let guest = town().guest();
    let told = pc.enroll(&town().profile(), &guest, &[]);
    told.installed();
    for member in ["subject", "issuer", "serial", "not_after", "spki_sha256"] {
        assert!(told.last[member].is_string(), "{member} is missing: {}", told.all);
    }
    told.ends(0, &[("store", &pc.store()), ("level", "medium"), ("effective_level", "low"), ("login", "proven")]);
    assert!(told.last["subject"].as_str().is_some_and(|name| name.contains(&guest.common_name())));
    assert_eq!(told.steps().first(), Some(&"make-key"));
    assert_eq!((town().issued(&guest), town().posts(&guest)), (1, 1));
    assert_eq!(pc.stages(), ["done"]);
    pc.resume(&[], "").ends(0, &[("result", "nothing")]);
}

#[test]
fn a_wrong_number_is_refused_by_the_bank_and_leaves_no_key() {
    let Some(pc) = Pc::new("a_wrong_number_is_refused_by_the_bank_and_leaves_no_key") else { return };
    let mut guest = town().guest();
    guest.password = "wrong-one".into();
    let told = pc.enroll(&town().profile(), &guest, &[]);
    told.failed(3, "E01", "no");
    told.ends(3, &[("blame", "user"), ("next", "enter-again")]);
    assert_eq!(told.last["tries_left"], 6);
    assert_eq!(pc.stages(), ["abandoned"]);
}

#[test]
fn what_the_bank_refuses_has_its_own_code() {
    let Some(pc) = Pc::new("what_the_bank_refuses_has_its_own_code") else { return };
    pc.enroll(&town().profile(), &town().customer(Case::Taken), &[]).failed(3, "E03", "no");
    pc.enroll(&town().profile(), &town().customer(Case::Maintenance), &[]).failed(3, "E13", "no");
    let mut locked = town().customer(Case::WrongNumberLocks);
    locked.confirmation = "wrong-one".into();
    let codes: Vec<String> = (0..8)
        .map(|_| pc.enroll(&town().profile(), &locked, &[]).last["code"].as_str().unwrap_or("?").to_owned())
        .collect();
    assert_eq!(codes, ["E01", "E01", "E01", "E01", "E01", "E01", "E02", "E02"]);
}

#[test]
fn a_bank_that_is_not_there_is_the_network() {
    let Some(pc) = Pc::new("a_bank_that_is_not_there_is_the_network") else { return };
    let closed = town().profile_with("closed.toml", &town().bank.ready().ca, "https://localhost:1/.well-known/est");
    let told = pc.enroll(&closed, &town().guest(), &[]);
    told.failed(4, "E10", "no");
    told.ends(4, &[("blame", "network"), ("next", "try-again")]);
}

#[test]
fn a_server_of_other_roots_is_not_the_bank() {
    let Some(pc) = Pc::new("a_server_of_other_roots_is_not_the_bank") else { return };
    let stranger = Town::found();
    let guest = stranger.guest();
    let profile = town().profile_with("stranger.toml", &town().bank.ready().ca, &stranger.bank.ready().ca);
    pc.enroll(&profile, &guest, &[]).failed(4, "S01", "no");
    assert_eq!(stranger.posts(&guest), 0, "nothing was sent to it");
}

#[test]
fn a_wrong_answer_is_kept_and_never_called_a_certificate() {
    let name = "a_wrong_answer_is_kept_and_never_called_a_certificate";
    let town = Town::build(Replay::Same);
    for fault in [Fault::OtherKey, Fault::OtherIssuer, Fault::NotClientAuth] {
        let Some(pc) = Pc::new(name) else { return };
        let guest = town.guest();
        town.bank.fault(fault);
        pc.enroll(&town.profile(), &guest, &[]).failed(3, "S04", "unknown");
        assert_eq!(pc.stages(), ["rejected"], "{fault:?}");
        pc.resume(&["--credentials", "-"], &numbers(&guest)).failed(3, "S04", "unknown");
        assert_eq!(town.posts(&guest), 1, "{fault:?}: nothing is sent again");
    }
}

#[test]
fn a_store_that_is_too_weak_is_refused_where_the_bank_says_so() {
    let Some(pc) = Pc::new("a_store_that_is_too_weak_is_refused_where_the_bank_says_so") else { return };
    let strict = town().profile_with("strict.toml", "weaker_store = \"warn\"", "weaker_store = \"refuse\"");
    let guest = town().guest();
    pc.enroll(&strict, &guest, &[]).failed(5, "S06", "no");
    assert_eq!(town().posts(&guest), 0);
}

//! Records that cannot be read: told, left alone, and no reason to lose the others.

use std::fs;

use practice_bank::{Fault, Replay};

use crate::town::{Pc, Town, numbers, town};

const NEWER: &str = "shirushi-00000000000000aa.journal";

/// A record as a later version of this program might write it.
fn newer() -> String {
    use sha2::{Digest as _, Sha256};
    let json = r#"{"v":3,"at":"2026-01-01T00:00:00Z","event":{"later":1}}"#;
    let sum: String = Sha256::digest(json).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{sum} {json}\n")
}

#[test]
fn a_record_of_a_newer_version_keeps_new_requests_back_and_is_left_alone() {
    let name = "a_record_of_a_newer_version_keeps_new_requests_back_and_is_left_alone";
    let Some(pc) = Pc::new(name) else { return };
    let guest = town().guest();
    fs::create_dir_all(pc.state().join("enrollments")).expect("a folder");
    let file = pc.write(&format!("state/enrollments/{NEWER}"), newer());
    let told = pc.enroll(&town().profile(), &guest, &[]);
    told.failed(5, "M13", "unknown");
    assert!(told.last["detail"].as_str().is_some_and(|detail| detail.contains("newer version")), "{}", told.all);
    assert_eq!(town().posts(&guest), 0);
    let status = pc.run(&["status", "--json"], "");
    status.ends(0, &[]);
    assert_eq!(status.last["unreadable"][0]["key_label"], "shirushi-00000000000000aa", "{}", status.all);
    assert_eq!(fs::read_to_string(file).expect("still there"), newer());
}

#[test]
fn what_can_be_read_goes_on_beside_what_cannot() {
    let Some(pc) = Pc::new("what_can_be_read_goes_on_beside_what_cannot") else { return };
    let town = Town::build(Replay::Same);
    let guest = town.guest();
    town.bank.fault(Fault::DropBeforeAnswer);
    pc.enroll(&town.profile(), &guest, &[]).failed(4, "E14", "unknown");
    pc.write(&format!("state/enrollments/{NEWER}"), newer());
    pc.resume(&["--credentials", "-"], &numbers(&guest)).installed();
    assert_eq!(town.issued(&guest), 1);
    pc.resume(&[], "").failed(5, "M13", "unknown");
}

#[test]
fn damage_is_told_and_never_tidied() {
    let Some(pc) = Pc::new("damage_is_told_and_never_tidied") else { return };
    let town = Town::build(Replay::Same);
    let guest = town.guest();
    town.bank.fault(Fault::DropBeforeAnswer);
    pc.enroll(&town.profile(), &guest, &[]).failed(4, "E14", "unknown");
    let journal = pc.journals().remove(0);
    let whole = fs::read(&journal).expect("the record");
    // One bit in each line: the first, one in the middle, the last.
    let ends: Vec<usize> = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    for place in [20, ends[1] + 20, ends[ends.len() - 2] + 20] {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        fs::write(&journal, &damaged).expect("written");
        pc.enroll(&town.profile(), &guest, &[]).failed(5, "M14", "unknown");
        pc.resume(&[], "").failed(5, "M14", "unknown");
        assert_eq!(fs::read(&journal).expect("still there"), damaged, "left alone");
        assert_eq!(town.posts(&guest), 1);
    }
    fs::write(&journal, &whole).expect("written");
    pc.resume(&["--credentials", "-"], &numbers(&guest)).installed();
}

#[test]
fn damage_in_the_record_of_something_finished_keeps_nothing_back() {
    let Some(pc) = Pc::new("damage_in_the_record_of_something_finished_keeps_nothing_back") else { return };
    pc.enroll(&town().profile(), &town().guest(), &[]).installed();
    let journal = pc.journals().remove(0);
    let mut bytes = fs::read(&journal).expect("the record");
    bytes[40] ^= 1;
    fs::write(&journal, bytes).expect("written");
    pc.enroll(&town().profile(), &town().guest(), &[]).installed();
}

/// Nothing was lost: the program that can read the record goes on with it.
#[test]
fn a_record_of_a_newer_version_goes_on_with_resume_by_every_verb() {
    let Some(pc) = Pc::new("a_record_of_a_newer_version_goes_on_with_resume_by_every_verb") else { return };
    let town = Town::build(Replay::Refuse);
    fs::create_dir_all(pc.state().join("enrollments")).expect("a folder");
    pc.write(&format!("state/enrollments/{NEWER}"), newer());
    for told in [pc.enroll(&town.profile(), &town.guest(), &[]), pc.resume(&[], "")] {
        told.failed(5, "M13", "unknown");
        told.ends(5, &[("next", "resume")]);
    }
}

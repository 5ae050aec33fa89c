//! A browser's database with a password: asked for, refused, taken, and never a reason to lose anything.

use std::{fs, process::Command};

use practice_bank::{Account, Fault, Replay};

use crate::{
    carried::pem,
    town::{Pc, Town, numbers, skipped, start, told, town},
};

const PASSWORD: &str = "ひらけごま1";

fn pc(test: &str) -> Option<Pc> {
    if Command::new("certutil").arg("-H").output().is_err() {
        skipped(test, "certutil missing");
        return None;
    }
    let pc = Pc::new(test)?;
    pc.lock_store(PASSWORD);
    Some(pc)
}

fn with_secret(account: &Account, secret: &str) -> String {
    format!("{}store_secret = \"{secret}\"\n", numbers(account))
}

#[test]
fn the_password_is_asked_refused_and_taken() {
    let Some(pc) = pc("the_password_is_asked_refused_and_taken") else { return };
    let guest = town().guest();
    let enroll = |input: &str| told(start(&mut pc.enrollment(&town().profile()), input));
    enroll(&numbers(&guest)).failed(5, "M01", "no");
    enroll(&with_secret(&guest, "wrong")).failed(5, "M01", "no");
    assert_eq!(town().posts(&guest), 0);
    let installed = enroll(&with_secret(&guest, PASSWORD));
    installed.installed();
    installed.ends(0, &[("level", "medium"), ("effective_level", "medium")]);
    assert_eq!((town().posts(&guest), town().issued(&guest)), (1, 1));
}

#[test]
fn a_number_that_was_refused_before_does_not_close_the_store_for_good() {
    let Some(pc) = pc("a_number_that_was_refused_before_does_not_close_the_store_for_good") else { return };
    let guest = town().guest();
    let wrong = Account { password: "wrong-one".into(), ..guest.clone() };
    let enroll = |input: &str| told(start(&mut pc.enrollment(&town().profile()), input));
    enroll(&with_secret(&wrong, PASSWORD)).failed(3, "E01", "no");
    enroll(&with_secret(&guest, PASSWORD)).installed();
}

#[test]
fn an_answer_that_waits_is_installed_with_the_password_alone() {
    let Some(pc) = pc("an_answer_that_waits_is_installed_with_the_password_alone") else { return };
    let town = Town::build(Replay::Refuse);
    let guest = town.guest();
    town.bank.fault(Fault::DropBeforeAnswer);
    told(start(&mut pc.enrollment(&town.profile()), &with_secret(&guest, PASSWORD))).failed(4, "E14", "unknown");
    let answer = pc.write("answer.pem", pem(&town.issued_chain(&guest)));
    let answer = answer.display().to_string();
    let resume = |input: &str| pc.resume(&["--answer", &answer, "--credentials", "-"], input);
    pc.resume(&["--answer", &answer], "").failed(5, "M01", "yes");
    resume("store_secret = \"wrong\"\n").failed(5, "M01", "yes");
    resume(&format!("store_secret = \"{PASSWORD}\"\n")).installed();
}

/// A kill between key and request leaves a file with a key that nothing was sent for; without the password nobody can
/// take it away.
#[test]
fn a_file_with_the_key_of_a_run_that_was_killed_is_used_again() {
    let Some(pc) = Pc::new("a_file_with_the_key_of_a_run_that_was_killed_is_used_again") else { return };
    let (file, profile) = (pc.path("certificate.p12"), town().profile().display().to_string());
    let enroll = |guest: &Account| {
        let store = format!("pkcs12:{}", file.display());
        let arguments = ["enroll", "--yes", "--json", "--credentials", "-", "--store", &store, "--profile", &profile];
        pc.run(&arguments, &with_secret(guest, PASSWORD))
    };
    enroll(&town().guest()).installed();
    let journal = pc.journals().remove(0);
    let lines = fs::read_to_string(&journal).expect("a record");
    fs::write(&journal, lines.split_inclusive('\n').take(2).collect::<String>()).expect("a record");
    assert_eq!(pc.stages(), ["key-made"]);
    enroll(&town().guest()).installed();
    assert_eq!(pc.stages(), ["abandoned", "done"]);
}

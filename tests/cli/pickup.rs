//! Pick-up later, for a script: a receipt is exit 7 with a reference, and the PIN goes where every secret goes.

use std::fs;

use practice_bank::{Account, Fault, Manners, Pickup, Replay};

use crate::town::{Pc, Town};

fn late_town() -> Town {
    late(Replay::Same)
}

fn late(replay: Replay) -> Town {
    Town::build_with(replay, Manners { pickup: Pickup::WhenPrepared, ..Manners::default() })
}

fn registered(pc: &Pc, town: &Town) -> (Account, String) {
    let guest = town.guest();
    let told = pc.enroll(&town.profile_of_the_old_pages(), &guest, &[]);
    let letter = town.bank.letters(&guest).pop().expect("a letter");
    told.ends(7, &[("result", "pending"), ("reference", &letter.reference)]);
    (guest, letter.pin)
}

fn with_pin(pc: &Pc, pin: &str) -> crate::town::Told {
    pc.resume(&["--credentials", "-"], &format!("pickup_pin = \"{pin}\"\n"))
}

#[test]
fn a_receipt_is_pending_and_its_pin_brings_the_certificate() {
    let Some(pc) = Pc::new("a_receipt_is_pending_and_its_pin_brings_the_certificate") else { return };
    let town = late_town();
    let (guest, pin) = registered(&pc, &town);
    let told = pc.resume(&[], "");
    told.ends(7, &[("result", "pending")]);
    assert!(told.last["reference"].is_string() && told.last["retry_at"].is_null(), "{}", told.all);
    assert!(pc.run(&["status", "--json"], "").last["enrollments"][0]["reference"].is_string());
    town.bank.prepare_pickups().expect("prepared");
    let wrong = with_pin(&pc, "0");
    wrong.failed(3, "E01", "unknown");
    assert_eq!(
        (wrong.last["tries_left"].as_u64(), pc.stages()),
        (Some(2), vec!["pending".to_owned()]),
        "{}",
        wrong.all
    );
    let told = with_pin(&pc, &pin);
    told.installed();
    assert_eq!(told.steps()[0], "pick-up", "{}", told.all);
    assert_eq!((town.issued(&guest), town.posts(&guest)), (1, 3));
    let journal = fs::read_to_string(&pc.journals()[0]).expect("a journal");
    assert!(!told.all.contains(&pin) && !journal.contains(&pin), "the PIN is nowhere");
}

#[test]
fn not_yet_says_when_and_is_not_asked_before() {
    let Some(pc) = Pc::new("not_yet_says_when_and_is_not_asked_before") else { return };
    let town = late_town();
    let (guest, pin) = registered(&pc, &town);
    for _ in 0..2 {
        let told = with_pin(&pc, &pin);
        told.ends(7, &[("result", "pending")]);
        assert!(told.last["retry_at"].is_string(), "{}", told.all);
    }
    assert_eq!(town.posts(&guest), 2, "the second one asked nobody");
}

#[test]
fn an_expired_pick_up_is_e04_now_and_later() {
    let Some(pc) = Pc::new("an_expired_pick_up_is_e04_now_and_later") else { return };
    let town = late_town();
    let (guest, pin) = registered(&pc, &town);
    town.bank.expire_pickups().expect("expired");
    for _ in 0..2 {
        with_pin(&pc, &pin).failed(3, "E04", "unknown");
    }
    assert_eq!(town.posts(&guest), 2, "the second one asked nobody");
}

/// The bank keeps the application as before: what it gives twice is no question here.
#[test]
fn a_pin_that_has_not_left_goes_on_with_resume_also_where_nothing_is_given_twice() {
    let name = "a_pin_that_has_not_left_goes_on_with_resume_also_where_nothing_is_given_twice";
    let Some(pc) = Pc::new(name) else { return };
    let town = late(Replay::Refuse);
    let (_, pin) = registered(&pc, &town);
    drop(town);
    let told = with_pin(&pc, &pin);
    told.failed(4, "E10", "unknown");
    told.ends(4, &[("next", "resume")]);
}

#[test]
fn after_a_lost_answer_the_pin_is_used_at_once() {
    let Some(pc) = Pc::new("after_a_lost_answer_the_pin_is_used_at_once") else { return };
    let town = late(Replay::Same);
    let (guest, pin) = registered(&pc, &town);
    town.bank.prepare_pickups().expect("prepared");
    town.bank.fault(Fault::Truncate);
    with_pin(&pc, &pin).failed(4, "E14", "unknown");
    with_pin(&pc, &pin).installed();
    assert_eq!((town.issued(&guest), town.posts(&guest)), (1, 3));
}

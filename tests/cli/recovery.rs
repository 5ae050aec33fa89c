//! Answers that were lost, put off, or came by another road.

use practice_bank::{Account, Fault, Replay};

use crate::{
    carried::{der, p7b, pem},
    town::{Pc, Town, numbers},
};

/// A PC that has asked and heard nothing.
fn lost(test: &str, replay: Replay) -> Option<(Pc, Town, Account)> {
    let pc = Pc::new(test)?;
    let town = Town::build(replay);
    let guest = town.guest();
    town.bank.fault(Fault::DropBeforeAnswer);
    pc.enroll(&town.profile(), &guest, &[]).failed(4, "E14", "unknown");
    assert_eq!(pc.stages(), ["unknown"]);
    Some((pc, town, guest))
}

#[test]
fn where_asking_again_is_harmless_the_same_request_brings_the_same_certificate() {
    let name = "where_asking_again_is_harmless_the_same_request_brings_the_same_certificate";
    let Some((pc, town, guest)) = lost(name, Replay::Same) else { return };
    pc.resume(&[], "").failed(4, "E14", "unknown");
    assert_eq!(town.posts(&guest), 1, "without numbers nothing is sent");
    let stranger = numbers(&town.guest());
    pc.resume(&["--credentials", "-"], &stranger).failed(2, "U01", "unknown");
    assert_eq!(town.posts(&guest), 1, "other numbers make another request: nothing is sent");
    pc.resume(&["--credentials", "-"], &numbers(&guest)).installed();
    assert_eq!((town.posts(&guest), town.issued(&guest)), (2, 1));
}

#[test]
fn wrong_numbers_while_asking_again_leave_the_request_open() {
    let name = "wrong_numbers_while_asking_again_leave_the_request_open";
    let Some((pc, town, guest)) = lost(name, Replay::Same) else { return };
    let wrong = Account { password: "wrong-one".into(), ..guest.clone() };
    pc.resume(&["--credentials", "-"], &numbers(&wrong)).failed(3, "E01", "unknown");
    assert_eq!(pc.stages(), ["unknown"], "the key is kept");
    pc.enroll(&town.profile(), &guest, &[]).installed();
    assert_eq!((pc.stages(), town.issued(&guest)), (vec!["done".to_owned()], 1));
}

#[test]
fn where_asking_again_could_do_harm_nothing_is_sent() {
    for replay in [Replay::Refuse, Replay::New] {
        let name = "where_asking_again_could_do_harm_nothing_is_sent";
        let Some((pc, town, guest)) = lost(name, replay) else { return };
        let told = pc.resume(&["--credentials", "-"], &numbers(&guest));
        told.failed(4, "E14", "unknown");
        told.ends(4, &[("next", "ask-the-bank")]);
        pc.enroll(&town.profile(), &guest, &[]).failed(4, "E14", "unknown");
        assert_eq!((town.posts(&guest), town.issued(&guest)), (1, 1), "{replay:?}");
        assert_eq!(pc.stages(), ["unknown"], "and no second enrollment was begun");
    }
}

#[test]
fn another_store_or_bank_is_no_way_around_an_open_request() {
    let name = "another_store_or_bank_is_no_way_around_an_open_request";
    let Some((pc, town, guest)) = lost(name, Replay::New) else { return };
    let elsewhere = format!("nss:{}", pc.path("elsewhere").display());
    pc.enroll(&town.profile(), &guest, &["--store", &elsewhere]).failed(4, "E14", "unknown");
    let other = town.profile_with("other.toml", "id = \"practice\"", "id = \"other\"");
    pc.enroll(&other, &guest, &[]).failed(4, "E14", "unknown");
    assert_eq!((town.posts(&guest), town.issued(&guest)), (1, 1));
    assert_eq!(pc.stages(), ["unknown"]);
}

#[test]
fn a_certificate_file_in_any_dress_answers_a_lost_request() {
    for (name, dress) in [("answer.pem", pem as fn(&[String]) -> Vec<u8>), ("answer.der", der), ("answer.p7b", p7b)] {
        let test = "a_certificate_file_in_any_dress_answers_a_lost_request";
        let Some((pc, town, guest)) = lost(test, Replay::Refuse) else { return };
        let file = pc.write(name, dress(&town.issued_chain(&guest)));
        let told = pc.resume(&["--answer", &file.display().to_string()], "");
        told.installed();
        assert_eq!(town.posts(&guest), 1);
    }
}

#[test]
fn without_its_profile_or_store_an_open_request_waits() {
    let Some((pc, town, guest)) = lost("without_its_profile_or_store_an_open_request_waits", Replay::Same) else {
        return;
    };
    let resume = || pc.resume(&["--credentials", "-"], &numbers(&guest));
    let hide = |name: &str| std::fs::rename(pc.path(name), pc.path("hidden")).expect("moved");
    let show = |name: &str| std::fs::rename(pc.path("hidden"), pc.path(name)).expect("moved");
    hide("state/profiles/practice.toml");
    resume().failed(5, "M05", "unknown");
    show("state/profiles/practice.toml");
    hide("nssdb");
    resume().failed(5, "E11", "unknown");
    show("nssdb");
    assert_eq!(town.posts(&guest), 1);
    resume().installed();
}

#[test]
fn a_wrong_file_changes_nothing() {
    let Some((pc, town, guest)) = lost("a_wrong_file_changes_nothing", Replay::Refuse) else { return };
    let Some(stranger) = Pc::new("a_wrong_file_changes_nothing") else { return };
    let other = town.guest();
    stranger.enroll(&town.profile(), &other, &[]).installed();
    let files = [
        pc.write("empty.pem", ""),
        pc.write("text.pem", "これは証明書ではありません。"),
        pc.write("other.pem", pem(&town.issued_chain(&other))),
        pc.path("nowhere.pem"),
    ];
    for file in files {
        let told = pc.resume(&["--answer", &file.display().to_string()], "");
        told.failed(2, "U01", "unknown");
        assert_eq!(pc.stages(), ["unknown"], "{}", file.display());
    }
    let right = pc.write("right.pem", pem(&town.issued_chain(&guest)));
    pc.resume(&["--answer", &right.display().to_string()], "").installed();
}

#[test]
fn a_202_is_pending_and_goes_on_after_a_restart() {
    let Some(pc) = Pc::new("a_202_is_pending_and_goes_on_after_a_restart") else { return };
    let town = Town::build(Replay::Refuse);
    let guest = town.guest();
    town.bank.fault(Fault::Pending);
    let told = pc.enroll(&town.profile(), &guest, &[]);
    told.ends(7, &[("result", "pending")]);
    assert!(told.last["retry_at"].is_string(), "{}", told.all);
    pc.resume(&[], "").ends(7, &[("result", "pending")]);
    pc.resume(&["--credentials", "-"], &numbers(&guest)).ends(7, &[("result", "pending")]);
    assert_eq!(town.posts(&guest), 1, "never early");
    std::thread::sleep(std::time::Duration::from_millis(2100)); // the bank's Retry-After; the binary has a real clock
    pc.resume(&["--credentials", "-"], &numbers(&guest)).installed();
    assert_eq!((town.posts(&guest), town.issued(&guest)), (2, 1));
}

#[test]
fn a_truncated_answer_is_a_lost_one() {
    let Some(pc) = Pc::new("a_truncated_answer_is_a_lost_one") else { return };
    let town = Town::build(Replay::Same);
    let guest = town.guest();
    town.bank.fault(Fault::Truncate);
    pc.enroll(&town.profile(), &guest, &[]).failed(4, "E14", "unknown");
    pc.enroll(&town.profile(), &guest, &[]).installed();
    town.bank.fault(Fault::ServerError);
    let other = town.guest();
    let Some(pc) = Pc::new("a_truncated_answer_is_a_lost_one") else { return };
    pc.enroll(&town.profile(), &other, &[]).failed(3, "E21", "unknown");
    pc.enroll(&town.profile(), &other, &[]).installed();
    assert_eq!((town.issued(&guest), town.issued(&other)), (1, 1));
}

#[test]
fn an_answer_without_a_certificate_is_asked_for_again_where_that_is_harmless() {
    for (replay, again) in [(Replay::Same, 0), (Replay::Refuse, 3)] {
        let name = "an_answer_without_a_certificate_is_asked_for_again_where_that_is_harmless";
        let Some(pc) = Pc::new(name) else { return };
        let town = Town::build(replay);
        let guest = town.guest();
        town.bank.fault(Fault::Garbage);
        pc.enroll(&town.profile(), &guest, &[]).failed(3, "S04", "unknown");
        assert_eq!(pc.stages(), ["rejected"]);
        let told = pc.resume(&["--credentials", "-"], &numbers(&guest));
        assert_eq!(told.exit, Some(again), "{replay:?}: {}", told.all);
        assert_eq!(town.issued(&guest), 1);
    }
}

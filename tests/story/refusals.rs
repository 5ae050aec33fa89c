//! What the bank says no to, and wrong answers: each its own page and code.

use std::sync::MutexGuard;

use practice_bank::{Case, Fault};
use shirushi::{journal::Stage, keystore::KeyStore, page::Control, wizard::StageName};

use crate::{
    player::{Player, Window},
    world::{Pc, Plan, SharedBank, TransportFault, bank, moody_bank, moody_refusing_bank},
};

fn alone(bank: &SharedBank, fault: Fault) -> MutexGuard<'_, ()> {
    let guard = bank.alone();
    bank.bank.fault(fault);
    guard
}

pub fn stopped_with(player: &Player, code: &str) {
    assert_eq!(player.stage(), StageName::Setback, "{}", player.text());
    assert!(player.text().contains(code), "{code} is not on the page: {}", player.text());
}

#[test]
fn a_wrong_number_keeps_the_ids_and_asks_again() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Credentials, &guest);
    player.fill(&guest);
    player.type_into("password", "wrong-one");
    player.press(Control::Primary);
    player.press(Control::Primary);
    player.press(Control::Primary);
    stopped_with(&player, "E01");
    assert!(player.text().contains('6'), "the bank has told how many tries are left: {}", player.text());

    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Credentials);
    let page = format!("{:?}", player.page());
    assert!(page.contains(r#"entry: Secret(..)"#));
    for field in ["password", "confirmation"] {
        player.type_into(field, if field == "password" { &guest.password } else { &guest.confirmation });
    }
    player.press(Control::Primary);
    assert_eq!(player.walk(&guest), StageName::Complete, "the IDs were kept: {}", player.text());
    assert!(pc.store.keys().expect("keys").len() == 1, "the refused click's key is gone");
}

#[test]
fn the_seventh_wrong_number_says_who_unlocks() {
    let (pc, customer) = (Pc::new(), bank().customer(Case::WrongNumberLocks));
    for _ in 0..7 {
        let mut player = Player::open(pc.world(bank(), Plan::default()));
        player.walk_to(StageName::Credentials, &customer);
        player.fill(&customer);
        player.type_into("confirmation", "wrong-one");
        (0..3).for_each(|_| player.press(Control::Primary));
        if player.text().contains("E02") {
            assert!(player.text().contains("管理者"), "{}", player.text());
            player.press(Control::Primary);
            assert_eq!(player.window, Window::Closed, "trying again would not help");
            return;
        }
        stopped_with(&player, "E01");
    }
    panic!("seven wrong numbers and no lock");
}

#[test]
fn a_certificate_that_was_taken_is_told_apart() {
    let (pc, customer) = (Pc::new(), bank().customer(Case::Taken));
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk(&customer);
    stopped_with(&player, "E03");
    assert!(pc.store.keys().expect("keys").is_empty());
}

/// Told which code, who acts and where it stopped; nothing of the refused click stays.
fn turned_away(case: Case, code: &str, who: &str) {
    let (pc, customer) = (Pc::new(), bank().customer(case));
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk(&customer);
    stopped_with(&player, &format!("{code}-04"));
    assert!(player.text().contains(who), "{}", player.text());
    assert_eq!(player.page().step.number, 2, "the numbers were looked at, and no more");
    assert!(pc.store.keys().expect("keys").is_empty());
    player.press(Control::Primary);
    assert_eq!(player.window, Window::Closed, "trying again would not help");
}

#[test]
fn every_customer_who_is_turned_away_is_told_who_can_help() {
    turned_away(Case::Locked, "E02", "「ロック解除」をお申し出ください");
    turned_away(Case::NotIssued, "E03", "「再発行」をご依頼ください");
    turned_away(Case::Revoked, "E03", "「再発行」をご依頼ください");
    turned_away(Case::PickupExpired, "E04", "「再発行」をご依頼ください");
    turned_away(Case::AfterExpiryPassed, "E05", "窓口へ、再発行の届出をお願いいたします");
    turned_away(Case::MustRevokeFirst, "E19", "「失効」をご依頼ください");
    turned_away(Case::Maintenance, "E13", "再開のあとに");
}

#[test]
fn an_expired_certificate_is_simply_got_again() {
    let (pc, customer) = (Pc::new(), bank().customer(Case::Expired));
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.walk(&customer), StageName::Complete, "{}", player.text());
}

#[test]
fn a_truncated_answer_is_asked_for_again_and_arrives() {
    let _alone = alone(moody_bank(), Fault::Truncate);
    asked_again_and_arrives();
}

#[test]
fn a_connection_cut_before_the_answer_is_asked_for_again_and_arrives() {
    let _alone = alone(moody_bank(), Fault::DropBeforeAnswer);
    asked_again_and_arrives();
}

#[test]
fn a_server_error_after_sending_is_asked_for_again_and_arrives() {
    let _alone = alone(moody_bank(), Fault::ServerError);
    let (pc, guest) = (Pc::new(), moody_bank().guest());
    let mut player = Player::open(pc.world(moody_bank(), Plan::default()));
    player.walk(&guest);
    stopped_with(&player, "E21");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Resume);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
}

fn asked_again_and_arrives() {
    let (pc, guest) = (Pc::new(), moody_bank().guest());
    let mut player = Player::open(pc.world(moody_bank(), Plan::default()));
    player.walk(&guest);
    stopped_with(&player, "E14");
    assert!(player.text().contains("まだ分かりません"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Resume);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(moody_bank().issued(&guest), 1);
}

#[test]
fn where_the_bank_gives_nothing_twice_nothing_is_sent_again() {
    let bank = moody_refusing_bank();
    let _alone = alone(bank, Fault::DropBeforeAnswer);
    let (pc, guest) = (Pc::new(), bank.guest());
    let mut player = Player::open(pc.world(bank, Plan::default()));
    player.walk(&guest);
    stopped_with(&player, "E14");
    assert!(player.text().contains("再発行"), "the request to the bank is written out: {}", player.text());
    let posts = bank.posts(&guest);
    player.press(Control::Primary);
    assert_eq!(player.window, Window::Closed);
    drop(player);

    let player = Player::open(pc.world(bank, Plan::default()));
    assert_eq!(player.stage(), StageName::Resume);
    assert_eq!(bank.posts(&guest), posts, "nothing was sent again");
    assert_eq!(pc.store.keys().expect("keys").len(), 1, "the key is kept for a certificate that may still come");
}

#[test]
fn a_certificate_for_another_key_is_not_believed_and_kept_for_the_bank() {
    not_believed(Fault::OtherKey);
    // The same one would only come again: a person has to look at it.
    let _alone = alone(moody_bank(), Fault::OtherKey);
    let (pc, guest) = (Pc::new(), moody_bank().guest());
    let mut player = Player::open(pc.world(moody_bank(), Plan::default()));
    player.walk(&guest);
    assert!(player.text().contains("再発行のお願い文"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.window, Window::Closed, "asking again is not offered");
    drop(player);
    let player = Player::open(pc.world(moody_bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume);
    assert!(player.text().contains("再発行のお願い文"), "{}", player.text());
}

#[test]
fn a_certificate_of_another_authority_is_not_believed() {
    not_believed(Fault::OtherIssuer);
}

#[test]
fn a_certificate_that_cannot_log_in_is_not_believed() {
    not_believed(Fault::NotClientAuth);
}

#[test]
fn an_answer_without_a_certificate_is_not_believed() {
    not_believed(Fault::Garbage);
}

/// There is no certificate in it, and the bank gives the same one again: nothing is lost.
#[test]
fn an_answer_without_a_certificate_is_asked_for_again_where_that_is_harmless() {
    let _alone = alone(moody_bank(), Fault::Garbage);
    let (pc, guest) = (Pc::new(), moody_bank().guest());
    let mut player = Player::open(pc.world(moody_bank(), Plan::default()));
    player.walk(&guest);
    stopped_with(&player, "S04");
    assert!(player.text().contains("「発行されたか確かめる」を押してください"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    assert!(player.text().contains("読み取れませんでした"), "{}", player.text());
    player.walk_to(StageName::Credentials, &guest);
    player.fill(&guest);
    player.type_into("password", "wrong-one");
    (0..3).for_each(|_| player.press(Control::Primary));
    stopped_with(&player, "E01");
    assert_eq!(pc.store.keys().expect("keys").len(), 1, "a refusal says nothing about the first request");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(moody_bank().issued(&guest), 1);
}

fn not_believed(fault: Fault) {
    let _alone = alone(moody_bank(), fault);
    let (pc, guest) = (Pc::new(), moody_bank().guest());
    let mut player = Player::open(pc.world(moody_bank(), Plan::default()));
    player.walk(&guest);
    stopped_with(&player, "S04");
    drop(player);
    assert!(pc.store.certificates().expect("certificates").is_empty());
    let enrollments = pc.journal().enrollments().expect("reads");
    assert_eq!(enrollments.iter().map(|e| e.stage()).collect::<Vec<_>>(), [Stage::Rejected]);
    assert!(enrollments[0].delivery().is_some(), "the raw answer is kept");
}

#[test]
fn a_202_waits_and_may_be_closed_and_goes_on() {
    let _alone = alone(moody_bank(), Fault::Pending);
    let (pc, guest) = (Pc::new(), moody_bank().guest());
    let mut player = Player::open(pc.world(moody_bank(), Plan::default()));
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Waiting, "{}", player.text());
    let posts = moody_bank().posts(&guest);
    player.tick();
    assert_eq!(moody_bank().posts(&guest), posts, "never early");

    pc.clock.advance(jiff::SignedDuration::from_secs(3));
    player.tick();
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(moody_bank().issued(&guest), 1);
}

/// Nothing was lost: the bank still prepares it, and the next start simply asks again.
#[test]
fn a_bank_that_is_not_there_while_it_prepares_has_lost_nothing_also_where_nothing_is_given_twice() {
    let bank = moody_refusing_bank();
    let _alone = alone(bank, Fault::Pending);
    let (pc, guest) = (Pc::new(), bank.guest());
    // The look, the request, and then the first question about it.
    let plan = Plan { transport: Some((3, TransportFault::Unreachable)), ..Plan::default() };
    let mut player = Player::open(pc.world(bank, plan));
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Waiting, "{}", player.text());
    pc.clock.advance(jiff::SignedDuration::from_secs(3));
    player.tick();
    stopped_with(&player, "E10");
    assert!(!player.text().contains("再発行のお願い文"), "{}", player.text());
    assert!(player.text().contains("続きから確かめられます"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    pc.clock.advance(jiff::SignedDuration::from_secs(90));
    drop(player);
    let mut player = Player::open(pc.world(bank, Plan::default()));
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(bank.issued(&guest), 1);
}

#[test]
fn a_stored_key_that_was_swapped_before_the_proof_is_no_success() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Install, &guest);
    let label = pc.store.keys().expect("keys").remove(0);
    pc.store.swap_key(&label).expect("swaps");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Setback);
    assert!(!player.text().contains("完了しました"), "{}", player.text());
}

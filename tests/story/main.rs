//! The wizard played from the first page to the last, without a window: real bank, real TLS, real journal, and ports
//! that fail on demand.

mod administrator;
mod by_hand;
mod cards;
#[path = "../support/carried.rs"]
mod carried;
mod closing;
mod contract;
mod elsewhere;
mod faults;
mod help;
mod import;
mod kept_pages;
mod keyboard;
mod leftovers;
mod manual;
mod network;
mod oddities;
mod old_pages;
mod panic;
mod patience;
mod pickup;
mod player;
mod protocols;
mod refusals;
#[path = "../support/proxy.rs"]
mod relay;
mod renewal;
mod script;
mod secrets;
mod setbacks;
#[path = "../support/softhsm.rs"]
mod softhsm;
mod standing;
mod trust;
mod unattended;
mod unclear;
mod world;

use practice_bank::Case;
use shirushi::{journal::Stage, page::Control, wizard::StageName};

use player::{Player, Window};
use world::{Pc, Plan, bank};

#[test]
fn a_clerk_gets_a_certificate_with_the_default_answers() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert!(player.text().contains("電子証明書のインストールが完了しました"));
    assert!(player.text().contains("ログインできることを確かめました"), "{}", player.text());

    player.press(Control::Second);
    assert_eq!(pc.saved.lock().expect("notebook").len(), 1, "the receipt was saved");
    player.press(Control::Primary);
    assert_eq!(player.window, Window::Closed);

    drop(player);
    let enrollments = pc.journal().enrollments().expect("reads");
    assert_eq!(enrollments.iter().map(|e| e.stage()).collect::<Vec<_>>(), [Stage::Done]);
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
}

#[test]
fn the_next_start_shows_the_certificate_with_its_days() {
    let (pc, guest) = (Pc::new(), bank().guest());
    Player::open(pc.world(bank(), Plan::default())).walk(&guest);
    let player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Login);
    assert!(player.text().contains(&guest.common_name()), "{}", player.text());
}

#[test]
fn nothing_typed_is_found_in_the_journal() {
    let (pc, guest) = (Pc::new(), bank().guest());
    Player::open(pc.world(bank(), Plan::default())).walk(&guest);
    let mut kept = String::new();
    for entry in std::fs::read_dir(pc.journal_folder()).expect("the folder") {
        kept += &std::fs::read_to_string(entry.expect("an entry").path()).expect("text");
    }
    assert!(kept.contains(&guest.user_id), "the search sees what is there");
    for secret in [&guest.password, &guest.confirmation] {
        assert!(!kept.contains(secret), "a number was kept");
    }
}

#[test]
fn a_customer_in_maintenance_is_told_that_nothing_was_issued() {
    let (pc, customer) = (Pc::new(), bank().customer(Case::Maintenance));
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.walk(&customer), StageName::Setback);
    assert!(player.text().contains("E13"), "{}", player.text());
    assert!(player.text().contains("まだ発行されていません"), "{}", player.text());
}

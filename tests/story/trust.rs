//! The two trust questions: nothing leaves before the first, nothing is stored before the second.

use practice_bank::{Bank, Options, Replay};
use shirushi::{keystore::KeyStore, page::Control, wizard::StageName};

use crate::{
    player::Player,
    world::{Pc, Plan, TransportFault, bank},
};

#[test]
fn without_permission_nothing_is_sent() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Trust, &guest);
    player.press(Control::Second);
    assert_eq!(player.stage(), StageName::Refused);
    assert_eq!(bank().posts(&guest), 0);
    assert!(pc.store.keys().expect("keys").is_empty());
}

#[test]
fn up_to_the_click_on_the_level_page_nothing_is_sent_and_nothing_is_made() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Security, &guest);
    assert_eq!(bank().posts(&guest), 0);
    assert!(pc.store.keys().expect("keys").is_empty());
    player.press(Control::Primary);
    assert_eq!(bank().posts(&guest), 1);
}

#[test]
fn going_back_keeps_the_ids_and_empties_the_secrets() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Trust, &guest);
    player.press(Control::Back);
    assert_eq!(player.stage(), StageName::Credentials);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Credentials, "the secrets are empty");
    player.type_into("password", &guest.password);
    player.type_into("confirmation", &guest.confirmation);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "the IDs were kept");
}

#[test]
fn the_second_question_can_wait_until_another_day() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Install, &guest);
    assert!(pc.store.certificates().expect("certificates").is_empty(), "nothing is stored before the answer");
    player.press(Control::Second);
    drop(player);
    let player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume);
}

#[test]
fn an_unreachable_bank_is_told_and_tried_again_with_the_same_numbers() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let plan = Plan { transport: Some((1, TransportFault::Unreachable)), ..Plan::default() };
    let mut player = Player::open(pc.world(bank(), plan));
    player.walk(&guest);
    assert_eq!(player.stage(), StageName::Setback);
    assert!(player.text().contains("E10"), "{}", player.text());
    assert_eq!(player.page().step.number, 3, "it stopped at the server");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "{}", player.text());
}

/// Another bank took over the address between the question and the click: it is never told a number.
#[test]
fn another_bank_at_the_same_address_is_sent_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = |state: &str, listen: u16| {
        let state = folder.path().join(state);
        let listen = ([127, 0, 0, 1], listen).into();
        Bank::start(Options { listen, state, seed: 1, guests: 0, replay: Replay::Same }).expect("opens")
    };
    let first = open("first", 0);
    let profile = shirushi::domain::Profile::from_toml(&first.profile_toml()).expect("profile");
    let port = profile.ca.url.port().expect("a port");
    let account = first.ready().accounts[0].clone();

    let pc = Pc::new();
    let mut player = Player::open(pc.world_with_profile(profile.into(), Plan::default()));
    player.walk_to(StageName::Security, &account);
    drop(first);
    let stranger = open("stranger", port);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Setback, "{}", player.text());
    assert!(player.text().contains("番号は送っていません"), "{}", player.text());
    assert!(player.text().contains("S01"), "its roots are not the profile's: {}", player.text());
    assert_eq!(stranger.counters().first, 0);
    assert!(pc.store.keys().expect("keys").is_empty(), "the key of a click that sent nothing is gone");
}

/// A server with the bank's roots and another key: whoever it is, it is asked about, and nothing leaves before.
#[test]
fn another_key_at_the_same_address_brings_the_question_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = |state: &str, port: u16| {
        let state = folder.path().join(state);
        let listen = ([127, 0, 0, 1], port).into();
        Bank::start(Options { listen, state, seed: 1, guests: 0, replay: Replay::Same }).expect("opens")
    };
    drop(open("stranger", 0));
    let first = open("first", 0);
    let profile = shirushi::domain::Profile::from_toml(&first.profile_toml()).expect("profile");
    let port = profile.ca.url.port().expect("a port");
    let account = first.ready().accounts[0].clone();

    let pc = Pc::new();
    let mut player = Player::open(pc.world_with_profile(profile.into(), Plan::default()));
    player.walk_to(StageName::Security, &account);
    drop(first);
    let key = |state: &str| folder.path().join(state).join("ca/tls-server.key");
    std::fs::copy(key("stranger"), key("first")).expect("another key for the same name");
    let second = open("first", port);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "{}", player.text());
    assert!(player.text().contains("番号は送っていません") || player.text().contains("まだ送"), "{}", player.text());
    assert_eq!(second.counters().first, 0);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Refused, "the filled button is no");
    assert_eq!(second.counters().first, 0);
    assert!(pc.store.keys().expect("keys").is_empty(), "the key of a click that sent nothing is gone");
}

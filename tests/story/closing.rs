//! The close button in every stage: free, asked or held; and what waiting wipes.

use jiff::SignedDuration;
use shirushi::{
    page::{Closing, Control},
    wizard::StageName,
};

use crate::{
    player::{Player, Window},
    world::{Pc, Plan, bank},
};

fn at(stage: StageName) -> (Pc, Player) {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(stage, &guest);
    (pc, player)
}

#[test]
fn on_the_first_page_the_window_closes_at_once() {
    let (_pc, mut player) = at(StageName::Login);
    player.request_close();
    assert_eq!(player.window, Window::Closed);
}

#[test]
fn before_anything_is_sent_it_asks_and_staying_is_the_default() {
    for stage in [StageName::Trust, StageName::Security] {
        let (_pc, mut player) = at(stage);
        player.request_close();
        assert_eq!(player.window, Window::Open);
        assert!(player.scene().dialog.is_some(), "{stage:?}");
        player.press(Control::DialogPrimary);
        assert!(player.scene().dialog.is_none());
        player.request_close();
        player.press(Control::DialogSecond);
        assert_eq!(player.window, Window::Closed);
    }
}

#[test]
fn while_a_request_is_in_flight_the_window_is_held_and_asks_again_when_it_is_safe() {
    let (_pc, mut player) = at(StageName::Security);
    player.begin(Control::Primary);
    assert_eq!(player.stage(), StageName::Issuing);
    player.request_close();
    assert_eq!(player.window, Window::Open);
    let held = player.scene().dialog.expect("the window says why it stays open");
    assert!(held.title.replace('\u{200B}', "").contains("閉じることができません"), "{}", held.title);

    player.begin(Control::DialogSecond);
    assert_eq!(player.window, Window::Open, "it never closes by itself");
    player.wait();
    assert_eq!(player.stage(), StageName::Install);
    assert!(player.scene().dialog.is_some(), "now it is safe, and it asks");
    player.press(Control::DialogPrimary);
    assert!(player.scene().dialog.is_none());
}

#[test]
fn while_the_store_writes_the_window_is_held() {
    let (_pc, mut player) = at(StageName::Install);
    player.begin(Control::Primary);
    assert!(matches!(player.closing(), Closing::Hold(_)));
    player.wait();
    assert_eq!(player.closing(), Closing::Free);
}

#[test]
fn closing_before_the_installation_loses_nothing() {
    let (pc, mut player) = at(StageName::Install);
    player.request_close();
    player.press(Control::DialogSecond);
    assert_eq!(player.window, Window::Closed);
    drop(player);
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume);
    player.press(Control::Primary);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Complete, "{}", player.text());
}

#[test]
fn a_second_press_while_something_runs_does_nothing() {
    let (_pc, mut player) = at(StageName::Security);
    player.begin(Control::Primary);
    player.begin(Control::Primary); // two jobs at once would panic the player
    player.begin(Control::Back);
    player.wait();
    assert_eq!(player.stage(), StageName::Install);
}

#[test]
fn five_idle_minutes_wipe_the_numbers_and_keep_the_ids() {
    let (pc, mut player) = at(StageName::Security);
    pc.clock.advance(SignedDuration::from_mins(5));
    player.tick();
    assert_eq!(player.stage(), StageName::Credentials);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Credentials, "the secrets have to be typed again");
}

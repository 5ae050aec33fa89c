//! The close button in every stage: free, asked or held; and what waiting wipes.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::SignedDuration;
use shirushi::{
    page::{Closing, Control},
    protocol::{Application, Connected, EnrollmentProtocol, Introduction, ProtocolError, Reply},
    wizard::StageName,
};

use crate::{
    player::{Player, Window},
    world::{Pc, Plan, Sentry, bank},
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

#[test]
fn a_signal_closes_at_once_where_the_close_button_does() {
    let (_pc, mut player) = at(StageName::Login);
    player.request_end();
    assert_eq!(player.window, Window::Closed);
}

#[test]
fn a_signal_asks_a_second_one_is_a_yes_and_staying_takes_it_back() {
    let (_pc, mut player) = at(StageName::Trust);
    player.request_end();
    assert!(player.scene().dialog.is_some());
    player.press(Control::DialogPrimary);
    player.request_end();
    assert_eq!(player.window, Window::Open, "the first one was answered");
    player.request_end();
    assert_eq!(player.window, Window::Closed);
}

#[test]
fn a_signal_that_nobody_answers_is_a_yes_after_ten_seconds() {
    let (pc, mut player) = at(StageName::Trust);
    player.request_end();
    pc.clock.advance(SignedDuration::from_secs(9));
    player.tick();
    assert_eq!(player.window, Window::Open);
    pc.clock.advance(SignedDuration::from_secs(1));
    player.tick();
    assert_eq!(player.window, Window::Closed);
}

#[test]
fn a_signal_during_a_request_waits_for_its_end_and_then_for_an_answer() {
    let (pc, mut player) = at(StageName::Security);
    player.begin(Control::Primary);
    for _ in 0..3 {
        player.request_end();
        pc.clock.advance(SignedDuration::from_mins(1));
        player.tick_now();
        assert_eq!(player.window, Window::Open, "however often and however long");
    }
    player.wait();
    assert_eq!(player.stage(), StageName::Install);
    assert!(player.scene().dialog.is_some(), "now it asks");
    player.tick();
    assert_eq!(player.window, Window::Open);
    pc.clock.advance(SignedDuration::from_secs(10));
    player.tick();
    assert_eq!(player.window, Window::Closed);
    drop(player);
    assert_eq!(Player::open(pc.world(bank(), Plan::default())).stage(), StageName::Resume);
}

/// A protocol that looks whether the PC is kept while it speaks.
#[derive(Debug)]
struct Watchful {
    inner: Arc<dyn EnrollmentProtocol>,
    sentry: Sentry,
    seen: Arc<Mutex<Vec<(&'static str, bool)>>>,
}

impl Watchful {
    fn look(&self, act: &'static str) {
        self.seen.lock().expect("no panic holds it").push((act, self.sentry.is_on_watch()));
    }
}

#[async_trait]
impl EnrollmentProtocol for Watchful {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        self.look("introduce");
        self.inner.introduce().await
    }

    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        self.look("submit");
        self.inner.submit(application, connected).await
    }
}

#[test]
fn the_pc_is_kept_from_stopping_exactly_while_closing_is_held() {
    let (pc, guest, seen) = (Pc::new(), bank().guest(), Arc::default());
    let mut world = pc.world(bank(), Plan::default());
    let inner = Arc::clone(&world.protocol);
    world.protocol = Arc::new(Watchful { inner, sentry: pc.vigil.clone(), seen: Arc::clone(&seen) });
    let mut player = Player::open(world);
    player.walk_to(StageName::Install, &guest);
    assert_eq!(*seen.lock().expect("looked"), [("introduce", false), ("submit", true)]);
    assert!(!pc.vigil.is_on_watch(), "nothing is in flight any more");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Complete);
    assert!(!pc.vigil.is_on_watch());
    let reasons = pc.vigil.reasons.lock().expect("reasons").clone();
    assert!(reasons.first().is_some_and(|why| why.contains("認証局が電子証明書を発行しています")), "{reasons:?}");
    assert!(reasons.last().is_some_and(|why| why.contains("電子証明書を保管しています")), "{reasons:?}");
}

//! 202, however it says when to come back: waiting costs nothing, nothing is asked early, and a restart changes neither.

use std::sync::{Arc, MutexGuard};

use jiff::SignedDuration;
use practice_bank::{Account, Oddity};
use shirushi::{domain::Profile, page::Control, wizard::StageName};

use crate::{
    player::{Player, Window},
    refusals::stopped_with,
    world::{Pc, Plan, SharedBank, moody_bank},
};

/// Each way of saying it, with the seconds at which it is surely too early and those at which it is surely time.
const WAYS: [(Oddity, i64, i64); 3] = [
    (Oddity::RetryAfterSeconds, -30, 5),
    (Oddity::RetryAfterDate, -30, 5),
    // Nothing said is a minute.
    (Oddity::RetryAfterMissing, 30, 62),
];

/// Somebody whose application got a 202.
struct Patient {
    pc: Pc,
    account: Account,
    player: Player,
    profile: Arc<Profile>,
    bank: &'static SharedBank,
    _alone: MutexGuard<'static, ()>,
}

impl Patient {
    fn put_off(way: Oddity, profile: Arc<Profile>) -> Self {
        let bank = moody_bank();
        let alone = bank.alone();
        bank.bank.oddity(way);
        let (pc, account) = (Pc::new(), bank.guest());
        let mut player = Player::open(pc.world_with_profile(Arc::clone(&profile), Plan::default()));
        player.walk_to(StageName::Security, &account);
        player.press(Control::Primary);
        assert_eq!(player.stage(), StageName::Waiting, "{way:?}: {}", player.text());
        Self { pc, account, player, profile, bank, _alone: alone }
    }

    fn wait_for(&self, seconds: i64) {
        self.pc.clock.advance(SignedDuration::from_secs(seconds));
    }

    fn posts(&self) -> u64 {
        self.bank.posts(&self.account)
    }

    /// Another day, or another run.
    fn reopened(self) -> Self {
        drop(self.player);
        let player = Player::open(self.pc.world_with_profile(Arc::clone(&self.profile), Plan::default()));
        Self { player, ..self }
    }
}

#[test]
fn a_bank_that_prepares_is_never_asked_early_and_by_itself_in_time() {
    for (way, early, late) in WAYS {
        let mut patient = Patient::put_off(way, moody_bank().profile());
        assert!(patient.player.text().contains("準備"), "{way:?}: {}", patient.player.text());
        patient.wait_for(early);
        patient.player.tick();
        assert_eq!((patient.player.stage(), patient.posts()), (StageName::Waiting, 1), "{way:?}: never early");
        patient.wait_for(late - early);
        patient.player.tick();
        let Patient { player, account, .. } = &mut patient;
        assert_eq!(player.walk(account), StageName::Complete, "{way:?}: {}", player.text());
        assert_eq!((patient.bank.issued(&patient.account), patient.posts()), (1, 2), "{way:?}");
    }
}

#[test]
fn after_a_restart_a_bank_that_prepares_is_not_asked_early_and_then_with_the_numbers_typed_again() {
    for (way, early, late) in WAYS {
        let patient = Patient::put_off(way, moody_bank().profile());
        patient.wait_for(early);
        let mut patient = patient.reopened();
        assert_eq!(patient.player.stage(), StageName::Resume, "{way:?}: {}", patient.player.text());
        patient.player.press(Control::Primary);
        assert_eq!(
            (patient.player.window, patient.posts()),
            (Window::Closed, 1),
            "{way:?}: all there is to do is later"
        );

        patient.wait_for(late - early);
        let mut patient = patient.reopened();
        let Patient { player, account, .. } = &mut patient;
        player.walk_to(StageName::Credentials, account);
        player.press(Control::Primary);
        assert_eq!(player.stage(), StageName::Credentials, "{way:?}: no number was kept");
        assert_eq!(player.walk(account), StageName::Complete, "{way:?}: {}", player.text());
        assert_eq!((patient.bank.issued(&patient.account), patient.posts()), (1, 2), "{way:?}");
    }
}

/// The profile says how often; then a person has to ask.
#[test]
fn a_bank_that_prepares_for_ever_is_asked_as_often_as_the_profile_says_and_no_more() {
    let text = moody_bank().bank.profile_toml().replace("max_polls = 20", "max_polls = 2");
    let profile = Arc::new(Profile::from_toml(&text).expect("a profile"));
    let mut patient = Patient::put_off(Oddity::RetryAfterSeconds, profile);
    for asked in [2, 3] {
        patient.bank.bank.oddity(Oddity::RetryAfterAgain);
        patient.wait_for(5);
        patient.player.tick();
        assert_eq!((patient.player.stage(), patient.posts()), (StageName::Waiting, asked), "{}", patient.player.text());
    }
    patient.wait_for(5);
    patient.player.tick();
    stopped_with(&patient.player, "E22-04");
    assert!(patient.player.text().contains("まだ分かりません"), "{}", patient.player.text());
    assert_eq!(patient.posts(), 3);

    // Nor does a restart help: the journal has counted.
    let mut patient = patient.reopened();
    let Patient { account, player, .. } = &mut patient;
    assert_eq!(player.walk(account), StageName::Setback, "{}", player.text());
    stopped_with(player, "E22-09");
    assert_eq!(patient.posts(), 3);
}

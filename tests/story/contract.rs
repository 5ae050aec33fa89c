//! ONE contract for every way to speak to an authority: whatever the wires carry, a click, a refusal and a lost answer
//! mean the same to a user, and the bank has counted what the wizard says it has sent.

use std::sync::MutexGuard;

use jiff::SignedDuration;
use practice_bank::{Account, Case, Counters, Fault, Replay};
use shirushi::{
    domain::{Certificate, KeyLabel},
    journal::Stage,
    keystore::KeyStore,
    page::Control,
    wizard::{StageName, World},
};

use crate::{
    player::{Player, Window},
    refusals::stopped_with,
    world::{Door, Pc, Plan, SharedBank, moody_bank, moody_doubling_bank, moody_refusing_bank},
};

/// One way to speak, and what is wrong with who speaks.
pub trait Bench: Sync {
    fn door(&self) -> Door;

    /// The program at this PC.
    fn world(&self, pc: &Pc, bank: &SharedBank) -> World {
        pc.world_with_profile(bank.profile_of(self.door()), Plan::default())
    }
}

impl Bench for Door {
    fn door(&self) -> Door {
        *self
    }
}

/// Somebody at a PC, and a bank that serves nobody else meanwhile.
struct Visit<'a> {
    bench: &'a dyn Bench,
    bank: &'static SharedBank,
    before: Counters,
    customer: Account,
    pc: Pc,
    player: Player,
    _alone: MutexGuard<'static, ()>,
}

fn bank_that_says(replay: Replay) -> &'static SharedBank {
    match replay {
        Replay::Same => moody_bank(),
        Replay::Refuse => moody_refusing_bank(),
        Replay::New => moody_doubling_bank(),
    }
}

impl<'a> Visit<'a> {
    fn of(bench: &'a dyn Bench, replay: Replay, customer: impl FnOnce(&SharedBank) -> Account) -> Self {
        let bank = bank_that_says(replay);
        let alone = bank.alone();
        let (customer, before, pc) = (customer(bank), bank.bank.counters(), Pc::new());
        let player = Player::open(bench.world(&pc, bank));
        Self { bench, bank, before, customer, pc, player, _alone: alone }
    }

    fn of_a_guest(bench: &'a dyn Bench, replay: Replay) -> Self {
        Self::of(bench, replay, SharedBank::guest)
    }

    fn spoilt(bench: &'a dyn Bench, replay: Replay, fault: Fault) -> Self {
        let visit = Self::of_a_guest(bench, replay);
        visit.bank.bank.fault(fault);
        visit
    }

    fn of_case(bench: &'a dyn Bench, case: Case) -> Self {
        Self::of(bench, Replay::Same, |bank| bank.customer(case))
    }

    /// To the button that sends, with nothing sent so far, and presses it.
    fn issue(&mut self) {
        self.player.walk_to(StageName::Security, &self.customer);
        self.player.press(Control::Primary);
    }

    /// The program is closed, and opened another day.
    fn reopen(self) -> Self {
        drop(self.player);
        let player = Player::open(self.bench.world(&self.pc, self.bank));
        Self { player, ..self }
    }

    /// So many POSTs since the visit began, whoever sent them: first ones, and those that a 202 had asked for.
    fn posts(&self, first: u64, polls: u64) {
        let now = self.bank.bank.counters();
        assert_eq!((now.first - self.before.first, now.poll - self.before.poll), (first, polls), "POSTs at the bank");
    }

    fn issued(&self, certificates: u64) {
        assert_eq!(self.bank.issued(&self.customer), certificates, "certificates in the bank's books");
    }

    fn stopped(&self, code: &str) {
        stopped_with(&self.player, code);
    }

    fn says(&self, words: &str) {
        let text = self.player.text();
        assert!(text.contains(words), "「{words}」 is not on the page: {text}");
    }

    /// To the last page: the key's own certificate in the store, and the login proven with it.
    fn completes(&mut self) {
        assert_eq!(self.player.walk(&self.customer), StageName::Complete, "{}", self.player.text());
        self.says("ログインできることを確かめました");
        let (keys, certificates) = self.held();
        let ([label], [leaf]) = (&keys[..], &certificates[..]) else { panic!("one key, one certificate: {keys:?}") };
        assert_eq!(self.pc.store.open(label).expect("opens").spki_hash(), leaf.spki_hash());
        self.issued(1);
    }

    fn held(&self) -> (Vec<KeyLabel>, Vec<Certificate>) {
        (self.pc.store.keys().expect("keys"), self.pc.store.certificates().expect("certificates"))
    }

    /// Nothing of a click that the bank refused is left on the PC.
    fn left_nothing(&self) {
        let (keys, certificates) = self.held();
        assert_eq!((keys.len(), certificates.len()), (0, 0), "what a refused click leaves behind");
    }

    /// The key waits for a certificate that may still come.
    fn keeps_the_key(&self) {
        let (keys, certificates) = self.held();
        assert_eq!((keys.len(), certificates.len()), (1, 0), "the key, and no certificate");
    }

    /// Closes the program, and tells what the journal says.
    fn stage(self) -> Stage {
        drop(self.player);
        self.pc.journal().enrollments().expect("reads")[0].stage()
    }
}

pub fn one_click_sends_one_post_and_brings_one_certificate(bench: &dyn Bench) {
    let mut visit = Visit::of_a_guest(bench, Replay::Same);
    visit.player.walk_to(StageName::Security, &visit.customer);
    visit.posts(0, 0);
    visit.player.press(Control::Primary);
    visit.posts(1, 0);
    visit.completes();
    visit.posts(1, 0);
    assert_eq!(visit.stage(), Stage::Done);
}

pub fn a_wrong_number_says_how_many_tries_are_left_and_the_right_one_is_then_taken(bench: &dyn Bench) {
    let mut visit = Visit::of_a_guest(bench, Replay::Same);
    let right = visit.customer.clone();
    visit.customer.password = "wrong-one".into();
    visit.issue();
    visit.stopped("E01-04");
    visit.says("まだ発行されていません");
    visit.says("あと6回");
    visit.posts(1, 0);
    visit.left_nothing();
    visit.customer = right;
    visit.player.press(Control::Primary);
    visit.completes();
    visit.posts(2, 0);
}

pub fn the_seventh_wrong_number_locks_and_the_right_one_does_not_help_then(bench: &dyn Bench) {
    let mut visit = Visit::of_a_guest(bench, Replay::Same);
    let right = visit.customer.clone();
    visit.customer.confirmation = "wrong-one".into();
    for tries in 1..=6 {
        visit.issue();
        visit.stopped("E01-04");
        visit.says(&format!("あと{}回", 7 - tries));
        visit.posts(tries, 0);
        visit = visit.reopen();
    }
    visit.issue();
    visit.stopped("E02-04");
    visit.says("「ロック解除」をお申し出ください");
    visit.posts(7, 0);
    visit = visit.reopen();
    visit.customer = right;
    visit.issue();
    visit.stopped("E02-04");
    visit.posts(8, 0);
    visit.issued(0);
    visit.left_nothing();
}

/// The right numbers, and a no that trying again would not change.
fn turned_away(bench: &dyn Bench, case: Case, code: &str, who: &str) {
    let mut visit = Visit::of_case(bench, case);
    visit.issue();
    visit.stopped(&format!("{code}-04"));
    visit.says(who);
    visit.posts(1, 0);
    visit.left_nothing();
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.window, Window::Closed, "trying again is not offered");
    visit.posts(1, 0);
}

pub fn a_certificate_that_was_taken_is_told_apart(bench: &dyn Bench) {
    turned_away(bench, Case::Taken, "E03", "「再発行」をご依頼ください");
}

pub fn a_pick_up_that_has_expired_is_told_apart(bench: &dyn Bench) {
    turned_away(bench, Case::PickupExpired, "E04", "「再発行」をご依頼ください");
}

pub fn maintenance_is_told_apart(bench: &dyn Bench) {
    turned_away(bench, Case::Maintenance, "E13", "再開のあとに");
}

pub fn what_the_bank_prepares_is_not_asked_for_early_and_then_it_comes(bench: &dyn Bench) {
    let mut visit = Visit::spoilt(bench, Replay::Same, Fault::Pending);
    visit.issue();
    assert_eq!(visit.player.stage(), StageName::Waiting, "{}", visit.player.text());
    visit.player.tick();
    visit.posts(1, 0);
    visit.pc.clock.advance(SignedDuration::from_secs(5));
    visit.player.tick();
    visit.completes();
    visit.posts(1, 1);
}

pub fn after_a_restart_what_the_bank_prepares_comes_with_the_numbers_typed_again(bench: &dyn Bench) {
    let mut visit = Visit::spoilt(bench, Replay::Same, Fault::Pending);
    visit.issue();
    visit.pc.clock.advance(SignedDuration::from_secs(5));
    visit = visit.reopen();
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.posts(1, 0);
    visit.completes();
    visit.posts(1, 1);
}

/// The answer did not arrive whole: nobody knows, and nothing is sent again without a click.
fn cut<'a>(bench: &'a dyn Bench, replay: Replay, fault: Fault) -> Visit<'a> {
    let mut visit = Visit::spoilt(bench, replay, fault);
    visit.issue();
    visit.stopped("E14-04");
    visit.posts(1, 0);
    visit.keeps_the_key();
    visit
}

pub fn a_lost_answer_is_asked_for_again_where_the_bank_gives_the_same(bench: &dyn Bench) {
    let mut visit = cut(bench, Replay::Same, Fault::DropBeforeAnswer);
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.posts(1, 0);
    visit.completes();
    visit.posts(2, 0);
}

pub fn half_an_answer_is_a_lost_one_also_after_a_restart(bench: &dyn Bench) {
    let mut visit = cut(bench, Replay::Same, Fault::Truncate).reopen();
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.completes();
    visit.posts(2, 0);
}

/// Nothing leaves this PC any more, now or another day: a person has to ask the bank.
fn left_alone(bench: &dyn Bench, replay: Replay) {
    let mut visit = cut(bench, replay, Fault::DropBeforeAnswer);
    visit.says("再発行");
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.window, Window::Closed, "asking again is not offered");
    visit = visit.reopen();
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.window, Window::Closed, "{}", visit.player.text());
    visit.posts(1, 0);
    visit.issued(1);
    visit.keeps_the_key();
    assert_eq!(visit.stage(), Stage::Unknown);
}

pub fn a_lost_answer_is_left_alone_where_the_bank_gives_nothing_twice(bench: &dyn Bench) {
    left_alone(bench, Replay::Refuse);
}

pub fn a_lost_answer_is_left_alone_where_the_bank_would_make_another(bench: &dyn Bench) {
    left_alone(bench, Replay::New);
}

pub fn nonsense_is_no_certificate_and_is_asked_about_again_where_that_is_harmless(bench: &dyn Bench) {
    let mut visit = Visit::spoilt(bench, Replay::Same, Fault::Garbage);
    visit.issue();
    // A page says anything; an EST answer says that it is a certificate.
    visit.stopped(match bench.door() {
        Door::Est => "S04",
        Door::OldPages => "E21",
    });
    visit.keeps_the_key();
    visit.posts(1, 0);
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.completes();
    visit.posts(2, 0);
}

/// A certificate, and not one that a user can have.
fn not_believed(bench: &dyn Bench, fault: Fault) {
    let mut visit = Visit::spoilt(bench, Replay::Same, fault);
    visit.issue();
    visit.stopped("S04");
    visit.keeps_the_key();
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.window, Window::Closed, "the same one would come again");
    visit.posts(1, 0);
    assert_eq!(visit.stage(), Stage::Rejected, "the raw answer is kept");
}

pub fn a_certificate_for_another_key_is_not_believed(bench: &dyn Bench) {
    not_believed(bench, Fault::OtherKey);
}

pub fn a_certificate_of_another_authority_is_not_believed(bench: &dyn Bench) {
    not_believed(bench, Fault::OtherIssuer);
}

pub fn a_certificate_that_cannot_log_in_is_not_believed(bench: &dyn Bench) {
    not_believed(bench, Fault::NotClientAuth);
}

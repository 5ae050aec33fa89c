//! Pick-up later: a receipt, a PIN by mail, and one request per click, also on another day.

use std::{
    fs,
    sync::{MutexGuard, OnceLock},
};

use jiff::SignedDuration;
use practice_bank::{Account, Fault, Letter, Manners, Pickup, Replay};
use shirushi::{
    domain::{Credentials, FieldId, Secret},
    journal::Stage,
    keystore::KeyStore,
    page::{Closing, Control},
    session::{Cause, Interrupted},
    wizard::StageName,
};

use crate::{
    player::{Player, Window},
    refusals::stopped_with,
    world::{Door, Pc, Plan, SharedBank, desk, interrupted},
};

fn late_bank(replay: Replay) -> &'static SharedBank {
    static SAME: OnceLock<SharedBank> = OnceLock::new();
    static REFUSE: OnceLock<SharedBank> = OnceLock::new();
    let bank = if replay == Replay::Same { &SAME } else { &REFUSE };
    bank.get_or_init(|| SharedBank::open_with(replay, Manners { pickup: Pickup::WhenPrepared, ..Manners::default() }))
}

/// Somebody whose application has been taken.
struct Registered {
    bank: &'static SharedBank,
    pc: Pc,
    account: Account,
    player: Player,
    letter: Letter,
    _alone: MutexGuard<'static, ()>,
}

impl Registered {
    fn at(replay: Replay) -> Self {
        let bank = late_bank(replay);
        let alone = bank.alone();
        let (pc, account) = (Pc::new(), bank.guest());
        let mut player = open(&pc, bank);
        player.walk_to(StageName::Security, &account);
        player.press(Control::Primary);
        assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
        let letter = bank.bank.letters(&account).pop().expect("a letter");
        Self { bank, pc, account, player, letter, _alone: alone }
    }

    fn reopened(self) -> Self {
        drop(self.player);
        let player = open(&self.pc, self.bank);
        Self { player, ..self }
    }

    /// Types the PIN, goes on to trust page 1, and allows.
    fn come_with(&mut self, pin: &str) {
        self.player.type_into("pickup_pin", pin);
        self.player.press(Control::Primary);
        assert_eq!(self.player.stage(), StageName::Trust, "{}", self.player.text());
        self.player.press(Control::Primary);
    }

    fn says(&self, words: &str) {
        let text = self.player.text();
        assert!(text.contains(words), "「{words}」 is not on the page: {text}");
    }

    /// POSTs with the form, and with a PIN.
    fn posts(&self, form: u64, pin: u64) {
        let counters = self.bank.bank.counters();
        let counted = counters.by_account.get(&self.account.id()).map(|own| (own.first, own.poll));
        assert_eq!(counted, Some((form, pin)), "POSTs at the bank");
    }

    fn completes(&mut self) {
        assert_eq!(self.player.walk(&self.account), StageName::Complete, "{}", self.player.text());
        self.says("ログインできることを確かめました");
        assert_eq!(self.bank.issued(&self.account), 1);
    }

    fn journal(&self) -> String {
        let folder = fs::read_dir(self.pc.journal_folder()).expect("a folder");
        let files = folder.map(|entry| entry.expect("an entry").path());
        files
            .filter(|path| path.extension().is_some_and(|end| end == "journal"))
            .map(|path| fs::read_to_string(path).expect("text"))
            .collect()
    }
}

fn open(pc: &Pc, bank: &SharedBank) -> Player {
    Player::open(pc.world_with_profile(bank.profile_of(Door::OldPages), Plan::default()))
}

#[test]
fn a_receipt_names_its_number_and_the_pin_then_brings_the_certificate() {
    let visit = Registered::at(Replay::Same);
    visit.says("申請が受け付けられました");
    let reference = visit.letter.reference.clone();
    visit.says(&reference);
    visit.posts(1, 0);
    assert_eq!(visit.player.closing(), Closing::Free);
    visit.bank.bank.prepare_pickups().expect("prepared");

    let mut visit = visit.reopened();
    visit.says("電子証明書を受け取ります");
    visit.says(&reference);
    visit.posts(1, 0);
    let pin = visit.letter.pin.clone();
    visit.player.type_into("pickup_pin", &pin);
    visit.player.press(Control::Primary);
    visit.says("受付番号と受取用PINを、この認証局だけに送ります");
    visit.posts(1, 0);
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.stage(), StageName::Install, "{}", visit.player.text());
    visit.posts(1, 1);
    visit.completes();
    visit.posts(1, 1);
    let journal = visit.journal();
    assert!(journal.contains(&reference) && !journal.contains(&pin), "the reference is kept, and never the PIN");
}

#[test]
fn what_is_not_ready_stays_with_the_bank_and_is_not_asked_for_before_its_time() {
    let mut visit = Registered::at(Replay::Same);
    let pin = visit.letter.pin.clone();
    visit.come_with(&pin);
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.says("まだ準備ができていません");
    visit.says("申請は、なくなっていません");
    visit.posts(1, 1);
    let mut visit = visit.reopened();
    visit.says("受取用PINを入力して受け取ります");
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.window, Window::Closed, "all there is to do is later");
    visit.bank.bank.prepare_pickups().expect("prepared");
    visit.pc.clock.advance(SignedDuration::from_secs(130));
    let mut visit = visit.reopened();
    visit.come_with(&pin);
    visit.completes();
    visit.posts(1, 2);
}

#[test]
fn a_wrong_pin_says_how_many_tries_are_left_and_loses_nothing() {
    let mut visit = Registered::at(Replay::Same);
    visit.bank.bank.prepare_pickups().expect("prepared");
    visit.come_with("000");
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.says("＊受取用PINが違います。 あと2回まで入力できます。");
    visit.player.press(Control::Primary);
    visit.says("＊受取用PINをご入力ください。");
    visit.posts(1, 1);
    let mut visit = visit.reopened();
    let pin = visit.letter.pin.clone();
    visit.come_with(&pin);
    visit.completes();
    visit.posts(1, 2);
}

#[test]
fn a_locked_pin_is_told_apart_and_nothing_is_given_up() {
    let mut visit = Registered::at(Replay::Refuse);
    visit.come_with("1");
    visit.come_with("2");
    visit.come_with("3");
    stopped_with(&visit.player, "E02-04");
    visit.says("申請は、認証局が預かったままです");
    assert!(!visit.player.text().contains("再発行のお願い文"), "{}", visit.player.text());
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.window, Window::Closed);
    drop(visit.player);
    assert_eq!(visit.pc.journal().enrollments().expect("reads")[0].stage(), Stage::Pending { retry_at: None });
    assert_eq!(visit.pc.store.keys().expect("keys").len(), 1);
}

#[test]
fn a_pick_up_that_has_expired_leads_to_the_bank_and_the_key_goes_only_when_the_user_says_so_twice() {
    let mut visit = Registered::at(Replay::Refuse);
    visit.bank.bank.expire_pickups().expect("expired");
    let pin = visit.letter.pin.clone();
    visit.come_with(&pin);
    let mut visit = visit.reopened();
    visit.says("取得できる期間を過ぎています");
    visit.says("再発行のお願い文");
    visit.says(&format!("受付番号: {}", visit.letter.reference));
    visit.says("E04");
    assert_eq!(visit.pc.store.keys().expect("keys").len(), 1, "the key waits for whatever still comes");
    visit.player.press(Control::Second);
    visit.player.press(Control::DialogSecond);
    assert_eq!(visit.player.stage(), StageName::Login, "{}", visit.player.text());
    assert_eq!(visit.pc.store.keys().expect("keys").len(), 0);
    visit.posts(1, 1);
}

/// The connection ends after the PIN has left.
fn lost(replay: Replay) -> Registered {
    let mut visit = Registered::at(replay);
    visit.bank.bank.prepare_pickups().expect("prepared");
    visit.bank.bank.fault(Fault::Truncate);
    let pin = visit.letter.pin.clone();
    visit.come_with(&pin);
    stopped_with(&visit.player, "E14-04");
    visit.posts(1, 1);
    visit.reopened()
}

#[test]
fn a_lost_answer_to_a_pin_is_asked_for_again_where_the_bank_gives_the_same() {
    let mut visit = lost(Replay::Same);
    visit.says("前回の受け取りは");
    let pin = visit.letter.pin.clone();
    visit.come_with(&pin);
    visit.completes();
    visit.posts(1, 2);
}

#[test]
fn a_lost_answer_to_a_pin_is_left_alone_where_the_bank_gives_nothing_twice() {
    let mut visit = lost(Replay::Refuse);
    visit.says("ここからは何も送りません");
    visit.player.press(Control::Primary);
    assert_eq!(visit.player.window, Window::Closed);
    visit.posts(1, 1);
}

#[test]
fn a_pin_that_waits_on_a_page_is_wiped_and_nothing_was_sent() {
    let mut visit = Registered::at(Replay::Same);
    let pin = visit.letter.pin.clone();
    visit.player.type_into("pickup_pin", &pin);
    visit.player.press(Control::Primary);
    assert_eq!((visit.player.stage(), visit.player.closing()), (StageName::Trust, Closing::Free));
    visit.pc.clock.advance(SignedDuration::from_secs(301));
    visit.player.tick();
    assert_eq!(visit.player.stage(), StageName::Resume, "{}", visit.player.text());
    visit.player.press(Control::Primary);
    visit.says("＊受取用PINをご入力ください。");
    visit.posts(1, 0);
}

/// The bank has it already: numbers would make an application beside it.
#[test]
fn numbers_never_apply_where_there_is_a_reference() {
    let Registered { bank, pc, account, player, _alone, .. } = lost(Replay::Same);
    drop(player); // the journal is one program's at a time
    let typed = [
        ("contract_id", &account.contract_id),
        ("user_id", &account.user_id),
        ("password", &account.password),
        ("confirmation", &account.confirmation),
    ];
    let typed = typed.map(|(id, entry)| (FieldId(id.to_owned()), Secret::new(entry.as_str())));
    let desk = desk(pc.world_with_profile(bank.profile_of(Door::OldPages), Plan::default()), &pc);
    let credentials = Credentials::new(&desk.role, typed.into()).expect("credentials");
    let Interrupted::Asked(asked) = interrupted(&desk) else { panic!("nothing has come") };
    let setback = asked.ask_again(credentials).expect_err("refused");
    assert!(matches!(setback.error.cause, Cause::AnswerMissing), "{}", setback.error);
}

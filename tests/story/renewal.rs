//! 更新: the present certificate in the place of numbers, from the first page to the last, and whatever can stop it.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use practice_bank::{Account, Fault};
use shirushi::{
    domain::{Certificate, Profile, Renewal, Secret, SpkiHash},
    journal::Stage,
    keystore::{KeyStore, MemoryStore, StoreError},
    page::{Block, Control, Security},
    protocol::{Application, Connected, CsrAttributes, EnrollmentProtocol, Introduction, ProtocolError, Reply, Wishes},
    wizard::{StageName, World},
};

use crate::{
    player::{Player, Window},
    world::{Pc, Plan, SharedBank, StorageFault, TransportFault, moody_renewing_bank, renewing_bank},
};

/// The bank's profile, with certificates that may be renewed from their first day on.
fn profile(bank: &SharedBank) -> Arc<Profile> {
    let mut profile = (*bank.profile()).clone();
    profile.windows.renewal_opens = 400;
    Arc::new(profile)
}

fn world(pc: &Pc, plan: Plan) -> World {
    pc.world_with_profile(profile(renewing_bank()), plan)
}

fn open(pc: &Pc) -> Player {
    Player::open(world(pc, Plan::default()))
}

/// A PC with a certificate, and whose it is.
fn customer() -> (Pc, Account) {
    let (pc, guest) = (Pc::new(), renewing_bank().guest());
    assert_eq!(open(&pc).walk(&guest), StageName::Complete);
    (pc, guest)
}

fn present(pc: &Pc) -> Certificate {
    pc.store.certificates().expect("certificates").remove(0)
}

/// How often the certificate asked, and how many this customer has been given.
fn asked(guest: &Account) -> (u64, u64) {
    let counters = &renewing_bank().bank.counters().by_account[&guest.id()];
    (counters.renewals + counters.renewal_polls, counters.issued)
}

#[test]
fn a_certificate_in_its_time_is_renewed_without_a_number() {
    let (pc, guest) = customer();
    let old = present(&pc);
    let mut player = open(&pc);
    assert!(player.text().contains("電子証明書の更新の時期です"), "{}", player.text());
    assert!(player.text().contains("番号の入力はいりません"), "{}", player.text());
    assert!(!player.text().contains("再取得"), "{}", player.text());

    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "no page of numbers: {}", player.text());
    let name = old.subject().readable();
    assert!(player.text().contains(&name), "{name}: {}", player.text());
    player.press(Control::Details);
    for line in old.thumbprint().lines() {
        assert!(player.text().contains(&line), "{line}: {}", player.text());
    }
    assert!(player.text().contains("いまの電子証明書を、この認証局だけに示します"), "{}", player.text());
    assert_eq!(asked(&guest), (0, 1), "nothing has been shown yet");

    player.press(Control::Primary);
    assert!(player.text().contains("この内容で更新を申し込む"), "{}", player.text());
    assert_eq!(asked(&guest), (0, 1), "nothing has been shown yet");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    let serial = format!("{}", old.serial());
    assert!(player.text().contains("更新前の証明書") && player.text().contains(&serial), "{}", player.text());

    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Complete, "{}", player.text());
    assert!(player.text().contains("これまでの電子証明書は、消さずに残してあります"), "{}", player.text());
    assert!(player.text().contains("ログインできることを確かめました"), "{}", player.text());
    assert_eq!(asked(&guest), (1, 2));
    assert_eq!(renewing_bank().posts(&guest), 1, "the numbers were sent once, and not for this");
    drop(player);
    assert_eq!(nothing_lost(&pc, &guest, &old), Ok(()));
}

#[test]
fn without_permission_the_certificate_is_not_shown() {
    let (pc, guest) = customer();
    let mut player = open(&pc);
    player.press(Control::Primary);
    player.press(Control::Back);
    assert_eq!(player.stage(), StageName::Login, "{}", player.text());
    player.press(Control::Primary);
    player.request_close();
    let question = player.scene().dialog.expect("a question").spoken().join("").replace('\u{200B}', "");
    assert!(question.contains("いまの電子証明書は、そのままお使いいただけます"), "{question}");
    player.press(Control::DialogPrimary);
    player.press(Control::Second);
    assert_eq!(player.stage(), StageName::Refused);
    assert!(!player.text().contains("番号"), "{}", player.text());
    assert_eq!(asked(&guest), (0, 1));
    assert_eq!(pc.store.keys().expect("keys").len(), 1, "no key was made");
}

#[test]
fn where_the_bank_has_pages_of_its_own_the_wizard_leads_there() {
    let (pc, _) = customer();
    let mut profile = (*profile(renewing_bank())).clone();
    profile.ca.renewal = Renewal::None;
    let mut player = Player::open(pc.world_with_profile(Arc::new(profile), Plan::default()));
    assert!(player.text().contains("「証明書更新」から"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.window, Window::Closed);
}

#[test]
fn a_lost_answer_is_asked_for_again_with_one_click_and_no_number() {
    let (pc, guest) = customer();
    let old = present(&pc);
    let submission = 2; // the introduction is the first exchange
    let plan = Plan { transport: Some((submission, TransportFault::AnswerLost)), ..Plan::default() };
    let mut player = Player::open(world(&pc, plan));
    assert_eq!(player.walk(&guest), StageName::Setback);
    assert!(player.text().contains("E14"), "{}", player.text());
    drop(player);

    let mut player = open(&pc);
    assert_eq!(player.stage(), StageName::Resume);
    assert!(player.text().contains("更新の続きから始めます"), "{}", player.text());
    assert!(player.text().contains("番号の入力はいりません"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "{}", player.text());
    assert!(player.text().contains("前回作った鍵"), "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(asked(&guest), (2, 2), "asked twice, issued once");
    drop(player);
    assert_eq!(nothing_lost(&pc, &guest, &old), Ok(()));
}

#[test]
fn a_closed_store_is_opened_on_the_level_page_when_the_renewal_goes_on() {
    let password = Secret::new("ひらけごま");
    let pc = Pc { store: MemoryStore::with_password(password.clone()), ..Pc::new() };
    pc.store.unlock(&password).expect("it opens");
    let guest = renewing_bank().guest();
    assert_eq!(open(&pc).walk(&guest), StageName::Complete);
    let plan = Plan { transport: Some((2, TransportFault::AnswerLost)), ..Plan::default() };
    assert_eq!(Player::open(world(&pc, plan)).walk(&guest), StageName::Setback);

    pc.store.close();
    let mut player = open(&pc);
    player.press(Control::Primary);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Security, "{}", player.text());
    for (entry, stage) in [("ちがう", StageName::Security), ("ひらけごま", StageName::Install)] {
        player.type_into(&Security::secret_field().0, entry);
        player.press(Control::Primary);
        assert_eq!(player.stage(), stage, "{entry}: {}", player.text());
    }
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(asked(&guest), (2, 2));
}

#[test]
fn a_renewal_that_was_put_off_goes_on_after_a_restart_without_a_number() {
    let (bank, pc) = (moody_renewing_bank(), Pc::new());
    let guest = bank.guest();
    let open = || Player::open(pc.world_with_profile(profile(bank), Plan::default()));
    assert_eq!(open().walk(&guest), StageName::Complete);
    let mut player = open();
    bank.bank.fault(Fault::Pending);
    player.walk_to(StageName::Waiting, &guest);
    drop(player);
    pc.clock.advance(SignedDuration::from_secs(90));
    let mut player = open();
    assert_eq!(player.stage(), StageName::Resume);
    assert!(player.text().contains("番号の入力はいりません"), "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    let counters = &bank.bank.counters().by_account[&guest.id()];
    assert_eq!((counters.renewals, counters.renewal_polls, counters.issued), (1, 1, 2));
}

#[test]
fn a_certificate_that_has_been_followed_elsewhere_says_so_in_words() {
    let (pc, guest) = customer();
    let elsewhere = Pc { store: pc.store.clone(), ..Pc::new() };
    let mut late = open(&pc);
    late.walk_to(StageName::Security, &guest);
    let mut player = open(&elsewhere);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());

    late.press(Control::Primary);
    assert_eq!(late.stage(), StageName::Setback);
    let text = late.text();
    assert!(text.contains("E07") && text.contains("新しい電子証明書がすでにあります"), "{text}");
    assert!(!text.contains("お客様カード") && !text.contains("番号を入れ直す"), "{text}");
    assert_eq!(pc.store.certificates().expect("certificates").len(), 2);
    assert_eq!(pc.store.keys().expect("keys").len(), 2, "the key of the refused request is gone");
}

/// A CA that wants a challenge password in the request.
#[derive(Debug)]
struct Demanding(Arc<dyn EnrollmentProtocol>);

#[async_trait]
impl EnrollmentProtocol for Demanding {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        self.0.introduce().await
    }

    async fn wishes(&self, _: SpkiHash) -> Result<Wishes, ProtocolError> {
        let challenge_password = [0x30, 11, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07];
        Ok(Wishes::These(CsrAttributes::read(&challenge_password).expect("a list")))
    }

    async fn submit(&self, _: Application<'_>, _: Connected) -> Result<Reply, ProtocolError> {
        panic!("nothing may be sent")
    }
}

#[test]
fn a_request_that_cannot_be_made_as_the_authority_wants_it_is_not_begun() {
    let (pc, guest) = customer();
    let mut profile = (*profile(renewing_bank())).clone();
    profile.ca.csrattrs = true;
    let world = pc.world_with_profile(Arc::new(profile), Plan::default());
    let mut player = Player::open(World { protocol: Arc::new(Demanding(Arc::clone(&world.protocol))), ..world });
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Setback);
    assert!(player.text().contains("E23"), "{}", player.text());
    assert_eq!((asked(&guest), pc.store.keys().expect("keys").len()), ((0, 1), 1));
}

/// More calls than a renewal makes; a plan beyond the last call is a run without a fault.
const CALLS: usize = 20;
const NEVER: usize = 1_000_000;

/// Plays a renewal with this plan and then as many starts as it takes. `Err`: which promise was broken.
fn play(plan: Plan) -> Result<(), String> {
    let (pc, guest) = customer();
    let old = present(&pc);
    let mut player = Player::open(world(&pc, plan));
    if player.walk(&guest) == StageName::Setback {
        let has_code = |block: &Block| matches!(block, Block::Inquiry { code, .. } if !code.is_empty());
        if !player.page().blocks.iter().any(has_code) {
            return Err(format!("the page has no number: {}", player.text()));
        }
        // The one button of the page, as a person would press it.
        player.press(Control::Primary);
        if player.stage() == StageName::Credentials {
            return Err("it asks for numbers".to_owned());
        }
        if player.window == Window::Open && !is_renewed(&pc, &player) {
            player.walk(&guest);
        }
    }
    drop(player);
    pc.store.fail_nth_call(NEVER, StoreError::KeyMissing);
    let mut player = open(&pc);
    if !is_renewed(&pc, &player) && player.walk(&guest) != StageName::Complete {
        return Err(format!("the next start ends at {:?}: {}", player.stage(), player.text()));
    }
    drop(player);
    nothing_lost(&pc, &guest, &old)
}

/// The first page of a PC that holds the old certificate and the new one.
fn is_renewed(pc: &Pc, player: &Player) -> bool {
    player.stage() == StageName::Login && pc.store.certificates().is_ok_and(|all| all.len() == 2)
}

/// Two pairs of key and certificate, each issued once; the old one as it was; and nothing else.
fn nothing_lost(pc: &Pc, guest: &Account, old: &Certificate) -> Result<(), String> {
    let world = world(pc, Plan::default());
    let enrollments = world.journal.enrollments().map_err(|error| error.to_string())?;
    let live: Vec<Stage> =
        enrollments.iter().map(|one| one.stage()).filter(|stage| *stage != Stage::Abandoned).collect();
    let (keys, all) = (pc.store.keys().expect("keys"), pc.store.certificates().expect("certificates"));
    let (_, issued) = asked(guest);
    match (live.len(), keys.len(), all.len(), issued, all.contains(old), pc.store.key_of(old).is_ok()) {
        (2, 2, 2, 2, true, true) => Ok(()),
        counts => Err(format!("(records, keys, certificates, issued, old one, its key) = {counts:?}, {live:?}")),
    }
}

fn every_call(plan: impl Fn(usize) -> Plan) {
    for nth in 1..=CALLS {
        if let Err(broken) = play(plan(nth)) {
            panic!("call {nth}: {broken}");
        }
    }
}

#[test]
fn a_kill_after_any_line_of_the_journal_loses_nothing_and_renews_once() {
    every_call(|nth| Plan { storage: Some((nth, StorageFault::Killed)), ..Plan::default() });
}

#[test]
fn a_torn_line_of_the_journal_loses_nothing_and_renews_once() {
    every_call(|nth| Plan { storage: Some((nth, StorageFault::Torn)), ..Plan::default() });
}

#[test]
fn an_answer_lost_at_any_call_loses_nothing_and_renews_once() {
    for nth in 1..=5 {
        for fault in [TransportFault::AnswerLost, TransportFault::Unreachable] {
            let plan = Plan { transport: Some((nth, fault)), ..Plan::default() };
            assert_eq!(play(plan), Ok(()), "call {nth}: {fault:?}");
        }
    }
}

#[test]
fn a_key_store_that_fails_at_any_call_loses_nothing_and_renews_once() {
    every_call(|nth| Plan { store: Some(nth), ..Plan::default() });
}

/// Planted: the journal is written after the request. The harness must see it.
#[test]
fn a_program_that_writes_after_sending_is_seen() {
    let plan = Plan { transport: Some((2, TransportFault::HookAfterSending)), ..Plan::default() };
    assert!(play(plan).is_err(), "a certificate was lost and nobody saw it");
}

//! Every call of every port fails once. Whatever happens, the run ends on a page that says what to do, and after the
//! next start there is one pair of key and certificate, issued once, proven, and nothing left over.

use practice_bank::Account;
use shirushi::{
    journal::Stage,
    keystore::{KeyStore, StoreError},
    page::{Block, Control},
    wizard::{StageName, World},
};

use crate::{
    player::{Player, Window},
    world::{Pc, Plan, SharedBank, StorageFault, TransportFault, bank},
};

/// More calls than a run makes; a plan beyond the last call is a run without a fault.
const CALLS: usize = 16;
const NEVER: usize = 1_000_000;

/// Plays a run with this plan and then as many starts as it takes. `Err`: which promise was broken.
fn play(bank: &SharedBank, plan: Plan) -> Result<(), String> {
    play_in(bank, |pc| pc.world(bank, plan))
}

/// The same, with the ports of the first run given.
pub fn play_in(bank: &SharedBank, world: impl FnOnce(&Pc) -> World) -> Result<(), String> {
    let (pc, guest) = (Pc::new(), bank.guest());
    let mut player = Player::open(world(&pc));
    let stage = player.walk(&guest);
    if stage == StageName::Setback {
        says_what_to_do(&player)?;
        // The one button of the page, as a person would press it.
        player.press(Control::Primary);
        if player.window == Window::Open {
            player.walk(&guest);
        }
    }
    drop(player);
    finish_at_the_next_start(&pc, bank, &guest)?;
    nothing_lost(&pc, bank, &guest)
}

fn says_what_to_do(player: &Player) -> Result<(), String> {
    let page = player.page();
    let has_code = page.blocks.iter().any(|block| matches!(block, Block::Inquiry { code, .. } if !code.is_empty()));
    let has_steps = page.blocks.iter().any(|block| matches!(block, Block::Numbered(steps) if !steps.is_empty()));
    if has_code && has_steps && page.footer.primary.is_some() {
        Ok(())
    } else {
        Err(format!("the page does not say what to do: {}", player.text()))
    }
}

/// Starts until the first page is shown with everything done; the first start tidies what the fault has left.
fn finish_at_the_next_start(pc: &Pc, bank: &SharedBank, guest: &Account) -> Result<(), String> {
    pc.store.fail_nth_call(NEVER, StoreError::KeyMissing);
    let mut player = Player::open(pc.world(bank, Plan::default()));
    if is_proven(&player) {
        return Ok(());
    }
    match player.walk(guest) {
        StageName::Complete => Ok(()),
        stage => Err(format!("the next start ends at {stage:?}: {}", player.text())),
    }
}

/// The first page of a PC whose certificate is in use.
fn is_proven(player: &Player) -> bool {
    let has_certificate = |block: &Block| matches!(block, Block::Found(_));
    player.stage() == StageName::Login && player.page().blocks.iter().any(has_certificate)
}

fn nothing_lost(pc: &Pc, bank: &SharedBank, guest: &Account) -> Result<(), String> {
    let enrollments = pc.journal().enrollments().map_err(|error| error.to_string())?;
    let live: Vec<_> = enrollments.iter().filter(|enrollment| enrollment.stage() != Stage::Abandoned).collect();
    let keys = pc.store.keys().map_err(|error| error.to_string())?;
    let [one] = live.as_slice() else {
        return Err(format!("{} enrollments are not given up", live.len()));
    };
    if keys != [one.label().clone()] {
        return Err(format!("keys that should be gone: {keys:?}"));
    }
    let certificates = pc.store.certificates().map_err(|error| error.to_string())?;
    match (certificates.len(), bank.issued(guest)) {
        (1, 1) => Ok(()),
        counts => Err(format!("(in the store, issued by the bank) = {counts:?}")),
    }
}

fn every_call(plan: impl Fn(usize) -> Plan) {
    for nth in 1..=CALLS {
        if let Err(broken) = play(bank(), plan(nth)) {
            panic!("call {nth}: {broken}");
        }
    }
}

#[test]
fn no_network_at_any_call_loses_nothing() {
    every_call(|nth| Plan { transport: Some((nth, TransportFault::Unreachable)), ..Plan::default() });
}

#[test]
fn an_answer_lost_at_any_call_loses_nothing() {
    every_call(|nth| Plan { transport: Some((nth, TransportFault::AnswerLost)), ..Plan::default() });
}

#[test]
fn a_full_disk_at_any_call_loses_nothing() {
    every_call(|nth| Plan { storage: Some((nth, StorageFault::Refused)), ..Plan::default() });
}

#[test]
fn a_torn_journal_line_at_any_call_loses_nothing() {
    every_call(|nth| Plan { storage: Some((nth, StorageFault::Torn)), ..Plan::default() });
}

#[test]
fn a_key_store_that_fails_at_any_call_loses_nothing() {
    every_call(|nth| Plan { store: Some(nth), ..Plan::default() });
}

/// Planted: the journal is written after the request. The harness must see it.
#[test]
fn a_program_that_writes_after_sending_is_seen() {
    let submission = 2; // the introduction is the first exchange
    let plan = Plan { transport: Some((submission, TransportFault::HookAfterSending)), ..Plan::default() };
    assert!(play(bank(), plan).is_err(), "a certificate was lost and nobody saw it");
}

//! What happens in the hand and beside the screen: a card that is pulled out, a PIN that is locked, a clock that jumps
//! while the request is out. Through the whole wizard, with SoftHSM as the card.

use jiff::SignedDuration;
use practice_bank::Account;
use shirushi::{
    journal::Stage,
    keystore::TokenModule,
    page::{Control, login::Elsewhere},
    session::Issued,
    wizard::StageName,
};

use crate::{
    machine::enter,
    player::Player,
    promises::{Promise, Told, open_enrollment, promise, told_on},
    softhsm::{PIN, SHIM, Tokens, with_tokens},
    world::{Pc, Plan, bank},
};

const YEAR: SignedDuration = SignedDuration::from_hours(366 * 24);

fn open(pc: &Pc) -> Player {
    Player::open(pc.world(bank(), Plan::default()))
}

fn posts(guest: &Account) -> u64 {
    bank().posts(guest)
}

/// Stopped here, with this code, and this is known of a certificate; the journal says the same.
fn stopped(player: Player, pc: &Pc, code: &str, issued: Issued) -> Promise {
    let told = told_on(&player.page())?;
    drop(player);
    let stage = open_enrollment(pc)?.map(|(_, stage)| stage);
    promise(told.code.starts_with(code), || format!("{told:?}"))?;
    let known = stage.map_or(Issued::No, |stage| if stage == Stage::Answer { Issued::Yes } else { Issued::at(stage) });
    promise(told == Told { issued, ..told.clone() } && known == issued, || format!("{told:?}, the journal: {stage:?}"))
}

fn go_to_the_pin(pc: &Pc, guest: &Account) -> Player {
    let mut player = open(pc);
    player.press(Control::Elsewhere(0));
    player.walk_to(StageName::Security, guest);
    player
}

fn answer(player: &mut Player, pin: &str) {
    player.type_into("store_secret", pin);
    player.press(Control::Primary);
}

/// From the next start to the end, with the card in its place.
fn completes(pc: &Pc, guest: &Account) -> Promise {
    let mut player = open(pc);
    match player.stage() {
        StageName::Resume => player.press(Control::Primary),
        _ => {
            drop(player);
            player = go_to_the_pin(pc, guest);
        }
    }
    answer(&mut player, PIN);
    player.walk(guest);
    promise(player.stage() == StageName::Complete, || format!("{:?}: {}", player.stage(), player.text()))?;
    let (posts, issued) = (posts(guest), bank().issued(guest));
    promise((posts, issued) == (1, 1), || format!("{posts} requests, {issued} issued"))
}

fn pc(tokens: &Tokens) -> Pc {
    let module = TokenModule { name: "softhsm2".into(), path: tokens.module.clone() };
    Pc { elsewhere: vec![Elsewhere::Token(module)], ..Pc::new() }
}

fn row(name: &str, code: &str, outcome: Promise) {
    enter(name, 1, 1, usize::from(outcome.is_err()), code);
    assert_eq!(outcome, Ok(()), "{name}");
}

#[test]
fn every_mishap_of_a_card_pulled_out_before_its_key_costs_nothing() {
    let name = concat!(module_path!(), "::every_mishap_of_a_card_pulled_out_before_its_key_costs_nothing");
    with_tokens(name, SHIM, |tokens| {
        let (pc, guest) = (pc(tokens), bank().guest());
        let mut player = go_to_the_pin(&pc, &guest);
        tokens.pull_out();
        answer(&mut player, PIN);
        let mut outcome = stopped(player, &pc, "M09", Issued::No);
        outcome = outcome.and_then(|()| promise(posts(&guest) == 0, || "something was sent".to_owned()));
        tokens.put_back();
        row("card pulled out, before the key", "M09", outcome.and_then(|()| completes(&pc, &guest)));
    });
}

#[test]
fn every_mishap_of_a_card_pulled_out_before_the_installation_costs_nothing() {
    let name = concat!(module_path!(), "::every_mishap_of_a_card_pulled_out_before_the_installation_costs_nothing");
    with_tokens(name, SHIM, |tokens| {
        let (pc, guest) = (pc(tokens), bank().guest());
        let mut player = go_to_the_pin(&pc, &guest);
        answer(&mut player, PIN);
        assert_eq!(player.stage(), StageName::Install, "{}", player.text());
        tokens.pull_out();
        player.press(Control::Primary);
        let outcome = stopped(player, &pc, "M09", Issued::Yes);
        tokens.put_back();
        row("card pulled out, answered", "M09", outcome.and_then(|()| completes(&pc, &guest)));
    });
}

/// The card counts; who unlocks it is not this program's to say, and without it nothing goes on.
#[test]
fn every_mishap_of_a_locked_pin_costs_nothing() {
    let name = concat!(module_path!(), "::every_mishap_of_a_locked_pin_costs_nothing");
    with_tokens(name, SHIM, |tokens| {
        let (pc, guest) = (pc(tokens), bank().guest());
        let mut player = go_to_the_pin(&pc, &guest);
        for _ in 0..3 {
            answer(&mut player, "999999");
        }
        let outcome = stopped(player, &pc, "M06", Issued::No);
        row(
            "PIN locked",
            "M06",
            outcome.and_then(|()| promise(posts(&guest) == 0, || "something was sent".to_owned())),
        );
    });
}

/// Between trust page 1, which compares the clocks, and the answer, whose dates are held against it.
#[test]
fn every_mishap_of_a_clock_that_jumps_while_the_request_is_out_costs_nothing() {
    for (name, jump) in [("clock + 1 year, validating", YEAR), ("clock - 1 year, validating", -YEAR)] {
        let (pc, guest) = (Pc::new(), bank().guest());
        let mut player = open(&pc);
        player.walk_to(StageName::Security, &guest);
        player.begin(Control::Primary);
        pc.clock.advance(jump);
        player.wait();
        let outcome = stopped(player, &pc, "S02", Issued::Yes);
        pc.clock.advance(-jump);
        let mut player = open(&pc);
        let stage = player.walk(&guest);
        let again = promise(stage == StageName::Complete, || format!("{stage:?}: {}", player.text()));
        let counted = promise((posts(&guest), bank().issued(&guest)) == (1, 1), || "not once".to_owned());
        row(name, "S02", outcome.and(again).and(counted));
    }
}

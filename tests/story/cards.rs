//! A card in the place of a browser: looked for by whoever picks it, opened by its PIN, missed when it is pulled out.

use std::fs;

use practice_bank::Account;
use shirushi::{
    keystore::{KeyStore, TokenModule},
    page::{Control, login::Elsewhere},
    wizard::StageName,
};

use crate::{
    player::{Player, Window},
    softhsm::{ONE_TOKEN, OTHER_TOKEN, PIN, SHIM, TOKEN, Tokens, Wanted, with_tokens},
    world::{Pc, Plan, bank},
};

/// A PC with the module of these cards.
fn pc(tokens: &Tokens) -> Pc {
    let module = TokenModule { name: "softhsm2".into(), path: tokens.module.clone() };
    Pc { elsewhere: vec![Elsewhere::File, Elsewhere::Token(module)], ..Pc::new() }
}

const CARDS: Control = Control::Elsewhere(1);

fn open(pc: &Pc) -> Player {
    Player::open(pc.world(bank(), Plan::default()))
}

fn answer(player: &mut Player, pin: &str) {
    player.type_into("store_secret", pin);
    player.press(Control::Primary);
}

/// To the page that asks for the PIN of the only card.
fn go_to_the_pin(pc: &Pc, guest: &Account) -> Player {
    let mut player = open(pc);
    player.press(CARDS);
    player.walk_to(StageName::Security, guest);
    player
}

/// A test with cards: its name is its path.
macro_rules! card_test {
    ($name:ident, $wanted:expr, $test:expr) => {
        #[test]
        fn $name() {
            with_tokens(concat!(module_path!(), "::", stringify!($name)), $wanted, $test);
        }
    };
}

card_test!(a_card_holds_key_and_certificate, ONE_TOKEN, |tokens| {
    let (pc, guest) = (pc(tokens), bank().guest());
    let mut player = open(&pc);
    assert!(!player.text().contains(TOKEN), "nobody has asked for it");
    player.press(CARDS);
    assert!(player.text().contains(TOKEN), "{}", player.text());
    player.walk_to(StageName::Security, &guest);
    assert!(player.text().contains("カードのPIN"), "{}", player.text());
    answer(&mut player, "999999");
    assert_eq!(player.stage(), StageName::Security);
    assert!(player.text().contains("＊カードのPINが違います。"), "{}", player.text());
    answer(&mut player, PIN);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    assert!(player.text().contains(&format!("カード「{TOKEN}」")), "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert!(player.text().contains("カードを差し込んだまま"), "{}", player.text());
    assert!(pc.store.keys().expect("keys").is_empty(), "nothing is in the browser");
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
});

card_test!(several_cards_are_chosen_by_name, Wanted { tokens: &[TOKEN, OTHER_TOKEN], ..ONE_TOKEN }, |tokens| {
    let (pc, guest) = (pc(tokens), bank().guest());
    let mut player = open(&pc);
    player.press(CARDS);
    let lines: Vec<String> = player.text().lines().map(str::to_owned).collect();
    let at = |label: &str| lines.iter().position(|line| line == label).expect("the card");
    let other = if at(OTHER_TOKEN) < at(TOKEN) { 1 } else { 2 };
    player.press(Control::Store(other));
    player.walk_to(StageName::Security, &guest);
    answer(&mut player, PIN);
    assert!(player.text().contains(&format!("カード「{OTHER_TOKEN}」")), "{}", player.text());
});

card_test!(a_card_that_is_not_there_can_be_inserted, SHIM, |tokens| {
    let pc = pc(tokens);
    tokens.pull_out();
    let mut player = open(&pc);
    player.press(CARDS);
    assert!(player.text().contains("カードが見つかりません"), "{}", player.text());
    tokens.put_back();
    player.press(CARDS);
    assert!(player.text().contains(TOKEN), "{}", player.text());
    assert!(!player.text().contains("カードが見つかりません"));
});

#[test]
fn a_module_that_is_no_code_is_told_and_nothing_else_suffers() {
    let mut pc = Pc::new();
    let path = pc.folder.path().join("broken.so");
    fs::write(&path, "no code").expect("a file");
    pc.elsewhere = vec![Elsewhere::Token(TokenModule { name: "broken".into(), path })];
    let (mut player, guest) = (open(&pc), bank().guest());
    player.press(Control::Elsewhere(0));
    assert!(player.text().contains("カードを読み取るプログラムが動きません"), "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
}

card_test!(a_card_that_is_pulled_out_is_asked_for_and_costs_nothing, SHIM, |tokens| {
    let (pc, guest) = (pc(tokens), bank().guest());
    let mut player = go_to_the_pin(&pc, &guest);
    tokens.pull_out();
    answer(&mut player, PIN);
    assert_eq!(player.stage(), StageName::Setback);
    assert!(player.text().contains("M09") && player.text().contains("カードが見つかりません"), "{}", player.text());
    assert!(player.text().contains("まだ発行されていません"), "{}", player.text());
    assert_eq!(bank().posts(&guest), 0);
    tokens.put_back();
    player.press(Control::Primary);
    player.walk_to(StageName::Security, &guest);
    answer(&mut player, PIN);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
});

card_test!(an_answer_waits_for_its_card_at_the_next_start, SHIM, |tokens| {
    let (pc, guest) = (pc(tokens), bank().guest());
    let mut player = go_to_the_pin(&pc, &guest);
    answer(&mut player, PIN);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    drop(player);
    tokens.pull_out();
    let mut player = open(&pc);
    assert_eq!(player.stage(), StageName::Setback, "{}", player.text());
    assert!(player.text().contains("M09") && player.text().contains("発行済みです"), "{}", player.text());
    tokens.put_back();
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    player.type_into("store_secret", PIN); // asked again where the module has forgotten it
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Complete, "{}", player.text());
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
});

card_test!(the_last_try_is_told_before_it_locks_the_card, SHIM, |tokens| {
    let (pc, guest) = (pc(tokens), bank().guest());
    let mut player = go_to_the_pin(&pc, &guest);
    answer(&mut player, "999999");
    assert!(!player.text().contains("次に間違えると"), "{}", player.text());
    answer(&mut player, "999999");
    assert!(player.text().contains("＊カードのPINが違います。 次に間違えると、カードがロックされます。"));
    drop(player);
    // Whoever comes back later is told too.
    let mut player = go_to_the_pin(&pc, &guest);
    assert!(player.text().contains("次に間違えると、カードがロックされます。"), "{}", player.text());
    answer(&mut player, "999999");
    assert_eq!(player.stage(), StageName::Setback);
    assert!(player.text().contains("M06"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!((player.window, bank().posts(&guest)), (Window::Closed, 0));
});

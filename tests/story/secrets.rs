//! A store with a password of its own: asked for where it is needed, and asked again on the same page when it was wrong.

use shirushi::{
    domain::{Secret, SecurityLevel},
    keystore::{
        KeyStore, MemoryStore, StoreError,
        memory::{Call, Fault, Moment},
    },
    page::{Block, ChoiceState, Control},
    wizard::StageName,
};

use crate::{
    player::{Player, Window},
    world::{Pc, Plan, TransportFault, bank},
};

const PASSWORD: &str = "hirake-goma-1";

fn guarded() -> Pc {
    Pc { store: MemoryStore::with_password(Secret::new(PASSWORD)), ..Pc::new() }
}

fn answer(player: &mut Player, secret: &str) {
    player.type_into("store_secret", secret);
    player.press(Control::Primary);
}

fn is_chosen(player: &Player, level: SecurityLevel) -> bool {
    player.page().blocks.iter().any(|block| match block {
        Block::Choice { cards, .. } => {
            cards.iter().any(|card| card.control == Control::Level(level) && card.state == ChoiceState::Selected)
        }
        _ => false,
    })
}

#[test]
fn a_wrong_password_on_the_level_page_brings_the_page_back_and_sends_nothing() {
    let (pc, guest) = (guarded(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Level(SecurityLevel::High));
    answer(&mut player, "wrong");
    assert_eq!(player.stage(), StageName::Security, "{}", player.text());
    assert!(player.text().contains("＊保管場所のパスワードが違います"), "{}", player.text());
    assert!(is_chosen(&player, SecurityLevel::High), "what was chosen stays");
    assert_eq!(bank().posts(&guest), 0);
    answer(&mut player, PASSWORD);
    assert_eq!(player.stage(), StageName::Install, "the numbers were kept: {}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
}

#[test]
fn an_answer_is_stored_after_a_restart_with_the_stores_password() {
    let (pc, guest) = (guarded(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Security, &guest);
    answer(&mut player, PASSWORD);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    drop(player);
    pc.store.close();

    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Install);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Install, "an empty field is told on the page");
    answer(&mut player, "wrong");
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    assert!(player.text().contains("＊保管場所のパスワードが違います"), "{}", player.text());
    answer(&mut player, PASSWORD);
    assert_eq!(player.stage(), StageName::Complete, "{}", player.text());
    assert_eq!(bank().posts(&guest), 1);
}

/// What is the matter with the store is said in words of its own; only what can help is offered.
#[test]
fn a_locked_store_a_full_one_and_two_cards_are_told_apart() {
    let cases = [
        (StoreError::SecretLocked, "M06", Window::Closed),
        (StoreError::Occupied, "M07", Window::Closed),
        (StoreError::WhichToken(vec!["A".into(), "B".into()]), "M08", Window::Open),
    ];
    for (error, code, window) in cases {
        let (pc, guest) = (Pc::new(), bank().guest());
        let mut player = Player::open(pc.world(bank(), Plan::default()));
        player.walk_to(StageName::Security, &guest);
        pc.store.fail(Fault { call: Call::Create, moment: Moment::Before, error });
        player.press(Control::Primary);
        assert_eq!(player.stage(), StageName::Setback);
        assert!(player.text().contains(code), "{}", player.text());
        assert_eq!(player.page().step.number, 4, "the level page is about the store");
        player.press(Control::Primary);
        assert_eq!(player.window, window, "{code}");
        assert_eq!(bank().posts(&guest), 0);
    }
}

/// The store closed between the page and its button, as a token does that is pulled out.
#[test]
fn a_store_that_closed_meanwhile_is_asked_on_the_page_and_not_in_a_circle() {
    let (pc, guest) = (guarded(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Security, &guest);
    answer(&mut player, PASSWORD);
    pc.store.close();
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Setback);
    assert!(player.text().contains("M01"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    answer(&mut player, PASSWORD);
    assert_eq!(player.stage(), StageName::Complete, "{}", player.text());
}

#[test]
fn asking_again_with_a_wrong_password_keeps_the_request() {
    let (pc, guest) = (guarded(), bank().guest());
    let plan = Plan { transport: Some((2, TransportFault::AnswerLost)), ..Plan::default() };
    let mut player = Player::open(pc.world(bank(), plan));
    player.walk_to(StageName::Security, &guest);
    answer(&mut player, PASSWORD);
    assert_eq!(player.stage(), StageName::Setback);
    drop(player);
    pc.store.close();

    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Security, &guest);
    let posts = bank().posts(&guest);
    answer(&mut player, "wrong");
    assert_eq!(player.stage(), StageName::Security, "{}", player.text());
    assert_eq!(bank().posts(&guest), posts, "nothing was sent");
    answer(&mut player, PASSWORD);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!((bank().issued(&guest), pc.store.keys().expect("keys").len()), (1, 1));
}

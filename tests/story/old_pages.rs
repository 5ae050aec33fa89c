//! The manual's own way: the wizard at the pages of the old authority, from the first page to the login.

use practice_bank::{Account, Case, Replay};
use shirushi::{page::Control, wizard::StageName};

use crate::{
    player::Player,
    world::{Door, Pc, Plan, SharedBank, bank},
};

/// As it is shown: the double slash and the query are part of it.
const START: &str = "/sscm//client/userEnrollMS.htm?b_c=9901&c_e=1&a_u=1";
const ANSWERED: &str = "/sscm//cgi-bin/sophialite.exe";

fn open(pc: &Pc, bank: &SharedBank) -> Player {
    Player::open(pc.world_with_profile(bank.profile_of(Door::OldPages), Plan::default()))
}

/// From trust page 1 to the login.
fn certificate(player: &mut Player, bank: &SharedBank, account: &Account) {
    player.walk_to(StageName::Trust, account);
    assert!(player.text().contains(START), "{}", player.text());
    player.walk_to(StageName::Install, account);
    assert!(player.text().contains(ANSWERED), "{}", player.text());
    assert_eq!(player.walk(account), StageName::Complete, "{}", player.text());
    assert!(player.text().contains("ログインできることを確かめました"), "{}", player.text());
    assert_eq!((bank.issued(account), bank.posts(account)), (1, 1));
}

#[test]
fn a_user_gets_a_certificate_from_the_old_pages() {
    let (pc, guest) = (Pc::new(), bank().guest());
    certificate(&mut open(&pc, bank()), bank(), &guest);
}

#[test]
fn an_administrator_gets_a_certificate_from_the_page_of_the_users() {
    let bank = SharedBank::open(Replay::Same);
    let (pc, administrator) = (Pc::new(), bank.customer(Case::Administrator));
    let mut player = open(&pc, &bank);
    player.press(Control::Role(1));
    player.press(Control::Primary);
    assert!(player.text().contains("ご契約先確認暗証番号"), "{}", player.text());
    certificate(&mut player, &bank, &administrator);
}

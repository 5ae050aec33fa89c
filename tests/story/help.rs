//! ヘルプ on every page that a person meets: its own words, and back to where it was opened.

use practice_bank::Case;
use shirushi::{page::Control, wizard::StageName};

use crate::{
    player::Player,
    world::{Pc, Plan, bank},
};

/// Opens it, reads it, closes it with its button and with the key that opened it.
fn helps(player: &mut Player) -> (StageName, String) {
    let (stage, before) = (player.stage(), player.page());
    player.begin(Control::Help);
    let help = player.page();
    assert_ne!(help, before, "{stage:?}: no help");
    assert_eq!(help.escape, Some(Control::Primary), "{stage:?}: Esc does not close it");
    let said = player.text();
    player.begin(Control::Primary);
    assert_eq!(player.page(), before, "{stage:?}: back where it was");
    player.begin(Control::Help);
    player.begin(Control::Help);
    assert_eq!((player.stage(), player.page()), (stage, before), "{stage:?}: F1 closes it too");
    (stage, said)
}

#[test]
fn every_page_has_its_own_help_and_it_leads_back() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    let mut read = vec![helps(&mut player)];
    player.press(Control::Primary);
    read.push(helps(&mut player));
    player.begin(Control::Telephone);
    read.push(helps(&mut player));
    player.begin(Control::Back);
    for stage in [StageName::Trust, StageName::Security] {
        player.walk_to(stage, &guest);
        read.push(helps(&mut player));
    }
    // Also while a request is out.
    player.begin(Control::Primary);
    read.push(helps(&mut player));
    player.wait();
    read.push(helps(&mut player));
    player.begin(Control::Primary);
    read.push(helps(&mut player));
    player.wait();
    read.push(helps(&mut player));
    let mut other = Player::open(Pc::new().world(bank(), Plan::default()));
    other.walk_to(StageName::Trust, &guest);
    other.press(Control::Second);
    read.push(helps(&mut other));
    let mut stopped = Player::open(Pc::new().world(bank(), Plan::default()));
    stopped.walk(&bank().customer(Case::Maintenance));
    read.push(helps(&mut stopped));

    use StageName::*;
    let met: Vec<StageName> = read.iter().map(|(stage, _)| *stage).collect();
    assert_eq!(
        met,
        [Login, Credentials, Telephone, Trust, Security, Issuing, Install, Installing, Complete, Refused, Setback]
    );
    let mut texts: Vec<&String> = read.iter().map(|(_, said)| said).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), read.len(), "two pages have the same help");
}

/// What is typed and the open keyboard are still there.
#[test]
fn the_help_leaves_the_open_keyboard_and_what_was_typed() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Credentials, &guest);
    player.type_into("user_id", &guest.user_id);
    let secret = player.page().controls().into_iter().find(|control| matches!(control, Control::KeyboardToggle(_)));
    player.press(secret.expect("a secret field"));
    player.press(Control::Key('7'));
    assert!(player.page().keyboard.is_some());
    helps(&mut player);
    assert!(player.page().keyboard.is_some());
}

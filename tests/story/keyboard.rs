//! The software keyboard in the wizard itself: on every page with a secret field, and closed with its page.

use shirushi::{
    domain::Secret,
    keystore::memory::MemoryStore,
    page::{self, Control, Page},
    wizard::StageName,
};

use crate::{
    player::Player,
    world::{Pc, Plan, bank},
};

fn type_with_the_keyboard(player: &mut Player, field: Control, text: &str) {
    player.press(field);
    assert!(player.page().keyboard.is_some(), "{}", player.text());
    text.chars().for_each(|sign| player.press(Control::Key(sign)));
}

fn digits(page: &Page) -> String {
    let keyboard = page.keyboard.as_ref().expect("a keyboard");
    keyboard.rows[0].iter().take(10).map(|key| key.label.as_str()).collect()
}

#[test]
fn the_whole_job_is_done_with_the_software_keyboard() {
    let (mut pc, guest) = (Pc::new(), bank().guest());
    pc.store = MemoryStore::with_password(Secret::new("Pass word?!".replace(' ', "_")));
    let toggle = |field: &str| Control::KeyboardToggle(shirushi::domain::FieldId(field.to_owned()));
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Credentials, &guest);
    player.type_into("contract_id", &guest.contract_id);
    player.type_into("user_id", &guest.user_id);
    type_with_the_keyboard(&mut player, toggle("password"), &guest.password);
    type_with_the_keyboard(&mut player, toggle("confirmation"), &guest.confirmation);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "{}", player.text());
    assert!(player.page().keyboard.is_none(), "it has closed with its page");
    player.press(Control::Primary);
    let store = Control::KeyboardToggle(page::Security::secret_field());
    type_with_the_keyboard(&mut player, store, "Pass_word?!");
    player.press(Control::Primary);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
}

#[test]
fn after_a_mistake_the_keyboard_is_where_it_has_to_be_mended() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Credentials, &guest);
    player.type_into("contract_id", &guest.contract_id);
    player.type_into("user_id", &guest.user_id);
    let field = |name: &str| shirushi::domain::FieldId(name.to_owned());
    type_with_the_keyboard(&mut player, Control::KeyboardToggle(field("password")), &guest.password);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Credentials);
    assert_eq!(player.page().keyboard.expect("still open").field, field("confirmation"));
}

/// Remembered from page to page, and mixed anew on each.
#[test]
fn the_wish_for_mixed_digits_lives_as_long_as_the_window() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let open = |player: &mut Player| {
        player.walk_to(StageName::Credentials, &guest);
        player.press(Control::KeyboardToggle(shirushi::domain::FieldId("password".to_owned())));
    };
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    open(&mut player);
    assert_eq!(digits(&player.page()), "1234567890");
    player.press(Control::KeyboardOrder);
    let mixed = digits(&player.page());
    assert_ne!(mixed, "1234567890");
    player.press(Control::Back);
    open(&mut player);
    assert!(!["1234567890", mixed.as_str()].contains(&digits(&player.page()).as_str()));
    drop(player);
    let mut next = Player::open(pc.world(bank(), Plan::default()));
    open(&mut next);
    assert_eq!(digits(&next.page()), "1234567890", "the next window knows nothing of it");
}

//! The software keyboard on the page of the numbers: what its keys do, and what nobody may learn from them.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use shirushi::{
    domain::{FieldId, Language, Secret},
    i18n::Words,
    page::{self, Block, Control, Event, Page},
};
use support::*;

fn ja() -> Words {
    Words::new(Language::Japanese)
}

fn press(control: Control) -> Event {
    Event::Pressed(control)
}

fn says(page: &Page, text: &str) -> bool {
    page.spoken().iter().any(|line| line.contains(text))
}

fn entered(entries: [&str; 4]) -> page::Credentials {
    let profile = Arc::new(profile());
    let mut page = page::Credentials::new(profile.clone(), user(&profile));
    for (id, text) in ["contract_id", "user_id", "password", "confirmation"].into_iter().zip(entries) {
        page.update(Event::Edited(FieldId(id.into()), Secret::new(text)));
    }
    page
}

fn field(page: &page::Credentials, id: &str) -> page::FieldModel {
    let view = page.view(&ja());
    let fields = view.blocks.into_iter().find_map(|block| match block {
        Block::Fields(fields) => Some(fields),
        _ => None,
    });
    fields.unwrap().into_iter().find(|field| field.id.0 == id).unwrap()
}

fn password() -> FieldId {
    FieldId("password".into())
}

fn with_keyboard() -> page::Credentials {
    let mut page = entered(["7001234567", "yamada01", "", "x"]);
    page.update(press(Control::KeyboardToggle(password())));
    page
}

#[test]
fn the_software_keyboard_types_into_its_field() {
    let mut page = entered(["7001234567", "yamada01", "", "x"]);
    page.update(press(Control::Key('1')));
    assert!(field(&page, "password").entry.is_empty(), "it is closed");
    page.update(press(Control::KeyboardToggle(password())));
    for key in ['a', '7', ':'] {
        page.update(press(Control::Key(key)));
    }
    page.update(press(Control::KeyboardCase));
    page.update(press(Control::KeyboardSymbols));
    page.update(press(Control::KeyboardDelete));
    assert_eq!(field(&page, "password").entry.reveal(), "a7");
    page.update(press(Control::KeyboardToggle(FieldId("confirmation".into()))));
    page.update(press(Control::Key('y')));
    assert_eq!(field(&page, "confirmation").entry.reveal(), "xy", "it has come over");
    assert_eq!(field(&page, "password").entry.reveal(), "a7");
    page.update(press(Control::KeyboardClose));
    assert_eq!(page.view(&ja()).keyboard, None);
    page.update(press(Control::KeyboardToggle(FieldId("user_id".into()))));
    assert_eq!(page.view(&ja()).keyboard, None, "an ID has none");
}

#[test]
fn the_software_keyboard_never_says_a_key() {
    let mut page = with_keyboard();
    let before = page.view(&ja()).spoken();
    page.update(press(Control::Key('q')));
    let view = page.view(&ja());
    assert_eq!(view.spoken(), before, "a key changes nothing that is spoken");
    assert_eq!(before.iter().filter(|line| line.contains("入力しています")).count(), 1);
    assert!(!before.iter().any(|line| line == "1字消す" || line.chars().count() == 1));
    assert!(matches!(field(&page, "password").masking, page::Masking::Hidden(_)), "dots");
}

#[test]
fn the_software_keyboard_stands_in_the_tab_order_after_its_button() {
    let view = with_keyboard().view(&ja());
    let controls = view.controls();
    let toggle = controls.iter().position(|control| *control == Control::KeyboardToggle(password())).unwrap();
    use Control::{Field, Key, KeyboardCase, KeyboardClose, KeyboardSymbols};
    let next = [KeyboardCase, KeyboardSymbols, KeyboardClose, Key('1'), Field(FieldId("confirmation".into()))];
    assert_eq!(controls[toggle + 1..toggle + 6], next);
}

#[test]
fn the_open_keyboard_folds_what_is_not_needed_and_leaving_the_page_closes_it() {
    let view = with_keyboard().view(&ja());
    assert!(says(&view, "電話で指示を受けながら") && !says(&view, "お願いすることはありません"));
    let folded = field(&with_keyboard(), "contract_id").support;
    assert!(folded.is_empty() && !field(&with_keyboard(), "password").support.is_empty());
    for control in [Control::Telephone, Control::Back, Control::Primary] {
        let mut page = with_keyboard();
        page.update(press(Control::Key('1')));
        assert!(page.update(press(control)).is_some());
        assert_eq!(page.view(&ja()).keyboard, None);
    }
    assert_eq!(with_keyboard().with_ids_kept().view(&ja()).keyboard, None);
}

//! The software keyboard under every page with a secret field: what its keys do, and what nobody may learn from them.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use shirushi::{
    domain::{Chance, FieldId, Language, Secret},
    i18n::Words,
    keystore::{StoreDescription, StoreKind, StoreLock},
    page::{self, Block, Control, Dock, Event, Page, Purpose},
};
use support::*;

fn ja() -> Words {
    Words::new(Language::Japanese)
}

fn says(page: &Page, text: &str) -> bool {
    page.spoken().iter().any(|line| line.contains(text))
}

/// The two numbers that decide every order.
#[derive(Debug)]
struct Drawn(u8);

impl Chance for Drawn {
    fn below(&self, limit: u8) -> Option<u8> {
        Some(self.0 % limit)
    }
}

/// A page and the keyboard under it, as the wizard ties them together.
struct Desk<P> {
    page: P,
    dock: Dock,
}

trait Typed {
    fn type_into(&mut self, event: Event);
    fn look(&self) -> Page;
}

impl Typed for page::Credentials {
    fn type_into(&mut self, event: Event) {
        self.update(event);
    }

    fn look(&self) -> Page {
        self.view(&ja())
    }
}

impl Typed for page::Security {
    fn type_into(&mut self, event: Event) {
        self.update(event);
    }

    fn look(&self) -> Page {
        self.view(&ja())
    }
}

impl Typed for page::Install {
    fn type_into(&mut self, event: Event) {
        self.update(event);
    }

    fn look(&self) -> Page {
        self.view(&ja())
    }
}

impl<P: Typed> Desk<P> {
    fn of(page: P) -> Self {
        Self { page, dock: Dock::new(Arc::new(Drawn(0))) }
    }

    fn press(&mut self, control: Control) {
        if let Some(event) = self.dock.update(Event::Pressed(control), &self.page.look()) {
            self.page.type_into(event);
        }
    }

    fn view(&self) -> Page {
        self.dock.attach(self.page.look(), &ja())
    }

    fn field(&self, id: &str) -> page::FieldModel {
        fields(&self.view()).into_iter().find(|field| field.id.0 == id).unwrap()
    }

    fn digits(&self) -> String {
        let keyboard = self.view().keyboard.unwrap();
        keyboard.rows[0].iter().take(10).map(|key| key.label.clone()).collect()
    }
}

fn fields(page: &Page) -> Vec<page::FieldModel> {
    let of = |block: &Block| if let Block::Fields(fields) = block { fields.clone() } else { Vec::new() };
    page.blocks.iter().flat_map(of).collect()
}

fn entered(entries: [&str; 4]) -> Desk<page::Credentials> {
    let profile = Arc::new(profile());
    let mut page = page::Credentials::new(profile.clone(), user(&profile));
    for (id, text) in ["contract_id", "user_id", "password", "confirmation"].into_iter().zip(entries) {
        page.update(Event::Edited(FieldId(id.into()), Secret::new(text)));
    }
    Desk::of(page)
}

fn password() -> FieldId {
    FieldId("password".into())
}

fn with_keyboard() -> Desk<page::Credentials> {
    let mut desk = entered(["7001234567", "yamada01", "", "x"]);
    desk.press(Control::KeyboardToggle(password()));
    desk
}

/// A store that waits for its password.
fn locked_store() -> StoreDescription {
    store(StoreKind::Nss, StoreLock::Closed)
}

#[test]
fn the_software_keyboard_types_into_its_field() {
    let mut desk = entered(["7001234567", "yamada01", "", "x"]);
    desk.press(Control::Key('1'));
    assert!(desk.field("password").entry.is_empty(), "it is closed");
    desk.press(Control::KeyboardToggle(password()));
    for key in ['a', '7', ':'] {
        desk.press(Control::Key(key));
    }
    desk.press(Control::KeyboardCase);
    desk.press(Control::KeyboardSymbols);
    desk.press(Control::KeyboardDelete);
    assert_eq!(desk.field("password").entry.reveal(), "a7");
    desk.press(Control::KeyboardToggle(FieldId("confirmation".into())));
    desk.press(Control::Key('y'));
    assert_eq!(desk.field("confirmation").entry.reveal(), "xy", "it has come over");
    assert_eq!(desk.field("password").entry.reveal(), "a7");
    desk.press(Control::KeyboardClose);
    assert_eq!(desk.view().keyboard, None);
    desk.press(Control::KeyboardToggle(FieldId("user_id".into())));
    assert_eq!(desk.view().keyboard, None, "an ID has none");
}

#[test]
fn the_software_keyboard_never_says_a_key() {
    let mut desk = with_keyboard();
    let before = desk.view().spoken();
    desk.press(Control::Key('q'));
    let view = desk.view();
    assert_eq!(view.spoken(), before, "a key changes nothing that is spoken");
    assert_eq!(before.iter().filter(|line| line.contains("入力しています")).count(), 1);
    assert!(!before.iter().any(|line| line == "1字消す" || line.chars().count() == 1));
    assert!(matches!(desk.field("password").masking, page::Masking::Hidden(_)), "dots");
}

/// Two keys leave the same page behind, but for the entry that is drawn as dots.
#[test]
fn which_key_it_was_cannot_be_read_from_the_page() {
    let after = |key: char| {
        let mut desk = with_keyboard();
        desk.press(Control::Key(key));
        let mut page = desk.view();
        let fields = page.blocks.iter_mut().find_map(|block| match block {
            Block::Fields(fields) => Some(fields),
            _ => None,
        });
        let typed: Vec<Secret> = fields.unwrap().iter_mut().map(|field| std::mem::take(&mut field.entry)).collect();
        (page, typed)
    };
    let ((one, typed_one), (other, typed_other)) = (after('3'), after('k'));
    assert_eq!(one, other);
    assert_ne!(typed_one, typed_other, "the comparison sees two keys");
}

#[test]
fn the_software_keyboard_stands_in_the_tab_order_after_its_button() {
    let view = with_keyboard().view();
    let controls = view.controls();
    let toggle = controls.iter().position(|control| *control == Control::KeyboardToggle(password())).unwrap();
    use Control::{Field, Key, KeyboardCase, KeyboardClose, KeyboardOrder, KeyboardSymbols};
    let next =
        [KeyboardCase, KeyboardSymbols, KeyboardOrder, KeyboardClose, Key('1'), Field(FieldId("confirmation".into()))];
    assert_eq!(controls[toggle + 1..toggle + 7], next);
}

#[test]
fn the_open_keyboard_folds_what_is_not_needed() {
    let view = with_keyboard().view();
    assert!(says(&view, "電話で指示を受けながら") && !says(&view, "お願いすることはありません"));
    let desk = with_keyboard();
    assert!(desk.field("contract_id").support.is_empty() && !desk.field("password").support.is_empty());
}

#[test]
fn a_page_that_decides_is_never_folded() {
    let page = page::Security::new(Arc::new(profile()), locked_store(), Purpose::New);
    let before = page.look();
    let mut desk = Desk::of(page);
    desk.press(Control::KeyboardToggle(page::Security::secret_field()));
    let after = desk.view();
    assert!(after.keyboard.is_some());
    assert_eq!((after.lead, after.blocks.len(), after.footer), (before.lead, before.blocks.len(), before.footer));
}

/// Nothing on these pages knows of the keyboard: a secret field is enough.
#[test]
fn every_secret_field_has_the_keyboard_and_no_other_has() {
    let words = ja();
    let dock = || Dock::new(Arc::new(Drawn(0)));
    let mut secrets = 0;
    for sample in every_page(&words) {
        for field in fields(&dock().attach(sample.page.clone(), &words)) {
            let is_secret = field.masking != page::Masking::Never;
            assert_eq!(field.keyboard.is_some(), is_secret, "{}: {:?}", sample.name, field.id);
            secrets += usize::from(is_secret);
        }
    }
    assert!(secrets > 10, "only {secrets} secret fields seen");
}

#[test]
fn the_stores_own_password_is_typed_on_both_pages_that_ask_for_it() {
    fn typed(mut desk: Desk<impl Typed>) -> (String, Option<String>) {
        let id = page::Security::secret_field();
        desk.press(Control::KeyboardToggle(id.clone()));
        for key in ['P', '1', '$', '_'] {
            desk.press(Control::Key(key));
        }
        desk.press(Control::KeyboardDelete);
        let caption = desk.view().keyboard.map(|keyboard| keyboard.caption.field);
        (desk.field(&id.0).entry.reveal().to_owned(), caption)
    }
    let security = page::Security::new(Arc::new(profile()), locked_store(), Purpose::New);
    let install = install_into(StoreLock::Closed, None);
    for (entry, caption) in [typed(Desk::of(security)), typed(Desk::of(install))] {
        assert_eq!((entry.as_str(), caption.as_deref()), ("P1$", Some("保管場所のパスワード")));
    }
}

#[test]
fn the_digits_stand_in_order_until_somebody_wants_them_mixed() {
    let mut desk = with_keyboard();
    assert_eq!(desk.digits(), "1234567890");
    desk.press(Control::KeyboardOrder);
    let mixed = desk.digits();
    assert_ne!(mixed, "1234567890");
    let mut all: Vec<char> = mixed.chars().collect();
    all.sort_unstable();
    assert_eq!(all.into_iter().collect::<String>(), "0123456789", "each is there once");
    desk.press(Control::KeyboardOrder);
    assert_eq!(desk.digits(), "1234567890");
}

#[test]
fn mixed_digits_are_mixed_anew_each_time_the_keyboard_opens() {
    /// Draws another number each time.
    #[derive(Debug, Default)]
    struct Dealer(std::sync::atomic::AtomicUsize);

    impl Chance for Dealer {
        fn below(&self, limit: u8) -> Option<u8> {
            let drawn = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Some((drawn * 7 % usize::from(limit)) as u8)
        }
    }

    let mut desk = entered(["7001234567", "yamada01", "", ""]);
    desk.dock = Dock::new(Arc::new(Dealer::default()));
    desk.press(Control::KeyboardToggle(password()));
    desk.press(Control::KeyboardOrder);
    let first = desk.digits();
    desk.press(Control::Key('a'));
    assert_eq!(desk.digits(), first, "typing does not move the keys");
    desk.press(Control::KeyboardClose);
    desk.press(Control::KeyboardToggle(password()));
    let second = desk.digits();
    assert_ne!(second, first, "the wish is remembered, the order is not");
    desk.press(Control::KeyboardToggle(FieldId("confirmation".into())));
    assert_ne!(desk.digits(), second, "coming over is opening");
}

#[test]
fn caps_lock_does_not_reach_the_software_keyboard() {
    let mut desk = with_keyboard();
    desk.page.update(Event::CapsLock(page::CapsLock::On));
    let shown: String = desk.view().keyboard.unwrap().rows[1].iter().map(|key| key.label.clone()).collect();
    assert_eq!(shown, "abcdefghijklm");
    desk.press(Control::Key('a'));
    assert_eq!(desk.field("password").entry.reveal(), "a");
}

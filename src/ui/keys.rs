//! What a key means, before anything is known about the page.

use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};

use crate::page::{CapsLock, keyboard::Way};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    NextControl,
    PreviousControl,
    Arrow(Way),
    /// Space on what has the focus.
    Use,
    /// Enter.
    Confirm,
    /// Esc.
    Escape,
    Back,
    Help,
    Larger,
    Smaller,
    UsualSize,
    PageDown,
    PageUp,
    Accelerator(char),
}

impl Intent {
    /// Whether the focus can be seen from this key on.
    pub fn shows_focus(self) -> bool {
        matches!(self, Self::NextControl | Self::PreviousControl | Self::Arrow(_) | Self::Use)
    }
}

/// Whether letters go into a text field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    Nowhere,
    IntoField,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    First,
    /// The key is being held.
    Repeated,
}

pub fn intent(key: &Key, modifiers: Modifiers, typing: Typing, stroke: Stroke) -> Option<Intent> {
    if modifiers.command() {
        return text_size(key);
    }
    match key {
        Key::Named(named) if modifiers.alt() => alt_named(*named),
        Key::Named(named) => plain(*named, modifiers, typing, stroke),
        Key::Character(letter) => accelerator(letter, modifiers, typing, stroke),
        Key::Unidentified => None,
    }
}

fn text_size(key: &Key) -> Option<Intent> {
    match key {
        Key::Character(sign) => match sign.as_str() {
            // On many keyboards + is on the key of = or of ;.
            "+" | "=" | ";" => Some(Intent::Larger),
            "-" => Some(Intent::Smaller),
            "0" => Some(Intent::UsualSize),
            _ => None,
        },
        _ => None,
    }
}

fn alt_named(named: Named) -> Option<Intent> {
    match named {
        Named::ArrowLeft => Some(Intent::Back),
        _ => None,
    }
}

fn plain(named: Named, modifiers: Modifiers, typing: Typing, stroke: Stroke) -> Option<Intent> {
    let once = |intent| (stroke == Stroke::First).then_some(intent);
    match (named, typing) {
        (Named::Tab, _) if modifiers.shift() => Some(Intent::PreviousControl),
        (Named::Tab, _) => Some(Intent::NextControl),
        (Named::ArrowDown, Typing::Nowhere) => Some(Intent::Arrow(Way::Down)),
        (Named::ArrowRight, Typing::Nowhere) => Some(Intent::Arrow(Way::Right)),
        (Named::ArrowUp, Typing::Nowhere) => Some(Intent::Arrow(Way::Up)),
        (Named::ArrowLeft, Typing::Nowhere) => Some(Intent::Arrow(Way::Left)),
        (Named::Space, Typing::Nowhere) => once(Intent::Use),
        (Named::Enter, _) => once(Intent::Confirm),
        (Named::Escape, _) => once(Intent::Escape),
        (Named::F1, _) => once(Intent::Help),
        (Named::PageDown, _) => Some(Intent::PageDown),
        (Named::PageUp, _) => Some(Intent::PageUp),
        _ => None,
    }
}

fn accelerator(letter: &str, modifiers: Modifiers, typing: Typing, stroke: Stroke) -> Option<Intent> {
    let is_for_the_page = typing == Typing::Nowhere || modifiers.alt();
    let mut characters = letter.chars();
    match (characters.next(), characters.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() && is_for_the_page && stroke == Stroke::First => {
            Some(Intent::Accelerator(letter.to_ascii_uppercase()))
        }
        _ => None,
    }
}

/// A letter tells whether Caps Lock is on; nothing else does.
pub fn caps_lock(text: &str, modifiers: Modifiers) -> Option<CapsLock> {
    let mut characters = text.chars();
    let letter = characters.next().filter(|letter| letter.is_ascii_alphabetic())?;
    let alone = characters.next().is_none() && !modifiers.control() && !modifiers.alt() && !modifiers.logo();
    let is_on = letter.is_ascii_uppercase() != modifiers.shift();
    alone.then_some(if is_on { CapsLock::On } else { CapsLock::Off })
}

#[cfg(test)]
mod tests {
    use iced::keyboard::key::Named;
    use iced::keyboard::{Key, Modifiers};

    use super::{Intent, Stroke, Typing, caps_lock, intent};
    use crate::page::CapsLock;

    fn letter(c: &str) -> Key {
        Key::Character(c.into())
    }

    fn on_page(key: Key, modifiers: Modifiers) -> Option<Intent> {
        intent(&key, modifiers, Typing::Nowhere, Stroke::First)
    }

    fn in_field(key: Key, modifiers: Modifiers) -> Option<Intent> {
        intent(&key, modifiers, Typing::IntoField, Stroke::First)
    }

    #[test]
    fn tab_walks_both_ways_from_everywhere() {
        assert_eq!(on_page(Key::Named(Named::Tab), Modifiers::NONE), Some(Intent::NextControl));
        assert_eq!(in_field(Key::Named(Named::Tab), Modifiers::SHIFT), Some(Intent::PreviousControl));
    }

    #[test]
    fn a_field_keeps_what_is_typed_into_it() {
        for key in [Key::Named(Named::Space), Key::Named(Named::ArrowLeft), letter("y")] {
            assert_eq!(in_field(key.clone(), Modifiers::NONE), None, "{key:?}");
            assert!(on_page(key.clone(), Modifiers::NONE).is_some(), "{key:?}");
        }
    }

    #[test]
    fn alt_reaches_the_page_from_a_field() {
        assert_eq!(in_field(letter("y"), Modifiers::ALT), Some(Intent::Accelerator('Y')));
        assert_eq!(in_field(Key::Named(Named::ArrowLeft), Modifiers::ALT), Some(Intent::Back));
    }

    #[test]
    fn copy_and_paste_stay_with_the_field() {
        for key in ["c", "v", "x", "a"] {
            assert_eq!(in_field(letter(key), Modifiers::CTRL), None);
        }
    }

    #[test]
    fn control_and_a_sign_change_the_text_size() {
        assert_eq!(on_page(letter("+"), Modifiers::CTRL | Modifiers::SHIFT), Some(Intent::Larger));
        assert_eq!(in_field(letter("-"), Modifiers::CTRL), Some(Intent::Smaller));
        assert_eq!(on_page(letter("0"), Modifiers::CTRL), Some(Intent::UsualSize));
    }

    #[test]
    fn a_held_key_decides_nothing() {
        for key in [Key::Named(Named::Enter), Key::Named(Named::Space), Key::Named(Named::Escape), letter("y")] {
            assert_eq!(intent(&key, Modifiers::NONE, Typing::Nowhere, Stroke::Repeated), None, "{key:?}");
        }
    }

    #[test]
    fn reload_does_nothing() {
        assert_eq!(on_page(Key::Named(Named::F5), Modifiers::NONE), None);
    }

    #[test]
    fn a_letter_tells_caps_lock() {
        assert_eq!(caps_lock("A", Modifiers::NONE), Some(CapsLock::On));
        assert_eq!(caps_lock("a", Modifiers::SHIFT), Some(CapsLock::On));
        assert_eq!(caps_lock("a", Modifiers::NONE), Some(CapsLock::Off));
        assert_eq!(caps_lock("7", Modifiers::NONE), None);
    }
}

//! Something typed: whether it is shown, and what can be wrong with it, found before it is sent.

use super::{Button, Control, Icon, Masking};
use crate::{
    domain::{Field, FieldId, FieldKind, Language, Role, Secret},
    i18n::{Words, say},
};

/// The eye inside a secret field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Reveal {
    #[default]
    Hidden,
    Shown,
}

impl Reveal {
    pub fn turned(self) -> Self {
        match self {
            Self::Hidden => Self::Shown,
            Self::Shown => Self::Hidden,
        }
    }

    pub fn masking(self, id: &FieldId, words: &Words) -> Masking {
        let eye = Control::Reveal(id.clone());
        match self {
            Self::Hidden => Masking::Hidden(Button::new(eye, say!(words, "credentials", "show")).with_icon(Icon::Eye)),
            Self::Shown => Masking::Shown(Button::new(eye, say!(words, "credentials", "hide")).with_icon(Icon::EyeOff)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    Empty,
    TooLong,
    /// Not ASCII even after folding.
    Kana,
    /// ASCII that cannot be sent.
    Sign,
    /// A doubt: contract and user ID look exchanged.
    Swapped,
    /// A doubt: both secrets are equal.
    Same,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    Folded,
    Trimmed,
    Wiped,
}

/// Full-width forms of ASCII (U+FF01–FF5E and the ideographic space) as ASCII, and no spaces at the ends. The note says
/// what was changed; `None` means that nothing was.
pub(super) fn fold(typed: &Secret) -> (Secret, Option<Note>) {
    let text = typed.reveal();
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().map(half_width));
    let note = if folded != text {
        Some(Note::Folded)
    } else if folded.trim() != folded {
        Some(Note::Trimmed)
    } else {
        None
    };
    let mended = Secret::new(folded.trim());
    drop(Secret::new(folded)); // wiped, not only freed
    (mended, note)
}

fn half_width(typed: char) -> char {
    match typed {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(typed) - 0xFEE0).unwrap_or(typed),
        other => other,
    }
}

pub(super) fn mistake_in(field: &Field, entry: &Secret) -> Option<Mistake> {
    let text = entry.reveal();
    if text.is_empty() {
        Some(Mistake::Empty)
    } else if !text.is_ascii() {
        Some(Mistake::Kana)
    } else if text.chars().any(|c| c.is_ascii_control() || (c == ':' && field.kind == FieldKind::Id)) {
        Some(Mistake::Sign)
    } else if text.chars().count() > field.max {
        Some(Mistake::TooLong)
    } else {
        None
    }
}

/// Entries that look odd but may be right.
pub(super) fn doubts<'a>(role: &Role, value: &dyn Fn(&FieldId) -> &'a str) -> Vec<(FieldId, Mistake)> {
    let of = |kind: FieldKind| role.fields.iter().filter(move |field| field.kind == kind).collect::<Vec<_>>();
    let mut found = Vec::new();
    if let [first, second] = of(FieldKind::Id).as_slice()
        && look_swapped((first, value(&first.id)), (second, value(&second.id)))
    {
        found.push((first.id.clone(), Mistake::Swapped));
    }
    if let [first, second] = of(FieldKind::Secret).as_slice()
        && value(&first.id) == value(&second.id)
    {
        found.push((second.id.clone(), Mistake::Same));
    }
    found
}

/// A field that the bank calls a number (番号) holds letters, while its neighbour, which is no number, holds only digits.
fn look_swapped((first, one): (&Field, &str), (second, other): (&Field, &str)) -> bool {
    let is_number = |field: &Field| field.label.in_language(Language::Japanese).contains("番号");
    let letters = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic());
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    is_number(first) && !is_number(second) && letters(one) && digits(other)
}

#[cfg(test)]
mod tests {
    use super::{Note, fold};
    use crate::domain::Secret;

    fn folded(text: &str) -> (String, Option<Note>) {
        let (secret, note) = fold(&Secret::new(text));
        (secret.reveal().to_owned(), note)
    }

    #[test]
    fn full_width_becomes_half_width_and_says_so() {
        assert_eq!(folded("７００１２３ＡＢｃ＿！"), ("700123ABc_!".into(), Some(Note::Folded)));
    }

    #[test]
    fn spaces_at_the_ends_go_and_spaces_inside_stay() {
        assert_eq!(folded(" a b\u{3000}"), ("a b".into(), Some(Note::Folded)));
        assert_eq!(folded("\tab "), ("ab".into(), Some(Note::Trimmed)));
    }

    #[test]
    fn what_is_right_is_left_alone() {
        assert_eq!(folded("yamada01"), ("yamada01".into(), None));
        assert_eq!(folded("かな"), ("かな".into(), None));
    }
}

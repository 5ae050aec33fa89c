//! What a page says to a person, held against the words of the profile.

use super::{
    super::{Refusal, RefusalKind, problem::MAX_TEXT},
    page::Page,
};
use crate::domain::{Meaning, Pickup, Reference, ReferencePlace, WebPages, packed};

/// What the text of a page means by the profile; everything else is only the bank's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    No {
        meaning: Meaning,
        tries_left: Option<u32>,
    },
    Later {
        seconds: Option<u32>,
    },
    /// Made later, and kept under a reference.
    Receipt {
        reference: Reference,
        seconds: Option<u32>,
    },
    Unknown,
}

/// What the page answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    Application,
    Pickup,
}

pub fn understood(page: &Page, pages: &WebPages, errand: Errand) -> Said {
    let text = packed(&page.text);
    if let Some(words) = pages.refusals.iter().find(|words| words.contains.is_in(&text)) {
        let tries_left = words.tries_left.as_ref().and_then(|pattern| pattern.find(&text));
        return Said::No { meaning: words.code, tries_left };
    }
    let told = match (errand, &pages.pickup) {
        (Errand::Application, Some(pickup)) => receipt(page, &text, pickup),
        (Errand::Pickup, Some(pickup)) if pickup.not_ready.is_in(&text) => {
            Some(Said::Later { seconds: seconds(&text, pickup) })
        }
        _ => None,
    };
    match (told, &pages.later) {
        (Some(told), _) => told,
        (None, Some(later)) if later.contains.is_in(&text) => Said::Later { seconds: later.retry_after_seconds },
        (None, _) => Said::Unknown,
    }
}

/// Words alone are no receipt: without its reference nobody could come back.
fn receipt(page: &Page, text: &str, pickup: &Pickup) -> Option<Said> {
    if !pickup.contains.is_in(text) {
        return None;
    }
    let reference = match &pickup.reference {
        ReferencePlace::After(words) => ReferencePlace::after(words, &page.text),
        ReferencePlace::Input(input) => value(page, &input.0),
    };
    Some(Said::Receipt { reference: reference?, seconds: seconds(text, pickup) })
}

fn value(page: &Page, input: &str) -> Option<Reference> {
    let mut controls = page.forms.iter().flat_map(|form| &form.controls);
    let value = controls.find(|control| control.name == input)?.values.first()?;
    Reference::try_from(value.trim().to_owned()).ok()
}

/// What the page says of the time is stronger than what the profile says.
fn seconds(text: &str, pickup: &Pickup) -> Option<u32> {
    pickup.ready_in.as_ref().and_then(|span| span.find(text)).or(pickup.retry_after_seconds)
}

/// The refusal with the bank's sentence, of which secrets are gone already.
pub fn refusal(kind: RefusalKind, text: &str) -> Refusal {
    Refusal { kind, text: text.chars().take(MAX_TEXT).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(words: &str) -> WebPages {
        let step = r#"
            [[step]]
            request = { input = "p", armour = "none", line_ending = "lf", wrap = 64 }
        "#;
        toml::from_str(&format!("{step}{words}")).expect("a table")
    }

    const WORDS: &str = r#"
        [[error]]
        contains = "認証に失敗しました"
        code = "E01"
        tries_left = "あと{n}回"
        [[error]]
        contains = "認証"
        code = "E12"
        [later]
        contains = "後ほど"
        retry_after_seconds = 60
    "#;

    fn understood(text: &str, pages: &WebPages) -> Said {
        let page = Page { text: text.to_owned(), ..Page::default() };
        super::understood(&page, pages, Errand::Application)
    }

    #[test]
    fn the_first_words_that_fit_count() {
        let wrong = Said::No { meaning: Meaning::WrongNumbers, tries_left: Some(3) };
        assert_eq!(understood("認証に 失敗\nしました。あと ３ 回です。後ほど", &pages(WORDS)), wrong);
        let other = Said::No { meaning: Meaning::NotAuthorized, tries_left: None };
        assert_eq!(understood("端末の認証", &pages(WORDS)), other);
        assert_eq!(understood("後ほどお越しください", &pages(WORDS)), Said::Later { seconds: Some(60) });
    }

    #[test]
    fn without_a_table_nothing_is_guessed() {
        for text in ["認証に失敗しました", "メンテナンス中です", "E01", ""] {
            assert_eq!(understood(text, &pages("")), Said::Unknown, "{text}");
        }
    }
}

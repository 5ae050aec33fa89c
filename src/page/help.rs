//! ヘルプ(F1): ten words and the keys. Opens over any page and returns to the same place.

use std::sync::Arc;

use super::{
    Block, Control, Event, Footer, Page, Row, StepMark,
    parts::{primary, row},
};
use crate::{
    domain::Profile,
    i18n::{Words, lines, say},
};

#[derive(Debug, Clone)]
pub struct Help {
    profile: Arc<Profile>,
    /// The step of the page underneath.
    under: StepMark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Close,
}

impl Help {
    pub fn new(profile: Arc<Profile>, under: StepMark) -> Self {
        Self { profile, under }
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        (event == Event::Pressed(Control::Primary)).then_some(Action::Close)
    }

    pub fn view(&self, words: &Words) -> Page {
        let help = words.text(&self.profile.institution.help_desk);
        Page {
            step: self.under,
            title: say!(words, "help"),
            lead: vec![help.to_owned()],
            blocks: vec![
                Block::Heading(say!(words, "help", "words")),
                Block::Rows(self.words(words)),
                Block::Heading(say!(words, "help", "keys")),
                Block::Rows(keys(words)),
                Block::Paragraph(vec![say!(words, "help", "screens"), say!(words, "help", "explorer")]),
            ],
            footer: Footer { primary: Some(primary(say!(words, "act", "close"))), ..Footer::default() },
            escape: Some(Control::Primary),
            ..Page::default()
        }
    }

    fn words(&self, words: &Words) -> Vec<Row> {
        let own = words.text(&self.profile.institution.own_name);
        let authority = words.text(&self.profile.ca.name);
        let span = words.span(self.profile.windows.validity);
        vec![
            row(say!(words, "help", "certificate"), lines!(words, "help", "certificate-is")),
            row(say!(words, "help", "get"), lines!(words, "help", "get-is")),
            row(say!(words, "help", "again"), lines!(words, "help", "again-is")),
            row(say!(words, "help", "renew"), lines!(words, "help", "renew-is", span = span.as_str())),
            row(say!(words, "help", "reissue"), lines!(words, "help", "reissue-is", own = own)),
            row(say!(words, "help", "revoke"), lines!(words, "help", "revoke-is", own = own)),
            row(say!(words, "help", "expiry"), lines!(words, "help", "expiry-is", span = span.as_str())),
            row(
                say!(words, "help", "authority"),
                lines!(words, "help", "authority-is", own = own, authority = authority),
            ),
            row(say!(words, "help", "roles"), lines!(words, "help", "roles-is")),
            row(say!(words, "help", "pin"), lines!(words, "help", "pin-is")),
        ]
    }
}

fn keys(words: &Words) -> Vec<Row> {
    let key = |name: &str, lines| row(name.to_owned(), lines);
    vec![
        key("Tab", lines!(words, "help", "key-tab")),
        key("Space", lines!(words, "help", "key-space")),
        key("Enter", lines!(words, "help", "key-enter")),
        key("Esc", lines!(words, "help", "key-escape")),
        key("Alt + ←", lines!(words, "help", "key-back")),
        key("F1", lines!(words, "help", "key-help")),
        key("Ctrl + −", lines!(words, "help", "key-size")),
        row(say!(words, "help", "key-answers-name"), lines!(words, "help", "key-answers")),
    ]
}

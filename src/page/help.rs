//! ヘルプ(F1): the page under it, ten words and the keys. Opens over any page and returns to the same place.

use std::sync::Arc;

use super::{
    Block, Control, Event, Footer, Page, Row, StepMark, Topic,
    parts::{primary, row},
};
use crate::{
    domain::Profile,
    i18n::{Words, lines, say},
};

#[derive(Debug, Clone)]
pub struct Help {
    profile: Arc<Profile>,
    /// The page underneath, and its step.
    topic: Topic,
    under: StepMark,
    hands: Hands,
}

/// What the person has for answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// Mouse and keys.
    Window,
    /// A line that ends with Enter.
    Terminal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Close,
}

impl Help {
    pub fn new(profile: Arc<Profile>, topic: Topic, under: StepMark, hands: Hands) -> Self {
        Self { profile, topic, under, hands }
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        (event == Event::Pressed(Control::Primary)).then_some(Action::Close)
    }

    pub fn view(&self, words: &Words) -> Page {
        let institution = &self.profile.institution;
        let (own, help) = (words.text(&institution.own_name), words.text(&institution.help_desk));
        let (heading, keys) = match self.hands {
            Hands::Window => (say!(words, "help", "keys"), keys(words)),
            Hands::Terminal => (say!(words, "help", "answers"), answers(words)),
        };
        Page {
            step: self.under,
            title: say!(words, "help"),
            lead: vec![help.to_owned()],
            blocks: vec![
                Block::Heading(say!(words, "help", "page")),
                Block::Rows(self.topic.rows(own, words)),
                Block::Heading(say!(words, "help", "words")),
                Block::Rows(self.words(words)),
                Block::Heading(heading),
                Block::Rows(keys),
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
        row(say!(words, "help", "key-arrows-name"), lines!(words, "help", "key-arrows")),
        key("Esc", lines!(words, "help", "key-escape")),
        key("Alt + ←", lines!(words, "help", "key-back")),
        key("F1", lines!(words, "help", "key-help")),
        key("Ctrl + −", lines!(words, "help", "key-size")),
        row(say!(words, "help", "key-answers-name"), lines!(words, "help", "key-answers")),
    ]
}

/// At a terminal nothing is pressed: what can be typed there.
fn answers(words: &Words) -> Vec<Row> {
    let answer = |name: &str, lines| row(name.to_owned(), lines);
    vec![
        answer("Enter", lines!(words, "help", "answer-enter")),
        answer("1, 2, 3", lines!(words, "help", "answer-number")),
        answer("Y, N, S, D", lines!(words, "help", "answer-letter")),
        answer("?", lines!(words, "help", "answer-help")),
        answer("q", lines!(words, "help", "answer-quit")),
        answer("Ctrl + C", lines!(words, "help", "answer-break")),
        row(say!(words, "help", "answer-secret-name"), lines!(words, "help", "answer-secret")),
    ]
}

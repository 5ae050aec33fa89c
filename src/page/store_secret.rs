//! The store's own password, asked for on the level page and again before a certificate is stored.

use super::{Control, Event, FieldModel, entry::Reveal};
use crate::{
    domain::{FieldId, Secret},
    i18n::{Words, say},
    keystore::{StoreDescription, TriesLeft},
};

/// Whether the page has the field, and what has been typed into it.
#[derive(Debug, Clone)]
pub(super) struct StoreSecret {
    need: Need,
    secret: Secret,
    state: State,
    reveal: Reveal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Asked,
    NotAsked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fine,
    Missing,
    Wrong(TriesLeft),
}

/// What the button finds in the field.
#[derive(Debug)]
pub(super) enum Entered {
    /// Ready: with the password, or without one where none is asked for. It has left the page.
    Ready(Option<Secret>),
    /// Asked for and empty: the field says so.
    Missing,
}

impl StoreSecret {
    /// A store that waits is given the field.
    pub fn of(store: &StoreDescription) -> Self {
        let need = if store.lock.waits() { Need::Asked } else { Need::NotAsked };
        Self { need, secret: Secret::default(), state: State::Fine, reveal: Reveal::default() }
    }

    pub fn field() -> FieldId {
        FieldId("store_secret".to_owned())
    }

    /// The store did not open: the field comes back empty and red.
    pub fn wrong(&mut self, tries: TriesLeft) {
        self.need = Need::Asked;
        self.secret = Secret::default();
        self.state = State::Wrong(tries);
    }

    pub fn hide(&mut self) {
        self.reveal = Reveal::Hidden;
    }

    pub fn clear(&mut self) {
        self.secret = Secret::default();
    }

    pub fn update(&mut self, event: Event) {
        match event {
            Event::Pressed(Control::Reveal(id)) if id == Self::field() => self.reveal = self.reveal.turned(),
            Event::Edited(id, secret) if id == Self::field() => {
                self.secret = secret;
                self.state = State::Fine;
            }
            _ => {}
        }
    }

    pub fn hand_over(&mut self) -> Entered {
        match self.need {
            Need::NotAsked => Entered::Ready(None),
            Need::Asked if self.secret.is_empty() => {
                self.state = State::Missing;
                Entered::Missing
            }
            Need::Asked => Entered::Ready(Some(std::mem::take(&mut self.secret))),
        }
    }

    /// `None` where the store asks for nothing.
    pub fn view(&self, words: &Words) -> Option<FieldModel> {
        (self.need == Need::Asked).then(|| {
            let label = say!(words, "security", "secret");
            FieldModel {
                keyboard: None,
                id: Self::field(),
                error: self.error(&label, words),
                label,
                required: say!(words, "credentials", "required"),
                support: say!(words, "security", "secret-support"),
                entry: self.secret.clone(),
                masking: self.reveal.masking(&Self::field(), words),
                mend: None,
                note: None,
            }
        })
    }

    fn error(&self, label: &str, words: &Words) -> Option<String> {
        match self.state {
            State::Fine => None,
            State::Missing => Some(say!(words, "credentials", "empty", field = label)),
            State::Wrong(TriesLeft::One) => Some(say!(words, "security", "secret-last")),
            State::Wrong(_) => Some(say!(words, "security", "secret-wrong")),
        }
    }
}

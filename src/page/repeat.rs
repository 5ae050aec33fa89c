//! A new password once more: nobody could tell it again.

use super::{Control, Event, FieldModel, entry::Reveal};
use crate::{
    domain::{FieldId, Secret},
    i18n::{Words, say},
};

#[derive(Debug, Clone, Default)]
pub(super) struct Repeat {
    secret: Secret,
    state: State,
    reveal: Reveal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Fine,
    Missing,
    Different,
}

impl Repeat {
    pub fn field() -> FieldId {
        FieldId("store_secret_again".to_owned())
    }

    pub fn hide(&mut self) {
        self.reveal = Reveal::Hidden;
    }

    pub fn clear(&mut self) {
        self.secret = Secret::default();
    }

    /// The first one was no password to choose.
    pub fn ask_again(&mut self) {
        *self = Self { state: State::Missing, reveal: self.reveal, ..Self::default() };
    }

    pub fn update(&mut self, event: &Event) {
        match event {
            Event::Pressed(Control::Reveal(id)) if *id == Self::field() => self.reveal = self.reveal.turned(),
            Event::Edited(id, secret) if *id == Self::field() => {
                self.secret = secret.clone();
                self.state = State::Fine;
            }
            _ => {}
        }
    }

    /// Whether the same stands here; where it does not, the field says so.
    pub fn confirms(&mut self, first: &Secret) -> bool {
        self.state = match () {
            () if self.secret.is_empty() => State::Missing,
            () if self.secret != *first => State::Different,
            () => State::Fine,
        };
        self.state == State::Fine
    }

    pub fn view(&self, words: &Words) -> FieldModel {
        let label = say!(words, "store-secret", "again");
        let error = match self.state {
            State::Fine => None,
            State::Missing => Some(say!(words, "credentials", "empty", field = &label)),
            State::Different => Some(say!(words, "store-secret", "different")),
        };
        FieldModel {
            id: Self::field(),
            label,
            required: say!(words, "credentials", "required"),
            support: say!(words, "store-secret", "again-support"),
            entry: self.secret.clone(),
            masking: self.reveal.masking(&Self::field(), words),
            keyboard: None,
            error,
            mend: None,
            note: None,
        }
    }
}

//! The store's own password, asked for on the level page and again before a certificate is stored.

use super::{Control, Event, FieldModel, entry::Reveal};
use crate::{
    domain::{FieldId, Secret},
    i18n::{Words, say},
    keystore::{StoreDescription, StoreKind, StoreLock, TriesLeft},
};

/// A file may be tried by whoever has it, as often as one likes.
const LEAST_CHARACTERS: usize = 8;

/// Whether the page has the field, and what has been typed into it.
#[derive(Debug, Clone)]
pub(super) struct StoreSecret {
    need: Need,
    kind: Kind,
    /// What the store told before anything was typed.
    tries: TriesLeft,
    secret: Secret,
    state: State,
    reveal: Reveal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Asked,
    NotAsked,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The password of a browser's database.
    Browser,
    File,
    /// Of a file that is still to be made.
    NewFile,
    Pin,
}

impl Kind {
    fn of(store: &StoreDescription) -> Self {
        match (store.kind, store.lock) {
            (StoreKind::Nss | StoreKind::Memory, _) => Self::Browser,
            (StoreKind::Pkcs12, StoreLock::New) => Self::NewFile,
            (StoreKind::Pkcs12, _) => Self::File,
            (StoreKind::Pkcs11, _) => Self::Pin,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fine,
    Missing,
    TooShort,
    Wrong(TriesLeft),
}

/// What the button finds in the field.
#[derive(Debug)]
pub(super) enum Entered {
    /// Ready: with the password, or without one where none is asked for. It has left the page.
    Ready(Option<Secret>),
    /// Asked for and empty, or no password to choose: the field says so.
    Missing,
}

impl StoreSecret {
    /// A store that waits is given the field.
    pub fn of(store: &StoreDescription) -> Self {
        let need = if store.lock.waits() { Need::Asked } else { Need::NotAsked };
        let (kind, tries) = (Kind::of(store), store.tries);
        Self { need, kind, tries, secret: Secret::default(), state: State::Fine, reveal: Reveal::default() }
    }

    pub fn field() -> FieldId {
        FieldId("store_secret".to_owned())
    }

    /// Whether it is chosen here, and not known already.
    pub fn is_new(&self) -> bool {
        self.need == Need::Asked && self.kind == Kind::NewFile
    }

    pub fn entry(&self) -> &Secret {
        &self.secret
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
            Need::Asked if self.is_too_short() => {
                self.state = State::TooShort;
                Entered::Missing
            }
            Need::Asked => Entered::Ready(Some(std::mem::take(&mut self.secret))),
        }
    }

    /// It was right, and something else on the page was not.
    pub fn put_back(&mut self, secret: Secret) {
        self.secret = secret;
    }

    fn is_too_short(&self) -> bool {
        self.is_new() && self.secret.reveal().chars().count() < LEAST_CHARACTERS
    }

    /// `None` where the store asks for nothing.
    pub fn view(&self, words: &Words) -> Option<FieldModel> {
        (self.need == Need::Asked).then(|| {
            let label = self.label(words);
            FieldModel {
                keyboard: None,
                id: Self::field(),
                error: self.error(&label, words),
                label,
                required: say!(words, "credentials", "required"),
                support: self.support(words),
                entry: self.secret.clone(),
                masking: self.reveal.masking(&Self::field(), words),
                mend: None,
                note: self.last_try(words),
            }
        })
    }

    fn label(&self, words: &Words) -> String {
        match self.kind {
            Kind::Browser => say!(words, "security", "secret"),
            Kind::File | Kind::NewFile => say!(words, "store-secret", "file"),
            Kind::Pin => say!(words, "store-secret", "pin"),
        }
    }

    fn support(&self, words: &Words) -> String {
        match self.kind {
            Kind::Browser => say!(words, "security", "secret-support"),
            Kind::File => say!(words, "store-secret", "file-support"),
            Kind::NewFile => say!(words, "store-secret", "new-support", n = LEAST_CHARACTERS),
            Kind::Pin => say!(words, "store-secret", "pin-support"),
        }
    }

    fn error(&self, label: &str, words: &Words) -> Option<String> {
        let error = match (self.state, self.kind) {
            (State::Fine, _) => return None,
            (State::Missing, _) => say!(words, "credentials", "empty", field = label),
            (State::TooShort, _) => say!(words, "store-secret", "short", n = LEAST_CHARACTERS),
            (State::Wrong(TriesLeft::One), Kind::Pin) => say!(words, "store-secret", "pin-last"),
            (State::Wrong(TriesLeft::One), _) => say!(words, "security", "secret-last"),
            (State::Wrong(_), Kind::Pin) => say!(words, "store-secret", "pin-wrong"),
            (State::Wrong(_), Kind::File | Kind::NewFile) => say!(words, "store-secret", "file-wrong"),
            (State::Wrong(_), Kind::Browser) => say!(words, "security", "secret-wrong"),
        };
        Some(error)
    }

    /// Told before the try that locks the card, and not only after it.
    fn last_try(&self, words: &Words) -> Option<String> {
        let is_told = matches!(self.state, State::Wrong(_));
        (self.tries == TriesLeft::One && !is_told).then(|| say!(words, "store-secret", "one-left"))
    }
}

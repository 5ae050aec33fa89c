//! What goes to the bank or comes from it by hand: the request as a file, and the certificate as a file. Quiet on the
//! pages of an open request.

use std::path::{Path, PathBuf};

use super::{
    Block, Button, Control, Event, FieldModel, Footer, Icon, Readiness, Tone,
    parts::{back, item, notice, plain_field, primary},
};
use crate::{
    domain::{FieldId, Secret},
    i18n::{Words, lines, say},
    session::NoAnswer,
};

/// The ends of names under which certificates travel.
pub const CERTIFICATE_FILES: [&str; 6] = ["p7b", "p7c", "cer", "crt", "pem", "der"];

/// What is carried, and with that which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carried {
    /// From here to the bank.
    Request,
    /// From the bank to here.
    Certificate,
}

/// Why a file cannot be used. Nothing has changed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    Gone,
    Link,
    NotAFile,
    TooLarge,
    Unreadable,
    NoCertificate,
    /// Of another request: another PC's, or an older one's.
    OtherKey,
    OtherIssuer,
    /// For this key and from this bank, and yet not what was asked for.
    NotAskedFor,
    /// Another file of this name is there. It is never written over.
    Taken,
    /// The folder is not there, or cannot be written into.
    NotWritten,
}

impl Mishap {
    pub const ALL: [Self; 11] = [
        Self::Gone,
        Self::Link,
        Self::NotAFile,
        Self::TooLarge,
        Self::Unreadable,
        Self::NoCertificate,
        Self::OtherKey,
        Self::OtherIssuer,
        Self::NotAskedFor,
        Self::Taken,
        Self::NotWritten,
    ];

    fn words(self, words: &Words) -> String {
        match self {
            Self::Gone => say!(words, "courier", "gone"),
            Self::Link => say!(words, "courier", "link"),
            Self::NotAFile => say!(words, "courier", "not-a-file"),
            Self::TooLarge => say!(words, "courier", "too-large"),
            Self::Unreadable => say!(words, "courier", "unreadable"),
            Self::NoCertificate => say!(words, "courier", "no-certificate"),
            Self::OtherKey => say!(words, "courier", "other-key"),
            Self::OtherIssuer => say!(words, "courier", "other-issuer"),
            Self::NotAskedFor => say!(words, "courier", "not-asked-for"),
            Self::Taken => say!(words, "courier", "taken"),
            Self::NotWritten => say!(words, "courier", "not-written"),
        }
    }
}

impl From<&NoAnswer> for Mishap {
    fn from(reason: &NoAnswer) -> Self {
        match reason {
            NoAnswer::Gone => Self::Gone,
            NoAnswer::Link => Self::Link,
            NoAnswer::NotAFile => Self::NotAFile,
            NoAnswer::TooLarge => Self::TooLarge,
            NoAnswer::Io(_) => Self::Unreadable,
        }
    }
}

/// What the person wants of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// The system shall ask for a file.
    Ask(Carried),
    Use(Carried, PathBuf),
}

#[derive(Debug, Clone, Default)]
pub struct Courier {
    state: State,
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    Quiet,
    /// The system asks.
    Asking(Carried),
    /// Its dialog brought nothing, or a file that cannot be used: the name can be typed.
    Typing(Typed),
    /// The file is being read or written; whatever was typed stays.
    Busy(Option<Typed>),
    Saved(PathBuf),
}

#[derive(Debug, Clone)]
struct Typed {
    carried: Carried,
    path: Secret,
    mistake: Option<Mistake>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    Empty,
    Mishap(Mishap),
}

impl Courier {
    /// The id of the field for the name of a file.
    pub fn field() -> FieldId {
        FieldId("carried_file".to_owned())
    }

    /// A file is at work: whatever else the page offers would cross it.
    pub fn is_busy(&self) -> bool {
        matches!(self.state, State::Busy(_))
    }

    /// Asks at once, for whoever has asked on another page.
    pub fn ask(&mut self, carried: Carried) {
        self.state = State::Asking(carried);
    }

    /// The dialog was closed, or none could be opened.
    pub fn let_type(&mut self, carried: Carried, suggested: &Path) {
        let path = Secret::new(suggested.display().to_string());
        self.state = State::Typing(Typed { carried, path, mistake: None });
    }

    /// A file has been chosen in the dialog, and is at work.
    pub fn begin(&mut self) {
        if !self.is_busy() {
            self.state = State::Busy(None);
        }
    }

    /// A name that was of no use can be mended where it stands, also one that the dialog brought.
    pub fn missed(&mut self, carried: Carried, file: &Path, mishap: Mishap) {
        let path = Secret::new(file.display().to_string());
        self.state = State::Typing(Typed { carried, path, mistake: Some(Mistake::Mishap(mishap)) });
    }

    pub fn saved(&mut self, file: PathBuf) {
        self.state = State::Saved(file);
    }

    pub fn has_saved(&self) -> bool {
        matches!(self.state, State::Saved(_))
    }

    pub fn update(&mut self, event: Event) -> Option<Errand> {
        match (event, &mut self.state) {
            // One dialog is enough.
            (_, State::Asking(_) | State::Busy(_)) => None,
            (Event::Pressed(Control::Carry(carried)), _) => {
                self.state = State::Asking(carried);
                Some(Errand::Ask(carried))
            }
            (Event::Pressed(Control::Back), State::Typing(_)) => {
                self.state = State::Quiet;
                None
            }
            (Event::Pressed(Control::Primary), State::Typing(typed)) => {
                let path = typed.path.reveal().trim();
                if path.is_empty() {
                    typed.mistake = Some(Mistake::Empty);
                    return None;
                }
                let errand = Errand::Use(typed.carried, PathBuf::from(path));
                self.state = State::Busy(Some(typed.clone()));
                Some(errand)
            }
            (Event::Edited(id, path), State::Typing(typed)) if id == Self::field() => {
                (typed.path, typed.mistake) = (path, None);
                None
            }
            _ => None,
        }
    }

    /// The field, where a name is needed.
    pub fn field_block(&self, words: &Words) -> Option<Block> {
        let (State::Typing(typed) | State::Busy(Some(typed))) = &self.state else { return None };
        Some(Block::Fields(vec![typed.field(words)]))
    }

    /// Where the request is now.
    pub fn receipt(&self, words: &Words) -> Option<Block> {
        let State::Saved(file) = &self.state else { return None };
        Some(notice(Tone::Success, lines!(words, "courier", "saved", file = file.display().to_string())))
    }

    /// A name is being typed: the buttons of the page are about it and about nothing else.
    pub fn is_typing(&self) -> bool {
        matches!(self.state, State::Typing(_))
    }

    pub fn footer(&self, words: &Words) -> Option<Footer> {
        let (State::Typing(typed) | State::Busy(Some(typed))) = &self.state else { return None };
        let label = match typed.carried {
            Carried::Certificate => say!(words, "courier", "use-certificate"),
            Carried::Request => say!(words, "courier", "use-request"),
        };
        let use_it = Button { readiness: self.readiness(), ..primary(label) };
        Some(Footer { back: Some(back(words)), primary: Some(use_it), ..Footer::default() })
    }

    /// One of the two ways, with when it is taken.
    pub fn offer(&self, carried: Carried, words: &Words) -> Block {
        let is_asking = matches!(self.state, State::Asking(asked) if asked == carried);
        let remark = match (carried, is_asking) {
            (_, true) => say!(words, "courier", "asking"),
            (Carried::Certificate, false) => say!(words, "courier", "certificate-when"),
            (Carried::Request, false) => say!(words, "courier", "request-when"),
        };
        Block::Remark { remark: item(Icon::Info, remark), link: self.button(carried, words) }
    }

    fn button(&self, carried: Carried, words: &Words) -> Button {
        let label = match carried {
            Carried::Certificate => say!(words, "courier", "certificate"),
            Carried::Request => say!(words, "courier", "request"),
        };
        Button { readiness: self.readiness(), ..Button::new(Control::Carry(carried), label) }
    }

    fn readiness(&self) -> Readiness {
        match self.state {
            State::Asking(_) | State::Busy(_) => Readiness::Busy,
            State::Quiet | State::Typing(_) | State::Saved(_) => Readiness::Ready,
        }
    }
}

impl Typed {
    fn field(&self, words: &Words) -> FieldModel {
        let label = say!(words, "elsewhere", "where");
        let error = self.mistake.map(|mistake| match mistake {
            Mistake::Empty => say!(words, "credentials", "empty", field = &label),
            Mistake::Mishap(mishap) => say!(words, "courier", "mistake", said = mishap.words(words)),
        });
        let support = say!(words, "courier", "where-support");
        FieldModel { error, ..plain_field(Courier::field(), (label, support), &self.path, words) }
    }
}

/// What is told over the page, wherever it stands, once the request is a file.
pub fn saved(words: &Words) -> String {
    say!(words, "toast", "request-saved")
}

/// The name that is proposed for the request.
pub fn suggested_file(words: &Words) -> String {
    say!(words, "courier", "file-name")
}

/// What the system's dialog calls the files that it shows.
pub fn file_kind(words: &Words) -> String {
    say!(words, "courier", "file-kind")
}

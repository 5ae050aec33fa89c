//! Another place for the key than a browser of this PC: a file, a card. Quiet below the browsers; what was found there
//! stands among them.

use std::path::{Path, PathBuf};

use crate::{
    domain::{FieldId, Secret},
    i18n::{Words, lines, say},
    keystore::{Address, Encryption, TokenModule},
    page::{
        Block, Button, Control, Event, FieldModel, Icon, RadioCard, Readiness, Tone,
        parts::{item, notice, plain_field},
    },
};

use super::{Found, chosen};

/// Another place that this PC has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    File,
    /// The cards behind a module that nobody has loaded yet.
    Token(TokenModule),
}

/// Why another place cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// A file of this name is there already. It is never written over.
    FileTaken,
    /// The folder is not there, or the name is none.
    FolderMissing,
    TokenMissing,
    /// The module could not be loaded, or does not answer.
    ModuleFailed,
}

/// What the person wants of the page.
#[derive(Debug)]
pub(super) enum Wish {
    Look(Elsewhere),
    Use(PathBuf),
}

/// The way to another place.
#[derive(Debug, Clone, Default)]
pub(super) struct Detour {
    offers: Vec<Elsewhere>,
    state: State,
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    Quiet,
    /// The system asks for a name, or a module looks for its tokens.
    Looking(Elsewhere),
    /// The system's own dialog brought nothing: the place can be typed.
    Typing(Typed),
    /// The file that was typed is being looked at.
    Trying(Typed),
    CardMissed(Miss),
}

#[derive(Debug, Clone)]
struct Typed {
    path: Secret,
    mistake: Option<Mistake>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    Empty,
    Missed(Miss),
}

impl Detour {
    pub fn offering(offers: Vec<Elsewhere>) -> Self {
        Self { offers, state: State::Quiet }
    }

    pub fn file_field() -> FieldId {
        FieldId("store_file".to_owned())
    }

    pub fn is_typing(&self) -> bool {
        matches!(self.state, State::Typing(_) | State::Trying(_))
    }

    /// A browser was chosen after all, or a place has been found.
    pub fn end(&mut self) {
        self.state = State::Quiet;
    }

    pub fn let_type(&mut self, suggested: &Path) {
        self.state = State::Typing(Typed { path: Secret::new(suggested.display().to_string()), mistake: None });
    }

    /// A file that cannot be used can be renamed on the page; a card cannot.
    pub fn missed(&mut self, miss: Miss, file: Option<&Path>) {
        self.state = match file {
            Some(file) => State::Typing(Typed {
                path: Secret::new(file.display().to_string()),
                mistake: Some(Mistake::Missed(miss)),
            }),
            None => State::CardMissed(miss),
        };
    }

    pub fn update(&mut self, event: Event) -> Option<Wish> {
        match (event, &mut self.state) {
            // One dialog is enough.
            (Event::Pressed(Control::Elsewhere(_)), State::Looking(_) | State::Trying(_)) => None,
            (Event::Pressed(Control::Elsewhere(index)), _) => {
                let offer = self.offers.get(index)?.clone();
                self.state = State::Looking(offer.clone());
                Some(Wish::Look(offer))
            }
            (Event::Pressed(Control::UseFile), State::Typing(_)) => self.use_typed(),
            (Event::Edited(id, path), State::Typing(typed)) if id == Self::file_field() => {
                *typed = Typed { path, mistake: None };
                None
            }
            _ => None,
        }
    }

    /// The file whose name stands in the field.
    pub fn use_typed(&mut self) -> Option<Wish> {
        let State::Typing(typed) = &mut self.state else { return None };
        let path = typed.path.reveal().trim();
        if path.is_empty() {
            typed.mistake = Some(Mistake::Empty);
            return None;
        }
        let path = PathBuf::from(path);
        self.state = State::Trying(typed.clone());
        Some(Wish::Use(path))
    }

    pub fn view(&self, words: &Words) -> Vec<Block> {
        let mut blocks: Vec<Block> =
            self.offers.iter().enumerate().map(|(index, offer)| self.offer(index, offer, words)).collect();
        match &self.state {
            State::Typing(typed) | State::Trying(typed) => {
                let link = Button::new(Control::UseFile, say!(words, "elsewhere", "use-file"));
                blocks.push(Block::Fields(vec![typed.field(words)]));
                blocks.push(Block::Link(Button { readiness: self.readiness(), ..link }));
            }
            State::CardMissed(Miss::TokenMissing) => {
                blocks.push(notice(Tone::Warning, lines!(words, "elsewhere", "no-card")));
            }
            State::CardMissed(_) => blocks.push(notice(Tone::Warning, lines!(words, "elsewhere", "no-reader"))),
            State::Quiet | State::Looking(_) => {}
        }
        blocks
    }

    fn offer(&self, index: usize, offer: &Elsewhere, words: &Words) -> Block {
        let is_looked_for = matches!(&self.state, State::Looking(looked_for) if looked_for == offer);
        let remark = match (offer, is_looked_for) {
            (Elsewhere::File, false) => say!(words, "elsewhere", "file-when"),
            (Elsewhere::File, true) => say!(words, "elsewhere", "file-looking"),
            (Elsewhere::Token(_), true) => say!(words, "elsewhere", "card-looking"),
            (Elsewhere::Token(_), false) if self.modules() == 1 => say!(words, "elsewhere", "card-when"),
            (Elsewhere::Token(module), false) => say!(words, "elsewhere", "card-which", name = module.name.as_str()),
        };
        let label = match offer {
            Elsewhere::File => say!(words, "elsewhere", "file"),
            Elsewhere::Token(_) => say!(words, "elsewhere", "card"),
        };
        let link = Button { readiness: self.readiness(), ..Button::new(Control::Elsewhere(index), label) };
        Block::Remark { remark: item(Icon::Info, remark), link }
    }

    fn readiness(&self) -> Readiness {
        match self.state {
            State::Looking(_) | State::Trying(_) => Readiness::Busy,
            State::Quiet | State::Typing(_) | State::CardMissed(_) => Readiness::Ready,
        }
    }

    fn modules(&self) -> usize {
        self.offers.iter().filter(|offer| matches!(offer, Elsewhere::Token(_))).count()
    }
}

impl Typed {
    fn field(&self, words: &Words) -> FieldModel {
        let label = say!(words, "elsewhere", "where");
        let error = self.mistake.map(|mistake| match mistake {
            Mistake::Empty => say!(words, "credentials", "empty", field = &label),
            Mistake::Missed(Miss::FileTaken) => say!(words, "elsewhere", "taken"),
            Mistake::Missed(_) => say!(words, "elsewhere", "no-folder"),
        });
        let support = say!(words, "elsewhere", "where-support");
        FieldModel { error, ..plain_field(Detour::file_field(), (label, support), &self.path, words) }
    }
}

/// A store among the others, as one of the answers to where the key shall be. What the user named may hold characters that
/// no title has.
pub(super) fn card((index, found): (usize, &Found), selected: usize, words: &Words) -> RadioCard {
    let (title, lines) = match Address::parse(&found.store.address) {
        Some(Address::Pkcs12 { file, encryption: Encryption::Modern }) => {
            (say!(words, "elsewhere", "file"), vec![file.display().to_string()])
        }
        Some(Address::Pkcs12 { encryption: Encryption::OldSystems, .. }) => {
            (say!(words, "elsewhere", "old-systems"), lines!(words, "elsewhere", "old-systems-lines"))
        }
        Some(Address::Pkcs11 { .. }) => (say!(words, "elsewhere", "card"), vec![found.browser.clone()]),
        Some(Address::Nss { .. }) | None => (found.browser.clone(), Vec::new()),
    };
    let control = Control::Store(index);
    RadioCard { control, title, badge: None, lines, picture: None, state: chosen(index, selected) }
}

//! セキュリティレベル: what this PC will do each time the certificate is used. The one button that sends is here.

use std::sync::Arc;

use super::{
    Arrangement, Badge, Block, Button, ChoiceState, Control, Disclosure, EnterKey, Event, FieldModel, Footer, Icon,
    Page, Purpose, RadioCard, Tone,
    parts::{back, current, level_name, notice, place, primary, row},
    repeat::Repeat,
    store_secret::{Entered, StoreSecret},
    trust::turned,
};
use crate::{
    domain::{FieldId, Profile, Secret, SecurityLevel, WeakerStore},
    i18n::{Words, lines, say},
    keystore::{Export, StoreDescription, StoreKind, StoreLock, TriesLeft},
};

/// The recommended one is met first, one that may be unavailable last.
const ORDER: [SecurityLevel; 3] = [SecurityLevel::Medium, SecurityLevel::High, SecurityLevel::Low];

#[derive(Debug, Clone)]
pub struct Security {
    profile: Arc<Profile>,
    store: StoreDescription,
    purpose: Purpose,
    level: Option<SecurityLevel>,
    secret: StoreSecret,
    /// Only where a password is chosen.
    repeat: Option<Repeat>,
    details: Disclosure,
}

#[derive(Debug)]
pub enum Action {
    /// The only act of the whole wizard that sends.
    Issue {
        level: SecurityLevel,
        store_secret: Option<Secret>,
    },
    Back,
}

impl Security {
    pub fn new(profile: Arc<Profile>, store: StoreDescription, purpose: Purpose) -> Self {
        let secret = StoreSecret::of(&store);
        let repeat = secret.is_new().then(Repeat::default);
        let mut page = Self { profile, secret, repeat, store, purpose, level: None, details: Disclosure::Closed };
        page.level = match purpose {
            Purpose::AskAgain { level } => Some(level),
            Purpose::New | Purpose::Renew | Purpose::ByHand | Purpose::PickUp => {
                ORDER.into_iter().find(|level| page.allows(*level))
            }
        };
        page
    }

    /// The id of the field for the store's own password.
    pub fn secret_field() -> FieldId {
        StoreSecret::field()
    }

    /// The store, as it was when the page was made.
    pub fn store(&self) -> &StoreDescription {
        &self.store
    }

    /// The id of the field for the repeated password of a new file.
    pub fn repeat_field() -> FieldId {
        Repeat::field()
    }

    /// The store did not open: the same page with the field empty and red.
    pub fn with_wrong_secret(mut self, tries: TriesLeft) -> Self {
        self.secret.wrong(tries);
        self
    }

    /// Twenty seconds after the eye was used.
    pub fn hide_secrets(&mut self) {
        self.secret.hide();
        self.repeat.iter_mut().for_each(Repeat::hide);
    }

    /// Five idle minutes.
    pub fn clear_secrets(&mut self) {
        self.secret.clear();
        self.repeat.iter_mut().for_each(Repeat::clear);
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Pressed(Control::Level(level)) if !self.is_settled() && self.allows(level) => {
                self.level = Some(level);
            }
            Event::Pressed(Control::Details) => self.details = turned(self.details),
            Event::Pressed(Control::Primary) => return self.issue(),
            Event::Pressed(Control::Back) => {
                self.clear_secrets();
                return Some(Action::Back);
            }
            event => {
                self.repeat.iter_mut().for_each(|repeat| repeat.update(&event));
                self.secret.update(event);
            }
        }
        None
    }

    /// The key exists already.
    fn is_settled(&self) -> bool {
        matches!(self.purpose, Purpose::AskAgain { .. })
    }

    fn issue(&mut self) -> Option<Action> {
        let level = self.level?;
        let chosen = self.secret.entry().clone();
        let is_confirmed = self.repeat.as_mut().is_none_or(|repeat| repeat.confirms(&chosen));
        match self.secret.hand_over() {
            Entered::Ready(store_secret) if is_confirmed => {
                self.clear_secrets();
                Some(Action::Issue { level, store_secret })
            }
            // It stays while the other field is mended.
            Entered::Ready(store_secret) => {
                store_secret.into_iter().for_each(|secret| self.secret.put_back(secret));
                None
            }
            // Another one is to be chosen, and typed twice.
            Entered::Missing => {
                self.repeat.iter_mut().for_each(Repeat::ask_again);
                None
            }
        }
    }

    /// The password of the store, and what a person must know who chooses one.
    fn secrets(&self, words: &Words) -> Vec<Block> {
        let repeat = self.repeat.as_ref().map(|repeat| repeat.view(words));
        let fields: Vec<FieldModel> = self.secret.view(words).into_iter().chain(repeat).collect();
        let own = self.repeat.iter().map(|_| notice(Tone::Info, lines!(words, "store-secret", "own")));
        let fields = (!fields.is_empty()).then_some(Block::Fields(fields));
        own.chain(fields).collect()
    }

    /// The bank's minimum, and what the bank says about a store that is weaker than the choice.
    fn allows(&self, level: SecurityLevel) -> bool {
        let honoured = self.store.effective_level(level) >= level;
        level >= self.profile.key.minimum_level && (honoured || self.profile.key.weaker_store == WeakerStore::Warn)
    }

    pub fn view(&self, words: &Words) -> Page {
        let (title, lead) = match self.purpose {
            Purpose::New | Purpose::Renew | Purpose::ByHand | Purpose::PickUp => {
                (say!(words, "security"), lines!(words, "security", "lead"))
            }
            Purpose::AskAgain { .. } => (say!(words, "security", "fixed"), lines!(words, "security", "fixed-lead")),
        };
        let mut blocks = vec![self.choice(words)];
        blocks.extend(self.secrets(words));
        blocks.push(self.details(words));
        blocks.push(self.last_word(words));
        Page {
            step: current(place::LEVEL),
            title,
            lead,
            blocks,
            footer: self.footer(words),
            enter: EnterKey::AfterASecond,
            focus_keys: self.level.map(|level| ('S', Control::Level(level))).into_iter().collect(),
            ..Page::default()
        }
    }

    fn choice(&self, words: &Words) -> Block {
        let levels = match self.purpose {
            Purpose::New | Purpose::Renew | Purpose::ByHand | Purpose::PickUp => ORDER.to_vec(),
            Purpose::AskAgain { level } => vec![level],
        };
        let legend = match self.purpose {
            Purpose::New | Purpose::Renew | Purpose::ByHand | Purpose::PickUp => None,
            Purpose::AskAgain { .. } => Some(say!(words, "security", "legend")),
        };
        Block::Choice {
            legend,
            arrangement: Arrangement::Stacked,
            cards: levels.into_iter().map(|level| self.card(level, words)).collect(),
        }
    }

    fn card(&self, level: SecurityLevel, words: &Words) -> RadioCard {
        let fixed = self.is_settled();
        let available = fixed || self.allows(level);
        let recommended = level == SecurityLevel::Medium && available && !fixed;
        let state = if self.level == Some(level) {
            ChoiceState::Selected
        } else if available {
            ChoiceState::Free
        } else {
            ChoiceState::Unavailable(say!(words, "security", "unavailable"))
        };
        let mut lines = self.meaning(level, words);
        if !available {
            lines.truncate(1);
            lines.push(self.why_not(level, words));
        }
        RadioCard {
            control: Control::Level(level),
            title: level_name(level, words),
            badge: recommended.then(|| Badge { tone: Tone::Info, text: say!(words, "security", "recommended") }),
            lines,
            picture: Some(self.picture(level)),
            state,
        }
    }

    /// What this very store does when the certificate is used.
    fn meaning(&self, level: SecurityLevel, words: &Words) -> Vec<String> {
        let mut lines = match (self.store.kind, self.store.lock, level) {
            (StoreKind::Memory, _, SecurityLevel::Medium) => lines!(words, "security", "asks"),
            (StoreKind::Memory, _, SecurityLevel::High) => lines!(words, "security", "password"),
            (_, StoreLock::None, SecurityLevel::Low) | (StoreKind::Memory, _, SecurityLevel::Low) => {
                lines!(words, "security", "nothing")
            }
            (_, StoreLock::None, SecurityLevel::Medium | SecurityLevel::High) => {
                return lines!(words, "security", "unguarded", level = level_name(level, words));
            }
            (StoreKind::Nss, _, _) => lines!(words, "security", "once"),
            (StoreKind::Pkcs12, _, _) => lines!(words, "security", "once-file"),
            (StoreKind::Pkcs11, _, _) => lines!(words, "security", "once-card"),
        };
        if self.store.effective_level(level) < level {
            lines.insert(0, say!(words, "security", "unlike", level = level_name(level, words)));
        }
        lines
    }

    fn why_not(&self, level: SecurityLevel, words: &Words) -> String {
        let bank = words.text(&self.profile.institution.name);
        if level < self.profile.key.minimum_level {
            say!(words, "security", "minimum", bank = bank, levels = self.enough(words))
        } else {
            say!(words, "security", "bank-needs", bank = bank, level = quoted(level, words))
        }
    }

    /// 「中」または「高」
    fn enough(&self, words: &Words) -> String {
        let minimum = self.profile.key.minimum_level;
        let names: Vec<String> = SecurityLevel::ALL
            .into_iter()
            .filter(|level| *level >= minimum)
            .map(|level| quoted(level, words))
            .collect();
        names.into_iter().reduce(|first, second| joined(&first, &second, words)).unwrap_or_default()
    }

    fn picture(&self, level: SecurityLevel) -> Icon {
        match (self.store.kind, self.store.lock, self.store.effective_level(level)) {
            (StoreKind::Nss | StoreKind::Pkcs11 | StoreKind::Pkcs12, lock, _) if lock != StoreLock::None => {
                Icon::LaterPassword
            }
            (_, _, SecurityLevel::High) => Icon::LaterPassword,
            (_, _, SecurityLevel::Medium) => Icon::LaterAsk,
            (_, _, SecurityLevel::Low) => Icon::LaterNone,
        }
    }

    fn details(&self, words: &Words) -> Block {
        let export = match self.store.export {
            Export::Possible => say!(words, "security", "export-yes"),
            Export::Impossible => say!(words, "security", "export-no"),
        };
        let mut rows = vec![
            row(
                say!(words, "security", "method"),
                lines!(words, "security", "method-value", bits = self.profile.key.bits),
            ),
            row(say!(words, "security", "place"), vec![self.store.address.clone()]),
            row(say!(words, "security", "export"), vec![export]),
        ];
        if let Some(level) = self.level {
            let effect = level_name(self.store.effective_level(level), words);
            rows.push(row(say!(words, "security", "effect"), vec![effect]));
        }
        Block::Disclosure {
            button: Button::new(Control::Details, say!(words, "security", "details"))
                .with_icon(Icon::Down)
                .with_accelerator('D'),
            open: self.details,
            rows,
        }
    }

    /// The last word before the button: what it starts, what cannot be turned back, what a lost answer would mean.
    fn last_word(&self, words: &Words) -> Block {
        let Some(level) = self.level else {
            let bank = words.text(&self.profile.institution.name);
            return notice(Tone::Error, lines!(words, "security", "impossible", bank = bank));
        };
        let mut said = match self.purpose {
            Purpose::New => lines!(words, "security", "commit"),
            Purpose::Renew => lines!(words, "security", "commit-renew"),
            Purpose::AskAgain { .. } | Purpose::PickUp => lines!(words, "security", "commit-ask"),
            Purpose::ByHand => lines!(words, "security", "commit-by-hand"),
        };
        said.extend(match (self.purpose, self.profile.ca.replay.is_harmless()) {
            (Purpose::ByHand, _) => None,
            (_, true) => Some(say!(words, "security", "cut-same")),
            (_, false) => Some(say!(words, "security", "cut-other")),
        });
        let effective = self.store.effective_level(level);
        if effective < level {
            let (chosen, effective) = (level_name(level, words), level_name(effective, words));
            said.push(say!(words, "security", "weaker", chosen = chosen, effective = effective));
        }
        notice(Tone::Warning, said)
    }

    fn footer(&self, words: &Words) -> Footer {
        let back = Some(back(words));
        let label = match (self.level, self.purpose) {
            (None, _) => {
                let note = Some(say!(words, "security", "impossible-note"));
                return Footer { back, note, ..Footer::default() };
            }
            (Some(_), Purpose::New) => say!(words, "security", "issue"),
            (Some(_), Purpose::Renew) => say!(words, "security", "renew"),
            (Some(_), Purpose::ByHand) => say!(words, "security", "draft"),
            (Some(_), Purpose::AskAgain { .. } | Purpose::PickUp) => say!(words, "act", "find-out"),
        };
        Footer { back, primary: Some(primary(label)), ..Footer::default() }
    }
}

fn quoted(level: SecurityLevel, words: &Words) -> String {
    say!(words, "level", "quoted", level = level_name(level, words))
}

fn joined(first: &str, second: &str, words: &Words) -> String {
    say!(words, "level", "or", first = first, second = second)
}

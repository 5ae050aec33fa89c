//! 本人認証: the numbers of one role. Mistakes are told on leaving a field or on the button, before anything is sent.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Block, Button, CapsLock, Control, Event, FieldModel, Footer, Masking, Page, Tone, Topic,
    entry::{Mistake, Note, Reveal, doubts, fold, mistake_in},
    parts::{back, bold, current, notice, place, primary, regular},
};
use crate::{
    domain::{self, CredentialsError, Field, FieldId, FieldKind, Profile, ProtocolName, Role, Secret},
    i18n::{Words, lines, say},
};

#[derive(Debug, Clone)]
pub struct Credentials {
    profile: Arc<Profile>,
    role: Role,
    entries: BTreeMap<FieldId, Entry>,
    /// The secret field that was typed into last: Caps Lock is told under it.
    typing: Option<FieldId>,
    caps_lock: CapsLock,
    /// Entries that look odd but may be right are asked about once; the second press goes on.
    asked: Vec<Mistake>,
}

#[derive(Debug, Clone, Default)]
struct Entry {
    value: Secret,
    mistake: Option<Mistake>,
    note: Option<Note>,
    reveal: Reveal,
}

#[derive(Debug)]
pub enum Action {
    /// The secrets have left the page with this.
    Submit(domain::Credentials),
    Back,
    /// はい、受けています: the secrets are wiped already.
    Telephone,
}

impl Credentials {
    pub fn new(profile: Arc<Profile>, role: Role) -> Self {
        let entries = role.fields.iter().map(|field| (field.id.clone(), Entry::default())).collect();
        Self { profile, role, entries, typing: None, caps_lock: CapsLock::default(), asked: Vec::new() }
    }

    /// After a refusal or on the way back: IDs stay, secrets are empty, nothing is red.
    pub fn with_ids_kept(mut self) -> Self {
        self.clear_secrets();
        for entry in self.entries.values_mut() {
            (entry.mistake, entry.note) = (None, None);
        }
        self.asked.clear();
        self
    }

    /// Nothing has been typed that could be lost.
    pub fn holds_nothing(&self) -> bool {
        self.entries.values().all(|entry| entry.value.is_empty())
    }

    /// Leaving the page, the telephone stop.
    pub fn clear_secrets(&mut self) {
        for field in self.role.fields.iter().filter(|field| field.kind == FieldKind::Secret) {
            self.entries.insert(field.id.clone(), Entry::default());
        }
    }

    /// Five idle minutes: wiped, and said so.
    pub fn wipe_after_idling(&mut self) {
        for field in self.role.fields.iter().filter(|field| field.kind == FieldKind::Secret) {
            let entry = self.entries.entry(field.id.clone()).or_default();
            let note = (!entry.value.is_empty()).then_some(Note::Wiped);
            *entry = Entry { note, ..Entry::default() };
        }
    }

    /// Twenty seconds after the eye was used.
    pub fn hide_secrets(&mut self) {
        self.entries.values_mut().for_each(|entry| entry.reveal = Reveal::Hidden);
    }

    /// Where the focus belongs after the button was pressed in vain; on arrival, the first empty field.
    pub fn first_wrong(&self) -> Option<FieldId> {
        let wrong = |field: &&Field| self.entries.get(&field.id).is_some_and(|entry| entry.mistake.is_some());
        self.role.fields.iter().find(wrong).map(|field| field.id.clone())
    }

    pub fn first_empty(&self) -> Option<FieldId> {
        let empty = |field: &&Field| self.entries.get(&field.id).is_none_or(|entry| entry.value.is_empty());
        self.role.fields.iter().find(empty).map(|field| field.id.clone())
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Edited(id, value) => self.edited(id, value),
            Event::Left(id) => self.left(&id),
            Event::CapsLock(caps_lock) => self.caps_lock = caps_lock,
            Event::Pressed(Control::Reveal(id)) => self.revealed(&id),
            Event::Pressed(Control::Swap) => self.swap(),
            Event::Pressed(Control::Primary) => return self.submit(),
            Event::Pressed(Control::Back) => {
                self.clear_secrets();
                return Some(Action::Back);
            }
            Event::Pressed(Control::Telephone) => {
                self.clear_secrets();
                return Some(Action::Telephone);
            }
            Event::Pressed(_) => {}
        }
        None
    }

    fn edited(&mut self, id: FieldId, value: Secret) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let reveal = entry.reveal;
        *entry = Entry { value, reveal, ..Entry::default() };
        self.asked.clear();
        self.typing = Some(id);
    }

    /// An empty field that is only passed through is no mistake yet.
    fn left(&mut self, id: &FieldId) {
        let (Some(field), Some(entry)) = (self.role.field(id), self.entries.get_mut(id)) else { return };
        entry.tidy();
        entry.mistake = if entry.value.is_empty() { None } else { mistake_in(field, &entry.value) };
    }

    fn revealed(&mut self, id: &FieldId) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.reveal = entry.reveal.turned();
        }
    }

    fn swap(&mut self) {
        let ids = self.ids();
        let [first, second] = ids.as_slice() else { return };
        let take = |entries: &mut BTreeMap<FieldId, Entry>, id| entries.remove(id).unwrap_or_default().value;
        let (first, second) = (first.id.clone(), second.id.clone());
        let (one, other) = (take(&mut self.entries, &first), take(&mut self.entries, &second));
        self.entries.insert(first, Entry { value: other, ..Entry::default() });
        self.entries.insert(second, Entry { value: one, ..Entry::default() });
    }

    fn ids(&self) -> Vec<Field> {
        self.role.fields.iter().filter(|field| field.kind == FieldKind::Id).cloned().collect()
    }

    fn submit(&mut self) -> Option<Action> {
        for field in &self.role.fields {
            let entry = self.entries.entry(field.id.clone()).or_default();
            entry.tidy();
            entry.mistake = mistake_in(field, &entry.value);
        }
        if self.first_wrong().is_some() || self.asks_a_doubt() {
            return None;
        }
        let entries = self.entries.iter().map(|(id, entry)| (id.clone(), entry.value.clone())).collect();
        match domain::Credentials::new(&self.role, entries) {
            Ok(credentials) => {
                self.clear_secrets();
                Some(Action::Submit(credentials))
            }
            Err(error) => {
                self.blame(error);
                None
            }
        }
    }

    fn asks_a_doubt(&mut self) -> bool {
        let entries = &self.entries;
        let value = |id: &FieldId| entries.get(id).map_or("", |entry| entry.value.reveal());
        let new = doubts(&self.role, &value).into_iter().find(|(_, doubt)| !self.asked.contains(doubt));
        let Some((id, doubt)) = new else { return false };
        self.asked.push(doubt);
        self.entries.entry(id).or_default().mistake = Some(doubt);
        true
    }

    /// The domain is stricter than this page: it names the field, the page turns it red.
    fn blame(&mut self, error: CredentialsError) {
        let (id, mistake) = match error {
            CredentialsError::Missing(id) => (id, Mistake::Empty),
            CredentialsError::TooLong(id) => (id, Mistake::TooLong),
            CredentialsError::Unsendable(id) | CredentialsError::Unknown(id) => (id, Mistake::Sign),
        };
        self.entries.entry(id).or_default().mistake = Some(mistake);
    }

    pub fn view(&self, words: &Words) -> Page {
        let fields = Block::Fields(self.role.fields.iter().map(|field| self.field(field, words)).collect());
        let telephone = Button::new(Control::Telephone, say!(words, "credentials", "stop-link"));
        let own = words.text(&self.profile.institution.own_name);
        let warning =
            vec![bold(say!(words, "credentials", "stop-1")), regular(say!(words, "credentials", "stop-2", own = own))];
        let note = notice(Tone::Info, lines!(words, "credentials", "note"));
        let (title, lead, unsent) = match self.is_by_hand() {
            true => (say!(words, "ids"), lines!(words, "ids", "lead"), say!(words, "ids", "unsent")),
            false => {
                let lead = lines!(words, "credentials", "lead");
                (say!(words, "credentials"), lead, say!(words, "credentials", "unsent"))
            }
        };
        Page {
            step: current(place::IDENTITY),
            title,
            lead,
            blocks: vec![Block::StopSign { lines: warning, link: telephone }, fields, note],
            footer: Footer {
                back: Some(back(words)),
                primary: Some(primary(self.button(words))),
                note: Some(unsent),
                ..Footer::default()
            },
            ..Page::default()
        }
    }

    /// The numbers go into a request that the user carries, and nowhere else.
    fn is_by_hand(&self) -> bool {
        self.profile.ca.protocol == ProtocolName::Byhand
    }

    fn button(&self, words: &Words) -> String {
        match self.is_by_hand() {
            true => say!(words, "ids", "go-on"),
            false => say!(words, "credentials", "get"),
        }
    }

    /// What the help tells of this page.
    pub fn topic(&self) -> Topic {
        match self.is_by_hand() {
            true => Topic::Ids,
            false => Topic::Credentials,
        }
    }

    fn field(&self, field: &Field, words: &Words) -> FieldModel {
        let entry = self.entries.get(&field.id).cloned().unwrap_or_default();
        let swapped = entry.mistake == Some(Mistake::Swapped);
        FieldModel {
            id: field.id.clone(),
            label: words.text(&field.label).to_owned(),
            required: say!(words, "credentials", "required"),
            support: words.text(&field.support).to_owned(),
            masking: masking(field, entry.reveal, words),
            keyboard: None,
            error: entry.mistake.map(|mistake| self.mistake(field, mistake, words)),
            mend: swapped.then(|| Button::new(Control::Swap, say!(words, "credentials", "swap"))),
            note: self.note(field, &entry, words),
            entry: entry.value,
        }
    }

    fn mistake(&self, field: &Field, mistake: Mistake, words: &Words) -> String {
        let label = |field: &Field| words.text(&field.label).to_owned();
        match mistake {
            Mistake::Empty => say!(words, "credentials", "empty", field = label(field)),
            Mistake::TooLong => say!(words, "credentials", "long", field = label(field), max = field.max),
            Mistake::Kana => say!(words, "credentials", "kana"),
            Mistake::Sign => say!(words, "credentials", "sign"),
            Mistake::Same => say!(words, "credentials", "same"),
            Mistake::Swapped => {
                let labels: Vec<String> = self.ids().iter().map(label).collect();
                let [first, second] = labels.as_slice() else { return String::new() };
                say!(words, "credentials", "swapped", first = first, second = second)
            }
        }
    }

    fn note(&self, field: &Field, entry: &Entry, words: &Words) -> Option<String> {
        let shouting = self.caps_lock == CapsLock::On && self.tells_caps_lock(field);
        match (entry.mistake, entry.note) {
            (Some(Mistake::Same | Mistake::Swapped), _) => {
                Some(say!(words, "credentials", "once-more", button = self.button(words)))
            }
            _ if shouting => Some(say!(words, "credentials", "caps-lock")),
            (_, Some(Note::Folded)) => Some(say!(words, "credentials", "folded")),
            (_, Some(Note::Trimmed)) => Some(say!(words, "credentials", "trimmed")),
            (_, Some(Note::Wiped)) => Some(say!(words, "credentials", "wiped")),
            (_, None) => None,
        }
    }

    /// One line on the page, not one under each field: the secret that is being typed, at first the first one.
    fn tells_caps_lock(&self, field: &Field) -> bool {
        let secret = |id: &FieldId| self.role.field(id).filter(|field| field.kind == FieldKind::Secret);
        let typed = self.typing.as_ref().and_then(secret);
        let first = || self.role.fields.iter().find(|field| field.kind == FieldKind::Secret);
        typed.or_else(first).is_some_and(|told| told.id == field.id)
    }
}

impl Entry {
    /// Half-width and without spaces around it, with a word about what was changed.
    fn tidy(&mut self) {
        let (value, note) = fold(&self.value);
        if note.is_some() {
            self.value = value;
            self.note = note;
        }
    }
}

fn masking(field: &Field, reveal: Reveal, words: &Words) -> Masking {
    match field.kind {
        FieldKind::Id => Masking::Never,
        FieldKind::Secret => reveal.masking(&field.id, words),
    }
}

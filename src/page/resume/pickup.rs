//! Pick-up later: the bank has the application, and the PIN that it sends opens it. Nothing typed here is kept.

use super::{Resume, Way};
use crate::{
    domain::{FieldId, PICKUP_PIN, Pickup, Reference, Secret},
    i18n::{Words, lines, say},
    page::{
        Block, Button, Control, Event, FieldModel, Row, Tone,
        entry::{Note, Reveal, fold},
        parts::{headed_notice, row},
    },
    session::{Code, Stopped},
};

/// What has been typed, and what the bank has said of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Counter {
    pin: Secret,
    state: State,
    reveal: Reveal,
    note: Option<Note>,
    pub(super) moment: Moment,
}

/// Why the page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Moment {
    /// At a later start.
    #[default]
    Later,
    /// The receipt has just come.
    Registered,
    /// The PIN was right, and the certificate is not made yet.
    NotReady,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Fine,
    Missing,
    TooLong,
    /// It cannot be sent.
    Kana,
    /// The bank refused it, and may have told how many tries are left.
    Wrong(Option<u32>),
}

impl Counter {
    fn field() -> FieldId {
        FieldId(PICKUP_PIN.to_owned())
    }

    pub(super) fn wrong(&mut self, tries_left: Option<u32>) {
        (self.pin, self.state, self.moment) = (Secret::default(), State::Wrong(tries_left), Moment::Later);
    }

    pub(super) fn holds_nothing(&self) -> bool {
        self.pin.is_empty()
    }

    pub(super) fn hide(&mut self) {
        self.reveal = Reveal::Hidden;
    }

    pub(super) fn clear(&mut self) {
        *self = Self { moment: self.moment, ..Self::default() };
    }

    pub(super) fn update(&mut self, event: &Event) {
        match event {
            Event::Pressed(Control::Reveal(id)) if *id == Self::field() => self.reveal = self.reveal.turned(),
            Event::Edited(id, typed) if *id == Self::field() => {
                (self.pin, self.state, self.note) = (typed.clone(), State::Fine, None);
            }
            Event::Left(id) if *id == Self::field() => self.fold(),
            _ => {}
        }
    }

    fn fold(&mut self) {
        let (mended, note) = fold(&self.pin);
        (self.pin, self.note) = (mended, note.or(self.note));
    }

    /// The PIN leaves the page, or the field says what is wrong with it.
    pub(super) fn hand_over(&mut self, longest: usize) -> Option<Secret> {
        self.fold();
        let text = self.pin.reveal();
        self.state = if text.is_empty() {
            State::Missing
        } else if text.chars().any(|c| !c.is_ascii() || c.is_ascii_control()) {
            State::Kana
        } else if text.chars().count() > longest {
            State::TooLong
        } else {
            State::Fine
        };
        (self.state == State::Fine).then(|| std::mem::take(&mut self.pin))
    }

    fn view(&self, pickup: &Pickup, words: &Words) -> FieldModel {
        let label = words.text(&pickup.pin.label).to_owned();
        let note = match self.note {
            Some(Note::Folded) => Some(say!(words, "credentials", "folded")),
            Some(Note::Trimmed) => Some(say!(words, "credentials", "trimmed")),
            Some(Note::Wiped) | None => None,
        };
        FieldModel {
            keyboard: None,
            id: Self::field(),
            error: self.error(&label, pickup.pin.max, words),
            label,
            required: say!(words, "credentials", "required"),
            support: words.text(&pickup.pin.support).to_owned(),
            entry: self.pin.clone(),
            masking: self.reveal.masking(&Self::field(), words),
            mend: None,
            note,
        }
    }

    fn error(&self, label: &str, longest: usize, words: &Words) -> Option<String> {
        Some(match self.state {
            State::Fine => return None,
            State::Missing => say!(words, "credentials", "empty", field = label),
            State::TooLong => say!(words, "credentials", "long", field = label, max = longest),
            State::Kana => say!(words, "credentials", "kana"),
            State::Wrong(None) => say!(words, "pickup", "wrong", pin = label),
            State::Wrong(Some(left)) => say!(words, "pickup", "wrong-left", pin = label, n = left),
        })
    }
}

impl Resume {
    pub(super) fn reference(&self) -> Option<&Reference> {
        match &self.unfinished.stopped {
            Stopped::Registered { reference, .. }
            | Stopped::PickupUnknown { reference }
            | Stopped::PickupExpired { reference, .. } => Some(reference),
            _ => None,
        }
    }

    /// How the bank speaks of it. A profile that has lost its table since has no door for a PIN any more.
    pub(super) fn pickup(&self) -> Option<&Pickup> {
        self.profile.webform.as_ref()?.pickup.as_ref()
    }

    pub(super) fn pin_name(&self, words: &Words) -> &str {
        self.pickup().map(|pickup| words.text(&pickup.pin.label)).unwrap_or_default()
    }

    fn reference_name(&self, words: &Words) -> String {
        let plain = || say!(words, "pickup", "reference");
        self.pickup().map_or_else(plain, |pickup| words.text(&pickup.label).to_owned())
    }

    pub(super) fn pickup_title(&self, words: &Words) -> String {
        match (&self.unfinished.stopped, self.counter.moment) {
            (Stopped::PickupExpired { code: Code::AfterExpiryPassed, .. }, _) => say!(words, "err-e05"),
            (Stopped::PickupExpired { .. }, _) => say!(words, "err-e04"),
            (_, Moment::Registered) => say!(words, "pickup", "registered"),
            _ => say!(words, "pickup"),
        }
    }

    pub(super) fn pickup_lead(&self, words: &Words) -> Vec<String> {
        let (pin, label) = (self.pin_name(words), self.reference_name(words));
        match (&self.unfinished.stopped, self.counter.moment) {
            (Stopped::PickupExpired { .. }, _) => lines!(words, "pickup", "lead-expired", label = label),
            _ if self.way() == Way::Bank => lines!(words, "pickup", "lead-bank"),
            (Stopped::PickupUnknown { .. }, _) => lines!(words, "pickup", "lead-unknown", pin = pin),
            (_, Moment::Registered) => lines!(words, "pickup", "lead-registered", pin = pin),
            _ => lines!(words, "pickup", "lead", pin = pin),
        }
    }

    pub(super) fn pickup_todo(&self, words: &Words) -> Vec<String> {
        let (pin, own) = (self.pin_name(words), words.text(&self.profile.institution.own_name));
        match (&self.unfinished.stopped, self.way()) {
            (Stopped::Registered { retry_at: Some(at), .. }, Way::Wait) => {
                lines!(words, "pickup", "todo-wait", pin = pin, time = words.moment(*at, &self.zone))
            }
            (_, Way::Bank) => lines!(words, "resume", "todo-bank", own = own),
            _ => lines!(words, "pickup", "todo", pin = pin),
        }
    }

    pub(super) fn reference_row(&self, words: &Words) -> Option<Row> {
        let label = self.reference_name(words);
        let kept = lines!(words, "pickup", "kept");
        self.reference().map(|reference| row(label, std::iter::once(reference.to_string()).chain(kept).collect()))
    }

    /// The field, and what the bank has just said.
    pub(super) fn counter_blocks(&self, words: &Words) -> Vec<Block> {
        let mut blocks = Vec::new();
        if self.counter.moment == Moment::NotReady {
            blocks.push(self.not_ready_yet(words));
        }
        if self.way() == Way::PickUp {
            blocks.extend(self.pickup().map(|pickup| Block::Fields(vec![self.counter.view(pickup, words)])));
        }
        blocks
    }

    fn not_ready_yet(&self, words: &Words) -> Block {
        let mut more = match &self.unfinished.stopped {
            Stopped::Registered { retry_at: Some(at), .. } if *at > self.now => {
                lines!(words, "pickup", "not-ready-at", time = words.moment(*at, &self.zone))
            }
            _ => lines!(words, "pickup", "not-ready-later"),
        };
        more.extend(lines!(words, "pickup", "not-ready-lines"));
        headed_notice(Tone::Info, say!(words, "pickup", "not-ready"), more)
    }

    /// What a person hands over where the bank gives nothing out for the reference any more.
    pub(super) fn expired_request(&self, reference: &Reference, code: Code, words: &Words) -> Block {
        let bank = words.text(&self.profile.institution.name);
        let label = self.reference_name(words);
        let text = lines!(
            words,
            "pickup",
            "request",
            bank = bank,
            label = label,
            reference = reference.as_str(),
            code = code.as_str()
        );
        headed_notice(Tone::Info, say!(words, "reissue-request"), text)
    }

    /// Somebody whose PIN has been lost can begin anew.
    pub(super) fn give_up_link(&self, words: &Words) -> Option<Block> {
        let waits = self.reference().is_some() && matches!(self.way(), Way::PickUp | Way::Wait);
        waits.then(|| Block::Link(Button::new(Control::ApplyAnew, say!(words, "act", "apply-anew"))))
    }
}

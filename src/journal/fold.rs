//! Replay: events become the enrollment they tell of. The one place that knows which event may follow which.

use jiff::Timestamp;

use super::{Delivery, Event, Intent, RequestHash};
use crate::domain::{
    Certificate, Extent, KeyLabel, RawAnswer, Reference, SecurityLevel, SpkiHash, Thumbprint, WantedExtensions,
};

/// Where an enrollment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Intent,
    KeyMade,
    CsrReady,
    Submitting,
    Refused,
    Pending { retry_at: Option<Timestamp> },
    Unknown,
    Answer,
    Rejected,
    Validated,
    Installed,
    Proven,
    Done,
    Abandoned,
}

impl Stage {
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::Abandoned)
    }

    /// Nothing that was sent is waiting for an answer, and none has come: the key may be destroyed.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::Intent | Self::KeyMade | Self::CsrReady | Self::Refused)
    }
}

/// One enrollment as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrollment {
    intent: Intent,
    stage: Stage,
    last_action: Timestamp,
    key: Option<SpkiHash>,
    effective: Option<SecurityLevel>,
    request: Option<RequestHash>,
    extensions: WantedExtensions,
    /// The request that the user carries to the bank by hand.
    handed_out: Option<Vec<u8>>,
    /// Under which the CA keeps the application, for whoever comes back with the PIN.
    reference: Option<Reference>,
    /// The code of the last no, until something else is said.
    refusal: Option<String>,
    /// The last page that came, for whoever has to find out what it was.
    page: Option<(RawAnswer, Extent)>,
    attempts: u32,
    /// The stage to which a request that was not sent, or was refused, returns: asking again proves nothing about an
    /// earlier request.
    before: Option<Stage>,
    /// The CA's intermediates, as they were before the first request.
    published: Vec<Certificate>,
    delivery: Option<Delivery>,
    /// The rule that the answer broke.
    broken: Option<String>,
    certificate: Option<Thumbprint>,
    /// Length of its whole lines, in bytes: where the next one goes.
    length: usize,
}

/// An event that cannot follow: our own fault or somebody's editor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{event} cannot follow {stage:?}")]
pub struct IllegalEvent {
    stage: Stage,
    event: String,
}

impl Enrollment {
    pub(super) fn new(intent: Intent, at: Timestamp, length: usize) -> Self {
        Self {
            intent,
            stage: Stage::Intent,
            last_action: at,
            key: None,
            effective: None,
            request: None,
            extensions: WantedExtensions::default(),
            handed_out: None,
            reference: None,
            refusal: None,
            page: None,
            attempts: 0,
            before: None,
            published: Vec::new(),
            delivery: None,
            broken: None,
            certificate: None,
            length,
        }
    }

    pub fn label(&self) -> &KeyLabel {
        &self.intent.label
    }

    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    pub fn stage(&self) -> Stage {
        self.stage
    }

    pub fn last_action(&self) -> Timestamp {
        self.last_action
    }

    pub fn key(&self) -> Option<SpkiHash> {
        self.key
    }

    pub fn effective_level(&self) -> SecurityLevel {
        self.effective.unwrap_or(self.intent.level)
    }

    pub fn request(&self) -> Option<&RequestHash> {
        self.request.as_ref()
    }

    /// What the CA wanted in the request.
    pub fn extensions(&self) -> &WantedExtensions {
        &self.extensions
    }

    /// DER of the request that the user carries to the bank by hand; there is no asking again over a network.
    pub fn handed_out(&self) -> Option<&[u8]> {
        self.handed_out.as_deref()
    }

    /// Under which the CA keeps the application: a PIN picks it up, and nothing is applied for again.
    pub fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }

    /// The code of the last request's no.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// The last page that has come, as far as it was kept.
    pub fn page(&self) -> Option<&(RawAnswer, Extent)> {
        self.page.as_ref()
    }

    /// How many requests have left, or were about to leave, so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What the CA had published before the last request: an answer may be the leaf alone, also one in a file.
    pub fn published(&self) -> &[Certificate] {
        &self.published
    }

    pub fn delivery(&self) -> Option<&Delivery> {
        self.delivery.as_ref()
    }

    /// Which rule the last answer that was not believed has broken.
    pub fn broken_rule(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    pub fn certificate(&self) -> Option<Thumbprint> {
        self.certificate
    }

    /// All that is left of it in the end; `None` when that is all there is.
    pub(super) fn summary(&self) -> Option<Event> {
        let summary = match self.stage {
            Stage::Abandoned => Event::Abandoned,
            _ => Event::Shrunk { certificate: self.certificate },
        };
        let more = self.handed_out.is_some() || self.page.is_some() || !self.published.is_empty();
        (self.delivery.is_some() || more).then_some(summary)
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn after(mut self, at: Timestamp, event: Event, length: usize) -> Result<Self, IllegalEvent> {
        let next = self.next_stage(&event).ok_or_else(|| self.illegal(&event))?;
        match event {
            Event::KeyMade { key, effective } => {
                self.key = Some(key);
                self.effective = Some(effective);
            }
            Event::CsrReady { request, extensions } => {
                self.request = Some(request);
                self.extensions = extensions;
            }
            Event::HandedOut { request } => self.handed_out = Some(request),
            Event::Submitting { attempt, published } => {
                self.before = Some(self.stage);
                self.attempts = attempt;
                self.published = published;
            }
            Event::Pending { reference, .. } => {
                self.reference = reference.or(self.reference);
                self.refusal = None;
            }
            Event::Refused { code } => self.refusal = Some(code),
            Event::Page { page, extent } => self.page = Some((page, extent)),
            Event::Answer(delivery) => self.delivery = Some(delivery),
            Event::Rejected { rule } => self.broken = Some(rule),
            Event::Validated { certificate } => self.certificate = Some(certificate),
            Event::Shrunk { certificate } => self.certificate = certificate,
            _ => {}
        }
        self.stage = next;
        self.last_action = at;
        self.length += length;
        Ok(self)
    }

    fn illegal(&self, event: &Event) -> IllegalEvent {
        let name = serde_json::to_value(event).unwrap_or_default();
        let name =
            name.as_object().and_then(|object| object.keys().next().cloned()).unwrap_or_else(|| name.to_string());
        IllegalEvent { stage: self.stage, event: name }
    }

    /// The grammar of an enrollment. `None`: this event cannot follow.
    fn next_stage(&self, event: &Event) -> Option<Stage> {
        let next = match (self.stage, event) {
            (Stage::Intent, Event::KeyMade { .. }) => Stage::KeyMade,
            (Stage::KeyMade, Event::CsrReady { .. }) => Stage::CsrReady,
            (Stage::CsrReady, Event::HandedOut { .. }) => Stage::Pending { retry_at: None },
            (
                Stage::CsrReady | Stage::Pending { .. } | Stage::Unknown | Stage::Rejected,
                Event::Submitting { attempt, .. },
            ) if *attempt == self.attempts + 1 && self.handed_out.is_none() => Stage::Submitting,
            (
                stage @ (Stage::CsrReady | Stage::Pending { .. } | Stage::Unknown | Stage::Rejected),
                Event::NotSent { .. },
            ) => stage,
            (Stage::Submitting, Event::NotSent { .. }) => self.before?,
            (Stage::Submitting, Event::Refused { .. }) => self.stage_after_refusal(),
            (Stage::Submitting, Event::Pending { retry_at, .. }) => Stage::Pending { retry_at: *retry_at },
            (Stage::Submitting, Event::Page { .. }) => Stage::Submitting,
            (Stage::Submitting, Event::Unknown) => Stage::Unknown,
            // A file that arrives by any other road answers a lost request too, and takes the place of an answer that
            // cannot be believed (now).
            (
                Stage::Submitting | Stage::Unknown | Stage::Pending { .. } | Stage::Answer | Stage::Rejected,
                Event::Answer(_),
            ) => Stage::Answer,
            (Stage::Answer, Event::Rejected { .. }) => Stage::Rejected,
            (Stage::Answer, Event::Validated { .. }) => Stage::Validated,
            (Stage::Validated, Event::Installed) => Stage::Installed,
            (Stage::Installed, Event::Proven { .. }) => Stage::Proven,
            (Stage::Proven, Event::Done) => Stage::Done,
            (stage, Event::Abandoned) if !stage.is_finished() => Stage::Abandoned,
            (Stage::Intent, Event::Shrunk { .. }) => Stage::Done,
            _ => return None,
        };
        Some(next)
    }

    /// A first request that was refused is over. A later one says nothing about the first.
    fn stage_after_refusal(&self) -> Stage {
        match self.before {
            Some(stage @ (Stage::Unknown | Stage::Pending { .. } | Stage::Rejected)) => stage,
            _ => Stage::Refused,
        }
    }
}

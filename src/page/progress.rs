//! 発行 and the busy half of インストール: named steps and the time that has passed, nothing made up.

use std::sync::Arc;

use super::{
    Block, Event, Footer, Page, ProgressRow, ProgressState, Tone,
    parts::{current, headed_notice, place},
};
use crate::{
    domain::Profile,
    i18n::{Words, lines, say},
    session::Step,
};

/// From here on the page says that it takes longer than usual.
const SLOW: u64 = 60;

#[derive(Debug, Clone)]
pub struct Progress {
    profile: Arc<Profile>,
    kind: Kind,
    step: Step,
    seconds: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Issuing,
    /// By hand: nothing is sent.
    Drafting,
    /// The CA has the application already.
    PickingUp,
    Installing,
}

/// Nothing can be pressed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {}

impl Progress {
    pub fn new(profile: Arc<Profile>, kind: Kind) -> Self {
        let step = match kind {
            Kind::Issuing | Kind::Drafting => Step::MakeKey,
            Kind::PickingUp => Step::PickUp,
            Kind::Installing => Step::Store,
        };
        Self { profile, kind, step, seconds: 0 }
    }

    pub fn reached(&mut self, step: Step) {
        self.step = step;
    }

    pub fn elapsed(&mut self, seconds: u64) {
        self.seconds = seconds;
    }

    pub fn step(&self) -> Step {
        self.step
    }

    pub fn update(&mut self, _event: Event) -> Option<Action> {
        None
    }

    pub fn view(&self, words: &Words) -> Page {
        match self.kind {
            Kind::Issuing => Page {
                step: current(place::ISSUE),
                title: say!(words, "progress"),
                lead: self.lead(lines!(words, "progress", "lead"), words),
                aside: Some(words.elapsed(self.seconds)),
                blocks: vec![self.rows(&Step::ISSUING, words), self.guard(words)],
                footer: Footer { note: Some(say!(words, "progress", "footer")), ..Footer::default() },
                ..Page::default()
            },
            Kind::Drafting => Page {
                step: current(place::ISSUE),
                title: say!(words, "drafting"),
                lead: self.lead(lines!(words, "drafting", "lead"), words),
                aside: Some(words.elapsed(self.seconds)),
                blocks: vec![self.rows(&Step::DRAFTING, words)],
                footer: Footer { note: Some(say!(words, "drafting", "footer")), ..Footer::default() },
                ..Page::default()
            },
            Kind::PickingUp => Page {
                step: current(place::ISSUE),
                title: say!(words, "pickup", "progress"),
                lead: self.lead(lines!(words, "progress", "lead"), words),
                aside: Some(words.elapsed(self.seconds)),
                blocks: vec![self.rows(&Step::PICKING_UP, words), self.guard(words)],
                footer: Footer { note: Some(say!(words, "pickup", "footer")), ..Footer::default() },
                ..Page::default()
            },
            Kind::Installing => Page {
                step: current(place::INSTALL),
                title: say!(words, "installing"),
                lead: self.lead(lines!(words, "installing", "lead"), words),
                aside: Some(words.elapsed(self.seconds)),
                blocks: vec![
                    self.rows(&Step::INSTALLING, words),
                    headed_notice(Tone::Info, say!(words, "installing", "guard"), Vec::new()),
                ],
                footer: Footer { note: Some(say!(words, "installing", "footer")), ..Footer::default() },
                ..Page::default()
            },
        }
    }

    fn lead(&self, usual: Vec<String>, words: &Words) -> Vec<String> {
        if self.seconds < SLOW { usual } else { lines!(words, "progress", "slow") }
    }

    /// What a cut would mean is the CA's rule, not ours to promise.
    fn guard(&self, words: &Words) -> Block {
        let more = match self.profile.ca.replay.is_harmless() {
            true => lines!(words, "progress", "guard-same"),
            false => lines!(words, "progress", "guard-other"),
        };
        headed_notice(Tone::Info, say!(words, "progress", "guard"), more)
    }

    fn rows(&self, steps: &[Step], words: &Words) -> Block {
        let row = |step: &Step| {
            let (state, word) = match step.cmp(&self.step) {
                std::cmp::Ordering::Less => (ProgressState::Done, say!(words, "progress", "done")),
                std::cmp::Ordering::Equal => (ProgressState::Current, say!(words, "progress", "current")),
                std::cmp::Ordering::Greater => (ProgressState::ToCome, say!(words, "progress", "to-come")),
            };
            ProgressRow { name: step_name(*step, words), state, word }
        };
        Block::Progress(steps.iter().map(row).collect())
    }
}

pub(super) fn step_name(step: Step, words: &Words) -> String {
    match step {
        Step::MakeKey => say!(words, "progress", "make-key"),
        Step::PrepareRequest => say!(words, "progress", "prepare"),
        Step::PickUp => say!(words, "progress", "pick-up"),
        Step::Apply => say!(words, "progress", "apply"),
        Step::Receive => say!(words, "progress", "receive"),
        Step::Check => say!(words, "progress", "check"),
        Step::Store => say!(words, "progress", "store"),
        Step::ProveSignature => say!(words, "progress", "prove"),
        Step::ProveLogin => say!(words, "progress", "login"),
    }
}

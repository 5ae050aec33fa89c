//! Time and the close button: when the window may close, when it asks, when it holds; and what is wiped by waiting.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    Does, Effects, Job, Outcome, Ticking, Wizard, act,
    stage::{Errand, Stage},
};
use crate::{
    domain::Watch,
    page::{
        Closing,
        closing::{AskReason, HoldReason},
    },
    session::{Means, Step, Stuck},
};

/// Numbers nobody is working with any more.
const IDLE: SignedDuration = SignedDuration::from_mins(5);
/// A number shown by the eye hides itself again.
const SHOWN: SignedDuration = SignedDuration::from_secs(20);

/// So long the question may stand that a signal has raised. Whoever ends a session kills what is left some time later.
const UNANSWERED: SignedDuration = SignedDuration::from_secs(10);

/// What was asked for while it could not be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Wish {
    #[default]
    None,
    Close,
}

impl Wizard {
    /// Whether the window may close now: a pure function of stage and step.
    pub fn closing(&self) -> Closing {
        match &self.stage {
            Stage::Opening | Stage::Login(_) | Stage::Refused { .. } | Stage::Complete { .. } => Closing::Free,
            // A file is being read or written.
            Stage::Resume { page, interrupted } if interrupted.is_none() || page.is_carrying() => {
                Closing::Hold(HoldReason::Carrying)
            }
            Stage::Resume { .. } => Closing::Free,
            Stage::Credentials { .. } if self.entry.holds_nothing() => Closing::Free,
            Stage::Telephone { .. } | Stage::ProxyLogin { errand: Errand::Login { .. }, .. } => Closing::Free,
            // The bank keeps what was applied for, and a PIN is typed again.
            Stage::Trust { session, .. } if session.means() == Means::Pin => Closing::Free,
            Stage::ProxyLogin { errand: Errand::Introduction(Some(session)), .. } if session.means() == Means::Pin => {
                Closing::Free
            }
            Stage::Introducing { means: Means::Pin } => Closing::Free,
            Stage::Trust { session, .. } if session.means() == Means::Certificate => {
                Closing::Ask(AskReason::NothingShown)
            }
            Stage::Security { session, .. } if session.means() == Means::Certificate => {
                Closing::Ask(AskReason::NothingShown)
            }
            Stage::ProxyLogin { errand: Errand::Introduction(Some(session)), .. }
                if session.means() == Means::Certificate =>
            {
                Closing::Ask(AskReason::NothingShown)
            }
            Stage::Introducing { means: Means::Certificate } => Closing::Ask(AskReason::NothingShown),
            Stage::Credentials { .. }
            | Stage::Introducing { .. }
            | Stage::ProxyLogin { errand: Errand::Introduction(_), .. }
            | Stage::Trust { .. }
            | Stage::Security { .. }
            | Stage::Draft { .. } => Closing::Ask(AskReason::NothingSent),
            Stage::Issuing { page, .. } | Stage::Drafting { page, .. } => {
                Closing::Hold(HoldReason::Issuing(page.step()))
            }
            Stage::Installing { page } => Closing::Hold(HoldReason::Installing(page.step())),
            Stage::Settling => Closing::Hold(HoldReason::Installing(Step::Store)),
            Stage::Waiting { session: None, .. } => Closing::Hold(HoldReason::Issuing(Step::Apply)),
            Stage::Waiting { .. } => Closing::Ask(AskReason::Waiting),
            Stage::Install { .. } => Closing::Ask(AskReason::NotInstalled),
            Stage::Setback { session, .. } => setback_closing(session),
        }
    }

    pub(super) fn close_requested(&mut self) -> Does {
        match self.closing() {
            Closing::Free => act::close(),
            closing => {
                self.dialog = Some(closing);
                Effects::default()
            }
        }
    }

    /// As the close button, but whoever wishes it may not be able to answer: a second wish, or no answer, is a yes as soon
    /// as nothing is at risk.
    pub(super) fn end_requested(&mut self) -> Does {
        let closing = self.closing();
        match (closing, self.ending.replace(self.world.clock.now())) {
            (Closing::Free, _) | (Closing::Ask(_), Some(_)) => act::close(),
            (Closing::Ask(_), None) => self.close_requested(),
            (Closing::Hold(_), _) => {
                self.close_when_safe = Wish::Close;
                self.close_requested()
            }
        }
    }

    /// What must not be cut off keeps the PC from stopping until it has ended.
    pub(super) fn guarded(&self, mut does: Does) -> Does {
        if let Closing::Hold(reason) = self.closing() {
            let (who, why) = reason.plea(&self.words);
            let vigil = Arc::clone(&self.world.vigil);
            does.job = does.job.map(|job| watched(job, move || vigil.keep(&who, &why)));
        }
        does
    }

    /// An act has ended. A dialog that held is not true any more; whoever wished to close is asked again.
    pub(super) fn ask_again_whether_to_close(&mut self) {
        let held = matches!(self.dialog, Some(Closing::Hold(_)));
        let wished = std::mem::take(&mut self.close_when_safe) == Wish::Close;
        self.ending = self.ending.map(|_| self.world.clock.now()); // the question begins now
        match self.closing() {
            Closing::Hold(reason) if held => self.dialog = Some(Closing::Hold(reason)),
            Closing::Hold(_) => self.close_when_safe = if wished { Wish::Close } else { Wish::None },
            _ if wished || held => self.dialog = Some(Closing::Ask(AskReason::SafeNow)),
            _ => {}
        }
    }

    pub fn ticking(&self) -> Ticking {
        if self.ending.is_some() {
            return Ticking::EverySecond;
        }
        match &self.stage {
            Stage::Credentials { .. } if self.entry.holds_nothing() => Ticking::Still,
            Stage::Credentials { .. }
            | Stage::ProxyLogin { .. }
            | Stage::Trust { .. }
            | Stage::Security { .. }
            | Stage::Draft { .. }
            | Stage::Drafting { .. }
            | Stage::Issuing { .. }
            | Stage::Install { .. }
            | Stage::Installing { .. }
            | Stage::Waiting { .. } => Ticking::EverySecond,
            Stage::Setback { session: Stuck::Applicant(_), .. } => Ticking::EverySecond,
            Stage::Resume { page, .. } if !page.holds_nothing() => Ticking::EverySecond,
            _ => Ticking::Still,
        }
    }

    pub(super) fn ticked(&mut self) -> Does {
        let now = self.world.clock.now();
        if self.nobody_answers(now) {
            return act::close();
        }
        let elapsed = seconds_between(self.began, now);
        match &mut self.stage {
            Stage::Issuing { page, .. } | Stage::Drafting { page, .. } | Stage::Installing { page } => {
                page.elapsed(elapsed);
            }
            Stage::Waiting { .. } => return self.check_whether_due(),
            _ => return self.wipe_when_idle(now),
        }
        Effects::default()
    }

    fn nobody_answers(&self, now: Timestamp) -> bool {
        let unanswered = self.ending.is_some_and(|since| now.duration_since(since) >= UNANSWERED);
        unanswered && !matches!(self.closing(), Closing::Hold(_))
    }

    fn wipe_when_idle(&mut self, now: Timestamp) -> Does {
        let idle = now.duration_since(self.last_touched);
        if idle >= SHOWN {
            self.entry.hide_secrets();
            match &mut self.stage {
                Stage::ProxyLogin { page, .. } => page.hide_secrets(),
                Stage::Security { page, .. } | Stage::Draft { page, .. } => page.hide_secrets(),
                Stage::Install { page, .. } => page.hide_secrets(),
                Stage::Resume { page, .. } => page.hide_secrets(),
                _ => {}
            }
        }
        if idle < IDLE {
            return Effects::default();
        }
        if self.holds_a_pin() {
            return self.open_again();
        }
        match &mut self.stage {
            Stage::Credentials { .. } => self.entry.wipe_after_idling(),
            Stage::Install { page, .. } => page.clear_secrets(),
            Stage::Resume { page, .. } => page.clear_secrets(),
            // Without numbers the only secret is the store's.
            Stage::Security { page, session } if session.means() == Means::Certificate => page.clear_secrets(),
            Stage::Trust { session, .. } if session.means() == Means::Certificate => {}
            Stage::Setback { session: Stuck::Applicant(applicant), .. } if applicant.means() == Means::Certificate => {}
            Stage::ProxyLogin { errand: Errand::Introduction(Some(session)), page }
                if session.means() == Means::Certificate =>
            {
                page.wipe_after_idling();
            }
            Stage::ProxyLogin { page, errand: Errand::Login { session: Some(_), .. } } => page.wipe_after_idling(),
            Stage::ProxyLogin { errand: Errand::Introduction(Some(_)), .. }
            | Stage::Trust { .. }
            | Stage::Security { .. }
            | Stage::Draft { .. }
            | Stage::Setback { session: Stuck::Applicant(_), .. } => {
                self.step_back_to_the_numbers();
                self.entry.wipe_after_idling();
            }
            _ => {}
        }
        Effects::default()
    }

    /// Typed on a page that is not shown any more: what is in the journal leads back to it.
    fn holds_a_pin(&self) -> bool {
        let means = match &self.stage {
            Stage::Trust { session, .. } => session.means(),
            Stage::ProxyLogin { errand: Errand::Introduction(Some(applicant)), .. }
            | Stage::Setback { session: Stuck::Applicant(applicant), .. } => applicant.means(),
            _ => return false,
        };
        means == Means::Pin
    }

    /// The session's numbers are wiped; the page of the numbers comes back with the IDs.
    fn step_back_to_the_numbers(&mut self) {
        let earlier = match self.take_stage() {
            Stage::ProxyLogin { errand: Errand::Introduction(Some(applicant)), .. } => applicant.withdraw(),
            Stage::Trust { session, .. } => session.withdraw(),
            Stage::Security { session, .. } => session.step_back().withdraw(),
            Stage::Draft { session, .. } => session.withdraw(),
            Stage::Setback { session: Stuck::Applicant(applicant), .. } => applicant.withdraw(),
            _ => None,
        };
        self.enter_again(earlier);
    }
}

fn watched(job: Job<Outcome>, keep: impl FnOnce() -> Watch + Send + 'static) -> Job<Outcome> {
    Box::pin(async move {
        let watch = tokio::task::spawn_blocking(keep).await;
        let outcome = job.await;
        drop(watch);
        outcome
    })
}

fn setback_closing(session: &Stuck) -> Closing {
    match session {
        Stuck::Over | Stuck::Applicant(_) | Stuck::Asked(_) => Closing::Free,
        Stuck::Answered(_) | Stuck::Received(_) => Closing::Ask(AskReason::NotInstalled),
        Stuck::Waiting(_) => Closing::Ask(AskReason::Waiting),
    }
}

fn seconds_between(began: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.duration_since(began).as_secs()).unwrap_or(0)
}

//! What a page of a setback has to know, and what follows from it.

use jiff::Timestamp;

use super::{
    super::hindrance::{Clocks, Roadblock},
    Action,
};
use crate::{
    domain::Replay,
    protocol::{ConnectError, RefusalKind},
    session::{Answer, Cause, Code, During, Error, Issued, Means, Recovery, Standing},
};

/// What the page has to know of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetbackFacts {
    pub code: Code,
    pub during: During,
    pub issued: Issued,
    pub recovery: Recovery,
    pub replay: Replay,
    pub answer: Answer,
    pub means: Means,
    pub standing: Standing,
    /// Only when the CA told it.
    pub tries_left: Option<u32>,
    pub clocks: Option<Clocks>,
    /// What stands between this PC and the bank.
    pub roadblock: Option<Roadblock>,
    pub maintenance_until: Option<Timestamp>,
    /// The bank's own sentence, where nothing more is known than that. It holds none of the numbers.
    pub said: Option<String>,
}

impl SetbackFacts {
    pub fn new(error: &Error, replay: Replay) -> Self {
        let mut facts = Self {
            code: error.code(),
            during: error.during,
            issued: error.issued,
            recovery: error.recovery(),
            replay,
            answer: error.answer(),
            means: error.means,
            standing: error.standing,
            tries_left: None,
            clocks: None,
            roadblock: None,
            maintenance_until: None,
            said: None,
        };
        match &error.cause {
            Cause::Clock { here, server } => facts.clocks = Some(Clocks::Server { here: *here, server: *server }),
            Cause::ClockBeforeBuild { here, built } => {
                facts.clocks = Some(Clocks::Built { here: *here, built: *built });
            }
            Cause::OutOfDate { here, from, until } => {
                facts.clocks = Some(Clocks::Received { here: *here, from: *from, until: *until });
            }
            Cause::Connect(error) => facts.meet(error),
            Cause::Refused(refusal) => match refusal.kind {
                RefusalKind::WrongNumbers { tries_left } => facts.tries_left = tries_left,
                RefusalKind::Maintenance { until } => facts.maintenance_until = until,
                RefusalKind::ServerFailed { .. } => facts.said = sentence(&refusal.text),
                _ => {}
            },
            _ => {}
        }
        facts
    }

    fn meet(&mut self, error: &ConnectError) {
        match error {
            ConnectError::OutsideDates { here, from, until } => {
                self.clocks = Some(Clocks::Certificate { here: *here, from: *from, until: *until });
            }
            ConnectError::ProxyStopped(stop) => self.roadblock = Some(Roadblock::Proxy(stop.clone())),
            ConnectError::ProxyWantsLogin(demand) => self.roadblock = Some(Roadblock::Login(demand.clone())),
            ConnectError::Inspected { by } => self.roadblock = Some(Roadblock::Inspection { by: by.clone() }),
            _ => {}
        }
    }

    /// Somebody on the user's side has to let the bank's servers through.
    pub(super) fn is_the_networks(&self) -> bool {
        matches!(self.code, Code::ProxyLogin | Code::ProxyKind | Code::ProxyStopped | Code::Inspected)
    }

    pub(in crate::page) fn is_renewal(&self) -> bool {
        self.means == Means::Certificate
    }

    /// Where the key was to be kept: the level page is where that can be mended.
    pub(super) fn is_the_stores(&self) -> bool {
        matches!(
            self.code,
            Code::WeakStore
                | Code::StoreLocked
                | Code::StoreSecretLocked
                | Code::StoreOccupied
                | Code::WhichToken
                | Code::TokenMissing
        )
    }

    /// Where the outcome is open: whether the session would ask again. Its own rule is the same.
    pub(in crate::page) fn may_be_asked(&self) -> bool {
        self.replay.is_harmless() && self.answer != Answer::NotBelieved
    }

    /// A request is out and its key is kept: what comes by another road can still be used.
    pub(super) fn may_come_by_hand(&self) -> bool {
        let is_out =
            matches!(self.code, Code::AnswerUnknown | Code::BankFailed | Code::AnswerNotBelieved | Code::StillWaiting);
        is_out && self.issued == Issued::Unknown
    }

    /// The outcome is open, and no later start finds it out by itself.
    pub(in crate::page) fn is_lost(&self) -> bool {
        self.issued == Issued::Unknown && self.standing.is_lost(self.answer) && !self.is_about_records()
    }

    /// The CA has the application as it had it before.
    pub(in crate::page) fn is_waiting(&self) -> bool {
        self.issued == Issued::Unknown && self.standing == Standing::Waiting
    }

    /// Pick-up later, and no answer was lost.
    pub(in crate::page) fn is_kept_for_a_pin(&self) -> bool {
        self.means == Means::Pin && self.is_waiting()
    }

    /// The outcome is open and asking is forbidden or useless: a person must.
    pub(super) fn needs_a_request(&self) -> bool {
        self.is_lost() && !self.may_be_asked()
    }

    /// What came could not be read, and the same may be asked for again.
    pub(in crate::page) fn is_only_unreadable(&self) -> bool {
        self.answer == Answer::Unreadable && self.issued == Issued::Unknown && self.may_be_asked()
    }

    /// What earlier runs have written cannot be read.
    pub(in crate::page) fn is_about_records(&self) -> bool {
        self.code.is_about_records(self.during)
    }

    /// The one act that helps and can do no harm.
    pub(super) fn act(&self) -> Action {
        match (self.issued, self.recovery) {
            (Issued::Unknown, _) if self.is_about_records() => Action::TryAgain,
            (Issued::Unknown, _) if self.needs_a_request() => Action::Close,
            (Issued::Unknown, Recovery::Close) if self.is_waiting() => Action::Close,
            (Issued::Unknown, _) => Action::AskAgain,
            (_, Recovery::Close) => Action::Close,
            (Issued::Yes, _) => Action::StoreAgain,
            (Issued::No, Recovery::EnterAgain) => Action::EnterAgain,
            (Issued::No, Recovery::TryAgain | Recovery::StoreAgain | Recovery::AskAgain) => Action::TryAgain,
        }
    }
}

/// A page can say much; what matters stands at its beginning.
const LONGEST_SENTENCE: usize = 160;

/// Nothing in it may steer how lines break or which way they run.
fn sentence(text: &str) -> Option<String> {
    let steers = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    let plain: String = text.chars().filter(|c| !steers(c)).collect();
    let short: String = plain.chars().take(LONGEST_SENTENCE).collect();
    let cut = if short.len() < plain.len() { "…" } else { "" };
    (!plain.is_empty()).then(|| short + cut)
}

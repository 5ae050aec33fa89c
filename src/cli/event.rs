//! What is printed: one JSON object per line, the last one is the result.

use std::{io::Write, process::ExitCode};

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    compose::StartError,
    domain::{RawAnswer, Reference, Replay, SecurityLevel, SpkiHash},
    journal::JournalError,
    session::{Asked, Blame, Cause, Code, During, Error, Issued, LoginProof, Means, Receipt, Recovery, Step, Stopped},
};

/// Exit codes: a part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Installed = 0,
    Usage = 2,
    RefusedByBank = 3,
    Network = 4,
    Machine = 5,
    Cancelled = 6,
    Pending = 7,
    OurFault = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match (error.code(), error.blame()) {
            (Code::Entry | Code::NotRenewable, _) => Self::Usage,
            (Code::WrongNumbers | Code::NotAuthorized | Code::Expired | Code::OtherCertificate, _)
            | (_, Blame::Bank) => Self::RefusedByBank,
            (_, Blame::Network) => Self::Network,
            (_, Blame::Machine) => Self::Machine,
            (_, Blame::User) => Self::Usage,
            (_, Blame::Us) => Self::OurFault,
        }
    }
}

/// The last line.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum Report {
    Installed {
        subject: String,
        issuer: String,
        serial: String,
        not_after: Timestamp,
        store: String,
        spki_sha256: SpkiHash,
        /// What was chosen, and what the store makes of it.
        level: SecurityLevel,
        effective_level: SecurityLevel,
        login: &'static str,
    },
    Pending {
        /// Not known where the bank writes by another road that it is time.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_at: Option<Timestamp>,
        /// Under which the bank keeps the application: the PIN for it goes into the credentials.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
    },
    Nothing,
    Cancelled {
        issued: &'static str,
        next: &'static str,
    },
    Failed {
        code: &'static str,
        blame: &'static str,
        issued: &'static str,
        next: &'static str,
        /// For the person who looks into it; never a secret.
        detail: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        tries_left: Option<u32>,
    },
}

impl Report {
    pub fn installed(receipt: &Receipt) -> Self {
        Self::Installed {
            subject: receipt.certificate.subject().to_string(),
            issuer: receipt.certificate.issuer().to_string(),
            serial: receipt.certificate.serial().compact(),
            not_after: receipt.certificate.not_after(),
            store: receipt.store.clone(),
            spki_sha256: receipt.key,
            level: receipt.level.chosen,
            effective_level: receipt.level.effective,
            login: match receipt.login {
                LoginProof::Proven => "proven",
                LoginProof::NotTried => "not-tried",
                LoginProof::Refused => "refused",
            },
        }
    }

    /// `replay` decides whether the CA may be asked again for an answer that was lost.
    pub fn failed(error: &Error, replay: Replay) -> Self {
        let next = match (error.issued, error.recovery()) {
            (Issued::Unknown, Recovery::AskAgain) if error.is_lost() && !replay.is_harmless() => next(Recovery::Close),
            (_, recovery) => next(recovery),
        };
        Self::Failed {
            code: error.code().as_str(),
            blame: blame(error.blame()),
            issued: issued(error.issued),
            next,
            detail: error.to_string(),
            tries_left: error.tries_left(),
        }
    }

    pub fn pending(retry_at: Timestamp) -> Self {
        Self::Pending { retry_at: Some(retry_at), reference: None }
    }

    /// The bank keeps the application, and waits for somebody with the PIN.
    pub fn registered(asked: &Asked) -> Self {
        let retry_at = match asked.unfinished().stopped {
            Stopped::Registered { retry_at, .. } => retry_at,
            _ => None,
        };
        Self::Pending { retry_at, reference: asked.reference() }
    }

    pub fn cancelled(issued_so_far: Issued, means: Means) -> Self {
        let next = match (issued_so_far, means) {
            (Issued::Yes, _) | (_, Means::Pin) => "resume",
            (_, Means::Numbers) => "enroll",
            (_, Means::Certificate) => "renew",
        };
        Self::Cancelled { issued: issued(issued_so_far), next }
    }

    /// The program could not begin: nothing was made and nothing was sent. `so_far`: what is known of an earlier run.
    pub fn not_begun(error: &StartError, so_far: Issued) -> Self {
        let code = match error {
            StartError::Store(error) => {
                let during = if so_far == Issued::No { During::KeyCreation } else { During::Installation };
                Error::new(during, so_far, error.clone()).code().as_str()
            }
            StartError::Journal(error @ (JournalError::Newer(_) | JournalError::Damaged(_))) => {
                Code::from(error).as_str()
            }
            other => other.obstacle().code(),
        };
        // Where the records cannot be read, nobody knows what stands in them.
        let so_far = if matches!(error, StartError::Journal(_)) { Issued::Unknown } else { so_far };
        let recovery = match (error, so_far) {
            (StartError::Journal(JournalError::Damaged(_)), _) => Recovery::Close,
            (_, Issued::No) => Recovery::TryAgain,
            (_, Issued::Yes | Issued::Unknown) => Recovery::AskAgain,
        };
        Self::stopped(code, Blame::Machine, so_far, recovery, error)
    }

    /// This program has ended by a fault of its own. What it has sent stands in the journal.
    pub fn died(so_far: Issued) -> Self {
        let recovery = if so_far == Issued::No { Recovery::TryAgain } else { Recovery::AskAgain };
        Self::stopped(Code::OurFault.as_str(), Blame::Us, so_far, recovery, &Cause::TaskDied)
    }

    /// The command, or a file that it names, cannot be used.
    pub fn misused(error: &dyn std::error::Error, so_far: Issued) -> Self {
        Self::stopped(Code::Entry.as_str(), Blame::User, so_far, Recovery::EnterAgain, error)
    }

    fn stopped(
        code: &'static str,
        whose: Blame,
        so_far: Issued,
        recovery: Recovery,
        error: &dyn std::error::Error,
    ) -> Self {
        let (blame, issued, next) = (blame(whose), issued(so_far), next(recovery));
        Self::Failed { code, blame, issued, next, detail: error.to_string(), tries_left: None }
    }

    /// The exit code of a report that is not a failure.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Installed { .. } | Self::Nothing => Exit::Installed,
            Self::Pending { .. } => Exit::Pending,
            Self::Cancelled { .. } => Exit::Cancelled,
            Self::Failed { .. } => Exit::OurFault,
        }
    }
}

fn blame(blame: Blame) -> &'static str {
    match blame {
        Blame::User => "user",
        Blame::Network => "network",
        Blame::Bank => "bank",
        Blame::Machine => "machine",
        Blame::Us => "us",
    }
}

fn issued(issued: Issued) -> &'static str {
    match issued {
        Issued::No => "no",
        Issued::Yes => "yes",
        Issued::Unknown => "unknown",
    }
}

fn next(recovery: Recovery) -> &'static str {
    match recovery {
        Recovery::EnterAgain => "enter-again",
        Recovery::TryAgain => "try-again",
        Recovery::StoreAgain | Recovery::AskAgain => "resume",
        Recovery::Close => "ask-the-bank",
    }
}

/// Writes lines. Standard output that is gone is no reason to stop an enrollment half-way.
#[derive(Debug)]
pub struct Reporter<W>(W);

#[derive(Serialize)]
struct StepLine {
    step: &'static str,
}

impl<W: Write> Reporter<W> {
    pub fn new(output: W) -> Self {
        Self(output)
    }

    pub fn step(&mut self, step: Step) {
        self.line(&StepLine { step: step.as_str() });
    }

    /// An answer that could not be written down: `resume --answer` takes it from here.
    pub fn unkept(&mut self, answer: &RawAnswer) {
        self.line(&serde_json::json!({ "unkept_answer": String::from_utf8_lossy(&answer.body) }));
    }

    pub fn text(&mut self, text: &str) {
        let _ = writeln!(self.0, "{}", text.trim_end());
    }

    pub fn line(&mut self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            let _ = writeln!(self.0, "{text}").and_then(|()| self.0.flush());
        }
    }
}

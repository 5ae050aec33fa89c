//! What an earlier run left, and how it goes on. From a received answer on, no network and no bank number is needed.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{
    Answered, Applicant, Cause, Desk, During, Error, Issued, Received, Setback, Stopped, Unfinished, desk::JournalFile,
};
use crate::{
    domain::{Credentials, RawAnswer, SecurityLevel},
    journal::{Delivery, Enrollment, Event, Intent, Journal, JournalError, Stage},
    protocol::validate::Rule,
};

/// Which store and role an unfinished enrollment belongs to: the caller opens them before it resumes.
pub fn unfinished_intent(journal: &Journal) -> Result<Option<Intent>, JournalError> {
    let unfinished = journal.enrollments()?.into_iter().rfind(|enrollment| !is_over(enrollment));
    Ok(unfinished.map(|enrollment| enrollment.intent().clone()))
}

/// Nothing of it is left to show at the next start.
fn is_over(enrollment: &Enrollment) -> bool {
    let stage = enrollment.stage();
    stage.is_finished() || stage.is_harmless() || stage == Stage::Proven
}

/// An enrollment that goes on.
#[derive(Debug)]
pub struct Resumed {
    pub unfinished: Unfinished,
    pub interrupted: Interrupted,
}

/// The states an earlier run can leave.
#[derive(Debug)]
pub enum Interrupted {
    /// A request is out and no answer is here.
    Asked(Asked),
    /// Only the installation is left.
    Received(Received),
    /// An answer is here and cannot be believed. `Setback` says why.
    NotBelieved(Asked),
}

/// A request whose answer is not here. Holds no number of the user's.
#[derive(Debug)]
pub struct Asked {
    desk: Desk,
    file: JournalFile,
}

/// Tidies what never left this PC, and finds the enrollment that must go on.
pub async fn resume(desk: &Desk) -> Result<Option<Resumed>, Error> {
    let failed = |cause: Cause| Error::new(During::Resume, Issued::Unknown, cause);
    let enrollments = desk.ports.journal.enrollments().map_err(|error| failed(error.into()))?;
    let mut open = None;
    for enrollment in enrollments {
        let file = JournalFile::open(Arc::clone(&desk.ports.journal), enrollment);
        if tidy(desk, &file).await.map_err(failed)? == Tidied::StillOpen {
            open = Some(file);
        }
    }
    let now = desk.ports.clock.now();
    desk.ports.journal.shrink_finished(now).map_err(|error| failed(error.into()))?;
    match open {
        Some(file) => reopen(desk.clone(), file).await.map(Some),
        None => Ok(None),
    }
}

#[derive(PartialEq, Eq)]
enum Tidied {
    Over,
    StillOpen,
}

/// Lets go of keys that nothing was sent for, finishes what was proven, and calls a request in flight what it is now.
async fn tidy(desk: &Desk, file: &JournalFile) -> Result<Tidied, Cause> {
    let enrollment = file.enrollment();
    if enrollment.intent().store != desk.ports.store.description().address {
        return Ok(Tidied::Over); // another store's: seen when that store is open
    }
    match enrollment.stage() {
        Stage::Abandoned => destroy_leftover(desk, &enrollment).await?,
        stage if stage.is_harmless() => desk.abandon(file).await?,
        Stage::Proven => file.record(Event::Done)?,
        Stage::Done => {}
        Stage::Submitting => {
            file.record(Event::Unknown)?;
            return Ok(Tidied::StillOpen);
        }
        _ => return Ok(Tidied::StillOpen),
    }
    Ok(Tidied::Over)
}

/// A crash between "abandoned" and the store's deletion leaves a key that the journal names.
async fn destroy_leftover(desk: &Desk, enrollment: &Enrollment) -> Result<(), Cause> {
    let label = enrollment.label().clone();
    desk.with_store(move |store| match store.keys()?.contains(&label) {
        true => store.destroy(&label),
        false => Ok(()),
    })
    .await
}

async fn reopen(desk: Desk, file: JournalFile) -> Result<Resumed, Error> {
    let enrollment = file.enrollment();
    let (interrupted, stopped) = match enrollment.stage() {
        Stage::Pending { retry_at } => (Interrupted::Asked(Asked { desk, file }), Stopped::Waiting { retry_at }),
        Stage::Answer => reread(desk, file, enrollment.delivery()).await?,
        Stage::Validated | Stage::Installed => believed_before(desk, file, &enrollment)?,
        Stage::Rejected => (Interrupted::NotBelieved(Asked { desk, file }), Stopped::NotBelieved),
        _ => (Interrupted::Asked(Asked { desk, file }), Stopped::AnswerUnknown),
    };
    let unfinished = Unfinished { stopped, last_action: enrollment.last_action(), level: enrollment.intent().level };
    Ok(Resumed { unfinished, interrupted })
}

/// The answer reached the disk and was not read.
async fn reread(desk: Desk, file: JournalFile, delivery: Option<&Delivery>) -> Result<(Interrupted, Stopped), Error> {
    let Some(delivery) = delivery.cloned() else {
        return Ok((Interrupted::Asked(Asked { desk, file }), Stopped::AnswerUnknown));
    };
    let (silent, _) = mpsc::unbounded_channel();
    let answered = Answered { desk: desk.clone(), file: file.clone(), delivery };
    match answered.keep(&silent).await {
        Ok(received) => {
            let certificate = received.certificate().clone();
            Ok((Interrupted::Received(received), Stopped::Received(certificate)))
        }
        Err(Setback { error: Error { cause: Cause::NotBelieved(_), .. }, .. }) => {
            Ok((Interrupted::NotBelieved(Asked { desk, file }), Stopped::NotBelieved))
        }
        Err(Setback { error, .. }) => Err(error),
    }
}

/// The answer was believed before. It is read again, because bytes on a disk prove nothing.
fn believed_before(desk: Desk, file: JournalFile, enrollment: &Enrollment) -> Result<(Interrupted, Stopped), Error> {
    let delivery = enrollment.delivery().ok_or_else(|| file.error(During::Resume, Cause::TaskDied))?;
    let believed = match desk.read(&file, &delivery.answer, &delivery.published) {
        Ok(believed) => believed,
        Err(_) => return Ok((Interrupted::NotBelieved(Asked { desk, file }), Stopped::NotBelieved)),
    };
    let certificate = believed.leaf.clone();
    let received = Received::new(desk, file, believed, delivery.answer.url.clone());
    let stopped = match enrollment.stage() {
        Stage::Installed => Stopped::Installed(certificate),
        _ => Stopped::Received(certificate),
    };
    Ok((Interrupted::Received(received), stopped))
}

impl Asked {
    pub(super) fn new(desk: Desk, file: JournalFile) -> Self {
        Self { desk, file }
    }

    /// The level of the key that is kept for the answer.
    pub fn level(&self) -> SecurityLevel {
        self.file.enrollment().intent().level
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The same applicant asks for the same certificate once more. Sends nothing yet. Refused where asking could do
    /// harm: after a lost answer the profile's replay rule decides, after a 202 the CA's time and the profile's limit.
    pub fn ask_again(self, credentials: Credentials) -> Result<Applicant, Setback> {
        let enrollment = self.file.enrollment();
        let too_early = |at: Option<Timestamp>| at.is_some_and(|at| self.desk.ports.clock.now() < at);
        let reason = match enrollment.stage() {
            Stage::Pending { .. } if enrollment.attempts() > self.desk.profile.ca.max_polls => {
                Some(Cause::StillWaiting)
            }
            Stage::Pending { retry_at } if too_early(retry_at) => Some(Cause::StillWaiting),
            Stage::Unknown if !self.desk.profile.ca.replay.is_harmless() => Some(Cause::AnswerMissing),
            _ => None,
        };
        match reason {
            Some(cause) => Err(Setback::over(self.file.error(During::Resume, cause))),
            None => Ok(Applicant { desk: self.desk, credentials, earlier: Some(self.file) }),
        }
    }

    /// A certificate that arrived by another road. The key is still here.
    pub async fn import(self, answer: RawAnswer) -> Result<Received, Setback> {
        let published = self.file.enrollment().delivery().map(|delivery| delivery.published.clone());
        let delivery = Delivery { answer, published: published.unwrap_or_default() };
        match self.desk.read(&self.file, &delivery.answer, &delivery.published) {
            Ok(_) | Err(Rule::Dates) => {}
            // A wrong file is not an answer: the enrollment stays as open as it was.
            Err(rule) => {
                return Err(Setback::over(self.file.error(During::Validation, Cause::NotBelieved(rule))));
            }
        }
        let (silent, _) = mpsc::unbounded_channel();
        Answered { desk: self.desk, file: self.file, delivery }.keep(&silent).await
    }

    /// Gives it up: the key is destroyed. Only after the user has confirmed it twice.
    pub async fn abandon(self) -> Result<(), Error> {
        self.desk.abandon(&self.file).await.map_err(|cause| self.file.error(During::Resume, cause))
    }
}

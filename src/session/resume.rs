//! What an earlier run left, and how it goes on. From a received answer on, no network and no bank number is needed.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{
    Answered, Applicant, Cause, Desk, During, Error, Issued, Received, Setback, Stopped, Unfinished, apply::not_before,
    claim::Claim, desk::JournalFile, pickup,
};
use crate::{
    domain::{Certificate, Credentials, SecurityLevel},
    journal::{Delivery, Enrollment, Event, Journal, JournalError, Stage},
    protocol::validate::Rule,
};

/// The newest enrollment that is open. It goes on before anything new begins; the caller opens its bank, role and store.
/// When none is open that can be read, records that cannot be read are an error: a request may be out in them.
pub fn unfinished(journal: &Journal) -> Result<Option<Enrollment>, JournalError> {
    let open = journal.enrollments()?.into_iter().rfind(|enrollment| !is_over(enrollment));
    match (open, journal.unreadable()?.into_iter().next()) {
        (None, Some(unreadable)) => Err(unreadable),
        (open, _) => Ok(open),
    }
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
    pub(super) desk: Desk,
    pub(super) file: JournalFile,
}

/// Tidies what never left this PC, and finds the enrollment that must go on.
pub async fn resume(desk: &Desk) -> Result<Option<Resumed>, Error> {
    tidy_up(desk).await?;
    match unfinished(&desk.ports.journal).map_err(Error::at_start)? {
        None => Ok(None),
        Some(enrollment) if !desk.serves(enrollment.intent()) => {
            Err(Error::about(&enrollment, During::Resume, Cause::OtherOpen))
        }
        Some(enrollment) => {
            let file = JournalFile::open(Arc::clone(&desk.ports.journal), enrollment);
            reopen(desk.clone(), file).await.map(Some)
        }
    }
}

/// Tidies what earlier runs left in this store. What is open stays open.
pub async fn tidy_up(desk: &Desk) -> Result<(), Error> {
    let failed = |error: JournalError| Error::at_start(error);
    for enrollment in desk.ports.journal.enrollments().map_err(failed)? {
        let file = JournalFile::open(Arc::clone(&desk.ports.journal), enrollment);
        tidy(desk, &file).await.map_err(Error::at_start)?;
    }
    desk.ports.journal.clear_out(desk.ports.clock.now()).map_err(failed)
}

/// Lets go of keys that nothing was sent for, finishes what was proven, and calls a request in flight what it is now.
async fn tidy(desk: &Desk, file: &JournalFile) -> Result<(), Cause> {
    let enrollment = file.enrollment();
    if enrollment.intent().store != desk.ports.store.description().address {
        return Ok(()); // another store's: seen when that store is open
    }
    let tidied = match enrollment.stage() {
        Stage::Abandoned => destroy_leftover(desk, &enrollment).await,
        stage if stage.is_harmless() => desk.abandon(file).await,
        Stage::Proven => Ok(file.record(Event::Done)?),
        Stage::Submitting => Ok(file.record(Event::Unknown)?),
        _ => Ok(()),
    };
    match tidied {
        // It is closed, or may only be read. A key that nobody can use for anything is no reason to stop; it stays
        // named in the journal, and goes at a start that finds the store open.
        Err(Cause::Store(_)) => Ok(()),
        tidied => tidied,
    }
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
    let (enrollment, means) = (file.enrollment(), file.means());
    let (interrupted, stopped) = match enrollment.stage() {
        Stage::Pending { .. } => {
            let stopped = without_answer(&desk, &enrollment);
            (Interrupted::Asked(Asked { desk, file }), stopped)
        }
        Stage::Answer => reread(desk, file, enrollment.delivery()).await?,
        Stage::Validated | Stage::Installed => believed_before(desk, file, &enrollment)?,
        Stage::Rejected if !was_unreadable(&desk, &enrollment) => {
            (Interrupted::NotBelieved(Asked { desk, file }), Stopped::NotBelieved)
        }
        _ => {
            let stopped = without_answer(&desk, &enrollment);
            (Interrupted::Asked(Asked { desk, file }), stopped)
        }
    };
    let (last_action, level) = (enrollment.last_action(), enrollment.intent().level);
    let unfinished = Unfinished { stopped, last_action, level, means };
    Ok(Resumed { unfinished, interrupted })
}

/// How a request looks whose answer is not here, or cannot be read.
pub(super) fn without_answer(desk: &Desk, enrollment: &Enrollment) -> Stopped {
    if let Some(stopped) = pickup::stopped(desk, enrollment) {
        return stopped;
    }
    match enrollment.stage() {
        Stage::Pending { .. } if enrollment.handed_out().is_some() => Stopped::HandedOut,
        Stage::Pending { .. } => Stopped::Waiting { retry_at: Some(not_before(enrollment)) },
        Stage::Rejected => Stopped::AnswerUnreadable,
        _ => Stopped::AnswerUnknown,
    }
}

/// An answer without any certificate in it is as good as lost: where the CA gives the same one again, it can be asked.
/// A certificate that breaks a rule would only come again.
pub(super) fn was_unreadable(desk: &Desk, enrollment: &Enrollment) -> bool {
    desk.profile.ca.replay.is_harmless() && enrollment.broken_rule() == Some(format!("{:?}", Rule::Readable).as_str())
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
        Err(Setback { error: Error { cause: Cause::NotBelieved(Rule::Readable), .. }, .. })
            if desk.profile.ca.replay.is_harmless() =>
        {
            let stopped = without_answer(&desk, &file.enrollment());
            Ok((Interrupted::Asked(Asked { desk, file }), stopped))
        }
        Err(Setback { error: Error { cause: Cause::NotBelieved(_), .. }, .. }) => {
            Ok((Interrupted::NotBelieved(Asked { desk, file }), Stopped::NotBelieved))
        }
        Err(Setback { error: Error { cause: Cause::OutOfDate { here, from, until }, .. }, .. }) => {
            Ok((Interrupted::NotBelieved(Asked { desk, file }), Stopped::OutOfDate { here, from, until }))
        }
        Err(Setback { error, .. }) => Err(error),
    }
}

/// The answer was believed before. It is read again, because bytes on a disk prove nothing.
fn believed_before(desk: Desk, file: JournalFile, enrollment: &Enrollment) -> Result<(Interrupted, Stopped), Error> {
    let delivery = enrollment.delivery().ok_or_else(|| file.error(During::Resume, Cause::TaskDied))?;
    let believed = match desk.read(&file, &delivery.answer, &delivery.published) {
        Ok(believed) => believed,
        Err(rule) => match desk.disbelief(&file, &delivery.answer, rule) {
            error @ Error { cause: Cause::Clock { .. }, .. } => return Err(error),
            Error { cause: Cause::OutOfDate { here, from, until }, .. } => {
                return Ok((Interrupted::NotBelieved(Asked { desk, file }), Stopped::OutOfDate { here, from, until }));
            }
            _ => return Ok((Interrupted::NotBelieved(Asked { desk, file }), Stopped::NotBelieved)),
        },
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

    /// What is known of the certificate.
    pub fn issued(&self) -> Issued {
        self.file.issued()
    }

    /// Not before this time may a CA that is preparing be asked again.
    pub fn until(&self) -> Timestamp {
        not_before(&self.file.enrollment())
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The certificate that is renewed: it asks again by itself, without a number.
    pub fn renews(&self) -> Option<Certificate> {
        self.file.renews()
    }

    /// The same applicant asks for the same certificate once more. Sends nothing yet. Refused where asking could do
    /// harm: after a lost answer the profile's replay rule decides, after a 202 the CA's time and the profile's limit.
    pub fn ask_again(self, credentials: Credentials) -> Result<Applicant, Setback> {
        match self.renews() {
            Some(present) => self.ask_with(Claim::Renewal(present)),
            None => self.ask_with(Claim::Numbers(credentials)),
        }
    }

    /// The same for a renewal, by the same rules.
    pub fn renew_again(self) -> Result<Applicant, Setback> {
        match self.renews() {
            Some(present) => self.ask_with(Claim::Renewal(present)),
            None => Err(Setback::over(self.file.error(During::Resume, Cause::AnswerMissing))),
        }
    }

    pub(super) fn ask_with(self, claim: Claim) -> Result<Applicant, Setback> {
        let enrollment = self.file.enrollment();
        let too_early = || self.desk.ports.clock.now() < not_before(&enrollment);
        let with_pin = matches!(claim, Claim::Ticket(_));
        // What the CA has under a reference is not applied for again, whatever has become of it since.
        let applies_again = with_pin != enrollment.reference().is_some();
        let reason = match enrollment.stage() {
            Stage::Pending { .. } if applies_again => Some(Cause::StillWaiting),
            _ if applies_again => Some(Cause::AnswerMissing),
            Stage::Pending { .. } if pickup::expiry(&enrollment).is_some() => Some(Cause::AnswerMissing),
            // How often a PIN is tried is the CA's own rule.
            Stage::Pending { .. } if with_pin && !too_early() => None,
            Stage::Pending { .. } if enrollment.handed_out().is_some() => Some(Cause::StillWaiting),
            Stage::Pending { .. } if enrollment.attempts() > self.desk.profile.ca.max_polls => {
                Some(Cause::StillWaiting)
            }
            Stage::Pending { .. } if too_early() => Some(Cause::StillWaiting),
            Stage::Unknown if !self.desk.profile.ca.replay.is_harmless() => Some(Cause::AnswerMissing),
            Stage::Rejected if !was_unreadable(&self.desk, &enrollment) => Some(Cause::AnswerUnusable),
            _ => None,
        };
        match reason {
            Some(cause) => Err(Setback::over(self.file.error(During::Resume, cause))),
            None => Ok(Applicant { desk: self.desk, claim, earlier: Some(self.file) }),
        }
    }

    /// Gives it up: the key is destroyed. Only after the user has confirmed it twice.
    pub async fn abandon(self) -> Result<(), Error> {
        let issued = self.file.issued(); // giving up changes nothing about that
        let failed = |cause| Error::new(During::Resume, issued, cause).by(self.file.means());
        self.desk.abandon(&self.file).await.map_err(failed)
    }
}

//! What leaves this PC, once, and what its end means for key and journal.

use jiff::Timestamp;

use super::{
    Answered, Applicant, Applied, Asked, Cause, Desk, During, Error, Progress, Setback, Step, Stuck, Waiting,
    bookkeeper::Bookkeeper,
    claim::{Evidence, Shown},
    desk::JournalFile,
    pickup::Ticket,
};
use crate::{
    domain::{Certificate, RawAnswer, Reference, SpkiHash},
    journal::{Delivery, Event, JournalError, Stage},
    protocol::{Application, ConnectError, Connected, PickupClaim, Proof, ProtocolError, Refusal, RefusalKind, Reply},
};

/// A request ready to leave, or the ticket of one that has left, with what goes with it.
#[derive(Debug)]
pub(super) struct Envelope {
    pub desk: Desk,
    pub evidence: Evidence,
    pub file: JournalFile,
    /// Empty where a ticket is shown.
    pub request: Vec<u8>,
    /// Key of the server that was shown.
    pub pin: SpkiHash,
    pub published: Vec<Certificate>,
}

impl Envelope {
    pub async fn send(self, progress: &Progress) -> Result<Applied, Setback> {
        let reply = match self.evidence.proof(&self.desk.role) {
            Shown::Proof(proof) => {
                let _ = progress.send(Step::Apply);
                self.submit(proof).await
            }
            Shown::Ticket(ticket) => {
                let _ = progress.send(Step::PickUp);
                self.pick_up(ticket).await
            }
        };
        match reply {
            Ok(Reply::Answer(answer)) => {
                let _ = progress.send(Step::Receive);
                self.answered(answer).keep(progress).await.map(Applied::Received)
            }
            Ok(Reply::Pending { retry_at }) => self.pending(retry_at, None),
            Ok(Reply::Registered { reference, retry_at }) => self.pending(retry_at, Some(reference)),
            Ok(Reply::Refused(refusal)) => Err(self.refused(refusal).await),
            Err(error) => Err(self.lost(error).await),
        }
    }

    async fn submit(&self, proof: Proof<'_>) -> Result<Reply, ProtocolError> {
        let keeper = self.bookkeeper();
        let application = Application { request: &self.request, proof, pin: self.pin, keeper: &keeper };
        self.desk.ports.protocol.submit(application, self.about_to_send()).await
    }

    async fn pick_up(&self, Ticket { reference, pin, key }: &Ticket) -> Result<Reply, ProtocolError> {
        let keeper = self.bookkeeper();
        let claim = PickupClaim { reference, pin, key: *key, server: self.pin, keeper: &keeper };
        self.desk.ports.protocol.pick_up(claim, self.about_to_send()).await
    }

    fn bookkeeper(&self) -> Bookkeeper<'_> {
        Bookkeeper { file: &self.file, evidence: &self.evidence, role: &self.desk.role }
    }

    fn about_to_send(&self) -> Connected {
        about_to_send(self.file.clone(), self.published.clone())
    }

    fn answered(self, answer: RawAnswer) -> Answered {
        let answer = self.evidence.blanked(answer, &self.desk.role);
        Answered { desk: self.desk, file: self.file, delivery: Delivery { answer, published: self.published } }
    }

    /// With a receipt nothing that was typed is needed any more.
    fn pending(self, retry_at: Option<Timestamp>, reference: Option<Reference>) -> Result<Applied, Setback> {
        match self.file.record(Event::Pending { retry_at, reference }) {
            Ok(()) if self.file.enrollment().reference().is_some() => {
                Ok(Applied::Registered(Asked::new(self.desk, self.file)))
            }
            Ok(()) => Ok(Applied::Waiting(Waiting(self))),
            Err(error) => Err(Setback::over(self.file.error(During::Submission, error))),
        }
    }

    /// The bank said no. A first request that was refused is over and costs its key; a later one leaves the first open.
    async fn refused(self, refusal: Refusal) -> Setback {
        let unknown = matches!(refusal.kind, RefusalKind::ServerFailed { .. });
        let error = self.file.error(During::Submission, Cause::Refused(refusal));
        let event = if unknown { Event::Unknown } else { Event::Refused { code: error.code().as_str().to_owned() } };
        self.close(event, error).await
    }

    async fn lost(self, error: ProtocolError) -> Setback {
        let not_sent = matches!(error, ProtocolError::NotSent(_) | ProtocolError::NotAccepting(_));
        let error = Error::from_protocol(During::Submission, error).by(self.file.means());
        if !not_sent {
            return self.close(Event::Unknown, error).await;
        }
        let event = Event::NotSent { cause: error.code().as_str().to_owned() };
        let Envelope { desk, evidence, file, .. } = self;
        if let Err(error) = settle(&desk, &file, event).await {
            return Setback::over(file.error(During::Submission, error));
        }
        let error = error.standing_at(file.stage());
        let earlier = Some(file).filter(|file| file.stage() != Stage::Abandoned);
        Setback { error, session: Stuck::Applicant(Applicant { desk, claim: evidence.into_claim(), earlier }) }
    }

    /// Writes how it ended. What went with the request goes with `self`.
    async fn close(self, event: Event, error: Error) -> Setback {
        match settle(&self.desk, &self.file, event).await {
            Ok(()) if matches!(self.evidence, Evidence::Ticket(_)) => {
                let error = error.standing_at(self.file.stage());
                Setback { error, session: Stuck::Asked(Asked::new(self.desk, self.file)) }
            }
            Ok(()) => Setback::over(error.standing_at(self.file.stage())),
            Err(cause) => Setback::over(self.file.error(During::Submission, cause)),
        }
    }
}

/// Records how a request ended, and lets the key go when nothing can come of it any more.
async fn settle(desk: &Desk, file: &JournalFile, event: Event) -> Result<(), Cause> {
    file.record(event)?;
    if file.stage().is_harmless() {
        // A store that will not let go now is tidied at the next start.
        let _ = desk.abandon(file).await;
    }
    Ok(())
}

/// Between "connected" and "sent": the journal learns that the request is about to leave.
fn about_to_send(file: JournalFile, published: Vec<Certificate>) -> Connected {
    Box::new(move || {
        let attempt = file.enrollment().attempts() + 1;
        let refused = |error: JournalError| ConnectError::Journal { disk: error.disk(), said: error.to_string() };
        file.record(Event::Submitting { attempt, published }).map_err(refused)
    })
}

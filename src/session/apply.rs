//! The click: key, request, the one POST, and the answer on disk before it is read.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    Allowed, Applicant, Cause, Desk, During, Error, Issued, Progress, Received, Setback, Step, Stuck,
    claim::{Claim, Evidence},
    desk::JournalFile,
};
use crate::{
    domain::{
        Certificate, KeyLabel, RawAnswer, Secret, SecurityLevel, Signer, SpkiHash, WantedExtensions, WeakerStore,
    },
    journal::{Delivery, Enrollment, Event, Intent, JournalError, RequestHash, Stage},
    keystore::{Durability, StoreError},
    protocol::{Application, ConnectError, Connected, ProtocolError, Refusal, RefusalKind, Reply, csr, validate::Rule},
};

/// Pause before a poll when the CA named none.
const POLL_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// When a CA that is preparing may be asked again, in this run or a later one.
pub(super) fn not_before(enrollment: &Enrollment) -> Timestamp {
    match enrollment.stage() {
        Stage::Pending { retry_at: Some(time) } => time,
        _ => enrollment.last_action().saturating_add(POLL_PAUSE).unwrap_or(Timestamp::MAX),
    }
}

/// What the click came to.
#[derive(Debug)]
pub enum Applied {
    /// A certificate to believe in: trust page 2.
    Received(Received),
    /// 202: the CA is preparing it.
    Waiting(Waiting),
}

impl Allowed {
    /// Makes the key, or finds the earlier one, and sends the request. The only verb that sends.
    pub async fn apply(
        self,
        level: SecurityLevel,
        store_secret: Option<Secret>,
        progress: Progress,
    ) -> Result<Applied, Setback> {
        let Allowed { applicant: Applicant { desk, claim, earlier }, introduction, wanted } = self;
        let pin = introduction.peer.key;
        let stuck = |desk, claim: Claim, earlier, error: Error| {
            let error = error.by(claim.means());
            Err(Setback { error, session: Stuck::Applicant(Applicant { desk, claim, earlier }) })
        };
        let _ = progress.send(if earlier.is_none() { Step::MakeKey } else { Step::PrepareRequest });
        let evidence = match open(&desk, claim, &introduction.intermediates, store_secret).await {
            Ok(evidence) => evidence,
            Err((claim, cause)) => {
                let error = match &earlier {
                    None => before_the_key(cause),
                    Some(file) => file.error(During::Request, cause),
                };
                return stuck(desk, claim, earlier, error);
            }
        };
        let prepared = match &earlier {
            None => prepare(&desk, &evidence, level, wanted, &progress).await,
            Some(file) => prepare_again(&desk, &evidence, file.clone()).await,
        };
        let (file, request) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return stuck(desk, evidence.into_claim(), earlier, error),
        };
        let envelope = Envelope { desk, evidence, file, request, pin, published: introduction.intermediates };
        envelope.send(&progress).await
    }
}

pub(super) fn before_the_key(cause: Cause) -> Error {
    Error::new(During::KeyCreation, Issued::No, cause)
}

/// Opens the store, and finds in it what the CA will be shown.
pub(super) async fn open(
    desk: &Desk,
    claim: Claim,
    published: &[Certificate],
    store_secret: Option<Secret>,
) -> Result<Evidence, (Claim, Cause)> {
    match desk.unlock(store_secret).await {
        Ok(()) => claim.gather(desk, published).await,
        Err(cause) => Err((claim, cause)),
    }
}

/// Everything between "the user has decided" and the request's bytes, each step written before it is taken.
pub(super) async fn prepare(
    desk: &Desk,
    evidence: &Evidence,
    level: SecurityLevel,
    wanted: WantedExtensions,
    progress: &Progress,
) -> Result<(JournalFile, Vec<u8>), Error> {
    let before = before_the_key;
    check_store(desk, level).map_err(before)?;
    let label = new_label().map_err(before)?;
    let intent = Intent {
        label: label.clone(),
        institution: desk.profile.institution.id.clone(),
        role: desk.role.id.clone(),
        store: desk.ports.store.description().address,
        level,
        subject: evidence.subject(&desk.role),
        renews: evidence.renews().cloned(),
    };
    let file = desk.begin(intent).map_err(|error| before(error.into()))?;
    match make_request(desk, evidence, &file, wanted, progress).await {
        Ok(request) => Ok((file, request)),
        Err(error) => {
            // Nothing was sent: what exists of the key goes. If even that fails, the next start tidies it.
            let _ = desk.abandon(&file).await;
            Err(error)
        }
    }
}

async fn make_request(
    desk: &Desk,
    evidence: &Evidence,
    file: &JournalFile,
    wanted: WantedExtensions,
    progress: &Progress,
) -> Result<Vec<u8>, Error> {
    let failed = before_the_key;
    let (enrollment, bits) = (file.enrollment(), desk.profile.key.bits);
    let (label, level) = (enrollment.label().clone(), enrollment.intent().level);
    let signer = desk.with_store(move |store| store.create(&label, bits, level)).await.map_err(failed)?;
    let effective = desk.ports.store.description().effective_level(level);
    file.record(Event::KeyMade { key: signer.spki_hash(), effective }).map_err(|error| failed(error.into()))?;

    let _ = progress.send(Step::PrepareRequest);
    let failed = |cause| Error::new(During::Request, Issued::No, cause);
    let request = build_request(desk, evidence, &wanted, signer).await.map_err(failed)?;
    let ready = Event::CsrReady { request: RequestHash::of(&request), extensions: wanted };
    file.record(ready).map_err(|error| failed(error.into()))?;
    Ok(request)
}

/// The same key and the same entries give the same bytes; the journal's hash proves it. Otherwise nothing is sent.
async fn prepare_again(desk: &Desk, evidence: &Evidence, file: JournalFile) -> Result<(JournalFile, Vec<u8>), Error> {
    let failed = |cause| file.error(During::Request, cause);
    let enrollment = file.enrollment();
    let label = enrollment.label().clone();
    let signer = desk.with_store(move |store| store.open(&label)).await.map_err(failed)?;
    let request = build_request(desk, evidence, enrollment.extensions(), signer).await.map_err(failed)?;
    if enrollment.request() != Some(&RequestHash::of(&request)) {
        return Err(failed(Cause::OtherApplicant));
    }
    Ok((file, request))
}

async fn build_request(
    desk: &Desk,
    evidence: &Evidence,
    wanted: &WantedExtensions,
    signer: Arc<dyn Signer>,
) -> Result<Vec<u8>, Cause> {
    let form = evidence.form(&desk.role)?.with(wanted)?;
    let made = tokio::task::spawn_blocking(move || csr::filled_in(&form, signer.as_ref())).await;
    made.map_err(|_| Cause::TaskDied)?.map_err(Cause::from)
}

fn check_store(desk: &Desk, level: SecurityLevel) -> Result<(), Cause> {
    let store = desk.ports.store.description();
    if store.durability == Durability::LostWithProcess && !cfg!(feature = "demo") {
        return Err(StoreError::Unavailable(store.address).into());
    }
    if level < desk.profile.key.minimum_level {
        return Err(Cause::LevelTooLow);
    }
    let weaker = store.effective_level(level) < desk.profile.key.minimum_level;
    if weaker && desk.profile.key.weaker_store == WeakerStore::Refuse { Err(Cause::WeakStore) } else { Ok(()) }
}

fn new_label() -> Result<KeyLabel, Cause> {
    getrandom::u64().map(KeyLabel::from_random).map_err(|error| StoreError::Failed(error.to_string()).into())
}

/// A request ready to leave, with what goes with it.
#[derive(Debug)]
struct Envelope {
    desk: Desk,
    evidence: Evidence,
    file: JournalFile,
    request: Vec<u8>,
    pin: SpkiHash,
    published: Vec<Certificate>,
}

impl Envelope {
    async fn send(self, progress: &Progress) -> Result<Applied, Setback> {
        let _ = progress.send(Step::Apply);
        let application =
            Application { request: &self.request, proof: self.evidence.proof(&self.desk.role), pin: self.pin };
        let connected = about_to_send(self.file.clone(), self.published.clone());
        match self.desk.ports.protocol.submit(application, connected).await {
            Ok(Reply::Answer(answer)) => {
                let _ = progress.send(Step::Receive);
                self.answered(answer).keep(progress).await.map(Applied::Received)
            }
            Ok(Reply::Pending { retry_at }) => self.pending(retry_at),
            Ok(Reply::Refused(refusal)) => Err(self.refused(refusal).await),
            Err(error) => Err(self.lost(error).await),
        }
    }

    fn answered(self, answer: RawAnswer) -> Answered {
        let answer = self.evidence.blanked(answer, &self.desk.role);
        Answered { desk: self.desk, file: self.file, delivery: Delivery { answer, published: self.published } }
    }

    fn pending(self, retry_at: Option<Timestamp>) -> Result<Applied, Setback> {
        match self.file.record(Event::Pending { retry_at }) {
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
        let error = Error { issued: file.issued(), ..error };
        let earlier = Some(file).filter(|file| file.stage() != Stage::Abandoned);
        Setback { error, session: Stuck::Applicant(Applicant { desk, claim: evidence.into_claim(), earlier }) }
    }

    /// Writes how it ended. What went with the request goes with `self`.
    async fn close(self, event: Event, error: Error) -> Setback {
        match settle(&self.desk, &self.file, event).await {
            Ok(()) => Setback::over(Error { issued: self.file.issued(), ..error }),
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

/// An answer in memory. It is put on disk before it is read.
#[derive(Debug)]
pub struct Answered {
    pub(super) desk: Desk,
    pub(super) file: JournalFile,
    pub(super) delivery: Delivery,
}

impl Answered {
    /// What came, already blanked, when it is on no disk yet: for whoever can keep it elsewhere.
    pub fn unkept(&self) -> Option<&RawAnswer> {
        (self.file.stage() != Stage::Answer).then_some(&self.delivery.answer)
    }

    /// Writes the answer down, reads it, and decides whether to believe it. Needs no network.
    pub async fn keep(self, progress: &Progress) -> Result<Received, Setback> {
        if self.file.stage() != Stage::Answer
            && let Err(error) = self.file.record(Event::Answer(self.delivery.clone()))
        {
            let error = Error::new(During::Reading, Issued::Yes, error).by(self.file.means());
            return Err(Setback { error, session: Stuck::Answered(self) });
        }
        let _ = progress.send(Step::Check);
        match self.desk.read(&self.file, &self.delivery.answer, &self.delivery.published) {
            Ok(believed) => {
                let validated = Event::Validated { certificate: believed.leaf.thumbprint() };
                if let Err(error) = self.file.record(validated) {
                    let error = Error::new(During::Validation, Issued::Yes, error).by(self.file.means());
                    return Err(Setback { error, session: Stuck::Answered(self) });
                }
                Ok(Received::new(self.desk, self.file, believed, self.delivery.answer.url))
            }
            Err(rule) => Err(self.not_believed(rule)),
        }
    }

    fn not_believed(self, rule: Rule) -> Setback {
        let error = self.desk.disbelief(&self.file, &self.delivery.answer, rule);
        // A wrong clock can be set right: the answer stays as it is and is read again at the next start.
        if rule == Rule::Dates {
            return Setback { error, session: Stuck::Answered(self) };
        }
        match self.file.record(Event::Rejected { rule: format!("{rule:?}") }) {
            Ok(()) => Setback::over(error),
            Err(cause) => Setback::over(self.file.error(During::Validation, cause)),
        }
    }
}

/// 202: the CA is preparing the certificate. Holds what goes with the request, because the same one is sent again.
#[derive(Debug)]
pub struct Waiting(Envelope);

impl Waiting {
    pub(super) fn desk(&self) -> &Desk {
        &self.0.desk
    }

    pub(super) fn file(&self) -> &JournalFile {
        &self.0.file
    }

    /// Not before this time is the CA asked again.
    pub fn until(&self) -> Timestamp {
        not_before(&self.0.file.enrollment())
    }

    /// Asks again with the same bytes. Too early, it waits on.
    pub async fn poll(self, progress: Progress) -> Result<Applied, Setback> {
        if self.0.desk.ports.clock.now() < self.until() {
            return Ok(Applied::Waiting(self));
        }
        if self.0.file.enrollment().attempts() > self.0.desk.profile.ca.max_polls {
            let error = self.0.file.error(During::Submission, Cause::StillWaiting);
            return Err(Setback::over(error));
        }
        self.0.send(&progress).await
    }
}

//! The click: key, request, the one POST, and the answer on disk before it is read.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    Allowed, Applicant, Asked, Cause, Desk, During, Error, Issued, Progress, Received, Setback, Step, Stuck,
    claim::{Claim, Evidence},
    desk::JournalFile,
    envelope::Envelope,
    resume::tidy_up,
};
use crate::{
    domain::{Certificate, KeyLabel, RawAnswer, Secret, SecurityLevel, Signer, WantedExtensions, WeakerStore},
    journal::{Delivery, Enrollment, Event, Intent, RequestHash, Stage},
    keystore::{Durability, StoreError, StoreLock},
    protocol::{csr, validate::Rule},
};

/// Pause before a poll when the CA named none.
const POLL_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// When a CA that is preparing may be asked again, in this run or a later one.
pub(super) fn not_before(enrollment: &Enrollment) -> Timestamp {
    match enrollment.stage() {
        Stage::Pending { retry_at: Some(time) } => time,
        // Whoever has the PIN has been told that it is time.
        Stage::Pending { retry_at: None } if enrollment.reference().is_some() => enrollment.last_action(),
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
    /// The CA keeps it under a reference, until somebody comes with the PIN.
    Registered(Asked),
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
        let _ = progress.send(first_step(&claim, earlier.as_ref()));
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

fn first_step(claim: &Claim, earlier: Option<&JournalFile>) -> Step {
    match (claim, earlier) {
        (Claim::Ticket(_), _) => Step::PickUp,
        (_, Some(_)) => Step::PrepareRequest,
        (_, None) => Step::MakeKey,
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
    if desk.ports.store.description().lock == StoreLock::Open {
        // What earlier runs left in a store that has been closed until now: in a file it would be in the way.
        tidy_up(desk).await?;
    }
    let label = new_label().map_err(before)?;
    let intent = Intent {
        label: label.clone(),
        institution: desk.profile.institution.id.clone(),
        role: desk.role.id.clone(),
        store: desk.ports.store.description().address,
        level,
        subject: evidence.subject(&desk.role).ok_or_else(|| before(Cause::AnswerMissing))?,
        renews: evidence.renews().cloned(),
    };
    let file = desk.begin(intent).map_err(Error::not_begun)?;
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
    if let Evidence::Ticket(_) = evidence {
        return Ok((file, Vec::new())); // the CA has it
    }
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
    let form = evidence.form(&desk.role).ok_or(Cause::AnswerMissing)??.with(wanted)?;
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
pub struct Waiting(pub(super) Envelope);

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

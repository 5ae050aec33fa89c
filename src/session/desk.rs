//! Everything one enrollment stands on: the bank's rules, the role, the ports, and its open page in the journal.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use super::{Cause, During, Error, Issued, Means, Step};
use crate::{
    domain::{Certificate, Clock, Profile, RawAnswer, Role, Secret},
    journal::{Enrollment, Event, Intent, Journal, JournalError, Stage},
    keystore::{KeyStore, StoreError},
    protocol::{
        EnrollmentProtocol, Transport, pkcs7,
        validate::{self, Believed, Expectation, Rule},
    },
};

/// Told at the beginning of every step; nobody need listen.
pub type Progress = UnboundedSender<Step>;

/// The world outside, one port each.
#[derive(Debug, Clone)]
pub struct Ports {
    pub protocol: Arc<dyn EnrollmentProtocol>,
    /// For the login that proves the certificate.
    pub portal: Arc<dyn Transport>,
    pub store: Arc<dyn KeyStore>,
    pub journal: Arc<Journal>,
    pub clock: Arc<dyn Clock>,
}

#[derive(Debug, Clone)]
pub struct Desk {
    pub profile: Arc<Profile>,
    pub role: Role,
    pub ports: Ports,
}

impl Desk {
    /// Runs one call of the key store off this thread: a store may block.
    pub(super) async fn with_store<T, F>(&self, call: F) -> Result<T, Cause>
    where
        T: Send + 'static,
        F: FnOnce(&dyn KeyStore) -> Result<T, StoreError> + Send + 'static,
    {
        let store = Arc::clone(&self.ports.store);
        match tokio::task::spawn_blocking(move || call(store.as_ref())).await {
            Ok(result) => result.map_err(Cause::from),
            Err(_) => Err(Cause::TaskDied),
        }
    }

    /// Opens a store that has a password, when one was given.
    pub(super) async fn unlock(&self, secret: Option<Secret>) -> Result<(), Cause> {
        match secret {
            Some(secret) => self.with_store(move |store| store.unlock(&secret)).await,
            None => Ok(()),
        }
    }

    /// Whether an enrollment is about this bank, role and store.
    pub(super) fn serves(&self, intent: &Intent) -> bool {
        intent.institution == self.profile.institution.id
            && intent.role == self.role.id
            && intent.store == self.ports.store.description().address
    }

    /// Reads an answer and decides whether to believe it.
    pub(super) fn read(
        &self,
        file: &JournalFile,
        answer: &RawAnswer,
        published: &[Certificate],
    ) -> Result<Believed, Rule> {
        let enrollment = file.enrollment();
        let certificates = pkcs7::certificates(answer).map_err(|_| Rule::Readable)?;
        let expectation = Expectation {
            key: enrollment.key().ok_or(Rule::OurKey)?,
            subject: &enrollment.intent().subject,
            renews: enrollment.intent().renews.as_ref(),
            issuer_anchors: &self.profile.anchors.issuer,
            intermediates: published,
            bits: self.profile.key.bits,
            now: self.ports.clock.now(),
        };
        validate::believe(certificates, &expectation)
    }

    /// Why an answer is not believed. One that is right in everything but its dates tells of this PC's clock first: it
    /// leads to the clock and not to giving the certificate up.
    pub(super) fn disbelief(&self, file: &JournalFile, answer: &RawAnswer, rule: Rule) -> Error {
        let (key, here) = (file.enrollment().key(), self.ports.clock.now());
        let certificates = pkcs7::certificates(answer).unwrap_or_default();
        match certificates.iter().find(|certificate| Some(certificate.spki_hash()) == key) {
            Some(leaf) if rule == Rule::Dates && here < leaf.not_before() => {
                Error::new(During::Validation, Issued::Yes, Cause::Clock { here, server: leaf.not_before() })
                    .by(file.means())
            }
            Some(leaf) if rule == Rule::Dates => {
                let (from, until) = (leaf.not_before(), leaf.not_after());
                Error::new(During::Validation, Issued::Yes, Cause::OutOfDate { here, from, until }).by(file.means())
            }
            _ => file.error(During::Validation, Cause::NotBelieved(rule)),
        }
    }

    /// Destroys the key of an enrollment that can never come to anything. Written first, so that a crash in between is
    /// tidied at the next start.
    pub(super) async fn abandon(&self, file: &JournalFile) -> Result<(), Cause> {
        file.record(Event::Abandoned)?;
        let label = file.enrollment().label().clone();
        self.with_store(move |store| store.destroy(&label)).await
    }

    pub(super) fn begin(&self, intent: Intent) -> Result<JournalFile, JournalError> {
        let enrollment = self.ports.journal.begin(intent)?;
        Ok(JournalFile::open(Arc::clone(&self.ports.journal), enrollment))
    }
}

/// The page of the journal that belongs to this enrollment.
#[derive(Debug, Clone)]
pub(super) struct JournalFile {
    journal: Arc<Journal>,
    enrollment: Arc<Mutex<Enrollment>>,
}

impl JournalFile {
    pub fn open(journal: Arc<Journal>, enrollment: Enrollment) -> Self {
        Self { journal, enrollment: Arc::new(Mutex::new(enrollment)) }
    }

    pub fn record(&self, event: Event) -> Result<(), JournalError> {
        self.journal.record(&mut self.lock(), event)
    }

    pub fn enrollment(&self) -> Enrollment {
        self.lock().clone()
    }

    pub fn stage(&self) -> Stage {
        self.lock().stage()
    }

    /// What is known about the certificate when an enrollment stands here.
    pub fn issued(&self) -> Issued {
        Issued::at(self.stage())
    }

    pub fn error(&self, during: During, cause: impl Into<Cause>) -> Error {
        Error::about(&self.lock(), during, cause)
    }

    pub fn renews(&self) -> Option<Certificate> {
        self.lock().intent().renews.clone()
    }

    pub fn means(&self) -> Means {
        Means::of(&self.lock())
    }

    /// A record is replaced as a whole, so a poisoned lock holds a whole one.
    fn lock(&self) -> MutexGuard<'_, Enrollment> {
        self.enrollment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Disk, store and network that do what the model's way says, one call after the other, and notice every other call.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    panic::resume_unwind,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use shirushi::{
    domain::{
        Certificate, Clock, KeyLabel, PeerIdentity, RawAnswer, Secret, SecurityLevel, SignError, SignatureScheme,
        Signer, SpkiHash,
    },
    journal::Storage,
    keystore::{Durability, KeyStore, MemoryStore, StoreDescription, StoreError},
    protocol::{
        Application, ConnectError, Connected, EnrollmentProtocol, Introduction, ProtocolError, Refusal, RefusalKind,
        Reply as Said, Transport, TransportError,
        transport::{LostCause, Request, Response},
    },
};

use crate::{
    ca::ca,
    grammar::{Answer, Word},
    world::{Call, Luck, Reply},
};

/// What comes next, as the model says.
#[derive(Debug, Default)]
pub struct Script {
    next: Mutex<VecDeque<(Call, Luck)>>,
    /// Killed: nothing is called any more.
    dead: AtomicBool,
    /// The first call that the model does not know.
    stray: Mutex<Option<String>>,
}

/// The end of the process.
struct Killed;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Script {
    pub fn load(&self, calls: impl IntoIterator<Item = (Call, Luck)>) {
        lock(&self.next).extend(calls);
        self.dead.store(false, Ordering::SeqCst);
    }

    /// Whether everything was called that the model calls, and nothing else.
    pub fn is_kept(&self) -> Result<(), String> {
        if let Some(stray) = lock(&self.stray).take() {
            return Err(stray);
        }
        match lock(&self.next).front() {
            Some((call, _)) => Err(format!("the model goes on with {call:?}, and the program has stopped")),
            None => Ok(()),
        }
    }

    pub fn has_killed(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    fn luck(&self, called: &str) -> Luck {
        if self.has_killed() {
            resume_unwind(Box::new(Killed));
        }
        match lock(&self.next).pop_front() {
            Some((call, luck)) if name(call) == called => luck,
            other => {
                let expected = other.map(|(call, _)| call);
                lock(&self.stray).get_or_insert(format!("the program calls {called}, and the model {expected:?}"));
                self.kill()
            }
        }
    }

    fn kill(&self) -> ! {
        self.dead.store(true, Ordering::SeqCst);
        resume_unwind(Box::new(Killed))
    }

    /// Runs a call of a store as its luck has it.
    fn run<T>(&self, called: &str, act: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        let failed = || StoreError::Failed("as the way says".into());
        match self.luck(called) {
            Luck::Fine => act(),
            Luck::Fails => Err(failed()),
            Luck::Lost => act().and_then(|_| Err(failed())),
            Luck::KilledAfter => {
                let _ = act();
                self.kill()
            }
            Luck::KilledBefore | Luck::Said(_) => self.kill(),
        }
    }
}

/// A call as both sides call it: events by their names in the journal.
fn name(call: Call) -> String {
    match call {
        Call::Write(word) => format!("write {}", event_name(word)),
        Call::Create => "create".into(),
        Call::Open => "open".into(),
        Call::Sign => "sign".into(),
        Call::Install => "install".into(),
        Call::Destroy => "destroy".into(),
        Call::Keys => "keys".into(),
        Call::Connect => "connect".into(),
        Call::Send => "send".into(),
    }
}

pub fn event_name(word: Word) -> &'static str {
    match word {
        Word::Intent => "intent",
        Word::KeyMade => "key-made",
        Word::CsrReady => "csr-ready",
        Word::HandedOut => "handed-out",
        Word::Submitting | Word::SubmittingOutOfTurn => "submitting",
        Word::NotSent => "not-sent",
        Word::Refused => "refused",
        Word::Pending => "pending",
        Word::Unknown => "unknown",
        Word::Answer(_) => "answer",
        Word::Rejected => "rejected",
        Word::Validated => "validated",
        Word::Installed => "installed",
        Word::Proven => "proven",
        Word::Done => "done",
        Word::Abandoned => "abandoned",
        Word::Shrunk => "shrunk",
    }
}

/// Outlives every run.
#[derive(Debug)]
pub struct Disk {
    pub script: Arc<Script>,
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Disk {
    pub fn new(script: Arc<Script>) -> Self {
        Self { script, files: Mutex::default() }
    }

    fn put(&self, label: &KeyLabel, intact: usize, bytes: &[u8]) {
        let mut files = lock(&self.files);
        let file = files.entry(label.as_str().to_owned()).or_default();
        file.truncate(intact);
        file.extend_from_slice(bytes);
    }
}

fn written(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let json: serde_json::Value =
        serde_json::from_str(text.get(17..).unwrap_or_default()).expect("a line of the journal");
    let event = &json["event"];
    let named = event.as_object().and_then(|fields| fields.keys().next().cloned());
    format!("write {}", named.unwrap_or_else(|| event.as_str().unwrap_or_default().to_owned()))
}

impl Storage for Disk {
    fn list(&self) -> io::Result<Vec<KeyLabel>> {
        Ok(lock(&self.files).keys().filter_map(|label| KeyLabel::try_from(label.clone()).ok()).collect())
    }

    fn read(&self, label: &KeyLabel) -> io::Result<Vec<u8>> {
        lock(&self.files).get(label.as_str()).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// A write that fails or is cut off leaves half of its line where the line is of odd length.
    fn append(&self, label: &KeyLabel, intact: usize, line: &[u8]) -> io::Result<()> {
        let torn = if line.len() % 2 == 1 { &line[..line.len() / 2] } else { &[] };
        match self.script.luck(&written(line)) {
            Luck::Fine => self.put(label, intact, line),
            Luck::KilledAfter => {
                self.put(label, intact, line);
                self.script.kill()
            }
            Luck::KilledBefore => {
                self.put(label, intact, torn);
                self.script.kill()
            }
            Luck::Fails | Luck::Lost | Luck::Said(_) => {
                self.put(label, intact, torn);
                return Err(io::ErrorKind::StorageFull.into());
            }
        }
        Ok(())
    }

    fn replace(&self, label: &KeyLabel, content: &[u8]) -> io::Result<()> {
        self.put(label, 0, content);
        Ok(())
    }

    fn remove(&self, label: &KeyLabel) -> io::Result<()> {
        lock(&self.files).remove(label.as_str());
        Ok(())
    }
}

/// The store in memory, as one that lasts.
#[derive(Debug, Clone)]
pub struct Vault {
    pub inner: MemoryStore,
    pub script: Arc<Script>,
}

#[derive(Debug)]
struct VaultSigner {
    inner: Arc<dyn Signer>,
    script: Arc<Script>,
}

impl Vault {
    fn signer(&self, inner: Arc<dyn Signer>) -> Arc<dyn Signer> {
        Arc::new(VaultSigner { inner, script: Arc::clone(&self.script) })
    }
}

impl KeyStore for Vault {
    fn description(&self) -> StoreDescription {
        StoreDescription { durability: Durability::SurvivesPowerCut, ..self.inner.description() }
    }

    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.inner.unlock(secret)
    }

    fn create(&self, label: &KeyLabel, bits: u16, level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        self.script.run("create", || self.inner.create(label, bits, level)).map(|signer| self.signer(signer))
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        self.script.run("open", || self.inner.open(label)).map(|signer| self.signer(signer))
    }

    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        self.script.run("open", || self.inner.key_of(certificate)).map(|signer| self.signer(signer))
    }

    fn install(&self, label: &KeyLabel, certificate: &Certificate, chain: &[Certificate]) -> Result<(), StoreError> {
        self.script.run("install", || self.inner.install(label, certificate, chain))
    }

    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        self.script.run("destroy", || self.inner.destroy(label))
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        self.script.run("keys", || self.inner.keys())
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        self.inner.certificates()
    }
}

impl Signer for VaultSigner {
    fn spki_der(&self) -> &[u8] {
        self.inner.spki_der()
    }

    fn schemes(&self) -> &[SignatureScheme] {
        self.inner.schemes()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signed = || self.inner.sign(scheme, message).map_err(|error| StoreError::Failed(error.to_string()));
        self.script.run("sign", signed).map_err(|error| SignError::Store(error.to_string()))
    }
}

/// The CA's server.
#[derive(Debug)]
pub struct Server {
    pub script: Arc<Script>,
    /// Planted: the journal hears of a request when it has been answered.
    pub announces: Announces,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announces {
    Before,
    Afterwards,
}

pub fn answer(answer: Answer, leaf: impl FnOnce() -> Certificate) -> RawAnswer {
    let body = match answer {
        Answer::Good => leaf().der().to_vec(),
        Answer::Garbage => b"no certificate".to_vec(),
        Answer::Wrong => ca().stranger.der().to_vec(),
    };
    RawAnswer { url: "https://localhost:3/".parse().expect("url"), content_type: None, body }
}

#[async_trait]
impl EnrollmentProtocol for Server {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        let peer =
            PeerIdentity { key: SpkiHash::of(b"server"), subject: "CN=localhost".into(), not_after: Timestamp::MAX };
        let url = "https://localhost:3/".parse().expect("url");
        Ok(Introduction { url, peer, server_time: None, intermediates: Vec::new() })
    }

    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Said, ProtocolError> {
        let not_sent = |error: ConnectError| Err(ProtocolError::NotSent(error.into()));
        match self.script.luck("connect") {
            Luck::Fine => {}
            Luck::Fails => return not_sent(ConnectError::Unreachable),
            _ => self.script.kill(),
        }
        let mut connected = Some(connected);
        if self.announces == Announces::Before
            && let Some(announce) = connected.take()
            && let Err(error) = announce()
        {
            return not_sent(error);
        }
        let Luck::Said(reply) = self.script.luck("send") else { self.script.kill() };
        if let Some(announce) = connected.take() {
            let _ = announce();
        }
        let comes = |kind| Ok(Said::Answer(answer(kind, || ca().answers(application.request))));
        let says = |kind| Ok(Said::Refused(Refusal { kind, text: String::new() }));
        match reply {
            Reply::NotWritten => not_sent(ConnectError::Timeout),
            Reply::NeverArrives | Reply::IssuedAndLost => {
                Err(ProtocolError::AnswerLost(TransportError::Lost(LostCause::Cut)))
            }
            Reply::Issued => comes(Answer::Good),
            Reply::IssuedAndGarbled => comes(Answer::Garbage),
            Reply::IssuedForAnother => comes(Answer::Wrong),
            Reply::Later => Ok(Said::Pending { retry_at: None }),
            Reply::Refused => says(RefusalKind::NothingToTake),
            Reply::Failed => says(RefusalKind::ServerFailed { status: 500 }),
            Reply::KilledBefore | Reply::KilledWhenIssued => self.script.kill(),
        }
    }
}

/// Nobody is there: the proof by login stays open.
#[derive(Debug)]
pub struct NoPortal;

#[async_trait]
impl Transport for NoPortal {
    async fn exchange(&self, _: Request) -> Result<Response, TransportError> {
        Err(ConnectError::Unreachable.into())
    }
}

/// No two moments are the same.
#[derive(Debug)]
pub struct Ticking {
    start: Timestamp,
    milliseconds: AtomicI64,
}

impl Default for Ticking {
    fn default() -> Self {
        Self { start: Timestamp::now(), milliseconds: AtomicI64::new(0) }
    }
}

impl Ticking {
    pub fn advance(&self, by: SignedDuration) {
        self.milliseconds.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        self.start + SignedDuration::from_millis(self.milliseconds.fetch_add(1, Ordering::SeqCst))
    }
}

//! One PC inside this process: a real journal, keys in memory, a real bank over real TLS. A run of the program is a
//! future here, so that a kill is a future that is dropped.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use practice_bank::{Account, AccountCounters, Bank, Case, Options, Replay};
use serde_json::Value;
use shirushi::{
    cli::{Answer, Consent, Entries, Report, Reporter, Run},
    domain::{Credentials, FieldId, Profile, Role, Secret, SystemClock},
    journal::{Enrollment, Journal},
    keystore::memory::MemoryStore,
    protocol::{
        EnrollmentProtocol, HttpTransport, Transport, TransportError, WebForm,
        est::Est,
        transport::{Request, Response},
    },
    session::{Desk, Error, Introduced, Ports, Received},
};
use tempfile::TempDir;

use crate::{
    house::Door,
    programs::said,
    relay::{Point, Relay, Traffic},
};

#[path = "../support/records.rs"]
mod records;

/// Of one bank; then the next one opens.
const CUSTOMERS: usize = 1000;

/// A folder in memory where there is one: nothing here asks what a disk does.
pub fn quick_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}

/// A street of banks with the same rule: each customer comes once.
#[derive(Clone)]
pub struct Street {
    replay: Replay,
    /// What its profile says of that.
    said: Replay,
    door: Door,
    open: Arc<Mutex<Option<Arc<OpenBank>>>>,
}

pub struct OpenBank {
    bank: Bank,
    pub profile: Arc<Profile>,
    next: AtomicUsize,
    _folder: TempDir,
}

/// A customer nobody was before, and the bank.
#[derive(Clone)]
pub struct Visitor {
    pub bank: Arc<OpenBank>,
    pub account: Account,
}

impl Street {
    pub fn new(replay: Replay, door: Door) -> Self {
        Self::believing(replay, door, replay)
    }

    /// Whose profile does not say what the bank does.
    pub fn believing(replay: Replay, door: Door, said: Replay) -> Self {
        Self { replay, said, door, open: Arc::default() }
    }

    pub fn replay(&self) -> Replay {
        self.replay
    }

    pub fn visitor(&self) -> Visitor {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.as_ref().and_then(|bank| bank.visitor());
        known.unwrap_or_else(|| {
            let bank = Arc::new(OpenBank::open(self.replay, self.door, self.said));
            *open = Some(Arc::clone(&bank));
            bank.visitor().expect("a new bank's first customer")
        })
    }
}

impl OpenBank {
    fn open(replay: Replay, door: Door, said: Replay) -> Self {
        let folder = quick_folder();
        let state = folder.path().join("bank");
        copy(first_bank(), &state);
        let bank = start_bank(&state, replay);
        let profile = match door {
            Door::Est => bank.profile_toml(),
            Door::OldPages => bank.profile_webform_toml(),
        };
        let [is, said] = [replay, said].map(|rule| format!("replay = \"{}\"", rule.as_str()));
        let profile = profile.replace(&is, &said);
        let profile = Arc::new(Profile::from_toml(&profile).expect("the bank's own profile"));
        Self { bank, profile, next: AtomicUsize::new(0), _folder: folder }
    }

    fn visitor(self: &Arc<Self>) -> Option<Visitor> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let mut normal = self.bank.ready().accounts.iter().filter(|account| account.case == Case::Normal);
        Some(Visitor { bank: Arc::clone(self), account: normal.nth(next)?.clone() })
    }
}

fn start_bank(state: &Path, replay: Replay) -> Bank {
    let listen = ([127, 0, 0, 1], 0).into();
    let options = Options { listen, state: state.to_owned(), seed: 1, guests: CUSTOMERS, replay };
    Bank::start(options).expect("the bank opens")
}

/// The folder of a bank that has opened once: its keys need not be made again.
fn first_bank() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        drop(start_bank(folder.path(), Replay::Same));
        fs::remove_file(folder.path().join("ports.json")).expect("a file");
        folder
    });
    folder.path()
}

fn copy(from: &Path, to: &Path) {
    said("cp", &["-a", &from.display().to_string(), &to.display().to_string()]);
}

impl Visitor {
    /// What the bank has counted of this customer.
    pub fn counted(&self) -> AccountCounters {
        self.bank.bank.counters().by_account.get(&self.account.id()).cloned().unwrap_or_default()
    }
}

/// What is on the disk and in the key store outlives every run.
pub struct Pc {
    folder: TempDir,
    pub store: MemoryStore,
}

/// How a run is ended at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// The connection breaks; the program lives.
    Cut,
    /// The program is gone.
    Kill,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Begin,
    Resume,
}

/// Who tells the journal that the request leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    WriteThenSend,
    /// Planted.
    SendThenWrite,
}

/// One run of the program.
pub struct Start<'a> {
    pub visitor: &'a Visitor,
    pub verb: Verb,
    pub blow: Option<(Point, Blow)>,
    pub order: Order,
}

/// What one run came to.
pub struct Ended {
    /// The last line; nothing when it was killed.
    pub last: Option<Value>,
    pub traffic: Vec<Traffic>,
    /// Whether its blow has fallen.
    pub was_struck: bool,
}

impl Pc {
    pub fn new() -> Self {
        Self { folder: quick_folder(), store: MemoryStore::new() }
    }

    pub fn records(&self) -> PathBuf {
        self.folder.path().join("enrollments")
    }

    fn journal(&self) -> Arc<Journal> {
        let folder = records::open(&self.records());
        Arc::new(Journal::new(Arc::new(folder), Arc::new(SystemClock)))
    }

    pub fn enrollments(&self) -> Vec<Enrollment> {
        let journal = self.journal();
        assert!(journal.unreadable().expect("a journal").is_empty(), "a record cannot be read");
        journal.enrollments().expect("a journal")
    }

    pub fn run(&self, start: &Start<'_>) -> Ended {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(self.play(start))
    }

    async fn play(&self, start: &Start<'_>) -> Ended {
        let relay = Relay::new(start.blow.map(|(point, _)| point));
        let desk = self.desk(start, &relay);
        let work = work(&desk, start);
        tokio::pin!(work);
        let (mut was_struck, mut result) = (false, None);
        tokio::select! {
            biased;
            () = relay.reached() => was_struck = true,
            ended = &mut work => result = Some(ended),
        }
        if was_struck && matches!(start.blow, Some((_, Blow::Cut))) {
            result = Some(work.as_mut().await);
        }
        let last = result.map(|result| match result {
            Ok(report) => serde_json::to_value(report).expect("JSON"),
            Err(error) => serde_json::to_value(Report::failed(&error, desk.profile.ca.replay)).expect("JSON"),
        });
        Ended { last, traffic: relay.traffic(), was_struck }
    }

    fn desk(&self, start: &Start<'_>, relay: &Relay) -> Desk {
        let profile = Arc::clone(&start.visitor.bank.profile);
        let http = HttpTransport::new(&profile.anchors.tls).expect("anchors");
        let detour: Arc<dyn Transport> = Arc::new(Detour { http, relay: relay.clone(), order: start.order });
        let protocol: Arc<dyn EnrollmentProtocol> = match &profile.webform {
            Some(pages) => Arc::new(WebForm::new(&profile.ca, pages.clone(), Arc::clone(&detour))),
            None => Arc::new(Est::new(&profile.ca, Arc::clone(&detour))),
        };
        let (store, clock) = (Arc::new(self.store.clone()), Arc::new(SystemClock));
        let ports = Ports { protocol, portal: detour, store, journal: self.journal(), clock };
        Desk { role: profile.roles[0].clone(), profile, ports }
    }
}

async fn work(desk: &Desk, start: &Start<'_>) -> Result<Report, Error> {
    let entries = Entries::new(desk, Some(credentials(&desk.role, &start.visitor.account)), None).expect("entries");
    let (mut consent, mut reporter) = (Yes, Reporter::new(std::io::sink()));
    let run = Run { desk, store_secret: None, pickup_pin: None, consent: &mut consent, reporter: &mut reporter };
    match start.verb {
        Verb::Begin => run.enroll(entries).await,
        Verb::Resume => run.resume(None, Some(entries)).await,
    }
}

fn credentials(role: &Role, account: &Account) -> Credentials {
    let Account { contract_id, user_id, password, confirmation, .. } = account;
    let entries =
        [("contract_id", contract_id), ("user_id", user_id), ("password", password), ("confirmation", confirmation)];
    let entries = entries.map(|(id, entry)| (FieldId(id.to_owned()), Secret::new(entry.as_str())));
    Credentials::new(role, entries.into()).expect("the bank's own customer")
}

#[derive(Debug)]
struct Yes;

impl Consent for Yes {
    fn allow(&mut self, _: &Desk, _: &Introduced) -> Answer {
        Answer::Yes
    }

    fn install(&mut self, _: &Desk, _: &Received) -> Answer {
        Answer::Yes
    }
}

/// The real transport, past the relay.
#[derive(Debug)]
struct Detour {
    http: HttpTransport,
    relay: Relay,
    order: Order,
}

#[async_trait]
impl Transport for Detour {
    async fn exchange(&self, mut request: Request) -> Result<Response, TransportError> {
        let port = self.relay.to(request.url.port().expect("a port of the bank")).await;
        request.url.set_port(Some(port)).expect("an address with a host");
        if self.order == Order::WriteThenSend {
            return self.http.exchange(request).await;
        }
        let late = request.connected.take();
        let answer = self.http.exchange(request).await;
        if let Some(connected) = late {
            connected()?;
        }
        answer
    }
}

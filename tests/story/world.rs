//! The whole program over a real bank, real TLS and a real journal; only the key store is in memory, and every port can
//! fail on demand.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use practice_bank::{Account, Bank, Case, Manners, Oddity, Options, Replay};
use shirushi::{
    domain::{Chance, Clock, Profile, ProtocolName, Vigil, Watch},
    journal::Journal,
    keystore::{self, OpenError, Pkcs11Store, StoreError, TokenModule, memory::MemoryStore, plugged_in},
    page::{help::Hands, login::Elsewhere},
    protocol::{ByHand, EnrollmentProtocol, HttpTransport, Transport, WebForm, est::Est},
    session::{Desk, Interrupted, Ports, resume},
    wizard::{Chosen, FileKind, Place, Saved, Saver, Shelf, World},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{
    carried,
    faults::{FaultyStorage, FaultyTransport},
};

#[path = "../support/records.rs"]
mod records;

/// Customers enough for every scenario of a test process.
const GUESTS: usize = 400;

/// How the authority is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Est,
    /// Made for browsers: the protocol is called webform.
    OldPages,
}

/// A bank for the whole test process: its keys are made once.
pub struct SharedBank {
    pub bank: Bank,
    next_guest: AtomicUsize,
    alone: Mutex<()>,
    folder: TempDir,
}

impl SharedBank {
    pub fn open(replay: Replay) -> Self {
        Self::open_with(replay, Manners::default())
    }

    pub fn open_with(replay: Replay, manners: Manners) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let state = folder.path().join("bank");
        let options = Options { listen: ([127, 0, 0, 1], 0).into(), state, seed: 1, guests: GUESTS, replay };
        let bank = Bank::start_with(options, manners).expect("the bank opens");
        Self { bank, next_guest: AtomicUsize::new(0), alone: Mutex::default(), folder }
    }

    pub fn profile(&self) -> Arc<Profile> {
        self.profile_of(Door::Est)
    }

    pub fn profile_of(&self, door: Door) -> Arc<Profile> {
        let text = match door {
            Door::Est => self.bank.profile_toml(),
            Door::OldPages => self.bank.profile_webform_toml(),
        };
        Arc::new(Profile::from_toml(&text).expect("the bank's own profile"))
    }

    /// What is ordered from the bank strikes the next request, whoever makes it: one test at a time.
    pub fn alone(&self) -> MutexGuard<'_, ()> {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A customer whom no other test uses.
    pub fn guest(&self) -> Account {
        let guest = self.next_guest.fetch_add(1, Ordering::Relaxed);
        let normal = self.bank.ready().accounts.iter().filter(|account| account.case == Case::Normal);
        normal.cycle().nth(guest).expect("some customers").clone()
    }

    pub fn customer(&self, case: Case) -> Account {
        self.bank.ready().accounts.iter().find(|account| account.case == case).expect("this case").clone()
    }

    /// How many certificates this customer has been given.
    pub fn issued(&self, account: &Account) -> u64 {
        self.bank.counters().by_account.get(&account.id()).map_or(0, |counters| counters.issued)
    }

    /// What the bank would send this customer by mail: leaf first, each in base64.
    pub fn issued_chain(&self, account: &Account) -> Vec<String> {
        carried::issued_chain(&self.folder.path().join("bank"), account)
    }

    /// How many requests this customer's numbers have come with.
    pub fn posts(&self, account: &Account) -> u64 {
        self.bank.counters().by_account.get(&account.id()).map_or(0, |counters| counters.first + counters.poll)
    }
}

/// The bank that gives the same certificate to the same request.
pub fn bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    BANK.get_or_init(|| SharedBank::open(Replay::Same))
}

/// A bank whose next answer may be spoilt: whoever spoils it must be alone with it.
pub fn moody_bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    BANK.get_or_init(|| SharedBank::open(Replay::Same))
}

/// A bank of another age: everything that can be odd together is, always.
pub fn antique_bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    let oddities = vec![
        Oddity::Tls12Only,
        Oddity::Http10,
        Oddity::RetryAfterMissing,
        Oddity::BerIndefinite,
        Oddity::MissingChain,
        Oddity::PemArmour,
        Oddity::MimeBase64,
        Oddity::NulAtEnd,
        Oddity::NoContentType,
        Oddity::ErrorHtml,
        Oddity::SeveralWwwAuthenticate,
        Oddity::ExtraAttributes,
        Oddity::FormAttributesMixed,
        Oddity::FormExtraInputs,
        Oddity::FormMultipart,
        Oddity::HtmlUpperCase,
        Oddity::HtmlCrlf,
        Oddity::WaitOnload,
        Oddity::LiteralsSingleQuoted,
    ];
    BANK.get_or_init(|| SharedBank::open_with(Replay::Same, Manners { csrattrs: true, oddities, ..Manners::default() }))
}

/// A bank that offers renewals.
pub fn renewing_bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    BANK.get_or_init(|| SharedBank::open_with(Replay::Same, Manners { renewal: true, ..Manners::default() }))
}

/// A bank that offers renewals and whose next answer may be spoilt.
pub fn moody_renewing_bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    BANK.get_or_init(|| SharedBank::open_with(Replay::Same, Manners { renewal: true, ..Manners::default() }))
}

/// The bank that gives nothing twice.
pub fn refusing_bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    BANK.get_or_init(|| SharedBank::open(Replay::Refuse))
}

/// A bank that gives nothing twice and whose next answer may be spoilt.
pub fn moody_refusing_bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    BANK.get_or_init(|| SharedBank::open(Replay::Refuse))
}

/// A bank that makes another certificate for the same request, and whose next answer may be spoilt.
pub fn moody_doubling_bank() -> &'static SharedBank {
    static BANK: OnceLock<SharedBank> = OnceLock::new();
    BANK.get_or_init(|| SharedBank::open(Replay::New))
}

/// One PC: what is on its disk and in its key store outlives every run of the program.
pub struct Pc {
    pub folder: TempDir,
    pub store: MemoryStore,
    pub clock: Arc<TestClock>,
    pub saved: Arc<Mutex<Vec<String>>>,
    /// Where else a key can be kept.
    pub elsewhere: Vec<Elsewhere>,
    /// What the system's dialog answers.
    pub dialog: Arc<Mutex<Option<PathBuf>>>,
    pub vigil: Sentry,
}

impl Pc {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            store: MemoryStore::new(),
            clock: Arc::new(TestClock::default()),
            saved: Arc::default(),
            elsewhere: Vec::new(),
            dialog: Arc::default(),
            vigil: Sentry::default(),
        }
    }

    pub fn journal(&self) -> Journal {
        let folder = records::open(&self.journal_folder());
        Journal::new(Arc::new(folder), self.clock.clone())
    }

    pub fn journal_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("enrollments")
    }

    /// The ports of one run of the program at this PC.
    pub fn world(&self, bank: &SharedBank, plan: Plan) -> World {
        self.world_with_profile(bank.profile(), plan)
    }

    pub fn world_with_profile(&self, profile: Arc<Profile>, plan: Plan) -> World {
        let http = HttpTransport::new(&profile.anchors.tls).expect("anchors");
        let transport: Arc<dyn Transport> = Arc::new(FaultyTransport::new(http, plan.transport));
        let storage = FaultyStorage::new(records::open(&self.journal_folder()), plan.storage);
        if let Some(nth) = plan.store {
            self.store.fail_nth_call(nth, StoreError::Failed("planned".into()));
        }
        let protocol: Arc<dyn EnrollmentProtocol> = match &profile.webform {
            Some(pages) => Arc::new(WebForm::new(&profile.ca, pages.clone(), Arc::clone(&transport))),
            None if profile.ca.protocol == ProtocolName::Byhand => Arc::new(ByHand),
            None => Arc::new(Est::new(&profile.ca, Arc::clone(&transport))),
        };
        World {
            profile,
            shelf: Arc::new(OneStore { store: self.store.clone(), elsewhere: self.elsewhere.clone() }),
            protocol,
            portal: transport,
            journal: Arc::new(Journal::new(Arc::new(storage), self.clock.clone())),
            clock: self.clock.clone(),
            chance: Arc::new(Riffle::default()),
            vigil: Arc::new(self.vigil.clone()),
            saver: Arc::new(Notebook { saved: Arc::clone(&self.saved), dialog: Arc::clone(&self.dialog) }),
            hands: Hands::Window,
            zone: TimeZone::UTC,
        }
    }
}

/// The session's side of a world, for what no page offers.
pub fn desk(world: World, pc: &Pc) -> Desk {
    let World { profile, protocol, portal, journal, clock, .. } = world;
    let role = profile.roles[0].clone();
    Desk { profile, role, ports: Ports { protocol, portal, store: Arc::new(pc.store.clone()), journal, clock } }
}

/// What a start finds open there.
pub fn interrupted(desk: &Desk) -> Interrupted {
    runtime().block_on(resume(desk)).expect("resumes").expect("something is open").interrupted
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

/// Which call of which port fails; counted from 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plan {
    pub transport: Option<(usize, TransportFault)>,
    pub storage: Option<(usize, StorageFault)>,
    pub store: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportFault {
    /// Nobody there: nothing is sent.
    Unreachable,
    /// The request arrives; the answer does not.
    AnswerLost,
    /// A fault of ours: nothing is sent.
    DiesBefore,
    /// A fault of ours, with the answer in hand.
    DiesAfter,
    /// Planted: the journal hears of the request only after it has been sent.
    HookAfterSending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageFault {
    /// Nothing is written.
    Refused,
    /// Half of the line is on the disk when the call fails.
    Torn,
    /// The line is on the disk, and that is the last that the program does.
    Killed,
}

/// A clock that runs with the real one and can be moved.
#[derive(Debug, Default)]
pub struct TestClock(Mutex<SignedDuration>);

impl TestClock {
    pub fn advance(&self, by: SignedDuration) {
        *self.0.lock().expect("no panic holds the clock") += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.lock().expect("no panic holds the clock")
    }
}

/// Counts instead of drawing: no two orders are the same, and every run has the same ones.
#[derive(Debug, Default)]
struct Riffle(AtomicUsize);

impl Chance for Riffle {
    fn below(&self, limit: u8) -> Option<u8> {
        Some((self.0.fetch_add(1, Ordering::Relaxed) * 7 % usize::from(limit)) as u8)
    }
}

/// Counts the watches, and knows why each is kept.
#[derive(Debug, Clone, Default)]
pub struct Sentry {
    pub reasons: Arc<Mutex<Vec<String>>>,
    /// How many are not over.
    kept: Arc<AtomicUsize>,
}

impl Sentry {
    /// Whether anything keeps this PC from stopping now.
    pub fn is_on_watch(&self) -> bool {
        self.kept.load(Ordering::SeqCst) > 0
    }
}

struct OneWatch(Arc<AtomicUsize>);

impl Drop for OneWatch {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Vigil for Sentry {
    fn keep(&self, _: &str, why: &str) -> Watch {
        self.reasons.lock().expect("no panic holds the reasons").push(why.to_owned());
        self.kept.fetch_add(1, Ordering::SeqCst);
        Watch::holding(OneWatch(Arc::clone(&self.kept)))
    }
}

/// A store in memory in the place of a browser's; files and tokens are real.
#[derive(Debug)]
struct OneStore {
    store: MemoryStore,
    elsewhere: Vec<Elsewhere>,
}

impl Shelf for OneStore {
    fn places(&self) -> Vec<Place> {
        vec![Place { store: Arc::new(self.store.clone()), name: "れんしゅうブラウザー".into() }]
    }

    fn place(&self, address: &str) -> Result<Place, StoreError> {
        let place = self.places().remove(0);
        if place.store.description().address == address {
            return Ok(place);
        }
        match keystore::open(address) {
            Ok(store) => Ok(Place { store, name: address.to_owned() }),
            Err(OpenError::Store(error)) => Err(error),
            Err(OpenError::Address(_)) => Err(StoreError::KeyMissing),
        }
    }

    fn elsewhere(&self) -> Vec<Elsewhere> {
        self.elsewhere.clone()
    }

    fn tokens(&self, module: &TokenModule) -> Result<Vec<Place>, StoreError> {
        let place = |label: String| {
            let store = Arc::new(Pkcs11Store::open(&module.path, Some(&label))?);
            Ok(Place { store, name: label })
        };
        plugged_in(&module.path)?.into_iter().map(place).collect()
    }
}

#[derive(Debug)]
struct Notebook {
    saved: Arc<Mutex<Vec<String>>>,
    dialog: Arc<Mutex<Option<PathBuf>>>,
}

#[async_trait]
impl Saver for Notebook {
    async fn save(&self, suggested_name: String, text: String) -> Saved {
        self.saved.lock().expect("no panic holds the notebook").push(text);
        Saved::To(suggested_name.into())
    }

    async fn choose(&self, suggested_name: String) -> Chosen {
        match self.dialog.lock().expect("no panic holds the notebook").clone() {
            Some(file) => Chosen::File(file),
            None => Chosen::Nothing { suggested: std::path::Path::new("/documents").join(suggested_name) },
        }
    }

    async fn pick(&self, _: FileKind) -> Chosen {
        self.choose(String::new()).await
    }
}

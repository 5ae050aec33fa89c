//! The composition root: real ports for a real PC. Used by `main` and by tests that want the whole program.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;

use crate::{
    cli::ProxyLogin,
    desktop::{self, Caller, First},
    domain::{Clock, DiskFault, Profile, ProfileError, ProtocolName, Role, RoleId, SystemChance, SystemClock},
    journal::{Folder, Journal, JournalError, Onlooker, private_folder, replace_file},
    keystore::{
        self, BrowserDatabase, Homes, KeyStore, ModuleFolders, NssStore, OpenError, Pkcs11Store, StoreError,
        TokenModule, browser_names, find_databases, find_modules, plugged_in,
    },
    page::{Obstacle, help::Hands, login::Elsewhere},
    protocol::{
        ByHand, EnrollmentProtocol, HttpTransport, ProtocolError, Transport, WebForm,
        est::Est,
        transport::{AnchorError, Basic},
        webform::Survey,
    },
    session::{Desk, Ports},
    wizard::{Place, Saver, Shelf, World},
};

/// Why the program cannot even begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{path}: {error}")]
    Profile { path: PathBuf, error: ProfileError },
    #[error("{path}: {error}")]
    ProfileFile { path: PathBuf, error: io::Error },
    /// Without its copy an enrollment could not go on after a restart.
    #[error("the institution profile cannot be kept: {0}")]
    NotKept(io::Error),
    #[error("no institution profile is installed")]
    NoProfile,
    #[error("{0:?} is not a role of this profile")]
    NoSuchRole(RoleId),
    #[error("{0}")]
    StoreAddress(OpenError),
    #[error("this bank takes requests by hand: start in the window, or with --text")]
    ByHand,
    #[error("this user has no home folder")]
    NoHome,
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("another window of this program is open, and does not answer")]
    FirstHangs,
    #[error("{0}")]
    Journal(#[from] JournalError),
    #[error("{0}")]
    Transport(#[from] AnchorError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl StartError {
    /// What the window says of it.
    pub fn obstacle(&self) -> Obstacle {
        match self {
            Self::Journal(JournalError::InUse) => Obstacle::InUse,
            Self::FirstHangs => Obstacle::Hangs,
            Self::NoProfile => Obstacle::NoProfile,
            Self::Profile { .. }
            | Self::ProfileFile { .. }
            | Self::NoSuchRole(_)
            | Self::ByHand
            | Self::Transport(_) => Obstacle::Profile,
            Self::Journal(error) => obstacle(error.disk()),
            Self::NotKept(error) | Self::Io(error) => obstacle(DiskFault::of(error)),
            Self::NoHome | Self::Store(_) | Self::StoreAddress(_) => Obstacle::Records,
        }
    }
}

fn obstacle(disk: DiskFault) -> Obstacle {
    match disk {
        DiskFault::Full => Obstacle::DiskFull,
        DiskFault::ReadOnly => Obstacle::ReadOnly,
        DiskFault::Failing => Obstacle::Records,
    }
}

/// Where the background tasks of a run without a window live.
pub fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// Where this user's state lives: `SHIRUSHI_STATE_DIR`, else the system's place for it (local, never roaming).
pub fn state_folder() -> Result<PathBuf, StartError> {
    if let Some(folder) = std::env::var_os("SHIRUSHI_STATE_DIR") {
        return Ok(PathBuf::from(folder));
    }
    let dirs = directories::ProjectDirs::from("", "", "shirushi").ok_or(StartError::NoHome)?;
    Ok(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned())
}

pub fn open_journal(state: &Path) -> Result<Arc<Journal>, StartError> {
    let folder = Folder::open(&state.join("enrollments"))?;
    Ok(Arc::new(Journal::new(Arc::new(folder), Arc::new(SystemClock))))
}

/// So long after its start a window may not listen yet.
const NOT_YET: Duration = Duration::from_secs(2);
/// How often the lock is tried in that time.
const GLANCE: Duration = Duration::from_millis(20);

/// The journal for a window: there is one for a user and a folder of records. `None`: the one that was open already has
/// come to the front. `caller` hears of those who come after this one.
pub fn sole_journal(state: &Path, caller: &Caller) -> Result<Option<Arc<Journal>>, StartError> {
    let deadline = Instant::now() + NOT_YET;
    loop {
        match open_journal(state) {
            Ok(journal) => {
                // Nobody can ask then: a second start finds the journal in use, and says so.
                let _ = desktop::listen(state, caller.clone());
                return Ok(Some(journal));
            }
            Err(StartError::Journal(JournalError::InUse)) => match desktop::ask_the_first(state) {
                First::Raised => return Ok(None),
                First::Hangs => return Err(StartError::FirstHangs),
                First::Nobody if Instant::now() < deadline => thread::sleep(GLANCE),
                First::Nobody => return Err(JournalError::InUse.into()),
            },
            Err(error) => return Err(error),
        }
    }
}

/// The journal as it stands, also while another process writes it. For looking only.
pub fn look_at_journal(state: &Path) -> Journal {
    Journal::new(Arc::new(Onlooker::new(&state.join("enrollments"))), Arc::new(SystemClock))
}

/// Reads the profile of a file, of this PC's administrator, or of an enrollment that goes on. Of several installed
/// profiles the first by name is taken.
pub fn load_profile(file: Option<&Path>) -> Result<(Arc<Profile>, String), StartError> {
    let installed = Path::new("/etc/shirushi/profiles");
    let path = match file {
        Some(file) => file.to_owned(),
        None => first_toml(installed)?.ok_or(StartError::NoProfile)?,
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return Err(StartError::ProfileFile { path, error }),
    };
    let profile = Profile::from_toml(&text).map_err(|error| StartError::Profile { path, error })?;
    Ok((Arc::new(profile), text))
}

fn first_toml(folder: &Path) -> io::Result<Option<PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(None) };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths.into_iter().next())
}

/// A copy of the profile an enrollment began with, so that it can go on by itself. On the disk when this returns.
pub fn keep_profile(state: &Path, profile: &Profile, text: &str) -> Result<(), StartError> {
    let path = kept_profile(state, &profile.institution.id);
    if fs::read_to_string(&path).is_ok_and(|kept| kept == text) {
        return Ok(());
    }
    private_folder(&state.join("profiles")).map_err(StartError::NotKept)?;
    replace_file(&path, text.as_bytes()).map_err(StartError::NotKept)
}

pub fn kept_profile(state: &Path, institution: &str) -> PathBuf {
    state.join("profiles").join(institution).with_extension("toml")
}

/// The store of an address ([`keystore::open`]). Without one: the browser's database.
pub fn open_store(address: Option<&str>) -> Result<Arc<dyn KeyStore>, StartError> {
    let Some(address) = address else {
        let database = browser_databases().into_iter().next().ok_or(StartError::NoHome)?;
        return Ok(Arc::new(NssStore::open(&database.dir)?));
    };
    keystore::open(address).map_err(|error| match error {
        OpenError::Store(error) => error.into(),
        error @ OpenError::Address(_) => StartError::StoreAddress(error),
    })
}

/// The databases of the browsers on this PC; the first is the one to offer.
pub fn browser_databases() -> Vec<BrowserDatabase> {
    Homes::from_environment().map(|homes| find_databases(&homes)).unwrap_or_default()
}

/// The stores of this PC's browsers, or the one that was named.
#[derive(Debug)]
pub struct Stores {
    named: Option<String>,
}

impl Stores {
    pub fn new(named: Option<String>) -> Self {
        Self { named }
    }
}

impl Shelf for Stores {
    fn places(&self) -> Vec<Place> {
        match &self.named {
            Some(address) => self.place(address).into_iter().collect(),
            None => browsers().filter_map(|(database, name)| place_in(&database, name).ok()).collect(),
        }
    }

    fn hindrance(&self) -> Option<StoreError> {
        let error = match &self.named {
            Some(address) => self.place(address).err(),
            None => browsers().find_map(|(database, name)| place_in(&database, name).err()),
        };
        error.filter(|error| matches!(error, StoreError::Busy | StoreError::DiskFull | StoreError::ReadOnly))
    }

    fn place(&self, address: &str) -> Result<Place, StoreError> {
        if let Some((database, name)) = browsers().find(|(database, _)| address_of(&database.dir) == address) {
            return place_in(&database, name);
        }
        let store = keystore::open(address).map_err(|error| match error {
            OpenError::Store(error) => error,
            error @ OpenError::Address(_) => StoreError::Unavailable(error.to_string()),
        })?;
        Ok(Place { store, name: address.to_owned() })
    }

    /// Whoever named a store has decided.
    fn elsewhere(&self) -> Vec<Elsewhere> {
        match (&self.named, Homes::from_environment()) {
            (None, Some(homes)) => {
                let modules = find_modules(&ModuleFolders::of_system(&homes.xdg_config_home)).into_iter();
                std::iter::once(Elsewhere::File).chain(modules.map(Elsewhere::Token)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn tokens(&self, module: &TokenModule) -> Result<Vec<Place>, StoreError> {
        let labels = plugged_in(&module.path)?.into_iter();
        let places = labels.map(|label| {
            let token = Some(label.clone()).filter(|label| !label.is_empty());
            let store = Arc::new(Pkcs11Store::open(&module.path, token.as_deref())?);
            Ok::<_, StoreError>(Place { store, name: label })
        });
        places.collect()
    }
}

/// Where the user keeps files of their own.
pub fn documents_folder() -> PathBuf {
    let dirs = directories::UserDirs::new();
    let folder = dirs.map(|dirs| dirs.document_dir().unwrap_or(dirs.home_dir()).to_owned());
    folder.filter(|folder| folder.is_dir()).unwrap_or_default()
}

/// The databases of this PC's browsers, and what their users call them.
fn browsers() -> impl Iterator<Item = (BrowserDatabase, String)> {
    let databases = browser_databases();
    let names = browser_names(&databases);
    databases.into_iter().zip(names)
}

fn place_in(database: &BrowserDatabase, name: String) -> Result<Place, StoreError> {
    Ok(Place { store: Arc::new(NssStore::open(&database.dir)?), name })
}

fn address_of(folder: &Path) -> String {
    format!("nss:{}", folder.display())
}

pub fn desk(
    profile: Arc<Profile>,
    role: Option<&RoleId>,
    store: Arc<dyn KeyStore>,
    journal: Arc<Journal>,
) -> Result<Desk, StartError> {
    let role: Role = match role {
        Some(id) => profile.role(id).cloned().ok_or_else(|| StartError::NoSuchRole(id.clone()))?,
        None => profile.roles[0].clone(), // a profile without roles does not exist
    };
    let (protocol, portal) = wires(&profile)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(Desk { profile, role, ports: Ports { protocol, portal, store, journal, clock } })
}

/// The ports of the window, or of the terminal.
pub fn world(
    profile: Arc<Profile>,
    shelf: Stores,
    journal: Arc<Journal>,
    saver: Arc<dyn Saver>,
    hands: Hands,
) -> Result<World, StartError> {
    let (protocol, portal) = wires(&profile)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let zone = TimeZone::system();
    let (chance, vigil) = (Arc::new(SystemChance), desktop::vigil());
    Ok(World { profile, shelf: Arc::new(shelf), protocol, portal, journal, clock, chance, vigil, saver, hands, zone })
}

/// What the page of a web form's CA holds, and what the profile makes of it. Sends nothing; `None`: this CA has no page.
pub async fn survey(profile: &Profile) -> Result<Option<Survey>, SurveyError> {
    let Some(pages) = &profile.webform else { return Ok(None) };
    let http = Arc::new(HttpTransport::new(&profile.anchors.tls)?);
    Ok(Some(WebForm::new(&profile.ca, pages.clone(), http).survey().await?))
}

#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    #[error("{0}")]
    Transport(#[from] AnchorError),
    #[error("{0}")]
    Page(#[from] ProtocolError),
}

/// For a proxy that asks who is there: used by every connection of this run.
pub fn log_in_at_proxy(desk: &Desk, login: Option<ProxyLogin>) {
    if let Some(ProxyLogin { user, password }) = login {
        desk.ports.portal.log_in_at_proxy(Basic { user, password });
    }
}

type Wires = (Arc<dyn EnrollmentProtocol>, Arc<dyn Transport>);

/// What is said to the CA and to the portal, over the profile's own roots. It is one transport, so that a proxy on the
/// way is told once who is there.
fn wires(profile: &Profile) -> Result<Wires, StartError> {
    let http: Arc<dyn Transport> = Arc::new(HttpTransport::new(&profile.anchors.tls)?);
    let protocol: Arc<dyn EnrollmentProtocol> = match (profile.ca.protocol, &profile.webform) {
        (ProtocolName::Webform, Some(pages)) => Arc::new(WebForm::new(&profile.ca, pages.clone(), Arc::clone(&http))),
        (ProtocolName::Byhand, _) => Arc::new(ByHand),
        // The table is there exactly with its protocol: a profile that exists has been checked.
        (ProtocolName::Est | ProtocolName::Webform, _) => Arc::new(Est::new(&profile.ca, Arc::clone(&http))),
    };
    Ok((protocol, http))
}

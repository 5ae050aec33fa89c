use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use der::{EncodePem, pem::LineEnding};
use rustls::ServerConfig;
use serde::{Deserialize, Serialize};
use tokio::{runtime::Runtime, sync::oneshot};
use tokio_rustls::TlsAcceptor;

use crate::{
    Account, Counters, Error, Fault, Letter, Manners, Oddity, Options,
    addresses::{self, Listeners, Ports},
    doors::{self, Door, Entrance},
    files,
    office::Office,
    past,
    portal::Site,
    tls,
    webform::{self, Sessions, Variant},
};

/// Profiles as the wizard has them in its repository, with `{{…}}` for what only an open bank knows.
const PROFILE: &str = include_str!("../../assets/profiles/practice-est.toml");
const PROFILE_WEBFORM: &str = include_str!("../../assets/profiles/practice-webform.toml");

/// An open bank. Dropping it closes all doors; the state folder keeps what happened.
pub struct Bank {
    office: Arc<Office>,
    ready: Ready,
    profile: String,
    profile_webform: String,
    closing: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Where everything is: printed as one line of JSON once the bank is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ready {
    /// Plain HTTP, asks for nothing.
    pub portal: String,
    /// HTTPS, demands a client certificate.
    pub portal_login: String,
    /// EST base URL (RFC 7030 §3.2.2): `/cacerts`, `/csrattrs`, `/simpleenroll` and `/simplereenroll` are appended.
    pub ca: String,
    /// Where the old enrollment pages begin (HTTPS, Shift_JIS), with the query of 利用者.
    pub webform: String,
    /// Anchor of all HTTPS listeners.
    pub tls_root_pem: String,
    /// Anchor of the client certificates; never the same as `tls_root_pem`.
    pub issuer_root_pem: String,
    /// Where the authority's revocation list is (DER).
    pub crl: String,
    /// Folder with `USER_ID.pem` (key, certificate, issuer) of customers who had a certificate before.
    pub old_pc: PathBuf,
    /// Where the profile was written, if it was.
    pub profile: Option<PathBuf>,
    /// Where the profile for the old enrollment pages was written, if it was.
    pub profile_webform: Option<PathBuf>,
    /// The fictional customers.
    pub accounts: Vec<Account>,
}

impl Bank {
    /// Opens the bank on its own threads and returns when all listeners accept connections.
    ///
    /// # Errors
    ///
    /// When the address is not 127.0.0.1 or taken, when the state folder is in use by another
    /// bank, or when anything in it cannot be read or written.
    pub fn start(options: Options) -> Result<Self, Error> {
        Self::start_with(options, Manners::default())
    }

    /// The same with an authority that behaves in its own way.
    ///
    /// # Errors
    ///
    /// As [`Bank::start`].
    pub fn start_with(options: Options, manners: Manners) -> Result<Self, Error> {
        let office = Arc::new(Office::open(&options, &manners)?);
        let listeners = addresses::bind(options.listen, &options.state)?;
        let ready = announce(&office, &listeners.ports, &options.state)?;
        let issuer = office.authority.issuer().to_pem(LineEnding::LF)?;
        let filled = |template| filled(template, &ready, options.replay.as_str(), &manners, &issuer);
        let profile = filled(PROFILE);
        let profile_webform = filled(PROFILE_WEBFORM);
        let entrances = entrances(&office, listeners, &ready, manners.longest_record)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("practice-bank")
            .enable_all()
            .build()
            .map_err(Error::Runtime)?;
        let (closing, closed) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("practice-bank".to_owned())
            .spawn(move || stay_open(runtime, entrances, closed))
            .map_err(Error::Runtime)?;
        Ok(Self { office, ready, profile, profile_webform, closing: Some(closing), thread: Some(thread) })
    }

    /// Addresses, anchors and customers.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The institution profile of this bank, version 1.
    #[must_use]
    pub fn profile_toml(&self) -> String {
        self.profile.clone()
    }

    /// The institution profile for the old enrollment pages.
    #[must_use]
    pub fn profile_webform_toml(&self) -> String {
        self.profile_webform.clone()
    }

    /// Writes that profile and mentions the file in [`Bank::ready`].
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_profile_webform(&mut self, file: &Path) -> Result<(), Error> {
        files::replace(file, self.profile_webform.as_bytes())?;
        self.ready.profile_webform = Some(file.to_owned());
        Ok(())
    }

    /// Writes the profile and mentions the file in [`Bank::ready`].
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_profile(&mut self, file: &Path) -> Result<(), Error> {
        files::replace(file, self.profile.as_bytes())?;
        self.ready.profile = Some(file.to_owned());
        Ok(())
    }

    /// How often the bank was asked, and what it gave.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.office.counters()
    }

    /// Lets the next enrollment that would succeed go wrong, once.
    pub fn fault(&self, fault: Fault) {
        self.office.set_fault(Some(fault));
    }

    /// Lets the next enrollment or renewal on which it can show be odd, once;
    /// [`Oddity::Tls12Only`] needs another opening and does nothing here.
    pub fn oddity(&self, oddity: Oddity) {
        self.office.oddities.arm(oddity);
    }

    /// Lets everything be picked up that has been applied for with [`crate::Pickup::WhenPrepared`].
    ///
    /// # Errors
    ///
    /// When the ledger cannot be written.
    pub fn prepare_pickups(&self) -> Result<(), Error> {
        self.office.prepare_pickups()
    }

    /// Lets the time pass in which any of it could be picked up.
    ///
    /// # Errors
    ///
    /// As [`Bank::prepare_pickups`].
    pub fn expire_pickups(&self) -> Result<(), Error> {
        self.office.expire_pickups()
    }

    /// The letters to this customer, each with the PIN for a receipt.
    #[must_use]
    pub fn letters(&self, account: &Account) -> Vec<Letter> {
        self.office.letters(&account.id())
    }

    /// The oddities on order that have not shown yet.
    #[must_use]
    pub fn waiting_oddities(&self) -> BTreeSet<Oddity> {
        self.office.oddities.waiting()
    }
}

impl fmt::Debug for Bank {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Bank").field("ready", &self.ready).finish_non_exhaustive()
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        drop(self.closing.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Until the bank is dropped; whoever is being served then loses the connection.
fn stay_open(runtime: Runtime, entrances: Vec<Entrance>, closed: oneshot::Receiver<()>) {
    runtime.block_on(doors::serve(entrances, async {
        let _ = closed.await;
    }));
    runtime.shutdown_timeout(Duration::from_secs(2));
}

fn entrances(
    office: &Arc<Office>,
    listeners: Listeners,
    ready: &Ready,
    longest_record: Option<usize>,
) -> Result<Vec<Entrance>, Error> {
    let authority = &office.authority;
    let versions = if office.oddities.has(Oddity::Tls12Only) { tls::ONLY_1_2 } else { rustls::DEFAULT_VERSIONS };
    let acceptor = |mut config: ServerConfig| {
        config.max_fragment_size = longest_record;
        TlsAcceptor::from(Arc::new(config))
    };
    let open = acceptor(tls::open_door(authority, versions)?);
    let guarded = acceptor(tls::guarded_door(authority, versions)?);
    let webform_port = listeners.ports.webform;
    let plain = acceptor(tls::plain_door(authority, versions)?);
    let sessions = Sessions::default();
    let webform = [Variant::User, Variant::Administrator].map(|whose| webform::start_address(webform_port, whose));
    let site = Arc::new(Site { login: ready.portal_login.clone(), webform, sessions });
    let entrance = |door, listener, tls| Entrance { door, listener, tls, office: office.clone(), site: site.clone() };
    Ok(vec![
        entrance(Door::Est, listeners.est, Some(open)),
        entrance(Door::Portal, listeners.portal, None),
        entrance(Door::Login, listeners.login, Some(guarded)),
        entrance(Door::WebForm, listeners.webform, Some(plain)),
    ])
}

fn announce(office: &Office, ports: &Ports, state: &Path) -> Result<Ready, Error> {
    let authority = &office.authority;
    Ok(Ready {
        portal: format!("http://127.0.0.1:{}/", ports.portal),
        portal_login: format!("https://localhost:{}/", ports.login),
        ca: format!("https://localhost:{}/.well-known/est", ports.est),
        webform: webform::start_address(ports.webform, Variant::User),
        tls_root_pem: authority.tls_root().to_pem(LineEnding::LF)?,
        issuer_root_pem: authority.issuer_root().to_pem(LineEnding::LF)?,
        crl: format!("http://127.0.0.1:{}/crl", ports.portal),
        old_pc: past::old_pc(state),
        profile: None,
        profile_webform: None,
        accounts: office.accounts.clone(),
    })
}

fn filled(template: &str, ready: &Ready, replay: &str, manners: &Manners, issuer: &str) -> String {
    template
        .replace("{{portal}}", &ready.portal)
        .replace("{{portal_login}}", &ready.portal_login)
        .replace("{{ca}}", &ready.ca)
        .replace("{{webform}}", &ready.webform)
        .replace("{{pickup}}", &webform::pickup_page(Variant::User))
        .replace("{{replay}}", replay)
        .replace("{{csrattrs}}", &manners.csrattrs.to_string())
        .replace("{{renewal}}", if manners.renewal { "est" } else { "none" })
        .replace("{{tls_root}}", &ready.tls_root_pem)
        .replace("{{issuer_root}}", &ready.issuer_root_pem)
        .replace("{{issuer}}", issuer)
}

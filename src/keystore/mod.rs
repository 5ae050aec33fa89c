//! Where the private key lives. One trait, one file per kind of store, one contract suite for all of them.
//!
//! Every call may block (the store may ask its user, a disk may be slow): the session runs them off its own thread.

mod address;
mod browser;
mod disk;
pub mod memory;
mod nss;
mod objects;
mod pkcs11;
mod pkcs12;
mod software;
mod token_module;

use std::{fmt, sync::Arc};

use crate::domain::{Certificate, KeyLabel, Secret, SecurityLevel, SignatureScheme, Signer};

pub use address::{Address, OpenError, open};
pub use browser::{Browser, BrowserDatabase, DatabaseState, Homes, Packaging, browser_names, find_databases};
pub use memory::MemoryStore;
pub use nss::NssStore;
pub use pkcs11::{Pkcs11Store, plugged_in};
pub use pkcs12::{Encryption, Pkcs12Store};
pub use token_module::{ModuleFolders, TokenModule, find_modules};

/// A place for private keys and their certificates.
pub trait KeyStore: Send + Sync + fmt::Debug {
    /// What this store is called and what it can do.
    fn description(&self) -> StoreDescription;

    /// Opens a store that has a password, and chooses the password of one that is still to be made
    /// ([`StoreLock::New`]). A store without one ignores the call.
    fn unlock(&self, secret: &Secret) -> Result<(), StoreError>;

    /// All is stored and proven: a password that has been kept for writing is wiped. What is open stays open for signing.
    fn forget_secret(&self) {}

    /// Makes an RSA key of `bits` named `label`. Returns only when the key survives a power cut. The label must be new,
    /// and a store with [`Capacity::OneKey`] must be empty.
    fn create(&self, label: &KeyLabel, bits: u16, level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError>;

    /// The key named `label`, in this or any later process.
    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError>;

    /// The key of a certificate that [`KeyStore::certificates`] lists, whoever made it.
    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError>;

    /// Stores the certificate beside its key and the intermediates beside the certificate, so that a browser can offer
    /// them. Doing it twice is doing it once. Refuses a certificate whose key is not `label`'s.
    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError>;

    /// Removes the key named `label` and every certificate of it. Removing what is not there succeeds.
    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError>;

    /// Labels of all keys that this program made here ([`KeyLabel::PREFIX`]).
    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError>;

    /// Certificates with a private key in this store, whoever made them.
    fn certificates(&self) -> Result<Vec<Certificate>, StoreError>;
}

/// What a store says of itself before anything is made in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreDescription {
    /// As `--store` takes it: `nss:/path`, `pkcs12:/path`, `pkcs11:/path?token=label`; or `memory`.
    pub address: String,
    pub kind: StoreKind,
    pub durability: Durability,
    /// Whether a password is asked before the store can be used.
    pub lock: StoreLock,
    /// How often a wrong password may still be followed by another one, as far as the store has told.
    pub tries: TriesLeft,
    pub export: Export,
    pub capacity: Capacity,
    pub schemes: Vec<SignatureScheme>,
}

impl StoreDescription {
    /// What becomes of a level here. NSS and tokens ask for their password once per session or not at all. A PKCS#12
    /// file asks for it when it is imported; where it was imported to, another store decides what is asked then. Nothing
    /// of these asks at each use, so nothing of these is 高.
    pub fn effective_level(&self, wanted: SecurityLevel) -> SecurityLevel {
        match (self.kind, self.lock) {
            (StoreKind::Memory, _) => wanted,
            (StoreKind::Nss | StoreKind::Pkcs11 | StoreKind::Pkcs12, StoreLock::None) => SecurityLevel::Low,
            (StoreKind::Nss | StoreKind::Pkcs11 | StoreKind::Pkcs12, _) => wanted.min(SecurityLevel::Medium),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// The database of a browser.
    Nss,
    /// A file to carry to other programs and PCs.
    Pkcs12,
    /// A card or another device with a key of its own.
    Pkcs11,
    Memory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    SurvivesPowerCut,
    LostWithProcess,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreLock {
    /// No password.
    None,
    /// Has a password and it has been given.
    Open,
    /// Has a password and waits for it.
    Closed,
    /// Is still to be made and waits for the password it is to have.
    New,
}

impl StoreLock {
    /// Whether [`KeyStore::unlock`] has to come first.
    pub fn waits(self) -> bool {
        matches!(self, Self::Closed | Self::New)
    }
}

/// How many keys a store takes. A renewal makes a second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    OneKey,
    ManyKeys,
}

/// Whether a determined user can take the key out of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    Possible,
    Impossible,
}

/// Why a store did not do it. In every case nothing was half done that [`KeyStore::destroy`] does not remove.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("the key store cannot be opened: {0}")]
    Unavailable(String),
    #[error("the key store may only be read")]
    ReadOnly,
    #[error("the key store asks for its password")]
    SecretNeeded,
    #[error("the key store's password was wrong")]
    SecretWrong(TriesLeft),
    #[error("the key store is locked: its password was wrong too often")]
    SecretLocked,
    #[error("{}", missing(.0))]
    TokenMissing(Option<String>),
    #[error("several tokens are there, and the address names none of them: {}", .0.join(", "))]
    WhichToken(Vec<String>),
    #[error("no key has this name")]
    KeyMissing,
    #[error("a key has this name already")]
    LabelTaken,
    #[error("the key store holds another key already and takes no second one")]
    Occupied,
    #[error("the certificate belongs to another key")]
    OtherKey,
    #[error("the disk is full")]
    DiskFull,
    /// Another program holds it.
    #[error("the key store is in use by another program")]
    Busy,
    #[error("the key store failed: {0}")]
    Failed(String),
}

fn missing(label: &Option<String>) -> String {
    label.as_ref().map_or("no token is plugged in".to_owned(), |label| format!("no token named {label} is plugged in"))
}

/// How often a wrong password may be followed by another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriesLeft {
    Unlimited,
    /// The token counts and does not tell.
    Unknown,
    /// Fewer than at first, and more than one.
    Fewer,
    /// The next wrong one locks the token.
    One,
}

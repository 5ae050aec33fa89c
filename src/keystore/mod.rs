//! Where the private key lives. One trait, one file per kind of store, one contract suite for all of them.
//!
//! Every call may block (the store may ask its user, a disk may be slow): the session runs them off its own thread.

mod browser;
pub mod memory;
mod nss;

use std::{fmt, sync::Arc};

use crate::domain::{Certificate, KeyLabel, Secret, SecurityLevel, SignatureScheme, Signer};

pub use browser::{Browser, BrowserDatabase, DatabaseState, Homes, find_databases};
pub use memory::MemoryStore;
pub use nss::NssStore;

/// A place for private keys and their certificates.
pub trait KeyStore: Send + Sync + fmt::Debug {
    /// What this store is called and what it can do.
    fn description(&self) -> StoreDescription;

    /// Opens a store that has a password. A store without one ignores the call.
    fn unlock(&self, secret: &Secret) -> Result<(), StoreError>;

    /// Makes an RSA key of `bits` named `label`. Returns only when the key survives a power cut. The label must be new.
    fn create(&self, label: &KeyLabel, bits: u16, level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError>;

    /// The key named `label`, in this or any later process.
    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError>;

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
    /// As `--store` takes it: `nss:/path`, `memory`.
    pub address: String,
    pub kind: StoreKind,
    pub durability: Durability,
    /// Whether a password is asked before the store can be used.
    pub lock: StoreLock,
    pub export: Export,
    pub schemes: Vec<SignatureScheme>,
}

impl StoreDescription {
    /// What becomes of a level here: NSS asks for its password once per session or not at all.
    pub fn effective_level(&self, wanted: SecurityLevel) -> SecurityLevel {
        match (self.kind, self.lock) {
            (StoreKind::Memory, _) => wanted,
            (StoreKind::Nss, StoreLock::None) => SecurityLevel::Low,
            (StoreKind::Nss, StoreLock::Open | StoreLock::Closed) => wanted.min(SecurityLevel::Medium),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    Nss,
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
    SecretWrong,
    #[error("no key has this name")]
    KeyMissing,
    #[error("a key has this name already")]
    LabelTaken,
    #[error("the certificate belongs to another key")]
    OtherKey,
    #[error("the disk is full")]
    DiskFull,
    #[error("the key store failed: {0}")]
    Failed(String),
}

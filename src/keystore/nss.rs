//! The key store of Chromium and Firefox on Linux: an NSS database (cert9.db, key4.db) in a folder.
//!
//! Keys are made and used by NSS's softoken; no other code of this program ever holds their private parts. A determined
//! user can still export them (`pk12util` does, whatever the key's attributes say): the description says so.

mod disk;
mod softoken;
mod token;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Address, Capacity, Durability, Export, KeyStore, StoreDescription, StoreError, StoreKind, StoreLock, TriesLeft,
    disk::explain, objects::operations, software::SCHEMES,
};
use crate::domain::{Certificate, KeyLabel, Secret, SecurityLevel, Signer};
use token::Token;

/// An NSS database. Several of them may be open in one process.
#[derive(Debug)]
pub struct NssStore {
    dir: PathBuf,
}

impl NssStore {
    /// The database in `dir`. Where there is none, looking makes none: folder and files appear with the first key.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        softoken::load()?;
        let dir = std::path::absolute(dir).map_err(|error| explain(&error))?;
        let store = Self { dir };
        store.existing()?; // a broken database is told of now, not after the form has been filled in
        Ok(store)
    }

    /// The token, if a database has been made.
    fn existing(&self) -> Result<Option<Arc<Token>>, StoreError> {
        disk::has_database(&self.dir).then(|| softoken::token(&self.dir)).transpose()
    }

    /// The token of a database that is made if need be.
    fn made(&self) -> Result<Arc<Token>, StoreError> {
        disk::make_folder(&self.dir)?;
        softoken::token(&self.dir)
    }

    fn lock(&self) -> StoreLock {
        match self.existing() {
            Ok(Some(token)) => token.lock().unwrap_or(StoreLock::Closed),
            Ok(None) | Err(_) => StoreLock::None,
        }
    }
}

impl KeyStore for NssStore {
    fn description(&self) -> StoreDescription {
        StoreDescription {
            address: Address::Nss { dir: self.dir.clone() }.to_string(),
            kind: StoreKind::Nss,
            durability: Durability::SurvivesPowerCut,
            lock: self.lock(),
            tries: TriesLeft::Unlimited,
            export: Export::Possible,
            capacity: Capacity::ManyKeys,
            schemes: SCHEMES.to_vec(),
        }
    }

    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        match self.existing()? {
            Some(token) if token.lock()? == StoreLock::Closed => token.unlock(secret),
            _ => Ok(()),
        }
    }

    /// `level` is not NSS's to keep: [`StoreDescription::effective_level`] says what becomes of it.
    fn create(&self, label: &KeyLabel, bits: u16, _level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        operations::create(&self.made()?, label, bits)
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        operations::open(&self.existing()?.ok_or(StoreError::KeyMissing)?, label)
    }

    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        operations::key_of(&self.existing()?.ok_or(StoreError::KeyMissing)?, certificate)
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
        let token = self.existing()?.ok_or(StoreError::KeyMissing)?;
        operations::install(token.as_ref(), label, certificate, intermediates)
    }

    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        self.existing()?.map_or(Ok(()), |token| operations::destroy(token.as_ref(), label))
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        self.existing()?.map_or(Ok(Vec::new()), |token| operations::keys(token.as_ref()))
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        self.existing()?.map_or(Ok(Vec::new()), |token| operations::certificates(token.as_ref()))
    }
}

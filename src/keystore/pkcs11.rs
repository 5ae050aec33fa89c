//! A card or another device behind a PKCS#11 module: the key is made in it and never leaves it.

mod module;
mod token;

use std::{path::Path, sync::Arc};

use super::{
    Address, Capacity, Durability, Export, KeyStore, StoreDescription, StoreError, StoreKind,
    objects::{Token as _, operations},
};
use crate::domain::{Certificate, KeyLabel, Secret, SecurityLevel, Signer};
use token::{Seen, Token};

/// A token. It may be pulled out and put back while this is open; its PIN is asked again then.
#[derive(Debug)]
pub struct Pkcs11Store {
    address: String,
    token: Arc<Token>,
}

impl Pkcs11Store {
    /// Between module and label in an address.
    pub(super) const TOKEN: &str = "?token=";

    /// The token with this label behind `module`; without a label, the only one. Its address names it either way: it is
    /// to be found again when a second one has been plugged in.
    pub fn open(module: &Path, label: Option<&str>) -> Result<Self, StoreError> {
        let module = module::place(module);
        let token = Arc::new(Token::open(module::load(&module)?, label)?);
        let address = Address::Pkcs11 { module, token: token.label().map(str::to_owned) }.to_string();
        Ok(Self { address, token })
    }
}

/// The labels of the tokens that are plugged in behind `module`. Loads it.
pub fn plugged_in(module: &Path) -> Result<Vec<String>, StoreError> {
    token::labels(&module::load(&module::place(module))?)
}

impl KeyStore for Pkcs11Store {
    /// Never waits for the token: what it said last.
    fn description(&self) -> StoreDescription {
        let Seen { lock, tries } = self.token.seen();
        StoreDescription {
            address: self.address.clone(),
            kind: StoreKind::Pkcs11,
            durability: Durability::SurvivesPowerCut,
            lock,
            tries,
            export: Export::Impossible,
            capacity: Capacity::ManyKeys,
            schemes: self.token.skills().schemes().to_vec(),
        }
    }

    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.token.unlock(secret)
    }

    /// `level` is not the token's to keep: [`StoreDescription::effective_level`] says what becomes of it.
    fn create(&self, label: &KeyLabel, bits: u16, _level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        operations::create(&self.token, label, bits)
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        operations::open(&self.token, label)
    }

    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        operations::key_of(&self.token, certificate)
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
        operations::install(self.token.as_ref(), label, certificate, intermediates)
    }

    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        operations::destroy(self.token.as_ref(), label)
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        operations::keys(self.token.as_ref())
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        operations::certificates(self.token.as_ref())
    }
}

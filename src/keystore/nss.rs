//! The key store of Chromium and Firefox on Linux: an NSS database (cert9.db, key4.db) in a folder.
//!
//! Keys are made and used by NSS's softoken; no other code of this program ever holds their private parts. A determined
//! user can still export them (`pk12util` does, whatever the key's attributes say): the description says so.

mod certificates;
mod disk;
mod softoken;
mod token;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rsa::{BoxedUint, PublicKey, pkcs8::EncodePublicKey as _};

use super::{Durability, Export, KeyStore, StoreDescription, StoreError, StoreKind, StoreLock};
use crate::domain::{Certificate, KeyLabel, Secret, SecurityLevel, SignError, SignatureScheme, Signer};
use token::{KeyObject, Token};

/// PSS first: TLS 1.3 takes nothing else (RFC 8446 §4.2.3).
const SCHEMES: [SignatureScheme; 2] = [SignatureScheme::PssSha256, SignatureScheme::Pkcs1Sha256];

/// An NSS database. Several of them may be open in one process.
#[derive(Debug)]
pub struct NssStore {
    dir: PathBuf,
}

impl NssStore {
    /// The database in `dir`. Where there is none, looking makes none: folder and files appear with the first key.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        softoken::load()?;
        let dir = std::path::absolute(dir).map_err(|error| disk::explain(&error))?;
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
            address: format!("nss:{}", self.dir.display()),
            kind: StoreKind::Nss,
            durability: Durability::SurvivesPowerCut,
            lock: self.lock(),
            export: Export::Possible,
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
        let token = self.made()?;
        let key = token.write(|session| match token::private_key(session, label)? {
            Some(_) => Ok(None),
            None => token::generate(session, label, bits).map(Some),
        })?;
        signer(token, label, &key.ok_or(StoreError::LabelTaken)?)
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        let token = self.existing()?.ok_or(StoreError::KeyMissing)?;
        let key = token.read(|session| token::private_key(session, label))?.ok_or(StoreError::KeyMissing)?;
        signer(token, label, &key)
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
        let token = self.existing()?.ok_or(StoreError::KeyMissing)?;
        let key = token.read(|session| token::private_key(session, label))?.ok_or(StoreError::KeyMissing)?;
        if modulus_and_exponent(certificate)? != public_key(&key)? {
            return Err(StoreError::OtherKey);
        }
        token.write(|session| {
            certificates::store(session, certificate, &token::link(session, &key)?)?;
            for intermediate in intermediates.iter().filter(|one| !is_root(one)) {
                certificates::store(session, intermediate, &intermediate_id(session, intermediate)?)?;
            }
            Ok(())
        })
    }

    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        let Some(token) = self.existing()? else {
            return Ok(());
        };
        // A database that may only be read still has nothing to remove when nothing is there.
        if token.read(|session| token::holds(session, label))? {
            token.write(|session| token::remove(session, label))?;
        }
        Ok(())
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        let Some(token) = self.existing()? else {
            return Ok(Vec::new());
        };
        let keys = token.read(token::private_keys)?;
        let ours = |key: KeyObject| KeyLabel::try_from(String::from_utf8(key.label).ok()?).ok();
        Ok(keys.into_iter().filter_map(ours).collect())
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        let Some(token) = self.existing()? else {
            return Ok(Vec::new());
        };
        token.read(|session| {
            let ids = token::private_key_ids(session)?;
            let all = certificates::all(session)?;
            Ok(all.into_iter().filter(|(id, _)| ids.contains(id)).map(|(_, certificate)| certificate).collect())
        })
    }
}

/// A root is trusted or not by the browser's own list: storing it here would not change that.
fn is_root(certificate: &Certificate) -> bool {
    let parsed = certificate.parsed().tbs_certificate();
    parsed.subject() == parsed.issuer()
}

fn intermediate_id(session: &cryptoki::session::Session, one: &Certificate) -> Result<Vec<u8>, cryptoki::error::Error> {
    use rsa::traits::PublicKeyParts as _;
    match modulus_and_exponent(one) {
        Ok(key) => token::key_id(session, &key.n_bytes()),
        Err(_) => Ok(Vec::new()), // not RSA; nothing here ever looks for its key
    }
}

/// The key of a certificate, compared as numbers: encodings of the same key may differ.
fn modulus_and_exponent(certificate: &Certificate) -> Result<PublicKey, StoreError> {
    use rsa::pkcs8::DecodePublicKey as _;
    PublicKey::from_public_key_der(&certificate.spki_der()).map_err(|_| StoreError::OtherKey)
}

fn public_key(key: &KeyObject) -> Result<PublicKey, StoreError> {
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
    PublicKey::new(number(&key.modulus), number(&key.exponent)).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::error::Error) -> StoreError {
    StoreError::Failed(error.to_string())
}

/// A key in the token, looked up by its name each time: it may have been destroyed meanwhile.
#[derive(Debug)]
struct NssSigner {
    token: Arc<Token>,
    label: KeyLabel,
    modulus: Vec<u8>,
    spki_der: Vec<u8>,
}

fn signer(token: Arc<Token>, label: &KeyLabel, key: &KeyObject) -> Result<Arc<dyn Signer>, StoreError> {
    let spki_der = public_key(key)?.to_public_key_der().map_err(|error| failed(&error))?.into_vec();
    Ok(Arc::new(NssSigner { token, label: label.clone(), modulus: key.modulus.clone(), spki_der }))
}

impl Signer for NssSigner {
    fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    fn schemes(&self) -> &[SignatureScheme] {
        &SCHEMES
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = self.token.read(|session| match token::private_key(session, &self.label)? {
            Some(key) if key.modulus == self.modulus => token::sign(session, &key, scheme, message).map(Some),
            _ => Ok(None),
        });
        match signature {
            Ok(signature) => signature.ok_or(SignError::KeyMissing),
            Err(StoreError::SecretNeeded | StoreError::SecretWrong) => Err(SignError::Refused),
            Err(error) => Err(SignError::Store(error.to_string())),
        }
    }
}

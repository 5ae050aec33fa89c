//! The calls of a key store, over any open token.

use std::sync::Arc;

use cryptoki::error::{Error, RvError};
use rsa::{BoxedUint, PublicKey, traits::PublicKeyParts as _};

use super::{KeyObject, Token, certificates};
use crate::{
    domain::{Certificate, KeyLabel, SignError, SignatureScheme, Signer},
    keystore::{
        StoreError,
        software::{self, failed, is_root, key_id, spki_der},
    },
};

pub(in crate::keystore) fn create<T: Token>(
    token: &Arc<T>,
    label: &KeyLabel,
    bits: u16,
) -> Result<Arc<dyn Signer>, StoreError> {
    let key = token.write(|session| match super::private_key(session, label)? {
        Some(_) => Ok(None),
        None => super::generate(session, label, bits).map(Some),
    })?;
    signer(token, &key.ok_or(StoreError::LabelTaken)?)
}

pub(in crate::keystore) fn open<T: Token>(token: &Arc<T>, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
    let key = token.read(|session| super::private_key(session, label))?.ok_or(StoreError::KeyMissing)?;
    signer(token, &key)
}

pub(in crate::keystore) fn key_of<T: Token>(
    token: &Arc<T>,
    certificate: &Certificate,
) -> Result<Arc<dyn Signer>, StoreError> {
    let wanted = software::key_of(certificate).ok_or(StoreError::KeyMissing)?;
    let keys = token.read(super::private_keys)?;
    let key = keys.iter().find(|key| public_key(key).is_ok_and(|public| public == wanted));
    signer(token, key.ok_or(StoreError::KeyMissing)?)
}

pub(in crate::keystore) fn install<T: Token>(
    token: &T,
    label: &KeyLabel,
    certificate: &Certificate,
    intermediates: &[Certificate],
) -> Result<(), StoreError> {
    let key = token.read(|session| super::private_key(session, label))?.ok_or(StoreError::KeyMissing)?;
    if software::key_of(certificate) != Some(public_key(&key)?) {
        return Err(StoreError::OtherKey);
    }
    token.write(|session| {
        certificates::store(session, certificate, &super::link(session, &key)?)?;
        for intermediate in intermediates.iter().filter(|one| !is_root(one)) {
            // Of a CA whose key is not RSA nothing here ever looks for the key.
            let id = software::key_of(intermediate).map(|key| key_id(&key.n_bytes())).unwrap_or_default();
            match certificates::store(session, intermediate, &id) {
                // A card that is full has the certificate all the same; servers that know their own CA need no more.
                Err(Error::Pkcs11(RvError::DeviceMemory, _)) => break,
                stored => stored?,
            }
        }
        Ok(())
    })
}

pub(in crate::keystore) fn destroy<T: Token>(token: &T, label: &KeyLabel) -> Result<(), StoreError> {
    // A token that may only be read still has nothing to remove when nothing is there.
    if token.read(|session| super::holds(session, label))? {
        token.write(|session| super::remove(session, label))?;
    }
    Ok(())
}

pub(in crate::keystore) fn keys<T: Token>(token: &T) -> Result<Vec<KeyLabel>, StoreError> {
    let keys = token.read(super::private_keys)?;
    let ours = |key: KeyObject| KeyLabel::try_from(String::from_utf8(key.label).ok()?).ok();
    Ok(keys.into_iter().filter_map(ours).collect())
}

pub(in crate::keystore) fn certificates<T: Token>(token: &T) -> Result<Vec<Certificate>, StoreError> {
    token.read(|session| {
        let ids = super::private_key_ids(session)?;
        let all = certificates::all(session)?;
        Ok(all.into_iter().filter(|(id, _)| ids.contains(id)).map(|(_, certificate)| certificate).collect())
    })
}

fn public_key(key: &KeyObject) -> Result<PublicKey, StoreError> {
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
    PublicKey::new(number(&key.modulus), number(&key.exponent)).map_err(|error| failed(&error))
}

/// A key in the token, looked up each time: it may have been destroyed meanwhile.
#[derive(Debug)]
struct TokenSigner<T> {
    token: Arc<T>,
    modulus: Vec<u8>,
    spki_der: Vec<u8>,
}

fn signer<T: Token>(token: &Arc<T>, key: &KeyObject) -> Result<Arc<dyn Signer>, StoreError> {
    let spki_der = spki_der(&public_key(key)?)?;
    Ok(Arc::new(TokenSigner { token: Arc::clone(token), modulus: key.modulus.clone(), spki_der }))
}

impl<T: Token> Signer for TokenSigner<T> {
    fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    fn schemes(&self) -> &[SignatureScheme] {
        self.token.skills().schemes()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let skills = self.token.skills();
        if !skills.schemes().contains(&scheme) {
            return Err(SignError::Unsupported);
        }
        let signature = self.token.read(|session| {
            let key = super::private_keys(session)?.into_iter().find(|key| key.modulus == self.modulus);
            key.map(|key| super::sign(session, &key, skills, scheme, message)).transpose()
        });
        match signature {
            Ok(signature) => signature.ok_or(SignError::KeyMissing),
            Err(error) => Err(error.into()),
        }
    }
}

/// What a store's failure is to the one who wanted a signature.
impl From<StoreError> for SignError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::KeyMissing => Self::KeyMissing,
            StoreError::SecretNeeded | StoreError::SecretWrong(_) | StoreError::SecretLocked => Self::Refused,
            other => Self::Store(other.to_string()),
        }
    }
}

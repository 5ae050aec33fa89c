//! RSA keys in this process, for the stores that have no token of their own; and keys compared as numbers.

use getrandom::SysRng;
use rsa::{
    PrivateKey, PublicKey,
    pkcs1v15::SigningKey,
    pkcs8::{DecodePublicKey as _, EncodePublicKey as _},
    pss,
    signature::{Error, RandomizedSigner as _, SignatureEncoding as _, Signer as _},
};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::StoreError;
use crate::domain::{Certificate, SignatureScheme};

/// PSS first: TLS 1.3 takes nothing else (RFC 8446 §4.2.3).
pub(super) const SCHEMES: [SignatureScheme; 2] = [SignatureScheme::PssSha256, SignatureScheme::Pkcs1Sha256];

pub(super) fn make(bits: u16) -> Result<PrivateKey, StoreError> {
    PrivateKey::new(&mut SysRng, usize::from(bits)).map_err(|error| failed(&error))
}

pub(super) fn sign(key: &PrivateKey, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, Error> {
    match scheme {
        SignatureScheme::Pkcs1Sha256 => {
            SigningKey::<Sha256>::new(key.clone()).try_sign(message).map(|signature| signature.to_vec())
        }
        SignatureScheme::PssSha256 => {
            let key = pss::SigningKey::<Sha256>::new(key.clone());
            key.try_sign_with_rng(&mut SysRng, message).map(|signature| signature.to_vec())
        }
    }
}

pub(super) fn spki_der(key: &PublicKey) -> Result<Vec<u8>, StoreError> {
    key.to_public_key_der().map(|document| document.into_vec()).map_err(|error| failed(&error))
}

/// The key of a certificate, compared as numbers: encodings of the same key may differ. `None`: not RSA.
pub(super) fn key_of(certificate: &Certificate) -> Option<PublicKey> {
    PublicKey::from_public_key_der(&certificate.spki_der()).ok()
}

/// The number by which NSS and its relatives link a key with its certificate: SHA-1 over the modulus without leading
/// zeros. SHA-1 here is a name, not a protection.
pub(super) fn key_id(modulus: &[u8]) -> Vec<u8> {
    let zeros = modulus.iter().take_while(|&&byte| byte == 0).count();
    Sha1::digest(modulus.get(zeros..).unwrap_or_default()).to_vec()
}

/// A root is trusted or not by the browser's own list: storing it beside a key would not change that.
pub(super) fn is_root(certificate: &Certificate) -> bool {
    let parsed = certificate.parsed().tbs_certificate();
    parsed.subject() == parsed.issuer()
}

pub(super) fn failed(error: &dyn std::error::Error) -> StoreError {
    StoreError::Failed(error.to_string())
}

//! What is in a PKCS#12 file, and the file's bytes.

use p12_keystore::{
    Certificate as PfxCertificate, EncryptionAlgorithm, KeyStore as Pfx, KeyStoreEntry, MacAlgorithm, Pkcs12Archive,
    PrivateKey as PfxKey, PrivateKeyChain, error::Error,
};
use rsa::{
    PrivateKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _},
    traits::PublicKeyParts as _,
};

use super::{Encryption, WRONG};
use crate::{
    domain::{Certificate, KeyLabel, Secret},
    keystore::{
        StoreError,
        software::{self, failed, key_id, key_of},
    },
};

/// Rounds of each of the three derivations: certificates, key, and the code over the whole. Guessing costs the cheapest
/// of them. Some readers refuse more than 600 000 in sum.
const ROUNDS: u32 = 100_000;

/// Keys and certificates of a file, ours or somebody else's.
pub(super) struct Content {
    /// The name of the only key, if this program gave it.
    label: Option<KeyLabel>,
    keys: Vec<Key>,
    /// In the order of the file; ours has the leaf first.
    certificates: Vec<(Option<Vec<u8>>, Certificate)>,
}

struct Key {
    id: Option<Vec<u8>>,
    /// `None`: not RSA, so not of this program.
    key: Option<PrivateKey>,
}

impl Content {
    pub(super) fn new(label: &KeyLabel, key: PrivateKey, certificates: Vec<Certificate>) -> Self {
        Self {
            label: Some(label.clone()),
            keys: vec![Key { id: Some(key_id(&key.n_bytes())), key: Some(key) }],
            certificates: certificates.into_iter().map(|certificate| (None, certificate)).collect(),
        }
    }

    pub(super) fn decrypt(bytes: &[u8], password: &Secret) -> Result<Self, StoreError> {
        let archive = Pkcs12Archive::from_pkcs12(bytes, password.reveal()).map_err(explain)?;
        let label = match archive.keys.as_slice() {
            [only] => only.friendly_name.clone().and_then(|name| KeyLabel::try_from(name).ok()),
            _ => None,
        };
        let keys = archive.keys.into_iter().map(|bag| Key {
            id: bag.local_key_id.map(|id| id.0),
            key: PrivateKey::from_pkcs8_der(bag.key.as_der()).ok(),
        });
        // What does not parse here cannot be one of ours.
        let certificates = archive.certs.into_iter().filter_map(|bag| {
            Certificate::from_der(bag.cert.as_der()).ok().map(|certificate| (bag.local_key_id, certificate))
        });
        Ok(Self { label, keys: keys.collect(), certificates: certificates.collect() })
    }

    pub(super) fn encrypt(&self, password: &Secret, encryption: Encryption) -> Result<Vec<u8>, StoreError> {
        let (Some(label), key) = (&self.label, self.key()?) else { return Err(StoreError::KeyMissing) };
        let der = key.to_pkcs8_der().map_err(|error| failed(&error))?;
        let key_bag = PfxKey::from_der(der.as_bytes()).map_err(|error| failed(&error))?;
        let certificates = self.certificates.iter().map(|(_, one)| PfxCertificate::from_der(one.der()));
        let certificates: Vec<PfxCertificate> =
            certificates.collect::<Result<_, _>>().map_err(|error| failed(&error))?;
        let chain = PrivateKeyChain::new(key_id(&key.n_bytes()), key_bag, certificates);
        let mut pfx = Pfx::new();
        pfx.add_entry(label.as_str(), KeyStoreEntry::PrivateKeyChain(chain));
        let (cipher, code) = match encryption {
            Encryption::Modern => (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256),
            Encryption::OldSystems => (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1),
        };
        let writer = pfx.writer(password.reveal()).encryption_algorithm(cipher).encryption_iterations(ROUNDS);
        writer.mac_algorithm(code).mac_iterations(ROUNDS).write().map_err(|error| failed(&error))
    }

    /// The name of the key, if it is one of ours and the only one.
    pub(super) fn label(&self) -> Option<KeyLabel> {
        self.label.clone()
    }

    pub(super) fn key(&self) -> Result<&PrivateKey, StoreError> {
        match self.keys.as_slice() {
            [Key { key: Some(key), .. }] => Ok(key),
            _ => Err(StoreError::KeyMissing),
        }
    }

    /// The key with this public half, whoever made it and however many there are.
    pub(super) fn key_with(&self, spki_der: &[u8]) -> Result<&PrivateKey, StoreError> {
        let mut keys = self.keys.iter().filter_map(|key| key.key.as_ref());
        let fits = |key: &&PrivateKey| software::spki_der(&key.to_public_key()).is_ok_and(|der| der == spki_der);
        keys.find(fits).ok_or(StoreError::KeyMissing)
    }

    pub(super) fn certificates(&self) -> Vec<Certificate> {
        self.certificates.iter().map(|(_, certificate)| certificate.clone()).collect()
    }

    pub(super) fn certificates_with_a_key(&self) -> Vec<Certificate> {
        let has_key = |id: &Option<Vec<u8>>, certificate: &Certificate| {
            let public = key_of(certificate);
            self.keys.iter().any(|key| match &key.key {
                Some(private) => public.as_ref() == Some(&private.to_public_key()),
                None => id.is_some() && key.id == *id,
            })
        };
        let with_key = self.certificates.iter().filter(|(id, certificate)| has_key(id, certificate));
        with_key.map(|(_, certificate)| certificate.clone()).collect()
    }
}

fn explain(error: Error) -> StoreError {
    match error {
        Error::MacError(_) | Error::UnpadError => WRONG,
        Error::DerError(_) => StoreError::Unavailable(format!("not a PKCS#12 file: {error}")),
        other => StoreError::Unavailable(other.to_string()),
    }
}

//! Keys as PKCS#11 objects: what the browser's softoken and tokens on a wire have in common.

pub(super) mod certificates;
pub(super) mod operations;

use std::{collections::BTreeSet, fmt};

use cryptoki::{
    error::{Error, RvError},
    mechanism::{
        Mechanism, MechanismType,
        rsa::{PkcsMgfType, PkcsPssParams},
    },
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
    types::Ulong,
};
use sha2::{Digest as _, Sha256};

use super::{StoreError, software::key_id};
use crate::domain::{KeyLabel, SignatureScheme};

/// F4, as every browser and CA expects it.
const PUBLIC_EXPONENT: [u8; 3] = [1, 0, 1];
const SALT_BYTES: u64 = 32;

/// DER of a DigestInfo up to the SHA-256 digest (RFC 8017 §9.2, note 1).
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// An open token. Calls take turns: PKCS#11 allows one operation of a kind in a session.
pub(super) trait Token: fmt::Debug + Send + Sync + 'static {
    /// Runs `act` where private keys can be seen.
    fn read<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError>;

    /// Runs `act` where private keys can be seen and made, and returns when its effect survives a power cut.
    fn write<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError>;

    fn skills(&self) -> Skills;
}

/// Who computes the digest that is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digester {
    Token,
    /// This program: many cards know the bare RSA operation only.
    Program,
}

/// Which signatures a token makes, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skills {
    pub(super) pkcs1: Digester,
    pub(super) pss: Option<Digester>,
}

impl Skills {
    /// Of a token that lists these mechanisms.
    pub(super) fn among(listed: &[MechanismType]) -> Self {
        let pss = if listed.contains(&MechanismType::SHA256_RSA_PKCS_PSS) {
            Some(Digester::Token)
        } else {
            listed.contains(&MechanismType::RSA_PKCS_PSS).then_some(Digester::Program)
        };
        let whole = listed.contains(&MechanismType::SHA256_RSA_PKCS);
        Self { pkcs1: if whole { Digester::Token } else { Digester::Program }, pss }
    }

    pub(super) fn schemes(self) -> &'static [SignatureScheme] {
        match self.pss {
            Some(_) => &super::software::SCHEMES,
            None => &[SignatureScheme::Pkcs1Sha256],
        }
    }
}

/// What a private key tells of itself. Its private parts stay in the token.
#[derive(Debug)]
pub(super) struct KeyObject {
    pub(super) handle: ObjectHandle,
    pub(super) label: Vec<u8>,
    /// The link between a key and its certificate.
    pub(super) id: Vec<u8>,
    pub(super) modulus: Vec<u8>,
    pub(super) exponent: Vec<u8>,
}

/// Makes a key pair inside the token and links both halves to the certificate to come.
pub(super) fn generate(session: &Session, label: &KeyLabel, bits: u16) -> Result<KeyObject, Error> {
    let public = [
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Verify(true),
        Attribute::ModulusBits(Ulong::try_from(usize::from(bits))?),
        Attribute::PublicExponent(PUBLIC_EXPONENT.to_vec()),
        named(label),
    ];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        named(label),
    ];
    let (public, private) = session.generate_key_pair(&Mechanism::RsaPkcsKeyPairGen, &public, &private)?;
    let mut key = describe(session, private)?;
    let id = link(session, &key)?;
    if key.id != id {
        session.update_attributes(public, &[Attribute::Id(id.clone())])?;
        key.id = id;
    }
    Ok(key)
}

/// Gives a private key the number by which NSS finds its certificate. Its making may have been cut off before that.
/// Where the token does not let its own number be changed, the certificate takes that one.
pub(super) fn link(session: &Session, key: &KeyObject) -> Result<Vec<u8>, Error> {
    let id = key_id(&key.modulus);
    if key.id == id {
        return Ok(id);
    }
    match session.update_attributes(key.handle, &[Attribute::Id(id.clone())]) {
        Ok(()) => Ok(id),
        Err(Error::Pkcs11(RvError::AttributeReadOnly | RvError::ActionProhibited, _)) if !key.id.is_empty() => {
            Ok(key.id.clone())
        }
        Err(error) => Err(error),
    }
}

/// All private RSA keys of the database, whoever made them.
pub(super) fn private_keys(session: &Session) -> Result<Vec<KeyObject>, Error> {
    let rsa = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::KeyType(KeyType::RSA), Attribute::Token(true)];
    session.find_objects(&rsa)?.into_iter().map(|handle| describe(session, handle)).collect()
}

/// The links of all private keys, RSA or not, to their certificates. A key that was half made has none yet.
pub(super) fn private_key_ids(session: &Session) -> Result<BTreeSet<Vec<u8>>, Error> {
    let mut ids = BTreeSet::new();
    for handle in session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Token(true)])? {
        ids.insert(describe(session, handle)?.id);
    }
    ids.remove(&Vec::new());
    Ok(ids)
}

pub(super) fn private_key(session: &Session, label: &KeyLabel) -> Result<Option<KeyObject>, Error> {
    Ok(private_keys(session)?.into_iter().find(|key| key.label == label.as_str().as_bytes()))
}

fn describe(session: &Session, handle: ObjectHandle) -> Result<KeyObject, Error> {
    let wanted = [AttributeType::Label, AttributeType::Id, AttributeType::Modulus, AttributeType::PublicExponent];
    let mut key = KeyObject { handle, label: Vec::new(), id: Vec::new(), modulus: Vec::new(), exponent: Vec::new() };
    for attribute in session.get_attributes(handle, &wanted)? {
        match attribute {
            Attribute::Label(label) => key.label = label,
            Attribute::Id(id) => key.id = id,
            Attribute::Modulus(modulus) => key.modulus = modulus,
            Attribute::PublicExponent(exponent) => key.exponent = exponent,
            _ => {}
        }
    }
    Ok(key)
}

pub(super) fn sign(
    session: &Session,
    key: &KeyObject,
    skills: Skills,
    scheme: SignatureScheme,
    message: &[u8],
) -> Result<Vec<u8>, Error> {
    let pss =
        PkcsPssParams { hash_alg: MechanismType::SHA256, mgf: PkcsMgfType::MGF1_SHA256, s_len: Ulong::new(SALT_BYTES) };
    let digester = match scheme {
        SignatureScheme::Pkcs1Sha256 => skills.pkcs1,
        SignatureScheme::PssSha256 => skills.pss.ok_or(Error::NotSupported)?,
    };
    match (scheme, digester) {
        (SignatureScheme::Pkcs1Sha256, Digester::Token) => session.sign(&Mechanism::Sha256RsaPkcs, key.handle, message),
        (SignatureScheme::Pkcs1Sha256, Digester::Program) => {
            let info = [&SHA256_PREFIX[..], &Sha256::digest(message)].concat();
            session.sign(&Mechanism::RsaPkcs, key.handle, &info)
        }
        (SignatureScheme::PssSha256, Digester::Token) => {
            session.sign(&Mechanism::Sha256RsaPkcsPss(pss), key.handle, message)
        }
        (SignatureScheme::PssSha256, Digester::Program) => {
            session.sign(&Mechanism::RsaPkcsPss(pss), key.handle, &Sha256::digest(message))
        }
    }
}

/// Whether anything has this name: half a key pair, too.
pub(super) fn holds(session: &Session, label: &KeyLabel) -> Result<bool, Error> {
    Ok(!session.find_objects(&[Attribute::Token(true), named(label)])?.is_empty())
}

fn named(label: &KeyLabel) -> Attribute {
    Attribute::Label(label.as_str().as_bytes().to_vec())
}

/// Removes `label`'s key and the certificates of it. The private key goes last: what was interrupted can be found and
/// finished.
pub(super) fn remove(session: &Session, label: &KeyLabel) -> Result<(), Error> {
    for key in private_keys(session)?.into_iter().filter(|key| key.label == label.as_str().as_bytes()) {
        for id in [key_id(&key.modulus), key.id].into_iter().filter(|id| !id.is_empty()) {
            remove_all(session, &[Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Id(id)])?;
        }
        remove_all(session, &[Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Modulus(key.modulus)])?;
        session.destroy_object(key.handle)?;
    }
    remove_all(session, &[Attribute::Class(ObjectClass::PUBLIC_KEY), named(label)])
}

fn remove_all(session: &Session, template: &[Attribute]) -> Result<(), Error> {
    session.find_objects(template)?.into_iter().try_for_each(|object| session.destroy_object(object))
}

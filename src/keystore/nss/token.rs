//! One open NSS database: its lock, its objects, and what its error codes mean.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use cryptoki::{
    context::Pkcs11,
    error::{Error, RvError},
    mechanism::{
        Mechanism, MechanismType,
        rsa::{PkcsMgfType, PkcsPssParams},
    },
    object::{Attribute, AttributeType, ObjectClass, ObjectHandle},
    session::{Session, SessionState, UserType},
    slot::Slot,
    types::{AuthPin, Ulong},
};

use super::disk;
use crate::{
    domain::{KeyLabel, Secret, SignatureScheme},
    keystore::{StoreError, StoreLock},
};

/// F4, as every browser and CA expects it.
const PUBLIC_EXPONENT: [u8; 3] = [1, 0, 1];
const SALT_BYTES: u64 = 32;

/// A slot of the softoken. Calls take turns: PKCS#11 allows one operation of a kind in a session.
#[derive(Debug)]
pub(super) struct Token {
    dir: PathBuf,
    context: Pkcs11,
    slot: Slot,
    session: Mutex<Session>,
}

/// What a private key tells of itself. Its private parts stay in the token.
#[derive(Debug)]
pub(super) struct KeyObject {
    pub(super) handle: ObjectHandle,
    pub(super) label: Vec<u8>,
    /// NSS's link between a key and its certificate: SHA-1 over the modulus without leading zeros.
    pub(super) id: Vec<u8>,
    pub(super) modulus: Vec<u8>,
    pub(super) exponent: Vec<u8>,
}

impl Token {
    pub(super) fn new(dir: &Path, context: Pkcs11, slot: Slot, session: Session) -> Self {
        Self { dir: dir.to_owned(), context, slot, session: Mutex::new(session) }
    }

    pub(super) fn lock(&self) -> Result<StoreLock, StoreError> {
        let token = self.context.get_token_info(self.slot).map_err(|error| self.explain(error))?;
        if !(token.user_pin_initialized() && token.login_required()) {
            return Ok(StoreLock::None);
        }
        let state = self.session().get_session_info().map_err(|error| self.explain(error))?.session_state();
        let logged_in = matches!(state, SessionState::RwUser | SessionState::RoUser);
        Ok(if logged_in { StoreLock::Open } else { StoreLock::Closed })
    }

    pub(super) fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.log_in(&self.session(), secret.reveal()).map_err(|error| self.explain(error))
    }

    /// Runs `act` where private keys can be seen.
    pub(super) fn read<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError> {
        if self.lock()? == StoreLock::Closed {
            return Err(StoreError::SecretNeeded);
        }
        act(&self.session()).map_err(|error| self.explain(error))
    }

    /// Runs `act` where private keys can be seen and made, and returns when its effect survives a power cut.
    pub(super) fn write<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError> {
        self.prepare_for_writing()?;
        let done = self.read(act)?;
        disk::sync(&self.dir)?;
        Ok(done)
    }

    /// A database that has never held a key has no password yet, not even the empty one. Giving it the empty one is
    /// what browsers do; an existing password is never touched.
    fn prepare_for_writing(&self) -> Result<(), StoreError> {
        let token = self.context.get_token_info(self.slot).map_err(|error| self.explain(error))?;
        if token.write_protected() {
            return Err(StoreError::ReadOnly);
        }
        if token.user_pin_initialized() {
            return Ok(());
        }
        let session = self.session();
        let prepare = || {
            session.login(UserType::So, Some(&AuthPin::new("".into())))?;
            let made = session.init_pin(&AuthPin::new("".into()));
            session.logout()?;
            made?;
            self.log_in(&session, "")
        };
        prepare().map_err(|error| self.explain(error))
    }

    fn log_in(&self, session: &Session, password: &str) -> Result<(), Error> {
        match session.login(UserType::User, Some(&AuthPin::new(password.into()))) {
            Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            result => result,
        }
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn explain(&self, error: Error) -> StoreError {
        let Error::Pkcs11(code, _) = error else {
            return StoreError::Failed(error.to_string());
        };
        match code {
            RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => StoreError::SecretWrong,
            RvError::UserNotLoggedIn => StoreError::SecretNeeded,
            RvError::TokenWriteProtected | RvError::SessionReadOnly => StoreError::ReadOnly,
            _ => disk::find_cause(&self.dir).unwrap_or_else(|| StoreError::Failed(error.to_string())),
        }
    }
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
    key.id = link(session, &key)?;
    session.update_attributes(public, &[Attribute::Id(key.id.clone())])?;
    Ok(key)
}

/// Gives a private key the number by which NSS finds its certificate. Its making may have been cut off before that.
pub(super) fn link(session: &Session, key: &KeyObject) -> Result<Vec<u8>, Error> {
    let id = key_id(session, &key.modulus)?;
    if key.id != id {
        session.update_attributes(key.handle, &[Attribute::Id(id.clone())])?;
    }
    Ok(id)
}

/// SHA-1 here is a name, not a protection: NSS computes the same.
pub(super) fn key_id(session: &Session, modulus: &[u8]) -> Result<Vec<u8>, Error> {
    let zeros = modulus.iter().take_while(|&&byte| byte == 0).count();
    session.digest(&Mechanism::Sha1, modulus.get(zeros..).unwrap_or_default())
}

/// All private RSA keys of the database, whoever made them.
pub(super) fn private_keys(session: &Session) -> Result<Vec<KeyObject>, Error> {
    let rsa = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(cryptoki::object::KeyType::RSA),
        Attribute::Token(true),
    ];
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
    scheme: SignatureScheme,
    message: &[u8],
) -> Result<Vec<u8>, Error> {
    let mechanism = match scheme {
        SignatureScheme::Pkcs1Sha256 => Mechanism::Sha256RsaPkcs,
        SignatureScheme::PssSha256 => Mechanism::Sha256RsaPkcsPss(PkcsPssParams {
            hash_alg: MechanismType::SHA256,
            mgf: PkcsMgfType::MGF1_SHA256,
            s_len: Ulong::new(SALT_BYTES),
        }),
    };
    session.sign(&mechanism, key.handle, message)
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
        let id = key_id(session, &key.modulus)?;
        remove_all(session, &[Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Id(id)])?;
        remove_all(session, &[Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Modulus(key.modulus)])?;
        session.destroy_object(key.handle)?;
    }
    remove_all(session, &[Attribute::Class(ObjectClass::PUBLIC_KEY), named(label)])
}

fn remove_all(session: &Session, template: &[Attribute]) -> Result<(), Error> {
    session.find_objects(template)?.into_iter().try_for_each(|object| session.destroy_object(object))
}

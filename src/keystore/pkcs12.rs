//! A PKCS#12 file (RFC 7292): one key, encrypted under a password that is known before the key is made.
//!
//! The file is written whole when the key is made, without a certificate, and swapped whole when the certificate comes.
//! A file that holds anything else is never written over.

mod content;
mod file;

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rsa::PrivateKey;

use super::{
    Address, Capacity, Durability, Export, KeyStore, StoreDescription, StoreError, StoreKind, StoreLock, TriesLeft,
    software::{self, SCHEMES, is_root, key_of},
};
use crate::domain::{Certificate, KeyLabel, Secret, SecurityLevel, SignError, SignatureScheme, Signer};
use content::Content;
use file::{PfxFile, Stamp};

/// How a file is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// PBES2: AES-256 under PBKDF2 with SHA-256, and SHA-256 over the whole.
    Modern,
    /// Triple DES and SHA-1, for systems that read nothing newer. Only where somebody asks for it.
    OldSystems,
}

impl Encryption {
    /// At the end of an address.
    pub(super) const OLD_SYSTEMS: &str = "?old-systems";
}

/// A file with one key.
pub struct Pkcs12Store(Arc<Shared>);

struct Shared {
    file: PfxFile,
    encryption: Encryption,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    password: Option<Secret>,
    /// What the file of this stamp holds: deriving its key takes a moment, and every signature needs it.
    seen: Option<(Stamp, Arc<Content>)>,
}

impl Pkcs12Store {
    /// The file at `path`, which need not exist; its folder must.
    pub fn open(path: &Path, encryption: Encryption) -> Result<Self, StoreError> {
        let file = PfxFile::at(path)?;
        Ok(Self(Arc::new(Shared { file, encryption, state: Mutex::default() })))
    }

    fn signer(&self, key: &PrivateKey) -> Result<Arc<dyn Signer>, StoreError> {
        let spki_der = software::spki_der(&key.to_public_key())?;
        Ok(Arc::new(Pkcs12Signer { shared: Arc::clone(&self.0), spki_der }))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_open(&self) -> bool {
        let state = self.state();
        let is_seen = || state.seen.as_ref().is_some_and(|(seen, _)| self.file.stamp() == Ok(Some(*seen)));
        state.password.is_some() || is_seen()
    }

    /// What the file holds now; `None` when there is no file.
    fn content(&self, state: &mut State) -> Result<Option<Arc<Content>>, StoreError> {
        let Some(stamp) = self.file.stamp()? else {
            state.seen = None;
            return Ok(None);
        };
        if let Some((seen, content)) = &state.seen
            && *seen == stamp
        {
            return Ok(Some(Arc::clone(content)));
        }
        let password = state.password.clone().ok_or(StoreError::SecretNeeded)?;
        let content = Arc::new(Content::decrypt(&self.file.read()?, &password)?);
        state.seen = Some((stamp, Arc::clone(&content)));
        Ok(Some(content))
    }

    /// What the file holds, if its key is `label`'s.
    fn content_of(&self, state: &mut State, label: &KeyLabel) -> Result<Arc<Content>, StoreError> {
        let content = self.content(state)?.filter(|content| content.label().as_ref() == Some(label));
        content.ok_or(StoreError::KeyMissing)
    }

    fn encrypt(&self, state: &State, content: &Content) -> Result<Vec<u8>, StoreError> {
        content.encrypt(state.password.as_ref().ok_or(StoreError::SecretNeeded)?, self.encryption)
    }
}

impl KeyStore for Pkcs12Store {
    fn description(&self) -> StoreDescription {
        let lock = match (self.0.is_open(), self.0.file.exists()) {
            (true, _) => StoreLock::Open,
            (false, true) => StoreLock::Closed,
            (false, false) => StoreLock::New,
        };
        StoreDescription {
            address: Address::Pkcs12 { file: self.0.file.path().to_owned(), encryption: self.0.encryption }.to_string(),
            kind: StoreKind::Pkcs12,
            durability: Durability::SurvivesPowerCut,
            lock,
            tries: TriesLeft::Unlimited,
            export: Export::Possible,
            capacity: Capacity::OneKey,
            schemes: SCHEMES.to_vec(),
        }
    }

    /// A file that is there is opened; of one that is not there this becomes the password, the last one given.
    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        let mut state = self.0.state();
        match self.0.file.stamp()? {
            Some(stamp) => {
                let content = Content::decrypt(&self.0.file.read()?, secret)?;
                state.seen = Some((stamp, Arc::new(content)));
            }
            None if secret.is_empty() => return Err(StoreError::SecretNeeded),
            None => state.seen = None,
        }
        state.password = Some(secret.clone());
        Ok(())
    }

    /// `level` is not the file's to keep: [`StoreDescription::effective_level`] says what becomes of it.
    fn create(&self, label: &KeyLabel, bits: u16, _level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        let mut state = self.0.state();
        if let Some(content) = self.0.content(&mut state)? {
            let same = content.label().as_ref() == Some(label);
            return Err(if same { StoreError::LabelTaken } else { StoreError::Occupied });
        }
        if state.password.is_none() {
            return Err(StoreError::SecretNeeded);
        }
        let key = software::make(bits)?;
        let content = Content::new(label, key, Vec::new());
        self.0.file.make(&self.0.encrypt(&state, &content)?)?;
        self.signer(content.key()?)
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        let content = self.0.content_of(&mut self.0.state(), label)?;
        self.signer(content.key()?)
    }

    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        let content = self.0.content(&mut self.0.state())?.ok_or(StoreError::KeyMissing)?;
        self.signer(content.key_with(&certificate.spki_der())?)
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
        let mut state = self.0.state();
        let content = self.0.content_of(&mut state, label)?;
        let key = content.key()?;
        if key_of(certificate) != Some(key.to_public_key()) {
            return Err(StoreError::OtherKey);
        }
        let chain = intermediates.iter().filter(|one| !is_root(one));
        let certificates: Vec<Certificate> = std::iter::once(certificate).chain(chain).cloned().collect();
        if content.certificates() == certificates {
            return Ok(());
        }
        let content = Content::new(label, key.clone(), certificates);
        self.0.file.replace(&self.0.encrypt(&state, &content)?)
    }

    /// What has been read of the file goes on signing.
    fn forget_secret(&self) {
        self.0.state().password = None;
    }

    /// The file goes with the only key in it.
    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        let mut state = self.0.state();
        match self.0.content_of(&mut state, label) {
            Err(StoreError::KeyMissing) => Ok(()),
            found => {
                found?;
                state.seen = None;
                self.0.file.remove()
            }
        }
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        let content = self.0.content(&mut self.0.state())?;
        Ok(content.and_then(|content| content.label()).into_iter().collect())
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        let content = self.0.content(&mut self.0.state())?;
        Ok(content.map(|content| content.certificates_with_a_key()).unwrap_or_default())
    }
}

/// Neither the password nor the key.
impl fmt::Debug for Pkcs12Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs12Store({})", self.0.file.path().display())
    }
}

/// A key in the file, looked up each time: the file may have been removed or changed meanwhile.
struct Pkcs12Signer {
    shared: Arc<Shared>,
    spki_der: Vec<u8>,
}

impl Signer for Pkcs12Signer {
    fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    fn schemes(&self) -> &[SignatureScheme] {
        &SCHEMES
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let content = self.shared.content(&mut self.shared.state())?.ok_or(SignError::KeyMissing)?;
        let key = content.key_with(&self.spki_der)?;
        software::sign(key, scheme, message).map_err(|error| SignError::Store(error.to_string()))
    }
}

impl fmt::Debug for Pkcs12Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs12Signer({})", self.shared.file.path().display())
    }
}

/// A file may be tried as often as one likes.
const WRONG: StoreError = StoreError::SecretWrong(TriesLeft::Unlimited);

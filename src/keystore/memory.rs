//! A store that forgets everything with its process and fails on demand: for tests. An enrollment refuses it otherwise.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rsa::PrivateKey;

use super::{
    Capacity, Durability, Export, KeyStore, StoreDescription, StoreError, StoreKind, StoreLock, TriesLeft, software,
};
use crate::domain::{Certificate, KeyLabel, Secret, SecurityLevel, SignError, SignatureScheme, Signer};

/// The length that [`KeyPool`] keeps.
const POOLED_BITS: u16 = 2048;

/// What a store can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    Unlock,
    Create,
    Open,
    Install,
    Destroy,
    Keys,
    Certificates,
    Sign,
}

/// When a call fails: before it did anything, or after it did everything and only the answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Before,
    After,
}

/// A failure that the next such call will have, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub call: Call,
    pub moment: Moment,
    pub error: StoreError,
}

/// Keys in memory. Clones share them: a clone is the same store opened in a later process.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    entries: BTreeMap<String, Entry>,
    /// Destroyed keys: this store never uses them again, another one may.
    retired: Vec<PrivateKey>,
    intermediates: Vec<Certificate>,
    password: Option<Secret>,
    unlocked: bool,
    calls: usize,
    nth: Option<(usize, StoreError)>,
    faults: Vec<Fault>,
}

struct Entry {
    key: PrivateKey,
    certificates: Vec<Certificate>,
}

impl MemoryStore {
    pub fn new() -> Self {
        Self::default()
    }

    /// A store that waits for `password`.
    pub fn with_password(password: Secret) -> Self {
        let store = Self::new();
        store.state().password = Some(password);
        store
    }

    /// As a later process finds it: its password is asked for again.
    pub fn close(&self) {
        self.state().unlocked = false;
    }

    /// The `n`th call from now on (the first is 1), of whatever kind, fails before it does anything.
    pub fn fail_nth_call(&self, n: usize, error: StoreError) {
        let mut state = self.state();
        state.nth = Some((state.calls + n, error));
    }

    /// Adds a scripted failure.
    pub fn fail(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// How many calls there have been: signatures count.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// Puts another key in the place of `label`'s, as a broken store would.
    pub fn swap_key(&self, label: &KeyLabel) -> Result<(), StoreError> {
        let key = KeyPool::take(POOLED_BITS)?;
        let mut state = self.state();
        let entry = state.entries.get_mut(label.as_str()).ok_or(StoreError::KeyMissing)?;
        let swapped = std::mem::replace(&mut entry.key, key);
        state.retired.push(swapped);
        Ok(())
    }

    /// The intermediates that were installed.
    pub fn intermediates(&self) -> Vec<Certificate> {
        self.state().intermediates.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the call, lets it fail where that was asked for, and lets it act otherwise.
    fn run<T>(&self, call: Call, act: impl FnOnce(&mut State) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut state = self.state();
        state.calls += 1;
        let now = state.calls;
        if let Some((_, error)) = state.nth.take_if(|(nth, _)| *nth == now) {
            return Err(error);
        }
        state.take_fault(call, Moment::Before)?;
        if call != Call::Unlock && state.lock() == StoreLock::Closed {
            return Err(StoreError::SecretNeeded);
        }
        let done = act(&mut state)?;
        state.take_fault(call, Moment::After)?;
        Ok(done)
    }
}

impl State {
    fn take_fault(&mut self, call: Call, moment: Moment) -> Result<(), StoreError> {
        let planned = self.faults.iter().position(|fault| fault.call == call && fault.moment == moment);
        planned.map_or(Ok(()), |index| Err(self.faults.remove(index).error))
    }

    fn lock(&self) -> StoreLock {
        match (&self.password, self.unlocked) {
            (None, _) => StoreLock::None,
            (Some(_), true) => StoreLock::Open,
            (Some(_), false) => StoreLock::Closed,
        }
    }
}

impl KeyStore for MemoryStore {
    fn description(&self) -> StoreDescription {
        StoreDescription {
            address: "memory".to_owned(),
            kind: StoreKind::Memory,
            durability: Durability::LostWithProcess,
            lock: self.state().lock(),
            tries: TriesLeft::Unlimited,
            export: Export::Possible,
            capacity: Capacity::ManyKeys,
            schemes: software::SCHEMES.to_vec(),
        }
    }

    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.run(Call::Unlock, |state| {
            let right = state.password.as_ref().is_none_or(|password| password == secret);
            state.unlocked |= right;
            if right { Ok(()) } else { Err(StoreError::SecretWrong(TriesLeft::Unlimited)) }
        })
    }

    fn create(&self, label: &KeyLabel, bits: u16, _level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        let spki_der = self.run(Call::Create, |state| {
            if state.entries.contains_key(label.as_str()) {
                return Err(StoreError::LabelTaken);
            }
            let key = KeyPool::take(bits)?;
            let spki_der = spki_der(&key)?;
            state.entries.insert(label.as_str().to_owned(), Entry { key, certificates: Vec::new() });
            Ok(spki_der)
        })?;
        Ok(Arc::new(MemorySigner { store: self.clone(), label: label.clone(), spki_der }))
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        let spki_der = self
            .run(Call::Open, |state| spki_der(&state.entries.get(label.as_str()).ok_or(StoreError::KeyMissing)?.key))?;
        Ok(Arc::new(MemorySigner { store: self.clone(), label: label.clone(), spki_der }))
    }

    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        let wanted = certificate.spki_der();
        let label = self.run(Call::Open, |state| {
            let mut entries = state.entries.iter();
            let found = entries.find(|(_, entry)| spki_der(&entry.key).is_ok_and(|key| key == wanted));
            KeyLabel::try_from(found.ok_or(StoreError::KeyMissing)?.0.clone()).map_err(|_| StoreError::KeyMissing)
        })?;
        Ok(Arc::new(MemorySigner { store: self.clone(), label, spki_der: wanted }))
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
        self.run(Call::Install, |state| {
            let entry = state.entries.get_mut(label.as_str()).ok_or(StoreError::KeyMissing)?;
            if certificate.spki_der() != spki_der(&entry.key)? {
                return Err(StoreError::OtherKey);
            }
            add(&mut entry.certificates, certificate);
            let chain = intermediates.iter().filter(|one| one.subject() != one.issuer());
            chain.for_each(|one| add(&mut state.intermediates, one));
            Ok(())
        })
    }

    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        self.run(Call::Destroy, |state| {
            if let Some(entry) = state.entries.remove(label.as_str()) {
                state.retired.push(entry.key);
            }
            Ok(())
        })
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        self.run(Call::Keys, |state| {
            Ok(state.entries.keys().filter_map(|label| KeyLabel::try_from(label.clone()).ok()).collect())
        })
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        self.run(Call::Certificates, |state| {
            Ok(state.entries.values().flat_map(|entry| entry.certificates.clone()).collect())
        })
    }
}

fn add(certificates: &mut Vec<Certificate>, one: &Certificate) {
    if !certificates.contains(one) {
        certificates.push(one.clone());
    }
}

fn spki_der(key: &PrivateKey) -> Result<Vec<u8>, StoreError> {
    software::spki_der(&key.to_public_key())
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({} keys)", self.state().entries.len())
    }
}

#[derive(Debug)]
struct MemorySigner {
    store: MemoryStore,
    label: KeyLabel,
    spki_der: Vec<u8>,
}

impl Signer for MemorySigner {
    fn spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    fn schemes(&self) -> &[SignatureScheme] {
        &software::SCHEMES
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = self.store.run(Call::Sign, |state| {
            let key = &state.entries.get(self.label.as_str()).ok_or(StoreError::KeyMissing)?.key;
            software::sign(key, scheme, message).map_err(|error| StoreError::Failed(error.to_string()))
        });
        signature.map_err(|error| match error {
            StoreError::KeyMissing => SignError::KeyMissing,
            StoreError::SecretNeeded | StoreError::SecretWrong(_) => SignError::Refused,
            other => SignError::Store(other.to_string()),
        })
    }
}

/// Keys of stores that are gone, for the next one: making an RSA key is the slowest thing a suite does. Two labels of
/// one store, or of two stores at the same time, never share a key.
struct KeyPool;

static POOL: Mutex<Vec<PrivateKey>> = Mutex::new(Vec::new());

impl KeyPool {
    fn take(bits: u16) -> Result<PrivateKey, StoreError> {
        let pooled = if bits == POOLED_BITS { Self::keys().pop() } else { None };
        match pooled {
            Some(key) => Ok(key),
            None => software::make(bits),
        }
    }

    fn give_back(key: PrivateKey) {
        use rsa::traits::PublicKeyParts as _;
        if key.n().bit_width() == u32::from(POOLED_BITS) {
            Self::keys().push(key);
        }
    }

    fn keys() -> MutexGuard<'static, Vec<PrivateKey>> {
        POOL.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let kept = std::mem::take(&mut self.entries).into_values().map(|entry| entry.key);
        kept.chain(std::mem::take(&mut self.retired)).for_each(KeyPool::give_back);
    }
}

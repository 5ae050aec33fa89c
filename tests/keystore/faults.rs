//! The contract must see a store that breaks it: each planted fault turns a clause red.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use shirushi::{
    domain::{Certificate, KeyLabel, Secret, SecurityLevel, SignError, SignatureScheme, Signer},
    keystore::{Encryption, KeyStore, MemoryStore, StoreDescription, StoreError, StoreLock},
};

use crate::{
    CLAUSES,
    contract::{Bench, Later},
    memory::MemoryBench,
    pkcs12::Pkcs12Bench,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    Nothing,
    CreateOverwrites,
    SignerUsesAnotherKey,
    SignerIgnoresTheScheme,
    KeySwappedInStore,
    KeyLostWithProcess,
    InstallStoresNothing,
    InstallAcceptsAnotherKey,
    DestroyForgetsTheKey,
    DestroyTakesEverything,
    DestroyFailsTwice,
    KeysListsNothing,
    CertificatesListsChain,
    KeyOfGivesAnyKey,
    UnlockAcceptsEverything,
    LockIsOpen,
}

#[derive(Debug)]
struct Broken {
    inner: Arc<dyn KeyStore>,
    fault: Planted,
    password: Option<Secret>,
    chain: Mutex<Vec<Certificate>>,
}

impl Broken {
    fn has(&self, fault: Planted) -> bool {
        self.fault == fault
    }

    fn key(&self, key: Arc<dyn Signer>) -> Arc<dyn Signer> {
        match self.fault {
            Planted::SignerUsesAnotherKey => {
                let other = MemoryStore::new();
                let other = other.create(&KeyLabel::from_random(9), 2048, SecurityLevel::Low).expect("a key");
                Arc::new(BrokenSigner { named: key, used: other, fault: self.fault })
            }
            Planted::SignerIgnoresTheScheme => {
                Arc::new(BrokenSigner { named: Arc::clone(&key), used: key, fault: self.fault })
            }
            _ => key,
        }
    }
}

impl KeyStore for Broken {
    fn description(&self) -> StoreDescription {
        let description = self.inner.description();
        if self.has(Planted::LockIsOpen) {
            return StoreDescription { lock: StoreLock::Open, ..description };
        }
        description
    }

    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        match &self.password {
            Some(right) if self.has(Planted::UnlockAcceptsEverything) => self.inner.unlock(right),
            _ => self.inner.unlock(secret),
        }
    }

    fn create(&self, label: &KeyLabel, bits: u16, level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        if self.has(Planted::CreateOverwrites) {
            self.inner.destroy(label)?;
        }
        let key = self.inner.create(label, bits, level)?;
        if self.has(Planted::KeySwappedInStore) {
            self.inner.destroy(label)?;
            self.inner.create(label, bits, level)?;
        }
        Ok(self.key(key))
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        self.inner.open(label).map(|key| self.key(key))
    }

    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        if self.has(Planted::KeyOfGivesAnyKey) {
            let any = self.inner.keys()?.pop().ok_or(StoreError::KeyMissing)?;
            return self.open(&any);
        }
        self.inner.key_of(certificate).map(|key| self.key(key))
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
        self.chain.lock().expect("a list").extend(intermediates.iter().cloned());
        if self.has(Planted::InstallStoresNothing) {
            return self.inner.open(label).map(|_| ());
        }
        match self.inner.install(label, certificate, intermediates) {
            Err(StoreError::OtherKey) if self.has(Planted::InstallAcceptsAnotherKey) => Ok(()),
            result => result,
        }
    }

    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        match self.fault {
            Planted::DestroyForgetsTheKey => Ok(()),
            Planted::DestroyTakesEverything => self.inner.keys()?.iter().try_for_each(|key| self.inner.destroy(key)),
            Planted::DestroyFailsTwice => {
                self.inner.open(label)?;
                self.inner.destroy(label)
            }
            _ => self.inner.destroy(label),
        }
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        if self.has(Planted::KeysListsNothing) { Ok(Vec::new()) } else { self.inner.keys() }
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        let mut listed = self.inner.certificates()?;
        if self.has(Planted::CertificatesListsChain) {
            listed.extend(self.chain.lock().expect("a list").iter().cloned());
        }
        Ok(listed)
    }
}

#[derive(Debug)]
struct BrokenSigner {
    named: Arc<dyn Signer>,
    used: Arc<dyn Signer>,
    fault: Planted,
}

impl Signer for BrokenSigner {
    fn spki_der(&self) -> &[u8] {
        self.named.spki_der()
    }

    fn schemes(&self) -> &[SignatureScheme] {
        self.named.schemes()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let scheme = if self.fault == Planted::SignerIgnoresTheScheme { SignatureScheme::Pkcs1Sha256 } else { scheme };
        self.used.sign(scheme, message)
    }
}

/// Another bench, whose store has a fault.
struct BrokenBench<'a> {
    inner: &'a dyn Bench,
    fault: Planted,
}

impl BrokenBench<'_> {
    fn broken(&self, inner: Arc<dyn KeyStore>, password: Option<Secret>) -> Arc<dyn KeyStore> {
        Arc::new(Broken { inner, fault: self.fault, password, chain: Mutex::default() })
    }

    fn lose(&self, label: &KeyLabel) {
        if self.fault == Planted::KeyLostWithProcess {
            self.inner.store().destroy(label).expect("it is destroyed");
        }
    }
}

impl Bench for BrokenBench<'_> {
    fn store(&self) -> Arc<dyn KeyStore> {
        self.broken(self.inner.store(), None)
    }

    fn sign_later(&self, label: &KeyLabel) -> Later {
        self.lose(label);
        self.inner.sign_later(label)
    }

    fn make_and_die(&self, label: &KeyLabel) -> Vec<u8> {
        self.inner.make_and_die(label)
    }

    fn closed(&self) -> Option<(Arc<dyn KeyStore>, Secret)> {
        let (store, password) = self.inner.closed()?;
        Some((self.broken(store, Some(password.clone())), password))
    }
}

/// Whether `clause` turns red on a store with `fault`.
fn sees(bench: &dyn Bench, clause: &str, fault: Planted) -> bool {
    let (_, clause) = CLAUSES.iter().find(|(name, _)| *name == clause).expect("a clause of the contract");
    catch_unwind(AssertUnwindSafe(|| clause(&BrokenBench { inner: bench, fault }))).is_err()
}

#[test]
fn the_wrapper_without_a_fault_keeps_the_contract() {
    for (name, _) in CLAUSES {
        assert!(!sees(&MemoryBench::default(), name, Planted::Nothing), "{name}");
    }
}

#[test]
fn the_wrapper_without_a_fault_keeps_the_contract_of_a_file() {
    for (name, _) in CLAUSES {
        Pkcs12Bench::run(Encryption::Modern, |bench| {
            assert!(!sees(bench, name, Planted::Nothing), "{name}");
        });
    }
}

/// One test for each fault and each kind of store: the clause that is there to see it does. All clauses keep still
/// without a fault.
macro_rules! planted {
    ($($test:ident: $fault:ident breaks $clause:ident;)*) => {
        mod in_memory {
            $(#[test] fn $test() {
                let bench = crate::memory::MemoryBench::default();
                assert!(super::sees(&bench, stringify!($clause), super::Planted::$fault));
            })*
        }

        planted_elsewhere! { $($test: $fault breaks $clause;)* }
    };
}

/// The same with files and tokens.
macro_rules! planted_elsewhere {
    ($($test:ident: $fault:ident breaks $clause:ident;)*) => {
        mod in_pkcs12 {
            $(#[test] fn $test() {
                crate::pkcs12::Pkcs12Bench::run(shirushi::keystore::Encryption::Modern, |bench| {
                    assert!(crate::faults::sees(bench, stringify!($clause), crate::faults::Planted::$fault));
                });
            })*
        }

        mod in_pkcs11 {
            $(#[test] fn $test() {
                let name = concat!(module_path!(), "::", stringify!($test));
                crate::pkcs11::with_bench(name, |bench| {
                    assert!(crate::faults::sees(bench, stringify!($clause), crate::faults::Planted::$fault));
                });
            })*
        }
    };
}

planted! {
    a_store_that_overwrites_a_key_is_seen: CreateOverwrites breaks a_label_is_given_once;
    a_signer_that_uses_another_key_is_seen:
        SignerUsesAnotherKey breaks a_made_key_signs_with_every_scheme_it_declares;
    a_signer_that_ignores_the_scheme_is_seen:
        SignerIgnoresTheScheme breaks a_made_key_signs_with_every_scheme_it_declares;
    a_key_that_was_swapped_is_seen: KeySwappedInStore breaks a_made_key_signs_in_a_later_process;
    a_key_that_is_lost_with_its_process_is_seen: KeyLostWithProcess breaks a_made_key_signs_in_a_later_process;
    an_installation_that_stores_nothing_is_seen:
        InstallStoresNothing breaks a_certificate_is_installed_beside_its_key_and_twice_is_once;
    an_installation_that_accepts_another_key_is_seen:
        InstallAcceptsAnotherKey breaks the_certificate_of_another_key_is_refused;
    a_destruction_that_forgets_the_key_is_seen:
        DestroyForgetsTheKey breaks destroying_removes_the_key_and_its_certificates_and_twice_succeeds;
    a_destruction_that_takes_everything_is_seen: DestroyTakesEverything breaks destroying_one_key_leaves_the_other;
    a_destruction_that_fails_the_second_time_is_seen:
        DestroyFailsTwice breaks destroying_removes_the_key_and_its_certificates_and_twice_succeeds;
    a_list_without_keys_is_seen: KeysListsNothing breaks two_labels_have_two_keys;
    a_list_with_certificates_without_a_key_is_seen:
        CertificatesListsChain breaks only_certificates_with_a_key_are_listed;
    a_store_that_gives_any_key_for_a_certificate_is_seen:
        KeyOfGivesAnyKey breaks the_key_of_a_listed_certificate_signs;
}

/// Faults of stores with a password.
mod closed {
    planted_elsewhere! {
        a_store_that_takes_every_password_is_seen: UnlockAcceptsEverything breaks a_wrong_password_opens_nothing;
        a_store_that_calls_itself_open_is_seen: LockIsOpen breaks a_wrong_password_opens_nothing;
    }
}

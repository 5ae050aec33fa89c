//! The contract must see a store that breaks it: each planted fault turns a clause red.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use shirushi::{
    domain::{Certificate, KeyLabel, Secret, SecurityLevel, SignError, SignatureScheme, Signer},
    keystore::{KeyStore, MemoryStore, StoreDescription, StoreError},
};

use crate::{
    CLAUSES,
    contract::{Bench, Later},
    memory::{MemoryBench, sign_with},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Planted {
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
}

#[derive(Debug, Clone)]
struct Broken {
    inner: MemoryStore,
    fault: Planted,
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
        self.inner.description()
    }

    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.inner.unlock(secret)
    }

    fn create(&self, label: &KeyLabel, bits: u16, level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        if self.has(Planted::CreateOverwrites) {
            self.inner.destroy(label)?;
        }
        let key = self.inner.create(label, bits, level)?;
        if self.has(Planted::KeySwappedInStore) {
            self.inner.swap_key(label)?;
        }
        Ok(self.key(key))
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        self.inner.open(label).map(|key| self.key(key))
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
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
            listed.extend(self.inner.intermediates());
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

struct BrokenBench(Broken);

impl Bench for BrokenBench {
    fn store(&self) -> Arc<dyn KeyStore> {
        Arc::new(self.0.clone())
    }

    fn sign_later(&self, label: &KeyLabel) -> Later {
        if self.0.has(Planted::KeyLostWithProcess) {
            return MemoryBench::default().sign_later(label);
        }
        sign_with(&self.0, label)
    }
}

/// The clauses that a store with `fault` breaks.
fn broken_clauses(fault: Planted) -> Vec<&'static str> {
    let breaks = |clause: fn(&dyn Bench)| {
        let bench = BrokenBench(Broken { inner: MemoryStore::new(), fault });
        catch_unwind(AssertUnwindSafe(|| clause(&bench))).is_err()
    };
    CLAUSES.iter().filter(|(_, clause)| breaks(*clause)).map(|(name, _)| *name).collect()
}

#[test]
fn the_wrapper_without_a_fault_keeps_the_contract() {
    assert_eq!(broken_clauses(Planted::Nothing), Vec::<&str>::new());
}

/// One test for each fault: the clause that is there to see it does.
macro_rules! planted {
    ($($test:ident: $fault:ident breaks $clause:ident;)*) => {
        $(#[test] fn $test() {
            let broken = broken_clauses(Planted::$fault);
            assert!(broken.contains(&stringify!($clause)), "not seen: only {broken:?} broke");
        })*
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
}

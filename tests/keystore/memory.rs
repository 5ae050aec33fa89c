//! The store in memory: the bench for the contract, and its failures on demand.

use std::sync::Arc;

use shirushi::{
    domain::{KeyLabel, Secret, SecurityLevel, SignError, SignatureScheme},
    keystore::{
        Durability, KeyStore, MemoryStore, StoreError, StoreLock, TriesLeft,
        memory::{Call, Fault, Moment},
    },
};

use crate::contract::{Bench, Later, MESSAGE, label, make, verifies};

#[derive(Default)]
pub struct MemoryBench(pub MemoryStore);

impl Bench for MemoryBench {
    fn store(&self) -> Arc<dyn KeyStore> {
        Arc::new(self.0.clone())
    }

    fn sign_later(&self, label: &KeyLabel) -> Later {
        sign_with(&self.0.clone(), label)
    }

    fn make_and_die(&self, label: &KeyLabel) -> Vec<u8> {
        let signer = self.0.create(label, 2048, SecurityLevel::Low).expect("a key is made");
        signer.spki_der().to_vec()
    }
}

pub fn sign_with(store: &dyn KeyStore, label: &KeyLabel) -> Later {
    let signer = store.open(label).expect("the key is there");
    let signature = signer.sign(SignatureScheme::Pkcs1Sha256, MESSAGE).expect("a signature");
    Later { spki_der: signer.spki_der().to_vec(), signature }
}

#[test]
fn the_memory_store_says_that_it_keeps_nothing() {
    assert_eq!(MemoryStore::new().description().durability, Durability::LostWithProcess);
}

#[test]
fn the_nth_call_fails_once_and_does_nothing() {
    let store = MemoryStore::new();
    make(&store, 1);
    store.fail_nth_call(2, StoreError::DiskFull);
    assert_eq!(store.keys(), Ok(vec![label(1)]));
    assert_eq!(store.create(&label(2), 2048, SecurityLevel::Low).err(), Some(StoreError::DiskFull));
    assert_eq!(store.keys(), Ok(vec![label(1)]));
    assert_eq!(store.calls(), 4);
}

#[test]
fn a_lost_answer_leaves_what_was_done() {
    let store = MemoryStore::new();
    store.fail(Fault { call: Call::Create, moment: Moment::After, error: StoreError::DiskFull });
    assert_eq!(store.create(&label(1), 2048, SecurityLevel::Low).err(), Some(StoreError::DiskFull));
    assert_eq!(store.keys(), Ok(vec![label(1)]));
}

#[test]
fn a_scripted_failure_reaches_the_signer() {
    let store = MemoryStore::new();
    let signer = make(&store, 1);
    store.fail(Fault { call: Call::Sign, moment: Moment::Before, error: StoreError::SecretNeeded });
    assert_eq!(signer.sign(SignatureScheme::Pkcs1Sha256, MESSAGE), Err(SignError::Refused));
    assert!(signer.sign(SignatureScheme::Pkcs1Sha256, MESSAGE).is_ok());
}

#[test]
fn a_swapped_key_signs_what_does_not_verify() {
    let store = MemoryStore::new();
    let signer = make(&store, 1);
    store.swap_key(&label(1)).expect("it is swapped");
    let signature = signer.sign(SignatureScheme::Pkcs1Sha256, MESSAGE).expect("a signature");
    assert!(!verifies(signer.spki_der(), SignatureScheme::Pkcs1Sha256, &signature));
}

#[test]
fn a_password_is_asked_until_the_right_one_is_given() {
    let store = MemoryStore::with_password(Secret::new("開けごま"));
    assert_eq!(store.description().lock, StoreLock::Closed);
    assert_eq!(store.keys(), Err(StoreError::SecretNeeded));
    assert_eq!(store.unlock(&Secret::new("wrong")), Err(StoreError::SecretWrong(TriesLeft::Unlimited)));
    assert_eq!(store.unlock(&Secret::new("開けごま")), Ok(()));
    assert_eq!(store.description().lock, StoreLock::Open);
    make(&store, 1);
}

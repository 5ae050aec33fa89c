//! What every key store promises ([`KeyStore`]), as functions over any of them.

use std::sync::Arc;

use rsa::{PublicKey, pkcs1v15, pkcs8::DecodePublicKey as _, pss, signature::Verifier as _};
use sha2::Sha256;
use shirushi::{
    domain::{KeyLabel, Secret, SecurityLevel, SignatureScheme, Signer},
    keystore::{Capacity, KeyStore, StoreError, StoreLock},
};

use crate::certificates::{self, Chain};

pub const MESSAGE: &[u8] = "印".as_bytes();
const BITS: u16 = 2048;

/// A kind of store under test: fresh and empty, with a way to come back later.
pub trait Bench {
    fn store(&self) -> Arc<dyn KeyStore>;

    /// Opens `label` as a process that starts later does, and signs [`MESSAGE`] by PKCS#1.
    fn sign_later(&self, label: &KeyLabel) -> Later;

    /// Makes `label` in a process that is killed right after it, and tells the public key.
    fn make_and_die(&self, label: &KeyLabel) -> Vec<u8>;

    /// The store before anybody has given its password, and the password; `None` for a store without one. In this
    /// process nobody has given it before.
    fn closed(&self) -> Option<(Arc<dyn KeyStore>, Secret)> {
        None
    }
}

/// What the later process saw.
#[derive(Debug)]
pub struct Later {
    pub spki_der: Vec<u8>,
    pub signature: Vec<u8>,
}

pub fn label(number: u64) -> KeyLabel {
    KeyLabel::from_random(number)
}

pub fn make(store: &dyn KeyStore, number: u64) -> Arc<dyn Signer> {
    store.create(&label(number), BITS, SecurityLevel::Low).expect("a key is made")
}

pub fn verifies(spki_der: &[u8], scheme: SignatureScheme, signature: &[u8]) -> bool {
    let key = PublicKey::from_public_key_der(spki_der).expect("an RSA key");
    match scheme {
        SignatureScheme::Pkcs1Sha256 => pkcs1v15::Signature::try_from(signature)
            .is_ok_and(|signature| pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(MESSAGE, &signature).is_ok()),
        SignatureScheme::PssSha256 => pss::Signature::try_from(signature)
            .is_ok_and(|signature| pss::VerifyingKey::<Sha256>::new(key).verify(MESSAGE, &signature).is_ok()),
    }
}

fn takes_one_key(store: &dyn KeyStore) -> bool {
    store.description().capacity == Capacity::OneKey
}

fn assert_signs(signer: &dyn Signer) {
    for scheme in signer.schemes() {
        let signature = signer.sign(*scheme, MESSAGE).expect("a signature");
        assert!(verifies(signer.spki_der(), *scheme, &signature), "{scheme:?} does not verify");
    }
}

pub fn a_made_key_signs_with_every_scheme_it_declares(bench: &dyn Bench) {
    let store = bench.store();
    let signer = make(&*store, 1);
    assert_eq!(signer.schemes(), store.description().schemes);
    assert!(signer.schemes().contains(&SignatureScheme::Pkcs1Sha256), "requests are signed by PKCS#1");
    assert_signs(&*signer);
    let opened = store.open(&label(1)).expect("the key is there");
    assert_eq!(opened.spki_der(), signer.spki_der());
    assert_signs(&*opened);
}

pub fn a_made_key_signs_in_a_later_process(bench: &dyn Bench) {
    let signer = make(&*bench.store(), 1);
    let later = bench.sign_later(&label(1));
    assert_eq!(later.spki_der, signer.spki_der());
    assert!(verifies(signer.spki_der(), SignatureScheme::Pkcs1Sha256, &later.signature));
}

pub fn a_key_outlives_a_kill_right_after_it_was_made(bench: &dyn Bench) {
    let spki_der = bench.make_and_die(&label(1));
    let later = bench.sign_later(&label(1));
    assert_eq!(later.spki_der, spki_der);
    assert!(verifies(&spki_der, SignatureScheme::Pkcs1Sha256, &later.signature));
    assert_eq!(bench.store().keys(), Ok(vec![label(1)]));
}

pub fn a_wrong_password_opens_nothing(bench: &dyn Bench) {
    let spki_der = bench.make_and_die(&label(1));
    let Some((store, password)) = bench.closed() else { return };
    let is_closed = || {
        assert_eq!(store.description().lock, StoreLock::Closed);
        assert_eq!(store.keys(), Err(StoreError::SecretNeeded));
        assert_eq!(store.open(&label(1)).err(), Some(StoreError::SecretNeeded));
        assert_eq!(store.create(&label(2), BITS, SecurityLevel::Low).err(), Some(StoreError::SecretNeeded));
        assert_eq!(store.destroy(&label(1)), Err(StoreError::SecretNeeded));
    };
    is_closed();
    for wrong in ["wrong", ""] {
        let refused = store.unlock(&Secret::new(wrong));
        assert!(matches!(refused, Err(StoreError::SecretWrong(_))), "{refused:?}");
        is_closed();
    }
    assert_eq!(store.unlock(&password), Ok(()));
    assert_eq!(store.description().lock, StoreLock::Open);
    let signer = store.open(&label(1)).expect("the key is there");
    assert_eq!(signer.spki_der(), spki_der);
    assert_signs(&*signer);
    drop(store);
    assert_eq!(bench.sign_later(&label(1)).spki_der, spki_der);
}

pub fn a_label_is_given_once(bench: &dyn Bench) {
    let store = bench.store();
    let first = make(&*store, 1);
    let second = store.create(&label(1), BITS, SecurityLevel::Low);
    assert_eq!(second.err(), Some(StoreError::LabelTaken));
    assert_eq!(store.open(&label(1)).expect("the first key").spki_der(), first.spki_der());
    assert_eq!(store.keys(), Ok(vec![label(1)]));
}

pub fn two_labels_have_two_keys(bench: &dyn Bench) {
    let store = bench.store();
    if takes_one_key(&*store) {
        let one = make(&*store, 1);
        assert_eq!(store.create(&label(2), BITS, SecurityLevel::Low).err(), Some(StoreError::Occupied));
        assert_eq!(store.keys(), Ok(vec![label(1)]));
        return assert_signs(&*one);
    }
    let (one, two) = (make(&*store, 1), make(&*store, 2));
    assert_ne!(one.spki_der(), two.spki_der());
    let mut keys = store.keys().expect("a list");
    keys.sort_by_key(ToString::to_string);
    assert_eq!(keys, [label(1), label(2)]);
    assert_signs(&*one);
    assert_signs(&*two);
}

pub fn a_certificate_is_installed_beside_its_key_and_twice_is_once(bench: &dyn Bench) {
    let store = bench.store();
    let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
    assert_eq!(store.certificates(), Ok(vec![]));
    for _ in 0..2 {
        assert_eq!(store.install(&label(1), &chain.leaf, &chain.others()), Ok(()));
        assert_eq!(store.certificates(), Ok(vec![chain.leaf.clone()]));
    }
    assert_signs(&*store.open(&label(1)).expect("the key is still there"));
}

pub fn the_certificate_of_another_key_is_refused(bench: &dyn Bench) {
    let store = bench.store();
    make(&*store, 1);
    let other = match takes_one_key(&*store) {
        true => certificates::strange_key(),
        false => make(&*store, 2).spki_der().to_vec(),
    };
    let others = Chain::for_key(&other, 1);
    assert_eq!(store.install(&label(1), &others.leaf, &others.others()), Err(StoreError::OtherKey));
    assert_eq!(store.certificates(), Ok(vec![]));
}

pub fn a_renewed_certificate_stands_beside_the_old_one(bench: &dyn Bench) {
    let store = bench.store();
    let old = Chain::for_key(make(&*store, 1).spki_der(), 1);
    if takes_one_key(&*store) {
        // A new key wants a new file, and what the old one holds stays.
        store.install(&label(1), &old.leaf, &old.others()).expect("the old one is installed");
        assert_eq!(store.create(&label(2), BITS, SecurityLevel::Low).err(), Some(StoreError::Occupied));
        return assert_eq!(store.certificates(), Ok(vec![old.leaf]));
    }
    let new = Chain::for_key(make(&*store, 2).spki_der(), 2);
    assert_eq!(old.leaf.subject(), new.leaf.subject());
    store.install(&label(1), &old.leaf, &old.others()).expect("the old one is installed");
    store.install(&label(2), &new.leaf, &new.others()).expect("the new one is installed");
    let listed = store.certificates().expect("a list");
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&old.leaf) && listed.contains(&new.leaf));
}

/// What a renewal stands on: the present certificate proves itself, whatever its key is called.
pub fn the_key_of_a_listed_certificate_signs(bench: &dyn Bench) {
    let store = bench.store();
    let made = make(&*store, 1);
    let chain = Chain::for_key(made.spki_der(), 1);
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    if !takes_one_key(&*store) {
        make(&*store, 2);
    }
    let found = store.key_of(&chain.leaf).expect("the certificate is listed");
    assert_eq!(found.spki_der(), made.spki_der());
    assert_signs(&*found);
    let stranger = Chain::for_key(&certificates::strange_key(), 1);
    assert_eq!(store.key_of(&stranger.leaf).err(), Some(StoreError::KeyMissing));
    store.destroy(&label(1)).expect("it is destroyed");
    assert_eq!(store.key_of(&chain.leaf).err(), Some(StoreError::KeyMissing));
    assert!(found.sign(SignatureScheme::Pkcs1Sha256, MESSAGE).is_err(), "a destroyed key still signs");
}

pub fn destroying_removes_the_key_and_its_certificates_and_twice_succeeds(bench: &dyn Bench) {
    let store = bench.store();
    let signer = make(&*store, 1);
    let chain = Chain::for_key(signer.spki_der(), 1);
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    for _ in 0..2 {
        assert_eq!(store.destroy(&label(1)), Ok(()));
        assert_eq!(store.keys(), Ok(vec![]));
        assert_eq!(store.certificates(), Ok(vec![]));
        assert_eq!(store.open(&label(1)).err(), Some(StoreError::KeyMissing));
        assert!(signer.sign(SignatureScheme::Pkcs1Sha256, MESSAGE).is_err(), "a destroyed key still signs");
    }
    let again = make(&*store, 1);
    assert_ne!(again.spki_der(), signer.spki_der(), "a destroyed key came back");
    assert_eq!(store.certificates(), Ok(vec![]), "a destroyed certificate came back");
}

pub fn destroying_one_key_leaves_the_other(bench: &dyn Bench) {
    let store = bench.store();
    if !takes_one_key(&*store) {
        make(&*store, 1);
    }
    let kept = make(&*store, 2);
    let chain = Chain::for_key(kept.spki_der(), 1);
    store.install(&label(2), &chain.leaf, &chain.others()).expect("it is installed");
    assert_eq!(store.destroy(&label(1)), Ok(()));
    assert_eq!(store.keys(), Ok(vec![label(2)]));
    assert_eq!(store.certificates(), Ok(vec![chain.leaf]));
    assert_signs(&*kept);
}

pub fn what_is_missing_is_said_to_be_missing(bench: &dyn Bench) {
    let store = bench.store();
    assert_eq!(store.keys(), Ok(vec![]));
    assert_eq!(store.certificates(), Ok(vec![]));
    assert_eq!(store.open(&label(1)).err(), Some(StoreError::KeyMissing));
    assert_eq!(store.destroy(&label(1)), Ok(()));
    let chain = Chain::for_key(make(&*store, 2).spki_der(), 1);
    assert_eq!(store.install(&label(1), &chain.leaf, &[]), Err(StoreError::KeyMissing));
}

pub fn only_certificates_with_a_key_are_listed(bench: &dyn Bench) {
    let store = bench.store();
    let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    assert_eq!(store.certificates(), Ok(vec![chain.leaf]), "neither intermediates nor roots have a key here");
}

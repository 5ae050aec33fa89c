//! What only tokens can show, with SoftHSM in the place of a card.

use std::{path::Path, sync::Arc};

use cryptoki::{
    context::Pkcs11,
    mechanism::Mechanism,
    object::{Attribute, AttributeType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    types::{AuthPin, Ulong},
};
use shirushi::{
    domain::{KeyLabel, Secret, SecurityLevel, SignError, SignatureScheme},
    keystore::{KeyStore, OpenError, StoreError, StoreLock, TriesLeft, open, plugged_in},
};

use crate::{
    certificates::{Chain, INTERMEDIATE_NAME, LEAF_NAME},
    contract::{Bench, Later, MESSAGE, label, make, verifies},
    process::Place,
    softhsm::{self, OTHER_TOKEN, PIN, SHIM, TOKEN, Tokens},
};

pub use crate::softhsm::{ONE_TOKEN, Wanted};

pub const WITHOUT_PSS: Wanted = Wanted {
    mechanisms: "CKM_RSA_PKCS_KEY_PAIR_GEN,CKM_SHA256_RSA_PKCS,CKM_AES_KEY_GEN,CKM_AES_KEY_WRAP_PAD",
    ..ONE_TOKEN
};
const BARE_RSA: Wanted = Wanted { mechanisms: "CKM_RSA_PKCS_KEY_PAIR_GEN,CKM_RSA_PKCS,CKM_RSA_PKCS_PSS", ..ONE_TOKEN };

/// A token of its own.
pub struct Pkcs11Bench<'a>(&'a Tokens);

impl Pkcs11Bench<'_> {
    fn address(&self, token: Option<&str>) -> String {
        match token {
            Some(token) => format!("pkcs11:{}?token={token}", self.0.module.display()),
            None => format!("pkcs11:{}", self.0.module.display()),
        }
    }

    fn place(&self) -> Place {
        Place { address: self.address(Some(TOKEN)), password: Some(PIN) }
    }

    /// The module as any program uses it, beside the store and logged in through it.
    fn session(&self) -> Session {
        let context = Pkcs11::new(&self.0.module).expect("the module loads");
        let slot = context.get_slots_with_initialized_token().expect("slots").remove(0);
        let session = context.open_rw_session(slot).expect("a session");
        match session.login(UserType::User, Some(&AuthPin::new(PIN.into()))) {
            Ok(()) | Err(cryptoki::error::Error::Pkcs11(cryptoki::error::RvError::UserAlreadyLoggedIn, _)) => session,
            Err(error) => panic!("{error}"),
        }
    }

    /// Whether the private key of this name can be taken out of the token: read, or wrapped under a key of ours.
    pub fn gives_out(&self, key: &KeyLabel) -> bool {
        let session = self.session();
        let named = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(key.as_str().into())];
        let [private] = session.find_objects(&named).expect("objects")[..] else { panic!("no key") };
        let read = session.get_attributes(private, &[AttributeType::PrivateExponent, AttributeType::Prime1]);
        let wrapping = [
            Attribute::Token(false),
            Attribute::Wrap(true),
            Attribute::Sensitive(false),
            Attribute::ValueLen(Ulong::new(32)),
        ];
        let wrapping = session.generate_key(&Mechanism::AesKeyGen, &wrapping).expect("a wrapping key");
        let wrapped = session.wrap_key(&Mechanism::AesKeyWrapPad, wrapping, private);
        read.is_ok_and(|attributes| !attributes.is_empty()) || wrapped.is_ok()
    }
}

impl Bench for Pkcs11Bench<'_> {
    fn store(&self) -> Arc<dyn KeyStore> {
        self.place().open()
    }

    fn sign_later(&self, label: &KeyLabel) -> Later {
        self.place().sign(label)
    }

    fn make_and_die(&self, label: &KeyLabel) -> Vec<u8> {
        self.place().make_and_die(label)
    }

    fn closed(&self) -> Option<(Arc<dyn KeyStore>, Secret)> {
        Some((self.place().open_closed(), Secret::new(PIN)))
    }
}

/// Runs `test` where SoftHSM is installed, and says so where it is not. `name` is the path of the test that calls.
pub fn with_bench(name: &str, test: impl FnOnce(&Pkcs11Bench)) {
    with_tokens(name, ONE_TOKEN, test);
}

pub fn with_tokens(name: &str, wanted: Wanted, test: impl FnOnce(&Pkcs11Bench)) {
    softhsm::with_tokens(name, wanted, |tokens| test(&Pkcs11Bench(tokens)));
}

/// A test with tokens: its name is its path.
macro_rules! token_test {
    ($name:ident, $wanted:expr, $test:expr) => {
        #[test]
        fn $name() {
            with_tokens(concat!(module_path!(), "::", stringify!($name)), $wanted, $test);
        }
    };
}

token_test!(the_key_stays_in_the_token, ONE_TOKEN, |bench| {
    let store = bench.store();
    make(&*store, 1);
    let session = bench.session();
    let private = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)]).expect("objects");
    let wanted = [
        AttributeType::Sensitive,
        AttributeType::AlwaysSensitive,
        AttributeType::Extractable,
        AttributeType::NeverExtractable,
        AttributeType::Local,
    ];
    let said = session.get_attributes(private[0], &wanted).expect("attributes");
    let expected = [
        Attribute::Sensitive(true),
        Attribute::AlwaysSensitive(true),
        Attribute::Extractable(false),
        Attribute::NeverExtractable(true),
        Attribute::Local(true),
    ];
    assert_eq!(said, expected);
    assert!(!bench.gives_out(&label(1)));
});

token_test!(a_key_that_can_be_taken_out_is_seen, ONE_TOKEN, |bench| {
    drop(bench.store());
    let session = bench.session();
    let public = [Attribute::Token(true), Attribute::ModulusBits(Ulong::new(2048))];
    let named = Attribute::Label(label(1).as_str().into());
    let private = [Attribute::Token(true), Attribute::Sensitive(false), Attribute::Extractable(true), named];
    let _: (ObjectHandle, ObjectHandle) =
        session.generate_key_pair(&Mechanism::RsaPkcsKeyPairGen, &public, &private).expect("a key");
    assert!(bench.gives_out(&label(1)));
});

token_test!(certificates_lie_beside_the_key, ONE_TOKEN, |bench| {
    let store = bench.store();
    let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    let session = bench.session();
    let seen = |class| {
        let wanted = [AttributeType::Label, AttributeType::Id];
        let objects = session.find_objects(&[Attribute::Class(class)]).expect("objects").into_iter();
        objects.map(|object| session.get_attributes(object, &wanted).expect("attributes")).collect::<Vec<_>>()
    };
    let certificates = seen(ObjectClass::CERTIFICATE);
    let named = |name: &str| {
        let label = Attribute::Label(name.into());
        certificates.iter().find(|certificate| certificate[0] == label).expect("the certificate")[1].clone()
    };
    assert_eq!(certificates.len(), 2, "no root");
    named(INTERMEDIATE_NAME);
    assert_eq!(seen(ObjectClass::PRIVATE_KEY)[0][1], named(LEAF_NAME), "they share their number");
    assert_eq!(seen(ObjectClass::PUBLIC_KEY)[0][1], named(LEAF_NAME));
});

token_test!(several_tokens_are_named, Wanted { tokens: &[TOKEN, OTHER_TOKEN], ..ONE_TOKEN }, |bench| {
    let Err(OpenError::Store(StoreError::WhichToken(mut names))) = open(&bench.address(None)) else {
        panic!("one was taken");
    };
    names.sort();
    assert_eq!(names, [OTHER_TOKEN, TOKEN]);
    let mut there = plugged_in(&bench.0.module).expect("tokens");
    there.sort();
    assert_eq!(there, names);
    make(&*bench.store(), 1);
    let other = Place { address: bench.address(Some(OTHER_TOKEN)), password: Some(PIN) }.open();
    assert_eq!(other.keys(), Ok(vec![]));
    assert_eq!(other.description().address, bench.address(Some(OTHER_TOKEN)));
});

token_test!(the_only_token_needs_no_name, ONE_TOKEN, |bench| {
    let store = open(&bench.address(None)).expect("it opens");
    assert_eq!(store.description().address, bench.address(Some(TOKEN)), "it has one for the journal");
    assert_eq!(store.description().lock, StoreLock::Closed);
    assert_eq!(store.description().effective_level(SecurityLevel::High), SecurityLevel::Medium);
    assert_eq!(store.unlock(&Secret::new(PIN)), Ok(()));
});

token_test!(a_token_that_is_not_there_is_missed, Wanted { tokens: &[], ..ONE_TOKEN }, |bench| {
    let why = |address: &str| match open(address).err() {
        Some(OpenError::Store(error)) => error,
        other => panic!("{address}: {other:?}"),
    };
    assert_eq!(why(&bench.address(None)), StoreError::TokenMissing(None));
    assert_eq!(why(&bench.address(Some(TOKEN))), StoreError::TokenMissing(Some(TOKEN.to_owned())));
    assert_eq!(plugged_in(&bench.0.module), Err(StoreError::TokenMissing(None)));
    assert!(matches!(why("pkcs11:/no/such/module.so"), StoreError::Unavailable(_)));
    assert!(matches!(plugged_in(Path::new("/no/such/module.so")), Err(StoreError::Unavailable(_))));
});

token_test!(a_token_without_pss_says_so, WITHOUT_PSS, |bench| {
    let store = bench.store();
    assert_eq!(store.description().schemes, [SignatureScheme::Pkcs1Sha256]);
    let signer = make(&*store, 1);
    assert_eq!(signer.schemes(), [SignatureScheme::Pkcs1Sha256]);
    assert_eq!(signer.sign(SignatureScheme::PssSha256, MESSAGE), Err(SignError::Unsupported));
    assert!(signer.sign(SignatureScheme::Pkcs1Sha256, MESSAGE).is_ok());
});

token_test!(a_token_that_computes_no_digest_signs_all_the_same, BARE_RSA, |bench| {
    let signer = make(&*bench.store(), 1);
    for scheme in [SignatureScheme::PssSha256, SignatureScheme::Pkcs1Sha256] {
        let signature = signer.sign(scheme, MESSAGE).expect("a signature");
        assert!(verifies(signer.spki_der(), scheme, &signature), "{scheme:?}");
    }
});

token_test!(a_token_that_is_pulled_out_is_missed_and_comes_back_closed, SHIM, |bench| {
    let store = bench.store();
    let signer = make(&*store, 1);
    bench.0.pull_out();
    for _ in 0..2 {
        assert_eq!(store.keys(), Err(StoreError::TokenMissing(Some(TOKEN.to_owned()))));
        assert!(matches!(signer.sign(SignatureScheme::PssSha256, MESSAGE), Err(SignError::Store(_))));
    }
    assert_eq!(store.description().lock, StoreLock::Closed, "known without waiting for it");
    bench.0.put_back();
    assert_eq!(store.keys(), Err(StoreError::SecretNeeded));
    assert_eq!(store.unlock(&Secret::new(PIN)), Ok(()));
    assert_eq!(store.keys(), Ok(vec![label(1)]));
    assert!(signer.sign(SignatureScheme::PssSha256, MESSAGE).is_ok());
});

token_test!(a_token_that_counts_wrong_pins_tells_and_locks, SHIM, |bench| {
    let (store, pin) = bench.closed().expect("it has a PIN");
    let wrong = || store.unlock(&Secret::new("999999"));
    assert_eq!(wrong(), Err(StoreError::SecretWrong(TriesLeft::Fewer)));
    assert_eq!(store.unlock(&pin), Ok(()));
    let again = bench.place().open_closed();
    assert_eq!(again.unlock(&pin), Ok(()), "it is open in this process");
});

token_test!(the_last_wrong_pin_locks_the_token, SHIM, |bench| {
    let (store, pin) = bench.closed().expect("it has a PIN");
    let wrong = || store.unlock(&Secret::new("999999"));
    assert_eq!(wrong(), Err(StoreError::SecretWrong(TriesLeft::Fewer)));
    for _ in 0..3 {
        let empty = store.unlock(&Secret::default());
        assert_eq!(empty, Err(StoreError::SecretWrong(TriesLeft::Fewer)), "an empty one is not counted");
    }
    assert_eq!(wrong(), Err(StoreError::SecretWrong(TriesLeft::One)));
    assert_eq!(store.description().tries, TriesLeft::One, "known before the last try");
    assert_eq!(bench.place().open_closed().description().tries, TriesLeft::One, "also to whoever opens it now");
    assert_eq!(wrong(), Err(StoreError::SecretLocked));
    assert_eq!(store.unlock(&pin), Err(StoreError::SecretLocked));
    assert_eq!(store.description().lock, StoreLock::Closed);
});

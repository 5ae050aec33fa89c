//! What each store does, observed, is what the documentation says: one line for each store, compared as a whole.

use std::{fs, path::PathBuf};

use p12_keystore::Pkcs12Archive;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
use shirushi::{
    domain::{SecurityLevel, SignatureScheme},
    keystore::{Encryption, Export},
};

use crate::{
    certificates::Chain,
    contract::{Bench, MESSAGE, label, verifies},
    nss::{NssBench, has},
    pkcs11::{ONE_TOKEN, WITHOUT_PSS},
    pkcs12::Pkcs12Bench,
    tls,
};

/// Set to `write`: the observed lines replace those of the file.
const MODE: &str = "KEYSTORE_TABLE";

fn file() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/key-stores.md"))
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// The line of a store: it is made, killed, reopened, filled, tried and broken into. `taken` tries to get the key out.
fn line<B: Bench>(name: &str, bench: &B, taken: impl FnOnce(&B, &[u8]) -> bool) -> String {
    let spki_der = bench.make_and_die(&label(1));
    let later = bench.sign_later(&label(1)); // no screen, no message bus, nobody at the keyboard: nothing was asked
    let survives = later.spki_der == spki_der && verifies(&spki_der, SignatureScheme::Pkcs1Sha256, &later.signature);
    let store = bench.store();
    let signer = store.open(&label(1)).expect("the key is there");
    let chain = Chain::for_key(&spki_der, 1);
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    let pss = signer.sign(SignatureScheme::PssSha256, MESSAGE);
    let pss = pss.is_ok_and(|signature| verifies(&spki_der, SignatureScheme::PssSha256, &signature));
    let levels = SecurityLevel::ALL.map(|level| store.description().effective_level(level).as_str());
    let exported = taken(bench, &spki_der);
    assert_eq!(store.description().export == Export::Possible, exported, "{name}: what it says of export is wrong");
    let [low, medium, high] = levels;
    let (pss, tls13) = (yes_no(pss), yes_no(tls::logs_in(signer, &chain)));
    let (survives, exported) = (yes_no(survives), yes_no(exported));
    format!("| {name} | {low} | {medium} | {high} | {exported} | {pss} | {tls13} | none | {survives} |")
}

/// The line is in the file; with [`MODE`], it is put there.
fn compare(name: &str, observed: &str) {
    let text = fs::read_to_string(file()).expect("docs/key-stores.md");
    let is_of_name = |line: &&str| line.starts_with(&format!("| {name} |"));
    let written = text.lines().find(is_of_name).expect("the store has a line in the table");
    if std::env::var(MODE).is_ok_and(|mode| mode == "write") {
        fs::write(file(), text.replace(written, observed)).expect("docs/key-stores.md");
        return;
    }
    assert_eq!(written, observed, "docs/key-stores.md does not say what was observed; {MODE}=write puts it there");
}

fn out_of_nss(bench: &NssBench, spki_der: &[u8]) -> bool {
    bench.take_out() == spki_der
}

fn has_tools(name: &str) -> bool {
    has(name, "pk12util") && has(name, "openssl")
}

#[test]
fn a_browser_s_database_without_a_password() {
    let name = "browser database (NSS) without a password";
    if has_tools(name) {
        crate::nss::with_bench(name, |bench| compare(name, &line(name, bench, out_of_nss)));
    }
}

#[test]
fn a_browser_s_database_with_a_password() {
    let name = "browser database (NSS) with a password";
    if has_tools(name) {
        crate::nss::with_closed_bench(name, |bench| compare(name, &line(name, bench, out_of_nss)));
    }
}

fn out_of_a_file(bench: &Pkcs12Bench, spki_der: &[u8]) -> bool {
    let bytes = fs::read(bench.file()).expect("a file");
    let archive = Pkcs12Archive::from_pkcs12(&bytes, bench.password().reveal()).expect("a PKCS#12 file");
    archive.keys.iter().any(|bag| {
        let key = rsa::PrivateKey::from_pkcs8_der(bag.key.as_der()).expect("an RSA key");
        key.to_public_key().to_public_key_der().expect("DER").as_bytes() == spki_der
    })
}

#[test]
fn a_file() {
    let name = "PKCS#12 file";
    compare(name, &line(name, &Pkcs12Bench::new(Encryption::Modern), out_of_a_file));
}

#[test]
fn a_file_for_old_systems() {
    let name = "PKCS#12 file for old systems";
    compare(name, &line(name, &Pkcs12Bench::new(Encryption::OldSystems), out_of_a_file));
}

#[test]
fn a_token() {
    let name = "token with a PIN (PKCS#11; SoftHSM)";
    crate::pkcs11::with_tokens(concat!(module_path!(), "::a_token"), ONE_TOKEN, |bench| {
        compare(name, &line(name, bench, |bench, _| bench.gives_out(&label(1))));
    });
}

#[test]
fn a_token_without_pss() {
    let name = "the same, without PSS";
    crate::pkcs11::with_tokens(concat!(module_path!(), "::a_token_without_pss"), WITHOUT_PSS, |bench| {
        compare(name, &line(name, bench, |bench, _| bench.gives_out(&label(1))));
    });
}

#[test]
fn every_line_of_the_table_is_observed() {
    let text = fs::read_to_string(file()).expect("docs/key-stores.md");
    let lines =
        text.lines().filter(|line| line.ends_with("| yes |") || line.ends_with("| no |") || line.ends_with("| ? |"));
    assert_eq!(lines.count(), 6, "a line that no test of this file observes");
}

//! Programs that nobody here wrote look at what the wizard made: Chromium, NSS's certutil, OpenSSL, and a kill.
//!
//! Each runs where its program is installed and says `skipped: …` where it is not. With `SHIRUSHI_PLANT` naming one of
//! the faults of `support/peer_plant.rs` the test that ought to see it turns red.

#[path = "support/peer_browser.rs"]
mod browser;
#[path = "support/peer_house.rs"]
mod house;
#[path = "support/peer_kills.rs"]
mod kills;
#[path = "support/peer_plant.rs"]
mod plant;
#[path = "support/peer_programs.rs"]
mod programs;

use std::{fs, path::Path};

use house::House;
use plant::Plant;
use programs::{are_here, output, said};
use shirushi::{
    domain::{DistinguishedName, KeyLabel, SecurityLevel},
    keystore::{KeyStore, NssStore},
    protocol::csr,
};

#[test]
fn chromium_logs_in_with_what_the_wizard_found_a_place_for() {
    let name = "chromium_logs_in_with_what_the_wizard_found_a_place_for";
    if !are_here(name, &["chromium", "certutil"]) || !browser::obeys_us(name) {
        return;
    }
    let house = House::build();
    let firefox = house.firefox_profile();
    let before = programs::bytes(&firefox);
    let _policy = browser::Policy::select_a_certificate_at(house.login());

    // Its first visit makes its database, and is refused: it has nothing to show.
    let refused = browser::visit(&house, house.login());
    assert!(!refused.contains("logged-in"), "the portal let in a browser without a certificate: {refused}");
    assert!(house.database().join("cert9.db").is_file(), "Chromium made its database elsewhere");

    let installed = house.enroll_without_naming_a_store();
    assert_eq!(installed["store"], format!("nss:{}", house.database().display()));
    if Plant::NoCertificate.is_planted() {
        fs::remove_dir_all(house.database()).expect("the database goes");
    }
    let page = browser::visit(&house, house.login());
    let serial = installed["serial"].as_str().expect("a serial number");
    assert!(page.contains(&format!("logged-in; serial={serial}")), "the portal did not let Chromium in: {page}");

    assert!(!house.home().join(".pki").exists(), "the old place would hide the other certificates");
    assert_eq!(programs::bytes(&firefox), before, "another browser's database was touched");
}

#[test]
fn certutil_and_openssl_read_the_same_certificate() {
    if !are_here("certutil_and_openssl_read_the_same_certificate", &["certutil", "openssl"]) {
        return;
    }
    let house = House::build();
    let installed = house.enroll();
    let database = house.database_address();

    let keys = said("certutil", &["-K", "-d", &database]);
    assert_eq!(keys.matches("shirushi-").count(), 1, "{keys}");
    let list = said("certutil", &["-L", "-d", &database]);
    let name = list.lines().find_map(|line| line.trim_end().strip_suffix("u,u,u")).expect("a certificate with its key");
    let certificate =
        house.write("certificate.pem", &said("certutil", &["-L", "-a", "-d", &database, "-n", name.trim()]));

    let serial = said("openssl", &["x509", "-noout", "-serial", "-in", &certificate]);
    let expected = installed["serial"].as_str().expect("a serial number");
    assert!(serial.trim().eq_ignore_ascii_case(&format!("serial={expected}")), "{serial} is not {expected}");

    let ready = house.bank().ready();
    let (right, wrong) = (ready.issuer_root_pem.as_str(), ready.tls_root_pem.as_str());
    let (right, wrong) = if Plant::OtherRoot.is_planted() { (wrong, right) } else { (right, wrong) };
    let intermediate = house.write("intermediate.pem", &house.published_intermediates());
    for (root, accepted) in [(right, true), (wrong, false)] {
        let root = house.write("root.pem", root);
        let purpose = ["verify", "-purpose", "sslclient", "-CAfile", &root, "-untrusted", &intermediate, &certificate];
        let verdict = output("openssl", &purpose);
        assert_eq!(verdict.status.success(), accepted, "{}", String::from_utf8_lossy(&verdict.stderr));
    }
}

#[test]
fn openssl_accepts_the_request() {
    if !are_here("openssl_accepts_the_request", &["openssl", "certutil"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let store = NssStore::open(&folder.path().join("nssdb")).expect("a store");
    let signer = store.create(&KeyLabel::from_random(1), 2048, SecurityLevel::Medium).expect("a key");
    let attributes = [("C", "JP"), ("O", "れんしゅう信用金庫"), ("CN", "1234567890 hanako01")];
    let subject =
        DistinguishedName::from_attributes(attributes.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
    let mut request = csr::request(&subject, signer.as_ref()).expect("a request");
    let mut damaged = request.clone();
    *damaged.last_mut().expect("a byte") ^= 1;
    if Plant::DamagedRequest.is_planted() {
        request = damaged.clone();
    }
    assert!(openssl_verifies(&folder.path().join("request.der"), &request));
    assert!(!openssl_verifies(&folder.path().join("damaged.der"), &damaged));
}

/// OpenSSL ends well whatever it thinks of a request; it says so.
fn openssl_verifies(file: &Path, request: &[u8]) -> bool {
    fs::write(file, request).expect("a file");
    let path = file.display().to_string();
    let verdict = output("openssl", &["req", "-inform", "DER", "-in", &path, "-noout", "-verify"]);
    let words = [verdict.stdout, verdict.stderr].concat();
    String::from_utf8_lossy(&words).contains("verify OK")
}

#[test]
fn a_kill_at_any_write_sync_or_send_leaves_one_pair() {
    if are_here("a_kill_at_any_write_sync_or_send_leaves_one_pair", &["cc", "certutil"]) {
        kills::at_every_point();
    }
}

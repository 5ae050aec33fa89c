//! Programs that nobody here wrote look at what the wizard made, or speak to it: browsers, NSS's tools, OpenSSL, curl,
//! Cisco's libest. What came of each meeting stands in docs/interop.md.
//!
//! Each runs where its program is installed and says `skipped: …` where it is not. With `SHIRUSHI_PLANT` naming one of
//! the faults of `support/peer_plant.rs` the test that ought to see it turns red.

#[path = "support/peer_browser.rs"]
mod browser;
#[path = "support/peer_firefox.rs"]
mod firefox;
#[allow(dead_code)] // kills has its own part of it
#[path = "support/peer_house.rs"]
mod house;
#[allow(dead_code)]
#[path = "support/peer_libest.rs"]
mod libest;
#[path = "support/peer_plant.rs"]
mod plant;
#[path = "support/peer_programs.rs"]
mod programs;
#[path = "support/peer_running.rs"]
mod running;
#[path = "support/peer_table.rs"]
mod table;

use std::{fs, path::Path};

use house::House;
use libest::{Attributes, Authority, Estclient, Libest, NUMBERS};
use plant::Plant;
use programs::{are_here, output, output_of, said};
use shirushi::{
    domain::{DistinguishedName, KeyLabel, SecurityLevel},
    keystore::{KeyStore, NssStore},
    protocol::csr,
};
use table::{Meeting, observe};

/// What the portal's page says of whoever opened it.
fn standing(page: &str) -> &str {
    let status = page.split_once("name=\"shirushi-status\" content=\"").and_then(|(_, rest)| rest.split('"').next());
    status.map_or("refused", |status| status.split("; serial=").next().unwrap_or(status))
}

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
    observe(Meeting::ChromiumAsStranger, standing(&refused));
    assert!(house.database().join("cert9.db").is_file(), "Chromium made its database elsewhere");

    let installed = house.enroll_without_naming_a_store();
    assert_eq!(installed["store"], format!("nss:{}", house.database().display()));
    if Plant::NoCertificate.is_planted() {
        fs::remove_dir_all(house.database()).expect("the database goes");
    }
    let page = browser::visit(&house, house.login());
    let serial = installed["serial"].as_str().expect("a serial number");
    assert!(page.contains(&format!("logged-in; serial={serial}")), "the portal did not let Chromium in: {page}");
    observe(Meeting::ChromiumAsCustomer, standing(&page));

    assert!(!house.home().join(".pki").exists(), "the old place would hide the other certificates");
    assert_eq!(programs::bytes(&firefox), before, "another browser's database was touched");
}

#[test]
fn firefox_logs_in_with_what_the_wizard_found_a_place_for() {
    if !are_here("firefox_logs_in_with_what_the_wizard_found_a_place_for", &["firefox-esr", "certutil", "setpriv"]) {
        return;
    }
    let house = House::build();
    let profile = house.firefox_profile();
    firefox::prepare(&house, &profile);
    let refused = firefox::visit(&house, &profile, house.login()).expect_err("nobody is let in");
    assert!(refused.contains("nssFailure"), "a refusal for want of a certificate: {refused}");
    observe(Meeting::FirefoxAsStranger, "refused");

    let installed = house.enroll_without_naming_a_store();
    assert_eq!(installed["store"], format!("nss:{}", profile.display()));
    let page = firefox::visit(&house, &profile, house.login()).expect("a page");
    let serial = installed["serial"].as_str().expect("a serial number");
    assert!(page.contains(&format!("logged-in; serial={serial}")), "the portal did not let Firefox in: {page}");
    observe(Meeting::FirefoxAsCustomer, standing(&page));
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
    let count = keys.matches("shirushi-").count();
    assert_eq!(count, 1, "{keys}");
    let list = said("certutil", &["-L", "-d", &database]);
    let name = list.lines().find_map(|line| line.trim_end().strip_suffix("u,u,u")).expect("a certificate with its key");
    observe(Meeting::CertutilReadsDatabase, &format!("{count} key, a certificate that knows it"));
    let certificate =
        house.write("certificate.pem", &said("certutil", &["-L", "-a", "-d", &database, "-n", name.trim()]));

    let serial = said("openssl", &["x509", "-noout", "-serial", "-in", &certificate]);
    let expected = installed["serial"].as_str().expect("a serial number");
    assert!(serial.trim().eq_ignore_ascii_case(&format!("serial={expected}")), "{serial} is not {expected}");

    let ready = house.bank().ready();
    let (right, wrong) = (ready.issuer_root_pem.as_str(), ready.tls_root_pem.as_str());
    let (right, wrong) = if Plant::OtherRoot.is_planted() { (wrong, right) } else { (right, wrong) };
    let intermediate = house.write("intermediate.pem", &house.published_intermediates());
    let meetings = [Meeting::OpensslVerifiesCertificate, Meeting::OpensslVerifiesUnderOtherRoot];
    for ((root, accepted), meeting) in [(right, true), (wrong, false)].into_iter().zip(meetings) {
        let root = house.write("root.pem", root);
        let purpose = ["verify", "-purpose", "sslclient", "-CAfile", &root, "-untrusted", &intermediate, &certificate];
        let verdict = output("openssl", &purpose);
        assert_eq!(verdict.status.success(), accepted, "{}", String::from_utf8_lossy(&verdict.stderr));
        observe(meeting, accepted_or_refused(verdict.status.success()));
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
    let whole = openssl_verifies(&folder.path().join("request.der"), &request);
    assert!(whole);
    observe(Meeting::OpensslVerifiesRequest, accepted_or_refused(whole));
    let broken = openssl_verifies(&folder.path().join("damaged.der"), &damaged);
    assert!(!broken);
    observe(Meeting::OpensslVerifiesDamagedRequest, accepted_or_refused(broken));
}

fn accepted_or_refused(accepted: bool) -> &'static str {
    if accepted { "accepted" } else { "refused" }
}

/// OpenSSL ends well whatever it thinks of a request; it says so.
fn openssl_verifies(file: &Path, request: &[u8]) -> bool {
    fs::write(file, request).expect("a file");
    let path = file.display().to_string();
    let verdict = output("openssl", &["req", "-inform", "DER", "-in", &path, "-noout", "-verify"]);
    let words = [verdict.stdout, verdict.stderr].concat();
    String::from_utf8_lossy(&words).contains("verify OK")
}

const PFX_PASSWORD: &str = "ひらけごま1";

#[test]
fn the_files_of_the_wizard_are_read_elsewhere() {
    // The system's own: another one in the path would not have its packages.
    const PYTHON: &str = "/usr/bin/python3";
    const SCRIPT: &str = "import sys\n\
        from cryptography.hazmat.primitives.serialization import pkcs12\n\
        p = pkcs12.load_pkcs12(open(sys.argv[1], 'rb').read(), sys.argv[2].encode())\n\
        n = lambda k: k.public_key().public_numbers()\n\
        assert n(p.key) == n(p.cert.certificate)\n\
        print('key, certificate,', len(p.additional_certs), 'intermediate')\n";
    let name = "the_files_of_the_wizard_are_read_elsewhere";
    let has_python = output("sh", &["-c", &format!("{PYTHON} -c 'import cryptography'")]).status.success();
    if !are_here(name, &["openssl"]) || !(has_python || programs::skip(name, "python3-cryptography is not installed")) {
        return;
    }
    for (suffix, openssl, python) in [
        ("", Meeting::OpensslReadsPfx, Meeting::PythonReadsPfx),
        ("?old-systems", Meeting::OpensslReadsOldPfx, Meeting::PythonReadsOldPfx),
    ] {
        let house = House::build();
        let file = house.home().join("mine.p12").display().to_string();
        house.enroll_into(&format!("{file}{suffix}"), PFX_PASSWORD);
        let read = |part: &str| {
            let password = format!("pass:{PFX_PASSWORD}");
            said("openssl", &["pkcs12", "-in", &file, "-passin", &password, "-nodes", part])
        };
        let (key, leaf, others) = (read("-nocerts"), read("-clcerts"), read("-cacerts"));
        let parts = [("BEGIN PRIVATE KEY", &key), ("BEGIN CERTIFICATE", &leaf), ("BEGIN CERTIFICATE", &others)];
        let [keys, leaves, others] = parts.map(|(mark, text)| text.matches(mark).count());
        assert_eq!((keys, leaves), (1, 1));
        observe(openssl, &format!("key, certificate, {others} intermediate"));
        observe(python, said(PYTHON, &["-c", SCRIPT, &file, PFX_PASSWORD]).trim());
    }
}

#[test]
fn pk12util_takes_a_file_in_and_gives_it_out_again() {
    let needed = ["pk12util", "certutil", "openssl", "curl"];
    if !are_here("pk12util_takes_a_file_in_and_gives_it_out_again", &needed) {
        return;
    }
    let house = House::build();
    let [ours, theirs] = ["ours.p12", "theirs.p12"].map(|name| house.home().join(name).display().to_string());
    house.enroll_into(&ours, PFX_PASSWORD);
    house.firefox_profile();
    let database = format!("sql:{}", house.home().join(".mozilla/firefox/abc.default-esr").display());
    said("pk12util", &["-i", &ours, "-W", PFX_PASSWORD, "-d", &database]);
    let keys = said("certutil", &["-K", "-d", &database]).lines().filter(|line| line.starts_with('<')).count();
    let list = said("certutil", &["-L", "-d", &database]);
    let name = list.lines().find_map(|line| line.trim_end().strip_suffix("u,u,u")).expect("a certificate with its key");
    observe(Meeting::Pk12utilImports, &format!("{keys} key, a certificate that knows it"));

    said("pk12util", &["-o", &theirs, "-n", name.trim(), "-W", PFX_PASSWORD, "-d", &database]);
    let password = format!("pass:{PFX_PASSWORD}");
    let part =
        |part: &[&str]| said("openssl", &[&["pkcs12", "-in", &theirs, "-passin", &password, "-nodes"], part].concat());
    let mut key = house.write("exported.key", &part(&["-nocerts"]));
    if Plant::OtherKey.is_planted() {
        key = house.home().join("another.key").display().to_string();
        said("openssl", &["genrsa", "-out", &key, "2048"]);
    }
    // curl shows the first certificate as its own.
    let chain = ["-clcerts", "-cacerts"].map(|which| part(&["-nokeys", which])).concat();
    let page = recipe(&house, &["login", &house.write("exported.pem", &chain), &key]);
    assert_eq!(standing(&page), "logged-in", "{page}");
    observe(Meeting::Pk12utilExports, standing(&page));
}

/// `support/peer_recipe.sh` in this house: what it printed.
fn recipe(house: &House, arguments: &[&str]) -> String {
    let ready = house.bank().ready();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/peer_recipe.sh");
    let mut shell = house.program("sh");
    shell.arg(script).args(arguments).env("CA", &ready.ca).env("LOGIN", &ready.portal_login);
    shell.env("TLS_ROOT", house.write("tls-root.pem", &ready.tls_root_pem));
    shell.env("ISSUER_ROOT", house.write("issuer-root.pem", &ready.issuer_root_pem));
    let output = output_of(&mut shell);
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn a_shell_with_curl_and_openssl_enrolls_and_renews() {
    if !are_here("a_shell_with_curl_and_openssl_enrolls_and_renews", &["curl", "openssl"]) {
        return;
    }
    let house = House::build();
    let customer = house.customer();
    let verified = |told: &str| {
        if told.ends_with(".pem: OK\n") { "a certificate that OpenSSL verifies".into() } else { told.to_owned() }
    };
    for (numbers, meeting) in [
        ("wrong/wrong".to_owned(), Meeting::CurlEnrollsWithWrongNumbers),
        (format!("{}/{}", customer.password, customer.confirmation), Meeting::CurlEnrolls),
    ] {
        let file = house.home().join("numbers.curl");
        fs::write(file, format!("user = \"{}:{numbers}\"\n", customer.id())).expect("a file");
        let told = recipe(&house, &["enroll"]);
        let told = if told.contains(r#""code":"E01""#) { "refused (E01)".to_owned() } else { verified(&told) };
        observe(meeting, &told);
    }
    let renewed = verified(&recipe(&house, &["renew"]));
    let page = recipe(&house, &["login", "renewed.pem", "key.pem"]);
    assert_eq!(standing(&page), "logged-in", "{page}");
    observe(Meeting::CurlRenews, &format!("{renewed}; {}", standing(&page)));
    let page = recipe(&house, &["login", "certificate.pem", "key.pem"]);
    observe(Meeting::CurlShowsOldCertificate, standing(&page));
}

#[test]
fn estclient_enrolls_and_renews_at_the_practice_bank() {
    let name = "estclient_enrolls_and_renews_at_the_practice_bank";
    let (true, Some(libest)) = (are_here(name, &["openssl", "curl"]), Libest::find(name)) else { return };
    let house = House::build();
    let client = Estclient::new(&libest, &house);
    let customer = house.customer();
    let (user, password) = (customer.id(), format!("{}/{}", customer.password, customer.confirmation));
    let enroll = ["-e", "-x", "key.pem", "--common-name", "any", "-u", &user, "-h"];
    let issues = || house.bank().counters().by_account.get(&user).map_or(0, |account| account.issued);
    let content = |content: bool| if content { "content" } else { "calls it an error" };

    observe(Meeting::EstclientAsksForAuthorities, content(client.run(&["-g"]).0));
    observe(Meeting::EstclientAsksForAttributes, content(client.run(&["-a"]).0));
    let (enrolled, told) = client.run(&[&enroll[..], &["wrong/wrong"]].concat());
    assert!(!enrolled && issues() == 0, "{told}");
    observe(Meeting::EstclientEnrollsWithWrongNumbers, "refused");
    let (enrolled, told) = client.run(&[&enroll[..], &[&password]].concat());
    assert!(enrolled && issues() == 1, "{told}");
    observe(Meeting::EstclientEnrolls, "a certificate");
    let answer = client.answer();
    // The same key would get the same certificate again; what binds it to the connection cannot be checked.
    let (enrolled, told) = client.run(&[&["-z"], &enroll[..], &[&password]].concat());
    assert!(!enrolled && issues() == 1, "{told}");
    observe(Meeting::EstclientBindsToTls, "refused");

    let first = house.write("first.pem", &answer);
    client.trust(&answer);
    let (renewed, told) = client.run(&["-r", "-c", &first, "-k", "key.pem"]);
    assert!(renewed && issues() == 2, "{told}");
    let second = house.write("second.pem", &client.answer());
    let page = recipe(&house, &["login", &second, "key.pem"]);
    assert_eq!(standing(&page), "logged-in", "{page}");
    observe(Meeting::EstclientRenews, &format!("a certificate; curl with it: {}", standing(&page)));
}

#[test]
fn the_wizard_enrolls_at_estserver() {
    let name = "the_wizard_enrolls_at_estserver";
    let (true, Some(libest)) = (are_here(name, &["openssl", "setpriv", "certutil"]), Libest::find(name)) else {
        return;
    };
    let authority = Authority::open(&libest, &[]);
    let refused = authority.enroll(&NUMBERS.replace("estpwd", "mistyped"));
    observe(Meeting::EstserverRefusesNumbers, &outcome(&refused));
    let told = authority.enroll(NUMBERS);
    assert_eq!(authority.posts(), 2, "one POST for each: {}", told.all);
    assert_eq!((refused.status.code(), told.status.code()), (Some(3), Some(0)), "{}", told.all);
    let list = said("certutil", &["-L", "-d", &format!("sql:{}", authority.database().display())]);
    assert!(list.contains("u,u,u"), "{list}");
    observe(Meeting::EstserverIssues, &outcome(&told));
}

/// The last line, in the few words of the table.
fn outcome(told: &house::Told) -> String {
    let text = |name: &str| told.last[name].as_str().unwrap_or("?").to_owned();
    match told.last["result"].as_str() {
        Some("installed") => format!("installed, login {}", text("login")),
        Some("failed") => format!("{}, issued: {}", text("code"), text("issued")),
        _ => panic!("{}", told.all),
    }
}

#[test]
fn a_request_that_estserver_defers_is_fetched_at_a_later_start() {
    let name = "a_request_that_estserver_defers_is_fetched_at_a_later_start";
    let (true, Some(libest)) = (are_here(name, &["openssl", "setpriv", "faketime"]), Libest::find(name)) else {
        return;
    };
    let authority = Authority::open(&libest, &["-m", "60"]);
    let waits = authority.enroll(NUMBERS);
    assert_eq!((&waits.last["result"], waits.status.code()), (&"pending".into(), Some(7)), "{}", waits.all);
    let early = authority.resume("+10s");
    assert_eq!((&early.last["result"], authority.posts()), (&"pending".into(), 1), "never early: {}", early.all);
    let told = authority.resume("+2m");
    assert_eq!(authority.posts(), 2, "{}", told.all);
    observe(Meeting::EstserverDefers, &format!("pending, then {}", outcome(&told)));
}

#[test]
fn estserver_issues_anew_for_the_same_request() {
    let name = "estserver_issues_anew_for_the_same_request";
    let (true, Some(libest)) = (are_here(name, &["openssl", "setpriv", "curl"]), Libest::find(name)) else { return };
    let authority = Authority::open(&libest, &[]);
    let request = authority.new_request();
    let [first, second] = [(), ()].map(|()| authority.post_with_curl(&request));
    let verdict = if first == second { "the same certificate" } else { "two certificates: `replay = \"new\"`" };
    observe(Meeting::EstserverIsAskedTwice, verdict);
}

#[test]
fn what_estserver_may_demand_and_nobody_here_can_give_is_a_refusal() {
    let name = "what_estserver_may_demand_and_nobody_here_can_give_is_a_refusal";
    let (true, Some(libest)) = (are_here(name, &["openssl", "setpriv"]), Libest::find(name)) else { return };
    for (manner, meeting) in
        [("-t", Meeting::EstserverDemandsBinding), ("--enforce-csr", Meeting::EstserverDemandsAttributes)]
    {
        observe(meeting, &outcome(&Authority::open(&libest, &[manner]).enroll(NUMBERS)));
    }
}

#[test]
fn the_wizard_renews_at_estserver() {
    let name = "the_wizard_renews_at_estserver";
    let (true, Some(libest)) = (are_here(name, &["openssl", "setpriv", "certutil"]), Libest::find(name)) else {
        return;
    };
    // -o: whoever shows a certificate need not give a password too.
    let authority = Authority::open(&libest, &["-o"]);
    let enrolled = authority.enroll(NUMBERS);
    assert_eq!(outcome(&enrolled), "installed, login proven", "{}", enrolled.all);
    let database = format!("sql:{}", authority.database().display());
    let before = said("certutil", &["-K", "-d", &database]);
    let told = authority.renew();
    assert_eq!(told.status.code(), Some(0), "{}", told.all);
    assert_eq!((authority.posts(), authority.asked("POST", "simplereenroll")), (1, 1), "{}", told.all);
    let after = said("certutil", &["-K", "-d", &database]);
    let own = said("certutil", &["-L", "-d", &database]).matches("u,u,u").count();
    assert_eq!((own, after.matches("shirushi-").count()), (2, 2), "{after}");
    assert!(after.contains(before.split("shirushi-").nth(1).expect("a key").trim()), "the old key stays: {after}");
    observe(Meeting::EstserverRenews, &outcome(&told));
}

#[test]
fn what_estserver_wants_in_a_request_is_asked_and_answered() {
    /// rsaEncryption, sha256WithRSAEncryption.
    const OURS: &str = "MBYGCSqGSIb3DQEBAQYJKoZIhvcNAQEL";
    let name = "what_estserver_wants_in_a_request_is_asked_and_answered";
    let (true, Some(libest)) = (are_here(name, &["openssl", "setpriv", "certutil"]), Libest::find(name)) else {
        return;
    };
    for (attributes, posts, meeting) in [
        (Attributes::These(OURS), 1, Meeting::EstserverNamesAttributes),
        (Attributes::BuiltIn, 0, Meeting::EstserverNamesOtherAttributes),
    ] {
        let authority = Authority::open_with(&libest, &[], attributes);
        let told = authority.enroll(NUMBERS);
        assert_eq!((authority.asked("GET", "csrattrs"), authority.posts()), (1, posts), "{}", told.all);
        observe(meeting, &outcome(&told));
    }
}

#[test]
fn every_line_of_the_table_is_observed() {
    table::every_line_is_observed();
}

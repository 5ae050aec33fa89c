//! docs/interop.md: what came of each meeting with other people's programs, compared line by line with what is observed.

use std::{
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use super::plant::Plant;

/// Set to `write`: what is observed replaces what is written.
const MODE: &str = "INTEROP_TABLE";

/// Who met what. A meeting that no test observes is one that nobody constructs, which the compiler tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    ChromiumAsStranger,
    ChromiumAsCustomer,
    FirefoxAsStranger,
    FirefoxAsCustomer,
    CertutilReadsDatabase,
    Pk12utilImports,
    Pk12utilExports,
    OpensslReadsPfx,
    OpensslReadsOldPfx,
    PythonReadsPfx,
    PythonReadsOldPfx,
    OpensslVerifiesRequest,
    OpensslVerifiesDamagedRequest,
    OpensslVerifiesCertificate,
    OpensslVerifiesUnderOtherRoot,
    CurlEnrolls,
    CurlEnrollsWithWrongNumbers,
    CurlRenews,
    CurlShowsOldCertificate,
    EstclientAsksForAuthorities,
    EstclientAsksForAttributes,
    EstclientEnrolls,
    EstclientEnrollsWithWrongNumbers,
    EstclientBindsToTls,
    EstclientRenews,
    EstserverIssues,
    EstserverRefusesNumbers,
    EstserverDefers,
    EstserverIsAskedTwice,
    EstserverDemandsBinding,
    EstserverNamesAttributes,
    EstserverNamesOtherAttributes,
    EstserverRenews,
    EstserverDemandsAttributes,
}

/// One more than the last.
const MEETINGS: usize = Meeting::EstserverDemandsAttributes as usize + 1;

impl Meeting {
    fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::ChromiumAsStranger => ("Chromium", "opens the portal, without a certificate"),
            Self::ChromiumAsCustomer => ("Chromium", "opens the portal, with what the wizard put in its database"),
            Self::FirefoxAsStranger => ("Firefox ESR", "opens the portal, without a certificate"),
            Self::FirefoxAsCustomer => ("Firefox ESR", "opens the portal, with what the wizard put in its profile"),
            Self::CertutilReadsDatabase => ("NSS certutil", "lists a database that the wizard filled"),
            Self::Pk12utilImports => ("NSS pk12util", "imports a PKCS#12 file of the wizard"),
            Self::Pk12utilExports => ("NSS pk12util", "exports it again; curl logs in with that"),
            Self::OpensslReadsPfx => ("OpenSSL", "reads a PKCS#12 file"),
            Self::OpensslReadsOldPfx => ("OpenSSL", "reads a PKCS#12 file for old systems"),
            Self::PythonReadsPfx => ("python-cryptography", "reads a PKCS#12 file"),
            Self::PythonReadsOldPfx => ("python-cryptography", "reads a PKCS#12 file for old systems"),
            Self::OpensslVerifiesRequest => ("OpenSSL", "verifies a request of the wizard"),
            Self::OpensslVerifiesDamagedRequest => ("OpenSSL", "verifies it with one bit turned over"),
            Self::OpensslVerifiesCertificate => ("OpenSSL", "verifies the certificate under the issuing root"),
            Self::OpensslVerifiesUnderOtherRoot => ("OpenSSL", "verifies it under the web servers' root"),
            Self::CurlEnrolls => ("curl and OpenSSL", "`simpleenroll` at the practice bank"),
            Self::CurlEnrollsWithWrongNumbers => ("curl and OpenSSL", "`simpleenroll` with wrong numbers"),
            Self::CurlRenews => ("curl and OpenSSL", "`simplereenroll`, then log in"),
            Self::CurlShowsOldCertificate => ("curl and OpenSSL", "log in with the replaced certificate"),
            Self::EstclientAsksForAuthorities => ("libest estclient", "`cacerts` of the practice bank"),
            Self::EstclientAsksForAttributes => ("libest estclient", "`csrattrs`, of which the bank has none (204)"),
            Self::EstclientEnrolls => ("libest estclient", "`simpleenroll` at the practice bank"),
            Self::EstclientEnrollsWithWrongNumbers => ("libest estclient", "`simpleenroll` with wrong numbers"),
            Self::EstclientBindsToTls => ("libest estclient", "`simpleenroll` with tls-unique in the request"),
            Self::EstclientRenews => ("libest estclient", "`simplereenroll`"),
            Self::EstserverIssues => ("libest estserver", "the wizard enrolls"),
            Self::EstserverRefusesNumbers => ("libest estserver", "the wizard enrolls with a wrong password"),
            Self::EstserverDefers => ("libest estserver", "the wizard enrolls, a person decides (202)"),
            Self::EstserverIsAskedTwice => ("libest estserver", "the same request twice"),
            Self::EstserverDemandsBinding => ("libest estserver", "the wizard enrolls, tls-unique is demanded"),
            Self::EstserverNamesAttributes => {
                ("libest estserver", "the wizard asks for `csrattrs` (RSA, SHA-256), enrolls")
            }
            Self::EstserverNamesOtherAttributes => {
                ("libest estserver", "the wizard asks for `csrattrs` (P-384, SHA-384)")
            }
            Self::EstserverRenews => ("libest estserver", "the wizard renews (`simplereenroll`)"),
            Self::EstserverDemandsAttributes => ("libest estserver", "the wizard enrolls, attributes are demanded"),
        }
    }

    fn line(self, verdict: &str) -> String {
        let (peer, act) = self.row();
        format!("| {peer} | {act} | {verdict} |")
    }
}

/// The table says so; with [`MODE`], it is made to.
pub fn observe(meeting: Meeting, verdict: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _writing = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let text = text();
    let mut written = text.lines().filter(|line| line.starts_with(meeting.line("").trim_end_matches("  |")));
    let (Some(line), None) = (written.next(), written.next()) else {
        panic!("{meeting:?} needs one line in the table")
    };
    let mut observed = meeting.line(verdict);
    if Plant::UntrueTable.is_planted() {
        observed.push('!');
    }
    if std::env::var(MODE).is_ok_and(|mode| mode == "write") {
        fs::write(file(), text.replace(line, &observed)).expect("docs/interop.md");
        return;
    }
    assert_eq!(line, observed, "docs/interop.md does not say what was observed; {MODE}=write puts it there");
}

pub fn every_line_is_observed() {
    let text = text();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| peer "));
    assert_eq!(rows.count(), MEETINGS, "a line of docs/interop.md that no test observes, or none for a meeting");
}

fn text() -> String {
    fs::read_to_string(file()).expect("docs/interop.md")
}

fn file() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/interop.md"))
}

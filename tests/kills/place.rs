//! A PC with its user's home, and the authority that it speaks to: what they did and have, seen from outside.

use std::{fs, path::PathBuf, process::Command};

use practice_bank::Replay;
use serde_json::Value;

use crate::{
    holdings::Store,
    house::{House, Told, program_at, tell},
    libest::{Authority, NUMBERS},
    programs::output_of,
};

/// What the wizard is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Enroll,
    /// On a PC with one pair already.
    Renew,
}

impl Verb {
    fn word(self) -> &'static str {
        match self {
            Self::Enroll => "enroll",
            Self::Renew => "renew",
        }
    }

    /// Pairs of key and certificate before it.
    pub fn pairs_before(self) -> usize {
        usize::from(self == Self::Renew)
    }
}

/// What an authority has counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Books {
    /// Requests for a certificate that arrived whole.
    pub posts: u64,
    pub issued: u64,
    /// Certificates of the key that has most.
    pub of_one_key: u64,
}

pub trait Place: Send + Sync {
    /// The same PC, and an authority that knows the same.
    fn copy(&self) -> Box<dyn Place>;
    fn home(&self) -> PathBuf;
    fn store(&self) -> Store;
    fn replay(&self) -> Replay;
    /// The wizard, not yet started.
    fn begin(&self, verb: Verb) -> Command;
    /// As `--credentials` reads them.
    fn numbers(&self) -> String;
    fn books(&self) -> Books;
    /// Where a certificate is shown, and a file with the root of whoever answers there.
    fn portal(&self) -> (String, String);
    /// What the portal says to somebody whom it lets in.
    fn welcome(&self) -> &'static str;
}

/// The practice bank's customer.
pub struct Customer {
    house: House,
    keeps: Keeps,
}

/// Where a key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    InTheBrowser,
    InAFile,
}

impl Customer {
    pub fn of(house: House, keeps: Keeps) -> Self {
        Self { house, keeps }
    }
}

impl Place for Customer {
    fn copy(&self) -> Box<dyn Place> {
        Box::new(Self { house: House::like(&self.house), keeps: self.keeps })
    }

    fn home(&self) -> PathBuf {
        self.house.home()
    }

    fn store(&self) -> Store {
        match self.keeps {
            Keeps::InTheBrowser => Store::Database(self.house.database()),
            Keeps::InAFile => Store::File(self.home().join("certificate.p12")),
        }
    }

    fn replay(&self) -> Replay {
        self.house.ways().replay
    }

    fn begin(&self, verb: Verb) -> Command {
        let mut command = match verb {
            Verb::Enroll => self.house.enrollment(),
            Verb::Renew => self.house.renewal(),
        };
        command.args(["--store", &self.store().address()]);
        command
    }

    fn numbers(&self) -> String {
        match self.keeps {
            Keeps::InTheBrowser => self.house.numbers(),
            Keeps::InAFile => format!("{}store_secret = \"{}\"\n", self.house.numbers(), Store::PASSWORD),
        }
    }

    fn books(&self) -> Books {
        let counters = self.house.bank().counters();
        let keys = &counters.issues_per_key;
        let (issued, of_one_key) = (keys.values().sum(), keys.values().max().copied().unwrap_or_default());
        Books { posts: counters.first + counters.renewals, issued, of_one_key }
    }

    fn portal(&self) -> (String, String) {
        let root = self.house.write("tls-root.pem", &self.house.bank().ready().tls_root_pem);
        (self.house.login().to_owned(), root)
    }

    fn welcome(&self) -> &'static str {
        "content=\"logged-in"
    }
}

/// A customer of Cisco's estserver, which makes another certificate for every request.
impl Place for Authority {
    fn copy(&self) -> Box<dyn Place> {
        Box::new(Self::like(self))
    }

    fn home(&self) -> PathBuf {
        Self::home(self)
    }

    fn store(&self) -> Store {
        Store::Database(self.database())
    }

    fn replay(&self) -> Replay {
        Replay::New
    }

    fn begin(&self, verb: Verb) -> Command {
        self.command(verb.word())
    }

    fn numbers(&self) -> String {
        NUMBERS.to_owned()
    }

    /// It does not say for which key: one more than POSTs would be needed for two of the same.
    fn books(&self) -> Books {
        let (posts, issued) = (self.posts() as u64, self.issued() as u64);
        Books { posts, issued, of_one_key: issued }
    }

    fn portal(&self) -> (String, String) {
        self.login()
    }

    fn welcome(&self) -> &'static str {
        "Client certificate"
    }
}

/// What a person does at the next start.
pub fn resume(place: &dyn Place) -> Told {
    let mut wizard = program_at(&place.home(), env!("CARGO_BIN_EXE_shirushi"));
    tell(wizard.args(["resume", "--yes", "--json", "--credentials", "-"]), &place.numbers())
}

pub fn start(place: &dyn Place, verb: Verb) -> Told {
    tell(&mut place.begin(verb), &place.numbers())
}

/// Every enrollment that the journal knows, oldest first.
pub fn records(place: &dyn Place) -> Vec<Record> {
    let mut wizard = program_at(&place.home(), env!("CARGO_BIN_EXE_shirushi"));
    let told = tell(wizard.args(["status", "--json"]), "");
    let all = told.last["enrollments"].as_array().unwrap_or_else(|| panic!("the journal is not read: {}", told.all));
    assert!(told.last["unreadable"].is_null(), "a record cannot be read: {}", told.all);
    all.iter().map(Record::from).collect()
}

/// One enrollment, as `status` tells it.
#[derive(Debug)]
pub struct Record {
    pub label: String,
    pub stage: String,
    pub is_renewal: bool,
}

impl From<&Value> for Record {
    fn from(record: &Value) -> Self {
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        Self { label: text("key_label"), stage: text("stage"), is_renewal: !record["renews_sha256"].is_null() }
    }
}

impl Record {
    pub fn is_of(&self, verb: Verb) -> bool {
        self.is_renewal == (verb == Verb::Renew)
    }

    pub fn is_finished(&self) -> bool {
        ["proven", "done"].contains(&self.stage.as_str())
    }

    pub fn is_abandoned(&self) -> bool {
        self.stage == "abandoned"
    }

    /// Its answer is on the disk.
    pub fn has_answer(&self) -> bool {
        ["answer", "validated", "installed", "proven", "done"].contains(&self.stage.as_str())
    }

    /// Whether the request has arrived, only the bank knows.
    pub fn is_in_the_dark(&self) -> bool {
        ["submitting", "unknown"].contains(&self.stage.as_str())
    }
}

/// Whether the portal lets in whoever shows what is in this PKCS#12 file: OpenSSL's TLS in curl, not ours.
pub fn logs_in(place: &dyn Place, file: &str) -> bool {
    let (address, root) = place.portal();
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--cacert", &root, "--cert-type", "P12"]);
    curl.args(["--cert", &format!("{file}:{}", Store::PASSWORD), &address]);
    String::from_utf8_lossy(&output_of(&mut curl).stdout).contains(place.welcome())
}

/// Nobody else may read what is in here.
pub fn is_private(place: &dyn Place) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let journal = place.home().join(".local/state/shirushi/enrollments");
    fs::metadata(journal).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 == 0)
}

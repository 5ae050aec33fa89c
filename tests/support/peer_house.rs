//! A customer's empty home, a bank in this process, and the wizard as it is shipped.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use practice_bank::{Account, Bank, Case, Manners, Options, Replay};
use serde_json::Value;
use tempfile::TempDir;

use super::programs::said;

pub struct House {
    folder: TempDir,
    bank: Bank,
    ways: Ways,
}

/// What the bank makes of a second request, and how it is spoken to.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    pub replay: Replay,
    pub door: Door,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Est,
    /// Made for browsers: the protocol is called webform.
    OldPages,
}

/// What the wizard printed and how it ended.
#[derive(Debug)]
pub struct Told {
    pub status: ExitStatus,
    pub last: Value,
    pub all: String,
}

impl House {
    pub fn build() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::around(folder, Ways { replay: Replay::Same, door: Door::Est })
    }

    /// Everything of another house in its own place: the bank's keys need not be made again.
    pub fn like(other: &Self) -> Self {
        Self::like_but(other, other.ways)
    }

    /// The same with a bank of other ways.
    pub fn like_but(other: &Self, ways: Ways) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for part in ["bank", "home"] {
            let [from, to] = [&other.folder, &folder].map(|folder| folder.path().join(part).display().to_string());
            said("cp", &["-a", &from, &to]);
        }
        // The other bank is still open there.
        fs::remove_file(folder.path().join("bank/ports.json")).expect("a file");
        Self::around(folder, ways)
    }

    fn around(folder: TempDir, ways: Ways) -> Self {
        let mut bank = open_bank(&folder.path().join("bank"), ways.replay);
        fs::create_dir_all(folder.path().join("home")).expect("a home");
        let profile = folder.path().join("profile.toml");
        match ways.door {
            Door::Est => bank.write_profile(&profile).expect("a profile"),
            Door::OldPages => bank.write_profile_webform(&profile).expect("a profile"),
        }
        Self { folder, bank, ways }
    }

    pub fn ways(&self) -> Ways {
        self.ways
    }

    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Where Chromium looks in this home.
    pub fn database(&self) -> PathBuf {
        self.home().join(".local/share/pki/nssdb")
    }

    /// As certutil takes it.
    pub fn database_address(&self) -> String {
        format!("sql:{}", self.database().display())
    }

    pub fn login(&self) -> &str {
        &self.bank.ready().portal_login
    }

    pub fn customer(&self) -> &Account {
        self.bank.ready().accounts.iter().find(|account| account.case == Case::Normal).expect("a customer")
    }

    pub fn write(&self, name: &str, content: &str) -> String {
        let file = self.folder.path().join(name);
        fs::write(&file, content).expect("a file");
        file.display().to_string()
    }

    /// A Firefox profile with a database of its own.
    pub fn firefox_profile(&self) -> PathBuf {
        let root = self.home().join(".mozilla/firefox");
        let profile = root.join("abc.default-esr");
        fs::create_dir_all(&profile).expect("a folder");
        fs::write(root.join("profiles.ini"), "[Profile0]\nName=default\nPath=abc.default-esr\nDefault=1\n")
            .expect("a file");
        said("certutil", &["-N", "--empty-password", "-d", &format!("sql:{}", profile.display())]);
        profile
    }

    /// The authorities between root and customer, from the bank's books.
    pub fn published_intermediates(&self) -> String {
        let ledger = fs::read_to_string(self.folder.path().join("bank/ledger.jsonl")).expect("a ledger");
        let mut entries = ledger.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let issued = entries.find(|entry| entry["event"] == "issued").expect("a certificate");
        let chain = issued["chain"].as_array().expect("a chain").iter().skip(1);
        let pem =
            |base64: &str| format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", wrapped(base64));
        chain.filter_map(Value::as_str).map(pem).collect()
    }

    /// A program with this home and nothing else of ours.
    pub fn program(&self, program: &str) -> Command {
        program_at(&self.home(), program)
    }

    pub fn wizard(&self) -> Command {
        self.program(env!("CARGO_BIN_EXE_shirushi"))
    }

    pub fn enroll(&self) -> Value {
        installed(self.tell(self.enrollment().args(["--store", &format!("nss:{}", self.database().display())])))
    }

    /// Into a file under this password.
    pub fn enroll_into(&self, file: &str, password: &str) -> Value {
        let numbers = format!("{}store_secret = \"{password}\"\n", self.numbers());
        installed(tell(self.enrollment().args(["--store", &format!("pkcs12:{file}")]), &numbers))
    }

    pub fn enroll_without_naming_a_store(&self) -> Value {
        installed(self.tell(&mut self.enrollment()))
    }

    /// `shirushi enroll`, not yet started.
    pub fn enrollment(&self) -> Command {
        let mut command = self.wizard();
        command.args(["enroll", "--yes", "--json", "--credentials", "-", "--profile"]);
        command.arg(self.folder.path().join("profile.toml"));
        command
    }

    /// `shirushi renew` at a bank whose certificates may be renewed from their first day on, not yet started.
    pub fn renewal(&self) -> Command {
        let profile = fs::read_to_string(self.folder.path().join("profile.toml")).expect("a profile");
        let early = self.write("early.toml", &profile.replace("renewal_opens = 30", "renewal_opens = 400"));
        let mut command = self.wizard();
        command.args(["renew", "--yes", "--json", "--profile", &early]);
        command
    }

    pub fn resume(&self) -> Told {
        self.tell(self.wizard().args(["resume", "--yes", "--json", "--credentials", "-"]))
    }

    /// Every enrollment that the journal knows.
    pub fn journalled(&self) -> Vec<Value> {
        let told = self.tell(self.wizard().args(["status", "--json"]));
        told.last["enrollments"].as_array().cloned().unwrap_or_default()
    }

    /// Runs the wizard with the customer's numbers on its standard input.
    pub fn tell(&self, command: &mut Command) -> Told {
        tell(command, &self.numbers())
    }

    /// As `--credentials` reads them.
    pub fn numbers(&self) -> String {
        let Account { contract_id, user_id, password, confirmation, .. } = self.customer();
        format!(
            "contract_id = \"{contract_id}\"\nuser_id = \"{user_id}\"\npassword = \"{password}\"\nconfirmation = \"{confirmation}\"\n"
        )
    }

    /// The journal as it is on the disk.
    pub fn journal_text(&self) -> String {
        let folder = self.state().join("enrollments");
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        files.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect()
    }

    pub fn state(&self) -> PathBuf {
        self.home().join(".local/state/shirushi")
    }

    /// Nobody else may read what is in here.
    pub fn is_private(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 == 0)
    }
}

/// A program with this home and nothing else of ours.
pub fn program_at(home: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("HOME", home).env("PATH", path).current_dir(home);
    command
}

/// Runs the wizard with numbers on its standard input.
pub fn tell(command: &mut Command, numbers: &str) -> Told {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut wizard = command.spawn().expect("the wizard starts");
    // One that died, or asks for nothing, does not read them.
    let _ = wizard.stdin.take().expect("an input").write_all(numbers.as_bytes());
    let output = wizard.wait_with_output().expect("an end");
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let all = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    Told { status: output.status, last, all }
}

fn open_bank(state: &Path, replay: Replay) -> Bank {
    let options = Options { listen: ([127, 0, 0, 1], 0).into(), state: state.to_owned(), seed: 1, guests: 0, replay };
    Bank::start_with(options, Manners { renewal: true, ..Manners::default() }).expect("the bank opens")
}

fn installed(told: Told) -> Value {
    assert!(told.status.success() && told.last["result"] == "installed", "{}", told.all);
    assert_eq!(told.last["login"], "proven", "{}", told.all);
    told.last
}

fn wrapped(base64: &str) -> String {
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    lines.join("\n")
}

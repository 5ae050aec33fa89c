//! A bank in this process, and PCs on which the real binary runs.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use practice_bank::{Account, Bank, Case, Manners, Options, Replay};
use serde_json::Value;
use shirushi::keystore::{NssStore, StoreError};
use tempfile::TempDir;

use crate::carried;

const GUESTS: usize = 400;

/// A bank with its profile as a file.
pub struct Town {
    pub bank: Bank,
    folder: TempDir,
    next_guest: AtomicUsize,
}

impl Town {
    /// All of these have the same keys: making them takes longer than anything else here.
    pub fn build(replay: Replay) -> Self {
        Self::build_with(replay, Manners::default())
    }

    pub fn build_with(replay: Replay, manners: Manners) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let authority = folder.path().join("bank/ca");
        fs::create_dir_all(&authority).expect("a folder");
        for entry in fs::read_dir(town().folder.path().join("bank/ca")).expect("the authority") {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), authority.join(entry.file_name())).expect("a copy");
        }
        Self::open(folder, replay, manners)
    }

    /// A bank with keys of its own.
    pub fn found() -> Self {
        Self::open(tempfile::tempdir().expect("a temporary folder"), Replay::Same, Manners::default())
    }

    fn open(folder: TempDir, replay: Replay, manners: Manners) -> Self {
        let listen = ([127, 0, 0, 1], 0).into();
        let state = folder.path().join("bank");
        let options = Options { listen, state, seed: 1, guests: GUESTS, replay };
        let mut bank = Bank::start_with(options, manners).expect("the bank opens");
        bank.write_profile(&folder.path().join("profile.toml")).expect("a profile");
        bank.write_profile_webform(&folder.path().join("old-pages.toml")).expect("a profile");
        Self { bank, folder, next_guest: AtomicUsize::new(0) }
    }

    pub fn profile(&self) -> PathBuf {
        self.folder.path().join("profile.toml")
    }

    /// The profile of the same bank's old pages.
    pub fn profile_of_the_old_pages(&self) -> PathBuf {
        self.folder.path().join("old-pages.toml")
    }

    /// Who asked the bank for what at one of its doors: method and path.
    pub fn asked_at(&self, door: &str) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("bank/requests.log")).expect("a log");
        let words = log.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        words.filter(|words| words[1] == door).map(|words| words[2..4].join(" ")).collect()
    }

    /// The bank's profile with one text exchanged, as another file.
    pub fn profile_with(&self, name: &str, from: &str, to: &str) -> PathBuf {
        let text = self.bank.profile_toml();
        assert!(text.contains(from), "{from} is not in the profile");
        let file = self.folder.path().join(name);
        fs::write(&file, text.replacen(from, to, 1)).expect("a file");
        file
    }

    /// A customer whom no other test uses.
    pub fn guest(&self) -> Account {
        let number = self.next_guest.fetch_add(1, Ordering::Relaxed);
        let mut normal = self.bank.ready().accounts.iter().filter(|account| account.case == Case::Normal);
        normal.nth(number).expect("enough customers").clone()
    }

    pub fn customer(&self, case: Case) -> Account {
        self.bank.ready().accounts.iter().find(|account| account.case == case).expect("this case").clone()
    }

    pub fn issued(&self, account: &Account) -> u64 {
        self.bank.counters().by_account.get(&account.id()).map_or(0, |counters| counters.issued)
    }

    pub fn posts(&self, account: &Account) -> u64 {
        self.bank.counters().by_account.get(&account.id()).map_or(0, |counters| counters.first + counters.poll)
    }

    /// The chain that the bank has issued to this customer, leaf first, from its books.
    pub fn issued_chain(&self, account: &Account) -> Vec<String> {
        carried::issued_chain(&self.folder.path().join("bank"), account)
    }
}

/// The bank of most tests. Nobody spoils its answers.
pub fn town() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(Town::found)
}

/// One PC with a browser's database that does not exist yet.
pub struct Pc(TempDir);

impl Pc {
    /// `None`, and a line, where NSS is not installed.
    pub fn new(test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        match NssStore::open(&folder.path().join("probe")) {
            Err(StoreError::Unavailable(_)) => {
                skipped(test, "libsoftokn3 missing");
                None
            }
            _ => Some(Self(folder)),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    pub fn journals(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.state().join("enrollments")).into_iter().flatten().flatten();
        let paths = files.map(|entry| entry.path());
        let mut journals: Vec<PathBuf> =
            paths.filter(|path| path.extension().is_some_and(|e| e == "journal")).collect();
        journals.sort();
        journals
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.path(name);
        fs::write(&file, content).expect("a file");
        file
    }

    /// Only its owner may read it.
    pub fn write_private(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        let mut file = fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&path);
        file.as_mut().expect("a file").write_all(content.as_bytes()).expect("written");
        path
    }

    pub fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    pub fn store(&self) -> String {
        format!("nss:{}", self.path("nssdb").display())
    }

    /// The database with a password, as a careful person sets it.
    pub fn lock_store(&self, password: &str) {
        let folder = self.path("nssdb");
        fs::create_dir_all(&folder).expect("a folder");
        let file = self.write("new-password", format!("{password}\n"));
        let address = format!("sql:{}", folder.display());
        let made = Command::new("certutil").args(["-N", "-d", &address, "-f"]).arg(file).status();
        assert!(made.is_ok_and(|status| status.success()), "certutil sets the password");
    }

    /// The binary with nothing of ours in its environment.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shirushi"));
        command.env_clear().env("HOME", self.0.path()).env("SHIRUSHI_STATE_DIR", self.state()).env("LANG", "C");
        command
    }

    pub fn run(&self, arguments: &[&str], input: &str) -> Told {
        told(start(self.program().args(arguments), input))
    }

    pub fn enroll(&self, profile: &Path, account: &Account, more: &[&str]) -> Told {
        told(start(self.enrollment(profile).args(more), &numbers(account)))
    }

    /// `enroll` with every answer given, not yet started.
    pub fn enrollment(&self, profile: &Path) -> Command {
        let mut command = self.program();
        command.args(["enroll", "--yes", "--json", "--credentials", "-", "--store", &self.store(), "--profile"]);
        command.arg(profile);
        command
    }

    pub fn resume(&self, more: &[&str], input: &str) -> Told {
        told(start(self.program().args(["resume", "--yes", "--json"]).args(more), input))
    }

    /// The stages that the journal knows, oldest first.
    pub fn stages(&self) -> Vec<String> {
        let told = self.run(&["status", "--json"], "");
        let enrollments = told.last["enrollments"].as_array().cloned().unwrap_or_default();
        enrollments.iter().map(|one| one["stage"].as_str().unwrap_or("?").to_owned()).collect()
    }
}

/// Past the capture of passing tests: a skipped test is never silent.
pub fn skipped(test: &str, reason: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {reason}");
}

pub fn start(command: &mut Command, input: &str) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the wizard starts");
    // One that asks for nothing does not read them.
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    child
}

/// How a run ended.
#[derive(Debug)]
pub struct Told {
    pub exit: Option<i32>,
    pub last: Value,
    pub lines: Vec<Value>,
    /// Both outputs.
    pub all: String,
}

pub fn told(child: Child) -> Told {
    let output = child.wait_with_output().expect("an end");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("one JSON object per line")).collect();
    let all = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    Told { exit: output.status.code(), last: lines.last().cloned().unwrap_or_default(), lines, all }
}

impl Told {
    /// Ended with this exit code, and a last line that has these members.
    pub fn ends(&self, exit: i32, members: &[(&str, &str)]) {
        assert_eq!(self.exit, Some(exit), "{}", self.all);
        for (name, value) in members {
            assert_eq!(self.last[name], *value, "{name}: {}", self.all);
        }
    }

    pub fn installed(&self) {
        self.ends(0, &[("result", "installed")]);
    }

    pub fn failed(&self, exit: i32, code: &str, issued: &str) {
        self.ends(exit, &[("result", "failed"), ("code", code), ("issued", issued)]);
        for member in ["blame", "next", "detail"] {
            assert!(self.last[member].is_string(), "{member} is missing: {}", self.all);
        }
    }

    pub fn steps(&self) -> Vec<&str> {
        self.lines.iter().filter_map(|line| line["step"].as_str()).collect()
    }
}

/// The credentials file of a customer.
pub fn numbers(account: &Account) -> String {
    let Account { contract_id, user_id, password, confirmation, .. } = account;
    format!(
        "contract_id = \"{contract_id}\"\nuser_id = \"{user_id}\"\npassword = \"{password}\"\nconfirmation = \"{confirmation}\"\n"
    )
}

//! A customer's home and a bank that can be closed while the wizard waits for its answer.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use practice_bank::{Account, Bank, Case, Fault, Manners, Options, Replay};
use shirushi::domain::Profile;
use tempfile::TempDir;

use super::{
    carried,
    programs::{bytes, said},
};

pub struct Home {
    folder: TempDir,
    /// The PC that is sat at: its browser and its journal are its own.
    pc: &'static str,
    customer: Account,
    /// `None` once it has closed.
    bank: Option<Bank>,
}

impl Home {
    pub fn build() -> Self {
        Self::build_with(Manners::default())
    }

    /// The customer has a certificate, and it is in its renewal window.
    pub fn with_a_certificate_to_renew() -> Self {
        let home = Self::build_with(Manners { renewal: true, ..Manners::default() });
        let profile = home.path("profile.toml");
        let text = fs::read_to_string(&profile).expect("a profile");
        let early = text.replace("renewal_opens = 30", "renewal_opens = 400");
        assert_ne!(early, text, "the profile names the window");
        fs::write(&profile, early).expect("a profile");
        home.enroll();
        home
    }

    /// The bank has no door on the network.
    pub fn by_hand() -> Self {
        let home = Self::build();
        fs::write(home.path("profile.toml"), carried::by_hand(&home.bank().profile_toml())).expect("a profile");
        home
    }

    /// Without a window.
    fn enroll(&self) {
        let Account { contract_id, user_id, password, confirmation, .. } = &self.customer;
        let numbers = format!(
            "contract_id = \"{contract_id}\"\nuser_id = \"{user_id}\"\n\
             password = \"{password}\"\nconfirmation = \"{confirmation}\"\n"
        );
        let mut command = Command::new(env!("CARGO_BIN_EXE_shirushi"));
        live_in(&mut command, self.folder.path());
        command.env("SHIRUSHI_STATE_DIR", self.state());
        command.args(["enroll", "--yes", "--json", "--credentials", "-", "--store", &self.store(), "--profile"]);
        let mut wizard = command
            .arg(self.path("profile.toml"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        wizard.stdin.take().expect("an input").write_all(numbers.as_bytes()).expect("numbers");
        assert!(wizard.wait().expect("an end").success(), "no certificate to begin with");
    }

    fn store(&self) -> String {
        format!("nss:{}", self.database().display())
    }

    fn build_with(manners: Manners) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            state: folder.path().join("bank"),
            seed: 1,
            guests: 0,
            replay: Replay::Same,
        };
        let mut bank = Bank::start_with(options, manners).expect("the bank opens");
        bank.write_profile(&folder.path().join("profile.toml")).expect("a profile");
        let accounts = &bank.ready().accounts;
        let customer = accounts.iter().find(|account| account.case == Case::Normal).expect("a customer").clone();
        Self { folder, pc: "pc", customer, bank: Some(bank) }
    }

    /// Whoever sits down next does so at this PC, with these numbers.
    pub fn go_to(&mut self, pc: &'static str, case: Case) {
        let accounts = &self.bank().ready().accounts;
        let customer = accounts.iter().find(|account| account.case == case).expect("a customer").clone();
        (self.pc, self.customer) = (pc, customer);
    }

    pub fn bank(&self) -> &Bank {
        self.bank.as_ref().expect("an open bank")
    }

    pub fn customer(&self) -> &Account {
        &self.customer
    }

    /// The bank takes the next request and never answers.
    pub fn let_the_bank_hang(&self) {
        self.bank().fault(Fault::Hang);
    }

    /// The bank issues at the next request, and its answer never arrives.
    pub fn let_the_answer_be_lost(&self) {
        self.bank().fault(Fault::DropBeforeAnswer);
    }

    /// What the bank has issued to whoever sits here.
    pub fn issued_chain(&self) -> Vec<String> {
        carried::issued_chain(&self.path("bank"), &self.customer)
    }

    /// Over the counter: this request goes in, and this answer comes out.
    pub fn hand_in(&self, request: &str) -> Vec<u8> {
        let profile = Profile::from_toml(&self.bank().profile_toml()).expect("a profile");
        carried::over_the_counter(&profile, request, &self.customer).body
    }

    /// Whoever waits for an answer loses the connection.
    pub fn close_the_bank(&mut self) {
        self.bank = None;
    }

    /// How many certificates the bank has issued.
    pub fn issued(&self) -> u64 {
        let counters = self.bank().counters();
        counters.issues_per_key.values().sum()
    }

    /// How many requests for a certificate have reached the bank.
    pub fn requests(&self) -> u64 {
        self.bank().counters().first
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the browser of this PC keeps its certificates.
    pub fn database(&self) -> PathBuf {
        self.path(&format!("{}-nssdb", self.pc))
    }

    fn state(&self) -> PathBuf {
        self.path(&format!("{}-state", self.pc))
    }

    /// The wizard's window, not yet started: this home and nothing else of ours.
    pub fn wizard(&self, language: &str) -> Command {
        let mut command = self.wizard_that_looks_around(language);
        command.args(["--store", &self.store()]);
        command
    }

    /// The same, which finds by itself where a key can be kept.
    pub fn wizard_that_looks_around(&self, language: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shirushi"));
        live_in(&mut command, self.folder.path());
        command.env("SHIRUSHI_STATE_DIR", self.state());
        command.args(["--language", language, "--profile"]).arg(self.path("profile.toml"));
        command
    }

    /// The keys in the browser's database, as certutil lists them.
    pub fn keys(&self) -> usize {
        let list = said("certutil", &["-K", "-d", &format!("sql:{}", self.database().display())]);
        list.lines().filter(|line| line.starts_with('<')).count()
    }

    /// The certificates in it that have a key.
    pub fn certificates(&self) -> usize {
        let list = said("certutil", &["-L", "-d", &format!("sql:{}", self.database().display())]);
        list.lines().filter(|line| line.trim_end().ends_with("u,u,u")).count()
    }

    /// Every enrollment as it is on the disk.
    pub fn journal(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let folder = self.state().join("enrollments");
        let mut files = if folder.is_dir() { bytes(&folder) } else { BTreeMap::new() };
        files.remove(&folder.join("lock"));
        files
    }

    /// The last line of the only enrollment.
    pub fn last_event(&self) -> String {
        let journal = self.journal();
        assert_eq!(journal.len(), 1, "not one enrollment: {:?}", journal.keys());
        journal.values().filter_map(|lines| String::from_utf8_lossy(lines).lines().last().map(str::to_owned)).collect()
    }
}

/// Everything a program may write goes into this folder.
pub fn live_in(command: &mut Command, folder: &Path) {
    let home = folder.join("home");
    fs::create_dir_all(&home).expect("a home");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir(&home);
    command.env("XDG_RUNTIME_DIR", folder).env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent");
    for (name, place) in [
        ("HOME", ""),
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_CACHE_HOME", ".cache"),
    ] {
        command.env(name, home.join(place));
    }
}

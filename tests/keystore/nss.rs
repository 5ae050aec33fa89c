//! What only NSS databases can show: other programs, other processes, passwords and disks.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, Permissions},
    io::{ErrorKind, Write as _},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, OnceLock},
};

use shirushi::{
    domain::{KeyLabel, Secret, SecurityLevel, SignatureScheme},
    keystore::{KeyStore, NssStore, StoreError, StoreLock, TriesLeft},
};
use tempfile::TempDir;

use crate::{
    certificates::{Chain, INTERMEDIATE_NAME, LEAF_NAME},
    contract::{Bench, Later, MESSAGE, label, make, verifies},
    process::{self, Place, Task, answer, command, this_program},
};

const PASSWORD: &str = "ひらけごま1";

/// A database of its own, in a folder whose name needs every kind of quoting.
pub struct NssBench {
    folder: TempDir,
    password: Option<&'static str>,
}

impl NssBench {
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join(r#"a 'b">c]d\e 印"#)
    }

    fn place(&self) -> Place {
        Place { password: self.password, ..Place::nss(&self.dir()) }
    }

    /// The public half of the key of [`LEAF_NAME`] that NSS's own tool takes out, as OpenSSL reads it; empty when the
    /// tool gives nothing out.
    pub fn take_out(&self) -> Vec<u8> {
        let [pfx, key] = ["taken.p12", "taken.pem"].map(|name| self.folder.path().join(name));
        let mut tool = Command::new("pk12util");
        tool.arg("-o").arg(&pfx).args(["-n", LEAF_NAME, "-W", "taken", "-K", self.password.unwrap_or("")]);
        tool.arg("-d").arg(format!("sql:{}", self.dir().display())).stdin(Stdio::null());
        tool.output().expect("pk12util runs");
        let mut openssl = Command::new("openssl");
        openssl.args(["pkcs12", "-nodes", "-nocerts", "-passin", "pass:taken", "-in"]).arg(&pfx).arg("-out").arg(&key);
        openssl.output().expect("openssl runs");
        let mut openssl = Command::new("openssl");
        openssl.args(["pkey", "-pubout", "-outform", "DER", "-in"]).arg(&key);
        openssl.output().expect("openssl runs").stdout
    }
}

impl Bench for NssBench {
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
        Some((self.place().open_closed(), Secret::new(self.password?)))
    }
}

/// Runs `test` where NSS is installed, and says so where it is not.
pub fn with_bench(name: &str, test: impl FnOnce(&NssBench)) {
    let bench = NssBench { folder: tempfile::tempdir().expect("a folder"), password: None };
    match NssStore::open(&bench.dir()) {
        Err(StoreError::Unavailable(_)) => skipped(name, "libsoftokn3 missing"),
        _ => test(&bench),
    }
}

/// The same with a database that has a password.
pub fn with_closed_bench(name: &str, test: impl FnOnce(&NssBench)) {
    with_bench(name, |_| {
        if !has_certutil(name) {
            return;
        }
        let closed = NssBench { folder: tempfile::tempdir().expect("a folder"), password: Some(PASSWORD) };
        fs::create_dir(closed.dir()).expect("a folder");
        for (path, bytes) in closed_database() {
            fs::write(closed.dir().join(path), bytes).expect("a file");
        }
        test(&closed);
    });
}

/// The files of a fresh database with the password: certutil takes its time, so it makes them once in a process.
fn closed_database() -> &'static [(OsString, Vec<u8>)] {
    static FILES: OnceLock<Vec<(OsString, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let (password, database) = (folder.path().join("password"), folder.path().join("database"));
        fs::write(&password, PASSWORD).expect("a file");
        fs::create_dir(&database).expect("a folder");
        certutil(&database, &["-N", "-f", &password.display().to_string()]);
        let named = |(path, bytes): (PathBuf, Vec<u8>)| (path.file_name().expect("a name").to_owned(), bytes);
        contents(&database).into_iter().map(named).collect()
    })
}

/// Past the capture of passing tests: a skipped test is never silent.
pub fn skipped(name: &str, why: &str) {
    writeln!(std::io::stderr(), "skipped: {name}: {why}").expect("stderr");
}

/// Whether a program is installed; said where it is not.
pub fn has(name: &str, program: &str) -> bool {
    let found = Command::new(program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        skipped(name, &format!("{program} missing"));
    }
    found
}

fn has_certutil(name: &str) -> bool {
    has(name, "certutil")
}

fn certutil(dir: &Path, arguments: &[&str]) -> String {
    let database = format!("sql:{}", dir.display());
    let output = Command::new("certutil")
        .args(arguments)
        .args(["-d", &database])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("certutil runs");
    assert!(output.status.success(), "certutil {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every file below `dir` with its bytes.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(dir).expect("a listing").map(|entry| entry.expect("an entry").path());
    entries.map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
}

#[test]
fn certutil_sees_the_key_its_certificate_and_the_intermediates_but_no_root() {
    let name = "certutil_sees_the_key_its_certificate_and_the_intermediates_but_no_root";
    with_bench(name, |bench| {
        if !has_certutil(name) {
            return;
        }
        let store = bench.store();
        let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
        store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
        let keys = certutil(&bench.dir(), &["-K"]);
        assert!(keys.contains(label(1).as_str()) && keys.lines().filter(|line| line.contains("rsa")).count() == 1);
        // The first "u" of each trio says that certutil has found the private key of the certificate.
        let certificates = certutil(&bench.dir(), &["-L"]);
        assert!(certificates.lines().any(|line| line.starts_with(LEAF_NAME) && line.trim_end().ends_with("u,u,u")));
        assert!(
            certificates.lines().any(|line| line.starts_with(INTERMEDIATE_NAME) && line.trim_end().ends_with(",,"))
        );
        assert!(!certificates.contains("Root"), "{certificates}");
        store.destroy(&label(1)).expect("it is destroyed");
        let left = certutil(&bench.dir(), &["-L"]);
        assert!(!left.contains(LEAF_NAME) && left.contains(INTERMEDIATE_NAME), "{left}");
    });
}

/// What a user without the right to write gets: root, who may do everything, becomes nobody.
fn as_reader(bench: &NssBench, task: Task, folder: &Path, key: &KeyLabel) -> String {
    const NOBODY: u32 = 65_534;
    let program = bench.folder.path().join("reader");
    if !program.exists() {
        fs::copy(this_program(), &program).expect("a program that anyone may read");
    }
    fs::set_permissions(bench.folder.path(), Permissions::from_mode(0o755)).expect("a mode");
    let mut command = command(&program, task, &Place::nss(folder), key);
    if bench.folder.path().metadata().expect("metadata").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut child = loop {
        match command.spawn() {
            // Another test's child held the copy open for a moment, from its start to its first instruction.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
            child => break child.expect("a child"),
        }
    };
    let answer = answer(&mut child);
    child.wait().expect("it ends");
    answer
}

#[test]
fn a_database_that_may_only_be_read_says_so() {
    with_bench("a_database_that_may_only_be_read_says_so", |bench| {
        make(&*bench.store(), 1);
        for path in contents(&bench.dir()).keys() {
            fs::set_permissions(path, Permissions::from_mode(0o444)).expect("a mode");
        }
        fs::set_permissions(bench.dir(), Permissions::from_mode(0o555)).expect("a mode");
        let before = contents(&bench.dir());
        assert_eq!(as_reader(bench, Task::TryCreate, &bench.dir(), &label(2)), "Err(ReadOnly)");
        let later = process::later(&as_reader(bench, Task::Sign, &bench.dir(), &label(1)));
        assert!(
            verifies(&later.spki_der, SignatureScheme::Pkcs1Sha256, &later.signature),
            "what may be read still signs"
        );
        assert_eq!(contents(&bench.dir()), before);
        fs::set_permissions(bench.dir(), Permissions::from_mode(0o755)).expect("a mode");
    });
}

#[test]
fn a_folder_that_may_only_be_read_takes_no_new_database() {
    with_bench("a_folder_that_may_only_be_read_takes_no_new_database", |bench| {
        fs::create_dir(bench.dir()).expect("a folder");
        fs::set_permissions(bench.dir(), Permissions::from_mode(0o555)).expect("a mode");
        assert_eq!(as_reader(bench, Task::TryCreate, &bench.dir(), &label(2)), "Err(ReadOnly)");
        assert_eq!(as_reader(bench, Task::TryCreate, &bench.dir().join("below"), &label(2)), "Err(ReadOnly)");
        assert!(contents(&bench.dir()).is_empty());
    });
}

#[test]
fn a_password_is_asked_refused_and_taken() {
    let name = "a_password_is_asked_refused_and_taken";
    with_bench(name, |bench| {
        if !has_certutil(name) {
            return;
        }
        let file = bench.folder.path().join("password");
        fs::write(&file, PASSWORD).expect("a file");
        fs::create_dir(bench.dir()).expect("a folder");
        certutil(&bench.dir(), &["-N", "-f", &file.display().to_string()]);
        let store = bench.store();
        assert_eq!(store.description().lock, StoreLock::Closed);
        assert_eq!(store.description().effective_level(SecurityLevel::High), SecurityLevel::Medium);
        assert_eq!(store.create(&label(1), 2048, SecurityLevel::Low).err(), Some(StoreError::SecretNeeded));
        assert_eq!(store.keys(), Err(StoreError::SecretNeeded));
        assert_eq!(store.unlock(&Secret::new("wrong")), Err(StoreError::SecretWrong(TriesLeft::Unlimited)));
        assert_eq!(store.unlock(&Secret::new("")), Err(StoreError::SecretWrong(TriesLeft::Unlimited)));
        assert_eq!(store.description().lock, StoreLock::Closed);
        assert_eq!(store.unlock(&Secret::new(PASSWORD)), Ok(()));
        assert_eq!(store.description().lock, StoreLock::Open);
        let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
        store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
        let keys = certutil(&bench.dir(), &["-K", "-f", &file.display().to_string()]);
        assert!(keys.contains(label(1).as_str()), "the password is what it was: {keys}");
    });
}

#[test]
fn a_database_without_a_password_needs_none_and_lowers_the_level() {
    with_bench("a_database_without_a_password_needs_none_and_lowers_the_level", |bench| {
        let store = bench.store();
        assert_eq!(store.description().lock, StoreLock::None);
        make(&*store, 1);
        assert_eq!(store.description().lock, StoreLock::None);
        assert_eq!(store.unlock(&Secret::new("anything")), Ok(()));
        assert_eq!(store.description().effective_level(SecurityLevel::Medium), SecurityLevel::Low);
    });
}

#[test]
fn looking_makes_no_database() {
    with_bench("looking_makes_no_database", |bench| {
        let store = bench.store();
        assert_eq!(store.keys(), Ok(vec![]));
        assert_eq!(store.certificates(), Ok(vec![]));
        assert_eq!(store.destroy(&label(1)), Ok(()));
        assert!(!bench.dir().exists());
    });
}

#[test]
fn another_database_stays_byte_identical() {
    with_bench("another_database_stays_byte_identical", |bench| {
        let other_dir = bench.folder.path().join("other");
        let other = NssStore::open(&other_dir).expect("it opens");
        let other_key = make(&other, 1);
        let before = contents(&other_dir);
        let store = bench.store();
        let key = make(&*store, 1);
        assert_ne!(key.spki_der(), other_key.spki_der());
        let chain = Chain::for_key(key.spki_der(), 1);
        store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
        assert_eq!(other.certificates(), Ok(vec![]));
        let signature = other_key.sign(SignatureScheme::PssSha256, MESSAGE).expect("a signature");
        assert!(verifies(other_key.spki_der(), SignatureScheme::PssSha256, &signature));
        store.destroy(&label(1)).expect("it is destroyed");
        assert_eq!(contents(&other_dir), before);
    });
}

#[test]
fn two_handles_of_one_database_see_the_same() {
    with_bench("two_handles_of_one_database_see_the_same", |bench| {
        let (one, two) = (bench.store(), bench.store());
        make(&*one, 1);
        assert_eq!(two.keys(), Ok(vec![label(1)]));
        two.destroy(&label(1)).expect("it is destroyed");
        assert_eq!(one.keys(), Ok(vec![]));
    });
}

#[test]
fn a_folder_that_was_deleted_and_made_again_is_another_database() {
    with_bench("a_folder_that_was_deleted_and_made_again_is_another_database", |bench| {
        let store = bench.store();
        make(&*store, 1);
        fs::remove_dir_all(bench.dir()).expect("it is deleted");
        assert_eq!(store.keys(), Ok(vec![]));
        let key = make(&*store, 1);
        assert_eq!(bench.sign_later(&label(1)).spki_der, key.spki_der());
    });
}

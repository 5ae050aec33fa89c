//! What only files can show: other programs that read them, and what becomes of what was there before.

use std::{
    fs,
    io::Read as _,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use shirushi::{
    domain::{KeyLabel, Secret, SecurityLevel},
    keystore::{Encryption, KeyStore, Pkcs12Store, StoreError, StoreLock},
};
use tempfile::TempDir;

use crate::{
    certificates::{Chain, INTERMEDIATE_NAME, LEAF_NAME},
    contract::{Bench, Later, label, make},
    nss::has,
    process::Place,
};

const PASSWORD: &str = "ひらけごま1";
const ASCII_PASSWORD: &str = "open sesame 1";

/// A file of its own that is not there yet.
pub struct Pkcs12Bench {
    folder: TempDir,
    encryption: Encryption,
    password: &'static str,
}

impl Pkcs12Bench {
    pub fn new(encryption: Encryption) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), encryption, password: PASSWORD }
    }

    pub fn run(encryption: Encryption, test: impl FnOnce(&Self)) {
        test(&Self::new(encryption));
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("印?a 'b\".p12")
    }

    pub fn password(&self) -> Secret {
        Secret::new(self.password)
    }

    fn place(&self) -> Place {
        let suffix = match self.encryption {
            Encryption::Modern => "",
            Encryption::OldSystems => "?old-systems",
        };
        Place { address: format!("pkcs12:{}{suffix}", self.file().display()), password: Some(self.password) }
    }

    /// Names in the folder.
    fn names(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.path()).expect("a listing");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }
}

impl Bench for Pkcs12Bench {
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
        Some((self.place().open_closed(), self.password()))
    }
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {text}");
    text
}

fn utf8(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Both states of a file under both encryptions: the key alone, and the key with its certificates.
fn every_file(password: &'static str, mut look: impl FnMut(&Path, Encryption, Option<&Chain>)) {
    for encryption in [Encryption::Modern, Encryption::OldSystems] {
        let bench = Pkcs12Bench { password, ..Pkcs12Bench::new(encryption) };
        let store = bench.store();
        let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
        look(&bench.file(), encryption, None);
        store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
        look(&bench.file(), encryption, Some(&chain));
    }
}

#[test]
fn openssl_reads_every_file() {
    if !has("openssl_reads_every_file", "openssl") {
        return;
    }
    for password in [PASSWORD, ASCII_PASSWORD] {
        every_file(password, |file, encryption, chain| {
            let password = format!("pass:{password}");
            let seen = run("openssl", &["pkcs12", "-info", "-nodes", "-in", utf8(file), "-passin", &password]);
            assert!(seen.contains("BEGIN PRIVATE KEY") && seen.contains(label(1).as_str()), "{seen}");
            assert_eq!(seen.matches("BEGIN CERTIFICATE").count(), if chain.is_some() { 2 } else { 0 }, "{seen}");
            let said: &[&str] = match encryption {
                Encryption::Modern => &["PBES2, PBKDF2, AES-256-CBC", "hmacWithSHA256", "MAC: sha256"],
                Encryption::OldSystems => &["pbeWithSHA1And3-KeyTripleDES-CBC", "MAC: sha1"],
            };
            assert!(said.iter().all(|words| seen.contains(words)), "{seen}");
        });
    }
}

#[test]
fn nss_reads_every_file() {
    if !has("nss_reads_every_file", "pk12util") {
        return;
    }
    for password in [PASSWORD, ASCII_PASSWORD] {
        every_file(password, |file, _, chain| {
            let seen = run("pk12util", &["-l", utf8(file), "-W", password]);
            assert!(seen.contains("Key") && seen.contains(label(1).as_str()), "{seen}");
            assert_eq!(seen.contains(LEAF_NAME), chain.is_some(), "{seen}");
            assert_eq!(seen.contains(INTERMEDIATE_NAME), chain.is_some(), "{seen}");
        });
    }
}

#[test]
fn python_cryptography_reads_every_file() {
    // The system's own: another one in the path would not have its packages.
    const PYTHON: &str = "/usr/bin/python3";
    const SCRIPT: &str = "import sys\n\
        from cryptography.hazmat.primitives.serialization import pkcs12\n\
        p = pkcs12.load_pkcs12(open(sys.argv[1], 'rb').read(), sys.argv[2].encode())\n\
        print(p.key.key_size, p.cert and p.cert.certificate.serial_number, len(p.additional_certs))\n";
    let installed = Command::new(PYTHON).args(["-c", "import cryptography"]).stderr(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        return crate::nss::skipped("python_cryptography_reads_every_file", "python3-cryptography missing");
    }
    for password in [PASSWORD, ASCII_PASSWORD] {
        every_file(password, |file, _, chain| {
            let seen = run(PYTHON, &["-c", SCRIPT, utf8(file), password]);
            assert_eq!(seen.trim(), if chain.is_some() { "2048 1 1" } else { "2048 None 0" });
        });
    }
}

#[test]
fn a_file_that_is_still_to_be_made_waits_for_its_password() {
    let bench = Pkcs12Bench::new(Encryption::Modern);
    let store = bench.place().open_closed();
    let description = store.description();
    assert_eq!(description.lock, StoreLock::New);
    assert_eq!(description.effective_level(SecurityLevel::High), SecurityLevel::Medium);
    assert_eq!(description.effective_level(SecurityLevel::Low), SecurityLevel::Low);
    assert_eq!(store.create(&label(1), 2048, SecurityLevel::Low).err(), Some(StoreError::SecretNeeded));
    assert_eq!(store.unlock(&Secret::new("")), Err(StoreError::SecretNeeded), "a file without a password is none");
    assert_eq!(store.unlock(&Secret::new("mistyped")), Ok(()));
    assert_eq!(store.unlock(&bench.password()), Ok(()), "until the key is made the password may be another");
    assert_eq!(store.description().lock, StoreLock::Open);
    assert_eq!(bench.names(), Vec::<PathBuf>::new(), "looking makes nothing");
    make(&*store, 1);
    assert_eq!(bench.place().open().keys(), Ok(vec![label(1)]));
}

#[test]
fn the_file_is_for_its_owner_and_stands_alone() {
    let bench = Pkcs12Bench::new(Encryption::Modern);
    let left = bench.folder.path().join(".印?a 'b\".p12.new");
    fs::write(&left, "of a run that was cut off").expect("a file");
    let store = bench.store();
    let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
    let is_alone = || {
        assert_eq!(bench.names(), [bench.file()]);
        assert_eq!(bench.file().metadata().expect("metadata").permissions().mode() & 0o777, 0o600);
    };
    is_alone();
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    is_alone();
    store.destroy(&label(1)).expect("it is destroyed");
    assert_eq!(bench.names(), Vec::<PathBuf>::new());
}

#[test]
fn a_certificate_swaps_the_file_and_does_not_write_over_it() {
    let bench = Pkcs12Bench::new(Encryption::Modern);
    let store = bench.store();
    let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
    let before = fs::read(bench.file()).expect("a file");
    let mut old = fs::File::open(bench.file()).expect("a file");
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    let mut still = Vec::new();
    old.read_to_end(&mut still).expect("it can still be read");
    assert_eq!(still, before, "the old file was written over");
    let inode = || bench.file().metadata().expect("metadata").ino();
    let swapped = inode();
    store.install(&label(1), &chain.leaf, &chain.others()).expect("twice is once");
    assert_eq!(inode(), swapped);
}

/// What is at `file` refuses a new key, and stays as it is to the byte.
fn stays(bench: &Pkcs12Bench, password: &str, expected: StoreError) {
    let before = fs::read(bench.file()).expect("a file");
    let store = Pkcs12Store::open(&bench.file(), Encryption::Modern).expect("it looks like a PKCS#12 file");
    store.unlock(&Secret::new(password)).expect("the password is right");
    let refused = store.create(&label(2), 2048, SecurityLevel::Low);
    assert_eq!(refused.err(), Some(expected));
    assert_eq!(store.destroy(&label(2)), Ok(()));
    assert_eq!(fs::read(bench.file()).expect("a file"), before);
}

#[test]
fn a_file_with_another_certificate_is_never_written_over() {
    let bench = Pkcs12Bench::new(Encryption::Modern);
    let store = bench.store();
    let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
    store.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    stays(&bench, PASSWORD, StoreError::Occupied);
}

#[test]
fn a_file_of_another_program_is_never_written_over() {
    if !has("a_file_of_another_program_is_never_written_over", "openssl") {
        return;
    }
    for kind in ["rsa:2048", "ed25519"] {
        let bench = Pkcs12Bench::new(Encryption::Modern);
        let [key, certificate] = ["key.pem", "certificate.pem"].map(|name| bench.folder.path().join(name));
        let (key, certificate) = (utf8(&key), utf8(&certificate));
        run(
            "openssl",
            &["req", "-x509", "-nodes", "-newkey", kind, "-subj", "/CN=a", "-keyout", key, "-out", certificate],
        );
        let (file, password) = (bench.file(), format!("pass:{ASCII_PASSWORD}"));
        let export =
            ["pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", utf8(&file), "-passout", &password];
        run("openssl", &export);
        stays(&bench, ASCII_PASSWORD, StoreError::Occupied);
        let store = Pkcs12Store::open(&file, Encryption::Modern).expect("it looks like a PKCS#12 file");
        store.unlock(&Secret::new(ASCII_PASSWORD)).expect("the password is right");
        assert_eq!(store.certificates().expect("a list").len(), 1, "{kind}: whoever made it");
    }
}

#[test]
fn a_file_that_appears_meanwhile_is_never_written_over() {
    let bench = Pkcs12Bench::new(Encryption::Modern);
    let (early, late) = (bench.store(), bench.store());
    make(&*early, 1);
    let before = fs::read(bench.file()).expect("a file");
    assert_eq!(late.create(&label(2), 2048, SecurityLevel::Low).err(), Some(StoreError::Occupied));
    assert_eq!(fs::read(bench.file()).expect("a file"), before);
}

#[test]
fn what_is_no_pkcs12_file_is_told_of_at_once_and_stays() {
    let bench = Pkcs12Bench::new(Encryption::Modern);
    // The last one begins as browsers write them: BER of indefinite length.
    for content in [&b""[..], b"a letter to my mother", b"\x30\x80\x02\x01\x03\x00\x00"] {
        fs::write(bench.file(), content).expect("a file");
        let refused = Pkcs12Store::open(&bench.file(), Encryption::Modern);
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        assert_eq!(fs::read(bench.file()).expect("a file"), content);
    }
    for path in [bench.folder.path().join("no folder/a.p12"), bench.folder.path().to_owned()] {
        let refused = Pkcs12Store::open(&path, Encryption::Modern);
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
}

#[test]
fn a_file_behind_a_link_is_swapped_where_it_is() {
    let bench = Pkcs12Bench::new(Encryption::Modern);
    let store = bench.store();
    let chain = Chain::for_key(make(&*store, 1).spki_der(), 1);
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link.p12");
    std::os::unix::fs::symlink(bench.file(), &link).expect("a link");
    let linked = Pkcs12Store::open(&link, Encryption::Modern).expect("it opens");
    linked.unlock(&bench.password()).expect("the password is right");
    linked.install(&label(1), &chain.leaf, &chain.others()).expect("it is installed");
    assert!(link.symlink_metadata().expect("metadata").is_symlink());
    assert_eq!(store.certificates(), Ok(vec![chain.leaf]), "another handle sees the new content");
}

/// All is stored and proven: the password goes, the key still signs, and nothing is written without asking again.
#[test]
fn a_password_that_is_forgotten_is_asked_for_before_the_next_writing() {
    Pkcs12Bench::run(Encryption::Modern, |bench| {
        let store = bench.store();
        let signer = make(store.as_ref(), 1);
        let scheme = signer.schemes()[0];
        signer.sign(scheme, b"before").expect("a signature");
        store.forget_secret();
        signer.sign(scheme, b"after").expect("a signature");
        assert_eq!(store.description().lock, StoreLock::Open);
        store.destroy(&label(1)).expect("it goes");
        let made = store.create(&label(2), 2048, SecurityLevel::Medium).map(|_| ());
        assert_eq!((made, store.description().lock), (Err(StoreError::SecretNeeded), StoreLock::New));
    });
}

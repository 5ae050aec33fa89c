//! What a key store holds, as other people's tools tell: NSS's own for a browser's database, OpenSSL for a file.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::programs::{output, said};

#[derive(Debug, Clone)]
pub enum Store {
    /// Of a browser.
    Database(PathBuf),
    /// PKCS#12.
    File(PathBuf),
}

/// Keys, and the certificates that know theirs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    pub keys: BTreeSet<Key>,
    pub certificates: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Which key it is, as its store numbers them.
    pub number: String,
    /// The name that the wizard gave it; empty for anybody else's.
    pub label: String,
}

impl Store {
    /// Of a file, and of what is taken out of a database.
    pub const PASSWORD: &str = "ひらけごま1";

    /// As `--store` takes it.
    pub fn address(&self) -> String {
        match self {
            Self::Database(folder) => format!("nss:{}", folder.display()),
            Self::File(file) => format!("pkcs12:{}", file.display()),
        }
    }

    pub fn holdings(&self) -> Holdings {
        match self {
            Self::Database(folder) => in_database(folder),
            Self::File(file) => in_file(file),
        }
    }

    /// The only pair as a PKCS#12 file; `None` when there is none.
    pub fn export(&self, to: &Path) -> Option<String> {
        let Self::Database(folder) = self else {
            let Self::File(file) = self else { return None };
            return file.exists().then(|| file.display().to_string());
        };
        let (database, to) = (format!("sql:{}", folder.display()), to.display().to_string());
        let list = said("certutil", &["-L", "-d", &database]);
        let name = list.lines().find_map(|line| line.trim_end().strip_suffix("u,u,u"))?.trim();
        said("pk12util", &["-o", &to, "-n", name, "-W", Self::PASSWORD, "-d", &database]);
        Some(to)
    }
}

fn in_database(folder: &Path) -> Holdings {
    if !folder.join("key4.db").exists() {
        return Holdings::default();
    }
    // A kill leaves a transaction that the next writer takes back, and nobody who only reads: here that is done in a copy.
    let copy = tempfile::tempdir().expect("a folder");
    said("cp", &["-a", &folder.display().to_string(), &copy.path().join("nssdb").display().to_string()]);
    let database = format!("sql:{}", copy.path().join("nssdb").display());
    output("certutil", &["-D", "-n", "none", "-d", &database]);
    // It ends with an error where there is no key.
    let keys = String::from_utf8_lossy(&output("certutil", &["-K", "-d", &database]).stdout).into_owned();
    let keys = keys.lines().filter(|line| line.starts_with('<')).map(Key::in_list).collect();
    let list = String::from_utf8_lossy(&output("certutil", &["-L", "-d", &database]).stdout).into_owned();
    let mut certificates = BTreeSet::new();
    for name in list.lines().filter_map(|line| line.trim_end().strip_suffix("u,u,u")) {
        let pem = said("certutil", &["-L", "-a", "-d", &database, "-n", name.trim()]);
        certificates.extend(pem.split("-----BEGIN CERTIFICATE-----").skip(1).map(|one| one.trim().to_owned()));
    }
    Holdings { keys, certificates }
}

impl Key {
    /// A line of `certutil -K`.
    fn in_list(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let is_number = |word: &&str| word.len() == 40 && word.chars().all(|digit| digit.is_ascii_hexdigit());
        let number = words.find(is_number).unwrap_or_default().to_owned();
        let label = words.find_map(|word| word.find("shirushi-").map(|at| word[at..].to_owned()));
        Self { number, label: label.unwrap_or_default() }
    }
}

fn in_file(file: &Path) -> Holdings {
    if !file.exists() {
        return Holdings::default();
    }
    let password = format!("pass:{}", Store::PASSWORD);
    let read = |part: &str| {
        said("openssl", &["pkcs12", "-in", &file.display().to_string(), "-passin", &password, "-nodes", part])
    };
    let keys = read("-nocerts");
    let label = keys.lines().find_map(|line| line.trim().strip_prefix("friendlyName: ")).unwrap_or_default();
    let keys = keys.split("-----BEGIN PRIVATE KEY-----").skip(1);
    let keys = keys.map(|key| Key { number: key.trim().to_owned(), label: label.trim().to_owned() }).collect();
    // The leaf is the certificate that knows the key by its number.
    let leaf = read("-clcerts");
    let certificates = leaf.split("-----BEGIN CERTIFICATE-----").skip(1).map(|one| one.trim().to_owned()).collect();
    Holdings { keys, certificates }
}

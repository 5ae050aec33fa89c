//! The old enrollment pages with curl, iconv and OpenSSL: programs that know nothing of this bank.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use common::Town;
use practice_bank::{Account, Case};

/// A skipped test is never silent: past the capture of libtest.
fn is_missing(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |name: &&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let missing: Vec<&str> = programs.iter().copied().filter(|name| !is_here(name)).collect();
    if !missing.is_empty() {
        let words = format!("skipped: webform_by_hand: {} not installed\n", missing.join(", "));
        std::io::stderr().write_all(words.as_bytes()).unwrap();
    }
    !missing.is_empty()
}

fn by_hand(town: &Town, account: &Account, folder: &Path) -> Output {
    let ready = town.bank.ready();
    let root = folder.join("root.pem");
    std::fs::write(&root, &ready.tls_root_pem).unwrap();
    let mut command = Command::new("sh");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/webform_by_hand.sh"));
    command.arg(&ready.webform).arg(&root).arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let Account { contract_id, user_id, password, confirmation, .. } = account;
    write!(child.stdin.take().unwrap(), "{contract_id}\n{user_id}\n{password}\n{confirmation}\n").unwrap();
    child.wait_with_output().unwrap()
}

fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl").args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn a_shell_script_takes_a_certificate_that_openssl_believes() {
    if is_missing(&["curl", "iconv", "openssl", "sed", "grep"]) {
        return;
    }
    let town = Town::new();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for case in [Case::Normal, Case::Administrator] {
        let account = town.customer(case).account;
        let done = by_hand(&town, &account, folder);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::write(folder.join("issuer.pem"), &town.bank.ready().issuer_root_pem).unwrap();
        let verify =
            ["verify", "-purpose", "sslclient", "-CAfile", "issuer.pem", "-untrusted", "chain.pem", "chain.pem"];
        let verdict = openssl(folder, &verify);
        assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));
        let keys = [["pkey", "-in", "key.pem", "-pubout"], ["x509", "-in", "chain.pem", "-pubkey"]];
        let [key, certificate] = keys.map(|arguments| String::from_utf8(openssl(folder, &arguments).stdout).unwrap());
        assert!(key.contains("PUBLIC KEY") && certificate.starts_with(&key));
    }
    let mut wrong = town.customer(Case::Normal).account;
    wrong.password += "1";
    assert!(!by_hand(&town, &wrong, folder).status.success());
}

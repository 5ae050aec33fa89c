//! The old enrollment pages with curl, iconv, OpenSSL and Chromium: programs that know nothing of this bank.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use common::Town;
use practice_bank::{Account, Case, Oddity};

/// A skipped test is never silent: past the capture of libtest.
fn is_missing(test: &str, programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |name: &&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let missing: Vec<&str> = programs.iter().copied().filter(|name| !is_here(name)).collect();
    if !missing.is_empty() {
        let words = format!("skipped: {test}: {} not installed\n", missing.join(", "));
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
    if is_missing("webform_by_hand", &["curl", "iconv", "openssl", "sed", "grep"]) {
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

/// Even with every oddity of the form.
#[test]
fn a_browser_of_today_reads_the_first_page() {
    if is_missing("webform_in_chromium", &["chromium"]) {
        return;
    }
    let odd = [Oddity::FormAttributesMixed, Oddity::FormExtraInputs, Oddity::HtmlUpperCase, Oddity::HtmlCrlf];
    for (town, is_odd) in [(Town::new(), false), (Town::odd(&odd), true)] {
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Command::new("chromium");
        browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
        browser.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        // Its own store knows no practice root; what is looked at here is the page.
        browser.args(["--ignore-certificate-errors", "--dump-dom"]);
        browser.arg(format!("--user-data-dir={}", profile.path().display())).env("HOME", profile.path());
        let page = browser.arg(&town.bank.ready().webform).output().unwrap();
        let page = String::from_utf8(page.stdout).unwrap();
        for words in
            ["練習用電子証明書認証局", "契約者ID(利用者番号)", "利用者確認暗証番号", "value=\"電子証明書取得\""]
        {
            assert!(page.contains(words), "{words} is not in {page}");
        }
        for words in ["ﾚﾝｼｭｳ", "'ﾎﾞﾀﾝ' 100% + = ;#"] {
            assert_eq!(page.contains(words), is_odd, "{words}");
        }
    }
}

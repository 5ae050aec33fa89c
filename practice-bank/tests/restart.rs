//! Nothing that was answered is ever forgotten.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use common::{Customer, Key, Member, Town, certificates, json, options};
use practice_bank::{Bank, Case, Error, Fault, Ready, Replay};

/// The bank as a process of its own.
struct Process {
    child: Child,
    ready: Ready,
}

fn command(folder: &Path, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_practice-bank"));
    command
        .args(["--listen", listen, "--state"])
        .arg(folder.join("state"))
        .arg("--write-profile")
        .arg(folder.join("profile.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        Self { child, ready }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_killed_bank_comes_back_at_the_same_place_knowing_everything() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = Process::start(command(folder.path(), "127.0.0.1:0"));
    let customer = Customer::of(&before.ready, Case::Normal);
    let clumsy = Customer::of(&before.ready, Case::WrongNumberLocks);
    let key = Key::new();
    let answer = customer.enroll(&key).await.text().await.unwrap();
    for _ in 0..7 {
        clumsy.enroll_with("wrong/number", &key).await;
    }
    let counters = customer.counters().await;
    before.kill();

    let after = Process::start(command(folder.path(), "127.0.0.1:0"));
    assert_eq!(after.ready.ca, before.ready.ca);
    assert_eq!(after.ready.portal, before.ready.portal);
    assert_eq!(after.ready.portal_login, before.ready.portal_login);
    assert_eq!(after.ready.tls_root_pem, before.ready.tls_root_pem);
    let customer = Customer::of(&after.ready, Case::Normal);
    assert_eq!(customer.counters().await, counters);
    assert_eq!(customer.enroll(&key).await.text().await.unwrap(), answer);
    let clumsy = Customer::of(&after.ready, Case::WrongNumberLocks);
    assert_eq!(json(clumsy.enroll(&key).await).await["code"], "E02");
}

#[tokio::test]
async fn what_the_administrator_did_and_a_renewal_outlive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = Process::start(command(folder.path(), "127.0.0.1:0"));
    let joined = async |case, key: Key| {
        let chain = Customer::of(&before.ready, case).certificates(&key).await;
        Member::with(&before.ready, chain, key)
    };
    let administrator = joined(Case::Administrator, Key::new()).await;
    let present = joined(Case::Normal, Key::new()).await;
    let taken = Customer::of(&before.ready, Case::Taken);
    let confirmation = Customer::of(&before.ready, Case::Administrator).account.confirmation;
    let form = format!("act=reissue&confirmation={confirmation}");
    let path = format!("admin/users/{}", taken.account.user_id);
    assert_eq!(administrator.post(&path, &form).await.status(), 200);
    let renewed = present.renewed().await;
    assert!(renewed.logs_in().await);
    before.kill();

    let after = Process::start(command(folder.path(), "127.0.0.1:0"));
    let [present, renewed] = [present, renewed].map(|member| Member::with(&after.ready, member.chain, member.key));
    assert!(!present.logs_in().await);
    assert!(renewed.logs_in().await);
    assert_eq!(Customer::of(&after.ready, Case::Taken).enroll(&Key::new()).await.status(), 200);
}

#[tokio::test]
async fn manners_are_read_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut odd = command(folder.path(), "127.0.0.1:0");
    odd.args(["--csrattrs", "--oddities", "missing_chain,http_1_0"]);
    let process = Process::start(odd);
    let customer = Customer::of(&process.ready, Case::Normal);
    let response = customer.enroll(&Key::new()).await;
    assert_eq!(response.version(), reqwest::Version::HTTP_10);
    assert_eq!(certificates(&response.text().await.unwrap()).len(), 1);
    assert_eq!(customer.get(&customer.url("csrattrs")).send().await.unwrap().status(), 200);
    drop(process);
    let mut unheard_of = command(folder.path(), "127.0.0.1:0");
    unheard_of.args(["--oddities", "missing_chain,earthquake"]);
    assert_eq!(unheard_of.status().unwrap().code(), Some(2));
}

#[tokio::test]
async fn whoever_was_answered_before_a_kill_in_full_swing_is_answered_alike_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = Process::start(command(folder.path(), "127.0.0.1:0"));
    let mut posts = tokio::task::JoinSet::new();
    for account in before.ready.accounts.clone() {
        let mut customer = Customer::of(&before.ready, account.case);
        customer.account = account;
        let key = Key::new();
        posts.spawn(async move {
            let password = customer.account.basic_password();
            let request = customer.anonymous_post(&key.csr);
            let request = request.basic_auth(customer.account.id(), Some(password));
            let answer = request.send().await.ok()?;
            let answer = (answer.status() == 200).then_some(answer)?;
            Some((customer.account, key, answer.text().await.ok()?))
        });
    }
    let mut answered = Vec::new();
    while let Some(post) = posts.join_next().await {
        answered.extend(post.unwrap());
        if answered.len() == 1 {
            before.kill();
        }
    }
    assert!(!answered.is_empty());
    let after = Process::start(command(folder.path(), "127.0.0.1:0"));
    for (account, key, answer) in answered {
        let mut customer = Customer::of(&after.ready, Case::Normal);
        customer.account = account;
        assert_eq!(customer.enroll(&key).await.text().await.unwrap(), answer);
        let counters = customer.counters().await;
        assert_eq!(counters.issues_per_key[&key.fingerprint()], 1);
    }
}

#[tokio::test]
async fn a_closed_bank_keeps_the_unanswered_certificate_and_the_poll() {
    let folder = tempfile::tempdir().unwrap();
    let (lost, waiting) = (Key::new(), Key::new());
    let before = {
        let bank = Bank::start(options(folder.path(), Replay::Same)).unwrap();
        let customer = Customer::of(bank.ready(), Case::Normal);
        bank.fault(Fault::DropBeforeAnswer);
        let password = customer.account.basic_password();
        let request = customer.anonymous_post(&lost.csr);
        let request = request.basic_auth(customer.account.id(), Some(password));
        assert!(request.send().await.is_err());
        bank.fault(Fault::Pending);
        let other = Customer::of(bank.ready(), Case::WrongNumberLocks);
        assert_eq!(other.enroll(&waiting).await.status(), 202);
        bank.counters()
    };
    let bank = Bank::start(options(folder.path(), Replay::Same)).unwrap();
    assert_eq!(bank.counters(), before);
    Customer::of(bank.ready(), Case::Normal).certificates(&lost).await;
    Customer::of(bank.ready(), Case::WrongNumberLocks).certificates(&waiting).await;
    let counters = bank.counters();
    assert_eq!(counters.poll, 1);
    assert_eq!(counters.issues_per_key[&lost.fingerprint()], 1);
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off_and_a_damaged_one_is_not_guessed_at() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::new();
    let counters = {
        let bank = Bank::start(options(folder.path(), Replay::Same)).unwrap();
        Customer::of(bank.ready(), Case::Normal).certificates(&key).await;
        bank.counters()
    };
    let ledger = folder.path().join("state/ledger.jsonl");
    let append = |text: &[u8]| {
        let mut file = std::fs::OpenOptions::new().append(true).open(&ledger).unwrap();
        file.write_all(text).unwrap();
    };
    append(br#"{"event":"posted","acc"#);
    {
        let bank = Bank::start(options(folder.path(), Replay::Same)).unwrap();
        assert_eq!(bank.counters(), counters);
        Customer::of(bank.ready(), Case::Normal).certificates(&key).await;
    }
    append(b"{\"event\":\"poste\n");
    let refused = Bank::start(options(folder.path(), Replay::Same));
    assert!(matches!(refused, Err(Error::Ledger { .. })));
}

#[test]
fn two_banks_never_share_a_state_folder() {
    let town = Town::new();
    let second = Bank::start(options(town.folder.path(), Replay::Same));
    assert!(matches!(second, Err(Error::Busy(_))));
}

#[test]
fn any_address_but_this_machine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:0", "[::1]:0", "192.0.2.1:0"] {
        let status = command(folder.path(), listen).status().unwrap();
        assert_eq!(status.code(), Some(2), "{listen}");
    }
}

#[test]
fn the_bank_ends_when_its_parent_lets_go_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), "127.0.0.1:0");
    command.arg("--die-with-parent");
    let mut process = Process::start(command);
    drop(process.child.stdin.take());
    assert!(process.child.wait().unwrap().success());
}

#[test]
fn the_written_profile_names_this_bank_and_both_roots() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), "127.0.0.1:0");
    command.args(["--replay", "refuse"]);
    let process = Process::start(command);
    let ready = &process.ready;
    let file = ready.profile.clone().unwrap();
    let profile: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    assert_eq!(profile["ca"]["url"].as_str(), Some(&*ready.ca));
    assert_eq!(profile["ca"]["replay"].as_str(), Some("refuse"));
    assert_eq!(profile["portal"]["login"].as_str(), Some(&*ready.portal_login));
    assert_eq!(profile["anchors"]["tls"][0].as_str(), Some(&*ready.tls_root_pem));
    assert_eq!(profile["anchors"]["issuer"][0].as_str(), Some(&*ready.issuer_root_pem));
    let user = profile["role"][0]["basic"]["user"].as_str();
    assert_eq!(user, Some("{contract_id}/{user_id}"));
    let administrator = &profile["role"][1];
    assert_eq!(administrator["id"].as_str(), Some("admin"));
    assert_eq!(administrator["basic"]["user"].as_str(), Some("{contract_id}"));
}

#[test]
fn the_same_seed_has_the_same_customers_in_every_folder() {
    let [one, other] = [Town::new(), Town::new()];
    let numbers = |town: &Town| serde_json::to_string(&town.bank.ready().accounts).unwrap();
    assert_eq!(numbers(&one), numbers(&other));
    let listed = one.folder.path().join("state/accounts.json");
    let listed: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(listed).unwrap()).unwrap();
    assert_eq!(listed, serde_json::to_value(&one.bank.ready().accounts).unwrap());
}

//! The profile of the old enrollment pages, and where the bank says they are.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use common::{Town, old_browser::OldBrowser};
use practice_bank::{Case, Ready, Replay};
use toml::{Table, Value};

fn profile(town: &Town) -> Table {
    town.bank.profile_webform_toml().parse().unwrap()
}

fn role<'p>(profile: &'p Table, id: &str) -> &'p Value {
    let roles = profile["role"].as_array().unwrap();
    roles.iter().find(|role| role["id"].as_str() == Some(id)).unwrap()
}

/// What the profile tells to enter, by input.
fn entries(profile: &Table, id: &str) -> Vec<(String, String)> {
    let fields = role(profile, id)["field"].as_array().unwrap();
    let known =
        |template: &str| fields.iter().any(|field| format!("{{{}}}", field["id"].as_str().unwrap()) == template);
    let fill = profile["webform"]["step"][0]["fill"].as_table().unwrap();
    let entries = fill.iter().map(|(input, template)| (input.clone(), template.as_str().unwrap().to_owned()));
    entries.filter(|(_, template)| known(template)).collect()
}

#[test]
fn it_names_this_bank_and_both_roots() {
    let town = Town::with(Replay::Refuse);
    let (ready, profile) = (town.bank.ready(), profile(&town));
    assert_eq!(profile["ca"]["protocol"].as_str(), Some("webform"));
    assert_eq!(profile["ca"]["url"].as_str(), Some(&*ready.webform));
    assert!(ready.webform.contains("/sscm//client/userEnrollMS.htm?b_c="));
    assert_eq!(profile["ca"]["replay"].as_str(), Some("refuse"));
    assert_eq!(profile["anchors"]["tls"][0].as_str(), Some(&*ready.tls_root_pem));
    assert_eq!(profile["anchors"]["issuer"][0].as_str(), Some(&*ready.issuer_root_pem));
    assert_eq!(profile["webform"]["step"].as_array().unwrap().len(), 1);
    let between = profile["webform"]["intermediates"][0].as_str().unwrap();
    assert!(between.starts_with("-----BEGIN CERTIFICATE-----") && between != ready.issuer_root_pem);
}

#[test]
fn nothing_of_the_templates_is_left_unfilled() {
    let town = Town::new();
    for profile in [town.bank.profile_toml(), town.bank.profile_webform_toml()] {
        assert!(!profile.contains("{{") && !profile.contains("}}"), "{profile}");
    }
}

#[tokio::test]
async fn what_it_says_of_the_form_is_what_the_page_has() {
    let town = Town::new();
    let profile = profile(&town);
    let page = OldBrowser::of(town.bank.ready()).open(&town.bank.ready().webform).await;
    let step = &profile["webform"]["step"][0];
    assert!(page.html.contains(&format!("<form name=\"{}\"", step["form"].as_str().unwrap())));
    let named = [&step["request"]["input"], &step["submit"]].map(|name| name.as_str().unwrap());
    let filled: Vec<(String, String)> = entries(&profile, "user");
    assert_eq!(filled.len(), 4);
    let inputs = page.form().inputs;
    for name in filled.iter().map(|(name, _)| name.as_str()).chain(named) {
        assert_eq!(inputs.iter().filter(|one| one.0 == name).count(), 1, "{name}");
    }
    // The 管理者 leaves one of them as it is.
    assert_eq!(entries(&profile, "admin").len(), 3);
}

#[tokio::test]
async fn its_words_are_those_of_the_pages_and_the_first_that_fit_are_right() {
    let town = Town::new();
    let profile = profile(&town);
    let errors = profile["webform"]["error"].as_array().unwrap();
    let cases = [
        (Case::Taken, "E03"),
        (Case::PickupExpired, "E04"),
        (Case::AfterExpiryPassed, "E05"),
        (Case::MustRevokeFirst, "E19"),
        (Case::Locked, "E02"),
        (Case::Maintenance, "E13"),
    ];
    let key = common::Key::new();
    let code_of = |html: &str| {
        let error = errors.iter().find(|error| html.contains(error["contains"].as_str().unwrap()));
        error.unwrap()["code"].as_str().unwrap().to_owned()
    };
    let start = &town.bank.ready().webform;
    for (case, code) in cases {
        let account = town.customer(case).account;
        let page = OldBrowser::of(town.bank.ready()).asks(start, &account, &key).await;
        assert_eq!(code_of(&page.html), code);
    }
    let mut wrong = town.customer(Case::Normal).account;
    wrong.password += "1";
    let page = OldBrowser::of(town.bank.ready()).asks(start, &wrong, &key).await;
    assert_eq!(code_of(&page.html), "E01");
    let pattern = errors.iter().find_map(|error| error.get("tries_left")).unwrap().as_str().unwrap();
    assert!(page.html.contains(&pattern.replace("{n}", "6")));
    wrong.password += " ";
    let page = OldBrowser::of(town.bank.ready()).asks(start, &wrong, &key).await;
    assert_eq!(code_of(&page.html), "E12");
    town.bank.fault(practice_bank::Fault::Pending);
    let account = town.customer(Case::Normal).account;
    let page = OldBrowser::of(town.bank.ready()).asks(start, &account, &key).await;
    assert!(page.html.contains(profile["webform"]["later"]["contains"].as_str().unwrap()));
}

/// Ended with the test, however that ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_program_writes_it_where_it_is_told_and_nowhere_else() {
    for wanted in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let [plain, webform] = ["profile.toml", "old.toml"].map(|name| folder.path().join(name));
        let mut command = Command::new(env!("CARGO_BIN_EXE_practice-bank"));
        command.args(["--listen", "127.0.0.1:0", "--state"]).arg(folder.path().join("state"));
        command.arg("--write-profile").arg(&plain);
        if wanted {
            command.arg("--write-profile-webform").arg(&webform);
        }
        let mut process = Process(command.stdout(Stdio::piped()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(process.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Ready = serde_json::from_str(&line).unwrap();
        assert_eq!(ready.profile_webform, wanted.then(|| webform.clone()));
        assert_eq!(webform.exists(), wanted);
        if wanted {
            let profile: Table = std::fs::read_to_string(&webform).unwrap().parse().unwrap();
            assert_eq!(profile["ca"]["url"].as_str(), Some(&*ready.webform));
        }
    }
}

#[test]
fn the_address_is_the_same_after_a_restart() {
    let town = Town::new();
    let before = town.bank.ready().webform.clone();
    assert_eq!(town.reopened().bank.ready().webform, before);
}

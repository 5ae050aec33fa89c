//! `renew`: the present certificate asks for the next one, over mutual TLS with the key in its store.

use std::{fs, path::PathBuf, process::Command};

use practice_bank::{Account, Case, Fault, Manners, Oddity, Replay};
use serde_json::Value;
use shirushi::{
    domain::Certificate,
    keystore::{KeyStore as _, NssStore},
};

use crate::town::{Pc, Told, Town, numbers, start, told};

/// A bank that offers renewals and whose certificates may be renewed from their first day on.
fn town(replay: Replay) -> Town {
    mannered(replay, Manners { renewal: true, ..Manners::default() })
}

fn mannered(replay: Replay, manners: Manners) -> Town {
    Town::build_with(replay, manners)
}

fn profile(town: &Town) -> PathBuf {
    town.profile_with("early.toml", "renewal_opens = 30", "renewal_opens = 400")
}

/// A PC with a certificate of this bank.
fn customer(test: &str, town: &Town) -> Option<(Pc, Account)> {
    let (pc, guest) = (Pc::new(test)?, town.guest());
    pc.enroll(&profile(town), &guest, &[]).installed();
    Some((pc, guest))
}

fn renew(pc: &Pc, town: &Town, more: &[&str]) -> Told {
    told(start(renewal(pc, town).args(more), ""))
}

fn renewal(pc: &Pc, town: &Town) -> Command {
    let mut command = pc.program();
    command.args(["renew", "--yes", "--json", "--store", &pc.store(), "--profile"]).arg(profile(town));
    command
}

fn certificates(pc: &Pc) -> Vec<Certificate> {
    let store = NssStore::open(&pc.path("nssdb")).expect("NSS");
    let mut all = store.certificates().expect("certificates");
    all.sort_by_key(Certificate::not_after);
    all
}

fn renewals(town: &Town, account: &Account) -> (u64, u64, u64) {
    let counters = &town.bank.counters().by_account[&account.id()];
    (counters.renewals, counters.renewal_polls, counters.issued)
}

#[test]
fn the_present_certificate_brings_the_next_one_and_stays() {
    let town = town(Replay::Same);
    let Some((pc, guest)) = customer("the_present_certificate_brings_the_next_one_and_stays", &town) else { return };
    let present = certificates(&pc).remove(0);
    let told = renew(&pc, &town, &[]);
    told.installed();
    told.ends(0, &[("store", &pc.store()), ("level", "medium"), ("login", "proven")]);
    assert_eq!(told.steps().first(), Some(&"make-key"));
    assert_eq!(renewals(&town, &guest), (1, 0, 2));
    assert_eq!(town.posts(&guest), 1, "the numbers were sent once, and not for this");
    let all = certificates(&pc);
    assert_eq!(all.len(), 2);
    assert!(all.contains(&present), "the old one is never touched");
    assert!(all.iter().all(|one| one.has_subject_of(&present)));
    assert_ne!(all[0].spki_hash(), all[1].spki_hash(), "a new key");
    assert_eq!(pc.stages(), ["done", "done"]);
    let status = pc.run(&["status", "--json"], "").last;
    assert_eq!(status["enrollments"][1]["renews_sha256"], present.thumbprint().to_string());
    assert_eq!(status["enrollments"][0]["renews_sha256"], Value::Null);
}

#[test]
fn a_renewal_that_needs_no_number_takes_none_from_anywhere() {
    let town = town(Replay::Same);
    let Some((pc, guest)) = customer("a_renewal_that_needs_no_number_takes_none_from_anywhere", &town) else { return };
    renew(&pc, &town, &[]).installed();
    for journal in pc.journals() {
        let kept = fs::read_to_string(journal).expect("text");
        assert!(!kept.contains(&guest.password) && !kept.contains(&guest.confirmation));
    }
}

#[test]
fn a_lost_answer_is_asked_for_again_without_a_number() {
    let town = town(Replay::Same);
    for (lost, exit) in [(Fault::DropBeforeAnswer, 4), (Fault::Garbage, 3)] {
        let name = "a_lost_answer_is_asked_for_again_without_a_number";
        let Some((pc, guest)) = customer(name, &town) else { return };
        town.bank.fault(lost);
        renew(&pc, &town, &[]).ends(exit, &[("issued", "unknown")]);
        pc.resume(&[], "").installed();
        assert_eq!(renewals(&town, &guest), (2, 0, 2), "{lost:?}: asked twice, issued once");
        assert_eq!(certificates(&pc).len(), 2);
    }
}

#[test]
fn a_lost_answer_is_not_asked_for_where_that_could_do_harm() {
    for replay in [Replay::Refuse, Replay::New] {
        let town = town(replay);
        let Some((pc, guest)) = customer("a_lost_answer_is_not_asked_for_where_that_could_do_harm", &town) else {
            return;
        };
        town.bank.fault(Fault::DropBeforeAnswer);
        renew(&pc, &town, &[]).failed(4, "E14", "unknown");
        pc.resume(&[], "").failed(4, "E14", "unknown");
        renew(&pc, &town, &[]).failed(4, "E14", "unknown");
        pc.enroll(&profile(&town), &guest, &[]).failed(4, "E14", "unknown");
        assert_eq!(renewals(&town, &guest), (1, 0, 2), "{replay:?}");
        assert_eq!(pc.stages(), ["done", "unknown"]);
    }
}

#[test]
fn a_renewal_that_the_bank_puts_off_goes_on_with_nothing_but_time() {
    let town = town(Replay::Same);
    let name = "a_renewal_that_the_bank_puts_off_goes_on_with_nothing_but_time";
    let Some((pc, guest)) = customer(name, &town) else { return };
    town.bank.oddity(Oddity::RetryAfterSeconds);
    renew(&pc, &town, &[]).ends(7, &[("result", "pending")]);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let told = loop {
        let told = pc.resume(&[], "");
        assert!(std::time::Instant::now() < deadline, "{}", told.all);
        if told.last["result"] != "pending" {
            break told;
        }
    };
    told.installed();
    assert_eq!(renewals(&town, &guest), (1, 1, 2), "never asked before its time");
}

#[test]
fn a_certificate_that_has_been_followed_is_refused_by_the_bank() {
    let town = town(Replay::Same);
    let name = "a_certificate_that_has_been_followed_is_refused_by_the_bank";
    let Some((pc, _)) = customer(name, &town) else { return };
    let old = certificates(&pc).remove(0).thumbprint().to_string();
    renew(&pc, &town, &[]).installed();
    let told = renew(&pc, &town, &["--certificate", &old]);
    told.failed(3, "E07", "no");
    told.ends(3, &[("next", "ask-the-bank")]);
    assert_eq!(certificates(&pc).len(), 2, "the key of the refused request is gone");
    assert_eq!(pc.stages(), ["done", "done", "abandoned"]);
}

/// What a customer had on the old PC, as its key database holds it now.
fn moved(pc: &Pc, town: &Town, case: Case) -> Option<Account> {
    let account = town.customer(case);
    let old = town.bank.ready().old_pc.join(&account.user_id).with_added_extension("pem");
    let file = pc.path("old.p12");
    let export = ["pkcs12", "-export", "-passout", "pass:old", "-name", "imported", "-in"];
    let exported = Command::new("openssl").args(export).arg(old).arg("-out").arg(&file).status().ok()?;
    let folder = pc.path("nssdb");
    fs::create_dir_all(&folder).expect("a folder");
    let database = format!("sql:{}", folder.display());
    let made = Command::new("certutil").args(["-N", "--empty-password", "-d", &database]).status().ok()?;
    let import =
        Command::new("pk12util").args(["-W", "old", "-K", "", "-d", &database, "-i"]).arg(file).output().ok()?;
    assert!(exported.success() && made.success() && import.status.success(), "{import:?}");
    Some(account)
}

#[test]
fn a_certificate_that_another_program_put_there_is_renewed_too() {
    let town = town(Replay::Same);
    let Some(pc) = Pc::new("a_certificate_that_another_program_put_there_is_renewed_too") else { return };
    let Some(account) = moved(&pc, &town, Case::Taken) else { return };
    renew(&pc, &town, &[]).installed();
    assert_eq!(renewals(&town, &account).0, 1);
}

#[test]
fn a_revoked_certificate_is_refused_by_the_bank_and_an_expired_one_never_gets_there() {
    let town = town(Replay::Same);
    let name = "a_revoked_certificate_is_refused_by_the_bank_and_an_expired_one_never_gets_there";
    for (case, exit, code, asked) in [(Case::Revoked, 3, "E03", 1), (Case::Expired, 3, "E06", 0)] {
        let Some(pc) = Pc::new(name) else { return };
        let Some(account) = moved(&pc, &town, case) else { return };
        let told = renew(&pc, &town, &[]);
        told.failed(exit, code, "no");
        told.ends(exit, &[("next", "ask-the-bank")]);
        let of_it = town.bank.counters().by_account.get(&account.id()).map_or(0, |counters| counters.renewals);
        assert_eq!(of_it, asked, "{case:?}");
        assert_eq!(certificates(&pc).len(), 1);
    }
}

#[test]
fn a_certificate_of_another_authority_is_not_accepted() {
    let (town, stranger) = (town(Replay::Same), Town::found());
    let Some((pc, _)) = customer("a_certificate_of_another_authority_is_not_accepted", &stranger) else { return };
    let told = renew(&pc, &town, &[]);
    told.failed(3, "E12", "no");
    told.ends(3, &[("next", "ask-the-bank")]);
    assert_eq!(certificates(&pc).len(), 1);
}

#[test]
fn without_exactly_one_to_renew_nothing_is_sent() {
    let town = town(Replay::Same);
    let name = "without_exactly_one_to_renew_nothing_is_sent";
    let Some(empty) = Pc::new(name) else { return };
    renew(&empty, &town, &[]).failed(2, "U02", "no");
    let Some((pc, guest)) = customer(name, &town) else { return };
    renew(&pc, &town, &["--certificate", &"ab".repeat(32)]).failed(2, "U02", "no");
    pc.enroll(&profile(&town), &town.guest(), &[]).installed();
    let told = renew(&pc, &town, &[]);
    told.failed(2, "U02", "no");
    assert!(told.last["detail"].as_str().is_some_and(|detail| detail.contains("several")), "{}", told.all);
    assert_eq!(town.bank.counters().renewals, 0);
    let of_guest = certificates(&pc).into_iter().find(|one| one.subject().to_string().contains(&guest.common_name()));
    let named = of_guest.expect("the first one").thumbprint().to_string();
    renew(&pc, &town, &["--certificate", &named]).installed();
    assert_eq!(renewals(&town, &guest).0, 1, "the one that was named");
}

#[test]
fn before_its_time_or_where_the_bank_has_pages_for_it_nothing_is_sent() {
    let town = town(Replay::Same);
    let name = "before_its_time_or_where_the_bank_has_pages_for_it_nothing_is_sent";
    let Some((pc, _)) = customer(name, &town) else { return };
    let late =
        told(start(pc.program().args(["renew", "--yes", "--store", &pc.store(), "--profile"]).arg(town.profile()), ""));
    late.failed(2, "U02", "no");
    assert!(late.last["detail"].as_str().is_some_and(|detail| detail.contains("renewed from")), "{}", late.all);
    let pages = town.profile_with("pages.toml", "renewal = \"est\"", "renewal = \"none\"");
    let there = told(start(pc.program().args(["renew", "--yes", "--store", &pc.store(), "--profile"]).arg(pages), ""));
    there.failed(2, "U02", "no");
    assert_eq!(town.bank.counters().renewals, 0);
}

#[test]
fn a_file_for_one_key_is_refused_before_anything_is_sent() {
    let town = town(Replay::Same);
    let Some(pc) = Pc::new("a_file_for_one_key_is_refused_before_anything_is_sent") else { return };
    let (guest, file) = (town.guest(), format!("pkcs12:{}", pc.path("mine.p12").display()));
    let secret = "store_secret = \"ひらけごま1\"\n";
    let input = format!("{}{secret}", numbers(&guest));
    told(start(pc.enrollment(&profile(&town)).args(["--store", &file]), &input)).installed();
    let told = told(start(renewal(&pc, &town).args(["--store", &file, "--credentials", "-"]), secret));
    told.failed(5, "M10", "no");
    assert_eq!(town.bank.counters().renewals, 0);
    assert_eq!(pc.stages(), ["done"]);
}

#[test]
fn a_store_with_a_password_is_opened_to_look_for_the_certificate() {
    let town = town(Replay::Same);
    let Some(pc) = Pc::new("a_store_with_a_password_is_opened_to_look_for_the_certificate") else { return };
    let secret = "store_secret = \"ひらけごま1\"\n";
    pc.lock_store("ひらけごま1");
    let guest = town.guest();
    told(start(&mut pc.enrollment(&profile(&town)), &format!("{}{secret}", numbers(&guest)))).installed();
    renew(&pc, &town, &[]).failed(5, "M01", "no");
    town.bank.fault(Fault::DropBeforeAnswer);
    told(start(renewal(&pc, &town).args(["--credentials", "-"]), secret)).failed(4, "E14", "unknown");
    pc.resume(&[], "").failed(5, "M01", "unknown");
    pc.resume(&["--credentials", "-"], secret).installed();
    assert_eq!(renewals(&town, &guest), (2, 0, 2));
}

#[test]
fn what_the_authority_wants_in_a_request_is_asked_first_and_honoured_also_after_a_lost_answer() {
    let manners = Manners { csrattrs: true, renewal: true, ..Manners::default() };
    let town = mannered(Replay::Same, manners);
    let name = "what_the_authority_wants_in_a_request_is_asked_first_and_honoured_also_after_a_lost_answer";
    let Some((pc, guest)) = customer(name, &town) else { return };
    town.bank.fault(Fault::DropBeforeAnswer);
    renew(&pc, &town, &[]).failed(4, "E14", "unknown");
    let kept = fs::read_to_string(pc.journals().last().expect("a journal")).expect("text");
    pc.resume(&[], "").installed();
    assert_eq!(renewals(&town, &guest), (2, 0, 2));
    let wanted = pc
        .journals()
        .iter()
        .filter(|file| fs::read_to_string(file).is_ok_and(|text| text.contains("\"extensions\"")))
        .count();
    assert_eq!(wanted, 2, "{kept}");
}

//! A person at a terminal, without a window: the trust questions in the language of the locale.

use std::process::Command;

use practice_bank::{Manners, Replay};
use shirushi::keystore::{KeyStore as _, NssStore};

use crate::town::{Pc, Town, numbers, skipped, start, town};

#[test]
fn the_questions_are_asked_in_the_language_of_the_locale_and_no_is_the_default() {
    let name = "the_questions_are_asked_in_the_language_of_the_locale_and_no_is_the_default";
    if Command::new("script").arg("--version").output().is_err() {
        return skipped(name, "script missing");
    }
    let Some(pc) = Pc::new(name) else { return };
    let guest = town().guest();
    let file = pc.write_private("numbers.toml", &numbers(&guest));
    for (locale, question) in [("ja_JP.UTF-8", "許可しますか"), ("C", "Do you allow it?"), ("", "Do you allow it?")]
    {
        let command = format!(
            "{} enroll --json --profile {} --store {} --credentials {}; echo exit $?",
            env!("CARGO_BIN_EXE_shirushi"),
            town().profile().display(),
            pc.store(),
            file.display()
        );
        let mut terminal = Command::new("script");
        terminal.args(["-qec", &command, "/dev/null"]).env_remove("LC_ALL").env_remove("LC_MESSAGES");
        terminal.env("LANG", locale).env("HOME", pc.path("")).env("SHIRUSHI_STATE_DIR", pc.state());
        let output = start(&mut terminal, "\n").wait_with_output().expect("an end");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(question), "{locale}: {text}");
        assert!(text.contains(&town().bank.ready().ca), "the whole address is shown: {text}");
        assert!(text.contains(r#"{"result":"cancelled","issued":"no","next":"enroll"}"#), "{locale}: {text}");
        assert!(text.contains("exit 6"), "{locale}: {text}");
    }
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn before_a_renewal_the_question_names_the_certificate_that_will_be_shown() {
    let name = "before_a_renewal_the_question_names_the_certificate_that_will_be_shown";
    if Command::new("script").arg("--version").output().is_err() {
        return skipped(name, "script missing");
    }
    let Some(pc) = Pc::new(name) else { return };
    let town = Town::build_with(Replay::Same, Manners { renewal: true, ..Manners::default() });
    let early = town.profile_with("early.toml", "renewal_opens = 30", "renewal_opens = 400");
    pc.enroll(&early, &town.guest(), &[]).installed();
    let command =
        format!("{} renew --json --profile {} --store {}", env!("CARGO_BIN_EXE_shirushi"), early.display(), pc.store());
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &command, "/dev/null"]).env_remove("LC_ALL").env_remove("LC_MESSAGES");
    terminal.env("LANG", "C").env("HOME", pc.path("")).env("SHIRUSHI_STATE_DIR", pc.state());
    let output = start(&mut terminal, "\n").wait_with_output().expect("an end");
    let text = String::from_utf8_lossy(&output.stdout);
    let store = NssStore::open(&pc.path("nssdb")).expect("NSS");
    let present = store.certificates().expect("certificates").remove(0);
    for line in present.thumbprint().lines() {
        assert!(text.contains(&line), "{line}: {text}");
    }
    assert!(text.contains(r#"{"result":"cancelled","issued":"no","next":"renew"}"#), "{text}");
    assert_eq!(town.bank.counters().renewals, 0);
}

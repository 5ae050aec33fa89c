//! The wizard on a terminal: the real binary over a real bank and a real key database, answered line by line.

#[path = "../support/carried.rs"]
#[allow(dead_code, reason = "one dress is enough here")]
mod carried;
mod courier;
mod pages;
#[path = "../support/mod.rs"]
mod support;
mod terminal;
#[path = "../cli/town.rs"]
#[allow(dead_code, reason = "the town of the command line has more to offer")]
mod town;

use std::{
    fs,
    process::{Child, Command},
};

use practice_bank::{Account, Manners, Pickup, Replay};
use town::{Pc, Town, skipped, start, town};

/// How a run ended.
struct Played {
    exit: Option<i32>,
    text: String,
}

impl Played {
    fn of(child: Child) -> Self {
        let output = child.wait_with_output().expect("an end");
        let text = [output.stdout, output.stderr].concat();
        Self { exit: output.status.code(), text: String::from_utf8(text).expect("UTF-8") }
    }

    /// Ended well, and said all of these in this order.
    fn said(&self, texts: &[&str]) {
        let mut rest = self.text.as_str();
        for text in texts {
            let (_, behind) = rest.split_once(text).unwrap_or_else(|| panic!("{text} is missing: {}", self.text));
            rest = behind;
        }
    }
}

fn wizard(pc: &Pc, town: &Town, more: &[&str]) -> Command {
    let mut command = pc.program();
    command.args(["--text", "--store", &pc.store()]).args(more).arg("--profile").arg(town.profile());
    command
}

fn play(pc: &Pc, more: &[&str], answers: &[&str]) -> Played {
    let lines: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
    Played::of(start(&mut wizard(pc, town(), more), &lines))
}

/// The secrets that a text shows.
fn leaks<'a>(text: &str, account: &'a Account) -> Vec<&'a str> {
    [&account.password, &account.confirmation]
        .into_iter()
        .map(String::as_str)
        .filter(|one| text.contains(one))
        .collect()
}

fn whole_job<'a>(guest: &'a Account, receipt: &'a str) -> [&'a str; 12] {
    let Account { contract_id, user_id, password, confirmation, .. } = guest;
    ["", contract_id, user_id, password, confirmation, "", "y", "", "y", "1", receipt, ""]
}

#[test]
fn the_whole_job_is_done_in_english_where_the_locale_says_nothing() {
    let Some(pc) = Pc::new("the_whole_job_is_done_in_english_where_the_locale_says_nothing") else { return };
    let guest = town().guest();
    let receipt = pc.path("receipt.txt").display().to_string();
    let played = play(&pc, &[], &whole_job(&guest, &receipt));
    played.said(&[
        "Step 1 of 7 | ",
        "Get your certificate\n",
        "  Enter  Start\n",
        "[!] Is a caller telling you what to do?",
        "not shown while you type",
        "Please check who is asking",
        "Enter  Allow and continue (Y)",
        "Choose the security level",
        "Your certificate is being issued",
        "[x] Make the key: Done",
        "[x] Apply to the authority: Done",
        "Step 6 of 7 | ",
        "[x] Store the certificate: Done",
        "Step 7 of 7 | ",
        "Name of the file [shirushi-",
        "Receipt saved",
    ]);
    assert_eq!(played.exit, Some(0), "{}", played.text);
    assert_eq!((pc.stages(), town().issued(&guest)), (vec!["done".to_owned()], 1));
    assert_eq!(leaks(&played.text, &guest), Vec::<&str>::new());
    assert!(fs::read_to_string(pc.path("receipt.txt")).expect("a receipt").contains(&guest.user_id));
    assert!(!played.text.contains(['“', '’', '\u{200B}']), "plain signs: {}", played.text);
    assert!(!played.text.contains('\u{1b}'), "no orders where there is no terminal");
}

#[test]
fn the_whole_job_is_done_in_japanese_where_the_option_or_the_locale_says_so() {
    let name = "the_whole_job_is_done_in_japanese_where_the_option_or_the_locale_says_so";
    for (locale, more) in [("C", &["--language", "ja"][..]), ("ja_JP.UTF-8", &[])] {
        let Some(pc) = Pc::new(name) else { return };
        let guest = town().guest();
        let receipt = pc.path("receipt.txt").display().to_string();
        let lines = whole_job(&guest, &receipt).map(|answer| format!("{answer}\n")).concat();
        let played = Played::of(start(wizard(&pc, town(), more).env("LANG", locale), &lines));
        played.said(&[
            "手順 1 / 7 | ",
            "入力しても表示されません",
            "[x] 電子証明書の鍵",
            "手順 7 / 7 | ",
            "控えを保存しました",
        ]);
        assert_eq!(played.exit, Some(0), "{}", played.text);
        assert_eq!((pc.stages(), town().issued(&guest)), (vec!["done".to_owned()], 1));
        assert_eq!(leaks(&played.text, &guest), Vec::<&str>::new());
    }
}

#[test]
fn a_certificate_is_renewed_without_a_number() {
    let Some(pc) = Pc::new("a_certificate_is_renewed_without_a_number") else { return };
    let town = Town::build_with(Replay::Same, Manners { renewal: true, ..Manners::default() });
    let early = town.profile_with("early.toml", "renewal_opens = 30", "renewal_opens = 400");
    let guest = town.guest();
    pc.enroll(&early, &guest, &[]).installed();
    let mut command = pc.program();
    command.args(["--text", "--store", &pc.store(), "--profile"]).arg(early);
    let played = Played::of(start(&mut command, "\ny\n\ny\n\n"));
    played.said(&[
        "It is time to renew",
        "No numbers are entered.",
        "Enter  Start the renewal",
        "Please check who is asking",
        "Show your present certificate to this authority only",
        "Enter  Allow and continue (Y)",
        "Show more of both certificates",
        "Enter  Apply for renewal as shown",
        "Renewed one:",
        "Step 7 of 7 | ",
        "Your earlier certificate stays where it is.",
    ]);
    assert_eq!(played.exit, Some(0), "{}", played.text);
    assert_eq!((pc.stages().len(), town.issued(&guest), town.posts(&guest)), (2, 2, 1));
}

#[test]
fn an_answer_that_is_not_offered_is_asked_for_again() {
    let Some(pc) = Pc::new("an_answer_that_is_not_offered_is_asked_for_again") else { return };
    let played = play(&pc, &[], &["99", "maybe", "q"]);
    assert_eq!(played.text.matches("That is none of these.").count(), 2, "{}", played.text);
    assert_eq!(played.exit, Some(0));
}

#[test]
fn a_field_that_cannot_be_right_is_asked_for_again_before_anything_is_sent() {
    let Some(pc) = Pc::new("a_field_that_cannot_be_right_is_asked_for_again_before_anything_is_sent") else { return };
    let guest = town().guest();
    // A full-width number is taken; kana is not; nothing at all is told when the button is pressed.
    let played = play(&pc, &[], &["", "あいう", &guest.contract_id, "", "", "", "q", "1"]);
    played.said(&["Japanese characters cannot be used", "Enter  Get certificate", "* Enter "]);
    assert_eq!(played.exit, Some(0), "{}", played.text);
    assert_eq!(town().posts(&guest), 0);
}

#[test]
fn closing_is_asked_about_and_its_enter_is_to_stay() {
    let Some(pc) = Pc::new("closing_is_asked_about_and_its_enter_is_to_stay") else { return };
    let guest = town().guest();
    let Account { contract_id, user_id, password, confirmation, .. } = &guest;
    let typed = ["", contract_id, user_id, password, confirmation];
    let stayed = [&typed[..], &["q", "", "q", "1"]].concat();
    let played = play(&pc, &[], &stayed);
    assert_eq!(played.text.matches("Stop here?").count(), 2, "{}", played.text);
    assert_eq!(played.exit, Some(0), "{}", played.text);
    assert_eq!(leaks(&played.text, &guest), Vec::<&str>::new());
    assert_eq!((town().posts(&guest), pc.stages().len()), (0, 0));
}

#[test]
fn the_end_of_the_input_closes_and_sends_nothing() {
    let Some(pc) = Pc::new("the_end_of_the_input_closes_and_sends_nothing") else { return };
    let guest = town().guest();
    let Account { contract_id, user_id, password, confirmation, .. } = &guest;
    let typed = ["", contract_id, user_id, password, confirmation, "", "y"];
    for end in 0..=typed.len() {
        let played = play(&pc, &[], &typed[..end]);
        assert_eq!(played.exit, Some(0), "{end}: {}", played.text);
    }
    assert_eq!((town().posts(&guest), pc.stages().len()), (0, 0));
}

#[test]
fn help_and_the_other_language_are_one_key_away() {
    let Some(pc) = Pc::new("help_and_the_other_language_are_one_key_away") else { return };
    let town = Town::build(Replay::Same);
    let lines = "?\n\n1\nｑ\n";
    let played = Played::of(start(&mut wizard(&pc, &town, &[]), lines));
    assert_eq!(played.exit, Some(0), "{}", played.text);
    played.said(&["Get your certificate\n", "Help\n", "Get your certificate\n"]);
}

#[test]
fn a_program_that_cannot_begin_says_why() {
    let Some(pc) = Pc::new("a_program_that_cannot_begin_says_why") else { return };
    let profile = pc.write("broken.toml", "this is no profile");
    let mut command = pc.program();
    command.args(["--text", "--profile"]).arg(profile);
    let played = Played::of(start(&mut command, "1\n\n"));
    let title = "The institution's settings cannot be read";
    // What a window would put on its clipboard is printed.
    played.said(&[title, "M05", "Enter  Close", title, "M05", "Enter  Close"]);
    assert_eq!(played.exit, Some(5), "{}", played.text);
}

#[test]
fn a_refusal_keeps_the_ids_and_asks_for_the_secrets_again() {
    let Some(pc) = Pc::new("a_refusal_keeps_the_ids_and_asks_for_the_secrets_again") else { return };
    let guest = town().guest();
    let Account { contract_id, user_id, password, confirmation, .. } = &guest;
    let wrong = ["", contract_id, user_id, "wrong2345", confirmation, "", "y", ""];
    let again = ["", password, confirmation, "", "y", "", "y", ""];
    let played = play(&pc, &[], &[&wrong[..], &again[..]].concat());
    assert_eq!(played.exit, Some(0), "{}", played.text);
    assert_eq!(town().issued(&guest), 1, "{}", played.text);
    assert!(!played.text.contains("wrong2345"));
}

#[test]
fn a_certificate_that_comes_later_is_picked_up_with_a_pin_that_is_not_shown() {
    let Some(pc) = Pc::new("a_certificate_that_comes_later_is_picked_up_with_a_pin_that_is_not_shown") else { return };
    let town = Town::build_with(Replay::Same, Manners { pickup: Pickup::WhenPrepared, ..Manners::default() });
    let play = |answers: &[&str]| {
        let lines: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
        let mut command = pc.program();
        command.args(["--text", "--store", &pc.store(), "--profile"]).arg(town.profile_of_the_old_pages());
        Played::of(start(&mut command, &lines))
    };
    let guest = town.guest();
    let Account { contract_id, user_id, password, confirmation, .. } = &guest;
    let played = play(&["", contract_id, user_id, password, confirmation, "", "y", ""]);
    let letter = town.bank.letters(&guest).pop().expect("a letter");
    played.said(&["Your application was received", &letter.reference]);
    town.bank.prepare_pickups().expect("prepared");
    let played = play(&[&letter.pin, "", "y", "y", ""]);
    played.said(&[
        "Pick up your certificate",
        &letter.reference,
        "Pick-up PIN (not shown while you type):",
        "Step 7 of 7",
    ]);
    assert_eq!((played.exit, pc.stages()), (Some(0), vec!["done".to_owned()]), "{}", played.text);
    assert!(!played.text.contains(&letter.pin));
}

#[test]
fn a_locked_store_is_opened_with_its_password_and_another_level_is_a_number_away() {
    let name = "a_locked_store_is_opened_with_its_password_and_another_level_is_a_number_away";
    if Command::new("certutil").output().is_err() {
        return skipped(name, "certutil missing");
    }
    let Some(pc) = Pc::new(name) else { return };
    let guest = town().guest();
    pc.lock_store("very-secret-9");
    let Account { contract_id, user_id, password, confirmation, .. } = &guest;
    let before = ["", contract_id, user_id, password, confirmation, "", "y"];
    // A single q is a password like any other, and Enter alone leads to the choices.
    let after = ["q", "D", "s", "1", "2", "very-secret-9", "", "y", ""];
    let played = play(&pc, &[], &[&before[..], &after].concat());
    played.said(&["Password of the store (not shown while you type):", "(*) High", "Step 7 of 7"]);
    assert_eq!((played.exit, pc.stages()), (Some(0), vec!["done".to_owned()]), "{}", played.text);
    assert!(!played.text.contains("very-secret-9"));
}

#[test]
fn a_file_is_named_at_the_prompt_and_its_password_is_typed_twice_and_not_shown() {
    let name = "a_file_is_named_at_the_prompt_and_its_password_is_typed_twice_and_not_shown";
    let Some(pc) = Pc::new(name) else { return };
    let guest = town().guest();
    let Account { contract_id, user_id, password, confirmation, .. } = &guest;
    let (file, taken) = (pc.path("bank").display().to_string(), pc.write("taken.p12", "a letter"));
    // 1 is the other role, 2 the file; a file that is there is asked about once more, in a field.
    let chosen = ["2", &taken.display().to_string(), "2", &file];
    let typed = ["", contract_id, user_id, password, confirmation, "", "y"];
    let secret = ["short", "short", "", "long enough", "long enough", "", "y", ""];
    let mut command = pc.program();
    command.args(["--text", "--profile"]).arg(town().profile());
    let lines: String = [&chosen[..], &typed, &secret].concat().iter().map(|line| format!("{line}\n")).collect();
    let played = Played::of(start(&mut command, &lines));
    played.said(&[
        "Save it in a file",
        "Name of the file [",
        "There is a file of this name already",
        "Name of the file [",
        "/bank.p12",
        "The bank does not know it",
        "Password of the file (not shown while you type):",
        "Password again (not shown while you type):",
        "Use at least 8 characters",
        "The file \"",
        "Take the file to the PC where it will be used",
    ]);
    assert_eq!(played.exit, Some(0), "{}", played.text);
    assert_eq!(fs::read_to_string(&taken).expect("the letter"), "a letter");
    assert!(pc.path("bank.p12").exists() && !played.text.contains("long enough"), "{}", played.text);
}

#[test]
fn planted_a_secret_on_the_output_is_seen() {
    let guest = town().guest();
    let planted = format!("Enter: {} and so on", guest.confirmation);
    assert_eq!(leaks(&planted, &guest), [guest.confirmation.as_str()]);
}

//! The wizard on a terminal: the real binary over a real bank and a real key database, answered line by line.

mod pages;
#[path = "../support/mod.rs"]
mod support;
#[path = "../cli/town.rs"]
#[allow(dead_code, reason = "the town of the command line has more to offer")]
mod town;

use std::{
    fs,
    io::{Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use practice_bank::{Account, Fault, Manners, Pickup, Replay};
use town::{Pc, Town, skipped, start, town};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// So long a page that decides takes no Enter at a terminal.
const DEAF: Duration = Duration::from_millis(1200);

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

/// The wizard as a line for a shell.
fn program(pc: &Pc, town: &Town) -> String {
    let program = env!("CARGO_BIN_EXE_shirushi");
    format!("{program} --text --profile {} --store {}", town.profile().display(), pc.store())
}

/// A person at a real terminal, who reads before typing.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    shown: mpsc::Receiver<Vec<u8>>,
    text: String,
}

impl Terminal {
    /// `None`, and a line, where there is no `script`.
    fn open(test: &str, pc: &Pc, town: &Town) -> Option<Self> {
        Self::open_by(Command::new("script"), test, pc, town)
    }

    /// As a program that starts the terminal may leave it: Ctrl-C is blocked.
    fn open_with_interrupts_blocked(test: &str, pc: &Pc, town: &Town) -> Option<Self> {
        let mut env = Command::new("env");
        env.args(["--block-signal=INT", "script"]);
        Self::open_by(env, test, pc, town)
    }

    fn open_by(terminal: Command, test: &str, pc: &Pc, town: &Town) -> Option<Self> {
        // Without `exec` some shells stay in between, and die of the Ctrl-C that is meant for the wizard.
        Self::run(terminal, test, pc, &format!("exec {}", program(pc, town)))
    }

    fn run(mut terminal: Command, test: &str, pc: &Pc, command: &str) -> Option<Self> {
        if Command::new("script").arg("--version").output().is_err() {
            skipped(test, "script missing");
            return None;
        }
        terminal
            .env("SHELL", "/bin/sh")
            .args(["-qec", command, "/dev/null"])
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES");
        terminal.env("LANG", "C").env("TERM", "xterm").env("HOME", pc.path("")).env("SHIRUSHI_STATE_DIR", pc.state());
        let mut child =
            terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("script");
        let keys = child.stdin.take().expect("keys");
        let mut output = child.stdout.take().expect("a screen");
        let (sender, shown) = mpsc::channel();
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut part) {
                if sender.send(part[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Some(Self { child, keys, shown, text: String::new() })
    }

    /// From the first page to the button that sends.
    fn apply(&mut self, guest: &Account) {
        self.answer("\n> ", "\n");
        for (label, value) in [("(user no.): ", &guest.contract_id), ("User ID: ", &guest.user_id)] {
            self.answer(label, &format!("{value}\n"));
        }
        for secret in [&guest.password, &guest.confirmation] {
            self.answer("not shown while you type): ", &format!("{secret}\n"));
        }
        self.answer("\n> ", "\n");
        self.answer("\n> ", "y\n");
        self.wait_for("\n> ");
        thread::sleep(DEAF);
        self.answer("", "\n");
    }

    /// Waits for a prompt and types behind it.
    fn answer(&mut self, prompt: &str, keys: &str) -> String {
        let before = self.wait_for(prompt);
        self.keys.write_all(keys.as_bytes()).expect("typed");
        before
    }

    /// What was shown up to and with this text.
    fn wait_for(&mut self, text: &str) -> String {
        let start = Instant::now();
        loop {
            if let Some(at) = self.text.find(text) {
                let rest = self.text.split_off(at + text.len());
                return std::mem::replace(&mut self.text, rest);
            }
            assert!(start.elapsed() < PATIENCE, "{text} never came: {}", self.text);
            let more = self.shown.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{text} never came: {}", self.text));
            self.text += &String::from_utf8_lossy(&more);
        }
    }

    fn leave(mut self) -> (Option<i32>, String) {
        let exit = self.child.wait().expect("an end").code();
        while let Ok(more) = self.shown.recv_timeout(Duration::from_secs(2)) {
            self.text += &String::from_utf8_lossy(&more);
        }
        (exit, self.text)
    }
}

#[test]
fn a_terminal_shows_ids_and_never_a_secret() {
    let name = "a_terminal_shows_ids_and_never_a_secret";
    let Some(pc) = Pc::new(name) else { return };
    let Some(mut terminal) = Terminal::open(name, &pc, town()) else { return };
    let guest = town().guest();
    let mut shown = terminal.answer("\n> ", "\n");
    shown += &terminal.answer("(user no.): ", &format!("{}\n", guest.contract_id));
    shown += &terminal.answer("User ID: ", &format!("{}\n", guest.user_id));
    shown += &terminal.answer("not shown while you type): ", &format!("{}\n", guest.password));
    shown += &terminal.answer("not shown while you type): ", &format!("{}\n", guest.confirmation));
    shown += &terminal.answer("\n> ", "q\n");
    shown += &terminal.answer("\n> ", "1\n");
    let (exit, rest) = terminal.leave();
    shown += &rest;
    assert!(shown.contains(&guest.user_id), "the terminal echoes: {shown}");
    assert_eq!((exit, leaks(&shown, &guest)), (Some(0), Vec::new()), "{shown}");
    assert!(shown.contains("\u{1b}[1m"), "headings are bold: {shown}");
}

/// Without the wizard, the terminal shows again what is typed.
#[test]
fn a_wizard_that_is_ended_at_a_secret_gives_the_terminal_back() {
    let name = "a_wizard_that_is_ended_at_a_secret_gives_the_terminal_back";
    for (signal, echo) in [("TERM", " echo "), ("KILL", " -echo ")] {
        let Some(pc) = Pc::new(name) else { return };
        let file = pc.path("number");
        let run = format!("sh -c 'echo $$ >{} && exec {}'; stty -a", file.display(), program(&pc, town()));
        let Some(mut terminal) = Terminal::run(Command::new("script"), name, &pc, &run) else { return };
        terminal.answer("\n> ", "\n");
        terminal.answer("(user no.): ", "8359547816\n");
        terminal.answer("User ID: ", "hanako01\n");
        terminal.wait_for("not shown while you type): ");
        let number = fs::read_to_string(&file).expect("a number");
        let sent = Command::new("kill").args([&format!("-{signal}"), number.trim()]).status();
        assert!(sent.expect("kill").success());
        let (_, shown) = terminal.leave();
        assert!(shown.contains(echo), "{signal}: {shown}"); // KILL is the control: nobody can put it back then
    }
}

#[test]
fn while_a_request_is_out_ctrl_c_is_held_and_asked_about_afterwards() {
    let name = "while_a_request_is_out_ctrl_c_is_held_and_asked_about_afterwards";
    let Some(pc) = Pc::new(name) else { return };
    let town = Town::build(Replay::Same);
    let Some(mut terminal) = Terminal::open(name, &pc, &town) else { return };
    let guest = town.guest();
    town.bank.fault(Fault::Hang);
    terminal.apply(&guest);
    terminal.answer("Apply to the authority: In progress", "\u{3}");
    terminal.wait_for("The window cannot be closed now");
    assert!(terminal.child.try_wait().expect("a state").is_none(), "it goes on waiting");
    drop(town); // whoever waits for an answer loses the connection
    terminal.wait_for("Now it can be closed");
    terminal.answer("\n> ", "1\n");
    assert_eq!(terminal.leave().0, Some(0));
}

#[test]
fn a_page_that_waits_asks_by_itself_and_an_early_enter_decides_nothing() {
    let name = "a_page_that_waits_asks_by_itself_and_an_early_enter_decides_nothing";
    let Some(pc) = Pc::new(name) else { return };
    let town = Town::build(Replay::Same);
    let Some(mut terminal) = Terminal::open(name, &pc, &town) else { return };
    let guest = town.guest();
    town.bank.fault(Fault::Pending);
    terminal.apply(&guest);
    terminal.wait_for("The authority is preparing it");
    terminal.answer("Step 6 of 7", "\n");
    let shown = terminal.wait_for("\n> ") + &terminal.wait_for("\n> ");
    assert!(!shown.contains("Your certificate is being installed"), "{shown}");
    terminal.answer("", "y\n");
    terminal.wait_for("Step 7 of 7");
    terminal.answer("\n> ", "\n");
    assert_eq!(terminal.leave().0, Some(0));
    assert_eq!((pc.stages(), town.issued(&guest)), (vec!["done".to_owned()], 1));
}

#[test]
fn ctrl_c_closes_even_where_it_was_blocked_when_the_wizard_started() {
    let name = "ctrl_c_closes_even_where_it_was_blocked_when_the_wizard_started";
    let Some(pc) = Pc::new(name) else { return };
    let Some(mut terminal) = Terminal::open_with_interrupts_blocked(name, &pc, town()) else { return };
    terminal.answer("\n> ", "\n");
    terminal.answer("(user no.): ", "\u{3}"); // nothing was typed, so nothing is asked
    assert_eq!(terminal.leave().0, Some(0));
}

#[test]
fn ctrl_c_and_ctrl_d_are_the_close_button_and_a_second_one_means_it() {
    let name = "ctrl_c_and_ctrl_d_are_the_close_button_and_a_second_one_means_it";
    for key in ["\u{3}", "\u{4}"] {
        let Some(pc) = Pc::new(name) else { return };
        let Some(mut terminal) = Terminal::open(name, &pc, town()) else { return };
        terminal.answer("\n> ", "\n");
        terminal.answer("(user no.): ", "8359547816\n");
        terminal.answer("User ID: ", key);
        terminal.wait_for("Stop here?");
        terminal.answer("\n> ", "\n");
        terminal.answer("User ID: ", key);
        terminal.wait_for("Stop here?");
        terminal.answer("\n> ", key);
        assert_eq!(terminal.leave().0, Some(0));
    }
}

//! A person at a real terminal: what is shown of what is typed, and what closes the wizard.

use std::{
    fs,
    io::{Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use practice_bank::{Account, Fault, Replay};

use crate::{
    leaks,
    town::{Pc, Town, skipped, town},
};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// So long a page that decides takes no Enter at a terminal.
const DEAF: Duration = Duration::from_millis(1200);

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

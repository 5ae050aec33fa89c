//! The two trust questions without a window.

use std::io::{self, BufRead, IsTerminal, Write};

use super::args::GivenConsent;
use crate::{
    domain::{Certificate, Profile},
    protocol::Introduction,
};

/// Who answers the trust questions.
pub trait Consent: std::fmt::Debug {
    /// Trust page 1: may this server be told the numbers?
    fn allow(&mut self, profile: &Profile, introduction: &Introduction) -> Answer;
    /// Trust page 2: shall this certificate be installed?
    fn install(&mut self, certificate: &Certificate) -> Answer;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
}

/// Nobody can answer: neither `--yes` nor a terminal.
#[derive(Debug, thiserror::Error)]
#[error("neither --yes nor a terminal: nobody can answer the trust questions")]
pub struct NoTerminal;

impl GivenConsent {
    pub fn source(self) -> Result<Box<dyn Consent>, NoTerminal> {
        match self {
            Self::Yes => Ok(Box::new(AlreadyGiven)),
            Self::Ask if io::stdin().is_terminal() && io::stderr().is_terminal() => Ok(Box::new(Terminal)),
            Self::Ask => Err(NoTerminal),
        }
    }
}

#[derive(Debug)]
struct AlreadyGiven;

impl Consent for AlreadyGiven {
    fn allow(&mut self, _: &Profile, _: &Introduction) -> Answer {
        Answer::Yes
    }

    fn install(&mut self, _: &Certificate) -> Answer {
        Answer::Yes
    }
}

/// A person at a terminal. Questions go to standard error, so that standard output holds events alone.
#[derive(Debug)]
pub struct Terminal;

impl Consent for Terminal {
    fn allow(&mut self, profile: &Profile, introduction: &Introduction) -> Answer {
        let name = profile.ca.name.in_language(crate::domain::Language::English);
        ask(&format!("{name}\n  {}\n  {}\nAllow?", introduction.url, introduction.peer.subject))
    }

    fn install(&mut self, certificate: &Certificate) -> Answer {
        let lines = [
            certificate.subject().to_string(),
            format!("issued by {}", certificate.issuer()),
            format!("number {}, until {}", certificate.serial(), certificate.not_after()),
        ];
        ask(&format!("{}\nInstall?", lines.join("\n  ")))
    }
}

fn ask(question: &str) -> Answer {
    let mut terminal = io::stderr();
    let mut line = String::new();
    let asked = write!(terminal, "{question} [y/N] ").and_then(|()| terminal.flush());
    match asked.and_then(|()| io::stdin().lock().read_line(&mut line)) {
        Ok(_) if matches!(line.trim(), "y" | "Y") => Answer::Yes,
        _ => Answer::No,
    }
}

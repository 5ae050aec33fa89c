//! The two trust questions without a window: the words are those of the pages.

use std::io::{self, BufRead, IsTerminal, Write};

use jiff::tz::TimeZone;

use super::args::GivenConsent;
use crate::{
    domain::Language,
    i18n::Words,
    page::{Block, Control, Event, Footer, Install, Page, Purpose, Trust, install::Arrived},
    session::{Desk, Introduced, Received},
};

/// Who answers the trust questions.
pub trait Consent: std::fmt::Debug {
    /// Trust page 1: may this server be told the numbers?
    fn allow(&mut self, desk: &Desk, introduced: &Introduced) -> Answer;
    /// Trust page 2: shall this certificate be installed?
    fn install(&mut self, desk: &Desk, received: &Received) -> Answer;
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
    pub fn source(self, language: Language) -> Result<Box<dyn Consent>, NoTerminal> {
        match self {
            Self::Yes => Ok(Box::new(AlreadyGiven)),
            Self::Ask if io::stdin().is_terminal() && io::stderr().is_terminal() => {
                Ok(Box::new(Terminal { words: Words::new(language), zone: TimeZone::system() }))
            }
            Self::Ask => Err(NoTerminal),
        }
    }
}

/// The language of whoever sits at a terminal, as POSIX says it: the first of these that is set and not empty.
pub fn terminal_language() -> Language {
    let mut set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    match set.find(|locale| !locale.is_empty()) {
        Some(locale) if locale.starts_with("ja") => Language::Japanese,
        _ => Language::English,
    }
}

#[derive(Debug)]
struct AlreadyGiven;

impl Consent for AlreadyGiven {
    fn allow(&mut self, _: &Desk, _: &Introduced) -> Answer {
        Answer::Yes
    }

    fn install(&mut self, _: &Desk, _: &Received) -> Answer {
        Answer::Yes
    }
}

/// A person at a terminal. Questions go to standard error, so that standard output holds events alone.
#[derive(Debug)]
struct Terminal {
    words: Words,
    zone: TimeZone,
}

impl Consent for Terminal {
    fn allow(&mut self, desk: &Desk, introduced: &Introduced) -> Answer {
        let purpose = Purpose::of(introduced.settled_level(), introduced.means());
        let profile = desk.profile.clone();
        let page = Trust::new(profile, introduced.introduction(), purpose, self.zone.clone());
        let mut page = page.presenting(introduced.renews());
        page.update(Event::Pressed(Control::Details));
        ask(page.view(&self.words))
    }

    fn install(&mut self, desk: &Desk, received: &Received) -> Answer {
        let arrived = Arrived {
            certificate: received.certificate().clone(),
            answered: received.url().clone(),
            browser: desk.ports.store.description().address,
            store: desk.ports.store.description(),
            old: received.predecessor(),
            means: received.means(),
        };
        let mut page = Install::new(desk.profile.clone(), arrived, self.zone.clone());
        page.update(Event::Pressed(Control::Details));
        ask(page.view(&self.words))
    }
}

/// Says the page without its buttons, and takes the answer that its buttons take: Y or N.
fn ask(page: Page) -> Answer {
    let question = page.footer.primary.as_ref().map(|button| button.label.clone()).unwrap_or_default();
    let is_text = |block: &Block| !matches!(block, Block::Link(_) | Block::Fields(_));
    let said = Page {
        blocks: page.blocks.iter().filter(|block| is_text(block)).cloned().collect(),
        footer: Footer::default(),
        ..page
    };
    let mut terminal = io::stderr();
    let mut line = String::new();
    let asked = write!(terminal, "\n{}\n\n{question} [y/N] ", said.spoken().join("\n")).and_then(|()| terminal.flush());
    match asked.and_then(|()| io::stdin().lock().read_line(&mut line)) {
        Ok(_) if matches!(line.trim(), "y" | "Y" | "ｙ" | "Ｙ") => Answer::Yes,
        _ => Answer::No,
    }
}

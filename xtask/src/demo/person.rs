//! A scripted person: reads which page is there, and types.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{PATIENCE, Stage};
use crate::{
    bank::Customer,
    display::OwnDisplay,
    error::Error,
    tether::{self, Tether},
};

/// Buttons that send or install take no key in a page's first second, so that a key meant for the page before does
/// nothing.
const SETTLED: Duration = Duration::from_millis(1200);

/// The wizard's window and the one who sits before it.
#[derive(Debug)]
pub struct Person<'a> {
    display: &'a OwnDisplay,
    wizard: Tether,
    trace: PathBuf,
    read: usize,
}

impl<'a> Person<'a> {
    /// Opens the wizard's window on the display. Each window writes its page turns to a file of its own.
    pub fn sit_down(stage: &Stage, display: &'a OwnDisplay, language: &str, trace: &str) -> Result<Self, Error> {
        let trace = stage.folder.at(trace);
        let mut command = tether::command(&stage.programs.wizard);
        stage.folder.inhabit(&mut command);
        command.args(["--language", language, "--store", &stage.store(), "--profile"]).arg(stage.bank.profile());
        command.env("SHIRUSHI_TRACE", &trace).stdout(Stdio::null());
        let mut shown = Command::new("true");
        std::mem::swap(&mut shown, &mut command);
        display.show(&mut shown);
        let wizard = Tether::start(shown, "shirushi")?;
        Ok(Self { display, wizard, trace, read: 0 })
    }

    /// Waits until this page has come. A setback that was not waited for ends the story.
    pub fn arrive(&mut self, page: &'static str) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        let arrived = tether::poll(deadline, || {
            let pages = self.pages();
            let fresh = pages.get(self.read..).unwrap_or_default();
            if let Some(at) = fresh.iter().position(|seen| seen == page) {
                self.read += at + 1;
                return Some(true);
            }
            let over = fresh.iter().any(|seen| seen == "setback") || self.has_closed();
            over.then_some(false)
        });
        match arrived {
            Some(true) => Ok(()),
            Some(false) | None => Err(Error::Page { wanted: page, seen: self.pages().join(", ") }),
        }
    }

    /// All page turns so far.
    fn pages(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.trace).unwrap_or_default();
        text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(str::to_owned).collect()
    }

    fn has_closed(&mut self) -> bool {
        matches!(self.wizard.wait_until(Instant::now()), Ok(Some(_)) | Err(_))
    }

    pub fn press(&self, key: &str) -> Result<(), Error> {
        self.display.press(key)
    }

    /// Presses a button's key once the page takes it.
    pub fn decide(&self, key: &str) -> Result<(), Error> {
        thread::sleep(SETTLED);
        self.press(key)
    }

    /// Fills the page in reading order; after the password comes its eye.
    pub fn fill_in(&self, customer: &Customer) -> Result<(), Error> {
        for (field, entry) in customer.entries() {
            self.display.type_text(entry)?;
            match field {
                "password" => self.press("Tab").and_then(|()| self.press("Tab"))?,
                "confirmation" => {}
                _ => self.press("Tab")?,
            }
        }
        Ok(())
    }

    /// The window to take pictures of.
    pub fn window(&self) -> Result<String, Error> {
        self.display.active_window(Instant::now() + PATIENCE)
    }

    /// Waits until the window has closed by itself, well.
    pub fn leave(mut self) -> Result<(), Error> {
        let status = self.wizard.wait_until(Instant::now() + PATIENCE).map_err(Error::start("shirushi"))?;
        match status {
            Some(status) => crate::error::succeeded("shirushi", status),
            None => Err(Error::unexpected("shirushi", "the window stays open")),
        }
    }
}

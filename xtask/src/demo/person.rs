//! A scripted person: reads which page is there, and types.

use std::{
    fs,
    path::{Path, PathBuf},
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
    voice::say,
};

/// Buttons that send or install take no key in a page's first second, so that a key meant for the page before does
/// nothing.
const SETTLED: Duration = Duration::from_millis(1200);

/// A busy machine says that a page is there before it draws it.
const TURNED: Duration = Duration::from_millis(800);

/// A page that has not moved for so long has been drawn; the caret blinks more slowly.
const DRAWN: Duration = Duration::from_millis(250);

/// How a window is opened.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub language: &'a str,
    /// Name of the file of its page turns.
    pub trace: &'a str,
    pub database: &'a Path,
    pub profile: &'a Path,
}

/// The wizard's window and the one who sits before it.
#[derive(Debug)]
pub struct Person<'a> {
    display: &'a OwnDisplay,
    wizard: Tether,
    trace: PathBuf,
    read: usize,
    arrived: Instant,
}

impl<'a> Person<'a> {
    /// Opens the wizard's window on the display. Each window writes its page turns to a file of its own.
    pub fn sit_down(stage: &Stage, display: &'a OwnDisplay, scene: Scene<'_>) -> Result<Self, Error> {
        let Scene { language, trace, database, profile } = scene;
        let (trace, store) = (stage.folder.at(trace), format!("nss:{}", database.display()));
        let mut command = tether::command(&stage.programs.wizard);
        stage.folder.inhabit(&mut command);
        command.args(["--language", language, "--store", &store, "--profile"]).arg(profile);
        command.env("SHIRUSHI_TRACE", &trace).stdout(Stdio::null());
        let mut shown = Command::new("true");
        std::mem::swap(&mut shown, &mut command);
        display.show(&mut shown);
        let wizard = Tether::start(shown, "shirushi")?;
        Ok(Self { display, wizard, trace, read: 0, arrived: Instant::now() })
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
            Some(true) => {
                self.arrived = Instant::now();
                self.see()
            }
            Some(false) | None => {
                self.keep_the_sight();
                Err(Error::Page { wanted: page, seen: self.pages().join(", ") })
            }
        }
    }

    /// The page's name comes a moment before the page, and the first page before its window has the keyboard.
    fn see(&self) -> Result<(), Error> {
        self.window()?;
        self.display.turn(TURNED);
        self.display.rest(DRAWN, PATIENCE);
        Ok(())
    }

    /// What was seen when the story broke off, for whoever looks into it.
    fn keep_the_sight(&self) {
        let file = self.trace.with_extension("png");
        let taken = self.display.picture("root", &file);
        if taken.is_ok() {
            say(format!("The display as it was: {}", file.display()));
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
        thread::sleep(SETTLED.saturating_sub(self.arrived.elapsed()));
        self.press(key)
    }

    /// Fills the page in reading order; after the password comes its eye.
    pub fn fill_in(&self, customer: &Customer) -> Result<(), Error> {
        for (field, entry) in customer.entries().into_iter().filter(|(_, entry)| !entry.is_empty()) {
            self.display.type_text(entry)?;
            match field {
                // The eye and the keyboard of the field come before the next one.
                "password" => ["Tab", "Tab", "Tab"].into_iter().try_for_each(|key| self.press(key))?,
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

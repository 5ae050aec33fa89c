//! One who sits before the wizard's window with a keyboard: reads which page is there, and types.

use std::{
    fs::{self, File},
    ops::Range,
    path::PathBuf,
    process::{Command, ExitStatus},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use super::{
    display::{Display, PATIENCE, Running, await_that, find_that, poll},
    home::Home,
    picture::{Part, Picture},
};

/// A page that sends or installs is deaf in its first second: the key is pressed again until it is taken.
const AGAIN: Duration = Duration::from_millis(400);

/// So long a window that is held must stay.
const HELD: Duration = Duration::from_secs(2);

/// What runs in the background has ended when nothing has changed for so long.
const SETTLED: Duration = Duration::from_secs(2);

/// Two ways to close a window.
#[derive(Debug, Clone, Copy)]
pub enum Close {
    /// The \[x\] of its frame.
    Frame,
    AltF4,
}

/// What the wish to close came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Closed,
    /// Something stands over the page.
    Asked,
}

pub struct Person<'a> {
    display: &'a Display,
    pub wizard: Running,
    pub window: String,
    trace: PathBuf,
    errors: PathBuf,
    /// How many page turns have been waited for.
    read: usize,
}

impl<'a> Person<'a> {
    /// Opens the wizard's window and waits for its keyboard. Each window has a trace of its own.
    pub fn sit_down(home: &Home, display: &'a Display, language: &str) -> Self {
        Self::sit_down_before(home.wizard(language), home, display)
    }

    pub fn sit_down_before(mut command: Command, home: &Home, display: &'a Display) -> Self {
        static VISITS: AtomicU32 = AtomicU32::new(0);
        let visit = VISITS.fetch_add(1, Ordering::Relaxed);
        let (trace, errors) = (home.path(&format!("trace-{visit}")), home.path(&format!("errors-{visit}")));
        command.env("DISPLAY", display.name()).env("SHIRUSHI_TRACE", &trace);
        command.stdout(File::create(home.path("output")).expect("a file"));
        command.stderr(File::create(&errors).expect("a file"));
        let wizard = Running::start(&mut command);
        let window = find_that("a window opens", || display.window_of(wizard.child.id()));
        await_that("the window has the keyboard", || display.has_the_keyboard(&window));
        Self { display, wizard, window, trace, errors, read: 0 }
    }

    /// Waits until this page has come and has been drawn.
    pub fn arrive(&mut self, page: &str) {
        self.arrive_within(page, PATIENCE);
    }

    pub fn arrive_within(&mut self, page: &str, patience: Duration) {
        let comes = poll(Instant::now() + patience, || match self.turn_to(page) {
            true => Some(true),
            false => self.story_is_over(page).then_some(false),
        });
        assert_eq!(comes, Some(true), "{page} does not come; seen: {}; {}", self.pages().join(", "), self.errors());
        self.display.still_picture();
    }

    /// Presses a key until this page comes.
    pub fn decide(&mut self, key: &str, page: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.press(key);
            let comes = poll(Instant::now() + AGAIN, || self.turn_to(page).then_some(())).is_some();
            if comes || Instant::now() > deadline || self.story_is_over(page) {
                assert!(comes, "{key} does not lead to {page}; seen: {}; {}", self.pages().join(", "), self.errors());
                self.display.still_picture();
                return;
            }
        }
    }

    pub fn press(&self, key: &str) {
        self.display.press(key);
    }

    /// Presses a key, and looks until the page has followed.
    pub fn press_and_see(&self, key: &str) {
        let before = self.display.still_picture();
        self.press(key);
        await_that("the page follows a key", || self.display.picture() != before);
        self.display.still_picture();
    }

    /// Presses a key, and waits until nothing new comes of it any more. A caret that blinks is nothing new.
    pub fn press_and_let_settle(&self, key: &str) {
        self.press_and_see(key);
        let mut seen = vec![self.sight()];
        let deadline = Instant::now() + PATIENCE;
        while let Some(new) = self.await_a_sight_outside(&seen) {
            assert!(Instant::now() < deadline, "the page does not settle after {key}");
            seen.push(new);
        }
    }

    fn await_a_sight_outside(&self, seen: &[Picture]) -> Option<Picture> {
        poll(Instant::now() + SETTLED, || Some(self.sight()).filter(|now| !seen.contains(now)))
    }

    pub fn write(&self, text: &str) {
        self.display.write(text);
    }

    /// From the first page to the numbers.
    pub fn begin(&mut self) {
        self.arrive("login");
        self.press("Return");
        self.arrive("credentials");
    }

    /// From the first page to the 管理者's numbers: the second card of the first group.
    pub fn begin_as_administrator(&mut self) {
        self.arrive("login");
        self.press_and_see("Tab");
        self.press_and_see("Right");
        self.press("Return");
        self.arrive("credentials");
    }

    /// The 管理者 has no ID of a 利用者.
    pub fn fill_in_as_administrator(&self, home: &Home) {
        let customer = home.customer();
        for (entry, tabs) in [(&customer.contract_id, 1), (&customer.password, 3)] {
            self.write(entry);
            (0..tabs).for_each(|_| self.press_and_see("Tab"));
        }
        self.write(&customer.confirmation);
    }

    /// From the numbers, which are filled in, to the last page.
    pub fn finish(&mut self) {
        self.press("Return");
        self.arrive("trust");
        self.decide("y", "security");
        self.decide("Return", "progress");
        self.arrive("install");
        self.decide("y", "installing");
        self.arrive("complete");
    }

    /// Types the four numbers in reading order; after the password come its eye and its keyboard.
    pub fn fill_in(&self, home: &Home) {
        self.write(&home.customer().contract_id);
        self.press_and_see("Tab");
        self.fill_in_from_the_user_id(home);
    }

    pub fn fill_in_from_the_user_id(&self, home: &Home) {
        let customer = home.customer();
        for (entry, tabs) in [(&customer.user_id, 1), (&customer.password, 3)] {
            self.write(entry);
            (0..tabs).for_each(|_| self.press_and_see("Tab"));
        }
        self.write(&customer.confirmation);
    }

    /// As a password manager types: without waiting for the page.
    pub fn fill_in_at_once(&self, home: &Home) {
        let customer = home.customer();
        let entries = [&customer.contract_id, "\t", &customer.user_id, "\t", &customer.password, "\t\t\t"];
        self.write(&[entries.concat(), customer.confirmation.clone()].concat());
    }

    /// From the page of the numbers to the one that sends.
    pub fn go_to_security(&mut self, home: &Home) {
        self.fill_in(home);
        self.press("Return");
        self.arrive("trust");
        self.decide("y", "security");
    }

    /// Wishes to close, and waits for what comes of it.
    pub fn close(&mut self, how: Close) -> Answer {
        match how {
            Close::Frame => self.display.click_away(&self.window),
            Close::AltF4 => self.press("alt+F4"),
        }
        self.answer()
    }

    /// What comes of a wish to close, however it was made.
    pub fn answer(&mut self) -> Answer {
        find_that("the wish to close is answered", || self.answer_so_far())
    }

    pub fn answer_so_far(&mut self) -> Option<Answer> {
        match self.wizard.has_ended() {
            true => Some(Answer::Closed),
            false => self.is_veiled().then_some(Answer::Asked),
        }
    }

    /// Esc: the page comes back from under the question.
    pub fn stay(&mut self) {
        self.press("Escape");
        self.await_the_page();
    }

    /// The question's second button.
    pub fn take_the_second_button(&self) {
        self.press("Tab");
        self.press("Return");
    }

    pub fn await_the_page(&mut self) {
        await_that("the page is uncovered", || self.wizard.has_ended() || !self.is_veiled());
        assert!(!self.wizard.has_ended(), "the window is gone");
    }

    pub fn await_a_question(&self) {
        await_that("a question is asked", || self.is_veiled());
    }

    /// Neither the wish to close nor the second button closes.
    pub fn must_be_held(&mut self, how: Close) {
        assert_eq!(self.close(how), Answer::Asked, "{how:?} closes the window");
        let ended = poll(Instant::now() + HELD, || self.wizard.has_ended().then_some(()));
        assert_eq!(ended, None, "{how:?} closes the window a little later");
        self.take_the_second_button();
        self.await_the_page();
    }

    #[allow(dead_code, reason = "not every test program looks into the process")]
    pub fn process(&self) -> u32 {
        self.wizard.child.id()
    }

    /// Waits until the window has closed.
    pub fn leave(mut self) -> ExitStatus {
        self.await_the_end()
    }

    pub fn await_the_end(&mut self) -> ExitStatus {
        find_that("the window closes", || self.wizard.child.try_wait().expect("a state"))
    }

    /// kill -9.
    pub fn be_killed(mut self) {
        self.wizard.child.kill().expect("a kill");
        self.wizard.child.wait().expect("an end");
    }

    /// The page with its button: what the trace names is drawn a little later.
    pub fn picture(&self) -> Picture {
        find_that("the page is drawn", || Some(self.display.still_picture()).filter(Picture::has_its_button))
    }

    /// Columns and rows of the screen that this part of the window takes.
    pub fn part(&self, columns: Range<usize>, rows: Range<usize>) -> Part {
        let (left, top) = self.display.corner_of(&self.window);
        Part { columns: left + columns.start..left + columns.end, rows: top + rows.start..top + rows.end }
    }

    /// Over this place of the window; `None`: away from it.
    pub fn point_at(&self, place: Option<(usize, usize)>) {
        match place {
            Some((column, row)) => {
                let (column, row) = (column.to_string(), row.to_string());
                self.display.mouse(&["mousemove", "--window", &self.window, &column, &row]);
            }
            None => self.display.mouse(&["mousemove", "1279", "799"]),
        }
    }

    /// `mousedown`, `mouseup`.
    pub fn left_button(&self, act: &str) {
        self.display.mouse(&[act, "1"]);
    }

    pub fn click(&self, place: (usize, usize)) {
        self.point_at(Some(place));
        let before = self.sight();
        self.left_button("mousedown");
        self.left_button("mouseup");
        self.picture_after(&before);
    }

    /// Waits until the picture is another one than this, and stands still.
    pub fn picture_after(&self, before: &Picture) -> Picture {
        await_that("something changes", || self.display.picture() != *before);
        self.display.still_picture()
    }

    pub fn sight(&self) -> Picture {
        self.display.still_picture()
    }

    /// What it wrote to its standard error.
    pub fn errors(&self) -> String {
        fs::read_to_string(&self.errors).unwrap_or_default()
    }

    /// A scrim lies over all of the page; the dialog on it is small.
    fn is_veiled(&self) -> bool {
        (5..30).contains(&self.display.picture().light())
    }

    fn turn_to(&mut self, page: &str) -> bool {
        let pages = self.pages();
        let found = pages.iter().skip(self.read).position(|seen| seen == page);
        self.read += found.map_or(0, |at| at + 1);
        found.is_some()
    }

    /// After a setback nothing comes by itself, after its end nothing at all.
    fn story_is_over(&mut self, page: &str) -> bool {
        let setback = page != "setback" && self.pages().iter().skip(self.read).any(|seen| seen == "setback");
        setback || self.wizard.has_ended()
    }

    /// All page turns so far.
    fn pages(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.trace).unwrap_or_default();
        text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(str::to_owned).collect()
    }
}

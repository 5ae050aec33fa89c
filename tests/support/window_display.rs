//! A display that nobody sees, with a window manager and a keyboard. The mouse lies in a corner.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{home::live_in, picture::Picture};

/// What a window needs in order to be looked at.
pub const PROGRAMS: [&str; 4] = ["Xvfb", "openbox", "xdotool", "wmctrl"];

/// Nothing here takes so long on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How often a state is looked at while waiting for it.
const GLANCE: Duration = Duration::from_millis(20);

/// So often, and so long each time, a program is asked to end.
const ASKED: u32 = 3;
const ASKING: Duration = Duration::from_millis(700);

/// A page that has not changed for so long has been drawn.
const STILL: Duration = Duration::from_millis(80);

pub struct Display {
    name: String,
    // In the order in which they are dropped.
    _manager: Running,
    _server: Running,
    folder: TempDir,
}

impl Display {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = Command::new("Xvfb");
        live_in(&mut server, folder.path());
        server.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-noreset", "-nolisten", "tcp", "-fbdir"]);
        let mut server = Running::start(server.arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut number = String::new();
        let output = server.child.stdout.take().expect("an output");
        BufReader::new(output).read_line(&mut number).expect("a display number");
        let name = format!(":{}", number.trim());
        assert!(name.len() > 1, "Xvfb opens no display");
        let mut manager = Command::new("openbox");
        live_in(&mut manager, folder.path());
        manager.arg("--sm-disable").env("DISPLAY", &name).stdout(Stdio::null()).stderr(Stdio::null());
        let display = Self { name, _manager: Running::start(&mut manager), _server: server, folder };
        // Only a manager gives the keyboard to a new window.
        await_that("openbox manages", || display.ask("xdotool", &["get_num_desktops"]).is_some());
        display.ask("xdotool", &["mousemove", "1279", "799"]).expect("a mouse");
        // The first key of all makes the manager read the keyboard anew; it would miss that one.
        display.press("Shift_L");
        display
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Presses a key: `Return`, `Tab`, `y`, `alt+F4`.
    pub fn press(&self, key: &str) {
        self.ask("xdotool", &["key", "--clearmodifiers", key]).expect("a keyboard");
    }

    pub fn write(&self, text: &str) {
        self.ask("xdotool", &["type", "--clearmodifiers", "--delay", "6", "--", text]).expect("a keyboard");
    }

    /// Where a window's content begins, in columns and rows of the screen.
    pub fn corner_of(&self, window: &str) -> (usize, usize) {
        // What xdotool says of a window's place is off by its frame; where the mouse then is, is true.
        self.mouse(&["mousemove", "--window", window, "0", "0"]);
        let said = self.ask("xdotool", &["getmouselocation", "--shell"]).expect("a mouse");
        self.mouse(&["mousemove", "1279", "799"]);
        let number =
            |name: &str| said.lines().find_map(|line| line.strip_prefix(name)?.parse().ok()).expect("a number");
        (number("X="), number("Y="))
    }

    /// `["mousemove", "10", "20"]`, `["mousedown", "1"]`.
    pub fn mouse(&self, act: &[&str]) {
        self.ask("xdotool", act).expect("a mouse");
    }

    /// The window of a process, once it is managed.
    pub fn window_of(&self, process: u32) -> Option<String> {
        let list = self.ask("wmctrl", &["-l", "-p"])?;
        let window = |line: &str| {
            let mut words = line.split_whitespace();
            let (id, owner) = (words.next()?, words.nth(1)?);
            (owner == process.to_string()).then(|| id.to_owned())
        };
        list.lines().find_map(window)
    }

    /// Whether keys go to this window.
    pub fn has_the_keyboard(&self, window: &str) -> bool {
        let number = u64::from_str_radix(window.trim_start_matches("0x"), 16).expect("a number").to_string();
        self.ask("xdotool", &["getactivewindow"]).is_some_and(|active| active == number)
    }

    /// The \[x\] of its frame.
    pub fn click_away(&self, window: &str) {
        // A window that has just gone is gone.
        let _ = self.ask("wmctrl", &["-i", "-c", window]);
    }

    pub fn picture(&self) -> Picture {
        let framebuffer: PathBuf = self.folder.path().join("Xvfb_screen0");
        find_that("the framebuffer can be read", || Picture::read(&framebuffer))
    }

    /// The picture once nothing moves any more.
    pub fn still_picture(&self) -> Picture {
        let mut before = self.picture();
        find_that("the page stands still", || {
            thread::sleep(STILL);
            let now = self.picture();
            let is_still = now == before;
            before = now;
            is_still.then(|| before.clone())
        })
    }

    fn ask(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new(program);
        command.args(arguments).env("DISPLAY", &self.name).stdin(Stdio::null());
        let output = command.output().expect("it starts");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// A program that ends with us: asked first, so that it can clear away what it left in shared folders.
pub struct Running {
    pub child: Child,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        Self { child: command.stdin(Stdio::null()).spawn().expect("it starts") }
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a state").is_some()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        // A window that asks takes the second one for a yes.
        for _ in 0..ASKED {
            let _ = Command::new("sh").args(["-c", &format!("kill {}", self.child.id())]).status();
            if poll(Instant::now() + ASKING, || self.child.try_wait().ok().flatten()).is_some() {
                return;
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks until `found` finds something, or the deadline comes.
pub fn poll<T>(deadline: Instant, mut found: impl FnMut() -> Option<T>) -> Option<T> {
    loop {
        match found() {
            None if Instant::now() < deadline => thread::sleep(GLANCE),
            result => return result,
        }
    }
}

pub fn find_that<T>(what: &str, found: impl FnMut() -> Option<T>) -> T {
    poll(Instant::now() + PATIENCE, found).unwrap_or_else(|| panic!("it does not come to pass that {what}"))
}

pub fn await_that(what: &str, mut holds: impl FnMut() -> bool) {
    find_that(what, || holds().then_some(()));
}

//! From the start of a process to its first picture, and what it holds while it waits: the wizard beside a dialog of
//! another toolkit.

use std::{
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    Bench, ROUNDS,
    figure::Figure,
    memory::{self, Memory},
};
use crate::{display::OwnDisplay, error::Error};

/// Longer than any start.
const PATIENCE: Duration = Duration::from_secs(20);
/// After this everything that goes on behind the first page is done.
const SETTLED: Duration = Duration::from_secs(2);
/// How long the idle wizard is watched.
const IDLE: Duration = Duration::from_secs(20);

/// A window that goes with its owner.
struct Shown(Child);

impl Drop for Shown {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Times and sizes of one program.
struct Rows {
    start: Figure,
    resident: Figure,
    private: Figure,
}

impl Rows {
    fn take(&mut self, bench: &Bench, display: &OwnDisplay, command: Command) -> Result<(), Error> {
        let (time, memory) = show(bench, display, command)?;
        self.start.time(time);
        self.resident.bytes(memory.resident);
        self.private.bytes(memory.private);
        Ok(())
    }
}

pub fn measure(bench: &Bench, display: &OwnDisplay) -> Result<Vec<Figure>, Error> {
    let mut ours = Rows {
        start: Figure::new("wizard: start to first picture"),
        resident: Figure::new("wizard: resident memory, first page"),
        private: Figure::new("wizard: private memory, first page"),
    };
    let mut theirs = Rows {
        start: Figure::new("yad (GTK dialog): start to first picture"),
        resident: Figure::new("yad (GTK dialog): resident memory"),
        private: Figure::new("yad (GTK dialog): private memory"),
    };
    show(bench, display, wizard(bench))?;
    show(bench, display, dialog())?;
    for _ in 0..ROUNDS {
        ours.take(bench, display, wizard(bench))?;
        theirs.take(bench, display, dialog())?;
    }
    let idle = idle(bench, display)?;
    Ok(vec![ours.start, theirs.start, ours.resident, theirs.resident, ours.private, theirs.private, idle])
}

fn wizard(bench: &Bench) -> Command {
    let mut command = Command::new(&bench.programs.wizard);
    let store = format!("nss:{}", bench.folder.database().display());
    command.args(["--language", "ja", "--store", &store, "--profile"]).arg(bench.bank.profile());
    command
}

fn dialog() -> Command {
    let mut command = Command::new("yad");
    command.args(["--width=1024", "--height=700", "--title=電子証明書", "--text=電子証明書を取得します。", "--form"]);
    command.args(["--field=契約者ID(利用者番号)", "--field=利用者ID", "--field=利用者暗証番号:H"]);
    command
}

/// The time until the window is there, and what it holds once it has settled.
fn show(bench: &Bench, display: &OwnDisplay, command: Command) -> Result<(Duration, Memory), Error> {
    let (shown, time) = open(bench, display, command)?;
    thread::sleep(SETTLED);
    let memory = memory::of(shown.0.id()).ok_or(Error::Lacking("the kernel's count of memory"))?;
    drop(shown);
    display.until_empty(Instant::now() + PATIENCE)?;
    Ok((time, memory))
}

fn open(bench: &Bench, display: &OwnDisplay, mut command: Command) -> Result<(Shown, Duration), Error> {
    bench.folder.inhabit(&mut command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let name = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let shown = Shown(display.show(&mut command).spawn().map_err(Error::start(name))?);
    let seen = display.until_drawn(start + PATIENCE)?;
    Ok((shown, seen.duration_since(start)))
}

/// Wake-ups of a window that nobody touches.
fn idle(bench: &Bench, display: &OwnDisplay) -> Result<Figure, Error> {
    let mut figure = Figure::new("wizard: wake-ups in 20 idle seconds");
    let (shown, _) = open(bench, display, wizard(bench))?;
    thread::sleep(SETTLED);
    let before = memory::wake_ups(shown.0.id());
    thread::sleep(IDLE);
    if let (Some(before), Some(after)) = (before, memory::wake_ups(shown.0.id())) {
        figure.count(after.saturating_sub(before));
    }
    Ok(figure)
}

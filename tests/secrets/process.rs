//! The shipped program as a process that can be looked into.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::town::skipped;

/// Nothing here takes longer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(10);
/// The credentials have done their work when the certificate is stored, and when the last line is printed.
const STOPS: &str = "\"step\":\"store\";\"result\":";
/// Of the kernel's capabilities: whoever has it may look into a process that hides.
const CAP_SYS_PTRACE: u64 = 1 << 19;

/// Whether this test may look into a process that hides from its own user. A skipped test is never silent.
pub fn may_look(test: &str) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let may = effective.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default() & CAP_SYS_PTRACE;
    if may == 0 {
        skipped(test, "the memory of a process that hides needs CAP_SYS_PTRACE");
    }
    may != 0
}

/// A run of the program: its outputs are files of its PC.
pub struct Run {
    child: Child,
    output: PathBuf,
}

impl Run {
    /// Stops by itself where it shall be looked into; its input ends after this.
    pub fn with_stops(command: &mut Command, folder: &Path, input: &str) -> Self {
        command.env("LD_PRELOAD", stops()).env("STOPS", STOPS);
        let mut run = Self::start(command, folder);
        // One that asks for nothing does not read.
        let _ = run.child.stdin.take().expect("an input").write_all(input.as_bytes());
        run
    }

    /// Looks at every stop, up to the end.
    pub fn look_at_stops(mut self, mut look: impl FnMut(&Self)) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if self.state() == 'T' {
                look(&self);
                signal("CONT", self.id());
            }
            if let Some(ended) = self.child.try_wait().expect("a state") {
                return ended.code();
            }
            assert!(Instant::now() < deadline, "no end: {}", self.said());
            thread::sleep(GLANCE);
        }
    }

    /// Its input stays open; what it says and what it puts aside for a while is in this folder.
    pub fn start(command: &mut Command, folder: &Path) -> Self {
        let output = folder.join("output");
        let file = File::create(&output).expect("a file");
        let temporary = folder.join("temporary");
        fs::create_dir_all(&temporary).expect("a folder");
        command.env("TMPDIR", temporary).stdin(Stdio::piped());
        command.stdout(file.try_clone().expect("a file")).stderr(file);
        Self { child: command.spawn().expect("it starts"), output }
    }

    pub fn write(&mut self, input: &str) {
        let mut keys = self.child.stdin.as_ref().expect("an open input");
        keys.write_all(input.as_bytes()).expect("it reads");
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.output).unwrap_or_default()).into_owned()
    }

    pub fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            let ended = self.child.try_wait().expect("a state");
            assert!(ended.is_none() && Instant::now() < deadline, "not {what}, {ended:?}: {}", self.said());
            thread::sleep(GLANCE);
        }
    }

    /// How it has ended, once it has.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().expect("an end")
    }

    /// As the kernel writes it: `T` is stopped.
    fn state(&self) -> char {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap_or_default();
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).unwrap_or('?')
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn signal(name: &str, process: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status();
    assert!(sent.expect("sh runs").success(), "{name} arrives");
}

/// The same command with another program in its place.
pub fn with_program(command: &Command, program: &Path) -> Command {
    let mut other = Command::new(program);
    other.args(command.get_args());
    command.get_current_dir().map(|folder| other.current_dir(folder));
    other.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    other
}

fn stops() -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/stops.c");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-o"]).arg(folder.path().join("stops.so")).arg(source);
        assert!(compile.status().expect("a compiler").success(), "the library does not compile");
        folder
    });
    folder.path().join("stops.so")
}

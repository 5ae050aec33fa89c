//! A message bus of a test's own, with a logind and a portal that write down what they are asked.

use std::{
    fs,
    os::unix::net::UnixListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{
    display::{Running, await_that, find_that},
    home::live_in,
    programs::{are_here, skip},
};

/// The interpreter for which the system packages its bindings.
const PYTHON: &str = "/usr/bin/python3";
const BINDINGS: [&str; 2] = ["/usr/lib/python3/dist-packages/dbus", "/usr/lib/python3/dist-packages/gi"];

/// How the logind of a test answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    Answers,
    /// To a delay alone.
    NoBlock,
    Refuses,
    Silent,
    /// Once the test says so.
    Gate,
}

impl Manners {
    fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::NoBlock => "no-block",
            Self::Refuses => "refuses",
            Self::Silent => "silent",
            Self::Gate => "gate",
        }
    }
}

pub struct Bus {
    // In the order in which they are dropped.
    _logind: Option<Running>,
    _daemon: Running,
    folder: TempDir,
}

/// Whether everything is here that a bus takes.
pub fn can_be_had(test: &str) -> bool {
    let missing = BINDINGS.iter().find(|folder| !Path::new(folder).exists());
    match missing {
        Some(missing) => skip(test, &format!("{missing} is not installed")),
        None => are_here(test, &["dbus-daemon", "setpriv"]),
    }
}

impl Bus {
    pub fn with_logind(manners: Manners) -> Self {
        let mut bus = Self::empty();
        let mut logind = Command::new(PYTHON);
        live_in(&mut logind, bus.folder.path());
        logind.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guard/logind.py"));
        logind.args([bus.address(), bus.log().display().to_string(), manners.name().to_owned()]).arg(bus.gate());
        bus._logind = Some(Running::start(&mut as_anybody(&logind)));
        await_that("logind is ready", || bus.said() == ["ready"]);
        fs::remove_file(bus.log()).expect("a log");
        bus
    }

    /// A bus on which nobody offers anything.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (config, socket) = (folder.path().join("bus.conf"), folder.path().join("bus"));
        let text = format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy>\
             </busconfig>",
            socket.display()
        );
        fs::write(&config, text).expect("a configuration");
        let mut daemon = Command::new("dbus-daemon");
        live_in(&mut daemon, folder.path());
        daemon.arg(format!("--config-file={}", config.display())).args(["--nofork", "--nopidfile"]);
        let daemon = Running::start(daemon.stdout(Stdio::null()));
        await_that("the bus is there", || socket.exists());
        Self { _logind: None, _daemon: daemon, folder }
    }

    /// The program finds this bus in the place of the system's and of the session's.
    pub fn lead(&self, command: &mut Command) {
        lead_to(command, &self.address());
    }

    pub fn open_the_gate(&self) {
        fs::write(self.gate(), "").expect("a gate");
    }

    /// Everything that has happened at logind and at the portal.
    pub fn said(&self) -> Vec<String> {
        fs::read_to_string(self.log()).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    pub fn count(&self, beginning: &str) -> usize {
        self.said().iter().filter(|line| line.starts_with(beginning)).count()
    }

    /// The first line that begins like this, as soon as it is there.
    pub fn await_line(&self, beginning: &str) -> String {
        let found = || self.said().into_iter().find(|line| line.starts_with(beginning));
        find_that(&format!("{beginning} is said"), found)
    }

    fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("bus").display())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn gate(&self) -> PathBuf {
        self.folder.path().join("gate")
    }
}

/// Without the right to look at every process, which no user of a desktop has.
pub fn as_anybody(command: &Command) -> Command {
    let mut anybody = Command::new("setpriv");
    if rustix::process::geteuid().is_root() {
        anybody.args(["--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"]);
    }
    anybody.arg(command.get_program()).args(command.get_args());
    anybody.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    anybody
}

/// Whether another program of the same user may look at this process.
pub fn is_seen(process: u32) -> bool {
    let mut look = Command::new("readlink");
    look.arg(format!("/proc/{process}/root")).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let looked = as_anybody(&look).stdout(Stdio::null()).stderr(Stdio::null()).status();
    looked.expect("it starts").success()
}

pub fn lead_to(command: &mut Command, address: &str) {
    command.env("DBUS_SYSTEM_BUS_ADDRESS", address).env("DBUS_SESSION_BUS_ADDRESS", address);
}

/// A bus that takes connections and never says a word.
pub struct Mute {
    _listener: UnixListener,
    folder: TempDir,
}

impl Mute {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { _listener: UnixListener::bind(folder.path().join("bus")).expect("a socket"), folder }
    }

    pub fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("bus").display())
    }
}

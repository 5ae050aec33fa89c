//! Servers of other people that run beside a test and end with it, however it ends.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Twice what a busy machine needs to start a browser.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a log is looked at.
const GLANCE: Duration = Duration::from_millis(20);

pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// The system ends it with the thread that started it (`setpriv` of util-linux).
    pub fn start(program: &Command, log: &Path) -> Self {
        let file = File::create(log).expect("a log");
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(program.get_program()).args(program.get_args());
        command.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("a log")).stderr(file);
        Self { child: command.spawn().expect("it starts"), log: log.to_owned() }
    }

    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// What is looked for, once it is there; `None` when the program ended before.
    pub fn until<T>(&mut self, found: impl Fn(&Self) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let has_ended = self.child.try_wait().expect("a state").is_some();
            match found(self) {
                Some(found) => return Some(found),
                None if has_ended => return None,
                None => assert!(Instant::now() < deadline, "it does not come to pass: {}", self.log()),
            }
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Programs that end when we do, however we end.
//!
//! Each is started by a shell in a process group of its own. The shell's standard input is a pipe whose other end only
//! we hold: when we let go of it, or die and the system lets go, the shell kills the whole group. A kill of ours is
//! therefore the same as a crash of ours, and neither leaves anything behind.

use std::{
    io,
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::error::Error;

/// `cat` returns when the pipe is closed. In the good case its keeper is stopped first. The first signal lets a program
/// tidy up (a display removes its socket), the second one is not asked about.
#[cfg(unix)]
const KEEPER: &str = r#"exec 3<&0 </dev/null
trap 'ending=yes' TERM
(trap '' TERM; cat <&3; kill -TERM 0; sleep 0.5; kill -KILL 0) >/dev/null 2>&1 &
keeper=$!
"$@" 3<&-
status=$?
[ -z "$ending" ] || wait "$keeper"
kill -KILL "$keeper"
exit "$status""#;

/// How often a state is looked at while waiting for it.
const GLANCE: Duration = Duration::from_millis(20);

/// A running program with everything it started.
#[derive(Debug)]
pub struct Tether {
    child: Child,
}

/// A command for [`Tether::start`]; arguments and variables can be added as usual.
#[cfg(unix)]
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", KEEPER, "sh"]).arg(program).process_group(0);
    command
}

#[cfg(not(unix))]
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

impl Tether {
    pub fn start(mut command: Command, name: &str) -> Result<Self, Error> {
        let child = command.stdin(Stdio::piped()).spawn().map_err(Error::start(name))?;
        Ok(Self { child })
    }

    pub fn take_output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    pub fn take_errors(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// `None` when it still runs at the deadline; the caller drops it then.
    pub fn wait_until(&mut self, deadline: Instant) -> io::Result<Option<ExitStatus>> {
        loop {
            match self.child.try_wait()? {
                None if Instant::now() < deadline => thread::sleep(GLANCE),
                ended => return Ok(ended),
            }
        }
    }
}

impl Drop for Tether {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if cfg!(not(unix)) {
            let _ = self.child.kill();
        }
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = command("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn the_status_of_the_program_comes_through() {
        let mut tether = Tether::start(shell("exit 7"), "sh").expect("a shell");
        let soon = Instant::now() + Duration::from_secs(10);
        let status = tether.wait_until(soon).expect("a state").expect("an end");
        assert_eq!(status.code(), Some(7));
    }

    #[test]
    fn letting_go_ends_the_grandchildren_too() {
        let folder = std::env::temp_dir().join(format!("xtask-tether-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder");
        let pid_file = folder.join("pid");
        let script = format!("trap '' TERM; sleep 600 & echo $! >{0}.new; mv {0}.new {0}; wait", pid_file.display());
        let tether = Tether::start(shell(&script), "sh").expect("a shell");
        let soon = Instant::now() + Duration::from_secs(10);
        let pid = poll(soon, || std::fs::read_to_string(&pid_file).ok()).expect("a grandchild");
        drop(tether);
        let alive =
            || std::fs::read_to_string(format!("/proc/{}/comm", pid.trim())).is_ok_and(|name| name == "sleep\n");
        let gone = poll(soon, || (!alive()).then_some(()));
        std::fs::remove_dir_all(&folder).expect("the folder goes");
        assert_eq!(gone, Some(()));
    }
}

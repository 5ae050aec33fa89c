//! One window for one user and one folder of records: a second start asks the first one to come to the front.
//!
//! Who is first is decided by the lock of the journal and by nothing else. The socket only carries the wish, one word,
//! between processes of the same user.

use std::{
    fs::{self, File, Permissions},
    io::{self, Read, Write},
    os::{
        fd::{AsFd, AsRawFd},
        unix::{
            fs::PermissionsExt,
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::summons::{Answer, Caller, PATIENCE, Wish};

const SOCKET: &str = "window.socket";
const RAISE: &[u8] = b"raise\n";
const RAISED: &[u8] = b"raised\n";
const HANGS: &[u8] = b"hangs\n";

/// Whoever connects says its word at once.
const BRIEF: Duration = Duration::from_secs(1);

/// What came of asking the program that is open already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Raised,
    /// It is there, and does not answer.
    Hangs,
    /// Nobody listens: not yet, not any more, or it has no window.
    Nobody,
}

/// Where the wish is said. By way of the folder's descriptor, since the name of a socket must be short.
struct Place {
    folder: File,
}

impl Place {
    fn of(state: &Path) -> io::Result<Self> {
        Ok(Self { folder: File::open(state)? })
    }

    fn socket(&self) -> PathBuf {
        Path::new("/proc/self/fd").join(self.folder.as_raw_fd().to_string()).join(SOCKET)
    }
}

/// Listens from now on. Only for whoever holds the lock of this folder's journal: what an earlier process left of the
/// socket is removed.
pub fn listen(state: &Path, caller: Caller) -> io::Result<()> {
    let place = Place::of(state)?;
    let socket = place.socket();
    match fs::remove_file(&socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&socket)?;
    fs::set_permissions(&socket, Permissions::from_mode(0o600))?;
    thread::Builder::new().name("door".to_owned()).spawn(move || {
        for visitor in listener.incoming() {
            // A visitor who misbehaves is not answered.
            let _ = visitor.and_then(|visitor| receive(visitor, &caller));
        }
    })?;
    Ok(())
}

fn receive(mut visitor: UnixStream, caller: &Caller) -> io::Result<()> {
    if !is_ours(&visitor) {
        return Ok(());
    }
    visitor.set_read_timeout(Some(BRIEF))?;
    visitor.set_write_timeout(Some(BRIEF))?;
    let mut word = [0; RAISE.len()];
    visitor.read_exact(&mut word)?;
    if word != RAISE {
        return Ok(());
    }
    match caller.call(Wish::Raise) {
        Answer::Heard => visitor.write_all(RAISED),
        Answer::Silence => visitor.write_all(HANGS),
        Answer::Nobody => Ok(()),
    }
}

/// Asks whoever is first to come to the front.
pub fn ask_the_first(state: &Path) -> First {
    match ask(state) {
        Ok(answer) if answer == RAISED => First::Raised,
        Ok(answer) if answer == HANGS => First::Hangs,
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => First::Hangs,
        _ => First::Nobody,
    }
}

/// Ends a first one that hangs, at its user's wish. What it has sent stands in the journal, as after any kill. One that
/// answers after all comes to the front and lives.
pub fn end_the_first(state: &Path) -> io::Result<()> {
    if ask_the_first(state) == First::Raised {
        return Ok(());
    }
    let first = UnixStream::connect(Place::of(state)?.socket())?;
    if !is_ours(&first) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    // The descriptor means this process and no later one of its number: whoever listens is still there to be connected to.
    let listener = rustix::net::sockopt::socket_peercred(first.as_fd())?.pid;
    let process = pidfd_open(listener, PidfdFlags::empty())?;
    Ok(pidfd_send_signal(&process, Signal::KILL)?)
}

fn ask(state: &Path) -> io::Result<Vec<u8>> {
    let place = Place::of(state)?;
    let mut first = UnixStream::connect(place.socket())?;
    if !is_ours(&first) {
        return Ok(Vec::new());
    }
    first.set_read_timeout(Some(PATIENCE + BRIEF))?;
    first.set_write_timeout(Some(BRIEF))?;
    first.write_all(RAISE)?;
    let mut answer = Vec::new();
    Read::by_ref(&mut first).take(RAISED.len() as u64).read_to_end(&mut answer)?;
    Ok(answer)
}

/// Whether the same user is at the other end.
fn is_ours(stream: &UnixStream) -> bool {
    rustix::net::sockopt::socket_peercred(stream.as_fd()).is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

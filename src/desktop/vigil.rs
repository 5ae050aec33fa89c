//! Asks logind, and the desktop's portal, that nothing stops this PC for the moment.
//!
//! logind knows of switching off and sleeping, and tells who waits for what; the portal is the one place that knows of
//! logging off on every desktop. Nothing polls: a lock is a file descriptor, or a connection that stays open.

use std::{
    os::fd::OwnedFd,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use super::{
    bus::{Bus, BusError, Connection},
    wire::{Argument, Method},
};
use crate::{
    domain::{Vigil, Watch},
    process,
};

/// So long an act waits for its lock. logind answers within milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);

const LOGIND: Method<'_> = Method {
    destination: "org.freedesktop.login1",
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
    member: "Inhibit",
};

/// Not `idle`: a screen that locks itself cuts nothing off, and an idle PC that would sleep is held by `sleep`.
const WHAT: &str = "shutdown:sleep";

/// Held back until the user insists. Where policy allows that to nobody but the user of this screen, a delay: some
/// seconds, in which most acts end.
const MODES: [&str; 2] = ["block", "delay"];

const PORTAL: Method<'_> = Method {
    destination: "org.freedesktop.portal.Desktop",
    path: "/org/freedesktop/portal/desktop",
    interface: "org.freedesktop.portal.Inhibit",
    member: "Inhibit",
};

/// Logging off, and suspending.
const FLAGS: u32 = 1 | 4;

#[derive(Debug, Default)]
pub struct DesktopVigil {
    /// logind has let us wait in vain: it is asked on, and not waited for.
    silent: AtomicBool,
}

impl Vigil for DesktopVigil {
    fn keep(&self, who: &str, why: &str) -> Watch {
        let (who, reason) = (who.to_owned(), why.to_owned());
        let system = asked(move || system_lock(&who, &reason));
        let reason = why.to_owned();
        // The portal may have to be started first: nobody waits for it.
        let session = asked(move || session_lock(&reason));
        let patience = if self.silent.load(Ordering::Relaxed) { Duration::ZERO } else { PATIENCE };
        let lock = system.recv_timeout(patience);
        self.silent.store(matches!(lock, Err(RecvTimeoutError::Timeout)), Ordering::Relaxed);
        Watch::holding((lock.ok(), system, session))
    }
}

/// In a thread of its own. What comes after the watch is over is let go of at once.
fn asked<T: Send + 'static>(ask: impl FnOnce() -> Result<T, BusError> + Send + 'static) -> Receiver<T> {
    let (sender, lock) = mpsc::channel();
    let thread = thread::Builder::new().name("vigil".to_owned());
    // A PC that can start no thread has other worries.
    let _ = thread.spawn(move || ask().map(|lock| sender.send(lock).is_ok()));
    lock
}

/// Held as long as the file is open.
fn system_lock(who: &str, why: &str) -> Result<Vec<OwnedFd>, BusError> {
    let mut bus = Connection::open(Bus::System)?;
    let mut ask = |mode| bus.call(LOGIND, &[WHAT, who, why, mode].map(Argument::Text));
    ask(MODES[0]).or_else(|error| if matches!(error, BusError::Refused) { ask(MODES[1]) } else { Err(error) })
}

/// Held as long as the connection is open.
fn session_lock(why: &str) -> Result<Connection, BusError> {
    let mut bus = Connection::open(Bus::Session)?;
    let no_window = Argument::Text("");
    let _while_asked = process::visible();
    bus.call(PORTAL, &[no_window, Argument::Number(FLAGS), Argument::Option("reason", why)])?;
    Ok(bus)
}

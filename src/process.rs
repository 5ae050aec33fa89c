//! What is left of this process for others to see: nothing, but while a portal of the desktop is asked.
//!
//! The numbers that a user types are in memory while they are in use. A core file would keep them on the disk, and where
//! crashes are collected it would be sent to strangers; a debugger of the same user would read them.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many have reason to be seen just now.
static SEEN: Mutex<usize> = Mutex::new(0);

/// No core file, not even through a collector of crashes, and no look at the memory from outside but by the system's own
/// administrator. Comes before anything is read. A system that refuses gives no reason to refuse the user.
#[cfg(unix)]
pub fn keep_to_itself() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // The limit alone is not asked where a collector takes the core from a pipe: it gets one without memory.
    #[cfg(target_os = "linux")]
    let _ = std::fs::write("/proc/self/coredump_filter", "0");
    hide();
}

#[cfg(not(unix))]
pub fn keep_to_itself() {}

/// From here until it is dropped, other programs of the same user can look at this process.
#[derive(Debug)]
#[must_use]
pub struct Visible(());

/// A portal asks the kernel who is calling, and answers nobody whom it may not look at.
pub fn visible() -> Visible {
    let mut seen = seen();
    *seen += 1;
    show();
    Visible(())
}

impl Drop for Visible {
    fn drop(&mut self) {
        let mut seen = seen();
        *seen -= 1;
        if *seen == 0 {
            hide();
        }
    }
}

fn seen() -> MutexGuard<'static, usize> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(target_os = "linux")]
fn show() {
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::Dumpable);
}

#[cfg(target_os = "linux")]
fn hide() {
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(not(target_os = "linux"))]
fn show() {}

#[cfg(not(target_os = "linux"))]
fn hide() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    #[test]
    fn it_is_seen_exactly_while_somebody_has_reason_to_be() {
        let now = || dumpable_behavior().expect("the kernel knows");
        super::hide();
        let (first, second) = (super::visible(), super::visible());
        assert_eq!(now(), DumpableBehavior::Dumpable);
        drop(first);
        assert_eq!(now(), DumpableBehavior::Dumpable, "the other one is still being looked at");
        drop(second);
        assert_eq!(now(), DumpableBehavior::NotDumpable);
    }
}

//! What is left of this process for others to see: nothing.
//!
//! The numbers that a user types are in memory while they are in use. A core file would keep them on the disk, and where
//! crashes are collected it would be sent to strangers; a debugger of the same user would read them.

/// No core file, not even through a collector of crashes, and no look at the memory from outside but by the system's own
/// administrator. Comes before anything is read. A system that refuses gives no reason to refuse the user.
#[cfg(unix)]
pub fn keep_to_itself() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // The limit alone is not asked where a collector takes the core from a pipe.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(not(unix))]
pub fn keep_to_itself() {}

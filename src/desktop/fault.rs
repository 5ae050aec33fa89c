//! A fault of this program itself: what is said, and by whom.

use std::{
    env,
    io::{self, Write as _},
    panic,
};

/// Stands in the environment of a program that was begun by [`apologize`].
const AFTER_FAULT: &str = "SHIRUSHI_AFTER_FAULT";

/// One line each, and never a backtrace. What a panic says may hold what was typed, and is left out.
pub fn tell_of_faults() {
    panic::set_hook(Box::new(|fault| {
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        let said = format!("shirushi: a fault of this program at {place} (X01); the record of what was sent is kept\n");
        let _ = io::stderr().write_all(said.as_bytes()); // whoever started us may have gone
    }));
}

pub fn begins_after_fault() -> bool {
    env::var_os(AFTER_FAULT).is_some()
}

/// Says in a window what has happened. Comes back where that is not possible.
pub fn apologize() {
    if !begins_after_fault() {
        begin(&[(AFTER_FAULT, "1")]);
    }
}

/// Begins as if this process had not been there. Comes back where that is not possible.
pub fn begin_again() {
    begin(&[]);
}

/// Turns this process into a new one, since a process opens its display once.
#[cfg(unix)]
fn begin(more: &[(&str, &str)]) {
    use std::{os::unix::process::CommandExt, process::Command};
    if let Ok(program) = env::current_exe() {
        let _ = Command::new(program).args(env::args_os().skip(1)).envs(more.iter().copied()).exec();
    }
}

#[cfg(not(unix))]
fn begin(_: &[(&str, &str)]) {}

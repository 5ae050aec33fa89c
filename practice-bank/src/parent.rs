//! Ending with the parent, whatever way it ends.

use std::{io::Read, thread};

/// Ends this process when the parent is gone or closes our standard input.
///
/// The parent's process id is asked for rather than a death signal from the kernel: that one
/// comes already when the *thread* that started us ends, and on one system only.
pub fn watch() {
    watch_the_process();
    if input_is_a_pipe() {
        thread::spawn(leave_at_end_of_input);
    }
}

#[cfg(unix)]
fn watch_the_process() {
    use std::{os::unix::process::parent_id, time::Duration};
    let parent = parent_id();
    thread::spawn(move || {
        while parent_id() == parent {
            thread::sleep(Duration::from_millis(100));
        }
        std::process::exit(0);
    });
}

#[cfg(not(unix))]
fn watch_the_process() {}

/// Anything else, an empty input above all, says nothing about the parent.
#[cfg(unix)]
fn input_is_a_pipe() -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata("/dev/stdin").is_ok_and(|input| input.file_type().is_fifo() || input.file_type().is_socket())
}

#[cfg(not(unix))]
fn input_is_a_pipe() -> bool {
    true
}

fn leave_at_end_of_input() {
    let mut buffer = [0; 64];
    while matches!(std::io::stdin().read(&mut buffer), Ok(1..)) {}
    std::process::exit(0);
}

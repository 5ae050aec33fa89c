//! What happens around the window: the desktop that would stop the PC, a second start, signals, and a fault of our own.
//!
//! Real windows on displays of their own, a real message bus with a logind of the test's, real signals. Where a program is
//! missing the test says `skipped: …`. Each part looks at its harness too: what it must see, it sees.

mod bus;
#[path = "../support/carried.rs"]
#[allow(dead_code)] // each program tries its own dresses
mod carried;
#[path = "../support/window_display.rs"]
#[allow(dead_code, reason = "the tests of the window use more of it")]
mod display;
mod fault;
#[path = "../support/window_home.rs"]
#[allow(dead_code, reason = "the tests of the window use more of it")]
mod home;
mod inhibit;
#[path = "../support/window_person.rs"]
#[allow(dead_code, reason = "the tests of the window use more of it")]
mod person;
#[path = "../support/window_picture.rs"]
#[allow(dead_code, reason = "the tests of the window use more of it")]
mod picture;
#[path = "../support/peer_programs.rs"]
mod programs;
mod signals;
mod sole;
#[path = "../support/table.rs"]
#[allow(dead_code, reason = "nothing is drawn here")]
mod table;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
};

use display::{Display, PROGRAMS, await_that};
use home::Home;
use person::Person;
use programs::are_here;

/// What the rows of the table are entered under.
const HARNESS: &str = "guard";

/// A display, and a home with a bank; `None` where something is missing.
fn scene(test: &str) -> Option<(Display, Home)> {
    let here = are_here(test, &PROGRAMS) && are_here(test, &["certutil"]);
    here.then(|| (Display::open(), Home::build()))
}

/// From the first page to a request that is not answered.
fn send_to_a_bank_that_hangs(person: &mut Person<'_>, home: &Home) {
    home.let_the_bank_hang();
    person.begin();
    person.go_to_security(home);
    person.decide("Return", "progress");
    await_that("the request is at the bank", || home.requests() == 1);
}

/// `TERM`, `INT`, `HUP`, `STOP`, `CONT`.
fn signal(name: &str, process: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status();
    assert!(sent.expect("a shell").success(), "{name} cannot be sent");
}

/// What a check says when it fails; it must.
fn complaint_of(act: impl FnOnce()) -> String {
    let complaint = catch_unwind(AssertUnwindSafe(act)).expect_err("the harness sees nothing");
    let fixed = complaint.downcast_ref::<&str>().copied().unwrap_or_default();
    complaint.downcast_ref::<String>().cloned().unwrap_or_else(|| fixed.to_owned())
}

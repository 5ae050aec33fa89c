//! The program without a window, as a script sees it: exit codes, last lines, and what is left on the PC. The real
//! binary over a real bank, real TLS and a real key database.

mod begin;
#[path = "../support/carried.rs"]
#[allow(dead_code)] // each program tries its own dresses
mod carried;
mod locked_store;
mod old_pages;
mod outcomes;
mod pickup;
mod profile;
mod proxy;
mod records;
mod recovery;
#[path = "../support/proxy.rs"]
mod relay;
mod renewal;
mod secrets;
mod terminal;
mod town;

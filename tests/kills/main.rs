//! Nothing is lost: whatever ends the program, wherever, the next start finds its way, and nothing is ever got twice.
//!
//! Three matrices: SIGKILL just before every call of the program as it is shipped (`syscalls`), the connection or the
//! program ending at every byte on the wire (`bytes`), and a power cut with everything that a disk may then have
//! forgotten (`lost_writes`). `cargo xtask faults` tries every point, other runs a few; see `support/table.rs`.

mod bytes;
mod disk;
mod gallows;
mod holdings;
#[allow(dead_code)] // peers has its own part of it
#[path = "../support/peer_house.rs"]
mod house;
#[allow(dead_code)]
#[path = "../support/peer_libest.rs"]
mod libest;
mod lost_writes;
mod pc;
mod place;
mod points;
#[allow(dead_code)]
#[path = "../support/peer_programs.rs"]
mod programs;
mod promises;
mod relay;
#[path = "../support/peer_running.rs"]
mod running;
mod syscalls;
#[allow(dead_code)]
#[path = "../support/table.rs"]
mod table;

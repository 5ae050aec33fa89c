//! Journal and session as a small model: user, machine, network, CA and store, explored to its end; and the real ones
//! driven along its ways.

mod bridge;
mod ca;
mod drive;
mod exploration;
mod grammar;
mod ports;
mod program;
mod promises;
#[path = "../support/table.rs"]
#[allow(dead_code)] // ways are drawn, not chosen by number
mod table;
mod ways;
mod world;

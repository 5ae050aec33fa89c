//! How credentials are treated: sent once a click, and found nowhere afterwards.

mod canary;
mod deaf;
mod process;
mod script;
mod search;
#[path = "../support/table.rs"]
mod table;
#[path = "../cli/town.rs"]
#[allow(dead_code, reason = "the town of the command line has more to offer")]
mod town;

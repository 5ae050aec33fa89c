//! The targets, for the programs in `fuzz_targets`.

#[path = "../targets/mod.rs"]
pub mod targets;

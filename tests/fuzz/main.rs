//! The readers of everything that comes from outside, over seeds of the practice bank and mutations of them: the same
//! targets that `fuzz/` gives to libFuzzer, with a fixed number of cases. `docs/fuzzing.md` tells of both.

mod ground;
mod harvest;
mod mutate;
mod planted;
mod smoke;
#[path = "../support/table.rs"]
#[allow(dead_code)] // nothing of a target is chosen by its number
mod table;
#[path = "../../fuzz/targets/mod.rs"]
mod targets;

#[global_allocator]
static GROUND: ground::Counting = ground::Counting;

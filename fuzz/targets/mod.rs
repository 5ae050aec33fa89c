//! The readers of everything that comes from outside, one target each, and what must be true whatever they read.
//!
//! A target panics where a promise is broken. Two runners call them: libFuzzer (`fuzz/fuzz_targets`), guided by coverage,
//! and `tests/fuzz`, a few thousand cases in CI. `docs/fuzzing.md` says how.

mod certificates;
mod est;
mod fixture;
mod journal;
mod problem;
mod profile;
mod script;
mod web_form;

pub use fixture::fixture;

/// One reader.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Also of its folder in `fuzz/seeds`.
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// What its language is made of, for mutations.
    pub words: &'static [&'static [u8]],
}

pub const ALL: [Target; 6] =
    [certificates::TARGET, est::TARGET, web_form::TARGET, journal::TARGET, profile::TARGET, problem::TARGET];

pub use certificates::check as check_certificates;

/// Runs the target of this name.
#[allow(dead_code)] // by libFuzzer's programs
pub fn run(name: &str, data: &[u8]) {
    let target = ALL.into_iter().find(|target| target.name == name).expect("a target of this name");
    (target.run)(data);
}

//! Every check and test that this machine can run, timed, counted, and stopped when it takes too long.

mod demo;
mod faults;
mod lists;
mod run;
mod tally;
mod targets;

use std::{
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use crate::{build, error::Error, libest, machine, pkits, tether, voice::say};
use run::Run;

/// A run that takes longer is stopped and shows how far it came.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// What a skipped test means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// This machine lacks something.
    Local,
    /// A failure, unless `.ci/skips` lists it.
    Ci,
}

/// The last line is `N passed, N failed, N skipped`, whatever happened.
pub fn run(strictness: Strictness) -> ExitCode {
    let mut run = Run::new(Instant::now() + LIMIT);
    if let Err(error) = stages(&mut run, strictness) {
        run.note_failure("stopped", &error.to_string());
    }
    run.report()
}

fn stages(run: &mut Run, strictness: Strictness) -> Result<(), Error> {
    run.free("packages", || {
        let needs =
            [&machine::STORE[..], &machine::WINDOW, &machine::SCREEN, &machine::BUS, &machine::CAMERA, &machine::PEERS]
                .concat();
        machine::provide(&needs);
        libest::provide();
        pkits::provide();
    });
    run.check("fmt", cargo(&["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--features", "demo", "--", "-D", "warnings"];
    run.check("clippy", cargo(&clippy))?;
    run.check("core", cargo(&["check", "--no-default-features", "--lib"]))?;
    run.check("build", tests(&["--no-run"]))?;
    let (slow, quick): (Vec<_>, Vec<_>) = targets::names()?.into_iter().partition(|name| SLOW.contains(&name.as_str()));
    let quick: Vec<String> = quick.into_iter().flat_map(|name| ["--test".to_owned(), name]).collect();
    run.tests("tests", with(tests(&["--lib", "--bins", "--no-fail-fast"]), &quick))?;
    run.tests("documentation", tests(&["--doc"]))?;
    for target in slow {
        run.tests(&target, tests(&["--test", &target]))?;
    }
    demo::nobody_there(run)?;
    faults::planted(run)?;
    if strictness == Strictness::Ci {
        run.judge_skips(&lists::skips()?);
    }
    Ok(())
}

/// Tests that drive other people's programs, each a stage of its own.
const SLOW: [&str; 3] = ["window", "guard", "peers"];

fn cargo(arguments: &[&str]) -> Command {
    let mut command = tether::command(build::cargo_program());
    build::settle(&mut command);
    command.args(arguments);
    command
}

/// `cargo test`, always of the whole workspace with the same features: anything else would build everything again.
fn tests(arguments: &[&str]) -> Command {
    let mut command = cargo(&["test", "--workspace", "--features", "demo"]);
    command.args(arguments);
    command
}

fn with(mut command: Command, arguments: &[String]) -> Command {
    command.args(arguments);
    command
}

/// Said before a stage, so that a log can be read along.
fn announce(before: &str, stage: &str) {
    say(format!("\n{before}── {stage}"));
}

//! Each planted fault must turn its harness red.

use super::{
    lists,
    run::{Run, Verdict},
    tests, with,
};
use crate::{error::Error, voice::say};

pub fn planted(run: &mut Run) -> Result<(), Error> {
    for (fault, arguments) in lists::faults()? {
        run.judged(&fault, |run| {
            let mut command = with(tests(&[]), &arguments);
            command.env("SHIRUSHI_PLANT", &fault);
            let ended = run.execute(command, "  planted | ")?;
            // A test must have failed: a program that does not build proves nothing.
            let verdict = match (ended.tally.failed, ended.tally.skips.first()) {
                (1.., _) => Verdict::Passed,
                (0, Some(skip)) => Verdict::Skipped(skip.reason.clone()),
                (0, None) => Verdict::Failed,
            };
            say(format!("planted {fault}: {verdict:?}"));
            Ok(verdict)
        })?;
    }
    Ok(())
}

//! One run: stages, their minutes, and what they came to.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    announce,
    tally::{Skip, Tally},
};
use crate::{error::Error, tether::Tether, voice::say};

#[derive(Debug)]
pub struct Run {
    /// Put before every line of a stage; empty but in our own tests, which another run may be counting.
    before: &'static str,
    limit: Instant,
    start: Instant,
    rows: Vec<Row>,
    total: Tally,
}

/// A line of the table.
#[derive(Debug)]
struct Row {
    stage: String,
    took: Duration,
    outcome: String,
}

/// How a stage's program ended, and what it counted.
#[derive(Debug)]
pub struct Ended {
    /// `None`: it was stopped at the limit of the whole run.
    pub status: Option<ExitStatus>,
    pub tally: Tally,
}

/// What a stage came to as a whole.
#[derive(Debug)]
pub enum Verdict {
    Passed,
    Failed,
    /// This machine lacks what it takes.
    Skipped(String),
}

impl Verdict {
    pub fn of(good: bool) -> Self {
        if good { Self::Passed } else { Self::Failed }
    }
}

impl Ended {
    pub fn is_good(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

impl Run {
    pub fn new(limit: Instant) -> Self {
        Self { before: "", limit, start: Instant::now(), rows: Vec::new(), total: Tally::default() }
    }

    /// A stage that counts for nothing.
    pub fn free(&mut self, stage: &str, act: impl FnOnce()) {
        announce(self.before, stage);
        let start = Instant::now();
        act();
        self.row(stage, start, "");
    }

    /// A stage that passes or fails as a whole.
    pub fn check(&mut self, stage: &str, command: Command) -> Result<(), Error> {
        self.judged(stage, |run| Ok(Verdict::of(run.execute(command, run.before)?.is_good())))
    }

    /// The same, judged by the caller. Failing is no error: the other stages still run.
    pub fn judged(&mut self, stage: &str, act: impl FnOnce(&mut Self) -> Result<Verdict, Error>) -> Result<(), Error> {
        announce(self.before, stage);
        let start = Instant::now();
        let verdict = act(self)?;
        self.enter(stage, start, verdict);
        self.within_the_limit()
    }

    fn enter(&mut self, stage: &str, start: Instant, verdict: Verdict) {
        let (outcome, tally) = match verdict {
            Verdict::Passed => ("ok", Tally { passed: 1, ..Tally::default() }),
            Verdict::Failed => ("FAILED", Tally { failed: 1, ..Tally::default() }),
            Verdict::Skipped(reason) => {
                let skip = Skip { name: stage.to_owned(), reason };
                ("skipped", Tally { passed: 1, skips: vec![skip], ..Tally::default() })
            }
        };
        self.total.add(tally);
        self.row(stage, start, outcome);
    }

    /// A stage of which each test counts.
    pub fn tests(&mut self, stage: &str, command: Command) -> Result<(), Error> {
        announce(self.before, stage);
        let start = Instant::now();
        let Ended { status, mut tally } = self.execute(command, self.before)?;
        // A program that did not build, or died, has no test that says so.
        if !status.is_some_and(|status| status.success()) && tally.failed == 0 {
            tally.failed = 1;
        }
        self.row(stage, start, &tally.last_line());
        self.total.add(tally);
        self.within_the_limit()
    }

    /// Runs a program to its end or to the limit; what it says is passed on, each line after `before`, and counted.
    pub fn execute(&mut self, mut command: Command, before: &'static str) -> Result<Ended, Error> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Tether::start(command, "cargo")?;
        let output = child.take_output().map(|stream| listen(stream, before, std::io::stdout()));
        let errors = child.take_errors().map(|stream| listen(stream, before, std::io::stderr()));
        let status = child.wait_until(self.limit).map_err(Error::start("cargo"))?;
        drop(child);
        let mut tally = Tally::default();
        for listener in [output, errors].into_iter().flatten() {
            tally.add(listener.join().unwrap_or_default());
        }
        Ok(Ended { status, tally })
    }

    /// Something ended the run before its end.
    pub fn note_failure(&mut self, stage: &str, why: &str) {
        self.total.failed += 1;
        say(format!("{stage}: {why}"));
        self.row(stage, Instant::now(), why);
    }

    /// A test that skips itself without being listed might as well not exist.
    pub fn judge_skips(&mut self, allowed: &[String]) {
        let unlisted: Vec<&Skip> = self.total.skips.iter().filter(|skip| !allowed.contains(&skip.name)).collect();
        for Skip { name, reason } in &unlisted {
            say(format!("{}not in .ci/skips: {name}: {reason}", self.before));
        }
        let good = unlisted.is_empty() && self.total.ignored == 0;
        self.enter("skips", Instant::now(), Verdict::of(good));
    }

    /// The table, then the line that machines read.
    pub fn report(&self) -> ExitCode {
        say("\nstage                 minutes  outcome");
        for Row { stage, took, outcome } in &self.rows {
            say(format!("{stage:<20} {:>8.2}  {outcome}", minutes(*took)));
        }
        say(format!("{:<20} {:>8.2}\n", "all", minutes(self.start.elapsed())));
        for Skip { name, reason } in &self.total.skips {
            say(format!("skipped: {name}: {reason}"));
        }
        say(self.total.last_line());
        if self.total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn row(&mut self, stage: &str, start: Instant, outcome: &str) {
        self.rows.push(Row { stage: stage.to_owned(), took: start.elapsed(), outcome: outcome.to_owned() });
    }

    fn within_the_limit(&self) -> Result<(), Error> {
        if Instant::now() < self.limit {
            return Ok(());
        }
        Err(Error::unexpected("the clock", format!("{:.0} minutes are over", minutes(self.limit - self.start))))
    }
}

fn minutes(time: Duration) -> f32 {
    time.as_secs_f32() / 60.0
}

/// Passes a stream on, line by line, and counts.
fn listen(
    stream: impl Read + Send + 'static,
    before: &'static str,
    mut to: impl Write + Send + 'static,
) -> thread::JoinHandle<Tally> {
    thread::spawn(move || {
        let (mut reader, mut tally, mut line) = (BufReader::new(stream), Tally::default(), Vec::new());
        while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
            tally.read(&String::from_utf8_lossy(&line));
            line.splice(0..0, before.bytes());
            let _ = to.write_all(&line).and_then(|()| to.flush());
            line.clear();
        }
        tally
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::tether;

    fn shell(script: &str) -> Command {
        let mut shell = tether::command("sh");
        shell.args(["-c", script]);
        shell
    }

    fn run(limit: Instant) -> Run {
        Run { before: "inner | ", ..Run::new(limit) }
    }

    #[test]
    fn a_stage_is_stopped_at_the_limit_and_counts_as_failed() {
        let start = Instant::now();
        let mut run = run(start + Duration::from_millis(300));
        let stopped = run.check("slow", shell("sleep 60 & sleep 60"));
        assert!(stopped.is_err());
        assert!(start.elapsed() < Duration::from_secs(30));
        assert_eq!(run.total.last_line(), "0 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn a_program_that_dies_without_a_failed_test_is_a_failure() {
        let mut run = run(Instant::now() + Duration::from_secs(60));
        let script = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored;'; exit 101";
        assert!(run.tests("broken", shell(script)).is_ok());
        assert_eq!(run.total.last_line(), "2 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn only_a_listed_test_may_be_skipped() {
        for (allowed, failed) in [(vec!["one".to_owned()], 0), (Vec::new(), 1)] {
            let mut run = run(Instant::now() + Duration::from_secs(60));
            let script = "echo 'skipped: one: no browser' >&2; echo 'test result: ok. 1 passed; 0 failed; 0 ignored;'";
            assert!(run.tests("peers", shell(script)).is_ok());
            run.judge_skips(&allowed);
            assert_eq!((run.total.failed, run.total.skipped()), (failed, 1));
        }
    }
}

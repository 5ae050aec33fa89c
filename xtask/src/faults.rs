//! What befalls an enrollment, tried by the harnesses in `tests/`, and what came of it: one table.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    build,
    error::Error,
    libest, machine,
    tether::{self, Tether},
    voice::say,
};

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// A seeded part of it, as in CI.
    Sample,
    Full,
}

/// No harness takes longer.
const LIMIT: Duration = Duration::from_secs(45 * 60);

/// The test programs that enter rows, and the tests of each that do: everything when there is none.
const HARNESSES: [(&str, &[&str]); 1] = [("mishaps", &["every_mishap"])];

pub fn run(depth: Depth) -> Result<(), Error> {
    machine::provide(&[&machine::STORE[..], &machine::WINDOW, &machine::SCREEN, &machine::PEERS].concat());
    libest::provide();
    let table = build::target()?.join("faults.jsonl");
    if table.exists() {
        fs::remove_file(&table).map_err(Error::file(&table))?;
    }
    let mut red = Vec::new();
    for (harness, tests) in HARNESSES {
        say(format!("\n── {harness}"));
        if !is_green(harness, tests, depth, &table)? {
            red.push(harness);
        }
    }
    print(&table)?;
    if red.is_empty() { Ok(()) } else { Err(Error::unexpected("harnesses that failed", red.join(", "))) }
}

fn is_green(harness: &str, tests: &[&str], depth: Depth, table: &Path) -> Result<bool, Error> {
    let mut command = tether::command(build::cargo_program());
    build::settle(&mut command);
    command.args(["test", "--workspace", "--features", "demo", "--test", harness, "--"]).args(tests);
    let word = if depth == Depth::Full { "full" } else { "sample" };
    command.env("SHIRUSHI_DEPTH", word).env("SHIRUSHI_TABLE", table);
    let mut child = Tether::start(command, "cargo")?;
    let ended = child.wait_until(Instant::now() + LIMIT).map_err(Error::start("cargo"))?;
    Ok(ended.is_some_and(|status| status.success()))
}

fn print(table: &Path) -> Result<(), Error> {
    let rows = fs::read_to_string(table).unwrap_or_default();
    say(format!("\n{:<12} {:<58} {:>7} {:>7} {:>7}  {}", "harness", "what", "points", "tried", "broken", "note"));
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).map_err(|_| Error::unexpected("the table", row.to_owned()))?;
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let (harness, case, note) = (text("harness"), text("case"), text("note"));
        say(format!("{harness:<12} {case:<58} {:>7} {:>7} {:>7}  {note}", row["points"], row["tried"], row["broken"]));
    }
    Ok(())
}

//! What befalls an enrollment, tried by the harnesses in `tests/`, and what came of it: one table.

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::{
    build,
    error::Error,
    libest, machine, pkits,
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
const HARNESSES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("kills", &["syscalls::"]),
    ("kills", &["bytes::"]),
    ("kills", &["lost_writes::"]),
    ("mishaps", &["every_mishap"]),
    ("answers", &[]),
    ("fuzz", &["smoke"]),
    ("secrets", &[]),
    ("guard", &[]),
];

pub fn run(depth: Depth) -> Result<(), Error> {
    machine::provide(
        &[&machine::STORE[..], &machine::WINDOW, &machine::SCREEN, &machine::BUS, &machine::PEERS].concat(),
    );
    libest::provide();
    pkits::provide();
    let table = build::target()?.join("faults.jsonl");
    if table.exists() {
        fs::remove_file(&table).map_err(Error::file(&table))?;
    }
    let seed = seed();
    say(format!("SHIRUSHI_SEED={seed}"));
    let mut red = Vec::new();
    for (harness, tests) in HARNESSES.iter().copied() {
        say(format!("\n── {harness}"));
        if !is_green(harness, tests, depth, &seed, &table)? {
            red.push(harness);
        }
    }
    print(&table)?;
    if red.is_empty() { Ok(()) } else { Err(Error::unexpected("harnesses that failed", red.join(", "))) }
}

/// `SHIRUSHI_SEED`, else another one each day, so that many days see many points.
fn seed() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs() / 86_400);
    env::var("SHIRUSHI_SEED").unwrap_or_else(|_| days.to_string())
}

fn is_green(harness: &str, tests: &[&str], depth: Depth, seed: &str, table: &Path) -> Result<bool, Error> {
    let mut command = tether::command(build::cargo_program());
    build::settle(&mut command);
    command.args(["test", "--workspace", "--features", "demo", "--test", harness, "--"]).args(tests);
    let word = if depth == Depth::Full { "full" } else { "sample" };
    command.env("SHIRUSHI_SEED", seed).env("SHIRUSHI_DEPTH", word).env("SHIRUSHI_TABLE", table);
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

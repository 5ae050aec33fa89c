//! How fast, how big, how hungry: each figure beside a peer that was measured in the same run, by turns.
//!
//! Nothing here passes or fails: a table is printed, with its spread, and whoever reads it judges.

mod enrollment;
mod figure;
mod memory;
mod start;

use std::fs;

use crate::{
    bank::Bank,
    build::{self, Programs},
    display::OwnDisplay,
    error::Error,
    folder::Folder,
    machine,
    voice::say,
};

/// How often each thing is done.
const ROUNDS: usize = 20;

/// The programs as users get them, and a place to run them in.
struct Bench {
    programs: Programs,
    bank: Bank,
    folder: Folder,
}

pub fn run() -> Result<(), Error> {
    let needs = [&machine::STORE[..], &machine::WINDOW, &machine::SCREEN, &machine::PEERS, &machine::DIALOG].concat();
    if !machine::provide(&needs).is_empty() {
        return Err(Error::Lacking("a screen or a peer to measure beside"));
    }
    let programs = build::released()?;
    let folder = Folder::make()?;
    // The first rounds warm the caches of both and do not count.
    let bank = Bank::open_for(&programs.bank, &folder, 2 * (ROUNDS + 1))?;
    let bench = Bench { programs, bank, folder };
    let display = OwnDisplay::open(&bench.folder)?;
    say(format!("\n{ROUNDS} rounds each, by turns; milliseconds and megabytes (10^6)\n"));
    say(figure::HEAD);
    start::measure(&bench, &display)?.into_iter().for_each(say);
    enrollment::measure(&bench)?.into_iter().for_each(say);
    let size = fs::metadata(&bench.programs.wizard).map_err(Error::file(&bench.programs.wizard))?.len();
    say(format!("\nsize of the program: {:.1} MB", figure::megabytes(size)));
    Ok(())
}

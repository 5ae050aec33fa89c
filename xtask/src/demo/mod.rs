//! A whole job, start to login, in a folder that nobody misses.

mod command_line;
mod film;
mod person;
mod verify;
mod window;

use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

use window::Face;

use crate::{
    bank::Bank,
    build::{self, Programs},
    display::{self, OwnDisplay},
    error::Error,
    folder::Folder,
    machine,
    voice::say,
};

/// What is left to verify.
#[derive(Debug)]
pub struct Outcome {
    pub subject: String,
    pub serial: String,
    pub not_after: String,
}

/// Everything of one demonstration.
#[derive(Debug)]
pub struct Stage {
    programs: Programs,
    bank: Bank,
    folder: Folder,
}

/// Who does the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    /// A person at a display.
    Person,
    /// A person at a terminal without one.
    Terminal,
    /// A scripted person at a display that nobody sees.
    Script,
    /// No display at all.
    CommandLine,
}

pub fn run() -> Result<(), Error> {
    let road = prepare(choose())?;
    let stage = Stage::set()?;
    let start = Instant::now();
    let outcome = match road {
        Road::Person => window::open_for_the_person(&stage, Face::Window)?,
        Road::Terminal => window::open_for_the_person(&stage, Face::Terminal)?,
        Road::Script => Some(window::walk(&stage)?),
        Road::CommandLine => Some(command_line::enroll(&stage)?),
    };
    match outcome {
        Some(outcome) => verify::tell(&stage, &outcome)?,
        None => say("The wizard was closed before a certificate was there."),
    }
    if matches!(road, Road::Script | Road::CommandLine) {
        say(format!("Done in {:.1} s.", start.elapsed().as_secs_f32()));
    }
    Ok(())
}

pub use film::film;

impl Stage {
    /// Builds the programs, makes the folder, opens the bank.
    fn set() -> Result<Self, Error> {
        let programs = build::programs()?;
        let folder = Folder::make()?;
        say(format!("Everything of this demonstration is in {}", folder.path().display()));
        let bank = Bank::open(&programs.bank, &folder)?;
        say(format!("The practice bank is open: {} (and EST at {})", bank.says("portal"), bank.says("ca")));
        Ok(Self { programs, bank, folder })
    }

    fn store(&self) -> String {
        format!("nss:{}", self.folder.database().display())
    }
}

fn choose() -> Road {
    let somebody_is_there = std::io::stdin().is_terminal() && std::env::var_os("CI").is_none();
    match somebody_is_there {
        true if display::of_the_person() => Road::Person,
        true => Road::Terminal,
        false => Road::Script,
    }
}

/// Gets what the road needs. Without a screen and hands for it, a terminal or the command line is left.
fn prepare(road: Road) -> Result<Road, Error> {
    if !machine::provide(&machine::STORE).is_empty() {
        return Err(Error::Lacking("the key store of its browsers; without it there is nothing to practise with"));
    }
    let (needs, otherwise) = match road {
        Road::Person => (machine::WINDOW.to_vec(), Road::Terminal),
        Road::Script => ([&machine::WINDOW[..], &machine::SCREEN].concat(), Road::CommandLine),
        Road::Terminal | Road::CommandLine => return Ok(road),
    };
    Ok(if machine::provide(&needs).is_empty() { road } else { otherwise })
}

/// How long one page may take to come.
const PATIENCE: Duration = Duration::from_secs(15);

fn own_display(stage: &Stage) -> Result<OwnDisplay, Error> {
    OwnDisplay::open(&stage.folder)
}

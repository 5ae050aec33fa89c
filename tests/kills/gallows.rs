//! Kills the wizard as it is shipped at a chosen moment: `moments.c` says what a moment is.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use tempfile::TempDir;

use crate::{
    house::{Told, tell},
    place::{Place, Verb},
};

const SIGKILL: i32 = 9;

/// Just before what a run is killed, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    Never,
    /// Any call that changes a file or sends.
    AtMoment(usize),
    /// One that changes a file: runs differ in how often they send.
    AtChange(usize),
}

pub struct Gallows {
    _folder: TempDir,
    library: PathBuf,
}

impl Gallows {
    /// Built once for a test program.
    pub fn here() -> &'static Self {
        static GALLOWS: OnceLock<Gallows> = OnceLock::new();
        GALLOWS.get_or_init(Self::build)
    }

    fn build() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kills/moments.c");
        let library = folder.path().join("moments.so");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
        assert!(compiled.expect("a compiler").success(), "the library does not compile");
        Self { _folder: folder, library }
    }

    /// One run.
    pub fn run(&self, place: &dyn Place, verb: Verb, kill: Kill) -> Told {
        for file in [log(place), record(place)] {
            let _ = fs::remove_file(file); // of an earlier run
        }
        let mut command = place.begin(verb);
        command.env("LD_PRELOAD", &self.library).env("KILL_HOME", place.home());
        match kill {
            Kill::Never => {}
            Kill::AtMoment(number) => drop(command.env("KILL_AT", (number + 1).to_string())),
            Kill::AtChange(number) => drop(command.env("KILL_AT_CHANGE", (number + 1).to_string())),
        }
        command.env("KILL_LOG", log(place)).env("KILL_RECORD", record(place));
        tell(&mut command, &place.numbers())
    }

    /// Every moment of one whole run.
    pub fn moments(&self, before: &dyn Place, verb: Verb) -> Vec<String> {
        let place = before.copy();
        let told = self.run(place.as_ref(), verb, Kill::Never);
        assert!(told.status.success(), "{}", told.all);
        let moments = moments(place.as_ref());
        assert!(moments.len() > 20, "only {} moments: the library that counts them is not heard", moments.len());
        moments
    }
}

pub fn was_killed(told: &Told) -> bool {
    told.status.signal() == Some(SIGKILL)
}

/// What the last run did, the moment before which it was killed included.
pub fn moments(place: &dyn Place) -> Vec<String> {
    let home = place.home().display().to_string();
    let log = fs::read_to_string(log(place)).unwrap_or_default();
    log.lines().map(|moment| moment.replace(&home, "~")).collect()
}

fn log(place: &dyn Place) -> PathBuf {
    place.home().with_file_name("moments")
}

/// Every change that the last run made, in order, with its bytes.
pub fn record(place: &dyn Place) -> PathBuf {
    place.home().with_file_name("record")
}

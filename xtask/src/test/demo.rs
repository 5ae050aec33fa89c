//! `cargo xtask demo` where nobody is: no environment, no terminal, no input.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use super::run::{Run, Verdict};
use crate::{build, error::Error, machine, tether, voice::say};

/// After the build, for the whole job.
const LIMIT: Duration = Duration::from_secs(20);

/// Ends by itself, well and in time, and leaves nothing in the home folder.
pub fn nobody_there(run: &mut Run) -> Result<(), Error> {
    // Built before, so that the clock measures the demonstration alone.
    run.judged("demo build", |_| Ok(Verdict::of(build::programs().is_ok())))?;
    let home = env::temp_dir().join(format!("xtask-home-{}", std::process::id()));
    fs::create_dir(&home).map_err(Error::file(&home))?;
    let judged = run.judged("demo", |run| {
        let start = Instant::now();
        let ended = run.execute(command(&home), "")?;
        let took = start.elapsed();
        let left: Vec<_> =
            fs::read_dir(&home).map_err(Error::file(&home))?.flatten().map(|entry| entry.file_name()).collect();
        say(format!("took {:.1} s; left in the home folder: {left:?}", took.as_secs_f32()));
        Ok(Verdict::of(ended.is_good() && took <= LIMIT && left.is_empty()))
    });
    fs::remove_dir_all(&home).map_err(Error::file(&home))?;
    judged
}

fn command(home: &Path) -> Command {
    let setsid = machine::find_program("setsid").is_some();
    let mut command = tether::command(if setsid { "setsid".into() } else { build::cargo_program() });
    if setsid {
        command.arg(build::cargo_program());
    }
    command.args(["xtask", "demo"]).current_dir(build::repository()).env_clear().env("HOME", home);
    // Cargo itself has to be found; it lives in the real home folder.
    for name in ["PATH", "CARGO_TARGET_DIR"] {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    for (name, usual) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let value = env::var_os(name).or_else(|| Some(Path::new(&env::var_os("HOME")?).join(usual).into()));
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

//! What a person types in this repository: `cargo xtask demo | test | faults | bench | pictures`.
//!
//! Nothing here knows the wizard from inside: it builds programs, starts them and looks at what they leave.

mod args;
mod bank;
mod bench;
mod build;
mod demo;
mod display;
mod error;
mod faults;
mod folder;
mod libest;
mod machine;
mod pem;
mod pkits;
mod test;
mod tether;
mod voice;

use std::process::ExitCode;

use args::Verb;
use voice::say;

fn main() -> ExitCode {
    let result = match args::parse(std::env::args_os()) {
        Ok(Verb::Help) => {
            say(args::HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        Ok(Verb::Demo) => demo::run(),
        Ok(Verb::Film) => demo::film(),
        Ok(Verb::Bench) => bench::run(),
        Ok(Verb::Faults(depth)) => faults::run(depth),
        Ok(Verb::Test(strictness)) => return test::run(strictness),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(error.exit())
        }
    }
}

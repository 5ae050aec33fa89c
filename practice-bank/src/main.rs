//! The practice bank as a process: opens, prints one line of JSON, stays until it is killed.

mod parent;

use std::{ffi::OsString, io::Write, path::PathBuf, process::ExitCode};

use lexopt::{Arg, Parser, ValueExt};
use practice_bank::{Bank, Error, Manners, Oddity, Options, Pickup, Replay, UnknownOddity};

const USAGE: &str = "\
usage: practice-bank --listen 127.0.0.1:PORT --state DIR --write-profile FILE
                     [--write-profile-webform FILE] [--seed N] [--guests N]
                     [--replay same|refuse|new] [--csrattrs] [--renewal]
                     [--pickup SECONDS]
                     [--oddities NAME[,NAME...]] [--die-with-parent]

  --listen           address of the certificate authority; port 0 for any
  --state            folder for keys, ledger, log and customers' numbers
  --write-profile    where the institution profile goes
  --write-profile-webform
                     where the one for the old enrollment pages goes
  --seed             decides the fictional customers' numbers (1)
  --guests           so many further customers (0)
  --replay           what a second request of the same customer gets (same)
  --csrattrs         says what a request should hold, instead of 204
  --renewal          the profile lets certificates be renewed by simplereenroll
  --pickup           the old pages give a receipt, and the certificate so many seconds later
                     for the PIN in the ledger
  --oddities         what the authority always does, as in POST /practice/fault
  --die-with-parent  exit when the parent process does, or closes our standard input
";

/// What the command line asked for.
struct Wish {
    options: Options,
    manners: Manners,
    profile: PathBuf,
    profile_webform: Option<PathBuf>,
    die_with_parent: bool,
}

fn main() -> ExitCode {
    let wish = match read(std::env::args_os().skip(1)) {
        Ok(Some(wish)) => wish,
        Ok(None) => {
            eprint!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprint!("practice-bank: {mistake}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    // Before the bank opens: a parent that dies meanwhile must not leave it behind.
    if wish.die_with_parent {
        parent::watch();
    }
    match run(wish) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("practice-bank: {error}");
            ExitCode::from(match error {
                Error::NotLoopback(_) => 2,
                _ => 1,
            })
        }
    }
}

fn run(wish: Wish) -> Result<(), Error> {
    let mut bank = Bank::start_with(wish.options, wish.manners)?;
    bank.write_profile(&wish.profile)?;
    if let Some(file) = &wish.profile_webform {
        bank.write_profile_webform(file)?;
    }
    let line = serde_json::to_string(bank.ready())?;
    // Nobody may be reading; the bank is open all the same.
    let _ = writeln!(std::io::stdout(), "{line}");
    loop {
        std::thread::park();
    }
}

fn read(arguments: impl Iterator<Item = OsString>) -> Result<Option<Wish>, lexopt::Error> {
    let mut parser = Parser::from_args(arguments);
    let (mut listen, mut state, mut profile, mut profile_webform) = (None, None, None, None);
    let (mut seed, mut guests, mut replay, mut die_with_parent) = (1, 0, Replay::default(), false);
    let mut manners = Manners::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("listen") => listen = Some(parser.value()?.parse()?),
            Arg::Long("state") => state = Some(PathBuf::from(parser.value()?)),
            Arg::Long("write-profile") => profile = Some(PathBuf::from(parser.value()?)),
            Arg::Long("write-profile-webform") => profile_webform = Some(PathBuf::from(parser.value()?)),
            Arg::Long("seed") => seed = parser.value()?.parse()?,
            Arg::Long("guests") => guests = parser.value()?.parse()?,
            Arg::Long("replay") => replay = parser.value()?.parse()?,
            Arg::Long("csrattrs") => manners.csrattrs = true,
            Arg::Long("renewal") => manners.renewal = true,
            Arg::Long("pickup") => manners.pickup = Pickup::After(parser.value()?.parse()?),
            Arg::Long("oddities") => manners.oddities = parser.value()?.parse_with(oddities)?,
            Arg::Long("die-with-parent") => die_with_parent = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            _ => return Err(argument.unexpected()),
        }
    }
    let options = Options {
        listen: listen.ok_or("--listen is missing")?,
        state: state.ok_or("--state is missing")?,
        seed,
        guests,
        replay,
    };
    let profile = profile.ok_or("--write-profile is missing")?;
    Ok(Some(Wish { options, manners, profile, profile_webform, die_with_parent }))
}

fn oddities(list: &str) -> Result<Vec<Oddity>, UnknownOddity> {
    list.split(',').map(str::parse).collect()
}

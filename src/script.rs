//! The verbs of a script: one event a line, and a last line that says how it ended, also where nothing could begin.

use std::{
    error::Error as StdError,
    fmt::Display,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::ExitCode,
};

use shirushi::{
    cli::{self, Consent, EnrollArgs, Entries, Exit, RenewArgs, Report, Reporter, ResumeArgs, Run, Verb},
    compose::{self, StartError},
    domain::ProtocolName,
    session::{self, Desk, Issued},
};

/// A verb that could not begin: its last line says so.
pub struct Stopped {
    exit: Exit,
    report: Report,
    said: String,
}

impl Stopped {
    fn usage(so_far: Issued, error: &dyn StdError) -> Self {
        Self { exit: Exit::Usage, report: Report::misused(error, so_far), said: error.to_string() }
    }

    fn died() -> Self {
        let said = "ended by a fault of this program".to_owned();
        Self { exit: Exit::OurFault, report: Report::died(Issued::Unknown), said }
    }

    fn start(so_far: Issued, error: &StartError) -> Self {
        Self { exit: Exit::Machine, report: Report::not_begun(error, so_far), said: error.to_string() }
    }
}

/// What is known of a certificate before anything has been read.
fn so_far(verb: Verb) -> Issued {
    match verb {
        Verb::Enroll | Verb::Renew => Issued::No,
        Verb::Resume | Verb::Status => Issued::Unknown,
    }
}

pub fn enroll(args: EnrollArgs) -> Result<Exit, Stopped> {
    let Opened { desk, text, state, mut consent } = open(&args)?;
    let from = args.credentials.unwrap_or(cli::CredentialsFile::StandardInput);
    let numbers = cli::read_credentials(&from, &desk.role).map_err(|error| misused(&error))?;
    let entries = cli::Entries::new(&desk, numbers.credentials, args.level).map_err(|error| misused(&error))?;
    compose::keep_profile(&state, &desk.profile, &text).map_err(not_begun)?;
    compose::log_in_at_proxy(&desk, numbers.proxy_login);
    let mut reporter = Reporter::new(io::stdout());
    let (store_secret, pickup_pin) = (numbers.store_secret, numbers.pickup_pin);
    let run = Run { desk: &desk, store_secret, pickup_pin, consent: consent.as_mut(), reporter: &mut reporter };
    let result = compose::runtime().map_err(not_begun)?.block_on(run.enroll(entries));
    Ok(report(&mut reporter, &desk, result))
}

pub fn renew(args: RenewArgs) -> Result<Exit, Stopped> {
    let RenewArgs { enroll: args, certificate } = args;
    let Opened { desk, text, state, mut consent } = open(&args)?;
    let numbers = args.credentials.map(|from| cli::read_credentials(&from, &desk.role)).transpose();
    let numbers = numbers.map_err(|error| misused(&error))?.unwrap_or_default();
    let level = cli::level(&desk, args.level).map_err(|error| misused(&error))?;
    compose::keep_profile(&state, &desk.profile, &text).map_err(not_begun)?;
    compose::log_in_at_proxy(&desk, numbers.proxy_login);
    let mut reporter = Reporter::new(io::stdout());
    let (store_secret, pickup_pin) = (numbers.store_secret, numbers.pickup_pin);
    let run = Run { desk: &desk, store_secret, pickup_pin, consent: consent.as_mut(), reporter: &mut reporter };
    let result = compose::runtime().map_err(not_begun)?.block_on(run.renew(certificate, level));
    Ok(report(&mut reporter, &desk, result))
}

/// What a new application stands on.
struct Opened {
    desk: Desk,
    /// The profile as it was written.
    text: String,
    state: PathBuf,
    consent: Box<dyn Consent>,
}

fn open(args: &EnrollArgs) -> Result<Opened, Stopped> {
    let language = args.window.language.unwrap_or_else(cli::terminal_language);
    let consent = args.consent.source(language).map_err(|error| misused(&error))?;
    let (profile, text) = compose::load_profile(args.window.profile.as_deref()).map_err(|error| match error {
        StartError::Profile { .. } | StartError::ProfileFile { .. } if args.window.profile.is_some() => misused(&error),
        _ => Stopped::start(Issued::No, &error),
    })?;
    if profile.ca.protocol == ProtocolName::Byhand {
        return Err(not_begun(StartError::ByHand));
    }
    let state = compose::state_folder().map_err(not_begun)?;
    let journal = compose::open_journal(&state).map_err(not_begun)?;
    // What is open goes first: of that, something may have been issued.
    let so_far = match session::unfinished(&journal) {
        Ok(open) => open.map_or(Issued::No, |enrollment| Issued::at(enrollment.stage())),
        Err(_) => Issued::Unknown,
    };
    let stopped = |error: StartError| stopped_at_start(so_far, error);
    let store = compose::open_store(args.window.store.as_deref()).map_err(stopped)?;
    let desk = compose::desk(profile, args.role.as_ref(), store, journal).map_err(stopped)?;
    Ok(Opened { desk, text, state, consent })
}

/// Nothing has been issued: the command, or a file that it names, cannot be used.
fn misused(error: &dyn StdError) -> Stopped {
    Stopped::usage(Issued::No, error)
}

fn not_begun(error: StartError) -> Stopped {
    stopped_at_start(Issued::No, error)
}

fn stopped_at_start(so_far: Issued, error: StartError) -> Stopped {
    match error {
        StartError::NoSuchRole(_) | StartError::StoreAddress(_) | StartError::ByHand => misused(&error),
        _ => Stopped::start(so_far, &error),
    }
}

pub fn resume(args: ResumeArgs) -> Result<Exit, Stopped> {
    let misused = |error: &dyn StdError| Stopped::usage(Issued::Unknown, error);
    let unread = |error: StartError| Stopped::start(Issued::Unknown, &error);
    let language = args.language.unwrap_or_else(cli::terminal_language);
    let mut consent = args.consent.source(language).map_err(|error| misused(&error))?;
    let answer = args.answer.as_deref().map(session::read_answer).transpose().map_err(|error| misused(&error))?;
    let state = compose::state_folder().map_err(unread)?;
    let journal = compose::open_journal(&state).map_err(unread)?;
    let mut reporter = Reporter::new(io::stdout());
    let open = session::unfinished(&journal).map_err(|error| unread(error.into()))?;
    let Some(enrollment) = open else {
        reporter.line(&Report::Nothing);
        return Ok(Report::Nothing.exit());
    };
    let (intent, issued) = (enrollment.intent(), Issued::at(enrollment.stage()));
    let gone = |error: StartError| Stopped::start(issued, &error);
    let kept = compose::kept_profile(&state, &intent.institution);
    let (profile, _) = compose::load_profile(Some(kept.as_path())).map_err(gone)?;
    let store = compose::open_store(Some(&intent.store)).map_err(gone)?;
    let desk = compose::desk(profile, Some(&intent.role), store, journal).map_err(gone)?;
    let numbers = args.credentials.map(|from| cli::read_credentials(&from, &desk.role)).transpose();
    let numbers = numbers.map_err(|error| Stopped::usage(issued, &error))?.unwrap_or_default();
    compose::log_in_at_proxy(&desk, numbers.proxy_login);
    let entries = numbers.credentials.map(|credentials| Entries { credentials, level: intent.level });
    let (store_secret, pickup_pin) = (numbers.store_secret, numbers.pickup_pin);
    let run = Run { desk: &desk, store_secret, pickup_pin, consent: consent.as_mut(), reporter: &mut reporter };
    let result = compose::runtime().map_err(gone)?.block_on(run.resume(answer, entries));
    Ok(report(&mut reporter, &desk, result))
}

pub fn status() -> Result<Exit, Stopped> {
    let unread = |error: StartError| Stopped::start(Issued::Unknown, &error);
    let journal = compose::look_at_journal(&compose::state_folder().map_err(unread)?);
    let status = cli::status(&journal).map_err(|error| unread(error.into()))?;
    Reporter::new(io::stdout()).line(&status);
    Ok(Exit::Installed)
}

fn report<W: io::Write>(reporter: &mut Reporter<W>, desk: &Desk, result: Result<Report, session::Error>) -> Exit {
    let (report, exit) = match result {
        Ok(report) => (report.clone(), report.exit()),
        Err(error) => (Report::failed(&error, desk.profile.ca.replay), Exit::from(&error)),
    };
    reporter.line(&report);
    exit
}

/// Runs a verb; its last line is said in any case.
pub fn told(verb: impl FnOnce() -> Result<Exit, Stopped>) -> ExitCode {
    finish(catch_unwind(AssertUnwindSafe(verb)).unwrap_or_else(|_| Err(Stopped::died())))
}

/// What was typed after the verb makes no sense.
pub fn misunderstood(verb: Verb, error: &dyn StdError) -> ExitCode {
    finish(Err(Stopped::usage(so_far(verb), error)))
}

/// For whoever looks; nobody may, and the terminal may have gone.
pub fn remark(said: impl Display) {
    Reporter::new(io::stderr()).text(&format!("shirushi: {said}"));
}

fn finish(result: Result<Exit, Stopped>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(Stopped { exit, report, said }) => {
            Reporter::new(io::stdout()).line(&report);
            remark(said);
            exit.into()
        }
    }
}

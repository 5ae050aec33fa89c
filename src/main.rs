//! The composition root: reads the command line, puts the ports together, and hands over.

use std::{alloc::System, error::Error as StdError, io, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

#[cfg(all(feature = "gui", feature = "demo"))]
use shirushi::wizard::Traced as Wizard;
#[cfg(all(feature = "gui", not(feature = "demo")))]
use shirushi::wizard::Wizard;
use shirushi::{
    cli::{self, Command, EnrollArgs, Entries, Exit, Report, Reporter, ResumeArgs},
    compose::{self, StartError},
    domain::SecurityLevel,
    session::{self, Desk},
};
#[cfg(feature = "gui")]
use shirushi::{
    journal::private_folder,
    ui,
    wizard::{Blocked, Effects, World},
};

/// What a secret has touched inside the toolkit and the HTTP client is wiped too.
#[global_allocator]
static WIPED_WHEN_FREED: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    match cli::parse(std::env::args_os()) {
        Ok(Command::Help) => print(cli::HELP),
        Ok(Command::Version) => print(concat!("shirushi ", env!("CARGO_PKG_VERSION"))),
        Ok(Command::Window(args)) => window(&args),
        Ok(Command::Enroll(args)) => finish(enroll(args)),
        Ok(Command::Resume(args)) => finish(resume(args)),
        Ok(Command::Status) => finish(status()),
        Err(error) => stop(Exit::Usage, &error),
    }
}

/// A verb either ends with a report, or could not begin.
enum Stopped {
    Usage(Box<dyn StdError>),
    Start(StartError),
}

impl From<StartError> for Stopped {
    fn from(error: StartError) -> Self {
        match error {
            StartError::NoSuchRole(_) | StartError::StoreAddress(_) | StartError::Profile { .. } => {
                Self::Usage(Box::new(error))
            }
            _ => Self::Start(error),
        }
    }
}

fn enroll(args: EnrollArgs) -> Result<Exit, Stopped> {
    let mut consent = args.consent.source().map_err(|error| Stopped::Usage(Box::new(error)))?;
    let (profile, text) = compose::load_profile(args.window.profile.as_deref())?;
    let state = compose::state_folder()?;
    let journal = compose::open_journal(&state)?;
    let store = compose::open_store(args.window.store.as_deref())?;
    let desk = compose::desk(profile, args.role.as_ref(), store, journal)?;
    let from = args.credentials.unwrap_or(cli::CredentialsFile::StandardInput);
    let entries = entries(&desk, &from, args.level)?;
    compose::keep_profile(&state, &desk.profile, &text)?;
    let mut reporter = Reporter::new(io::stdout());
    let result = runtime()?.block_on(cli::enroll(&desk, entries, consent.as_mut(), &mut reporter));
    Ok(report(&mut reporter, result))
}

fn resume(args: ResumeArgs) -> Result<Exit, Stopped> {
    let mut consent = args.consent.source().map_err(|error| Stopped::Usage(Box::new(error)))?;
    let state = compose::state_folder()?;
    let journal = compose::open_journal(&state)?;
    let mut reporter = Reporter::new(io::stdout());
    let Some(intent) = session::unfinished_intent(&journal).map_err(StartError::from)? else {
        return Ok(report(&mut reporter, Ok(Report::Nothing)));
    };
    let kept = compose::kept_profile(&state, &intent.institution);
    let (profile, _) = compose::load_profile(Some(kept.as_path()))?;
    let store = compose::open_store(Some(&intent.store))?;
    let desk = compose::desk(profile, Some(&intent.role), store, journal)?;
    let entries = args.credentials.map(|from| entries(&desk, &from, Some(intent.level))).transpose()?;
    let answer = args.answer.as_deref().map(cli::read_answer).transpose().map_err(StartError::from)?;
    let result = runtime()?.block_on(cli::resume(&desk, answer, entries, consent.as_mut(), &mut reporter));
    Ok(report(&mut reporter, result))
}

fn status() -> Result<Exit, Stopped> {
    let journal = compose::open_journal(&compose::state_folder()?)?;
    let enrollments = cli::status(&journal).map_err(StartError::from)?;
    Reporter::new(io::stdout()).line(&serde_json::json!({ "enrollments": enrollments }));
    Ok(Exit::Installed)
}

fn entries(desk: &Desk, from: &cli::CredentialsFile, level: Option<SecurityLevel>) -> Result<Entries, Stopped> {
    let (credentials, store_secret) =
        cli::read_credentials(from, &desk.role).map_err(|error| Stopped::Usage(Box::new(error)))?;
    Ok(Entries { credentials, store_secret, level: level.unwrap_or(SecurityLevel::Medium) })
}

fn report<W: io::Write>(reporter: &mut Reporter<W>, result: Result<Report, session::Error>) -> Exit {
    let (report, exit) = match &result {
        Ok(report) => (report.clone(), report.exit()),
        Err(error) => (Report::failed(error), Exit::from(error)),
    };
    reporter.line(&report);
    exit
}

fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

fn finish(result: Result<Exit, Stopped>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(Stopped::Usage(error)) => stop(Exit::Usage, error.as_ref()),
        Err(Stopped::Start(error)) => {
            Reporter::new(io::stdout()).line(&Report::not_begun(&error));
            stop(Exit::Machine, &error)
        }
    }
}

fn print(text: &str) -> ExitCode {
    Reporter::new(io::stdout()).text(text);
    ExitCode::SUCCESS
}

fn stop(exit: Exit, error: &dyn StdError) -> ExitCode {
    eprintln!("shirushi: {error}");
    exit.into()
}

#[cfg(not(feature = "gui"))]
fn window(_: &cli::WindowArgs) -> ExitCode {
    eprintln!("shirushi: this build has no window");
    Exit::Usage.into()
}

#[cfg(feature = "gui")]
fn window(args: &cli::WindowArgs) -> ExitCode {
    if let Ok(state) = compose::state_folder()
        && private_folder(&state).is_ok()
    {
        // SAFETY: no thread has been started. Without it the window only opens later.
        let _ = unsafe { ui::quiet_font_scan(&state) };
    }
    match open_window(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => stop(Exit::Machine, &error),
    }
}

/// Whatever keeps the program from beginning is told in the window too: nobody sees a terminal.
#[cfg(feature = "gui")]
fn open_window(args: &cli::WindowArgs) -> Result<(), ui::Error> {
    let language = args.language.unwrap_or_default();
    match world(args) {
        Ok(world) => ui::run(ui::Flags::from_environment(), move || Wizard::start(world.clone(), language)),
        Err(error) => {
            eprintln!("shirushi: {error}");
            let obstacle = error.obstacle();
            ui::run(ui::Flags::from_environment(), move || (Blocked::new(obstacle, language), Effects::default()))
        }
    }
}

#[cfg(feature = "gui")]
fn world(args: &cli::WindowArgs) -> Result<World, StartError> {
    let (profile, text) = compose::load_profile(args.profile.as_deref())?;
    let state = compose::state_folder()?;
    let journal = compose::open_journal(&state)?;
    compose::keep_profile(&state, &profile, &text)?;
    let stores = compose::Stores::new(args.store.clone());
    compose::world(profile, stores, journal, std::sync::Arc::new(ui::FileDialog))
}

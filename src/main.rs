//! The composition root: reads the command line, puts the ports together, and hands over.

use std::{
    alloc::System,
    error::Error as StdError,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use zeroizing_alloc::ZeroAlloc;

#[cfg(feature = "demo")]
use shirushi::wizard::Traced as Wizard;
#[cfg(not(feature = "demo"))]
use shirushi::wizard::Wizard;
use shirushi::{
    cli::{
        self, Command, Consent, EnrollArgs, Entries, Exit, Look, Misunderstood, ProfileArgs, RenewArgs, Report,
        Reporter, ResumeArgs, Run, Verb,
    },
    compose::{self, StartError},
    desktop,
    domain::ProtocolName,
    journal::Journal,
    page::help::Hands,
    process,
    session::{self, Desk, Issued},
    text,
    wizard::{Blocked, Effects, Saver, World},
};
#[cfg(feature = "gui")]
use shirushi::{
    desktop::{Caller, Signals},
    journal::private_folder,
    page::Obstacle,
    ui,
    wizard::Answer,
};

/// What a secret has touched inside the toolkit and the HTTP client is wiped too.
#[global_allocator]
static WIPED_WHEN_FREED: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    process::keep_to_itself();
    desktop::tell_of_faults();
    catch_unwind(run).unwrap_or_else(|_| Exit::OurFault.into())
}

fn run() -> ExitCode {
    match cli::parse(std::env::args_os()) {
        Ok(Command::Help) => print(cli::HELP),
        Ok(Command::Version) => print(concat!("shirushi ", env!("CARGO_PKG_VERSION"))),
        Ok(Command::Window(args)) => window(&args),
        Ok(Command::Text(args)) => terminal(&args),
        Ok(Command::Enroll(args)) => finish(surviving(|| enroll(args))),
        Ok(Command::Renew(args)) => finish(surviving(|| renew(args))),
        Ok(Command::Resume(args)) => finish(surviving(|| resume(args))),
        Ok(Command::Status) => finish(surviving(status)),
        Ok(Command::Profile(args)) => profile(&args),
        Err(Misunderstood { verb: None, error }) => complain(Exit::Usage, &error),
        Err(Misunderstood { verb: Some(verb), error }) => finish(Err(Stopped::usage(so_far(verb), &error))),
    }
}

/// A verb that could not begin: its last line says so.
struct Stopped {
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

/// The last line is said in any case.
fn surviving(verb: impl FnOnce() -> Result<Exit, Stopped>) -> Result<Exit, Stopped> {
    catch_unwind(AssertUnwindSafe(verb)).unwrap_or_else(|_| Err(Stopped::died()))
}

fn enroll(args: EnrollArgs) -> Result<Exit, Stopped> {
    let Opened { desk, text, state, mut consent } = open(&args)?;
    let from = args.credentials.unwrap_or(cli::CredentialsFile::StandardInput);
    let numbers = cli::read_credentials(&from, &desk.role).map_err(|error| misused(&error))?;
    let entries = cli::Entries::new(&desk, numbers.credentials, args.level).map_err(|error| misused(&error))?;
    compose::keep_profile(&state, &desk.profile, &text).map_err(not_begun)?;
    compose::log_in_at_proxy(&desk, numbers.proxy_login);
    let mut reporter = Reporter::new(io::stdout());
    let (store_secret, pickup_pin) = (numbers.store_secret, numbers.pickup_pin);
    let run = Run { desk: &desk, store_secret, pickup_pin, consent: consent.as_mut(), reporter: &mut reporter };
    let result = runtime().map_err(not_begun)?.block_on(run.enroll(entries));
    Ok(report(&mut reporter, &desk, result))
}

fn renew(args: RenewArgs) -> Result<Exit, Stopped> {
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
    let result = runtime().map_err(not_begun)?.block_on(run.renew(certificate, level));
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

fn resume(args: ResumeArgs) -> Result<Exit, Stopped> {
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
    let result = runtime().map_err(gone)?.block_on(run.resume(answer, entries));
    Ok(report(&mut reporter, &desk, result))
}

fn status() -> Result<Exit, Stopped> {
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

fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

fn finish(result: Result<Exit, Stopped>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(Stopped { exit, report, said }) => {
            Reporter::new(io::stdout()).line(&report);
            eprintln!("shirushi: {said}");
            exit.into()
        }
    }
}

fn print(text: &str) -> ExitCode {
    Reporter::new(io::stdout()).text(text);
    ExitCode::SUCCESS
}

fn complain(exit: Exit, error: &dyn StdError) -> ExitCode {
    eprintln!("shirushi: {error}");
    exit.into()
}

/// In plain words, for whoever writes a profile.
fn profile(args: &ProfileArgs) -> ExitCode {
    let profile = match compose::load_profile(Some(&args.file)) {
        Ok((profile, _)) => profile,
        Err(error) => {
            let exit = complain(Exit::Usage, &error);
            if let StartError::Profile { path, error } = &error
                && let Ok(text) = std::fs::read_to_string(path)
                && let Some((line, column)) = cli::place_of(error, &text)
            {
                eprintln!("see line {line}, column {column}");
            }
            return exit;
        }
    };
    if args.look == Look::Check {
        return print(&format!("{}: a profile without mistakes\n", args.file.display()));
    }
    let survey = runtime().map(|runtime| runtime.block_on(compose::survey(&profile)));
    match survey {
        Ok(Ok(Some(survey))) => {
            let printed = print(&format!("{survey}\n"));
            if survey.fits() { printed } else { Exit::Usage.into() }
        }
        Ok(Ok(None)) => print("This CA has no page: nothing was asked.\n"),
        Ok(Err(error)) => complain(Exit::Network, &error),
        Err(error) => complain(Exit::Machine, &error),
    }
}

#[cfg(not(feature = "gui"))]
fn window(_: &cli::WindowArgs) -> ExitCode {
    eprintln!("shirushi: this build has no window");
    Exit::Usage.into()
}

#[cfg(feature = "gui")]
fn window(args: &cli::WindowArgs) -> ExitCode {
    let signals = Signals::keep_back(); // no thread has been started
    if let Ok(state) = compose::state_folder()
        && private_folder(&state).is_ok()
    {
        // SAFETY: no thread has been started. Without it the window only opens later.
        let _ = unsafe { ui::quiet_font_scan(&state) };
    }
    match catch_unwind(AssertUnwindSafe(|| open_window(args, signals))) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(error)) => complain(Exit::Machine, &error),
        Err(_) => {
            desktop::apologize();
            Exit::OurFault.into()
        }
    }
}

/// Whatever keeps the program from beginning is told in the window too: nobody sees a terminal.
#[cfg(feature = "gui")]
fn open_window(args: &cli::WindowArgs, signals: Signals) -> Result<Exit, ui::Error> {
    let language = args.language.unwrap_or_default();
    let flags = ui::Flags::from_environment();
    let (caller, summons) = desktop::line();
    let begun = match desktop::begins_after_fault() {
        true => Err((Obstacle::Died, Exit::OurFault)),
        false => window_world(args, &caller).map_err(|error| {
            eprintln!("shirushi: {error}");
            (error.obstacle(), Exit::Machine)
        }),
    };
    signals.pass_on(caller);
    match begun {
        Ok(None) => Ok(Exit::Installed),
        Ok(Some(world)) => {
            ui::run(flags, summons, move || Wizard::start(world.clone(), language)).map(|()| Exit::Installed)
        }
        Err((obstacle, exit)) => {
            let answer = Arc::<Mutex<Answer>>::default();
            let said = Arc::clone(&answer);
            let open = move || (Blocked::new(obstacle, language).answering(Arc::clone(&said)), Effects::default());
            ui::run(flags, summons, open)?;
            if answer.lock().is_ok_and(|answer| *answer == Answer::EndTheFirst) {
                end_the_first();
            }
            Ok(exit)
        }
    }
}

/// And takes its place. Comes back where that is not possible.
#[cfg(feature = "gui")]
fn end_the_first() {
    // One that has ended by itself meanwhile is as good.
    let _ = compose::state_folder().map(|state| desktop::end_the_first(&state));
    desktop::begin_again();
}

/// `None`: another window was open, and has come to the front.
#[cfg(feature = "gui")]
fn window_world(args: &cli::WindowArgs, caller: &Caller) -> Result<Option<World>, StartError> {
    let Some(journal) = compose::sole_journal(&compose::state_folder()?, caller)? else { return Ok(None) };
    let saver = Arc::new(ui::FileDialog::new(compose::documents_folder()));
    world(args, journal, saver, Hands::Window).map(Some)
}

/// What a shell says of a program that SIGTERM has ended.
const TERMINATED: u8 = 128 + 15;

fn terminal(args: &cli::WindowArgs) -> ExitCode {
    match runtime() {
        Ok(runtime) => match play(args, &runtime) {
            Ok(exit) => exit.into(),
            Err(text::Error::Terminated) => ExitCode::from(TERMINATED),
            Err(error) => complain(Exit::Machine, &error),
        },
        Err(error) => complain(Exit::Machine, &error),
    }
}

/// As the window: whatever keeps the program from beginning is a page too.
fn play(args: &cli::WindowArgs, runtime: &tokio::runtime::Runtime) -> Result<Exit, text::Error> {
    let language = args.language.unwrap_or_else(cli::terminal_language);
    let (saver, requests) = text::file_prompt(compose::documents_folder());
    let begun = compose::state_folder().and_then(|state| compose::open_journal(&state));
    match begun.and_then(|journal| world(args, journal, Arc::new(saver), Hands::Terminal)) {
        Ok(world) => {
            text::play(runtime, language, requests, || Wizard::start(world, language)).map(|()| Exit::Installed)
        }
        Err(error) => {
            let obstacle = error.obstacle();
            eprintln!("shirushi: {error}");
            let open = || (Blocked::new(obstacle, language), Effects::default());
            text::play(runtime, language, requests, open).map(|()| Exit::Machine)
        }
    }
}

fn world(
    args: &cli::WindowArgs,
    journal: Arc<Journal>,
    saver: Arc<dyn Saver>,
    hands: Hands,
) -> Result<World, StartError> {
    let (mut profile, text) = compose::load_profile(args.profile.as_deref())?;
    let state = compose::state_folder()?;
    compose::keep_profile(&state, &profile, &text)?;
    // What is open goes first, with its own bank. A journal that cannot be read is told by the wizard's first page.
    if let Ok(Some(enrollment)) = session::unfinished(&journal)
        && enrollment.intent().institution != profile.institution.id
    {
        let kept = compose::kept_profile(&state, &enrollment.intent().institution);
        (profile, _) = compose::load_profile(Some(kept.as_path()))?;
    }
    let stores = compose::Stores::new(args.store.clone());
    compose::world(profile, stores, journal, saver, hands)
}

//! The composition root: reads the command line, puts the ports together, and hands over.

mod script;

use std::{
    alloc::System,
    error::Error as StdError,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::{Arc, Mutex},
};

use zeroizing_alloc::ZeroAlloc;

#[cfg(feature = "demo")]
use shirushi::wizard::Traced as Wizard;
#[cfg(not(feature = "demo"))]
use shirushi::wizard::Wizard;
use shirushi::{
    cli::{self, Command, Exit, Look, Misunderstood, ProfileArgs, Reporter},
    compose::{self, StartError},
    desktop,
    journal::Journal,
    page::help::Hands,
    process, session, text,
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
        Ok(Command::Enroll(args)) => script::told(|| script::enroll(args)),
        Ok(Command::Renew(args)) => script::told(|| script::renew(args)),
        Ok(Command::Resume(args)) => script::told(|| script::resume(args)),
        Ok(Command::Status) => script::told(script::status),
        Ok(Command::Profile(args)) => profile(&args),
        Err(Misunderstood { verb: None, error }) => complain(Exit::Usage, &error),
        Err(Misunderstood { verb: Some(verb), error }) => script::misunderstood(verb, &error),
    }
}

fn print(text: &str) -> ExitCode {
    Reporter::new(io::stdout()).text(text);
    ExitCode::SUCCESS
}

fn complain(exit: Exit, error: &dyn StdError) -> ExitCode {
    script::remark(error);
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
                Reporter::new(io::stderr()).text(&format!("see line {line}, column {column}"));
            }
            return exit;
        }
    };
    if args.look == Look::Check {
        return print(&format!("{}: a profile without mistakes\n", args.file.display()));
    }
    let survey = compose::runtime().map(|runtime| runtime.block_on(compose::survey(&profile)));
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
    script::remark("this build has no window");
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
            script::remark(&error);
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
    match compose::runtime() {
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
            script::remark(&error);
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

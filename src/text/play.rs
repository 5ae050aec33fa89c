//! The player: feeds the story, prints what is new, asks, and runs the story's jobs.

use std::{
    collections::VecDeque,
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use tokio::{
    runtime::Runtime,
    sync::mpsc,
    task::{JoinError, JoinHandle},
    time::sleep,
};

use super::{
    fields::{fields, forget_mistakes},
    keyboard::{Echo, Keyboard, NotHidden, Typed},
    menu::{Choice, Menu},
    print,
    save::{Request, Requests},
    screen::Screen,
    wait::{end_of, interrupts, next, terminations},
};
use crate::{
    domain::{FieldId, Language, Secret},
    i18n::{Words, say},
    page::{Control, EnterKey, Event, FieldModel, Icon, Masking, Scene, Weight},
    wizard::{Effects, Input, Story, Ticking, WindowClosing},
};

/// So long a page that decides is deaf to Enter, so that a doubled key never decides.
const FRESH: Duration = Duration::from_secs(1);
const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    NotHidden(#[from] NotHidden),
    #[error("an act of the wizard has died: {0}")]
    JobDied(#[from] JoinError),
    #[error("ended from outside")]
    Terminated,
}

/// Plays the story on this terminal until it closes.
pub fn play<S: Story>(
    runtime: &Runtime,
    language: Language,
    requests: Requests,
    open: impl FnOnce() -> (S, Effects<S::Outcome, S::Progress>),
) -> Result<(), Error> {
    runtime.block_on(async {
        let (story, begun) = open();
        let mut player = Player::new(story, language, requests);
        player.perform(begun);
        player.refresh();
        while player.closing == WindowClosing::StayOpen {
            player.ask()?;
            let heard = player.listen().await?;
            player.take(heard);
        }
        Ok(())
    })
}

/// What the prompt is about.
#[derive(Debug)]
enum Asked {
    Page(Menu),
    Dialog(Menu),
    Field(FieldId),
    File,
}

/// What may happen while the player waits.
enum Heard<S: Story> {
    Step(S::Progress),
    Finished(S::Outcome),
    Naming(Request),
    Typed(Typed),
    /// Ctrl-C.
    Interrupted,
    Tick,
}

/// Why a question lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Closing,
    Page,
}

struct Player<S: Story> {
    story: S,
    words: Words,
    screen: Screen,
    keyboard: Keyboard,
    interrupts: mpsc::UnboundedReceiver<()>,
    terminations: mpsc::UnboundedReceiver<()>,
    requests: Requests,
    /// `None`: the whole page has to be printed.
    shown: Option<Scene>,
    arrived: Instant,
    /// Fields that are asked for before the choices.
    ahead: VecDeque<FieldId>,
    asked: Option<Asked>,
    naming: Option<Request>,
    why: Why,
    job: Option<JoinHandle<S::Outcome>>,
    steps: Option<mpsc::UnboundedReceiver<S::Progress>>,
    closing: WindowClosing,
}

impl<S: Story> Player<S> {
    fn new(story: S, language: Language, requests: Requests) -> Self {
        Self {
            story,
            words: Words::new(language),
            screen: Screen::from_environment(),
            keyboard: Keyboard::open(),
            interrupts: interrupts(),
            terminations: terminations(),
            requests,
            shown: None,
            arrived: Instant::now(),
            ahead: VecDeque::new(),
            asked: None,
            naming: None,
            why: Why::Page,
            job: None,
            steps: None,
            closing: WindowClosing::StayOpen,
        }
    }

    async fn listen(&mut self) -> Result<Heard<S>, Error> {
        let ticking = self.story.ticking();
        let heard = tokio::select! {
            biased; // what a job said on its way comes before its end
            Some(()) = self.terminations.recv() => return Err(Error::Terminated),
            Some(()) = self.interrupts.recv() => Heard::Interrupted,
            Some(step) = next(&mut self.steps) => Heard::Step(step),
            ended = end_of(&mut self.job) => Heard::Finished(ended?),
            Some(request) = self.requests.recv() => Heard::Naming(request),
            typed = self.keyboard.typed() => Heard::Typed(typed),
            () = sleep(SECOND), if ticking == Ticking::EverySecond => Heard::Tick,
        };
        Ok(heard)
    }

    fn take(&mut self, heard: Heard<S>) {
        match heard {
            Heard::Step(step) => self.handle(Input::Progress(step)),
            Heard::Finished(outcome) => {
                self.job = None;
                self.handle(Input::Finished(outcome));
            }
            Heard::Naming(request) => {
                self.naming = Some(request);
                self.asked = None;
            }
            Heard::Typed(Typed::Line(line)) => {
                self.screen.answered();
                self.answer(&line);
            }
            Heard::Typed(Typed::Ended) | Heard::Interrupted => self.leave(),
            Heard::Tick => self.handle(Input::Tick),
        }
    }

    fn handle(&mut self, input: Input<S::Outcome, S::Progress>) {
        let before = self.shown.as_ref().is_some_and(|scene| scene.dialog.is_some());
        let why = if matches!(input, Input::Event(_)) { Why::Page } else { Why::Closing };
        let always = matches!(input, Input::CloseRequested);
        let effects = self.story.handle(input);
        if always || !before {
            self.why = why;
        }
        self.perform(effects);
        self.refresh();
    }

    fn perform(&mut self, effects: Effects<S::Outcome, S::Progress>) {
        let Effects { job, progress, clipboard, closing } = effects;
        if let Some(job) = job {
            self.job = Some(tokio::spawn(job));
            self.steps = progress;
        }
        if let Some(text) = clipboard {
            self.screen.line("", Weight::Regular);
            text.lines().for_each(|line| self.screen.line(line, Weight::Regular));
            self.screen.line("", Weight::Regular);
            self.asked = None;
        }
        if closing == WindowClosing::Close {
            self.closing = closing;
        }
    }

    /// Prints what is new since the last time.
    fn refresh(&mut self) {
        if self.closing == WindowClosing::Close {
            return;
        }
        let now = self.story.scene();
        let before = self.shown.replace(now.clone());
        let turned = before.as_ref().is_none_or(|before| print::is_another_page(before, &now));
        let news = match &before {
            Some(before) if !turned => print::news(&before.page, &now.page),
            _ => print::page(&now.page),
        };
        if turned {
            self.arrived = Instant::now();
            self.ahead =
                fields(&now.page).filter(|field| field.entry.is_empty()).map(|field| field.id.clone()).collect();
            self.screen.lines(&[print::Said::gap(), print::head(&now.frame)]);
        }
        let said = before.as_ref().and_then(|before| before.toast.as_ref());
        let toast = now.toast.iter().filter(|toast| Some(*toast) != said);
        let news: Vec<print::Said> = news.into_iter().chain(toast.map(|toast| print::Said::bold(toast))).collect();
        self.screen.lines(&news);
        let asked = before.and_then(|before| before.dialog);
        if !news.is_empty() || asked != now.dialog {
            self.asked = None;
            self.question(&now);
        }
    }

    /// While something must not be cut off there is nothing to decide: it is said, and asked again when it is over.
    fn question(&mut self, scene: &Scene) {
        let Some(dialog) = &scene.dialog else { return };
        self.screen.line("", Weight::Regular);
        self.screen.lines(&print::dialog(dialog));
        if dialog.icon == Icon::Lock {
            self.press(Control::DialogSecond);
        }
    }

    /// One prompt, unless there is one already or nothing can be answered.
    fn ask(&mut self) -> Result<(), NotHidden> {
        let Some(scene) = self.shown.as_ref().filter(|_| self.asked.is_none()) else { return Ok(()) };
        let asked = if self.naming.is_some() {
            Asked::File
        } else if let Some(dialog) = &scene.dialog {
            Asked::Dialog(Menu::of_dialog(dialog))
        } else if self.job.is_some() {
            return Ok(());
        } else if let Some(id) = self.ahead.front() {
            Asked::Field(id.clone())
        } else {
            Asked::Page(Menu::of_page(&scene.page, &scene.frame, &self.words))
        };
        if let Asked::Page(menu) | Asked::Dialog(menu) = &asked {
            self.screen.line("", Weight::Regular);
            menu.lines().iter().for_each(|line| self.screen.line(line, Weight::Regular));
        }
        self.prompt(asked)
    }

    fn prompt(&mut self, asked: Asked) -> Result<(), NotHidden> {
        let words = &self.words;
        let (text, echo) = match &asked {
            Asked::Page(_) | Asked::Dialog(_) => (">".to_owned(), Echo::Shown),
            Asked::File => {
                let name = self.naming.as_ref().map(|request| request.suggested.as_str()).unwrap_or_default();
                (format!("{} [{name}]:", say!(words, "terminal", "file")), Echo::Shown)
            }
            Asked::Field(id) => match self.field(id) {
                Some(FieldModel { masking: Masking::Never, label, .. }) => (format!("{label}:"), Echo::Shown),
                Some(FieldModel { label, .. }) => {
                    (format!("{label} ({}):", say!(words, "terminal", "hidden")), Echo::Hidden)
                }
                None => (":".to_owned(), Echo::Hidden),
            },
        };
        // Before anybody knows that a secret is wanted, it is hidden.
        self.keyboard.ask(echo)?;
        self.screen.prompt(&text);
        self.asked = Some(asked);
        Ok(())
    }

    fn answer(&mut self, line: &Secret) {
        match self.asked.take() {
            Some(Asked::Field(id)) => self.enter(id, line),
            Some(Asked::File) => self.name(line.reveal()),
            Some(Asked::Dialog(menu)) => self.choose(&menu, line.reveal()),
            // Asked once more.
            Some(Asked::Page(_)) if line.is_empty() && self.is_too_early() => {}
            Some(Asked::Page(menu)) => self.choose(&menu, line.reveal()),
            // Its prompt has gone; something runs.
            None => {}
        }
    }

    fn is_too_early(&self) -> bool {
        let deaf = self.shown.as_ref().is_some_and(|scene| scene.page.enter == EnterKey::AfterASecond);
        deaf && io::stdin().is_terminal() && self.arrived.elapsed() < FRESH
    }

    fn choose(&mut self, menu: &Menu, answer: &str) {
        match menu.choice(answer) {
            Some(Choice::Press(control)) => self.press(control),
            Some(Choice::Enter(id)) => self.ahead.push_front(id),
            Some(Choice::Show) => self.show_again(),
            Some(Choice::Quit) => self.handle(Input::CloseRequested),
            None => self.screen.line(&say!(self.words, "terminal", "other"), Weight::Bold),
        }
    }

    fn press(&mut self, control: Control) {
        let submitted = control == Control::Primary;
        if control == Control::Language {
            self.words = Words::new(self.words.language().other());
            self.shown = None;
        }
        if submitted && let Some(scene) = &mut self.shown {
            forget_mistakes(&mut scene.page.blocks);
        }
        self.handle(Input::Event(Event::Pressed(control)));
        if submitted && let Some(scene) = &self.shown {
            let wrong = fields(&scene.page).filter(|field| field.error.is_some());
            self.ahead.extend(wrong.map(|field| field.id.clone()).collect::<Vec<_>>());
        }
    }

    /// Enter alone leads to the choices, and leaves what is there. An ID is never a question mark or a single q.
    fn enter(&mut self, id: FieldId, line: &Secret) {
        let is_id = self.field(&id).is_some_and(|field| field.masking == Masking::Never);
        match line.reveal().trim() {
            "" => self.ahead.clear(),
            "q" | "ｑ" if is_id => self.handle(Input::CloseRequested),
            "?" | "？" if is_id => self.press(Control::Help),
            _ => {
                self.handle(Input::Event(Event::Edited(id.clone(), line.clone())));
                self.handle(Input::Event(Event::Left(id.clone())));
                if self.field(&id).is_none_or(|field| field.error.is_none()) {
                    self.ahead.retain(|other| *other != id);
                }
            }
        }
    }

    fn name(&mut self, answer: &str) {
        let Some(Request { suggested, reply }) = self.naming.take() else { return };
        let name = match answer.trim() {
            "" => Some(suggested),
            "q" => None,
            name => Some(name.to_owned()),
        };
        // A saver that does not wait any more has said why.
        let _ = reply.send(name);
    }

    /// Ctrl-C, Ctrl-D, or no more input: the close button. Once more at its own question is a yes.
    fn leave(&mut self) {
        self.asked = None;
        if let Some(Request { reply, .. }) = self.naming.take() {
            let _ = reply.send(None);
            return;
        }
        match (self.shown.as_ref().is_some_and(|scene| scene.dialog.is_some()), self.why) {
            (true, Why::Closing) => self.press(Control::DialogSecond),
            (true, Why::Page) => {
                self.press(Control::DialogPrimary);
                self.handle(Input::CloseRequested);
            }
            (false, _) => self.handle(Input::CloseRequested),
        }
    }

    fn show_again(&mut self) {
        self.shown = None;
        self.refresh();
    }

    fn field(&self, id: &FieldId) -> Option<&FieldModel> {
        self.shown.as_ref().and_then(|scene| fields(&scene.page).find(|field| field.id == *id))
    }
}

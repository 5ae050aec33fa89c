//! The window as an iced application: feeds the story, keeps the focus, runs its jobs.

use std::cell::Cell;
use std::time::{Duration, Instant};

use iced::widget::responsive;
use iced::{Subscription, Task, theme, window};
use tokio::sync::mpsc::UnboundedReceiver;

use super::display::{Display, Room};
use super::focus::{self, Act, Age, Hand, Moment};
use super::keys::{Intent, Typing};
use super::operation::{Entering, Entry, Sheet};
use super::outside::{all_of, raise};
use super::theme::{Look, Shade};
use super::widget::listen::Listen;
use super::{Gesture, empty, font, frame, operation, probe};
use crate::desktop::{Summons, Wish};
use crate::page::{CapsLock, Control, Event, Scene};
use crate::wizard::{Effects, Input, Story, Ticking, WindowClosing};

const TEXT_SIZES: [f32; 5] = [1.0, 1.25, 1.5, 1.75, 2.0];
const TOAST: Duration = Duration::from_secs(6);
/// So long a page that decides is deaf to Enter.
const FRESH: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    NoDisplay(#[from] probe::NoDisplay),
    #[error(transparent)]
    Window(#[from] iced::Error),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    pub shade: Shade,
}

impl Flags {
    /// `SHIRUSHI_THEME=light|dark|high-contrast`, otherwise light.
    pub fn from_environment() -> Self {
        let shade = std::env::var("SHIRUSHI_THEME").ok().and_then(|name| Shade::named(&name));
        Self { shade: shade.unwrap_or_default() }
    }
}

/// Opens the window and shows the story until it closes.
pub fn run<S: Story>(
    flags: Flags,
    summons: UnboundedReceiver<Summons>,
    open: impl Fn() -> (S, Effects<S::Outcome, S::Progress>) + 'static,
) -> Result<(), Error> {
    probe::display()?;
    let summons = Cell::new(Some(summons));
    let boot = move || {
        let (story, begun) = open();
        let summons = summons.take().map_or_else(Task::none, |summons| Task::stream(all_of(summons)));
        let begun = [Task::done(Message::Opened), summons.map(Message::Summoned), perform::<S>(begun)];
        (App::new(flags, story), Task::batch(begun))
    };
    iced::application(boot, App::update, App::view)
        .settings(font::settings())
        .window(empty::settings())
        .title(|app: &App<S>| app.scene.frame.product.clone())
        .style(|app: &App<S>, _| theme::Style { background_color: app.look.canvas, text_color: app.look.text })
        .theme(|app: &App<S>| app.theme())
        .scale_factor(|app: &App<S>| TEXT_SIZES[app.text_size])
        .subscription(App::subscription)
        .run()?;
    Ok(())
}

enum Message<Outcome, Progress> {
    /// The first page is there.
    Opened,
    Gesture(Gesture),
    CloseRequested,
    Summoned(Summons),
    Tick,
    Progress(Progress),
    Finished(Outcome),
    /// The time of the toast with this number is over.
    ToastOver(u64),
}

type MessageOf<S> = Message<<S as Story>::Outcome, <S as Story>::Progress>;
type TaskOf<S> = Task<MessageOf<S>>;

struct Toast {
    number: u64,
    text: String,
}

struct App<S: Story> {
    story: S,
    scene: Scene,
    look: Look,
    focus: Option<Control>,
    /// What had the focus before the dialog came.
    behind: Option<Control>,
    /// How the toolkit's own focus shall follow.
    entry: Entry,
    /// What had the focus before the help came.
    under: Option<Control>,
    hand: Hand,
    arrived: Instant,
    text_size: usize,
    caps_lock: CapsLock,
    toast: Option<Toast>,
    toasts: u64,
}

impl<S: Story> App<S> {
    fn new(flags: Flags, story: S) -> Self {
        let scene = story.scene();
        Self {
            focus: focus::on_arrival(&scene),
            story,
            scene,
            look: Look::of(flags.shade),
            behind: None,
            entry: Entry::default(),
            under: None,
            hand: Hand::Mouse,
            arrived: Instant::now(),
            text_size: 0,
            caps_lock: CapsLock::Off,
            toast: None,
            toasts: 0,
        }
    }

    fn theme(&self) -> iced::Theme {
        let palette = theme::Palette {
            background: self.look.canvas,
            text: self.look.text,
            primary: self.look.primary,
            success: self.look.success,
            warning: self.look.warning,
            danger: self.look.error,
        };
        iced::Theme::custom("Shirushi", palette)
    }

    fn view(&self) -> iced::Element<'_, MessageOf<S>> {
        let toast = self.toast.as_ref().map(|toast| toast.text.as_str());
        let content = responsive(move |size| {
            let room = Room { width: size.width, height: size.height };
            let focus = self.focus.as_ref();
            frame::window(Display { scene: &self.scene, look: self.look, focus, hand: self.hand, room }, toast)
        });
        let typing = if matches!(self.focus, Some(Control::Field(_))) { Typing::IntoField } else { Typing::Nowhere };
        let root = Listen { content: content.into(), typing, caps_lock: self.caps_lock, entry: self.entry.clone() };
        super::Element::from(root).map(Message::Gesture)
    }

    fn subscription(&self) -> Subscription<MessageOf<S>> {
        let closing = window::close_requests().map(|_| Message::CloseRequested);
        match self.story.ticking() {
            Ticking::Still => closing,
            Ticking::EverySecond => {
                Subscription::batch([closing, iced::time::every(Duration::from_secs(1)).map(|_| Message::Tick)])
            }
        }
    }

    fn update(&mut self, message: MessageOf<S>) -> TaskOf<S> {
        match message {
            Message::Opened => self.show_focus(),
            Message::Gesture(gesture) => self.gesture(gesture),
            Message::CloseRequested => self.handle(Input::CloseRequested),
            Message::Summoned(summons) => match summons.hear() {
                Wish::Raise => raise(),
                Wish::End => self.handle(Input::EndRequested),
            },
            Message::Tick => self.handle(Input::Tick),
            Message::Progress(progress) => self.handle(Input::Progress(progress)),
            Message::Finished(outcome) => self.handle(Input::Finished(outcome)),
            Message::ToastOver(number) => {
                self.toast = self.toast.take().filter(|toast| toast.number != number);
                Task::none()
            }
        }
    }

    fn gesture(&mut self, gesture: Gesture) -> TaskOf<S> {
        match gesture {
            Gesture::MouseUsed => {
                self.hand = Hand::Mouse;
                Task::none()
            }
            Gesture::Pointed(control @ Control::Field(_)) => self.go_to(control),
            Gesture::Pointed(control) => {
                focus::pointed(&self.scene, control).map_or_else(Task::none, |control| self.move_focus(Some(control)))
            }
            // By now another field may have it.
            Gesture::Elsewhere(field) if self.focus.as_ref() != Some(&field) => Task::none(),
            Gesture::Elsewhere(_) => self.move_focus(None),
            Gesture::Clicked(control) => self.press(control),
            Gesture::Edited(id, entry) => self.handle(Input::Event(Event::Edited(id, entry))),
            Gesture::CapsLock(caps_lock) => {
                self.caps_lock = caps_lock;
                self.handle(Input::Event(Event::CapsLock(caps_lock)))
            }
            Gesture::Key(intent) => self.key(intent),
        }
    }

    fn key(&mut self, intent: Intent) -> TaskOf<S> {
        let age = if self.arrived.elapsed() < FRESH { Age::Fresh } else { Age::Settled };
        let moment = Moment { scene: &self.scene, focus: self.focus.as_ref(), hand: self.hand, age };
        let act = focus::act(intent, moment);
        if intent.shows_focus() {
            self.hand = Hand::Keyboard;
        }
        match act {
            Act::Nothing => Task::none(),
            Act::Focus(control) => self.go_to(control),
            Act::Press(control) => self.press(control),
            Act::DropToast => {
                self.toast = None;
                Task::none()
            }
            Act::Larger => self.resize_text((self.text_size + 1).min(TEXT_SIZES.len() - 1)),
            Act::Smaller => self.resize_text(self.text_size.saturating_sub(1)),
            Act::UsualSize => self.resize_text(0),
            Act::PageDown => operation::turn(operation::Turn::Down),
            Act::PageUp => operation::turn(operation::Turn::Up),
        }
    }

    fn press(&mut self, control: Control) -> TaskOf<S> {
        match control {
            Control::MoreBelow => operation::turn(operation::Turn::Down),
            Control::TextSize => self.resize_text((self.text_size + 1) % TEXT_SIZES.len()),
            Control::Role(_) | Control::Store(_) | Control::Level(_) => {
                let moved = self.move_focus(Some(control.clone()));
                Task::batch([moved, self.handle(Input::Event(Event::Pressed(control)))])
            }
            control => self.handle(Input::Event(Event::Pressed(control))),
        }
    }

    fn resize_text(&mut self, text_size: usize) -> TaskOf<S> {
        self.text_size = text_size;
        self.reveal_focus()
    }

    /// Tells the story, and lets the focus follow what it shows then.
    fn handle(&mut self, input: Input<S::Outcome, S::Progress>) -> TaskOf<S> {
        let pressed = match &input {
            Input::Event(Event::Pressed(control)) => Some(control.clone()),
            _ => None,
        };
        let effects = self.story.handle(input);
        let before = std::mem::replace(&mut self.scene, self.story.scene());
        let toast = self.follow_toast(&before, pressed.as_ref());
        let focus = self.follow_scene(&before, pressed.as_ref());
        Task::batch([toast, focus, perform::<S>(effects)])
    }

    fn follow_toast(&mut self, before: &Scene, pressed: Option<&Control>) -> TaskOf<S> {
        match &self.scene.toast {
            None => {
                self.toast = None;
                Task::none()
            }
            Some(text) if before.toast.as_ref() != Some(text) || pressed.is_some() => {
                self.toasts += 1;
                let number = self.toasts;
                self.toast = Some(Toast { number, text: text.clone() });
                Task::future(tokio::time::sleep(TOAST)).map(move |()| Message::ToastOver(number))
            }
            Some(_) => Task::none(),
        }
    }

    fn follow_scene(&mut self, before: &Scene, pressed: Option<&Control>) -> TaskOf<S> {
        match (&before.dialog, &self.scene.dialog) {
            (None, Some(_)) => self.behind = self.focus.take(),
            (Some(_), None) => self.focus = self.behind.take(),
            _ => {}
        }
        if self.scene.dialog.is_some() {
            return match before.dialog.as_ref().map(|dialog| &dialog.title)
                == self.scene.dialog.as_ref().map(|dialog| &dialog.title)
            {
                true => Task::none(),
                false => self.arrive(),
            };
        }
        if let Some(focus) = pressed.and_then(|key| focus::after_key(before, &self.scene, key, self.focus.as_ref())) {
            self.focus = Some(focus);
            return self.enter(Entering::AsItIs);
        }
        let is_new = focus::is_another_page(before, &self.scene) && pressed != Some(&Control::Language);
        if is_new {
            return self.turn_page(before, pressed);
        }
        if pressed == Some(&Control::Details) {
            return operation::reveal_details();
        }
        let wrong = focus::first_wrong(&self.scene).filter(|_| pressed == Some(&Control::Primary));
        match wrong.or_else(|| focus::after_change(before, &self.scene, self.focus.as_ref())) {
            Some(focus) => {
                self.focus = Some(focus);
                self.show_focus()
            }
            None if before.dialog.is_some() => self.show_focus(),
            None => Task::none(),
        }
    }

    /// A new page begins at its top. Closing the help leads back to where it was opened.
    fn turn_page(&mut self, before: &Scene, pressed: Option<&Control>) -> TaskOf<S> {
        self.arrived = Instant::now();
        if pressed == Some(&Control::Help) && before.page.escape.is_none() {
            self.under = self.focus.take();
        }
        let returns = before.page.escape.is_some() && matches!(pressed, Some(Control::Help | Control::Primary));
        let under = self.under.take_if(|under| returns && focus::is_there(&self.scene, under));
        let arrived = self.arrive();
        match under {
            Some(under) => {
                self.focus = Some(under);
                Task::batch([operation::to_top(), self.show_focus()])
            }
            None => Task::batch([operation::to_top(), arrived]),
        }
    }

    fn arrive(&mut self) -> TaskOf<S> {
        self.focus = focus::on_arrival(&self.scene);
        self.show_focus()
    }

    /// The open software keyboard comes along.
    fn go_to(&mut self, control: Control) -> TaskOf<S> {
        let brings = focus::brings_keyboard(&self.scene, self.focus.as_ref(), &control);
        let moved = self.move_focus(Some(control));
        Task::batch([moved, brings.map_or_else(Task::none, |toggle| self.press(toggle))])
    }

    fn move_focus(&mut self, to: Option<Control>) -> TaskOf<S> {
        if self.focus == to {
            return Task::none();
        }
        let left = match std::mem::replace(&mut self.focus, to) {
            Some(Control::Field(id)) => self.handle(Input::Event(Event::Left(id))),
            _ => Task::none(),
        };
        Task::batch([left, self.show_focus()])
    }

    /// Brings the toolkit's own idea of focus in line with ours.
    fn show_focus(&mut self) -> TaskOf<S> {
        self.enter(match self.hand {
            Hand::Keyboard => Entering::SelectingAll,
            Hand::Mouse => Entering::AsItIs,
        })
    }

    fn enter(&mut self, entering: Entering) -> TaskOf<S> {
        self.entry = self.entry.next(self.focus.as_ref(), entering);
        self.reveal_focus()
    }

    fn reveal_focus(&self) -> TaskOf<S> {
        let sheet = if self.scene.dialog.is_some() { Sheet::Dialog } else { Sheet::Page };
        self.focus.as_ref().map_or_else(Task::none, |control| operation::reveal(control, sheet))
    }
}

fn perform<S: Story>(effects: Effects<S::Outcome, S::Progress>) -> TaskOf<S> {
    let Effects { job, progress, clipboard, closing } = effects;
    let job = job.map_or_else(Task::none, |job| Task::future(job).map(Message::Finished));
    let progress = progress.map_or_else(Task::none, |progress| Task::stream(all_of(progress)).map(Message::Progress));
    let clipboard = clipboard.map_or_else(Task::none, iced::clipboard::write);
    let closing = match closing {
        WindowClosing::StayOpen => Task::none(),
        WindowClosing::Close => iced::exit(),
    };
    Task::batch([job, progress, clipboard, closing])
}

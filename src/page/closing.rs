//! Whether the window may close now: a value, and the question that goes with it.

use super::{Button, Control, Dialog, Event, Icon, progress::step_name};
use crate::{
    i18n::{Words, lines, plain, say},
    session::Step,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Nothing would be lost and nothing is worth a question.
    Free,
    Ask(AskReason),
    /// A request is in flight or a store writes.
    Hold(HoldReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskReason {
    /// Numbers may have been typed; nothing was sent.
    NothingSent,
    /// 更新: no number was typed, and nothing was sent.
    NothingShown,
    /// Answer here, not installed.
    NotInstalled,
    /// 202
    Waiting,
    /// It was held before and the user wished to be asked again.
    SafeNow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldReason {
    Issuing(Step),
    Installing(Step),
    /// A file that is carried by hand.
    Carrying,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Back to the page.
    Stay,
    Leave,
    /// Ask again with [`AskReason::SafeNow`] when the hold is over. The window never closes by itself.
    AskWhenSafe,
}

impl Closing {
    pub fn update(self, event: Event) -> Option<Action> {
        match (self, event) {
            (Self::Ask(_) | Self::Hold(_), Event::Pressed(Control::DialogPrimary)) => Some(Action::Stay),
            (Self::Ask(_), Event::Pressed(Control::DialogSecond)) => Some(Action::Leave),
            (Self::Hold(_), Event::Pressed(Control::DialogSecond)) => Some(Action::AskWhenSafe),
            _ => None,
        }
    }

    /// `None` when it may close without a word.
    pub fn dialog(self, words: &Words) -> Option<Dialog> {
        match self {
            Self::Free => None,
            Self::Ask(reason) => Some(ask(reason, words)),
            Self::Hold(reason) => Some(hold(reason, words)),
        }
    }
}

impl HoldReason {
    /// Who keeps this PC from stopping, and why: the desktop shows it to whoever wants to switch off.
    pub fn plea(self, words: &Words) -> (String, String) {
        let why = match self {
            Self::Issuing(_) => say!(words, "plea", "issuing"),
            Self::Installing(_) => say!(words, "plea", "installing"),
            Self::Carrying => say!(words, "plea", "carrying"),
        };
        (plain(&say!(words, "frame")), plain(&why))
    }
}

fn ask(reason: AskReason, words: &Words) -> Dialog {
    let close = say!(words, "act", "close");
    let stay = say!(words, "close-issued", "stay");
    match reason {
        AskReason::NothingSent => question(
            say!(words, "close-unsent"),
            lines!(words, "close-unsent", "lines"),
            say!(words, "close-unsent", "leave"),
            say!(words, "close-unsent", "stay"),
        ),
        AskReason::NothingShown => question(
            say!(words, "close-unsent"),
            lines!(words, "close-unsent", "renewal"),
            say!(words, "close-unsent", "leave"),
            say!(words, "close-unsent", "stay"),
        ),
        AskReason::NotInstalled => {
            question(say!(words, "close-issued"), lines!(words, "close-issued", "lines"), close, stay)
        }
        AskReason::Waiting => {
            question(say!(words, "close-waiting"), lines!(words, "close-waiting", "lines"), close, stay)
        }
        AskReason::SafeNow => question(
            say!(words, "close-now"),
            lines!(words, "close-now", "lines"),
            close,
            say!(words, "close-unsent", "stay"),
        ),
    }
}

fn question(title: String, lines: Vec<String>, leave: String, stay: String) -> Dialog {
    Dialog {
        icon: Icon::Help,
        title,
        lines,
        notice: None,
        second: Button::new(Control::DialogSecond, leave),
        primary: Button::new(Control::DialogPrimary, stay),
    }
}

fn hold(reason: HoldReason, words: &Words) -> Dialog {
    let (lines, step) = match reason {
        HoldReason::Issuing(step) => (lines!(words, "hold", "issuing"), Some(step)),
        HoldReason::Installing(step) => (lines!(words, "hold", "installing"), Some(step)),
        HoldReason::Carrying => (lines!(words, "hold", "carrying"), None),
    };
    Dialog {
        icon: Icon::Lock,
        title: say!(words, "hold"),
        lines,
        notice: step.map(|step| say!(words, "hold", "step", step = step_name(step, words))),
        second: Button::new(Control::DialogSecond, say!(words, "hold", "ask-later")),
        primary: Button::new(Control::DialogPrimary, say!(words, "hold", "wait")),
    }
}

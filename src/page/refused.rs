//! After 「許可しない」 on the first trust page: stopped, and nothing was sent.

use super::{
    Control, Event, Footer, Page, Purpose,
    parts::{place, primary, second, stopped},
};
use crate::i18n::{Words, lines, say};

#[derive(Debug, Clone)]
pub struct Refused {
    purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    ToStart,
    Close,
}

impl Refused {
    pub fn new(purpose: Purpose) -> Self {
        Self { purpose }
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Pressed(Control::Primary) => Some(Action::ToStart),
            Event::Pressed(Control::Second) => Some(Action::Close),
            _ => None,
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        let lead = match self.purpose {
            Purpose::New | Purpose::ByHand => lines!(words, "refused", "lead-new"),
            Purpose::Renew => lines!(words, "refused", "lead-renew"),
            Purpose::AskAgain { .. } | Purpose::PickUp => lines!(words, "refused", "lead-ask"),
        };
        Page {
            step: stopped(place::SERVER),
            title: say!(words, "refused"),
            lead,
            footer: Footer {
                second: Some(second(say!(words, "act", "close"))),
                primary: Some(primary(say!(words, "act", "home"))),
                ..Footer::default()
            },
            ..Page::default()
        }
    }
}

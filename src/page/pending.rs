//! The CA has the application and is preparing the certificate (202). Waiting is safe, and so is closing.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Block, Control, Courier, Event, Footer, Page,
    courier::{Carried, Errand},
    parts::{answer_row, current, place, primary, row, second},
};
use crate::i18n::{Words, lines, say};

#[derive(Debug, Clone)]
pub struct Pending {
    retry_at: Option<Timestamp>,
    zone: TimeZone,
    due: Due,
    courier: Courier,
}

/// The CA may name a time before which it does not want to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    NotYet,
    Now,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    AskAgain,
    Later,
    /// The certificate has come by another road.
    Carry(Errand),
}

impl Pending {
    pub fn new(retry_at: Option<Timestamp>, zone: TimeZone) -> Self {
        Self { retry_at, zone, due: Due::NotYet, courier: Courier::default() }
    }

    /// The time has come, or has not.
    pub fn due(&mut self, due: Due) {
        self.due = due;
    }

    /// What comes by hand.
    pub fn courier(&mut self) -> &mut Courier {
        &mut self.courier
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        if self.courier.is_busy() || self.courier.is_typing() {
            return self.courier.update(event).map(Action::Carry);
        }
        match (event, self.due) {
            (Event::Pressed(Control::Primary), Due::Now) => Some(Action::AskAgain),
            (Event::Pressed(Control::Primary), Due::NotYet) | (Event::Pressed(Control::Second), Due::Now) => {
                Some(Action::Later)
            }
            (event, _) => self.courier.update(event).map(Action::Carry),
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        let when = match self.retry_at {
            Some(time) => say!(words, "pending", "at", time = words.time_of_day(time, &self.zone)),
            None => say!(words, "pending", "some-time"),
        };
        let rows = vec![
            answer_row(
                say!(words, "pending", "certificate"),
                say!(words, "pending", "not-yet"),
                lines!(words, "pending", "lead"),
            ),
            row(say!(words, "pending", "again"), lines!(words, "pending", "again-value")),
            row(say!(words, "pending", "todo"), lines!(words, "pending", "todo-value")),
        ];
        let mut blocks = vec![Block::Rows(rows), self.courier.offer(Carried::Certificate, words)];
        blocks.extend(self.courier.field_block(words));
        let footer = match self.due {
            Due::NotYet => Footer { primary: Some(primary(say!(words, "act", "later"))), ..Footer::default() },
            Due::Now => Footer {
                second: Some(second(say!(words, "act", "later"))),
                primary: Some(primary(say!(words, "act", "find-out"))),
                ..Footer::default()
            },
        };
        Page {
            step: current(place::ISSUE),
            title: say!(words, "pending"),
            lead: vec![when, say!(words, "pending", "close")],
            blocks,
            footer: self.courier.footer(words).unwrap_or(footer),
            ..Page::default()
        }
    }
}

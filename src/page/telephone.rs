//! After 「はい、受けています」: the numbers are wiped, and closing is the thing to do.

use std::sync::Arc;

use super::{
    Block, Control, Event, Footer, Icon, Page,
    parts::{answer_row, back, place, primary, row, stopped},
};
use crate::{
    domain::Profile,
    i18n::{Words, lines, say},
};

#[derive(Debug, Clone)]
pub struct Telephone {
    profile: Arc<Profile>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Back,
    Close,
}

impl Telephone {
    pub fn new(profile: Arc<Profile>) -> Self {
        Self { profile }
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Pressed(Control::Back) => Some(Action::Back),
            Event::Pressed(Control::Primary) => Some(Action::Close),
            _ => None,
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        let own = words.text(&self.profile.institution.own_name);
        let help = words.text(&self.profile.institution.help_desk);
        let certificate = say!(words, "telephone", "not-applied");
        let rows = vec![
            answer_row(say!(words, "telephone", "certificate"), certificate, Vec::new()),
            row(say!(words, "telephone", "numbers"), lines!(words, "telephone", "wiped")),
        ];
        Page {
            step: stopped(place::IDENTITY),
            title: say!(words, "telephone"),
            title_icon: Some(Icon::StopCall),
            lead: lines!(words, "telephone", "lead", own = own),
            blocks: vec![
                Block::Rows(rows),
                Block::Heading(say!(words, "act", "next")),
                Block::Numbered(vec![
                    lines!(words, "telephone", "next-1"),
                    lines!(words, "telephone", "next-2", help = help),
                    lines!(words, "telephone", "next-3"),
                ]),
            ],
            footer: Footer {
                back: Some(back(words)),
                primary: Some(primary(say!(words, "act", "stop"))),
                ..Footer::default()
            },
            ..Page::default()
        }
    }
}

//! The story of a program that cannot begin: one page.

use super::{Effects, Input, Story, WindowClosing};
use crate::{
    domain::Language,
    i18n::Words,
    page::{Control, Event, Obstacle, Scene},
};

/// Shows why, and closes.
#[derive(Debug)]
pub struct Blocked {
    obstacle: Obstacle,
    words: Words,
}

impl Blocked {
    pub fn new(obstacle: Obstacle, language: Language) -> Self {
        Self { obstacle, words: Words::new(language) }
    }

    fn text(&self) -> String {
        self.scene().page.spoken().join("\n")
    }
}

impl Story for Blocked {
    type Outcome = ();
    type Progress = ();

    fn scene(&self) -> Scene {
        self.obstacle.scene(&self.words)
    }

    fn handle(&mut self, input: Input<(), ()>) -> Effects<(), ()> {
        match input {
            Input::Event(Event::Pressed(Control::Primary)) | Input::CloseRequested | Input::EndRequested => {
                return Effects { closing: WindowClosing::Close, ..Effects::default() };
            }
            Input::Event(Event::Pressed(Control::Copy)) => {
                return Effects { clipboard: Some(self.text()), ..Effects::default() };
            }
            Input::Event(Event::Pressed(Control::Language)) => {
                self.words = Words::new(self.words.language().other());
            }
            _ => {}
        }
        Effects::default()
    }
}

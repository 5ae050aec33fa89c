//! The story of a program that cannot begin: one page.

use std::sync::{Arc, Mutex, PoisonError};

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
    answer: Arc<Mutex<Answer>>,
}

/// What the person says to it. Outlives the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Answer {
    #[default]
    Close,
    /// The window that hangs shall be ended, and this one shall open.
    EndTheFirst,
}

impl Blocked {
    pub fn new(obstacle: Obstacle, language: Language) -> Self {
        Self { obstacle, words: Words::new(language), answer: Arc::default() }
    }

    /// Writes down what the person answers.
    pub fn answering(self, answer: Arc<Mutex<Answer>>) -> Self {
        Self { answer, ..self }
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
            Input::Event(Event::Pressed(Control::Second)) => {
                *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Answer::EndTheFirst;
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

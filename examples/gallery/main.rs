//! Every kind of block with sample data, to look at: `cargo run --features demo --example gallery -- [page] [ja|en]`.
//!
//! The primary button turns the page, 戻る turns back. `SHIRUSHI_THEME` chooses the colours.

mod sample;
mod words;

use std::error::Error;

use shirushi::domain::Language;
use shirushi::page::{Control, Event, Scene};
use shirushi::ui::{Closing, Effects, Flags, Input, Story};

struct Gallery {
    page: usize,
    language: Language,
    asked_to_close: bool,
    toast: Option<String>,
    state: sample::State,
}

impl Story for Gallery {
    type Outcome = ();
    type Progress = ();

    fn scene(&self) -> Scene {
        let mut scene = sample::scene(self.page, self.language, &self.state);
        if self.asked_to_close {
            scene.dialog = Some(sample::dialog(self.language));
        }
        scene.toast = self.toast.clone();
        scene
    }

    fn handle(&mut self, input: Input<(), ()>) -> Effects<(), ()> {
        self.toast = None;
        let mut effects = Effects::default();
        match input {
            Input::CloseRequested => self.asked_to_close = true,
            Input::Event(Event::Pressed(control)) => match control {
                Control::Primary => self.page = (self.page + 1) % sample::PAGES,
                Control::Back => self.page = (self.page + sample::PAGES - 1) % sample::PAGES,
                Control::Language => self.language = self.language.other(),
                Control::DialogPrimary => self.asked_to_close = false,
                Control::DialogSecond => effects.closing = Closing::Close,
                Control::Copy => {
                    effects.clipboard = Some("E10-02".to_owned());
                    self.toast = Some(words::of(self.language, "内容を写し取りました", "Copied"));
                }
                other => self.state.press(other),
            },
            Input::Event(Event::Edited(id, entry)) => {
                self.state.entries.insert(id, entry);
            }
            _ => {}
        }
        effects
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let page = arguments.next().and_then(|page| page.parse().ok()).unwrap_or(0);
    let language = match arguments.next().as_deref() {
        Some("en") => Language::English,
        _ => Language::Japanese,
    };
    let state = sample::State::default();
    let open = move || Gallery { page, language, asked_to_close: false, toast: None, state: state.clone() };
    shirushi::ui::run(Flags::from_environment(), open)?;
    Ok(())
}

//! The wizard on a terminal: prints each page in reading order, asks one thing at a time, and plays the same story as the
//! window.
//!
//! Nothing here knows a page. [`print`] says the vocabulary of `page::model` as lines, [`menu`] decides what an answer
//! means, [`keyboard`] and [`screen`] are the two ends of the terminal, [`play`] ties them to a story.

mod fields;
mod keyboard;
mod menu;
mod play;
mod print;
mod save;
mod screen;
mod wait;

use crate::{
    i18n::{Words, plain},
    page::Scene,
};

pub use keyboard::NotHidden;
pub use play::{Error, play};
pub use save::{FilePrompt, Requests, file_prompt};

/// One moment as a person meets it: what is printed, and what is offered.
pub fn transcript(scene: &Scene, words: &Words) -> String {
    let mut lines = vec![print::head(&scene.frame).text];
    lines.extend(print::page(&scene.page).into_iter().map(|said| said.text));
    let menu = match &scene.dialog {
        Some(dialog) => {
            lines.extend(print::dialog(dialog).into_iter().map(|said| said.text));
            menu::Menu::of_dialog(dialog)
        }
        None => menu::Menu::of_page(&scene.page, &scene.frame, words),
    };
    lines.extend(menu.lines());
    plain(&lines.join("\n"))
}

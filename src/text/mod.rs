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

pub use keyboard::NotHidden;
pub use play::{Error, play};
pub use save::{FilePrompt, Requests, file_prompt};

//! The window: draws a [`Scene`](crate::page::Scene), and turns keys and mouse into [`Event`](crate::page::Event)s.
//!
//! Nothing here knows a page. [`block`] draws the vocabulary of `page::model`, [`frame`] what stands around it,
//! [`focus`] and [`keys`] decide what a key means, [`app`] ties them to iced.

mod app;
mod block;
mod card;
mod choice;
mod dialog;
mod display;
mod empty;
mod field;
mod focus;
mod font;
mod footer;
mod frame;
mod gesture;
mod icon;
mod icons;
mod keyboard;
mod keys;
mod operation;
mod outside;
mod parts;
mod probe;
mod rail;

mod save;
#[cfg(feature = "demo")]
pub mod still;
mod theme;
mod widget;

pub use app::{Error, Flags, run};
pub use font::{bold_or_regular, quiet_font_scan, settings};
pub use probe::NoDisplay;

pub use save::FileDialog;
pub use theme::{Look, Shade};

use gesture::{Element, Gesture};

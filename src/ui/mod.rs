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
mod field;
mod focus;
mod font;
mod footer;
mod frame;
mod icon;
mod icons;
mod keys;
mod operation;
mod parts;
mod probe;
mod rail;
mod story;
mod theme;
mod widget;

pub use app::{Error, Flags, run};
pub use font::{bold_or_regular, quiet_font_scan, settings};
pub use probe::NoDisplay;
pub use story::{Closing, Effects, Input, Job, Story, Ticking};
pub use theme::{Look, Shade};

/// A piece of the window.
pub(crate) type Element<'a> = iced::Element<'a, Gesture>;

use crate::domain::{FieldId, Secret};
use crate::page::{CapsLock, Control};

/// What the person did, before anybody has decided what it means.
#[derive(Debug, Clone)]
pub(crate) enum Gesture {
    /// The mouse went down on a control, which has the focus from now on.
    Pointed(Control),
    /// The mouse went up on the same control.
    Clicked(Control),
    /// The mouse went down on nothing that takes the focus away from a field but itself.
    Elsewhere,
    MouseUsed,
    Edited(FieldId, Secret),
    Key(keys::Intent),
    CapsLock(CapsLock),
}

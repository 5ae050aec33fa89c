//! What each page says and offers, without any toolkit. ONE model, read by the window, the text interface, the
//! accessibility tree and the help.
//!
//! Every page is a small pure machine: state, `update(Event) -> Option<Action>`, `view(&Words) -> Page`. No task, no
//! session, no clock, no store.

pub mod model;

pub use model::*;

//! What iced does not have: text that breaks between phrases, one thing to press, the ring of the focus.

#![allow(missing_debug_implementations, reason = "an element of the toolkit has no Debug")]

pub(super) mod flow;
pub(super) mod fold;
pub(super) mod listen;
pub(super) mod phrase;
pub(super) mod picture;
pub(super) mod pressable;
pub(super) mod prose;
pub(super) mod ring;

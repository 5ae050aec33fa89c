//! What the person did with a piece of the window.

use super::keys::Intent;
use crate::domain::{FieldId, Secret};
use crate::page::{CapsLock, Control};

/// A piece of the window.
pub type Element<'a> = iced::Element<'a, Gesture>;

/// What the person did, before anybody has decided what it means.
#[derive(Debug, Clone)]
pub enum Gesture {
    /// The mouse went down on a control, which has the focus from now on.
    Pointed(Control),
    /// The mouse went up on the same control.
    Clicked(Control),
    /// The mouse went down outside this field, which has the focus.
    Elsewhere(Control),
    MouseUsed,
    Edited(FieldId, Secret),
    Key(Intent),
    CapsLock(CapsLock),
}

//! What the person did with a piece of the window.

use iced::{Event, mouse, touch};

use super::keys::Intent;
use crate::domain::{FieldId, Secret};
use crate::page::{CapsLock, Control};

/// A piece of the window.
pub type Element<'a> = iced::Element<'a, Gesture>;

/// What the person did, before anybody has decided what it means.
#[derive(Debug, Clone)]
pub enum Gesture {
    /// Mouse or finger went down on a control, which has the focus from now on.
    Pointed(Control),
    /// Mouse or finger went up on the same control.
    Clicked(Control),
    /// Mouse or finger went down outside this field, which has the focus.
    Elsewhere(Control),
    MouseUsed,
    Edited(FieldId, Secret),
    Key(Intent),
    CapsLock(CapsLock),
}

/// The mouse's left button, or a finger.
pub fn goes_down(event: &Event) -> bool {
    let is_mouse = matches!(event, Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)));
    is_mouse || matches!(event, Event::Touch(touch::Event::FingerPressed { .. }))
}

pub fn goes_up(event: &Event) -> bool {
    let is_mouse = matches!(event, Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)));
    is_mouse || matches!(event, Event::Touch(touch::Event::FingerLifted { .. }))
}

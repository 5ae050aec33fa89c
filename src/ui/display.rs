//! What every piece of the picture needs to know: the scene, the colours, the focus and the room there is.

use iced::advanced::widget::Id;

use super::focus::Hand;
use super::theme::Look;
use super::widget::ring::Focus;
use crate::page::{Control, Scene};

/// Where operations find a control.
pub fn control_id(control: &Control) -> Id {
    Id::from(format!("{control:?}"))
}

#[derive(Debug, Clone, Copy)]
pub struct Display<'a> {
    pub scene: &'a Scene,
    pub look: Look,
    pub focus: Option<&'a Control>,
    pub hand: Hand,
    pub room: Room,
}

impl Display<'_> {
    /// The keyboard leaves little room to the page.
    pub fn is_tight(&self) -> bool {
        self.scene.page.keyboard.is_some()
    }

    /// Height between header and footer.
    pub fn between(&self) -> f32 {
        (self.room.height - HEADER - FOOTER).max(0.0)
    }

    /// The ring of everything but text fields. A dialog shows from the beginning which answer is the safe one.
    pub fn ring(&self, control: &Control) -> Focus {
        let is_shown = self.hand == Hand::Keyboard || self.scene.dialog.is_some();
        match is_shown && self.focus == Some(control) {
            true => Focus::Outside,
            false => Focus::Unseen,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The designed size and above.
    Wide,
    /// 800×560.
    Compact,
    /// The rail becomes one line, columns stand one under another.
    Narrow,
}

/// The window in logical pixels, which are fewer when the text is larger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    pub width: f32,
    pub height: f32,
}

const CONTENT: f32 = 656.0;
pub const HEADER: f32 = 56.0;
/// Where it is one row.
pub const FOOTER: f32 = 72.0;
pub const RAIL_LINE: f32 = 40.0;

/// A lower window has no room for all steps one under another.
const RAIL_HEIGHT: f32 = 500.0;

/// Under this height a standing footer of stacked buttons would leave no room to read.
const LOW: f32 = 640.0;

impl Room {
    pub fn shape(self) -> Shape {
        match () {
            () if self.width < 720.0 || self.height < RAIL_HEIGHT => Shape::Narrow,
            () if self.width < 920.0 || self.height < 620.0 => Shape::Compact,
            () => Shape::Wide,
        }
    }

    pub fn rail(self) -> f32 {
        match self.shape() {
            Shape::Wide => 224.0,
            Shape::Compact => 200.0,
            Shape::Narrow => 0.0,
        }
    }

    pub fn margin(self) -> f32 {
        match self.shape() {
            Shape::Wide => 40.0,
            Shape::Compact | Shape::Narrow => 24.0,
        }
    }

    pub fn content(self) -> f32 {
        (self.width - self.rail() - 2.0 * self.margin()).clamp(1.0, CONTENT)
    }

    pub fn footer(self) -> FooterPlace {
        match self.shape() {
            Shape::Narrow if self.height < LOW => FooterPlace::EndOfPage,
            _ => FooterPlace::Standing,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FooterPlace {
    Standing,
    EndOfPage,
}

#[cfg(test)]
mod tests {
    use super::{FooterPlace, Room, Shape};

    fn at(scale: f32) -> Room {
        Room { width: 960.0 / scale, height: 680.0 / scale }
    }

    #[test]
    fn the_designed_size_hangs_on_its_verticals() {
        let room = at(1.0);
        assert_eq!(room.shape(), Shape::Wide);
        assert_eq!((room.rail(), room.rail() + room.margin(), room.content()), (224.0, 264.0, 656.0));
    }

    #[test]
    fn the_smallest_window_is_compact() {
        let room = Room { width: 800.0, height: 560.0 };
        assert_eq!((room.shape(), room.rail(), room.content()), (Shape::Compact, 200.0, 552.0));
        assert_eq!(room.footer(), FooterPlace::Standing);
    }

    #[test]
    fn twice_as_large_text_makes_it_narrow_and_lets_the_footer_scroll() {
        assert_eq!((at(2.0).shape(), at(2.0).footer()), (Shape::Narrow, FooterPlace::EndOfPage));
    }

    #[test]
    fn a_wider_window_does_not_make_longer_lines() {
        assert_eq!(Room { width: 1900.0, height: 1000.0 }.content(), 656.0);
    }
}

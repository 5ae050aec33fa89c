//! What is done to the widgets from outside: entering a field, scrolling to what has the focus, turning the page.

use iced::Task;
use iced::advanced::widget::operation::scrollable::{AbsoluteOffset, Scrollable, scroll_to};
use iced::advanced::widget::operation::{self, Outcome, focusable};
use iced::advanced::widget::{Id, Operation, operate};
use iced::{Rectangle, Vector};

use super::dialog::DIALOG_ID;
use super::display::control_id;
use super::field::{input_id, said_id};
use super::frame::CONTENT_ID;
use super::widget::fold::STRIP;
use crate::page::Control;

/// Room for the ring around what is brought into sight, and a little more.
const MARGIN: f32 = 16.0;

/// So much of the old page is still there after turning it.
const KEPT: f32 = 2.0 * STRIP;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entering {
    SelectingAll,
    #[default]
    AsItIs,
}

/// The toolkit's focus, which only a text field can have, shall follow ours; once for each number.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub number: u64,
    field: Option<Id>,
    entering: Entering,
}

impl Entry {
    pub fn next(&self, focus: Option<&Control>, entering: Entering) -> Self {
        let field = focus.filter(|control| matches!(control, Control::Field(_))).map(input_id);
        Self { number: self.number + 1, field, entering }
    }

    pub fn make(&self, mut operate: impl FnMut(&mut dyn Operation)) {
        let Some(field) = &self.field else { return operate(&mut focusable::unfocus::<()>()) };
        operate(&mut focusable::focus::<()>(field.clone()));
        if self.entering == Entering::SelectingAll {
            operate(&mut operation::text_input::select_all::<()>(field.clone()));
        }
    }
}

pub fn to_top<T: Send + 'static>() -> Task<T> {
    let top = AbsoluteOffset { x: Some(0.0), y: Some(0.0) };
    operate(scroll_to(Id::new(CONTENT_ID), top))
}

/// What scrolls: the page or the dialog over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    Page,
    Dialog,
}

impl Sheet {
    fn id(self) -> Id {
        Id::new(match self {
            Self::Page => CONTENT_ID,
            Self::Dialog => DIALOG_ID,
        })
    }

    /// What may cover its lower edge.
    fn covered(self) -> f32 {
        match self {
            Self::Page => STRIP,
            Self::Dialog => 0.0,
        }
    }
}

pub fn reveal<T: Send + 'static>(control: &Control, sheet: Sheet) -> Task<T> {
    operate(revealing(control, sheet))
}

pub fn revealing<T: 'static>(control: &Control, sheet: Sheet) -> impl Operation<T> + use<T> {
    Reveal {
        target: control_id(control),
        with: Some(said_id(control)),
        sheet,
        place: Place::Outside,
        view: None,
        found: None,
    }
}

/// The rows of an open disclosure.
pub const DETAILS_ID: &str = "details";

pub fn reveal_details<T: Send + 'static>() -> Task<T> {
    let target = Id::new(DETAILS_ID);
    operate(Reveal { target, with: None, sheet: Sheet::Page, place: Place::Outside, view: None, found: None })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    /// The next children are those of the scrolling content.
    AtTheDoor,
    Inside,
}

struct Reveal {
    target: Id,
    /// What belongs to it and stands elsewhere.
    with: Option<Id>,
    sheet: Sheet,
    place: Place,
    view: Option<(Rectangle, f32)>,
    found: Option<Rectangle>,
}

impl Reveal {
    /// Where the content has to stand, if it has to move.
    fn offset(&self) -> Option<f32> {
        let (view, now) = self.view?;
        let found = self.found?;
        let above = found.y - MARGIN - view.y;
        let below = found.y + found.height + MARGIN + self.sheet.covered() - (view.y + view.height);
        match () {
            () if now > above => Some(above.max(0.0)),
            () if now < below => Some(below.min(above)),
            () => None,
        }
    }
}

impl<T: 'static> Operation<T> for Reveal {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        match self.place {
            Place::AtTheDoor => {
                self.place = Place::Inside;
                operate(self);
                self.place = Place::Outside;
            }
            Place::Inside | Place::Outside => operate(self),
        }
    }

    fn container(&mut self, id: Option<&Id>, bounds: Rectangle) {
        if self.place == Place::Inside && (id == Some(&self.target) || id.is_some() && id == self.with.as_ref()) {
            self.found = Some(self.found.map_or(bounds, |found| found.union(&bounds)));
        }
    }

    fn scrollable(
        &mut self,
        id: Option<&Id>,
        bounds: Rectangle,
        _content: Rectangle,
        translation: Vector,
        _state: &mut dyn Scrollable,
    ) {
        if id == Some(&self.sheet.id()) {
            self.place = Place::AtTheDoor;
            self.view = Some((bounds, translation.y));
        }
    }

    fn finish(&self) -> Outcome<T> {
        match self.offset() {
            Some(y) => {
                let offset = AbsoluteOffset { x: None, y: Some(y) };
                Outcome::Chain(Box::new(scroll_to(self.sheet.id(), offset)))
            }
            None => Outcome::None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Up,
    Down,
}

pub fn turn<T: Send + 'static>(turn: Turn) -> Task<T> {
    operate(turn)
}

impl<T> Operation<T> for Turn {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        id: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        _translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        if id != Some(&Id::new(CONTENT_ID)) {
            return;
        }
        let distance = (bounds.height - KEPT).max(STRIP);
        let y = match self {
            Self::Up => -distance,
            Self::Down => distance,
        };
        state.scroll_by(AbsoluteOffset { x: 0.0, y }, bounds, content);
    }
}

#[cfg(test)]
mod tests {
    use iced::Rectangle;

    use super::{Place, Reveal, Sheet, control_id};
    use crate::page::Control;

    /// In a window from 56 to 608 that is scrolled by `now`.
    fn offset(now: f32, top: f32) -> Option<f32> {
        let view = Rectangle { x: 0.0, y: 56.0, width: 736.0, height: 552.0 };
        let found = Rectangle { x: 264.0, y: top, width: 100.0, height: 44.0 };
        let target = control_id(&Control::Copy);
        Reveal {
            target,
            with: None,
            sheet: Sheet::Page,
            place: Place::Outside,
            view: Some((view, now)),
            found: Some(found),
        }
        .offset()
    }

    #[test]
    fn what_can_be_seen_stays_where_it_is() {
        assert_eq!(offset(0.0, 300.0), None);
    }

    #[test]
    fn what_is_below_comes_up_clear_of_the_strip() {
        assert_eq!(offset(0.0, 580.0), Some(64.0));
    }

    #[test]
    fn what_is_above_comes_down() {
        assert_eq!(offset(200.0, 100.0), Some(28.0));
    }
}

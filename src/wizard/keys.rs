//! The software keyboard between the person and the page.

use super::{Does, Effects, StageName, Wizard};
use crate::page::{Control, Event};

impl Wizard {
    /// A key becomes an edit of its field; what the keyboard keeps to itself, the page never hears.
    pub(super) fn typed(&mut self, event: Event) -> Does {
        let Event::Pressed(control) = &event else { return self.page_event(event) };
        let (before, decides) = (self.stage.name(), *control == Control::Primary);
        let page = self.page();
        let Some(event) = self.keyboard.update(event, &page) else { return Effects::default() };
        let does = self.page_event(event);
        if decides && self.stage.name() == before {
            self.keyboard.follow_mistake(&self.page());
        }
        does
    }

    /// Another page has other fields.
    pub(super) fn close_keyboard_after(&mut self, before: StageName) {
        if self.stage.name() != before {
            self.keyboard.close();
        }
    }
}

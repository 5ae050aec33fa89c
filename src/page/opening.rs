//! While the PC is looked at: a page that says so, and the page of the numbers while the server is looked at.

use super::{
    Page, Readiness,
    parts::{current, place},
};
use crate::i18n::{Words, lines, say};

pub fn view(words: &Words) -> Page {
    Page {
        step: current(place::LOGIN),
        title: say!(words, "opening"),
        lead: lines!(words, "opening", "lead"),
        ..Page::default()
    }
}

/// While the server is looked at before a renewal, which has no page of numbers.
pub fn connecting(words: &Words) -> Page {
    Page { step: current(place::SERVER), lead: lines!(words, "opening", "connecting"), ..view(words) }
}

/// The same page while its button works: nothing can be pressed a second time.
pub fn busy(mut page: Page, words: &Words) -> Page {
    page.footer.back = None;
    if let Some(primary) = &mut page.footer.primary {
        primary.label = say!(words, "opening", "checking");
        primary.readiness = Readiness::Busy;
    }
    page
}

//! A place for the key is there and cannot be used now: what stands in the way, and the way to another place.

use crate::{
    i18n::Words,
    page::{
        Page, Setback,
        parts::{place, stopped},
    },
};

use super::Login;

impl Login {
    /// Why nothing was found.
    pub fn hindered_by(self, hindrance: Setback) -> Self {
        Self { hindrance: Some(hindrance), ..self }
    }

    /// Nothing has begun: whoever stands before it has come no further than the first step.
    pub(super) fn hindered(&self, hindrance: &Setback, words: &Words) -> Page {
        let mut page = hindrance.view(words);
        page.blocks.extend(self.detour.view(words));
        Page { step: stopped(place::LOGIN), ..page }
    }

    /// [`Login::request_text`], or what stands in the way, for whoever helps.
    pub fn copy_text(&self, words: &Words) -> String {
        match &self.hindrance {
            Some(hindrance) if self.found.is_empty() => hindrance.copy_text(words),
            _ => self.request_text(words),
        }
    }
}

//! The request to those who have to act first: to the clipboard, or into a file.

use std::sync::Arc;

use super::{Does, Effects, Outcome, Saved, Wizard, stage::Stage};
use crate::page;

impl Wizard {
    pub(super) fn copy_request(&mut self) -> Does {
        let Stage::Login(page) = &self.stage else { return Effects::default() };
        let text = page.copy_text(&self.words);
        self.copied(text)
    }

    pub(super) fn save_request_to_issuer(&mut self) -> Does {
        let Stage::Login(page) = &self.stage else { return Effects::default() };
        let (saver, text) = (Arc::clone(&self.world.saver), page.request_text(&self.words));
        let name = page::login::request_file(&self.words);
        self.job(async move { Outcome::LetterSaved(saver.save(name, text).await) })
    }

    /// The page stays as it is: the request is on it too.
    pub(super) fn letter_saved(&mut self, saved: &Saved) -> Does {
        self.toast = match saved {
            Saved::To(_) => Some(page::parts::letter_saved(&self.words)),
            Saved::Failed => Some(page::parts::letter_not_saved(&self.words)),
            Saved::Cancelled => None,
        };
        Effects::default()
    }
}

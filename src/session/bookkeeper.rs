//! Every page that comes after the request is on disk before anybody reads it.

use super::{claim::Evidence, desk::JournalFile};
use crate::{
    domain::{Extent, RawAnswer, Role},
    journal::Event,
    protocol::Keeper,
};

/// Writes pages down without what they may repeat of the session's secrets.
#[derive(Debug)]
pub(super) struct Bookkeeper<'a> {
    pub file: &'a JournalFile,
    pub evidence: &'a Evidence,
    pub role: &'a Role,
}

impl Keeper for Bookkeeper<'_> {
    fn keep(&self, page: RawAnswer, extent: Extent) {
        let (page, extent) = page.unread_without(&self.evidence.secrets(self.role), extent);
        // A full disk is told by what has to be written next; until then the page may still hold the certificate.
        let _ = self.file.record(Event::Page { page, extent });
    }
}

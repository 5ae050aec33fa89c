//! What happened, append-only, readable after a crash.
//!
//! One file per enrollment, one line per event, each written and synced *before* the act it names. Replaying a file
//! gives the [`Enrollment`] and its [`Stage`]; every stage has exactly one page at the next start. No private key, no
//! credential and no request is ever in it.

mod event;
mod fold;
mod line;
mod storage;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Clock, KeyLabel};
use line::Decoded;

pub use event::{Delivery, Event, Intent, LoginRecord, RequestHash};
pub use fold::{Enrollment, IllegalEvent, Stage};
pub use storage::{Folder, Storage, private_folder, replace_file};

/// Finished enrollments keep only fingerprint and dates after this.
const KEEP_FINISHED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The journal of one user on one PC. Only one process at a time may write it; [`Folder`] sees to that.
#[derive(Debug)]
pub struct Journal {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    #[error("another window of this program is at work")]
    InUse,
    /// Written by a later version: left alone.
    #[error("{0} was written by a newer version of this program")]
    Newer(KeyLabel),
    /// Damaged before its last line: left alone.
    #[error("{0} is damaged")]
    Damaged(KeyLabel),
    #[error("{0}")]
    Illegal(#[from] IllegalEvent),
    #[error("no enrollment has the name {0}")]
    Missing(KeyLabel),
}

impl Journal {
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, clock }
    }

    /// Opens a new enrollment. The label is the key's name and the file's.
    pub fn begin(&self, intent: Intent) -> Result<Enrollment, JournalError> {
        let at = self.clock.now();
        let line = line::encode(at, &Event::Intent(intent.clone()));
        self.storage.append(&intent.label, 0, &line)?;
        Ok(Enrollment::new(intent, at, line.len()))
    }

    /// Writes and syncs one event, and moves the enrollment on. On an error neither has happened.
    pub fn record(&self, enrollment: &mut Enrollment, event: Event) -> Result<(), JournalError> {
        let at = self.clock.now();
        let line = line::encode(at, &event);
        let moved = enrollment.clone().after(at, event, line.len())?;
        self.storage.append(enrollment.label(), enrollment.length(), &line)?;
        *enrollment = moved;
        Ok(())
    }

    /// Replays one enrollment. A torn last line is an event that never happened.
    pub fn replay(&self, label: &KeyLabel) -> Result<Enrollment, JournalError> {
        let bytes = self.storage.read(label)?;
        let mut lines = line::decode_all(label, &bytes)?.into_iter();
        let Some(Decoded { at, event: Event::Intent(intent), length }) = lines.next() else {
            return Err(JournalError::Missing(label.clone()));
        };
        let begun = Enrollment::new(intent, at, length);
        let last = lines.try_fold(begun, |enrollment, line| enrollment.after(line.at, line.event, line.length))?;
        Ok(last)
    }

    /// Every enrollment that can be read, oldest first. A file that only holds a torn first line never began.
    pub fn enrollments(&self) -> Result<Vec<Enrollment>, JournalError> {
        let mut found = Vec::new();
        for label in self.storage.list()? {
            match self.replay(&label) {
                Ok(enrollment) => found.push(enrollment),
                Err(JournalError::Missing(_)) => self.storage.remove(&label)?,
                Err(error) => return Err(error),
            }
        }
        found.sort_by_key(Enrollment::last_action);
        Ok(found)
    }

    /// Takes the received bytes out of enrollments that ended more than 30 days ago.
    pub fn shrink_finished(&self, now: Timestamp) -> Result<(), JournalError> {
        let old = |e: &Enrollment| e.stage().is_finished() && now.duration_since(e.last_action()) > KEEP_FINISHED;
        for enrollment in self.enrollments()?.into_iter().filter(old) {
            let Some(summary) = enrollment.summary() else { continue };
            let at = enrollment.last_action();
            let mut lines = line::encode(at, &Event::Intent(enrollment.intent().clone()));
            lines.extend(line::encode(at, &summary));
            self.storage.replace(enrollment.label(), &lines)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

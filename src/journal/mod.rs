//! What happened, append-only, readable after a crash.
//!
//! One file per enrollment, one line per event, each written and synced *before* the act it names. Replaying a file
//! gives the [`Enrollment`] and its [`Stage`]; every stage has exactly one page at the next start. No private key and no
//! credential is ever in it, and no request but one that the user carries by hand.

mod event;
mod fold;
mod line;
mod storage;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Clock, DiskFault, KeyLabel};
use line::Decoded;

pub use event::{Delivery, Event, Intent, LoginRecord, RequestHash};
pub use fold::{Enrollment, IllegalEvent, Stage};
pub use storage::{Folder, Onlooker, Storage, private_folder, replace_file};

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
    #[error("the record {0} was written by a newer version of this program")]
    Newer(KeyLabel),
    /// Not what was written: left alone.
    #[error("the record {0} is damaged")]
    Damaged(KeyLabel),
    #[error("{0}")]
    Illegal(#[from] IllegalEvent),
    #[error("no enrollment has the name {0}")]
    Missing(KeyLabel),
}

impl JournalError {
    /// The record that it is about.
    pub fn label(&self) -> Option<&KeyLabel> {
        match self {
            Self::Newer(label) | Self::Damaged(label) | Self::Missing(label) => Some(label),
            Self::Io(_) | Self::InUse | Self::Illegal(_) => None,
        }
    }

    /// What the disk has to do with it.
    pub fn disk(&self) -> DiskFault {
        match self {
            Self::Io(error) => DiskFault::of(error),
            _ => DiskFault::Failing,
        }
    }
}

impl Journal {
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, clock }
    }

    /// Opens a new enrollment. The label is the key's name and the file's. Refused beside a record that cannot be read:
    /// a request may be out in it.
    pub fn begin(&self, intent: Intent) -> Result<Enrollment, JournalError> {
        if let Some(unreadable) = self.unreadable()?.into_iter().next() {
            return Err(unreadable);
        }
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
        let (at, intent, length) = match lines.next() {
            None => return Err(JournalError::Missing(label.clone())),
            Some(Decoded { at, event: Event::Intent(intent), length }) if intent.label == *label => {
                (at, intent, length)
            }
            // Without its beginning, or another's under this name.
            Some(_) => return Err(JournalError::Damaged(label.clone())),
        };
        let begun = Enrollment::new(intent, at, length);
        let last = lines.try_fold(begun, |enrollment, line| enrollment.after(line.at, line.event, line.length));
        last.map_err(|_| JournalError::Damaged(label.clone())) // every line is whole, and together they tell no story
    }

    /// Every enrollment that can be read, oldest first. A file that only holds a torn first line never began. What
    /// cannot be read is told by [`Journal::unreadable`].
    pub fn enrollments(&self) -> Result<Vec<Enrollment>, JournalError> {
        let mut found = Vec::new();
        for label in self.storage.list()? {
            match self.replay(&label) {
                Ok(enrollment) => found.push(enrollment),
                Err(error @ (JournalError::Io(_) | JournalError::InUse)) => return Err(error),
                Err(_) => {}
            }
        }
        found.sort_by_key(Enrollment::last_action);
        Ok(found)
    }

    /// Why some records cannot be read: newer, damaged, out of order. Not those that end with their own end: whatever is
    /// wrong in them, nothing is open.
    pub fn unreadable(&self) -> Result<Vec<JournalError>, JournalError> {
        let mut found = Vec::new();
        for label in self.storage.list()? {
            match self.replay(&label) {
                Ok(_) | Err(JournalError::Missing(_)) => {}
                Err(error @ (JournalError::Io(_) | JournalError::InUse)) => return Err(error),
                Err(_) if line::ends_finished(&label, &self.storage.read(&label)?) => {}
                Err(error) => found.push(error),
            }
        }
        Ok(found)
    }

    /// Takes away what is not needed any more: records that never began, and the received bytes of enrollments that
    /// ended more than 30 days ago.
    pub fn clear_out(&self, now: Timestamp) -> Result<(), JournalError> {
        for label in self.storage.list()? {
            if matches!(self.replay(&label), Err(JournalError::Missing(_))) {
                self.storage.remove(&label)?;
            }
        }
        self.shrink_finished(now)
    }

    fn shrink_finished(&self, now: Timestamp) -> Result<(), JournalError> {
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

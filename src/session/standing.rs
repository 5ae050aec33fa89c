//! Where an application stood when it stopped, and what of it is truly lost.

use super::{Answer, Cause, Code, During, Error, Issued, Means};
use crate::journal::{Enrollment, JournalError, Stage};

/// Where an application stands whose outcome is open. Code and means alone do not tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The CA has it and prepares it, or keeps it for a PIN; or the user carries it there. No answer is missing.
    Waiting,
    /// An answer is on disk, and its reading did not come to an end.
    Arrived,
    /// Nobody could look: the records tell as soon as they can be read.
    Unseen,
    /// Not sent, or sent and unanswered, or over.
    Other,
}

impl Standing {
    pub fn at(stage: Stage) -> Self {
        match stage {
            Stage::Pending { .. } => Self::Waiting,
            Stage::Answer => Self::Arrived,
            _ => Self::Other,
        }
    }

    /// Where the outcome is open: nothing that the next start could find would tell it.
    pub fn is_lost(self, answer: Answer) -> bool {
        match self {
            Self::Waiting | Self::Unseen => false,
            Self::Arrived => answer != Answer::NoneCame,
            Self::Other => true,
        }
    }
}

impl Code {
    /// What earlier runs have written cannot be read, so that nobody knows what is open: neither the bank is asked then,
    /// nor anybody for 再発行.
    pub fn is_about_records(self, during: During) -> bool {
        match self {
            Self::RecordNewer | Self::RecordDamaged => true,
            Self::JournalFailed | Self::DiskFull | Self::ReadOnly => during == During::Resume,
            _ => false,
        }
    }
}

impl Means {
    pub fn of(enrollment: &Enrollment) -> Self {
        match (&enrollment.intent().renews, enrollment.reference()) {
            (Some(_), _) => Self::Certificate,
            (None, Some(_)) => Self::Pin,
            (None, None) => Self::Numbers,
        }
    }
}

impl Error {
    /// What stopped an enrollment that stands in the journal.
    pub fn about(enrollment: &Enrollment, during: During, cause: impl Into<Cause>) -> Self {
        Self::new(during, Issued::No, cause).standing_at(enrollment.stage()).by(Means::of(enrollment))
    }

    /// Before anything of an earlier run could be looked at.
    pub fn at_start(cause: impl Into<Cause>) -> Self {
        Self { standing: Standing::Unseen, ..Self::new(During::Resume, Issued::Unknown, cause) }
    }

    /// A new enrollment that could not begin. Beside a record that cannot be read nobody knows what is open.
    pub(super) fn not_begun(error: JournalError) -> Self {
        match error {
            JournalError::Newer(_) | JournalError::Damaged(_) => Self::at_start(error),
            error => Self::new(During::KeyCreation, Issued::No, error),
        }
    }

    pub(super) fn standing_at(self, stage: Stage) -> Self {
        Self { issued: Issued::at(stage), standing: Standing::at(stage), ..self }
    }

    /// The answer is missing, or is no good, and no later start finds it.
    pub fn is_lost(&self) -> bool {
        self.issued == Issued::Unknown
            && self.standing.is_lost(self.answer())
            && !self.code().is_about_records(self.during)
    }
}

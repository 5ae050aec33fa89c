//! What a disk says when it does not do as it is told, in this program's words.

use std::io::{Error, ErrorKind};

/// Why something could not be written or read, as far as it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiskFault {
    /// No room, for this user or for anybody.
    Full,
    /// This user, or nobody, may write there.
    ReadOnly,
    /// It failed: broken, gone, or for a reason that nobody has named.
    Failing,
}

impl DiskFault {
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::Full,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Failing,
        }
    }
}

//! What the disk says, in this program's words, and names that survive a power cut.

use std::{fs::File, io::Error, path::Path};

use super::StoreError;
use crate::domain::DiskFault;

pub(super) fn explain(error: &Error) -> StoreError {
    match DiskFault::of(error) {
        DiskFault::ReadOnly => StoreError::ReadOnly,
        DiskFault::Full => StoreError::DiskFull,
        DiskFault::Failing => StoreError::Failed(error.to_string()),
    }
}

/// A name that was made, replaced or removed is only so for good when its folder is on the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)?.sync_all()
}

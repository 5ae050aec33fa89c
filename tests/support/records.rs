//! The folder of the journal, where other tests of the same program start processes meanwhile.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use shirushi::journal::{Folder, JournalError};

/// How long another process may have what is ours.
const PATIENCE: Duration = Duration::from_secs(10);

/// A process that is being started has our locks too, up to its own first act.
pub fn open(path: &Path) -> Folder {
    let patience = Instant::now() + PATIENCE;
    loop {
        match Folder::open(path) {
            Err(JournalError::InUse) if Instant::now() < patience => thread::yield_now(),
            folder => return folder.expect("nobody else has the journal"),
        }
    }
}

//! What the softoken does not say about its files: why a write failed, and whether it would survive a power cut.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{Error, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::Path,
};

use crate::keystore::{
    StoreError,
    disk::{explain, sync_folder},
};

/// The two files of a database: certificates and public keys, private keys.
pub(super) const FILES: [&str; 2] = ["cert9.db", "key4.db"];

/// Enough to need new blocks, as a growing database does.
const PROBE_BYTES: usize = 64 * 1024;

/// Which file it is, whatever its name: device and inode of the key database, if it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileIdentity(Option<(u64, u64)>);

impl FileIdentity {
    pub(super) fn of_database(dir: &Path) -> Self {
        Self(dir.join(FILES[1]).metadata().ok().map(|metadata| (metadata.dev(), metadata.ino())))
    }
}

/// Whether a database has been made in `dir`.
pub(super) fn has_database(dir: &Path) -> bool {
    FILES.iter().any(|name| dir.join(name).exists())
}

/// Makes the folder for a new database, readable by its owner only, and the folders above it that are missing. Each
/// new name is synced in the folder that holds it.
pub(super) fn make_folder(dir: &Path) -> Result<(), StoreError> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|path| !path.exists()).collect();
    let make = || {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        missing.iter().filter_map(|path| path.parent()).try_for_each(sync_folder)
    };
    make().map_err(|error: Error| explain(&error))
}

/// Writes both files and the names in their folder through to the disk.
///
/// The softoken (3.87) leaves SQLite at its defaults (rollback journal, `synchronous=FULL`): the files are synced
/// with each commit, but a commit is only final once the journal's *name* is gone, and SQLite syncs the folder when it
/// makes the journal, not when it deletes it. After a power cut a journal that came back would undo the commit, and the
/// key with it. Hence the folder, always; the files once more cost little and do not depend on those defaults.
pub(super) fn sync(dir: &Path) -> Result<(), StoreError> {
    let sync = || {
        for name in FILES {
            File::open(dir.join(name))?.sync_all()?;
        }
        sync_folder(dir)
    };
    sync().map_err(|error: Error| explain(&error))
}

/// Why writing in `dir` fails, found by writing there: the softoken reports a full disk as a general error.
pub(super) fn find_cause(dir: &Path) -> Option<StoreError> {
    if is_held(dir) {
        return Some(StoreError::Busy);
    }
    let probe = dir.join(format!(".shirushi-probe-{}", std::process::id()));
    let write = || {
        for name in FILES.map(|name| dir.join(name)).iter().filter(|path| path.exists()) {
            OpenOptions::new().write(true).open(name)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&probe)?;
        file.write_all(&[0; PROBE_BYTES])?;
        file.sync_all()
    };
    let cause = write().err().map(|error: Error| explain(&error));
    // A probe that could not be made cannot be removed, and that is fine.
    let _ = std::fs::remove_file(&probe);
    cause
}

/// Whether another process has locked a file of the database, as SQLite does while it writes. Read from the kernel's
/// table: to open and close the file would give up this process's own locks on it.
fn is_held(dir: &Path) -> bool {
    let numbers = |name: &&str| dir.join(name).metadata().ok().map(|metadata| metadata.ino());
    let files: Vec<u64> = FILES.iter().filter_map(numbers).collect();
    std::fs::read_to_string("/proc/locks").is_ok_and(|locks| locks.lines().any(|lock| is_anothers(lock, &files)))
}

/// One line of proc_locks(5): `1: POSIX ADVISORY WRITE 3568 fd:00:2531452 0 EOF`, the process and then device and inode.
fn is_anothers(lock: &str, files: &[u64]) -> bool {
    let words: Vec<&str> = lock.split_whitespace().collect();
    let [_, "POSIX" | "OFDLCK", _, _, process, place, ..] = words.as_slice() else { return false };
    let file = place.rsplit(':').next().and_then(|inode| inode.parse().ok());
    *process != std::process::id().to_string() && file.is_some_and(|file| files.contains(&file))
}

#[cfg(test)]
mod tests {
    use super::is_anothers;

    #[test]
    fn a_lock_of_another_process_on_one_of_the_files_is_seen() {
        let own = std::process::id();
        let lock =
            |kind: &str, process: u32, inode: u64| format!("1: {kind}  ADVISORY  WRITE {process} fd:00:{inode} 0 EOF");
        assert!(is_anothers(&lock("POSIX", own + 1, 7), &[6, 7]));
        for other in [lock("POSIX", own, 7), lock("POSIX", own + 1, 8), lock("FLOCK", own + 1, 7), String::new()] {
            assert!(!is_anothers(&other, &[6, 7]), "{other}");
        }
    }
}

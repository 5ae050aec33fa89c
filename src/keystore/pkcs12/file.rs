//! The file itself: made once, swapped whole, never written over.

use std::{
    fs::{self, File, OpenOptions},
    io::{Error, ErrorKind, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use x509_cert::der::{Decode as _, asn1::SequenceRef};

use crate::keystore::{
    StoreError,
    disk::{explain, sync_folder},
};

/// More than any key with its certificates needs.
const LONGEST: u64 = 1024 * 1024;

/// Which state of which file: another one has another stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    file: (u64, u64),
    length: u64,
    changed: (i64, i64),
}

#[derive(Debug)]
pub(super) struct PfxFile {
    path: PathBuf,
    folder: PathBuf,
    /// Beside the file, so that it can take its place.
    fresh: PathBuf,
}

impl PfxFile {
    /// What cannot become or is not a PKCS#12 file is told of now, not after the form has been filled in.
    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        let unavailable = |why: &str| StoreError::Unavailable(format!("{}: {why}", path.display()));
        let (Some(folder), Some(_)) = (path.parent(), path.file_name()) else {
            return Err(unavailable("not the name of a file"));
        };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let folder = folder.canonicalize().map_err(|_| unavailable("its folder does not exist"))?;
        // A link is followed: what it points at is the file to swap.
        let path = path.canonicalize().unwrap_or_else(|_| folder.join(path.file_name().unwrap_or_default()));
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(unavailable("not the name of a file"));
        };
        let mut fresh = std::ffi::OsString::from(".");
        fresh.push(name);
        fresh.push(".new");
        let file = Self { folder: folder.to_owned(), fresh: folder.join(fresh), path: path.clone() };
        if file.exists() && !is_pfx(&file.read()?) {
            return Err(unavailable("there is a file already, and this program cannot read it as PKCS#12 (DER)"));
        }
        Ok(file)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn exists(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    /// `None` when there is no file.
    pub(super) fn stamp(&self) -> Result<Option<Stamp>, StoreError> {
        match self.path.metadata() {
            Ok(metadata) => Ok(Some(Stamp {
                file: (metadata.dev(), metadata.ino()),
                length: metadata.len(),
                changed: (metadata.ctime(), metadata.ctime_nsec()),
            })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(explain(&error)),
        }
    }

    pub(super) fn read(&self) -> Result<Vec<u8>, StoreError> {
        let read = || {
            let mut bytes = Vec::new();
            File::open(&self.path)?.take(LONGEST).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error: Error| StoreError::Unavailable(format!("{}: {error}", self.path.display())))
    }

    /// Writes the first content. A file that somebody else made meanwhile stays as it is.
    pub(super) fn make(&self, content: &[u8]) -> Result<(), StoreError> {
        self.write_fresh(content).map_err(|error| self.give_up(&error))?;
        let named = match fs::hard_link(&self.fresh, &self.path) {
            Ok(()) => fs::remove_file(&self.fresh),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let _ = fs::remove_file(&self.fresh); // a leftover, encrypted; the next writing removes it
                return Err(StoreError::Occupied);
            }
            // Memory sticks know no links: there the last look before renaming has to do.
            Err(_) if !self.exists() => fs::rename(&self.fresh, &self.path),
            Err(error) => Err(error),
        };
        named.and_then(|()| sync_folder(&self.folder)).map_err(|error| self.give_up(&error))
    }

    /// The old content or the new, whatever happens; the new one is on the disk when this returns.
    pub(super) fn replace(&self, content: &[u8]) -> Result<(), StoreError> {
        let replace = || {
            self.write_fresh(content)?;
            fs::rename(&self.fresh, &self.path)?;
            sync_folder(&self.folder)
        };
        replace().map_err(|error| self.give_up(&error))
    }

    pub(super) fn remove(&self) -> Result<(), StoreError> {
        let remove = || {
            for path in [&self.fresh, &self.path] {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            sync_folder(&self.folder)
        };
        remove().map_err(|error| explain(&error))
    }

    /// For its owner only, and through to the disk.
    fn write_fresh(&self, content: &[u8]) -> Result<(), Error> {
        let _ = fs::remove_file(&self.fresh); // left by a run that was cut off; `create_new` tells if it is still there
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.fresh)?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn give_up(&self, error: &Error) -> StoreError {
        let _ = fs::remove_file(&self.fresh); // what is left is encrypted, and the next writing removes it
        explain(error)
    }
}

/// Browsers write BER of indefinite length, which is not read here: such a file is somebody else's in any case.
fn is_pfx(bytes: &[u8]) -> bool {
    <&SequenceRef>::from_der(bytes).is_ok()
}

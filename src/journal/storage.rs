//! Files that are on the disk when the call returns.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::JournalError;
use crate::domain::KeyLabel;

/// Where journal lines go. Every call that writes is durable when it returns.
pub trait Storage: Send + Sync + fmt::Debug {
    fn list(&self) -> io::Result<Vec<KeyLabel>>;
    fn read(&self, label: &KeyLabel) -> io::Result<Vec<u8>>;
    /// Writes `line` after the first `intact` bytes. Whatever stood there was half a line of a call that failed.
    fn append(&self, label: &KeyLabel, intact: usize, line: &[u8]) -> io::Result<()>;
    fn replace(&self, label: &KeyLabel, content: &[u8]) -> io::Result<()>;
    fn remove(&self, label: &KeyLabel) -> io::Result<()>;
}

const EXTENSION: &str = "journal";

/// A folder (0700) with one file (0600) per enrollment, locked for one process.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Held as long as this value lives.
    _lock: File,
}

impl Folder {
    /// Opens or makes the folder. [`JournalError::InUse`] while another process has it.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        private_folder(path)?;
        let lock = private_file(OpenOptions::new().create(true).write(true).truncate(false), &path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(JournalError::InUse),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    fn file(&self, label: &KeyLabel) -> PathBuf {
        file(&self.path, label)
    }
}

/// The same folder without its lock: for looking while another process is at work. Makes and changes nothing.
#[derive(Debug)]
pub struct Onlooker(PathBuf);

impl Onlooker {
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn refuse() -> io::Error {
        io::Error::new(io::ErrorKind::PermissionDenied, "only looking")
    }
}

impl Storage for Onlooker {
    fn list(&self) -> io::Result<Vec<KeyLabel>> {
        match labels(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            found => found,
        }
    }

    fn read(&self, label: &KeyLabel) -> io::Result<Vec<u8>> {
        fs::read(file(&self.0, label))
    }

    fn append(&self, _: &KeyLabel, _: usize, _: &[u8]) -> io::Result<()> {
        Err(Self::refuse())
    }

    fn replace(&self, _: &KeyLabel, _: &[u8]) -> io::Result<()> {
        Err(Self::refuse())
    }

    fn remove(&self, _: &KeyLabel) -> io::Result<()> {
        Err(Self::refuse())
    }
}

fn file(folder: &Path, label: &KeyLabel) -> PathBuf {
    folder.join(label.as_str()).with_extension(EXTENSION)
}

fn labels(folder: &Path) -> io::Result<Vec<KeyLabel>> {
    let mut labels = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
        let is_journal = path.extension().is_some_and(|extension| extension == EXTENSION);
        labels.extend(stem.filter(|_| is_journal).and_then(|stem| KeyLabel::try_from(stem).ok()));
    }
    Ok(labels)
}

impl Storage for Folder {
    fn list(&self) -> io::Result<Vec<KeyLabel>> {
        labels(&self.path)
    }

    fn read(&self, label: &KeyLabel) -> io::Result<Vec<u8>> {
        fs::read(self.file(label))
    }

    fn append(&self, label: &KeyLabel, intact: usize, line: &[u8]) -> io::Result<()> {
        let path = self.file(label);
        let mut file = private_file(OpenOptions::new().create(true).write(true).truncate(false), &path)?;
        if file.metadata()?.len() < intact as u64 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the record has become shorter"));
        }
        file.set_len(intact as u64)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(line)?;
        file.sync_all()?;
        if intact == 0 { sync_folder(&self.path) } else { Ok(()) }
    }

    fn replace(&self, label: &KeyLabel, content: &[u8]) -> io::Result<()> {
        replace_file(&self.file(label), content)
    }

    fn remove(&self, label: &KeyLabel) -> io::Result<()> {
        fs::remove_file(self.file(label))?;
        sync_folder(&self.path)
    }
}

/// A folder that only its user may enter; it is on the disk when this returns, and so are those above it.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true); // another process may be faster
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let folders = || path.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    let missing: Vec<&Path> = folders().take_while(|folder| !folder.exists()).collect();
    // A run that was killed here may have made the deepest one that is there. Somebody else's need not let us.
    let _ = folders().nth(missing.len()).map(sync_name);
    for folder in missing.into_iter().rev() {
        builder.create(folder)?;
        sync_name(folder)?;
    }
    Ok(())
}

/// In the folder that holds it.
fn sync_name(path: &Path) -> io::Result<()> {
    match path.parent() {
        None => Ok(()),
        Some(here) if here.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Some(parent) => sync_folder(parent),
    }
}

/// The old content or the new, whatever happens; the new one is on the disk when this returns.
pub fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = private_file(OpenOptions::new().create(true).write(true).truncate(true), &fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn private_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// A new name is only durable when its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

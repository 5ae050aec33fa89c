//! Writing so that a kill or a power cut leaves the old or the new, never something between.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
};

use crate::Error;

/// A folder only this user can enter.
pub(crate) fn private_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::file("create", path))?;
    restrict(path, 0o700)
}

/// Options for a file only this user can read.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Replaces the whole file at once.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let fresh = path.with_added_extension("new");
    write(&fresh, content)?;
    fs::rename(&fresh, path).map_err(Error::file("rename", &fresh))?;
    sync_parent(path)
}

/// Writes and syncs a new file.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut file = private_file().write(true).truncate(true).open(path).map_err(Error::file("create", path))?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(Error::file("write", path))
}

/// A new name in a folder survives a power cut only when the folder is synced too.
pub(crate) fn sync_parent(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::file("sync", folder))?;
    }
    Ok(())
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(Error::file("restrict", path))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> Result<(), Error> {
    Ok(())
}

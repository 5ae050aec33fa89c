//! One throw-away folder that holds everything: home, XDG folders, state, database, bank.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::error::Error;

/// Below the folder, each made for this user alone.
const PLACES: [(&str, &str); 8] = [
    ("HOME", "home"),
    ("XDG_DATA_HOME", "home/.local/share"),
    ("XDG_CONFIG_HOME", "home/.config"),
    ("XDG_STATE_HOME", "home/.local/state"),
    ("XDG_CACHE_HOME", "home/.cache"),
    ("XDG_RUNTIME_DIR", "run"),
    ("TMPDIR", "tmp"),
    ("SHIRUSHI_STATE_DIR", "state"),
];

/// Stays when we end: its last use is that a stranger looks into it.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    pub fn make() -> Result<Self, Error> {
        let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let root = std::env::temp_dir().join(format!("shirushi-demo-{moment}-{}", std::process::id()));
        private(&root)?;
        let folder = Self { root };
        for (_, place) in PLACES {
            private_all(&folder.root, Path::new(place))?;
        }
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.root
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Where a Chromium with this home looks for certificates.
    pub fn database(&self) -> PathBuf {
        self.at("home/.local/share/pki/nssdb")
    }

    /// Makes a program live in the folder. What it could reach the person's own things by is turned to the folder too.
    pub fn inhabit<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for (name, value) in display_variables() {
            command.env(name, value);
        }
        for (name, place) in PLACES {
            command.env(name, self.root.join(place));
        }
        // The bank is on this machine: no proxy of the person's has a part in it.
        command.env("NO_PROXY", "localhost,127.0.0.1").env("no_proxy", "localhost,127.0.0.1")
    }
}

/// Names that are relative to the person's own folders, made absolute.
fn display_variables() -> Vec<(&'static str, OsString)> {
    let mut variables = Vec::new();
    if let Some(socket) = wayland_socket() {
        variables.push(("WAYLAND_DISPLAY", socket.into()));
    }
    if let (None, Some(home)) = (std::env::var_os("XAUTHORITY"), std::env::var_os("HOME")) {
        variables.push(("XAUTHORITY", PathBuf::from(home).join(".Xauthority").into()));
    }
    variables
}

/// Where the person's Wayland compositor listens.
pub fn wayland_socket() -> Option<PathBuf> {
    let name = std::env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty())?;
    let below = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    Some(below.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name)))
}

fn private_all(root: &Path, place: &Path) -> Result<(), Error> {
    let mut path = root.to_owned();
    for part in place {
        path.push(part);
        if !path.is_dir() {
            private(&path)?;
        }
    }
    Ok(())
}

fn private(path: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(Error::file(path))
}

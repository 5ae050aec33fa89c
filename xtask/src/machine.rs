//! What this machine has, and what it can be given.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::voice::say;

/// Something outside this repository that a demonstration or a test uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    kind: Kind,
    file: &'static str,
    /// What Debian and its relatives call the package.
    package: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Program,
    Library,
    /// Anything else, by its whole path.
    File,
}

const fn program(file: &'static str, package: &'static str) -> Need {
    Need { kind: Kind::Program, file, package }
}

const fn library(file: &'static str, package: &'static str) -> Need {
    Need { kind: Kind::Library, file, package }
}

const fn file(file: &'static str, package: &'static str) -> Need {
    Need { kind: Kind::File, file, package }
}

/// The key store of the browsers.
pub const STORE: [Need; 1] = [library("libsoftokn3.so", "libnss3")];

/// A window on X11 opens these by name when it starts.
pub const WINDOW: [Need; 6] = [
    library("libX11.so.6", "libx11-6"),
    library("libxcb.so.1", "libxcb1"),
    library("libxkbcommon.so.0", "libxkbcommon0"),
    library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    library("libXcursor.so.1", "libxcursor1"),
    library("libXi.so.6", "libxi6"),
];

/// A screen that nobody sees, and hands for its keyboard.
pub const SCREEN: [Need; 3] = [program("Xvfb", "xvfb"), program("xdotool", "xdotool"), program("openbox", "openbox")];

/// A message bus of a test's own, and what speaks on it.
pub const BUS: [Need; 3] = [
    program("dbus-daemon", "dbus-daemon"),
    file("/usr/lib/python3/dist-packages/dbus", "python3-dbus"),
    file("/usr/lib/python3/dist-packages/gi", "python3-gi"),
];

/// A camera for that screen.
pub const CAMERA: [Need; 1] = [program("import", "imagemagick")];

/// A person's browser, for the pages that the manual begins with.
pub const BROWSER: [Need; 1] = [program("chromium", "chromium")];

/// A window of another toolkit, to measure beside.
pub const DIALOG: [Need; 1] = [program("yad", "yad")];

/// Programs of other people that look at what the wizard made.
pub const PEERS: [Need; 11] = [
    program("chromium", "chromium"),
    program("firefox-esr", "firefox-esr"),
    program("certutil", "libnss3-tools"),
    program("pk12util", "libnss3-tools"),
    program("openssl", "openssl"),
    program("strace", "strace"),
    program("curl", "curl"),
    program("faketime", "faketime"),
    program("wmctrl", "wmctrl"),
    program("softhsm2-util", "softhsm2"),
    file("/usr/lib/python3/dist-packages/cryptography", "python3-cryptography"),
];

impl Need {
    pub fn is_met(&self) -> bool {
        match self.kind {
            Kind::Program => find_program(self.file).is_some(),
            Kind::File => Path::new(self.file).exists(),
            Kind::Library => library_folders().iter().any(|folder| folder.join(self.file).exists()),
        }
    }
}

/// What is not there.
pub fn missing(needs: &[Need]) -> Vec<Need> {
    needs.iter().copied().filter(|need| !need.is_met()).collect()
}

/// Installs what is not there, where that is allowed, and says what still is not there.
pub fn provide(needs: &[Need]) -> Vec<Need> {
    let lacking = missing(needs);
    if lacking.is_empty() {
        return lacking;
    }
    let packages = packages(&lacking);
    if is_root() && find_program("apt-get").is_some() {
        say(format!("Installing through the system's package manager: {}", packages.join(" ")));
        // The lists of a fresh machine are empty, those of an old one lead to packages that are gone.
        if !apt_get("install", &packages) {
            apt_get("update", &[]);
            apt_get("install", &packages);
        }
    }
    let lacking = missing(needs);
    if !lacking.is_empty() {
        say(format!("This machine lacks: {}", self::packages(&lacking).join(" ")));
        say("  On Debian and its relatives: apt-get install, with those names. Going on with what is there.");
    }
    lacking
}

fn packages(needs: &[Need]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = needs.iter().map(|need| need.package).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn apt_get(verb: &str, packages: &[&str]) -> bool {
    let status = Command::new("apt-get")
        .args(["-o", "DPkg::Lock::Timeout=300", "-qq", "-y", "--no-install-recommends", verb])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The folders that the dynamic linker and the wizard look into.
fn library_folders() -> Vec<PathBuf> {
    let triplet = format!("{}-linux-gnu", env::consts::ARCH);
    let mut folders: Vec<PathBuf> =
        env::var_os("LD_LIBRARY_PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    for folder in ["/usr/lib", "/lib", "/usr/lib64", "/lib64", "/usr/local/lib"].map(Path::new) {
        let own = folder.join(&triplet);
        folders.extend([own.join("nss"), own, folder.join("nss"), folder.to_owned()]);
    }
    folders
}

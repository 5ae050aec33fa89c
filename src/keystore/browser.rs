//! Which browser keeps its certificates where.

use std::path::{Path, PathBuf};

/// The folders of a user in which browsers keep their things. Not read from the environment after this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Homes {
    pub home: PathBuf,
    pub xdg_data_home: PathBuf,
    pub xdg_config_home: PathBuf,
}

impl Homes {
    /// The folders of the user who runs this program; `None` when there is no home.
    pub fn from_environment() -> Option<Self> {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let mut homes = Self::below(&absolute("HOME")?);
        homes.xdg_data_home = absolute("XDG_DATA_HOME").unwrap_or(homes.xdg_data_home);
        homes.xdg_config_home = absolute("XDG_CONFIG_HOME").unwrap_or(homes.xdg_config_home);
        Some(homes)
    }

    /// The usual places below `home` (XDG Base Directory Specification).
    pub fn below(home: &Path) -> Self {
        Self { home: home.to_owned(), xdg_data_home: home.join(".local/share"), xdg_config_home: home.join(".config") }
    }

    /// The database that Chromium takes: the old place only where it exists. It is never made: it would hide the
    /// certificates in the new place.
    pub fn chromium_database(&self) -> PathBuf {
        let old = self.home.join(".pki/nssdb");
        if old.is_dir() { old } else { self.xdg_data_home.join("pki/nssdb") }
    }

    /// Homes inside sandboxes that are there: snap gives each program a home of its own, flatpak its own XDG folders.
    fn sandboxes(&self) -> Vec<Self> {
        let snaps = ["snap/chromium/current", "snap/firefox/common"].map(|name| Self::below(&self.home.join(name)));
        let flatpaks = ["org.chromium.Chromium", "com.google.Chrome", "org.mozilla.firefox"].map(|name| {
            let home = self.home.join(".var/app").join(name);
            Self { xdg_data_home: home.join("data"), xdg_config_home: home.join("config"), home }
        });
        snaps.into_iter().chain(flatpaks).filter(|homes| homes.home.is_dir()).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Browser {
    /// Chromium and its relatives: Chrome, Edge, Brave, Vivaldi share one database.
    Chromium,
    Firefox,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseState {
    Present,
    /// The browser would use this place, and nothing is there yet.
    Absent,
}

/// A database in which a browser looks for client certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserDatabase {
    pub browser: Browser,
    /// The name of a Firefox profile; empty for Chromium, whose profiles share one database.
    pub profile: String,
    pub dir: PathBuf,
    pub state: DatabaseState,
}

impl BrowserDatabase {
    fn new(browser: Browser, profile: &str, dir: PathBuf) -> Self {
        let state = if dir.join("cert9.db").is_file() { DatabaseState::Present } else { DatabaseState::Absent };
        Self { browser, profile: profile.to_owned(), dir, state }
    }
}

/// The databases of the browsers that this user has used, Chromium's first; never empty: without any browser it is the
/// place where Chromium will look.
pub fn find_databases(homes: &Homes) -> Vec<BrowserDatabase> {
    let mut found = Vec::new();
    for place in std::iter::once(homes.clone()).chain(homes.sandboxes()) {
        let chromium = BrowserDatabase::new(Browser::Chromium, "", place.chromium_database());
        if chromium.dir.is_dir() || has_chromium_profile(&place) {
            found.push(chromium);
        }
        found.extend(firefox_databases(&place));
    }
    if found.is_empty() {
        found.push(BrowserDatabase::new(Browser::Chromium, "", homes.chromium_database()));
    }
    found.sort_by_key(|database| database.browser == Browser::Firefox);
    found
}

/// A browser that has been started has a profile, even before it made its database.
fn has_chromium_profile(homes: &Homes) -> bool {
    ["chromium", "google-chrome", "microsoft-edge", "BraveSoftware", "vivaldi"]
        .iter()
        .any(|name| homes.xdg_config_home.join(name).is_dir())
}

fn firefox_databases(homes: &Homes) -> Vec<BrowserDatabase> {
    let roots = [homes.home.join(".mozilla/firefox"), homes.xdg_config_home.join("mozilla/firefox")];
    let mut found: Vec<BrowserDatabase> = Vec::new();
    for root in roots {
        let Ok(ini) = std::fs::read(root.join("profiles.ini")) else { continue };
        for profile in default_profiles(&String::from_utf8_lossy(&ini)) {
            let dir = root.join(&profile.path); // an absolute path replaces the root
            if dir.is_dir() && found.iter().all(|known| known.dir != dir) {
                found.push(BrowserDatabase::new(Browser::Firefox, &profile.name, dir));
            }
        }
    }
    found
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Profile {
    name: String,
    path: String,
}

/// The profiles that Firefox starts by itself: those of `[Install…]` sections, else the one with `Default=1`, else the
/// only one.
fn default_profiles(ini: &str) -> Vec<Profile> {
    let sections = sections(ini);
    let value = |section: &Section, key: &str| {
        section.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
    };
    let profile = |section: &Section| {
        let path = value(section, "Path")?;
        Some(Profile { name: value(section, "Name").unwrap_or_else(|| path.clone()), path })
    };
    let listed: Vec<&Section> = sections.iter().filter(|section| section.name.starts_with("Profile")).collect();
    let installs = sections.iter().filter(|section| section.name.starts_with("Install"));
    let mut chosen: Vec<Profile> = Vec::new();
    for path in installs.filter_map(|section| value(section, "Default")) {
        let known = listed.iter().filter_map(|section| profile(section)).find(|profile| profile.path == path);
        let profile = known.unwrap_or_else(|| Profile { name: path.clone(), path });
        if !chosen.contains(&profile) {
            chosen.push(profile);
        }
    }
    if chosen.is_empty() {
        let default = listed.iter().find(|section| value(section, "Default").as_deref() == Some("1"));
        chosen.extend(default.and_then(|section| profile(section)));
    }
    if let ([], [only]) = (chosen.as_slice(), listed.as_slice()) {
        chosen.extend(profile(only));
    }
    chosen
}

struct Section {
    name: String,
    entries: Vec<(String, String)>,
}

fn sections(ini: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in ini.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(Section { name: name.to_owned(), entries: Vec::new() });
        } else if let (Some((key, value)), Some(section)) = (line.split_once('='), sections.last_mut()) {
            section.entries.push((key.trim().to_owned(), value.trim().to_owned()));
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Browser, BrowserDatabase, DatabaseState, Homes, default_profiles, find_databases};

    const PROFILES: &str = "[Install4F96D1932A9F858E]\nDefault=abc.default-esr\nLocked=1\n\n[Profile1]\nName=default\n\
        IsRelative=1\nPath=xyz.default\nDefault=1\n\n[Profile0]\nName=default-esr\nIsRelative=1\nPath=abc.default-esr\n";

    fn home() -> (tempfile::TempDir, Homes) {
        let folder = tempfile::tempdir().expect("a folder");
        let homes = Homes::below(folder.path());
        (folder, homes)
    }

    #[test]
    fn without_any_browser_the_new_place_of_chromium_is_the_target_and_nothing_is_made() {
        let (folder, homes) = home();
        let expected = BrowserDatabase {
            browser: Browser::Chromium,
            profile: String::new(),
            dir: folder.path().join(".local/share/pki/nssdb"),
            state: DatabaseState::Absent,
        };
        assert_eq!(find_databases(&homes), [expected]);
        assert_eq!(fs::read_dir(folder.path()).expect("a listing").count(), 0);
    }

    #[test]
    fn the_old_place_of_chromium_wins_where_it_exists() {
        let (folder, homes) = home();
        let old = folder.path().join(".pki/nssdb");
        fs::create_dir_all(&old).expect("a folder");
        fs::create_dir_all(folder.path().join(".local/share/pki/nssdb")).expect("a folder");
        assert_eq!(homes.chromium_database(), old);
        assert_eq!(find_databases(&homes).len(), 1);
    }

    #[test]
    fn the_data_folder_of_the_user_is_honoured() {
        let (folder, mut homes) = home();
        homes.xdg_data_home = folder.path().join("elsewhere");
        assert_eq!(homes.chromium_database(), folder.path().join("elsewhere/pki/nssdb"));
    }

    #[test]
    fn firefox_means_the_profile_of_the_installation_rather_than_the_old_default() {
        let profiles = default_profiles(PROFILES);
        assert_eq!(profiles.len(), 1);
        assert_eq!(profiles[0].name, "default-esr");
        assert_eq!(profiles[0].path, "abc.default-esr");
    }

    #[test]
    fn without_an_installation_the_marked_profile_counts_and_without_a_mark_the_only_one() {
        let marked = PROFILES.split_once("\n\n").expect("two parts").1;
        assert_eq!(default_profiles(marked)[0].name, "default");
        assert_eq!(default_profiles("[Profile0]\nName=a\nPath=p\n")[0].path, "p");
        assert_eq!(default_profiles("[Profile0]\nPath=p\n[Profile1]\nPath=q\n"), []);
    }

    #[test]
    fn both_browsers_and_their_sandboxes_are_found_chromium_first() {
        let (folder, homes) = home();
        for root in [".mozilla/firefox", "snap/firefox/common/.mozilla/firefox"] {
            let root = folder.path().join(root);
            fs::create_dir_all(root.join("abc.default-esr")).expect("a folder");
            fs::write(root.join("profiles.ini"), PROFILES).expect("a file");
            fs::write(root.join("abc.default-esr/cert9.db"), "").expect("a file");
        }
        fs::create_dir_all(homes.xdg_config_home.join("google-chrome")).expect("a folder");
        fs::create_dir_all(folder.path().join("snap/chromium/current/.local/share/pki/nssdb")).expect("a folder");
        let found = find_databases(&homes);
        let kinds: Vec<(Browser, DatabaseState)> = found.iter().map(|one| (one.browser, one.state)).collect();
        assert_eq!(
            kinds,
            [
                (Browser::Chromium, DatabaseState::Absent),
                (Browser::Chromium, DatabaseState::Absent),
                (Browser::Firefox, DatabaseState::Present),
                (Browser::Firefox, DatabaseState::Present),
            ]
        );
    }
}

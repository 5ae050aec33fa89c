//! Which browser keeps its certificates where.

mod firefox;

use std::path::{Path, PathBuf};

use firefox::default_profiles;

/// The folders of a user in which browsers keep their things. Not read from the environment after this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Homes {
    pub home: PathBuf,
    pub xdg_data_home: PathBuf,
    pub xdg_config_home: PathBuf,
}

/// Programs of the Chromium family and the folders that say they have been started. They share one database.
const CHROMIUM_FAMILY: [(&str, &str); 5] = [
    ("google-chrome", "Chrome"),
    ("chromium", "Chromium"),
    ("microsoft-edge", "Edge"),
    ("BraveSoftware", "Brave"),
    ("vivaldi", "Vivaldi"),
];

const SNAPS: [&str; 3] = ["chromium", "firefox", "brave"];

const FLATPAKS: [&str; 6] = [
    "org.chromium.Chromium",
    "com.google.Chrome",
    "com.microsoft.Edge",
    "com.brave.Browser",
    "com.vivaldi.Vivaldi",
    "org.mozilla.firefox",
];

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

    /// The user's own home, and those inside sandboxes that are there.
    fn rooms(&self) -> Vec<Room> {
        let own = Room { settings: self.xdg_config_home.clone(), homes: self.clone(), packaging: Packaging::System };
        let snaps = SNAPS.into_iter().flat_map(|name| Room::of_snap(&self.home.join("snap").join(name)));
        let flatpaks = FLATPAKS.into_iter().map(|name| Room::of_flatpak(&self.home.join(".var/app").join(name)));
        let sandboxes = snaps.chain(flatpaks).filter(|room| room.homes.home.is_dir());
        std::iter::once(own).chain(sandboxes).collect()
    }
}

/// A home as a browser sees it.
struct Room {
    homes: Homes,
    packaging: Packaging,
    /// Where a Chromium keeps its profiles.
    settings: PathBuf,
}

impl Room {
    /// A snap has a home for each of its versions and one for all of them. Chromium keeps its profile in the second, its
    /// certificates in the first; Firefox keeps all in the second.
    fn of_snap(snap: &Path) -> [Self; 2] {
        ["current", "common"].map(|name| Self {
            homes: Homes::below(&snap.join(name)),
            packaging: Packaging::Snap,
            settings: match name {
                "current" => snap.join("common"),
                _ => snap.join("common/.config"),
            },
        })
    }

    /// Flatpak gives each program XDG folders of its own, and keeps what it writes into its home beside them.
    fn of_flatpak(home: &Path) -> Self {
        let (data, config) = (home.join("data"), home.join("config"));
        let homes = Homes { home: home.to_owned(), xdg_data_home: data, xdg_config_home: config.clone() };
        Self { homes, packaging: Packaging::Flatpak, settings: config }
    }

    /// The Chromiums that have been started here, even before they made their database.
    fn chromiums(&self) -> Vec<&'static str> {
        let started = CHROMIUM_FAMILY.into_iter().filter(|(folder, _)| self.settings.join(folder).is_dir());
        started.map(|(_, name)| name).collect()
    }

    fn databases(&self) -> Vec<BrowserDatabase> {
        let (dir, programs) = (self.homes.chromium_database(), self.chromiums());
        let is_used = dir.is_dir() || !programs.is_empty();
        let chromium = is_used.then(|| BrowserDatabase::of_chromium(programs, dir, self.packaging));
        chromium.into_iter().chain(self.firefoxes()).collect()
    }

    fn firefoxes(&self) -> Vec<BrowserDatabase> {
        let roots = [self.homes.home.join(".mozilla/firefox"), self.homes.xdg_config_home.join("mozilla/firefox")];
        let mut found: Vec<BrowserDatabase> = Vec::new();
        for root in roots {
            let Ok(ini) = std::fs::read(root.join("profiles.ini")) else { continue };
            for profile in default_profiles(&String::from_utf8_lossy(&ini)) {
                let dir = root.join(&profile.path); // an absolute path replaces the root
                if dir.is_dir() && found.iter().all(|known| known.dir != dir) {
                    found.push(BrowserDatabase::of_firefox(profile.name, dir, self.packaging));
                }
            }
        }
        found
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Browser {
    /// Chromium and its relatives, which share one database; those that have been started, by name.
    Chromium(Vec<&'static str>),
    Firefox {
        profile: String,
    },
}

/// How the browser came onto this PC. Each way has a home of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Packaging {
    System,
    Snap,
    Flatpak,
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
    pub packaging: Packaging,
    pub dir: PathBuf,
    pub state: DatabaseState,
}

impl BrowserDatabase {
    fn of_chromium(programs: Vec<&'static str>, dir: PathBuf, packaging: Packaging) -> Self {
        Self { browser: Browser::Chromium(programs), packaging, state: state_of(&dir), dir }
    }

    fn of_firefox(profile: String, dir: PathBuf, packaging: Packaging) -> Self {
        Self { browser: Browser::Firefox { profile }, packaging, state: state_of(&dir), dir }
    }

    fn is_firefox(&self) -> bool {
        matches!(self.browser, Browser::Firefox { .. })
    }

    /// What its user calls it. A profile is named only among several.
    fn name(&self, profiles: usize) -> String {
        let packaging = match self.packaging {
            Packaging::System => None,
            Packaging::Snap => Some("Snap"),
            Packaging::Flatpak => Some("Flatpak"),
        };
        let (name, profile) = match &self.browser {
            Browser::Chromium(programs) if programs.is_empty() => ("Chrome / Chromium".to_owned(), None),
            Browser::Chromium(programs) => (programs.join(" / "), None),
            Browser::Firefox { profile } => ("Firefox".to_owned(), (profiles > 1).then_some(profile.as_str())),
        };
        let more: Vec<&str> = profile.into_iter().chain(packaging).collect();
        if more.is_empty() { name } else { format!("{name} ({})", more.join(", ")) }
    }
}

fn state_of(dir: &Path) -> DatabaseState {
    if dir.join("cert9.db").is_file() { DatabaseState::Present } else { DatabaseState::Absent }
}

/// The databases of the browsers that this user has used, Chromium's first; never empty: without any browser it is the
/// place where Chromium will look.
pub fn find_databases(homes: &Homes) -> Vec<BrowserDatabase> {
    let mut found: Vec<BrowserDatabase> = homes.rooms().iter().flat_map(Room::databases).collect();
    if found.is_empty() {
        found.push(BrowserDatabase::of_chromium(Vec::new(), homes.chromium_database(), Packaging::System));
    }
    found.sort_by_key(BrowserDatabase::is_firefox);
    found
}

/// What the users of these databases call them, in the same order.
pub fn browser_names(databases: &[BrowserDatabase]) -> Vec<String> {
    let profiles = |of: &BrowserDatabase| {
        databases.iter().filter(|other| other.is_firefox() && other.packaging == of.packaging).count()
    };
    databases.iter().map(|database| database.name(profiles(database))).collect()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{Browser, BrowserDatabase, DatabaseState, Homes, Packaging, browser_names, find_databases};

    pub(super) const PROFILES: &str = "[Install4F96D1932A9F858E]\nDefault=abc.default-esr\nLocked=1\n\n[Profile1]\nName=default\n\
        IsRelative=1\nPath=xyz.default\nDefault=1\n\n[Profile0]\nName=default-esr\nIsRelative=1\nPath=abc.default-esr\n";

    fn home() -> (tempfile::TempDir, Homes) {
        let folder = tempfile::tempdir().expect("a folder");
        let homes = Homes::below(folder.path());
        (folder, homes)
    }

    fn make(folder: &Path) {
        fs::create_dir_all(folder).expect("a folder");
    }

    /// A Firefox that has been used, with the profiles of `ini`.
    fn make_firefox(root: &Path, ini: &str, profiles: &[&str]) {
        profiles.iter().for_each(|profile| make(&root.join(profile)));
        fs::write(root.join("profiles.ini"), ini).expect("a file");
    }

    fn names(homes: &Homes) -> Vec<String> {
        browser_names(&find_databases(homes))
    }

    /// The only database below a home in which `place` has been made.
    fn only(place: &str) -> (String, String) {
        let (folder, homes) = home();
        make(&folder.path().join(place));
        let found = find_databases(&homes);
        assert_eq!(found.len(), 1, "{place}: {found:?}");
        let dir = found[0].dir.strip_prefix(folder.path()).expect("below the home");
        (names(&homes).remove(0), dir.display().to_string())
    }

    #[test]
    fn without_any_browser_the_new_place_of_chromium_is_the_target_and_nothing_is_made() {
        let (folder, homes) = home();
        let expected = BrowserDatabase {
            browser: Browser::Chromium(Vec::new()),
            packaging: Packaging::System,
            dir: folder.path().join(".local/share/pki/nssdb"),
            state: DatabaseState::Absent,
        };
        assert_eq!(find_databases(&homes), [expected]);
        assert_eq!(names(&homes), ["Chrome / Chromium"]);
        assert_eq!(fs::read_dir(folder.path()).expect("a listing").count(), 0);
    }

    #[test]
    fn the_old_place_of_chromium_wins_where_it_exists() {
        let (folder, homes) = home();
        let old = folder.path().join(".pki/nssdb");
        make(&old);
        make(&folder.path().join(".local/share/pki/nssdb"));
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
    fn the_whole_family_of_chromium_shares_one_database() {
        let (folder, homes) = home();
        for started in ["google-chrome", "microsoft-edge", "BraveSoftware"] {
            make(&folder.path().join(".config").join(started));
        }
        assert_eq!(names(&homes), ["Chrome / Edge / Brave"]);
        assert_eq!(find_databases(&homes)[0].dir, folder.path().join(".local/share/pki/nssdb"));
    }

    #[test]
    fn a_browser_out_of_a_sandbox_has_its_database_there() {
        let pair = |name: &str, dir: &str| (name.to_owned(), dir.to_owned());
        assert_eq!(
            only("snap/chromium/current/.local/share/pki/nssdb"),
            pair("Chrome / Chromium (Snap)", "snap/chromium/current/.local/share/pki/nssdb")
        );
        let flatpaks = [
            ("org.chromium.Chromium/config/chromium", "Chromium"),
            ("com.google.Chrome/config/google-chrome", "Chrome"),
            ("com.microsoft.Edge/config/microsoft-edge", "Edge"),
            ("com.brave.Browser/config/BraveSoftware", "Brave"),
        ];
        for (started, name) in flatpaks {
            let (app, _) = started.split_once('/').expect("an application");
            let dir = format!(".var/app/{app}/data/pki/nssdb");
            assert_eq!(only(&format!(".var/app/{started}")), pair(&format!("{name} (Flatpak)"), &dir));
        }
        assert_eq!(
            only(".var/app/org.chromium.Chromium/.pki/nssdb"),
            pair("Chrome / Chromium (Flatpak)", ".var/app/org.chromium.Chromium/.pki/nssdb")
        );
    }

    #[test]
    fn a_snap_of_chromium_is_found_before_it_made_its_database() {
        let (folder, homes) = home();
        make(&folder.path().join("snap/chromium/common/chromium"));
        make(&folder.path().join("snap/chromium/current"));
        assert_eq!(names(&homes), ["Chromium (Snap)"]);
        let dir = folder.path().join("snap/chromium/current/.local/share/pki/nssdb");
        assert_eq!(find_databases(&homes)[0].dir, dir);
    }

    #[test]
    fn firefox_is_found_in_its_old_and_new_home_and_in_every_sandbox() {
        let roots = [
            (".mozilla/firefox", "Firefox"),
            (".config/mozilla/firefox", "Firefox"),
            ("snap/firefox/common/.mozilla/firefox", "Firefox (Snap)"),
            (".var/app/org.mozilla.firefox/.mozilla/firefox", "Firefox (Flatpak)"),
            (".var/app/org.mozilla.firefox/config/mozilla/firefox", "Firefox (Flatpak)"),
        ];
        for (root, name) in roots {
            let (folder, homes) = home();
            let root = folder.path().join(root);
            make_firefox(&root, PROFILES, &["abc.default-esr"]);
            assert_eq!(names(&homes), [name], "{}", root.display());
            assert_eq!(find_databases(&homes)[0].dir, root.join("abc.default-esr"));
        }
    }

    #[test]
    fn among_several_profiles_each_is_named() {
        let (folder, homes) = home();
        let ini = "[Profile0]\nName=work\nPath=a\n[Profile1]\nName=home\nPath=b\n[Profile2]\nName=gone\nPath=c\n";
        make_firefox(&folder.path().join(".mozilla/firefox"), ini, &["a", "b"]);
        make_firefox(&folder.path().join("snap/firefox/common/.mozilla/firefox"), PROFILES, &["abc.default-esr"]);
        assert_eq!(names(&homes), ["Firefox (work)", "Firefox (home)", "Firefox (Snap)"]);
    }

    #[test]
    fn chromium_stands_first_and_a_database_that_is_there_is_seen() {
        let (folder, homes) = home();
        let firefox = folder.path().join(".mozilla/firefox");
        make_firefox(&firefox, PROFILES, &["abc.default-esr"]);
        fs::write(firefox.join("abc.default-esr/cert9.db"), "").expect("a file");
        make(&homes.xdg_config_home.join("google-chrome"));
        assert_eq!(names(&homes), ["Chrome", "Firefox"]);
        let states: Vec<DatabaseState> = find_databases(&homes).iter().map(|one| one.state).collect();
        assert_eq!(states, [DatabaseState::Absent, DatabaseState::Present]);
    }
}

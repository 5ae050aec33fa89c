//! PKCS#11 modules that this PC's administrator or user has configured, in p11-kit's files. They are only read: no code
//! of anybody's is loaded by finding it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// How `enable-in` and `disable-in` call this program.
const THIS_PROGRAM: &str = "shirushi";

/// A module that could be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenModule {
    /// The name of its file: `opensc`.
    pub name: String,
    pub path: PathBuf,
}

/// Where modules are configured (p11-kit, pkcs11.conf(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleFolders {
    /// Of packages, of the administrator, of the user: what comes later goes first.
    pub modules: Vec<PathBuf>,
    /// Where a module without a folder is looked for.
    pub libraries: Vec<PathBuf>,
}

impl ModuleFolders {
    /// The places of this PC. `config` is the user's folder of settings.
    pub fn of_system(config: &Path) -> Self {
        let modules = ["/usr/share/p11-kit/modules", "/etc/pkcs11/modules"].map(PathBuf::from).into_iter();
        let modules = modules.chain([config.join("pkcs11/modules")]).collect();
        let libraries = [
            "/usr/lib/x86_64-linux-gnu/pkcs11",
            "/usr/lib/aarch64-linux-gnu/pkcs11",
            "/usr/lib64/pkcs11",
            "/usr/lib/pkcs11",
            "/usr/local/lib/pkcs11",
        ];
        Self { modules, libraries: libraries.map(PathBuf::from).into() }
    }
}

type Settings = BTreeMap<String, String>;

/// The modules for keys, by name. Those that only say whom to trust hold none.
pub fn find_modules(folders: &ModuleFolders) -> Vec<TokenModule> {
    let mut configured: BTreeMap<String, Settings> = BTreeMap::new();
    for file in folders.modules.iter().flat_map(|folder| module_files(folder)) {
        let Ok(text) = fs::read(&file) else { continue };
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        configured.entry(name).or_default().extend(settings(&String::from_utf8_lossy(&text)));
    }
    let wanted = configured.into_iter().filter(|(_, settings)| is_for_keys(settings) && is_for_us(settings));
    wanted.filter_map(|(name, settings)| Some(TokenModule { name, path: library(&settings, folders)? })).collect()
}

fn module_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "module")).collect()
}

fn settings(text: &str) -> Settings {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(':'));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

fn is_for_keys(settings: &Settings) -> bool {
    settings.get("trust-policy").is_none_or(|value| value != "yes")
}

fn is_for_us(settings: &Settings) -> bool {
    let names = |key: &str| settings.get(key).map(|value| value.split([',', ' ']).any(|name| name == THIS_PROGRAM));
    match (names("enable-in"), names("disable-in")) {
        (Some(enabled), _) => enabled,
        (None, disabled) => disabled != Some(true),
    }
}

/// `None` where the package has gone and its settings have stayed.
fn library(settings: &Settings, folders: &ModuleFolders) -> Option<PathBuf> {
    let module = Path::new(settings.get("module").filter(|module| !module.is_empty())?);
    // An absolute path replaces the folder.
    folders.libraries.iter().map(|folder| folder.join(module)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::{ModuleFolders, TokenModule, find_modules};

    struct Pc {
        folder: tempfile::TempDir,
    }

    impl Pc {
        fn new() -> Self {
            let pc = Self { folder: tempfile::tempdir().expect("a folder") };
            for folder in ["package", "system", "user", "lib"] {
                fs::create_dir(pc.path(folder)).expect("a folder");
            }
            pc.write("lib/opensc.so", "not code at all");
            pc
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.path(name), text).expect("a file");
        }

        fn found(&self) -> Vec<TokenModule> {
            let modules = ["package", "system", "user"].map(|name| self.path(name)).into();
            find_modules(&ModuleFolders { modules, libraries: vec![self.path("lib")] })
        }

        fn names(&self) -> Vec<String> {
            self.found().into_iter().map(|module| module.name).collect()
        }
    }

    #[test]
    fn a_module_is_found_by_its_path_and_beside_the_systems_own() {
        let pc = Pc::new();
        pc.write("package/opensc.module", "# a card\nmodule: opensc.so\n");
        let whole = pc.path("lib/opensc.so");
        pc.write("user/mine.module", &format!("module:{}\npriority: 1\n", whole.display()));
        let module = |name: &str| TokenModule { name: name.into(), path: whole.clone() };
        assert_eq!(pc.found(), [module("mine"), module("opensc")]);
    }

    #[test]
    fn a_file_that_is_no_code_is_found_all_the_same() {
        let pc = Pc::new();
        pc.write("system/broken.module", "module: opensc.so\n");
        assert_eq!(pc.names(), ["broken"], "nothing has tried to load it");
    }

    #[test]
    fn what_holds_no_keys_what_is_gone_and_what_is_not_for_us_is_left_out() {
        let pc = Pc::new();
        pc.write("package/trust.module", "module: opensc.so\ntrust-policy: yes\n");
        pc.write("package/gone.module", "module: gone.so\n");
        pc.write("package/remote.module", "remote: |ssh user@host p11-kit remote\n");
        pc.write("package/theirs.module", "module: opensc.so\nenable-in: firefox, chromium\n");
        pc.write("package/not-ours.module", "module: opensc.so\ndisable-in: shirushi\n");
        pc.write("package/readme.txt", "module: opensc.so\n");
        assert_eq!(pc.names(), Vec::<String>::new());
        pc.write("package/ours.module", "module: opensc.so\nenable-in: firefox, shirushi\n");
        pc.write("package/others.module", "module: opensc.so\ndisable-in: firefox\n");
        assert_eq!(pc.names(), ["others", "ours"]);
    }

    #[test]
    fn the_users_file_goes_before_the_systems_and_the_systems_before_the_packages() {
        let pc = Pc::new();
        pc.write("lib/other.so", "");
        pc.write("package/opensc.module", "module: gone.so\ntrust-policy: no\n");
        pc.write("system/opensc.module", "module: opensc.so\n");
        assert_eq!(pc.found()[0].path, pc.path("lib/opensc.so"));
        pc.write("user/opensc.module", "module: other.so\n");
        assert_eq!(pc.found()[0].path, pc.path("lib/other.so"));
        pc.write("user/opensc.module", "trust-policy: yes\n");
        assert_eq!(pc.names(), Vec::<String>::new());
    }
}

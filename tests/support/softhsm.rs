//! SoftHSM in the place of a card. A module reads its settings once in a process, so every test runs in a process and with
//! tokens of its own; what `softhsm2-util` makes is made once and copied.

#![allow(dead_code)] // each test program uses its own part

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use tempfile::TempDir;

const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
];
pub const PIN: &str = "123456";
pub const TOKEN: &str = "印 = one?";
pub const OTHER_TOKEN: &str = "other";

/// The folder of this test's tokens, in its own process.
const FOLDER: &str = "KEYSTORE_TEST_TOKENS";

/// What a test wants to be there.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub tokens: &'static [&'static str],
    /// As SoftHSM's `slots.mechanisms` takes them.
    pub mechanisms: &'static str,
    /// Whether there is a module in front of SoftHSM, whose token can be pulled out and counts wrong PINs.
    pub shim: bool,
}

pub const ONE_TOKEN: Wanted = Wanted { tokens: &[TOKEN], mechanisms: "ALL", shim: false };
pub const SHIM: Wanted = Wanted { shim: true, ..ONE_TOKEN };

/// The tokens of one test.
#[derive(Debug)]
pub struct Tokens {
    pub module: PathBuf,
    folder: PathBuf,
}

impl Tokens {
    pub fn pull_out(&self) {
        fs::write(self.folder.join("pulled out"), "").expect("a file");
    }

    pub fn put_back(&self) {
        fs::remove_file(self.folder.join("pulled out")).expect("it was there");
    }
}

/// Runs `test` where SoftHSM is installed, and says so where it is not. `name` is the path of the test that calls.
pub fn with_tokens(name: &str, wanted: Wanted, test: impl FnOnce(&Tokens)) {
    let name = name.split_once("::").map_or(name, |(_, name)| name); // without the test program's
    let Some(module) = MODULES.iter().map(PathBuf::from).find(|module| module.exists()) else {
        return skipped(name, "libsofthsm2 missing");
    };
    let programs: &[&str] = if wanted.shim { &["softhsm2-util", "cc"] } else { &["softhsm2-util"] };
    if let Some(missing) = programs.iter().find(|program| !is_there(program)) {
        return skipped(name, &format!("{missing} missing"));
    }
    if let Some(folder) = env::var_os(FOLDER) {
        let folder = PathBuf::from(folder);
        let module = if wanted.shim { folder.join("shim.so") } else { module };
        return test(&Tokens { module, folder });
    }
    let folder = tempfile::tempdir().expect("a folder");
    copy_template(wanted, folder.path());
    let settings = write_settings(folder.path(), wanted.mechanisms);
    let mut own = Command::new(env::current_exe().expect("this program"));
    own.args(["--exact", name, "--nocapture", "--test-threads=1"]);
    own.env(FOLDER, folder.path()).env("SOFTHSM2_CONF", &settings);
    own.env("SHIM_MODULE", &module).env("SHIM_PULLED_OUT", folder.path().join("pulled out"));
    let output = own.stdin(Stdio::null()).output().expect("this program runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.contains("1 passed"), "{name}: {said}");
}

type Templates = BTreeMap<(&'static [&'static str], bool), TempDir>;

/// Fresh tokens, and the shim where it is wanted: made once in a process for each kind.
fn copy_template(wanted: Wanted, folder: &Path) {
    static TEMPLATES: Mutex<Templates> = Mutex::new(Templates::new());
    let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
    let template = templates.entry((wanted.tokens, wanted.shim)).or_insert_with(|| make_template(wanted));
    copy(template.path(), folder);
}

fn make_template(wanted: Wanted) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    if wanted.shim {
        compile_shim(&folder.path().join("shim.so"));
    }
    fs::create_dir(folder.path().join("tokens")).expect("a folder");
    let settings = write_settings(folder.path(), "ALL");
    for token in wanted.tokens {
        let mut tool = Command::new("softhsm2-util");
        tool.args(["--init-token", "--free", "--label", token, "--pin", PIN, "--so-pin", "654321"]);
        let made = tool.env("SOFTHSM2_CONF", &settings).stdout(Stdio::null()).status().expect("softhsm2-util runs");
        assert!(made.success(), "no token");
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a listing").map(|entry| entry.expect("an entry").path()) {
        let target = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            fs::create_dir(&target).expect("a folder");
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("a copy");
        }
    }
}

fn write_settings(folder: &Path, mechanisms: &str) -> PathBuf {
    let (settings, tokens) = (folder.join("softhsm2.conf"), folder.join("tokens"));
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\nslots.mechanisms = {mechanisms}\n",
        tokens.display(),
    );
    fs::write(&settings, text).expect("a file");
    settings
}

fn compile_shim(shim: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/shim.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-w", "-o"]).args([shim, &source]).status();
    assert!(compiled.expect("cc runs").success(), "the shim does not compile");
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Past the capture of passing tests: a skipped test is never silent.
fn skipped(name: &str, why: &str) {
    writeln!(std::io::stderr(), "skipped: {name}: {why}").expect("stderr");
}

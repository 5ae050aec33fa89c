//! A crash keeps nothing: no core file however much is allowed, and no look from outside but by the administrator.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::ExitStatusExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
};

use tempfile::TempDir;

use crate::{
    canary::Canary,
    process::{Run, may_look, signal},
    search::Search,
    terminal,
    town::{Pc, skipped, town},
};

const CRASHES: [&str; 2] = ["ABRT", "SEGV"];
/// Whoever has nothing to say on this PC.
const NOBODY: u32 = 65534;

/// A program that is allowed to leave a core file of any size, where it stands.
fn with_cores(command: &Command, folder: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -c unlimited && exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(folder);
    shell
}

/// How a program that hides nothing ends: with a core, where this machine makes any.
fn crash_of_another(folder: &Path, secret: &str) -> ExitStatus {
    let mut sleep = Command::new("sleep");
    let mut run = Run::start(&mut with_cores(sleep.arg("600").env("PLANTED", secret), folder), folder);
    run.until("it sleeps", |run| is_called(run, "sleep"));
    signal("ABRT", run.id());
    run.ended()
}

fn is_called(run: &Run, name: &str) -> bool {
    fs::read_to_string(format!("/proc/{}/comm", run.id())).is_ok_and(|comm| comm.trim() == name)
}

fn cores(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    files.filter(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("core"))).collect()
}

#[test]
fn a_crash_with_the_numbers_in_memory_leaves_no_core() {
    let test = "a_crash_with_the_numbers_in_memory_leaves_no_core";
    if !may_look(test) {
        return;
    }
    for crash in CRASHES {
        let Some(pc) = Pc::new(test) else { return };
        let guest = town().guest();
        let search = Search::of(&[Canary::new("the password", &guest.password)]);
        let folder = pc.path("");
        let planted = crash_of_another(&folder, &guest.password);
        if !planted.core_dumped() {
            skipped(test, "this machine makes no core files");
            return;
        }
        // Where they go is the administrator's choice.
        for core in cores(&folder) {
            assert!(!search.folder(&folder).is_empty(), "a number in a core file is found");
            fs::remove_file(core).expect("it was there");
        }
        let mut run = Run::start(&mut with_cores(&terminal::wizard(&pc, town().profile()), &folder), &folder);
        terminal::type_numbers(&mut run, &guest);
        assert!(search.process(run.id()).has("the password", "memory"), "it is in memory, or nothing is proven");
        signal(crash, run.id());
        if crash == "SEGV" {
            // The first one is looked at by the language's own watch over the stack, which waits for another.
            signal(crash, run.id());
        }
        let ended = run.ended();
        assert!(ended.signal().is_some() && !ended.core_dumped(), "{crash}: {ended:?}");
        assert_eq!(cores(&folder), Vec::<PathBuf>::new(), "{crash}");
        let found = search.folder(&folder);
        assert!(found.is_empty(), "{crash}:\n{found}");
    }
}

/// The program as nobody, who may not even read this folder.
struct Guest {
    folder: TempDir,
}

impl Guest {
    /// `None` where nobody can be nobody.
    fn new(test: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            skipped(test, "only the administrator can become somebody else");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
        fs::copy(env!("CARGO_BIN_EXE_shirushi"), folder.path().join("shirushi")).expect("a copy");
        let profile = fs::read(town().profile()).expect("a profile");
        fs::write(folder.path().join("profile.toml"), profile).expect("a copy");
        let home = folder.path().join("home");
        fs::create_dir(&home).expect("a home");
        std::os::unix::fs::chown(&home, Some(NOBODY), Some(NOBODY)).expect("an owner");
        Some(Self { folder })
    }

    fn command(&self, program: &str) -> Command {
        let home = self.folder.path().join("home");
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &NOBODY.to_string(), "--regid", &NOBODY.to_string(), "--clear-groups", program]);
        command.env_clear().env("HOME", &home).env("SHIRUSHI_STATE_DIR", home.join("state")).env("LANG", "C");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir(&home);
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Run {
        let folder = self.folder.path().join(program);
        fs::create_dir(&folder).expect("a folder");
        let mut run = Run::start(self.command(program).args(arguments), &folder);
        run.until("it is another's", |run| is_called(run, program));
        run
    }

    fn run_wizard(&self) -> Run {
        let profile = self.folder.path().join("profile.toml").display().to_string();
        let program = self.folder.path().join("shirushi").display().to_string();
        let arguments = ["--text", "--store", "nss:nssdb", "--profile", &profile];
        let mut run = Run::start(self.command(&program).args(arguments), self.folder.path());
        run.until("its first page is there", |run| run.said().contains("Get your certificate"));
        run
    }

    /// What another program of the same user sees of this process.
    fn sees(&self, process: u32, file: &str) -> bool {
        let mut cat = self.command("head");
        cat.args(["-c", "1", &format!("/proc/{process}/{file}")]);
        let output = cat.output().expect("it starts");
        output.status.success() && !output.stdout.is_empty()
    }
}

#[test]
fn other_programs_of_the_same_user_cannot_look_into_it() {
    let test = "other_programs_of_the_same_user_cannot_look_into_it";
    let Some(guest) = Guest::new(test) else { return };
    let (other, wizard) = (guest.run("sleep", &["600"]), guest.run_wizard());
    for file in ["environ", "maps", "auxv"] {
        assert!(guest.sees(other.id(), file), "{file} of a program that does not hide is seen");
        assert!(!guest.sees(wizard.id(), file), "{file} is seen");
    }
    let owner = |process: u32| fs::metadata(format!("/proc/{process}/mem")).expect("it lives").uid();
    assert_eq!((owner(other.id()), owner(wizard.id())), (NOBODY, 0), "who owns what the kernel shows of them");
    let filter = fs::read_to_string(format!("/proc/{}/coredump_filter", wizard.id())).expect("it lives");
    assert_eq!(filter.trim(), "00000000", "what of its memory a core would hold");
    let limits = fs::read_to_string(format!("/proc/{}/limits", wizard.id())).expect("it lives");
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().take(2).collect::<Vec<_>>(), ["0", "0"]);
}

//! SIGKILL at every moment that matters, then the next start.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    house::{self, House, Told},
    plant::Plant,
    programs::{said, tell},
};

const SIGKILL: i32 = 9;

/// Runs of one process differ a little in how often they send.
const SLACK: usize = 6;

/// The second kill of a run comes at one of its first moments.
const SECOND: usize = 24;

/// What it takes to kill the wizard at a chosen moment.
struct Gallows {
    _folder: tempfile::TempDir,
    library: PathBuf,
    bank: PathBuf,
}

/// What one kill came to.
struct Aftermath {
    /// Just before what the process was killed.
    moment: String,
    /// The journal's last stage then.
    stage: String,
    /// How the next start went on.
    road: &'static str,
    /// Promises that do not hold.
    broken: Vec<String>,
}

pub fn at_every_point() {
    let gallows = Gallows::build();
    let points = gallows.count_the_moments();
    assert!(points > 20, "only {points} moments: the library that counts them is not heard");
    let points = if Plant::StrayKey.is_planted() { 2 } else { points };
    let next = AtomicUsize::new(1);
    let all: Mutex<Vec<Aftermath>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let point = next.fetch_add(1, Ordering::Relaxed);
                    if point > points {
                        break;
                    }
                    let aftermath = gallows.kill_at(point);
                    all.lock().unwrap_or_else(PoisonError::into_inner).extend(aftermath);
                }
            });
        }
    });
    let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    tell(&table(points, &all));
    let broken: Vec<&Aftermath> = all.iter().filter(|aftermath| !aftermath.broken.is_empty()).collect();
    for Aftermath { moment, stage, road, broken } in &broken {
        tell(&format!("killed at {moment} ({stage}, {road}): {}\n", broken.join("; ")));
    }
    assert!(broken.is_empty(), "{} kills broke a promise", broken.len());
    assert!(all.len() + SLACK >= points, "only {} of {points} runs were killed", all.len());
}

impl Gallows {
    fn build() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/peer_kill.c");
        let library = folder.path().join("kill.so");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
        assert!(compiled.expect("a compiler").success(), "the library does not compile");
        let bank = folder.path().join("bank");
        // Its keys are made here, once.
        drop(house::open_bank(&bank));
        Self { _folder: folder, library, bank }
    }

    /// One whole enrollment without a kill.
    fn count_the_moments(&self) -> usize {
        let house = House::with_bank_of(&self.bank);
        let told = self.enroll(&house, 0);
        assert!(told.status.success(), "{}", told.all);
        moments(&house).len()
    }

    /// `None` when the run ended before it came so far.
    fn kill_at(&self, point: usize) -> Option<Aftermath> {
        let house = House::with_bank_of(&self.bank);
        let told = self.enroll(&house, point);
        if told.status.signal() != Some(SIGKILL) {
            assert!(told.status.success(), "{}", told.all);
            return None;
        }
        let moment = moments(&house).last().map(|line| readable(line, &house)).unwrap_or_default();
        let stage = house.journalled().last().map_or_else(|| "nothing".to_owned(), |last| text(&last["stage"]));
        let mut aftermath = Aftermath { moment, stage, road: "", broken: Vec::new() };
        self.kill_again(&house, &mut aftermath, 1 + point % SECOND);
        match go_on(&house) {
            Ok(road) => aftermath.road = road,
            Err(told) => aftermath.broken.push(format!("the next start ended with {}", told.all.trim())),
        }
        if Plant::StrayKey.is_planted() {
            leave_a_key(&house);
        }
        aftermath.broken.extend(broken_promises(&house));
        Some(aftermath)
    }

    /// Whoever did not see the first kill starts the same command once more, and is killed early in it.
    fn kill_again(&self, house: &House, aftermath: &mut Aftermath, point: usize) {
        if house.journalled().iter().any(is_finished) {
            return;
        }
        let told = self.enroll(house, point);
        if told.status.signal() == Some(SIGKILL) {
            let moment = moments(house).last().map(|line| readable(line, house)).unwrap_or_default();
            aftermath.moment = format!("{} and again at {moment}", aftermath.moment);
        }
    }

    fn enroll(&self, house: &House, point: usize) -> Told {
        let mut command = house.enrollment();
        command
            .args(["--store", &format!("nss:{}", house.database().display())])
            .env("LD_PRELOAD", &self.library)
            .env("KILL_AT", point.to_string())
            .env("KILL_STATE", house.state())
            .env("KILL_LOG", log(house));
        house.tell(&mut command)
    }
}

/// What a person does: start it again, and begin anew when nothing was left.
fn go_on(house: &House) -> Result<&'static str, Told> {
    let told = house.resume();
    match told.last["result"].as_str() {
        Some("installed") => return Ok("resume"),
        Some("nothing") if told.status.success() => {}
        _ => return Err(told),
    }
    if house.journalled().iter().any(is_finished) {
        return Ok("was done");
    }
    let told = house.tell(house.enrollment().args(["--store", &format!("nss:{}", house.database().display())]));
    if told.last["result"] == "installed" { Ok("enroll again") } else { Err(told) }
}

fn broken_promises(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    let mut promise = |holds: bool, otherwise: String| {
        if !holds {
            broken.push(otherwise);
        }
    };
    let database = house.database_address();
    let keys = said("certutil", &["-K", "-d", &database]);
    let found = keys.lines().filter(|line| line.starts_with('<')).count();
    promise(found == 1 && keys.contains("shirushi-"), format!("{found} keys are in the store: {keys}"));
    let list = said("certutil", &["-L", "-d", &database]);
    let own = list.lines().filter(|line| line.trim_end().ends_with("u,u,u")).count();
    promise(own == 1, format!("{own} certificates have a key"));

    let issues = house.bank().counters().issues_per_key;
    promise(issues.len() == 1 && issues.values().all(|count| *count == 1), format!("the bank issued {issues:?}"));

    let alive: Vec<_> = house.journalled().into_iter().filter(|one| one["stage"] != "abandoned").collect();
    promise(alive.len() == 1 && alive.iter().all(is_finished), format!("the journal has {alive:?}"));
    promise(house.journal_text().contains(r#""login":"proven""#), "no login is proven".to_owned());
    promise(house.is_private(&house.state().join("enrollments")), "others may read the journal".to_owned());
    broken
}

fn is_finished(enrollment: &serde_json::Value) -> bool {
    enrollment["stage"] == "done" || enrollment["stage"] == "proven"
}

fn leave_a_key(house: &House) {
    let noise = house.write("noise", &"0123456789".repeat(100));
    let database = house.database_address();
    said("certutil", &["-G", "-d", &database, "-z", &noise, "-g", "2048"]);
}

fn log(house: &House) -> PathBuf {
    house.home().join("moments")
}

fn moments(house: &House) -> Vec<String> {
    fs::read_to_string(log(house)).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Without the parts that differ from run to run.
fn readable(moment: &str, house: &House) -> String {
    moment.replace(&house.home().display().to_string(), "~")
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn table(points: usize, all: &[Aftermath]) -> String {
    let mut rows: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for aftermath in all {
        let row = rows.entry((&aftermath.stage, aftermath.road)).or_default();
        row.0 += 1;
        row.1 += usize::from(!aftermath.broken.is_empty());
    }
    let mut table =
        format!("{} kills at {points} moments\n{:<14} {:<14} kills  broken\n", all.len(), "journal", "next start");
    for ((stage, road), (kills, broken)) in rows {
        let _ = writeln!(table, "{stage:<14} {road:<14} {kills:>5}  {broken:>6}");
    }
    table
}

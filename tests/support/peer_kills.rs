//! SIGKILL at every moment that matters, then the next start.

use std::{
    collections::{BTreeMap, BTreeSet},
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
    house::{House, Told},
    plant::Plant,
    programs::{output, said, tell},
};

const SIGKILL: i32 = 9;

/// Runs of one process differ a little in how often they send.
const SLACK: usize = 6;

/// The second kill of a run comes at one of its first moments.
const SECOND: usize = 24;

/// How many moments in the key store's own files there are to one at which a renewal is killed.
const STRIDE: usize = 8;

/// What the wizard is killed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Enroll,
    /// On a PC with one pair already.
    Renew,
}

impl Verb {
    /// Pairs of key and certificate when all is done.
    fn pairs(self) -> usize {
        match self {
            Self::Enroll => 1,
            Self::Renew => 2,
        }
    }

    fn command(self, house: &House) -> Command {
        let mut command = match self {
            Self::Enroll => house.enrollment(),
            Self::Renew => house.renewal(),
        };
        command.args(["--store", &format!("nss:{}", house.database().display())]);
        command
    }

    /// The journal's records of this verb.
    fn records(self, house: &House) -> Vec<serde_json::Value> {
        let mut all = house.journalled();
        all.retain(|one| one["renews_sha256"].is_null() == (self == Self::Enroll));
        all
    }
}

/// What it takes to kill the wizard at a chosen moment.
struct Gallows {
    _folder: tempfile::TempDir,
    library: PathBuf,
    verb: Verb,
    /// What every run finds.
    before: House,
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
    let gallows = Gallows::build(Verb::Enroll);
    let moments = gallows.moments();
    gallows.kill_at_each(&(1..=moments.len()).collect::<Vec<_>>(), moments.len());
}

/// At each write of the journal and each word to the bank, and at some of the key store's own syncs.
pub fn at_points_of_a_renewal() {
    let gallows = Gallows::build(Verb::Renew);
    let moments = gallows.moments();
    let state = gallows.before.state().strip_prefix(gallows.before.home()).expect("it is at home").to_owned();
    let is_ours = |moment: &str| moment.contains(" send ") || moment.contains(&state.display().to_string());
    let points = moments.iter().enumerate().filter(|(at, moment)| is_ours(moment) || at % STRIDE == 0);
    gallows.kill_at_each(&points.map(|(at, _)| at + 1).collect::<Vec<_>>(), moments.len());
}

impl Gallows {
    fn build(verb: Verb) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/peer_kill.c");
        let library = folder.path().join("kill.so");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
        assert!(compiled.expect("a compiler").success(), "the library does not compile");
        let before = House::build();
        if verb == Verb::Renew {
            before.enroll();
        }
        Self { _folder: folder, library, verb, before }
    }

    /// Of one whole run without a kill.
    fn moments(&self) -> Vec<String> {
        let house = House::like(&self.before);
        let told = self.run(&house, 0);
        assert!(told.status.success(), "{}", told.all);
        let moments = moments(&house);
        assert!(moments.len() > 20, "only {} moments: the library that counts them is not heard", moments.len());
        moments
    }

    fn kill_at_each(&self, points: &[usize], of: usize) {
        let is_planted = Plant::StrayKey.is_planted() || Plant::LostOldKey.is_planted();
        let points = if is_planted { &points[..2] } else { points };
        let next = AtomicUsize::new(0);
        let all: Mutex<Vec<Aftermath>> = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let aftermath = self.kill_at(*point);
                        all.lock().unwrap_or_else(PoisonError::into_inner).extend(aftermath);
                    }
                });
            }
        });
        let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        tell(&table(self.verb, points.len(), of, &all));
        let broken: Vec<&Aftermath> = all.iter().filter(|aftermath| !aftermath.broken.is_empty()).collect();
        for Aftermath { moment, stage, road, broken } in &broken {
            tell(&format!("killed at {moment} ({stage}, {road}): {}\n", broken.join("; ")));
        }
        assert!(broken.is_empty(), "{} kills broke a promise", broken.len());
        assert!(all.len() + SLACK >= points.len(), "only {} of {} runs were killed", all.len(), points.len());
    }

    /// `None` when the run ended before it came so far.
    fn kill_at(&self, point: usize) -> Option<Aftermath> {
        let house = House::like(&self.before);
        let old = match self.verb {
            Verb::Enroll => BTreeSet::new(),
            Verb::Renew => holdings(&house),
        };
        assert_eq!(old.len(), 2 * (self.verb.pairs() - 1), "a key and a certificate of each old pair: {old:?}");
        let told = self.run(&house, point);
        if told.status.signal() != Some(SIGKILL) {
            assert!(told.status.success(), "{}", told.all);
            return None;
        }
        let moment = moments(&house).last().map(|line| readable(line, &house)).unwrap_or_default();
        let stage = self.verb.records(&house).last().map_or_else(|| "nothing".to_owned(), |last| text(&last["stage"]));
        let mut aftermath = Aftermath { moment, stage, road: "", broken: Vec::new() };
        self.kill_again(&house, &mut aftermath, 1 + point % SECOND);
        aftermath.broken.extend(lost(&house, &old));
        match self.go_on(&house) {
            Ok(road) => aftermath.road = road,
            Err(told) => aftermath.broken.push(format!("the next start ended with {}", told.all.trim())),
        }
        if Plant::StrayKey.is_planted() {
            leave_a_key(&house);
        }
        if Plant::LostOldKey.is_planted() {
            lose_a_key(&house, &old);
        }
        aftermath.broken.extend(lost(&house, &old));
        aftermath.broken.extend(broken_promises(&house, self.verb));
        Some(aftermath)
    }

    /// Whoever did not see the first kill starts the same command once more, and is killed early in it.
    fn kill_again(&self, house: &House, aftermath: &mut Aftermath, point: usize) {
        if self.verb.records(house).iter().any(is_finished) {
            return;
        }
        let told = self.run(house, point);
        if told.status.signal() == Some(SIGKILL) {
            let moment = moments(house).last().map(|line| readable(line, house)).unwrap_or_default();
            aftermath.moment = format!("{} and again at {moment}", aftermath.moment);
        }
    }

    fn run(&self, house: &House, point: usize) -> Told {
        let mut command = self.verb.command(house);
        command
            .env("LD_PRELOAD", &self.library)
            .env("KILL_AT", point.to_string())
            .env("KILL_STATE", house.state())
            .env("KILL_LOG", log(house));
        house.tell(&mut command)
    }

    /// What a person does: start it again, and begin anew when nothing was left.
    fn go_on(&self, house: &House) -> Result<&'static str, Told> {
        let told = house.resume();
        match told.last["result"].as_str() {
            Some("installed") => return Ok("resume"),
            Some("nothing") if told.status.success() => {}
            _ => return Err(told),
        }
        if self.verb.records(house).iter().any(is_finished) {
            return Ok("was done");
        }
        let told = house.tell(&mut self.verb.command(house));
        if told.last["result"] == "installed" { Ok("begin again") } else { Err(told) }
    }
}

/// What is in the database, as NSS's own tool tells: the numbers of the keys, and the certificates that know theirs.
fn holdings(house: &House) -> BTreeSet<String> {
    // A kill leaves a transaction that the next writer takes back, and nobody who only reads: here that is done in a copy.
    let copy = tempfile::tempdir().expect("a folder");
    said("cp", &["-a", &house.database().display().to_string(), &copy.path().display().to_string()]);
    let database = format!("sql:{}", copy.path().join("nssdb").display());
    output("certutil", &["-D", "-n", "none", "-d", &database]);
    let keys = said("certutil", &["-K", "-d", &database]);
    let mut all: BTreeSet<String> = keys.split_whitespace().filter(|word| is_number(word)).map(str::to_owned).collect();
    let list = said("certutil", &["-L", "-d", &database]);
    for name in list.lines().filter_map(|line| line.trim_end().strip_suffix("u,u,u")) {
        let certificates = said("certutil", &["-L", "-a", "-d", &database, "-n", name.trim()]);
        let blocks = certificates.split("-----BEGIN CERTIFICATE-----").skip(1);
        all.extend(blocks.map(|one| one.trim().to_owned()));
    }
    all
}

/// Of what was there before.
fn lost(house: &House, old: &BTreeSet<String>) -> Option<String> {
    if old.is_empty() {
        return None;
    }
    let now = holdings(house);
    let lost: Vec<&String> = old.difference(&now).collect();
    (!lost.is_empty()).then(|| format!("of the old pair this is lost: {lost:?}"))
}

fn broken_promises(house: &House, verb: Verb) -> Vec<String> {
    let mut broken = Vec::new();
    let mut promise = |holds: bool, otherwise: String| {
        if !holds {
            broken.push(otherwise);
        }
    };
    let (database, pairs) = (house.database_address(), verb.pairs());
    let keys = said("certutil", &["-K", "-d", &database]);
    let found = keys.lines().filter(|line| line.starts_with('<')).count();
    let named = keys.matches("shirushi-").count();
    promise((found, named) == (pairs, pairs), format!("{found} keys are in the store: {keys}"));
    let list = said("certutil", &["-L", "-d", &database]);
    let own = list.lines().filter(|line| line.trim_end().ends_with("u,u,u")).count();
    promise(own == pairs, format!("{own} certificates have a key"));

    let issues = house.bank().counters().issues_per_key;
    promise(issues.len() == pairs && issues.values().all(|count| *count == 1), format!("the bank issued {issues:?}"));

    let alive: Vec<_> = house.journalled().into_iter().filter(|one| one["stage"] != "abandoned").collect();
    promise(alive.len() == pairs && alive.iter().all(is_finished), format!("the journal has {alive:?}"));
    let proven = house.journal_text().matches(r#""login":"proven""#).count();
    promise(proven == pairs, format!("{proven} logins are proven"));
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

fn lose_a_key(house: &House, old: &BTreeSet<String>) {
    let number = old.iter().find(|one| is_number(one)).expect("an old key");
    said("certutil", &["-F", "-k", number, "-d", &house.database_address()]);
}

/// Of a key, in the list of NSS's tool.
fn is_number(word: &str) -> bool {
    word.len() == 40 && word.chars().all(|digit| digit.is_ascii_hexdigit())
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

fn table(verb: Verb, points: usize, of: usize, all: &[Aftermath]) -> String {
    let mut rows: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for aftermath in all {
        let row = rows.entry((&aftermath.stage, aftermath.road)).or_default();
        row.0 += 1;
        row.1 += usize::from(!aftermath.broken.is_empty());
    }
    let kills = all.len();
    let mut table = format!(
        "{verb:?}: {kills} kills at {points} of {of} moments\n{:<14} {:<14} kills  broken\n",
        "journal", "next start"
    );
    for ((stage, road), (kills, broken)) in rows {
        let _ = writeln!(table, "{stage:<14} {road:<14} {kills:>5}  {broken:>6}");
    }
    table
}

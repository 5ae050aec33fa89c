//! SIGKILL just before every call that changes a file or sends, then the next start.

use std::{fs, path::PathBuf, sync::OnceLock};

use practice_bank::Replay;

use crate::{
    gallows::{Gallows, Kill, moments, was_killed},
    house::{Door, House, Ways},
    libest::{Authority, Libest},
    place::{Customer, Keeps, Place, Verb, logs_in, records},
    points::{Aftermath, Column, chosen, try_each},
    programs::{are_here, said},
    promises::{Click, Standing},
    table::{Depth, seed},
};

/// Kills of a column in a sample.
const FEW: usize = 2;

/// Of the calls on the browser's own database files one in so many, where another column has them all.
const STRIDE: usize = 4;

/// Runs of one process differ a little in how often they send.
const SLACK: usize = 8;

/// The second kill of a run comes at one of its first moments.
const SECOND: usize = 24;

/// What is done wrong on purpose, and must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plant {
    Nothing,
    /// The next start leaves a key that no journal names.
    StrayKey,
    /// The next start loses the old key.
    LostOldKey,
    /// The journal learns that the request leaves only after it has left.
    LateJournal,
}

/// Which points a full column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calls {
    Every,
    FewOfTheDatabase,
}

#[derive(Clone, Copy)]
struct Matrix<'a> {
    before: &'a dyn Place,
    verb: Verb,
    calls: Calls,
    /// The old pair as a file, where there is one.
    old_pair: Option<&'a str>,
    plant: Plant,
}

/// A bank whose keys are made once.
fn first_house() -> &'static House {
    static HOUSE: OnceLock<House> = OnceLock::new();
    HOUSE.get_or_init(House::build)
}

pub fn customer(replay: Replay, door: Door, keeps: Keeps) -> Customer {
    Customer::of(House::like_but(first_house(), Ways { replay, door }), keeps)
}

/// A customer with a certificate, and the pair as a file.
fn holder() -> (Customer, PathBuf) {
    let house = House::like_but(first_house(), Ways { replay: Replay::Same, door: Door::Est });
    house.enroll();
    let customer = Customer::of(house, Keeps::InTheBrowser);
    let file = customer.home().with_file_name("old.p12");
    customer.store().export(&file).expect("the old pair");
    (customer, file)
}

impl<'a> Matrix<'a> {
    fn planted(before: &'a dyn Place, verb: Verb, plant: Plant) -> Self {
        Self { before, verb, calls: Calls::Every, old_pair: None, plant }
    }

    fn fill(&self, case: &str, test: &str) {
        let moments = Gallows::here().moments(self.before, self.verb);
        let is_in_database = |moment: &str| moment.contains("/pki/nssdb");
        let telling: Vec<usize> = (0..moments.len()).filter(|at| !is_in_database(&moments[*at])).collect();
        let points = moments.len();
        let mut tried = chosen(case, points, &telling, FEW);
        let mut note = "every other one killed twice".to_owned();
        if self.calls == Calls::FewOfTheDatabase && Depth::wanted() == Depth::Full {
            tried.retain(|at| telling.contains(at) || at % STRIDE == seed() as usize % STRIDE);
            note += ", one call in four on the database's own files";
        }
        let all = try_each(&tried, |point| self.kill_at(point));
        Column { case, test, points, note: &note }.close(&all);
        assert!(all.len() + SLACK >= tried.len(), "only {} of {} runs were killed", all.len(), tried.len());
    }

    /// Whether the harness sees what is planted, at one of these points.
    fn sees(&self, points: &[usize]) -> bool {
        try_each(points, |point| self.kill_at(point)).iter().any(|aftermath| !aftermath.broken.is_empty())
    }

    /// `None` when the run ended before it came so far.
    fn kill_at(&self, point: usize) -> Option<Aftermath> {
        let place = self.before.copy();
        let (place, old) = (place.as_ref(), self.before.store().holdings());
        let click = Click { place, verb: self.verb, old: &old, books: place.books() };
        let told = Gallows::here().run(place, self.verb, Kill::AtMoment(point));
        if !was_killed(&told) {
            assert!(told.status.success(), "{}", told.all);
            return None;
        }
        let mut moment = moments(place).last().cloned().unwrap_or_default();
        let mut standing = Standing::of(&records(place), self.verb);
        let mut broken = Vec::from_iter(self.old_pair_is_out(place, &standing));
        if point % 2 == 1 && !standing.is_done() {
            // Whoever did not see the first kill starts the same command once more, and is killed early in it.
            let told = Gallows::here().run(place, self.verb, Kill::AtMoment(point % SECOND));
            if was_killed(&told) {
                moment = format!("{moment} and again at {}", moments(place).last().cloned().unwrap_or_default());
            }
            standing = Standing::of(&records(place), self.verb);
        }
        broken.extend(click.lost());
        self.plant_before(place);
        let road = click.go_on(&standing).map_err(|otherwise| broken.push(otherwise)).ok();
        self.plant_after(place);
        broken.extend(click.lost());
        broken.extend(click.broken(road));
        Some(Aftermath { point, moment, stage: standing.stage, road: road.map_or("lost", |road| road.name()), broken })
    }

    /// The old certificate counts until the new one has been shown.
    fn old_pair_is_out(&self, place: &dyn Place, standing: &Standing) -> Option<String> {
        let file = self.old_pair.filter(|_| standing.is_before_the_login())?;
        (!logs_in(place, file)).then(|| "the old certificate does not count any more".to_owned())
    }

    fn plant_before(&self, place: &dyn Place) {
        if self.plant == Plant::LateJournal {
            let folder = fs::read_dir(place.home().join(".local/state/shirushi/enrollments")).expect("a journal");
            let files = folder.map(|entry| entry.expect("an entry").path());
            for file in files.filter(|path| path.extension().is_some_and(|kind| kind == "journal")) {
                let lines = fs::read_to_string(&file).expect("a record");
                let is_before = |line: &&str| !line.contains("submitting");
                let before: String = lines.split_inclusive('\n').take_while(is_before).collect();
                fs::write(&file, before).expect("a record");
            }
        }
    }

    fn plant_after(&self, place: &dyn Place) {
        let address = place.store().address().replace("nss:", "sql:");
        match self.plant {
            Plant::StrayKey => {
                let noise = place.home().with_file_name("noise");
                fs::write(&noise, "0123456789".repeat(100)).expect("a file");
                said("certutil", &["-G", "-d", &address, "-z", &noise.display().to_string(), "-g", "2048"]);
            }
            Plant::LostOldKey => {
                let old = self.before.store().holdings().keys.into_iter().next().expect("an old key");
                said("certutil", &["-F", "-k", &old.number, "-d", &address]);
            }
            Plant::Nothing | Plant::LateJournal => {}
        }
    }
}

const NEEDED: [&str; 4] = ["cc", "certutil", "pk12util", "curl"];

fn enroll(test: &str, replay: Replay, door: Door) {
    if !are_here(test, &NEEDED) {
        return;
    }
    let before = customer(replay, door, Keeps::InTheBrowser);
    let by = match door {
        Door::Est => "EST",
        Door::OldPages => "web form",
    };
    let case = format!("SIGKILL at a call, NSS, {by}, replay = {}", replay.as_str());
    let calls = match (replay, door) {
        (Replay::Same, Door::Est) => Calls::Every,
        _ => Calls::FewOfTheDatabase,
    };
    Matrix { before: &before, verb: Verb::Enroll, calls, old_pair: None, plant: Plant::Nothing }.fill(&case, test);
}

#[test]
fn a_kill_at_any_call_loses_nothing_by_est_where_the_bank_gives_the_same() {
    enroll("by_est_where_the_bank_gives_the_same", Replay::Same, Door::Est);
}

#[test]
fn a_kill_at_any_call_names_what_is_lost_by_est_where_the_bank_gives_nothing_twice() {
    enroll("by_est_where_the_bank_gives_nothing_twice", Replay::Refuse, Door::Est);
}

#[test]
fn a_kill_at_any_call_names_what_is_lost_by_est_where_the_bank_makes_another() {
    enroll("by_est_where_the_bank_makes_another", Replay::New, Door::Est);
}

#[test]
fn a_kill_at_any_call_loses_nothing_on_old_pages_where_the_bank_gives_the_same() {
    enroll("on_old_pages_where_the_bank_gives_the_same", Replay::Same, Door::OldPages);
}

#[test]
fn a_kill_at_any_call_names_what_is_lost_on_old_pages_where_the_bank_gives_nothing_twice() {
    enroll("on_old_pages_where_the_bank_gives_nothing_twice", Replay::Refuse, Door::OldPages);
}

#[test]
fn a_kill_at_any_call_names_what_is_lost_on_old_pages_where_the_bank_makes_another() {
    enroll("on_old_pages_where_the_bank_makes_another", Replay::New, Door::OldPages);
}

#[test]
fn a_kill_at_any_call_of_a_renewal_leaves_the_old_pair_and_one_new_one() {
    let test = "a_kill_at_any_call_of_a_renewal_leaves_the_old_pair_and_one_new_one";
    if !are_here(test, &NEEDED) {
        return;
    }
    let (before, file) = holder();
    let old_pair = Some(file.to_str().expect("a path"));
    let case = "SIGKILL at a call, NSS, renewal by EST, replay = same";
    Matrix { before: &before, verb: Verb::Renew, calls: Calls::Every, old_pair, plant: Plant::Nothing }
        .fill(case, test);
}

#[test]
fn a_kill_at_any_call_names_what_is_lost_at_estserver() {
    let test = "a_kill_at_any_call_names_what_is_lost_at_estserver";
    let (true, Some(libest)) = (are_here(test, &[&NEEDED[..], &["openssl", "setpriv"]].concat()), Libest::find(test))
    else {
        return;
    };
    let before = Authority::open(&libest, &[]);
    let case = "SIGKILL at a call, NSS, Cisco's estserver (replay = new)";
    let (verb, calls) = (Verb::Enroll, Calls::FewOfTheDatabase);
    Matrix { before: &before, verb, calls, old_pair: None, plant: Plant::Nothing }.fill(case, test);
}

#[test]
fn planted_a_stray_key_is_seen() {
    if are_here("planted_a_stray_key_is_seen", &NEEDED) {
        let before = customer(Replay::Same, Door::Est, Keeps::InTheBrowser);
        assert!(Matrix::planted(&before, Verb::Enroll, Plant::StrayKey).sees(&[0]));
    }
}

#[test]
fn planted_a_lost_old_key_is_seen() {
    if are_here("planted_a_lost_old_key_is_seen", &NEEDED) {
        let (before, _file) = holder();
        assert!(Matrix::planted(&before, Verb::Renew, Plant::LostOldKey).sees(&[0]));
    }
}

#[test]
fn planted_a_journal_that_is_written_after_the_request_is_seen() {
    if are_here("planted_a_journal_that_is_written_after_the_request_is_seen", &NEEDED) {
        let before = customer(Replay::Refuse, Door::Est, Keeps::InTheBrowser);
        let matrix = Matrix::planted(&before, Verb::Enroll, Plant::LateJournal);
        let moments = Gallows::here().moments(&before, Verb::Enroll);
        // The fourth line of the journal is Submitting, the fifth the answer.
        let lines = moments.iter().enumerate().filter(|(_, moment)| is_journal_line(moment)).map(|(at, _)| at);
        let lines: Vec<usize> = lines.collect();
        assert!(matrix.sees(&[lines[4]]), "{moments:?}");
    }
}

pub fn is_journal_line(moment: &str) -> bool {
    moment.starts_with("write ") && moment.ends_with(".journal")
}

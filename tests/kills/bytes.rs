//! The connection breaks, or the program is gone, at every byte that goes to the bank or comes from it.

use std::{
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use practice_bank::Replay;
use serde_json::Value;
use shirushi::{
    journal::{Enrollment, Stage},
    keystore::KeyStore as _,
};

use crate::{
    house::Door,
    pc::{Blow, Order, Pc, Start, Street, Verb, Visitor},
    points::{Aftermath, Column, chosen, try_each},
    relay::{Flow, Point, Traffic},
    table::{Depth, seed},
};

/// Points of a column in a sample.
const FEW: usize = 4;

/// The program lives on where only the connection breaks: of these points one in so many.
const STRIDE: usize = 8;

/// Towards the end of a connection its answer is there already, and the story goes on.
const GOODBYE: usize = 64;

/// Before anything is sent a run leaves nothing behind: the click after it is made after one in so many.
const CLICK_AGAIN: usize = 64;

/// The portal is visited without and with the certificate.
const VISITS: usize = 2;

/// In which part of the story a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Nothing of the user's has left.
    Introduction,
    Submission,
    /// The certificate is installed.
    Login,
}

impl Part {
    fn of(point: Point, traffic: &[Traffic]) -> Self {
        let Traffic { to_bank, from_bank } = traffic[point.connection];
        let length = if point.flow == Flow::ToBank { to_bank } else { from_bank };
        match point.connection {
            0 if point.byte + GOODBYE < length => Self::Introduction,
            connection if connection + VISITS >= traffic.len() => Self::Login,
            _ => Self::Submission,
        }
    }
}

struct Matrix {
    street: Street,
    blow: Blow,
    order: Order,
    part: Part,
    points: Vec<Point>,
    connections: usize,
    /// Never comes so far as to send.
    idler: Visitor,
    /// PCs on which the certificate is installed and not yet shown, for whoever comes to that part.
    installed: Mutex<Vec<Installed>>,
}

/// Set back to that moment, a PC can be used again.
struct Installed {
    pc: Pc,
    visitor: Visitor,
    record: (PathBuf, Vec<u8>),
}

impl Matrix {
    fn new(street: Street, part: Part, blow: Blow, order: Order) -> Self {
        let traffic = undisturbed(&street);
        let (mut points, idler, connections) = (points(&traffic), street.visitor(), traffic.len());
        points.retain(|point| Part::of(*point, &traffic) == part);
        Self { street, blow, order, part, points, connections, idler, installed: Mutex::default() }
    }

    fn fill(&self, case: &str, test: &str) {
        let all: Vec<usize> = (0..self.points.len()).collect();
        let mut tried = chosen(case, all.len(), &all, FEW);
        let mut note = "";
        if self.blow == Blow::Cut && Depth::wanted() == Depth::Full {
            tried.retain(|at| at % STRIDE == seed() as usize % STRIDE);
            note = "one byte in eight";
        }
        let done = try_each(&tried, |at| self.strike(at));
        Column { case, test, points: all.len(), note }.close(&done);
        // Signatures differ by a byte or two from run to run.
        let missed = tried.len() - done.len();
        assert!(missed <= 8 * self.connections, "{missed} of {} were not reached", tried.len());
    }

    /// `None` when the run did not come to that byte.
    fn strike(&self, at: usize) -> Option<Aftermath> {
        let point = self.points[at];
        let outcome = match self.part {
            Part::Introduction => self.before_sending(at, point),
            Part::Submission => self.while_sending(point),
            Part::Login => self.at_the_login(point),
        };
        let Outcome { stage, road, broken } = outcome?;
        Some(Aftermath { point: at, moment: format!("{point:?}"), stage, road, broken })
    }

    fn start<'a>(&self, visitor: &'a Visitor, verb: Verb, point: Point) -> Start<'a> {
        Start { visitor, verb, blow: Some((point, self.blow)), order: self.order }
    }

    fn before_sending(&self, at: usize, point: Point) -> Option<Outcome> {
        let (pc, visitor) = (Pc::new(), &self.idler);
        let click = Click { pc: &pc, visitor, replay: self.street.replay() };
        let ended = pc.run(&self.start(visitor, Verb::Begin, point));
        if !ended.was_struck {
            return None;
        }
        let mut outcome = Outcome::after(&pc, click.says(ended.last.as_ref()));
        let keys = pc.store.keys().expect("keys");
        outcome.promise(keys.is_empty() && pc.enrollments().is_empty(), || format!("{keys:?} before a click"));
        outcome.road = "nothing was sent";
        if at.is_multiple_of(CLICK_AGAIN) {
            let visitor = self.street.visitor();
            Click { visitor: &visitor, ..click }.finish(&mut outcome);
        }
        outcome.promise(visitor.counted().first == 0, || "something was sent".to_owned());
        Some(outcome)
    }

    fn while_sending(&self, point: Point) -> Option<Outcome> {
        let (pc, visitor) = (Pc::new(), self.street.visitor());
        let click = Click { pc: &pc, visitor: &visitor, replay: self.street.replay() };
        let ended = pc.run(&self.start(&visitor, Verb::Begin, point));
        if !ended.was_struck {
            return None;
        }
        let mut outcome = Outcome::after(&pc, click.says(ended.last.as_ref()));
        click.finish(&mut outcome);
        Some(outcome)
    }

    fn at_the_login(&self, point: Point) -> Option<Outcome> {
        let known = self.installed.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let installed = known.unwrap_or_else(|| self.install());
        let Installed { pc, visitor, record } = &installed;
        fs::write(&record.0, &record.1).expect("a record");
        let click = Click { pc, visitor, replay: self.street.replay() };
        let point = Point { connection: point.connection + VISITS - self.connections, ..point };
        let ended = pc.run(&self.start(visitor, Verb::Resume, point));
        let outcome = ended.was_struck.then(|| {
            let mut outcome = Outcome::after(pc, click.says(ended.last.as_ref()));
            click.finish(&mut outcome);
            outcome
        });
        self.installed.lock().unwrap_or_else(PoisonError::into_inner).push(installed);
        outcome
    }

    fn install(&self) -> Installed {
        let (pc, visitor) = (Pc::new(), self.street.visitor());
        let first_visit = Point { connection: self.connections - VISITS, flow: Flow::ToBank, byte: 0 };
        let blow = Some((first_visit, Blow::Kill));
        pc.run(&Start { visitor: &visitor, verb: Verb::Begin, blow, order: Order::WriteThenSend });
        let enrollments = pc.enrollments();
        assert_eq!(enrollments[0].stage(), Stage::Installed);
        let file = pc.records().join(enrollments[0].label().as_str()).with_extension("journal");
        let lines = fs::read(&file).expect("a record");
        Installed { pc, visitor, record: (file, lines) }
    }
}

/// How many bytes go in each connection of a run that nothing befalls.
fn undisturbed(street: &Street) -> Vec<Traffic> {
    let (pc, visitor) = (Pc::new(), street.visitor());
    let start = Start { visitor: &visitor, verb: Verb::Begin, blow: None, order: Order::WriteThenSend };
    let ended = pc.run(&start);
    assert_eq!(ended.last.expect("an end")["login"], "proven");
    ended.traffic
}

fn points(traffic: &[Traffic]) -> Vec<Point> {
    let mut points = Vec::new();
    for (connection, traffic) in traffic.iter().enumerate() {
        for (flow, bytes) in [(Flow::ToBank, traffic.to_bank), (Flow::FromBank, traffic.from_bank)] {
            points.extend((0..bytes).map(|byte| Point { connection, flow, byte }));
        }
    }
    points
}

/// What one point came to.
struct Outcome {
    stage: String,
    road: &'static str,
    broken: Vec<String>,
}

impl Outcome {
    fn after(pc: &Pc, broken: Option<String>) -> Self {
        let stage = pc.enrollments().last().map_or_else(|| "Nothing".to_owned(), |one| format!("{:?}", one.stage()));
        Self { stage, road: "lost", broken: Vec::from_iter(broken) }
    }

    fn promise(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(otherwise());
        }
    }
}

/// Somebody clicked once, and then something happened.
struct Click<'a> {
    pc: &'a Pc,
    visitor: &'a Visitor,
    replay: Replay,
}

impl Click<'_> {
    /// A last line that says whether anything was issued says it as it is.
    fn says(&self, last: Option<&Value>) -> Option<String> {
        let issued = self.visitor.counted().issued;
        let last = last?;
        let is_true = match (last["result"].as_str(), last["issued"].as_str()) {
            (Some("installed"), _) => issued == 1 && last["login"] != "refused",
            (Some("failed"), Some("no")) => issued == 0,
            (Some("failed"), Some("yes")) => issued == 1,
            (Some("failed"), Some("unknown")) => true,
            _ => false,
        };
        (!is_true).then(|| format!("issued {issued}, and the last line is {last}"))
    }

    fn run(&self, verb: Verb) -> Value {
        let start = Start { visitor: self.visitor, verb, blow: None, order: Order::WriteThenSend };
        self.pc.run(&start).last.expect("an end")
    }

    /// The next start, and what must hold after it.
    fn finish(&self, outcome: &mut Outcome) {
        let before = self.alive().pop();
        match self.go_on(before.as_ref()) {
            Ok(road) => outcome.road = road,
            Err(otherwise) => outcome.broken.push(otherwise),
        }
        let has_lost = outcome.road == LOSS_NAMED;
        let (alive, counted) = (self.alive(), self.visitor.counted());
        let keys = self.pc.store.keys().expect("keys");
        let labels: Vec<_> = alive.iter().map(|one| one.label().clone()).collect();
        outcome.promise(labels == keys && keys.len() == 1, || format!("keys {keys:?}, in the journal {labels:?}"));
        let (issued, posts) = (counted.issued, counted.first);
        outcome.promise(issued == 1 || (has_lost && issued == 0), || format!("issued {issued} for one click"));
        outcome.promise(self.replay == Replay::Same || posts <= 1, || format!("{posts} POSTs for one click"));
        let certificates = self.pc.store.certificates().expect("certificates");
        let is_pair = certificates.first().zip(keys.first()).is_some_and(|(certificate, label)| {
            self.pc.store.open(label).is_ok_and(|key| key.spki_hash() == certificate.spki_hash())
        });
        outcome.promise(has_lost || (certificates.len() == 1 && is_pair), || "no pair is in the store".to_owned());
        let stages: Vec<Stage> = alive.iter().map(Enrollment::stage).collect();
        let ends = [if has_lost { Stage::Unknown } else { Stage::Done }];
        outcome.promise(stages == ends, || format!("the journal has {stages:?}"));
    }

    fn go_on(&self, before: Option<&Enrollment>) -> Result<&'static str, String> {
        let resumed = self.run(Verb::Resume);
        match resumed["result"].as_str() {
            Some("installed") if resumed["login"] == "proven" => Ok("resumed"),
            Some("nothing") if before.is_some_and(|one| one.stage() == Stage::Proven || one.stage() == Stage::Done) => {
                Ok("was done")
            }
            Some("nothing") => match self.run(Verb::Begin) {
                begun if begun["login"] == "proven" => Ok("begun again"),
                begun => Err(format!("beginning again ended with {begun}")),
            },
            Some("failed") => self.name_the_loss(before, &resumed),
            _ => Err(format!("the next start ended with {resumed}")),
        }
    }

    /// Only of a request that may have arrived, at a bank that must not be asked twice; and it stays so.
    fn name_the_loss(&self, before: Option<&Enrollment>, said: &Value) -> Result<&'static str, String> {
        let is_named = |said: &Value| {
            (&said["code"], &said["issued"], &said["next"])
                == (&"E14".into(), &"unknown".into(), &"ask-the-bank".into())
        };
        let is_in_the_dark = before.is_some_and(|one| matches!(one.stage(), Stage::Submitting | Stage::Unknown));
        if self.replay == Replay::Same || !is_in_the_dark || !is_named(said) {
            return Err(format!("lost: {said}"));
        }
        let posts = self.visitor.counted().first;
        let again = self.run(Verb::Begin);
        if is_named(&again) && self.visitor.counted().first == posts {
            Ok(LOSS_NAMED)
        } else {
            Err(format!("the loss is not named again: {again}"))
        }
    }

    fn alive(&self) -> Vec<Enrollment> {
        let mut alive = self.pc.enrollments();
        alive.retain(|one| one.stage() != Stage::Abandoned);
        alive
    }
}

const LOSS_NAMED: &str = "loss named";

const BLOWS: [(Blow, &str); 2] = [(Blow::Kill, "killed"), (Blow::Cut, "cut")];

fn by(door: Door) -> &'static str {
    match door {
        Door::Est => "EST",
        Door::OldPages => "web form",
    }
}

fn while_sending(test: &str, replay: Replay, door: Door) {
    for (blow, word) in BLOWS {
        let case = format!("{word} at a byte, memory, {}, replay = {}", by(door), replay.as_str());
        Matrix::new(Street::new(replay, door), Part::Submission, blow, Order::WriteThenSend).fill(&case, test);
    }
}

#[test]
fn an_end_at_any_byte_loses_nothing_by_est_where_the_bank_gives_the_same() {
    while_sending("any_byte_loses_nothing_by_est", Replay::Same, Door::Est);
}

#[test]
fn an_end_at_any_byte_names_what_is_lost_by_est_where_the_bank_gives_nothing_twice() {
    while_sending("any_byte_names_what_is_lost_by_est_where_the_bank_gives_nothing_twice", Replay::Refuse, Door::Est);
}

#[test]
fn an_end_at_any_byte_names_what_is_lost_by_est_where_the_bank_makes_another() {
    while_sending("any_byte_names_what_is_lost_by_est_where_the_bank_makes_another", Replay::New, Door::Est);
}

#[test]
fn an_end_at_any_byte_loses_nothing_on_old_pages_where_the_bank_gives_the_same() {
    while_sending("any_byte_loses_nothing_on_old_pages", Replay::Same, Door::OldPages);
}

#[test]
fn an_end_at_any_byte_names_what_is_lost_on_old_pages_where_the_bank_gives_nothing_twice() {
    let test = "any_byte_names_what_is_lost_on_old_pages_where_the_bank_gives_nothing_twice";
    while_sending(test, Replay::Refuse, Door::OldPages);
}

#[test]
fn an_end_at_any_byte_names_what_is_lost_on_old_pages_where_the_bank_makes_another() {
    let test = "any_byte_names_what_is_lost_on_old_pages_where_the_bank_makes_another";
    while_sending(test, Replay::New, Door::OldPages);
}

/// What a bank makes of a second request cannot matter here.
#[test]
fn an_end_at_any_byte_before_the_click_leaves_nothing() {
    for door in [Door::Est, Door::OldPages] {
        for (blow, word) in BLOWS {
            let case = format!("{word} at a byte, memory, {}, before the click", by(door));
            let street = Street::new(Replay::Refuse, door);
            let test = "an_end_at_any_byte_before_the_click";
            Matrix::new(street, Part::Introduction, blow, Order::WriteThenSend).fill(&case, test);
        }
    }
}

/// Nor here, nor how the certificate came.
#[test]
fn an_end_at_any_byte_of_the_login_loses_nothing() {
    for (blow, word) in BLOWS {
        let case = format!("{word} at a byte, memory, at the login");
        let street = Street::new(Replay::Refuse, Door::Est);
        let test = "an_end_at_any_byte_of_the_login";
        Matrix::new(street, Part::Login, blow, Order::WriteThenSend).fill(&case, test);
    }
}

#[test]
fn planted_a_journal_that_is_written_after_the_answer_is_seen() {
    for (replay, door) in [(Replay::Refuse, Door::Est), (Replay::New, Door::OldPages)] {
        assert!(struck_in_answers(&Street::new(replay, door), Order::SendThenWrite), "{door:?}");
    }
}

/// Planted: a program that believes its bank to give the same twice, and asks again.
#[test]
fn planted_a_second_request_where_the_bank_makes_another_is_seen() {
    assert!(struck_in_answers(&Street::believing(Replay::New, Door::Est, Replay::Same), Order::WriteThenSend));
}

/// Whether the harness sees a broken promise in what comes from the bank while something is sent.
fn struck_in_answers(street: &Street, order: Order) -> bool {
    let matrix = Matrix::new(street.clone(), Part::Submission, Blow::Kill, order);
    let is_in_answer = |at: &usize| {
        let Point { connection, flow, byte } = matrix.points[*at];
        let next = matrix.points.get(at + GOODBYE).is_none_or(|next| next.connection != connection);
        flow == Flow::FromBank && next && byte % (GOODBYE / 2) == 0
    };
    let in_answers = (0..matrix.points.len()).filter(is_in_answer);
    in_answers.filter_map(|at| matrix.strike(at)).any(|outcome| !outcome.broken.is_empty())
}

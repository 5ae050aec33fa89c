//! The power goes at any call, and the disk has forgotten what was not synced: with the key in a PKCS#12 file, so that
//! every file is our own. Then the next start.

use std::collections::BTreeSet;

use practice_bank::Replay;

use crate::{
    disk::{Change, Disk, Tree, put},
    gallows::{Gallows, Kill, moments, record, was_killed},
    holdings::{Holdings, Store},
    house::Door,
    place::{Customer, Keeps, Place, Verb, records},
    points::{Aftermath, Column, chosen, try_each},
    programs::are_here,
    promises::{Click, Standing},
    syscalls::{customer, is_journal_line},
    table::{Depth, seed},
};

/// Points of a column in a sample.
const FEW: usize = 4;

/// A farewell to the bank is sent before a change or after it, and what the bank knows then is another point.
const SLACK: usize = 4;

/// Which line of the journal says that the request is about to leave.
const SUBMITTING: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plant {
    Nothing,
    /// The journal's fourth line is not synced: that the request is about to leave.
    UnsyncedSubmission,
}

#[derive(Clone, Copy)]
struct Matrix<'a> {
    before: &'a Customer,
    plant: Plant,
}

/// What may be left when the power goes just before a change, and could not have been left before.
struct Cut {
    trees: Vec<Tree>,
}

impl Matrix<'_> {
    fn fill(&self, case: &str, test: &str) {
        let cuts = self.cuts();
        let telling: Vec<usize> = (0..cuts.len()).filter(|at| !cuts[*at].trees.is_empty()).collect();
        let tried = chosen(case, cuts.len(), &telling, FEW);
        let done = try_each(&tried, |change| Some(self.cut_at(change, cuts.get(change)?.trees.len())));
        let done: Vec<Aftermath> = done.into_iter().flatten().collect();
        let points = cuts.iter().map(|cut| cut.trees.len()).sum();
        let note = "the browser's own database is not ours to record";
        Column { case, test, points, note }.close(&done);
        let expected = if Depth::wanted() == Depth::Full { points } else { tried.len() };
        assert!(done.len() + SLACK >= expected, "only {} of {expected} points were met", done.len());
    }

    /// Everything that may be left, or in a sample one of it.
    fn cut_at(&self, change: usize, count: usize) -> Vec<Aftermath> {
        match Depth::wanted() {
            Depth::Full => (0..count).filter_map(|number| self.cut(change, number)).collect(),
            Depth::Sample => self.cut(change, seed() as usize % count.max(1)).into_iter().collect(),
        }
    }

    /// Of one whole run.
    fn cuts(&self) -> Vec<Cut> {
        let place = self.before.copy();
        let told = Gallows::here().run(place.as_ref(), Verb::Enroll, Kill::Never);
        assert!(told.status.success(), "{}", told.all);
        self.cuts_of(place.as_ref())
    }

    fn cuts_of(&self, place: &dyn Place) -> Vec<Cut> {
        let (moments, changes) = (moments(place), Change::read(&record(place)));
        let mut disk = Disk::with(&self.before.home()).at(&place.home());
        let (mut changes, mut seen) = (changes.iter().peekable(), BTreeSet::new());
        let (mut cuts, mut lines) = (Vec::new(), 0);
        for moment in &moments {
            if moment.starts_with("send") {
                seen.clear(); // now the bank may know more
                continue;
            }
            while let Some(change) = changes.next_if(|change| change.number <= cuts.len()) {
                lines += usize::from(change.is_sync_of("journal"));
                if self.plant == Plant::Nothing || !change.is_sync_of("journal") || lines != SUBMITTING {
                    disk.apply(change);
                }
            }
            let left = disk.after_a_power_cut();
            cuts.push(Cut { trees: left.difference(&seen).cloned().collect() });
            seen.extend(left);
        }
        cuts
    }

    /// `None` when the run ended before it came so far, or so much cannot be left.
    fn cut(&self, change: usize, number: usize) -> Option<Aftermath> {
        let place = self.before.copy();
        let place = place.as_ref();
        let told = Gallows::here().run(place, Verb::Enroll, Kill::AtChange(change));
        if !was_killed(&told) {
            return None;
        }
        let cut = self.cuts_of(place).pop()?;
        let tree = cut.trees.get(number)?;
        put(tree, &place.home());
        let at = moments(place).last().cloned().unwrap_or_default();
        let (old, books) = (Holdings::default(), self.before.books());
        let click = Click { place, verb: Verb::Enroll, old: &old, books };
        let standing = Standing::of(&records(place), Verb::Enroll);
        let mut broken = Vec::new();
        let road = click.go_on(&standing).map_err(|otherwise| broken.push(otherwise)).ok();
        broken.extend(click.broken(road));
        broken.extend(leftover(place));
        let (point, moment) = (change, format!("{at}, of what may be left number {number}: {}", told_of(tree)));
        Some(Aftermath { point, moment, stage: standing.stage, road: road.map_or("lost", |road| road.name()), broken })
    }
}

/// A key beside the file that nobody looks for.
fn leftover(place: &dyn Place) -> Option<String> {
    let Store::File(file) = place.store() else { return None };
    let fresh = file.with_file_name(".certificate.p12.new");
    fresh.exists().then(|| format!("{} is left", fresh.display()))
}

fn told_of(tree: &Tree) -> String {
    let files = tree.iter().filter_map(|(path, content)| Some((path, content.as_ref()?.len())));
    let files: Vec<String> = files.map(|(path, length)| format!("{} ({length})", path.display())).collect();
    files.join(", ")
}

const NEEDED: [&str; 3] = ["cc", "openssl", "curl"];

fn power_cuts(test: &str, replay: Replay) {
    if are_here(test, &NEEDED) {
        let before = customer(replay, Door::Est, Keeps::InAFile);
        let case = format!("power cut at a call, PKCS#12, EST, replay = {}", replay.as_str());
        Matrix { before: &before, plant: Plant::Nothing }.fill(&case, test);
    }
}

#[test]
fn a_power_cut_at_any_call_loses_nothing_where_the_bank_gives_the_same() {
    power_cuts("a_power_cut_at_any_call_loses_nothing", Replay::Same);
}

#[test]
fn a_power_cut_at_any_call_names_what_is_lost_where_the_bank_gives_nothing_twice() {
    power_cuts("a_power_cut_at_any_call_names_what_is_lost_where_the_bank_gives_nothing_twice", Replay::Refuse);
}

#[test]
fn a_power_cut_at_any_call_names_what_is_lost_where_the_bank_makes_another() {
    power_cuts("a_power_cut_at_any_call_names_what_is_lost_where_the_bank_makes_another", Replay::New);
}

#[test]
fn planted_a_journal_that_is_not_synced_before_the_request_leaves_is_seen() {
    if !are_here("planted_a_journal_that_is_not_synced_before_the_request_leaves_is_seen", &NEEDED) {
        return;
    }
    let before = customer(Replay::Refuse, Door::Est, Keeps::InAFile);
    let matrix = Matrix { before: &before, plant: Plant::UnsyncedSubmission };
    // The answer has come, and is not on the disk.
    let moments = Gallows::here().moments(&before, Verb::Enroll);
    let changes = moments.iter().filter(|moment| !moment.starts_with("send")).enumerate();
    let mut lines = changes.filter(|(_, moment)| is_journal_line(moment)).map(|(change, _)| change);
    let (sent, answer) = (lines.nth(SUBMITTING - 1).expect("the request"), lines.next().expect("the answer"));
    let mut outcomes = (sent + 1..=answer).flat_map(|change| (0..).map_while(move |number| matrix.cut(change, number)));
    assert!(outcomes.any(|outcome| !outcome.broken.is_empty()));
}

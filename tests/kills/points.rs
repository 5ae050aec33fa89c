//! Which points of a matrix are tried, and the row that tells of them.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    programs::tell,
    table::{Chance, Depth, Row, seed},
};

/// Two at a time: what a run waits for is another run's turn.
const HANDS: usize = 2;

/// Of the points `0..all` those to try: every one, or `few` of the `telling` ones drawn by the seed, others in each
/// column. `SHIRUSHI_POINT` names one.
pub fn chosen(case: &str, all: usize, telling: &[usize], few: usize) -> Vec<usize> {
    if let Some(point) = env::var("SHIRUSHI_POINT").ok().and_then(|point| point.parse().ok()) {
        return vec![point];
    }
    if Depth::wanted() == Depth::Full {
        return (0..all).collect();
    }
    let column = case.bytes().fold(seed(), |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let (mut chance, mut left, mut drawn) = (Chance::new(column), telling.to_vec(), Vec::new());
    while drawn.len() < few && !left.is_empty() {
        drawn.push(left.swap_remove(chance.below(left.len())));
    }
    drawn.sort_unstable();
    drawn
}

/// Tries each; `None` of a point that a run did not come to.
pub fn try_each<T: Send>(points: &[usize], attempt: impl Fn(usize) -> Option<T> + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..HANDS {
            scope.spawn(|| {
                while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = attempt(*point);
                    all.lock().unwrap_or_else(PoisonError::into_inner).extend(outcome);
                }
            });
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What one point came to.
#[derive(Debug)]
pub struct Aftermath {
    pub point: usize,
    /// Where exactly.
    pub moment: String,
    /// The journal's last stage then.
    pub stage: String,
    /// How the next start went on.
    pub road: &'static str,
    /// Promises that do not hold.
    pub broken: Vec<String>,
}

/// One column of the table.
pub struct Column<'a> {
    pub case: &'a str,
    pub test: &'a str,
    pub points: usize,
    /// What a reader should know beside the roads taken.
    pub note: &'a str,
}

impl Column<'_> {
    /// Enters the row, tells what was seen, and fails when a promise was broken.
    pub fn close(&self, all: &[Aftermath]) {
        let broken: Vec<&Aftermath> = all.iter().filter(|one| !one.broken.is_empty()).collect();
        let mut roads: BTreeMap<&str, usize> = BTreeMap::new();
        let mut stages: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for one in all {
            *roads.entry(one.road).or_default() += 1;
            *stages.entry((&one.stage, one.road)).or_default() += 1;
        }
        let roads: Vec<String> = roads.iter().map(|(road, count)| format!("{road} {count}")).collect();
        let note = [&[self.note.to_owned()][..], &roads].concat();
        let note: Vec<String> = note.into_iter().filter(|part| !part.is_empty()).collect();
        let note = note.join(", ");
        let (tried, points) = (all.len(), self.points);
        Row { harness: "kills", case: self.case, points, tried, broken: broken.len(), note: &note }.enter();

        let mut told = format!("{}: {tried} of {points}, {} broken ({note})\n", self.case, broken.len());
        for ((stage, road), count) in stages {
            let _ = writeln!(told, "  {stage:<12} {road:<12} {count:>5}");
        }
        for Aftermath { point, moment, stage, road, broken } in &broken {
            let _ = writeln!(told, "point {point}, {moment} ({stage}, {road}): {}", broken.join("; "));
            let again = "cargo test --workspace --features demo --test kills";
            let _ = writeln!(told, "  again: SHIRUSHI_SEED={} SHIRUSHI_POINT={point} {again} {}", seed(), self.test);
        }
        tell(&told);
        assert!(tried > 0, "{}: no point was met", self.case);
        assert!(broken.is_empty(), "{}: {} of {tried} broke a promise", self.case, broken.len());
    }
}

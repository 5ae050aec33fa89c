//! How far a harness of faults goes, and its rows in the table that `cargo xtask faults` prints.

use std::{env, fs::OpenOptions, io::Write as _};

/// How many of its points a harness tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// A few, drawn by the seed: what fits beside the other tests.
    Sample,
    /// Every one.
    Full,
}

impl Depth {
    /// As `SHIRUSHI_DEPTH` says; a sample when nobody says anything.
    pub fn wanted() -> Self {
        match env::var("SHIRUSHI_DEPTH").as_deref() {
            Ok("full") => Self::Full,
            _ => Self::Sample,
        }
    }

    /// Of the points `0..all` those to try, in order: every one, or `few` drawn by the seed, always with first and last.
    pub fn choose(self, all: usize, few: usize) -> Vec<usize> {
        if self == Self::Full || all <= few {
            return (0..all).collect();
        }
        let mut left: Vec<usize> = (1..all - 1).collect();
        let mut chance = Chance::new(seed());
        let mut chosen = vec![0, all - 1];
        while chosen.len() < few {
            chosen.push(left.swap_remove(chance.below(left.len())));
        }
        chosen.sort_unstable();
        chosen
    }
}

/// `SHIRUSHI_SEED`, else always the same one: what was green today is green tomorrow.
pub fn seed() -> u64 {
    env::var("SHIRUSHI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// Numbers that look random and are the same for the same seed (splitmix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// One row: what was done to whom, how often, and how often a promise broke.
#[derive(Debug)]
pub struct Row<'a> {
    pub harness: &'a str,
    /// What was done, to whom: `SIGKILL at a syscall, EST, replay = same`.
    pub case: &'a str,
    /// Points there are.
    pub points: usize,
    /// Points tried.
    pub tried: usize,
    pub broken: usize,
    /// Anything a reader should know, such as the roads taken.
    pub note: &'a str,
}

impl Row<'_> {
    /// Into the file `SHIRUSHI_TABLE`, one JSON object a line; nowhere without it.
    pub fn enter(&self) {
        let Some(path) = env::var_os("SHIRUSHI_TABLE") else { return };
        let Self { harness, case, points, tried, broken, note } = self;
        let row = serde_json::json!({
            "harness": harness, "case": case, "points": points, "tried": tried, "broken": broken, "note": note,
        });
        let mut table = OpenOptions::new().create(true).append(true).open(path).expect("the table opens");
        writeln!(table, "{row}").expect("the table takes a row");
    }
}

//! A fixed number of cases for each target, and what is large.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    ground::{Cost, cost_of},
    mutate::Mutator,
    table::{Chance, Depth, Row, seed},
    targets::{ALL, Target},
};

/// A case that broke a promise.
#[derive(Debug)]
pub struct Finding {
    pub input: Vec<u8>,
    pub said: String,
}

pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("a seed")).collect()
}

/// Every seed as it is, then mutations, until something breaks or `cases` are through.
pub fn run(target: &Target, cases: usize) -> Option<Finding> {
    let seeds = seeds(target.name);
    let mut mutator = Mutator::new(target, &seeds, Chance::new(seed()));
    let mutations = std::iter::from_fn(|| Some(mutator.next()));
    seeds.iter().cloned().chain(mutations).take(cases).find_map(|input| broken(target, input))
}

fn broken(target: &Target, input: Vec<u8>) -> Option<Finding> {
    let caught = catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).err()?;
    let text = caught.downcast_ref::<String>().cloned();
    let said = text.or_else(|| caught.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_default();
    Some(Finding { input, said })
}

/// How often each is read beside the other tests: as often as fits into a second or two of an unoptimised build.
fn cases(target: &Target) -> usize {
    let few = match target.name {
        "web_form" => 300,
        "est" | "certificates" => 600,
        "profile" => 800,
        "journal" => 1_200,
        _ => 2_500,
    };
    if Depth::wanted() == Depth::Full { few * 100 } else { few }
}

#[test]
fn no_reader_breaks_a_promise_whatever_it_reads() {
    let mut broken = Vec::new();
    for target in ALL {
        let (cases, finding) = (cases(&target), run(&target, cases(&target)));
        let count = usize::from(finding.is_some());
        let case = format!("mutations of seeds: {}", target.name);
        Row { harness: "fuzz", case: &case, points: cases, tried: cases, broken: count, note: "" }.enter();
        broken.extend(finding.map(|finding| told(&target, &finding)));
    }
    assert!(broken.is_empty(), "SHIRUSHI_SEED={}\n{}", seed(), broken.join("\n"));
}

/// Keeps the input where the next run can take it from.
fn told(target: &Target, finding: &Finding) -> String {
    let file = std::env::temp_dir().join(format!("shirushi-{}-{}", target.name, std::process::id()));
    let kept = fs::write(&file, &finding.input).map_or("not kept".to_owned(), |()| file.display().to_string());
    format!("{}: {} (the input: {kept})", target.name, finding.said)
}

/// The longest answer that is read at all.
const LARGE: usize = 1 << 20;
/// What one MB may take, unoptimised; a reader that goes over its input again and again takes minutes.
const LONGEST: Duration = Duration::from_secs(5);
/// Bytes held for each byte of input.
const HELD: usize = 100;

/// Opened and never closed, repeated, and long words: what makes a careless reader slow or deep.
fn large(target: &Target) -> Vec<Vec<u8>> {
    let filled = |piece: &[u8]| piece.iter().copied().cycle().take(LARGE).collect::<Vec<u8>>();
    let seed = seeds(target.name).remove(0);
    let behind = |seed: &[u8], piece: &[u8]| [seed, &filled(piece)].concat()[..LARGE].to_vec();
    let words = target.words.iter().map(|word| filled(word));
    let after_the_seed = target.words.iter().map(|word| behind(&seed, word));
    words.chain(after_the_seed).chain([filled(&seed)]).collect()
}

#[test]
fn one_megabyte_takes_bounded_time_and_memory() {
    let mut dear = Vec::new();
    for target in ALL {
        let inputs = large(&target);
        let every = if Depth::wanted() == Depth::Full { 1 } else { 16 };
        let turn = seed() as usize % every;
        let (mut tried, mut broken) = (0, 0);
        for (nth, input) in inputs.iter().enumerate().filter(|(nth, _)| nth % every == turn) {
            tried += 1;
            let Cost { bytes, time } = cost_of(|| (target.run)(input));
            if time > LONGEST || bytes > HELD * LARGE {
                broken += 1;
                dear.push(format!("{} {nth}: {time:?}, {bytes} bytes", target.name));
            }
        }
        let case = format!("1 MB: {}", target.name);
        Row { harness: "fuzz", case: &case, points: inputs.len(), tried, broken, note: "" }.enter();
    }
    assert!(dear.is_empty(), "SHIRUSHI_SEED={}\n{}", seed(), dear.join("\n"));
}

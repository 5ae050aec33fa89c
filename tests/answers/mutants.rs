//! Good answers changed a little, often signed again so that they may be believed, and OpenSSL's verdict on each: what we
//! accept, `openssl verify` accepts; what we alone refuse falls under a rule with a name.
//!
//! One mutant by itself: `SHIRUSHI_SEED=… SHIRUSHI_MUTANT=… cargo test --workspace --features demo --test answers mutants`

use std::collections::BTreeMap;

use shirushi::protocol::validate::{Believed, Rule};

use crate::{
    judge::{Asked, Judge, ROOT, ours},
    make::raw,
    openssl::{Openssl, Question},
    paper::{Paper, envelope},
    planted::without,
    table::{Chance, Depth, Row, seed},
};

mod change;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The user's certificate, signed again by the CA.
    SignedLeaf,
    /// The same, with the old signature.
    Leaf,
    /// The CA's certificate, signed again by the root.
    SignedCa,
    /// What is around the certificates.
    Envelope,
}

impl Part {
    const ALL: [Self; 4] = [Self::SignedLeaf, Self::Leaf, Self::SignedCa, Self::Envelope];

    fn of(chance: &mut Chance) -> Self {
        match chance.below(100) {
            0..62 => Self::SignedLeaf,
            62..78 => Self::Leaf,
            78..86 => Self::SignedCa,
            _ => Self::Envelope,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::SignedLeaf => "mutants: the certificate, signed again",
            Self::Leaf => "mutants: the certificate, not signed again",
            Self::SignedCa => "mutants: the CA's certificate, signed again",
            Self::Envelope => "mutants: what is around the certificates",
        }
    }
}

struct Mutant {
    number: usize,
    part: Part,
    body: Vec<u8>,
    leaf: Vec<u8>,
    ca: Vec<u8>,
}

/// The good answers, and their certificates before they are signed.
struct Nursery {
    leaves: Vec<(Paper, Vec<u8>)>,
    ca: (Paper, Vec<u8>),
}

impl Nursery {
    fn new() -> Self {
        use crate::paper::{AUTHORITY_KEY, Hash, KEY_USAGE, SUBJECT_KEY};
        let bare = Paper::leaf().with(KEY_USAGE, &[]).with(SUBJECT_KEY, &[]).with(AUTHORITY_KEY, &[]);
        let papers = [Paper::rich_leaf(), Paper::leaf(), Paper::rich_leaf().hashed_by(Hash::PssSha256), bare];
        let signed = |paper: Paper| {
            let der = paper.der();
            (paper, der)
        };
        Self { leaves: papers.map(signed).into(), ca: signed(Paper::ca()) }
    }

    /// The same for the same seed and number.
    fn mutant(&self, seed: u64, number: usize) -> Mutant {
        let mut chance = Chance::new(seed.wrapping_mul(0x1_0000_0001).wrapping_add(number as u64));
        let chance = &mut chance;
        let part = Part::of(chance);
        let (paper, leaf) = &self.leaves[chance.below(self.leaves.len())];
        let (ca_paper, ca) = &self.ca;
        let (mut leaf, mut ca) = (leaf.clone(), ca.clone());
        match part {
            Part::SignedLeaf => leaf = paper.sealed(&change::content(&paper.to_be_signed(), chance)),
            Part::Leaf => leaf = change::anything(&leaf, chance),
            Part::SignedCa => ca = ca_paper.sealed(&change::content(&ca_paper.to_be_signed(), chance)),
            Part::Envelope => {}
        }
        let mut body = envelope(&[leaf.clone(), ca.clone()]);
        if part == Part::Envelope {
            body = change::around(&body, chance);
        }
        Mutant { number, part, body, leaf, ca }
    }
}

/// How two verdicts go together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    BothAccept,
    BothRefuse,
    OnlyWeRefuse(String),
    /// Not valid for some minutes yet, which we bear with, or in its last second, which OpenSSL does not count.
    OnlyTheirClock,
    /// Nothing in it is a certificate that OpenSSL could be asked about.
    NothingToAsk,
    /// With OpenSSL's reason.
    OnlyWeAccept(String),
}

struct Tally {
    outcomes: BTreeMap<Part, BTreeMap<Outcome, usize>>,
    broken: Vec<String>,
}

impl Tally {
    fn count(&self, part: Part, outcome: &Outcome) -> usize {
        self.outcomes.get(&part).and_then(|outcomes| outcomes.get(outcome)).copied().unwrap_or(0)
    }

    fn enter(&self, all: usize, tried: usize) {
        for part in Part::ALL {
            let outcomes = self.outcomes.get(&part).cloned().unwrap_or_default();
            let sum: usize = outcomes.values().sum();
            let note: Vec<String> = outcomes.iter().map(|(outcome, count)| format!("{count} {outcome:?}")).collect();
            let row = Row {
                harness: "answers",
                case: part.name(),
                points: if tried == all { sum } else { sum * all / tried },
                tried: sum,
                broken: self.count(part, &Outcome::OnlyWeAccept(String::new())),
                note: &note.join(", "),
            };
            row.enter();
        }
    }
}

/// Who is asked at once.
const BATCH: usize = 500;

fn compare(judge: Judge, numbers: &[usize]) -> Tally {
    let (nursery, openssl, seed) = (Nursery::new(), Openssl::new(&ROOT), seed());
    let mut tally = Tally { outcomes: BTreeMap::new(), broken: Vec::new() };
    let halves: Vec<&[usize]> = numbers.chunks(numbers.len().div_ceil(2).max(1)).collect();
    let (nursery, openssl) = (&nursery, &openssl);
    let judged = std::thread::scope(|scope| {
        let work = |half: &[usize]| {
            half.chunks(BATCH).flat_map(|batch| one_batch(judge, nursery, openssl, seed, batch)).collect::<Vec<_>>()
        };
        let started: Vec<_> = halves.into_iter().map(|half| scope.spawn(move || work(half))).collect();
        started.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    for (number, part, outcome) in judged {
        let outcome = match outcome {
            Outcome::OnlyWeAccept(reason) => {
                tally.broken.push(format!("{number} ({part:?}): {reason}"));
                Outcome::OnlyWeAccept(String::new())
            }
            outcome => outcome,
        };
        *tally.outcomes.entry(part).or_default().entry(outcome).or_default() += 1;
    }
    tally
}

fn one_batch(
    judge: Judge,
    nursery: &Nursery,
    openssl: &Openssl,
    seed: u64,
    numbers: &[usize],
) -> Vec<(usize, Part, Outcome)> {
    let asked = Asked::default();
    let mutants: Vec<Mutant> = numbers.iter().map(|number| nursery.mutant(seed, *number)).collect();
    let verdicts: Vec<_> = mutants.iter().map(|mutant| judge(&raw(mutant.body.clone()), &asked)).collect();
    let questions: Vec<Option<Question>> =
        mutants.iter().zip(&verdicts).map(|(mutant, verdict)| question(mutant, verdict)).collect();
    let answers = openssl.verify(&questions);
    let outcomes = mutants.iter().zip(verdicts).zip(questions).zip(answers);
    outcomes
        .map(|(((mutant, verdict), question), accepted)| {
            let outcome = match (verdict, accepted) {
                (Ok(_), Some(true)) => Outcome::BothAccept,
                (Err(rule), Some(true)) => Outcome::OnlyWeRefuse(format!("{rule:?}")),
                (Err(_), Some(false)) => Outcome::BothRefuse,
                (Err(_), None) => Outcome::NothingToAsk,
                (Ok(_), _) => match question {
                    Some(question) if openssl.accepts_by_another_clock(&question) => Outcome::OnlyTheirClock,
                    question => Outcome::OnlyWeAccept(question.map(|it| openssl.explained(&it)).unwrap_or_default()),
                },
            };
            (mutant.number, mutant.part, outcome)
        })
        .collect()
}

/// What OpenSSL is asked. Of an answer whose envelope was changed it sees what we take from it.
fn question(mutant: &Mutant, verdict: &Result<Believed, Rule>) -> Option<Question> {
    match (mutant.part, verdict) {
        (Part::Envelope, Ok(believed)) => Some(Question {
            leaf: believed.leaf.der().to_vec(),
            untrusted: believed.intermediates.iter().map(|ca| ca.der().to_vec()).collect(),
        }),
        (Part::Envelope, Err(_)) => None,
        _ => Some(Question { leaf: mutant.leaf.clone(), untrusted: vec![mutant.ca.clone()] }),
    }
}

const MUTANTS: usize = 100_000;
const SAMPLE: usize = 3_000;

fn numbers() -> Vec<usize> {
    match std::env::var("SHIRUSHI_MUTANT").ok().and_then(|number| number.parse().ok()) {
        Some(number) => vec![number],
        None => Depth::wanted().choose(MUTANTS, SAMPLE),
    }
}

#[test]
fn of_all_mutants_that_are_accepted_openssl_refuses_none() {
    let numbers = numbers();
    let tally = compare(ours, &numbers);
    tally.enter(MUTANTS, numbers.len());
    let again = "SHIRUSHI_MUTANT=<number> shows one";
    assert!(tally.broken.is_empty(), "seed {}, {again}: {}", seed(), tally.broken.join("\n"));
    if numbers.len() > 1 {
        let both: usize = Part::ALL.iter().map(|part| tally.count(*part, &Outcome::BothAccept)).sum();
        assert!(both >= numbers.len() / 50, "only {both} were good enough to say anything, seed {}", seed());
    }
}

#[test]
fn a_seed_and_a_number_make_the_same_mutant_again() {
    let bodies = |nursery: &Nursery| [0, 1, 2, 3].map(|number| nursery.mutant(1, number).body);
    let (first, second) = (Nursery::new(), Nursery::new());
    assert_eq!(bodies(&first), bodies(&second));
    assert_ne!(bodies(&first), [0, 1, 2, 3].map(|number| first.mutant(2, number).body));
}

/// Planted: whoever forgets a rule that OpenSSL has too is seen.
#[test]
fn a_rule_that_is_forgotten_is_seen_by_the_mutants() {
    let numbers: Vec<usize> = (0..400).collect();
    let forgetful: [(Rule, Judge); 4] = [
        (Rule::Chain, |answer, asked| without(Rule::Chain, answer, asked)),
        (Rule::ClientAuth, |answer, asked| without(Rule::ClientAuth, answer, asked)),
        (Rule::Dates, |answer, asked| without(Rule::Dates, answer, asked)),
        (Rule::WellFormed, |answer, asked| without(Rule::WellFormed, answer, asked)),
    ];
    for (rule, judge) in forgetful {
        assert!(!compare(judge, &numbers).broken.is_empty(), "without {rule:?}: nothing seen, seed {}", seed());
    }
}

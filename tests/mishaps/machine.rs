//! The machine: a disk that is full, fails or may only be read, at every write of an enrollment; and what else a PC can be
//! when a clerk sits down at it. The real binary over a real journal and a real key database.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use practice_bank::Account;
use tempfile::TempDir;

use crate::{
    promises::{Promise, promise},
    table::{Depth, Row, seed},
    town::{Pc, Told, Town, numbers, skipped, start, told},
};

/// Of each row of a disk when a sample is drawn.
const FEW: usize = 3;

/// Of the key store's writes every such one is enough, where all of them have been tried with a full disk.
const PART: usize = 5;

/// Answers from the first page to the request.
const UNTIL_THE_ANSWER: usize = 8;

const ENOSPC: u32 = 28;
const EIO: u32 = 5;
const EROFS: u32 = 30;

/// The library that lets a machine go wrong, compiled once. `None`, and a line, where that cannot be done.
fn library(test: &str) -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();
    let built = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("mishap.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/mishap.c");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
        compiled.is_ok_and(|status| status.success()).then_some((folder, library))
    });
    if built.is_none() {
        skipped(test, "cc missing");
    }
    built.as_ref().map(|(_, library)| library.as_path())
}

/// One thing that is wrong with a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(Vec<(&'static str, String)>);

impl Wrong {
    /// Every write there fails so, from the one of this number on; with 0 none fails and all are noted.
    fn disk(below: &Path, errno: u32, from: usize) -> Self {
        let below = below.display().to_string();
        Self(vec![("MISHAP_PATH", below), ("MISHAP_ERRNO", errno.to_string()), ("MISHAP_FROM", from.to_string())])
    }

    pub fn clock(days: i64) -> Self {
        Self(vec![("MISHAP_CLOCK", (days * 86_400).to_string())])
    }

    pub fn nothing() -> Self {
        Self(Vec::new())
    }

    /// Lets this happen to whatever the command starts.
    fn befall(&self, pc: &Pc, command: &mut Command, library: &Path) {
        if !self.0.is_empty() {
            command.env("LD_PRELOAD", library).env("MISHAP_LOG", log(pc)).envs(self.0.iter().cloned());
        }
    }
}

fn log(pc: &Pc) -> PathBuf {
    pc.path("mishaps")
}

/// Writes that met the library.
fn noted(pc: &Pc) -> usize {
    fs::read_to_string(log(pc)).unwrap_or_default().lines().count()
}

/// One PC of one customer of this bank.
pub struct Desk<'a> {
    pub pc: Pc,
    pub guest: Account,
    pub town: &'a Town,
    pub library: &'a Path,
}

impl<'a> Desk<'a> {
    /// `None`, and a line, where NSS or a compiler is missing.
    pub fn new(test: &str, town: &'a Town) -> Option<Self> {
        let library = library(test)?;
        Some(Self { pc: Pc::new(test)?, guest: town.guest(), town, library })
    }

    pub fn enroll(&self, wrong: &Wrong) -> Told {
        let mut command = self.pc.enrollment(&self.town.profile());
        wrong.befall(&self.pc, &mut command, self.library);
        told(start(&mut command, &numbers(&self.guest)))
    }

    /// The wizard on a terminal, in this language; everything that it says to somebody who goes on as long as it does.
    pub fn read(&self, wrong: &Wrong, language: &str) -> String {
        self.answer(wrong, language, usize::MAX)
    }

    /// The same with the first of these answers only.
    fn answer(&self, wrong: &Wrong, language: &str, answers: usize) -> String {
        let Account { contract_id, user_id, password, confirmation, .. } = &self.guest;
        let all = ["", contract_id, user_id, password, confirmation, "", "y", "", "y", ""];
        let lines: String = all.iter().take(answers).map(|answer| format!("{answer}\n")).collect();
        let mut command = self.pc.program();
        command.args(["--text", "--language", language, "--store", &self.pc.store(), "--profile"]);
        wrong.befall(&self.pc, command.arg(self.town.profile()), self.library);
        let output = start(&mut command, &lines).wait_with_output().expect("an end");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).replace('\u{200B}', "")
    }

    /// As far as the answer on the disk: the clerk goes home at the page that asks whether to install.
    pub fn stop_before_the_installation(&self) {
        self.answer(&Wrong::nothing(), "en", UNTIL_THE_ANSWER);
    }

    /// Another start of the same user that nobody answers.
    pub fn wait_at_the_first_page(&self) -> Child {
        let mut command = self.pc.program();
        command.args(["--text", "--language", "en", "--store", &self.pc.store(), "--profile"]);
        command.arg(self.town.profile()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().expect("the wizard starts")
    }

    pub fn firsts(&self) -> u64 {
        self.town.posts(&self.guest)
    }

    /// A failure of this machine on the last line: code, whose turn, whether something was issued, what next, and why. The
    /// journal and the bank say the same.
    pub fn agrees(&self, told: &Told, codes: &[&str]) -> Promise {
        let word = |name: &str| told.last[name].as_str().unwrap_or_default();
        promise(told.exit == Some(5) && word("result") == "failed", || format!("it ended so: {}", told.all))?;
        promise(codes.contains(&word("code")), || format!("{} is none of {codes:?}: {}", word("code"), told.all))?;
        for member in ["blame", "next", "detail"] {
            promise(!word(member).is_empty(), || format!("{member} is not said: {}", told.all))?;
        }
        let (stage, firsts) = (self.pc.stages().pop().unwrap_or_default(), self.firsts());
        let unkept = told.lines.iter().any(|line| line["unkept_answer"].is_string());
        let fits = match (word("issued"), stage.as_str()) {
            ("no", "" | "intent" | "key-made" | "csr-ready" | "abandoned") => firsts == 0,
            ("unknown", _) => firsts <= 1,
            ("yes", "submitting" | "unknown") => unkept && firsts == 1,
            ("yes", "answer" | "validated" | "installed" | "proven") => firsts == 1,
            _ => false,
        };
        let issued = word("issued");
        promise(fits, || format!("issued {issued}, the journal at {stage:?}, {firsts} requests: {}", told.all))
    }

    /// Without what was wrong, one more start brings the certificate: one request for it that was answered, one pair.
    pub fn completes(&self) -> Promise {
        let (before, kept) = (self.firsts(), matches!(self.stage(), "answer" | "validated" | "installed"));
        let told = self.enroll(&Wrong::nothing());
        promise(told.exit == Some(0), || format!("the next start does not complete: {}", told.all))?;
        let more = self.firsts() - before;
        promise(more == u64::from(!kept), || {
            format!("the next click brought {more} requests, the answer kept: {kept}")
        })?;
        let issued = self.town.issued(&self.guest);
        promise(issued == 1, || format!("{issued} were issued"))?;
        let stages = self.pc.stages();
        let alive: Vec<&String> = stages.iter().filter(|stage| *stage != "abandoned").collect();
        promise(alive == ["done"], || format!("the journal ends with {stages:?}"))?;
        self.has_one_pair()
    }

    fn stage(&self) -> &'static str {
        let stage = self.pc.stages().pop().unwrap_or_default();
        ["answer", "validated", "installed"].into_iter().find(|one| *one == stage).unwrap_or_default()
    }

    /// As NSS's own tool sees it.
    fn has_one_pair(&self) -> Promise {
        let database = format!("sql:{}", self.pc.path("nssdb").display());
        let listed = Command::new("certutil").args(["-K", "-d", &database]).output();
        let Ok(listed) = listed else { return Ok(()) };
        let keys = String::from_utf8_lossy(&listed.stdout).into_owned();
        let count = keys.lines().filter(|line| line.starts_with('<')).count();
        promise(count == 1, || format!("{count} keys are in the store: {keys}"))
    }
}

/// What the page of a failure has said: its code, whether something was issued, and what next.
pub fn is_told(text: &str, codes: &[&str], language: &str) -> Promise {
    let (next, issued) = match language {
        "ja" => ("次にすること", ["まだ発行されていません", "発行済みです", "まだ分かりません", "何も送っていません"]),
        _ => ("What to do next", ["Not issued yet", "Issued.", "not known yet whether", "Nothing was sent"]),
    };
    let code = codes.iter().any(|code| text.contains(code));
    promise(code, || format!("none of {codes:?} is on a page: {text}"))?;
    promise(text.contains(next), || format!("what comes next is not said: {text}"))?;
    promise(issued.iter().any(|words| text.contains(words)), || format!("whether it was issued is not said: {text}"))
}

/// A disk that goes wrong.
struct Disk {
    name: &'static str,
    errno: u32,
    /// What it holds.
    holds: Holds,
    codes: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Journal,
    Store,
}

impl Holds {
    fn path(self, pc: &Pc) -> PathBuf {
        match self {
            Self::Journal => pc.state(),
            Self::Store => pc.path("nssdb"),
        }
    }
}

/// Of a store that fails, the step tells: no key made (E17), not stored (E11), not proven (S05).
const DISKS: [Disk; 6] = [
    Disk { name: "disk full, journal", errno: ENOSPC, holds: Holds::Journal, codes: &["M11"] },
    Disk { name: "I/O error, journal", errno: EIO, holds: Holds::Journal, codes: &["M02"] },
    Disk { name: "read-only, journal", errno: EROFS, holds: Holds::Journal, codes: &["M12"] },
    Disk { name: "disk full, store", errno: ENOSPC, holds: Holds::Store, codes: &["M11"] },
    Disk { name: "I/O error, store", errno: EIO, holds: Holds::Store, codes: &["E17", "E11", "S05"] },
    Disk { name: "read-only, store", errno: EROFS, holds: Holds::Store, codes: &["M12"] },
];

/// A bank with customers enough for one disk.
fn town_of(disk: usize) -> &'static Town {
    static TOWNS: [OnceLock<Town>; DISKS.len()] = [const { OnceLock::new() }; DISKS.len()];
    TOWNS[disk].get_or_init(|| Town::build(practice_bank::Replay::Same))
}

/// How many writes an enrollment makes there.
fn writes(test: &str, holds: Holds) -> Option<usize> {
    let desk = Desk::new(test, crate::town::town())?;
    desk.enroll(&Wrong::disk(&holds.path(&desk.pc), 0, 0)).installed();
    Some(noted(&desk.pc))
}

/// One write from which on the disk is wrong. `Ok`: the code, or none where the enrollment needed no more writes.
fn play(test: &str, disk: usize, from: usize) -> Promise<Option<String>> {
    let desk = Desk::new(test, town_of(disk)).ok_or("skipped")?;
    let Disk { errno, holds, codes, .. } = DISKS[disk];
    let wrong = Wrong::disk(&holds.path(&desk.pc), errno, from);
    let language = if from.is_multiple_of(2) { "ja" } else { "en" };
    let code = if from.is_multiple_of(3) {
        let text = desk.read(&wrong, language);
        if desk.pc.stages() == ["done"] {
            return Ok(None);
        }
        promise(noted(&desk.pc) > 0, || "nothing went wrong".to_owned())?;
        is_told(&text, codes, language)?;
        promise(desk.firsts() <= 1, || format!("{} requests of one click", desk.firsts()))?;
        codes[0].to_owned()
    } else {
        let told = desk.enroll(&wrong);
        if told.exit == Some(0) {
            // What is proven works, whatever becomes of the last line.
            return promise(desk.town.issued(&desk.guest) == 1, || "installed and not issued".to_owned())
                .map(|()| None);
        }
        promise(noted(&desk.pc) > 0, || "nothing went wrong".to_owned())?;
        desk.agrees(&told, codes)?;
        told.last["code"].as_str().unwrap_or_default().to_owned()
    };
    desk.completes()?;
    Ok(Some(code))
}

fn every_write(holds: Holds, test: &str) {
    let Some(all) = writes(test, holds) else { return };
    assert!(all > 8, "only {all} writes: the library is not heard");
    let points = Depth::wanted().choose(all, FEW);
    let disks = (0..DISKS.len()).filter(|disk| DISKS[*disk].holds == holds);
    let work = disks.flat_map(|disk| points.iter().map(move |point| (disk, point + 1)));
    // A key store writes a lot: all of it with a full disk, a part of it with the others.
    let is_worth = |(disk, from): &(usize, usize)| {
        holds == Holds::Journal
            || DISKS[*disk].errno == ENOSPC
            || points.len() < PART
            || (from + disk).is_multiple_of(PART)
    };
    let work: Vec<(usize, usize)> = work.filter(is_worth).collect();
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((disk, from)) = work.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                    let outcome = play(test, disk, from);
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((disk, from, outcome));
                }
            });
        }
    });
    report(all, outcomes.into_inner().unwrap_or_else(PoisonError::into_inner));
}

type Outcome = (usize, usize, Promise<Option<String>>);

fn report(all: usize, outcomes: Vec<Outcome>) {
    let mut broken = Vec::new();
    for (number, disk) in DISKS.iter().enumerate() {
        let own: Vec<&Outcome> = outcomes.iter().filter(|(of, ..)| *of == number).collect();
        if own.is_empty() {
            continue;
        }
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, _, outcome) in &own {
            if let Ok(code) = outcome {
                *codes.entry(code.as_deref().unwrap_or("done already")).or_default() += 1;
            }
        }
        let note: Vec<String> = codes.iter().map(|(code, count)| format!("{code} ×{count}")).collect();
        let failed = own.iter().filter_map(|(_, from, outcome)| {
            outcome.as_ref().err().map(|error| format!("{} from write {from} on: {error}", disk.name))
        });
        let failed: Vec<String> = failed.collect();
        enter(disk.name, all, own.len(), failed.len(), &note.join(", "));
        broken.extend(failed);
    }
    assert!(broken.is_empty(), "SHIRUSHI_SEED={}: {}", seed(), broken.join("\n"));
}

pub fn enter(case: &str, points: usize, tried: usize, broken: usize, note: &str) {
    Row { harness: "mishaps", case, points, tried, broken, note }.enter();
}

#[test]
fn every_mishap_of_the_disk_with_the_journal_costs_nothing() {
    every_write(Holds::Journal, "every_mishap_of_the_disk_with_the_journal_costs_nothing");
}

#[test]
fn every_mishap_of_the_disk_with_the_key_store_costs_nothing() {
    every_write(Holds::Store, "every_mishap_of_the_disk_with_the_key_store_costs_nothing");
}

/// Planted: a disk on which nothing is wrong.
#[test]
fn a_disk_that_only_seems_wrong_is_noticed() {
    let test = "a_disk_that_only_seems_wrong_is_noticed";
    let Some(desk) = Desk::new(test, crate::town::town()) else { return };
    let told = desk.enroll(&Wrong::disk(&desk.pc.path("nowhere"), ENOSPC, 1));
    assert_eq!(noted(&desk.pc), 0);
    assert!(desk.agrees(&told, &["M11"]).is_err());
    assert!(is_told("", &["M11"], "en").is_err());
}

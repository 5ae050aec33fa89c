//! What a PC can be when a clerk sits down at it: a record that cannot be read, another window, a clock that is years away,
//! a key store that somebody else holds. Told on a last line and on a page, in both languages.

use std::{
    fs::{self, OpenOptions},
    io::{Read as _, Write as _},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use practice_bank::{Fault, Replay};
use rustix::fs::{FlockOperation, fcntl_lock};
use sha2::{Digest as _, Sha256};

use crate::{
    machine::{Desk, Wrong, enter, is_told},
    promises::{Promise, promise},
    table::{Depth, seed},
    town::Town,
};

/// Rows that are tried when a sample is drawn.
const FEW: usize = 4;

/// Further than a certificate lasts, and further back than the program is old.
const YEAR: i64 = 366;

/// Lets go of what was held, and puts right what was wrong.
type Mend = Box<dyn FnOnce(&Desk<'_>)>;

/// Something that is wrong until it is mended.
struct Sitting {
    name: &'static str,
    code: &'static str,
    /// What comes before it.
    before: Before,
    wrong: fn() -> Wrong,
    /// Makes it so. What is given back holds it so, and mends it when it goes.
    happen: fn(&Desk<'_>) -> Mend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// A database that has been made, without a key of ours.
    Database,
    /// A request is out, and its answer was lost.
    Asked,
    /// The answer is on the disk, and nothing is installed.
    Answered,
}

fn nothing(_: &Desk<'_>) -> Mend {
    Box::new(|_| {})
}

const SITTINGS: [Sitting; 11] = [
    Sitting { name: "newer record", code: "M13", before: Before::Nothing, wrong: Wrong::nothing, happen: newer_record },
    Sitting { name: "damaged record", code: "M14", before: Before::Asked, wrong: Wrong::nothing, happen: damage },
    Sitting {
        name: "two starts at once",
        code: "M03",
        before: Before::Nothing,
        wrong: Wrong::nothing,
        happen: other_start,
    },
    Sitting {
        name: "clock + 1 year, at the start",
        code: "S02",
        before: Before::Nothing,
        wrong: a_year_on,
        happen: nothing,
    },
    Sitting {
        name: "clock - 1 year, at the start",
        code: "S02",
        before: Before::Nothing,
        wrong: a_year_back,
        happen: nothing,
    },
    Sitting { name: "clock + 1 year, asked", code: "S02", before: Before::Asked, wrong: a_year_on, happen: nothing },
    Sitting { name: "clock - 1 year, asked", code: "S02", before: Before::Asked, wrong: a_year_back, happen: nothing },
    Sitting {
        name: "clock + 1 year, answered",
        code: "S02",
        before: Before::Answered,
        wrong: a_year_on,
        happen: nothing,
    },
    Sitting {
        name: "clock - 1 year, answered",
        code: "S02",
        before: Before::Answered,
        wrong: a_year_back,
        happen: nothing,
    },
    Sitting {
        name: "store held, before the key",
        code: "M15",
        before: Before::Database,
        wrong: Wrong::nothing,
        happen: hold,
    },
    Sitting {
        name: "store held, answered",
        code: "M15",
        before: Before::Answered,
        wrong: Wrong::nothing,
        happen: hold,
    },
];

fn a_year_on() -> Wrong {
    Wrong::clock(YEAR)
}

fn a_year_back() -> Wrong {
    Wrong::clock(-YEAR)
}

/// A record as a later version of this program might write it.
fn newer_record(desk: &Desk<'_>) -> Mend {
    let json = r#"{"v":3,"at":"2026-01-01T00:00:00Z","event":{"later":1}}"#;
    let sum: String = Sha256::digest(json).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let content = format!("{sum} {json}\n");
    fs::create_dir_all(desk.pc.state().join("enrollments")).expect("a folder");
    let file = desk.pc.write("state/enrollments/shirushi-00000000000000aa.journal", &content);
    Box::new(move |_| {
        assert_eq!(fs::read_to_string(&file).expect("it was not deleted"), content);
        fs::remove_file(file).expect("a newer version has finished it");
    })
}

/// One bit of the first line.
fn damage(desk: &Desk<'_>) -> Mend {
    let file = desk.pc.journals().remove(0);
    let whole = fs::read(&file).expect("the record");
    let mut damaged = whole.clone();
    damaged[40] ^= 1;
    fs::write(&file, &damaged).expect("written");
    Box::new(move |_| {
        assert_eq!(fs::read(&file).expect("it was not deleted"), damaged);
        fs::write(&file, whole).expect("restored");
    })
}

/// Another wizard of the same user that waits on its first page.
fn other_start(desk: &Desk<'_>) -> Mend {
    let mut first = desk.wait_at_the_first_page();
    let mut output = first.stdout.take().expect("a pipe");
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("Enter  Start") {
        let mut more = [0; 256];
        let read = output.read(&mut more).expect("it is read");
        assert!(read > 0, "the first start ended: {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&more[..read]);
    }
    Box::new(move |_| {
        drop(first.stdin.take().map(|mut input| input.write_all(b"q\n")));
        first.wait().expect("the first start ends");
    })
}

/// As SQLite in a browser holds the database while it writes.
fn hold(desk: &Desk<'_>) -> Mend {
    let files = ["cert9.db", "key4.db"].map(|name| {
        let file =
            OpenOptions::new().read(true).write(true).open(desk.pc.path("nssdb").join(name)).expect("a database");
        fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).expect("nobody else has it");
        file
    });
    Box::new(move |_| drop(files))
}

impl Before {
    fn comes_true(self, desk: &Desk<'_>) -> Promise {
        match self {
            Self::Nothing => return Ok(()),
            Self::Database => {
                desk.pc.lock_store("");
                return Ok(());
            }
            Self::Asked => {
                desk.town.bank.fault(Fault::DropBeforeAnswer);
                desk.enroll(&Wrong::nothing());
            }
            Self::Answered => {
                desk.stop_before_the_installation();
            }
        }
        let (stages, wanted) = (desk.pc.stages(), if self == Self::Asked { "unknown" } else { "validated" });
        promise(stages == [wanted], || format!("not so far: {stages:?}"))
    }
}

/// Told on the last line and on the page of either language, each time with nothing more sent; then mended, and done.
fn play(test: &str, sitting: &Sitting) -> Promise {
    let town = Town::build(Replay::Same); // its next answer may be lost: nobody else asks it
    let Some(desk) = Desk::new(test, &town) else { return Ok(()) };
    sitting.before.comes_true(&desk)?;
    let (wrong, firsts) = ((sitting.wrong)(), desk.firsts());
    let mend = (sitting.happen)(&desk);
    let told = desk.enroll(&wrong);
    let outcome = desk.agrees(&told, &[sitting.code]);
    let pages = ["ja", "en"].map(|language| is_told(&desk.read(&wrong, language), &[sitting.code], language));
    mend(&desk);
    outcome?;
    pages.into_iter().collect::<Result<Vec<()>, String>>()?;
    promise(desk.firsts() == firsts, || format!("{} requests, and {firsts} before", desk.firsts()))?;
    desk.completes()
}

/// What was being written when the power went never happened, and the next start goes on from the line before it.
fn play_torn(test: &str) -> Promise {
    let town = Town::build(Replay::Same);
    let Some(desk) = Desk::new(test, &town) else { return Ok(()) };
    Before::Asked.comes_true(&desk)?;
    let journal = desk.pc.journals().remove(0);
    let whole = fs::read(&journal).map_err(|error| error.to_string())?;
    fs::write(&journal, &whole[..whole.len() - 12]).map_err(|error| error.to_string())?;
    let stages = desk.pc.stages();
    promise(stages == ["submitting"], || format!("the torn line counts: {stages:?}"))?;
    desk.completes()
}

#[test]
fn every_mishap_of_a_machine_that_somebody_sits_down_at_costs_nothing() {
    let test = "every_mishap_of_a_machine_that_somebody_sits_down_at_costs_nothing";
    let chosen = Depth::wanted().choose(SITTINGS.len() + 1, FEW);
    let next = AtomicUsize::new(0);
    let broken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(number) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (name, note, outcome) = match SITTINGS.get(*number) {
                        Some(sitting) => (sitting.name, sitting.code, play(test, sitting)),
                        None => ("torn last line", "goes on", play_torn(test)),
                    };
                    enter(name, 1, 1, usize::from(outcome.is_err()), note);
                    let error = outcome.err().map(|error| format!("{name}: {error}"));
                    broken.lock().unwrap_or_else(PoisonError::into_inner).extend(error);
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(broken.is_empty(), "SHIRUSHI_SEED={}: {}", seed(), broken.join("\n"));
}

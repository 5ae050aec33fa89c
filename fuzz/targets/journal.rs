//! A record of the journal. A line without its sum gets one, so that mutations reach what the lines say.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use shirushi::{
    domain::{Clock, KeyLabel},
    journal::{Enrollment, Event, Journal, JournalError, LoginRecord, Stage, Storage},
};

use super::{Target, fixture};

pub const TARGET: Target = Target {
    name: "journal",
    run: check,
    words: &[
        b"{\"v\":1,\"at\":\"2026-11-24T00:00:00Z\",\"event\":",
        b"{\"v\":2,",
        b"\"unknown\"}\n",
        b"\"installed\"}\n",
        b"\"done\"}\n",
        b"\"abandoned\"}\n",
        b"{\"submitting\":{\"attempt\":",
        b"{\"pending\":{\"retry_at\":null}}}\n",
        b"{\"refused\":{\"code\":\"E01\"}}}\n",
        b"{\"not-sent\":{\"cause\":\"E09\"}}}\n",
        b"{\"rejected\":{\"rule\":\"Chain\"}}}\n",
        b"{\"shrunk\":{\"certificate\":null}}}\n",
        b"{\"proven\":{\"login\":\"proven\"}}}\n",
        b"4294967295",
        b"\0",
        b"\n",
        b"9999-12-31T23:59:59Z",
        b"-009999-01-01T00:00:00Z",
        b"{\"handed-out\":{\"request\":\"AAAA\"}}}\n",
    ],
};

/// Of every record in the seeds.
pub fn label() -> KeyLabel {
    KeyLabel::from_random(1)
}

fn check(data: &[u8]) {
    let file = with_sums(data);
    let drawer = Arc::new(Drawer(Mutex::new(Some(file.clone()))));
    let journal = Journal::new(drawer.clone(), Arc::new(OneDay));
    match journal.replay(&label()) {
        Ok(enrollment) => is_sound(&journal, &drawer, &file, &enrollment),
        Err(JournalError::Missing(_)) => never_began(&journal, &drawer),
        Err(JournalError::Damaged(_) | JournalError::Newer(_)) => is_left_alone(&journal, &drawer, &file),
        Err(other) => panic!("{other}"),
    }
}

fn with_sums(data: &[u8]) -> Vec<u8> {
    let has_sum = |line: &[u8]| line.len() > 16 && line[16] == b' ' && line[..16].iter().all(u8::is_ascii_hexdigit);
    let mut file = Vec::new();
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        if !has_sum(line) && line.ends_with(b"\n") {
            let sum = Sha256::digest(&line[..line.len() - 1]);
            file.extend(sum.iter().take(8).flat_map(|byte| format!("{byte:02x}").into_bytes()));
            file.push(b' ');
        }
        file.extend_from_slice(line);
    }
    file
}

fn is_sound(journal: &Journal, drawer: &Drawer, file: &[u8], enrollment: &Enrollment) {
    assert_eq!(journal.enrollments().expect("reads"), std::slice::from_ref(enrollment));
    assert!(journal.unreadable().expect("reads").is_empty(), "readable, and told as unreadable");
    nothing_comes_after_the_end(journal, drawer, file, enrollment);
    a_torn_line_never_happened(journal, drawer, file, enrollment);
    what_is_written_is_read(journal, drawer, file, enrollment);
    outlives_the_clearing(journal, drawer, file, enrollment);
}

/// Of the states on the way only the last may be an end.
fn nothing_comes_after_the_end(journal: &Journal, drawer: &Drawer, file: &[u8], enrollment: &Enrollment) {
    let whole = file.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    for end in whole {
        drawer.put(&file[..end]);
        let earlier = journal.replay(&label()).expect("the beginning of a sound record is sound");
        assert!(
            !earlier.stage().is_finished() || earlier.stage() == enrollment.stage(),
            "went on after {:?}",
            earlier.stage()
        );
        assert!(earlier.attempts() <= enrollment.attempts(), "fewer requests than before");
    }
    drawer.put(file);
}

fn a_torn_line_never_happened(journal: &Journal, drawer: &Drawer, file: &[u8], enrollment: &Enrollment) {
    // A line with a zero in it is one that was torn itself: whoever writes next writes over it.
    if file.ends_with(b"\n") && !file.contains(&0) {
        drawer.put(&[file, b"0123456789abcdef {\"v\":1,"].concat());
        assert_eq!(journal.replay(&label()).as_ref().ok(), Some(enrollment), "half a line counted");
        drawer.put(file);
    }
}

/// Every event is either refused and leaves no trace, or taken and read again.
fn what_is_written_is_read(journal: &Journal, drawer: &Drawer, file: &[u8], enrollment: &Enrollment) {
    for event in events(enrollment) {
        let mut moved = enrollment.clone();
        match journal.record(&mut moved, event) {
            Ok(()) => {
                assert!(!enrollment.stage().is_finished(), "taken after the end");
                assert_eq!(journal.replay(&label()).ok(), Some(moved), "read otherwise than written");
                drawer.put(file);
            }
            Err(JournalError::Illegal(_)) => {
                assert_eq!(
                    (&moved, drawer.content().as_deref()),
                    (enrollment, Some(file)),
                    "refused, and left a trace"
                );
            }
            Err(other) => panic!("{other}"),
        }
    }
}

fn events(enrollment: &Enrollment) -> Vec<Event> {
    let certificate = fixture().leaf.thumbprint();
    vec![
        Event::Intent(enrollment.intent().clone()),
        Event::Submitting { attempt: enrollment.attempts().saturating_add(1), published: Vec::new() },
        Event::NotSent { cause: "E09".into() },
        Event::Refused { code: "E01".into() },
        Event::Pending { retry_at: None, reference: None },
        Event::Unknown,
        Event::Rejected { rule: "Chain".into() },
        Event::Validated { certificate },
        Event::Installed,
        Event::Proven { login: LoginRecord::NotTried },
        Event::Done,
        Event::Abandoned,
        Event::Shrunk { certificate: None },
    ]
}

/// What is open keeps every byte; what is over keeps how it ended.
fn outlives_the_clearing(journal: &Journal, drawer: &Drawer, file: &[u8], enrollment: &Enrollment) {
    let Ok(later) = enrollment.last_action().checked_add(SignedDuration::from_hours(31 * 24)) else { return };
    journal.clear_out(later).expect("clears");
    if !enrollment.stage().is_finished() {
        assert_eq!(drawer.content().as_deref(), Some(file), "cleared away while it was open");
        return;
    }
    let left = journal.replay(&label()).expect("reads");
    assert_eq!((left.stage(), left.label()), (enrollment.stage(), enrollment.label()), "another end than it had");
    if left.stage() == Stage::Done {
        assert_eq!(left.certificate(), enrollment.certificate(), "another certificate than it had");
    }
}

fn never_began(journal: &Journal, drawer: &Drawer) {
    assert!(journal.enrollments().expect("reads").is_empty() && journal.unreadable().expect("reads").is_empty());
    journal.clear_out(OneDay.now()).expect("clears");
    assert_eq!(drawer.content(), None, "kept, and nothing was in it");
}

/// What cannot be read is kept, and shown as no enrollment.
fn is_left_alone(journal: &Journal, drawer: &Drawer, file: &[u8]) {
    assert!(journal.enrollments().expect("reads").is_empty());
    journal.clear_out(OneDay.now()).expect("clears");
    assert_eq!(drawer.content().as_deref(), Some(file), "not understood, and changed");
}

#[derive(Debug)]
struct OneDay;

impl Clock for OneDay {
    fn now(&self) -> Timestamp {
        fixture().issued_at
    }
}

/// One record.
#[derive(Debug)]
struct Drawer(Mutex<Option<Vec<u8>>>);

impl Drawer {
    fn lock(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, content: &[u8]) {
        *self.lock() = Some(content.to_vec());
    }

    fn content(&self) -> Option<Vec<u8>> {
        self.lock().clone()
    }
}

impl Storage for Drawer {
    fn list(&self) -> io::Result<Vec<KeyLabel>> {
        Ok(self.lock().iter().map(|_| label()).collect())
    }

    fn read(&self, _: &KeyLabel) -> io::Result<Vec<u8>> {
        self.content().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn append(&self, _: &KeyLabel, intact: usize, line: &[u8]) -> io::Result<()> {
        let mut content = self.lock();
        let file = content.get_or_insert_default();
        file.truncate(intact);
        file.extend_from_slice(line);
        Ok(())
    }

    fn replace(&self, _: &KeyLabel, content: &[u8]) -> io::Result<()> {
        self.put(content);
        Ok(())
    }

    fn remove(&self, _: &KeyLabel) -> io::Result<()> {
        *self.lock() = None;
        Ok(())
    }
}

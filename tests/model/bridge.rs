//! The journal's own grammar against the model's: every sequence of words up to a length, and after each every next word.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shirushi::{
    domain::{Certificate, DistinguishedName, KeyLabel, RoleId, SecurityLevel, SpkiHash, WantedExtensions},
    journal::{Delivery, Enrollment, Event, Intent, Journal, JournalError, LoginRecord, RequestHash, Storage},
};

use crate::{
    drive::{recorded, seen},
    grammar::{Record, WORDS, Word},
    ports::{Ticking, answer},
    table::{Depth, Row},
};

/// The other side of the comparison: the model, or one that is wrong.
type Grammar = fn(Record, Word) -> Option<Record>;

struct Comparison {
    journal: Journal,
    grammar: Grammar,
    longest: usize,
    sequences: usize,
    tried: usize,
    parted: Vec<String>,
}

fn intent() -> Intent {
    Intent {
        label: KeyLabel::from_random(1),
        institution: "practice".into(),
        role: RoleId("user".into()),
        store: "memory".into(),
        level: SecurityLevel::Medium,
        subject: DistinguishedName::default(),
        renews: None,
    }
}

fn sample() -> Certificate {
    let pem = include_str!("../support/old.pem");
    Certificate::from_pem(&pem[pem.find("-----BEGIN").expect("armour")..]).expect("a certificate")
}

fn event(word: Word, attempts: u32, certificate: &Certificate) -> Event {
    match word {
        Word::Intent => Event::Intent(intent()),
        Word::KeyMade => Event::KeyMade { key: SpkiHash::of(b"key"), effective: SecurityLevel::Low },
        Word::CsrReady => {
            Event::CsrReady { request: RequestHash::of(b"request"), extensions: WantedExtensions::default() }
        }
        Word::HandedOut => Event::HandedOut { request: b"request".to_vec() },
        Word::Submitting => Event::Submitting { attempt: attempts + 1, published: Vec::new() },
        Word::SubmittingOutOfTurn => Event::Submitting { attempt: attempts + 2, published: Vec::new() },
        Word::NotSent => Event::NotSent { cause: "E09".into() },
        Word::Refused => Event::Refused { code: "E01".into() },
        Word::Pending => Event::Pending { retry_at: None, reference: None },
        Word::Unknown => Event::Unknown,
        Word::Answer(kind) => {
            Event::Answer(Delivery { answer: answer(kind, || certificate.clone()), published: Vec::new() })
        }
        Word::Rejected => Event::Rejected { rule: "Chain".into() },
        Word::Validated => Event::Validated { certificate: certificate.thumbprint() },
        Word::Installed => Event::Installed,
        Word::Proven => Event::Proven { login: LoginRecord::NotTried },
        Word::Done => Event::Done,
        Word::Abandoned => Event::Abandoned,
        Word::Shrunk => Event::Shrunk { certificate: None },
    }
}

impl Comparison {
    fn of(grammar: Grammar, longest: usize) -> Self {
        let journal = Journal::new(Arc::new(Shelf::default()), Arc::new(Ticking::default()));
        let mut comparison = Self { journal, grammar, longest, sequences: 0, tried: 0, parted: Vec::new() };
        let begun = comparison.journal.begin(intent()).expect("begins");
        comparison.follow(&begun, Record::begun(0), &mut Vec::new(), &sample());
        comparison
    }

    fn follow(&mut self, real: &Enrollment, model: Record, said: &mut Vec<Word>, certificate: &Certificate) {
        self.sequences += 1;
        for word in WORDS {
            self.tried += 1;
            let mut moved = real.clone();
            let taken = match self.journal.record(&mut moved, event(word, real.attempts(), certificate)) {
                Ok(()) => Some(()),
                Err(JournalError::Illegal(_)) => None,
                Err(other) => panic!("{other}"),
            };
            match (taken, (self.grammar)(model, word)) {
                (None, None) => {}
                (Some(()), Some(next)) if seen(&moved) == recorded(&next) => {
                    said.push(word);
                    if said.len() < self.longest {
                        self.follow(&moved, next, said, certificate);
                    }
                    said.pop();
                }
                (taken, next) => {
                    self.parted.push(format!("{said:?} + {word:?}: taken {}, model {next:?}", taken.is_some()))
                }
            }
        }
    }
}

#[test]
fn the_journal_takes_and_refuses_what_the_model_does() {
    let longest = if Depth::wanted() == Depth::Full { 10 } else { 9 };
    let Comparison { sequences, tried, parted, .. } = Comparison::of(Record::after, longest);
    let (case, note) = (format!("next words after every sequence of {longest}"), format!("{sequences} sequences"));
    Row { harness: "model", case: &case, points: tried, tried, broken: parted.len(), note: &note }.enter();
    assert!(parted.is_empty(), "{}", parted.join("\n"));
}

/// What is on the disk is read as it was written, for every state that a record can be in.
#[test]
fn every_state_of_a_record_is_replayed_as_it_was_written() {
    let mut states: BTreeMap<Record, Vec<Word>> = BTreeMap::from([(Record::begun(0), Vec::new())]);
    let mut waiting = vec![Record::begun(0)];
    while let Some(record) = waiting.pop() {
        for word in WORDS {
            if let Some(next) = record.after(word).filter(|next| next.attempts <= 3 && !states.contains_key(next)) {
                let way = [&states[&record][..], &[word]].concat();
                states.insert(next, way);
                waiting.push(next);
            }
        }
    }
    assert_eq!(states.keys().map(|record| record.stage).collect::<BTreeSet<_>>().len(), 14, "every stage is there");
    for (record, way) in &states {
        let journal = Journal::new(Arc::new(Shelf::default()), Arc::new(Ticking::default()));
        let mut enrollment = journal.begin(intent()).expect("begins");
        for word in way {
            let event = event(*word, enrollment.attempts(), &sample());
            journal.record(&mut enrollment, event).expect("a word of the model");
        }
        let replayed = journal.replay(enrollment.label()).expect("reads");
        assert_eq!((seen(&replayed), &replayed), (recorded(record), &enrollment), "{way:?}");
    }
    let count = states.len();
    Row { harness: "model", case: "records replayed", points: count, tried: count, broken: 0, note: "" }.enter();
}

/// Planted: a model in which a lost request is sent again without the next number, and one that forgets an arrow.
#[test]
fn a_grammar_with_a_wrong_arrow_is_seen() {
    let one_more: Grammar = |record, word| match word {
        Word::SubmittingOutOfTurn => record.after(Word::Submitting),
        _ => record.after(word),
    };
    let one_less: Grammar =
        |record, word| record.after(word).filter(|next| !(next.kept.is_some() && word == Word::Abandoned));
    for wrong in [one_more, one_less] {
        assert!(!Comparison::of(wrong, 6).parted.is_empty(), "nobody saw it");
    }
}

/// One record in memory.
#[derive(Debug, Default)]
struct Shelf(Mutex<Vec<u8>>);

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for Shelf {
    fn list(&self) -> io::Result<Vec<KeyLabel>> {
        Ok(vec![intent().label])
    }

    fn read(&self, _: &KeyLabel) -> io::Result<Vec<u8>> {
        Ok(self.lock().clone())
    }

    fn append(&self, _: &KeyLabel, intact: usize, line: &[u8]) -> io::Result<()> {
        let mut file = self.lock();
        file.truncate(intact);
        file.extend_from_slice(line);
        Ok(())
    }

    fn replace(&self, _: &KeyLabel, content: &[u8]) -> io::Result<()> {
        *self.lock() = content.to_vec();
        Ok(())
    }

    fn remove(&self, _: &KeyLabel) -> io::Result<()> {
        self.lock().clear();
        Ok(())
    }
}

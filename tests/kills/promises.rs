//! What a kill or a power cut may never do: the promises, looked at from outside once the next start is over.

use std::collections::BTreeSet;

use practice_bank::Replay;

use crate::{
    holdings::Holdings,
    house::Told,
    place::{Books, Place, Record, Verb, is_private, logs_in, records, resume, start},
};

/// How the next start went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Road {
    /// With what was there.
    Resumed,
    /// Nothing was left to do.
    WasDone,
    /// Nothing had been sent: a new click.
    BegunAgain,
    /// The answer is lost, and this bank may not be asked again: the last line says so, and the key is kept.
    LossNamed,
}

impl Road {
    pub fn name(self) -> &'static str {
        match self {
            Self::Resumed => "resumed",
            Self::WasDone => "was done",
            Self::BegunAgain => "begun again",
            Self::LossNamed => "loss named",
        }
    }
}

/// A person clicked once, and then something happened.
pub struct Click<'a> {
    pub place: &'a dyn Place,
    pub verb: Verb,
    /// In the store before.
    pub old: &'a Holdings,
    /// What the authority had counted before.
    pub books: Books,
}

/// Where the click stood when it was cut short: the last record of the journal that is not given up.
#[derive(Debug)]
pub struct Standing {
    pub stage: String,
    has_answer: bool,
    is_in_the_dark: bool,
}

impl Standing {
    pub fn of(records: &[Record], verb: Verb) -> Self {
        let last = records.iter().rfind(|record| record.is_of(verb));
        Self {
            stage: last.map_or_else(|| "nothing".to_owned(), |record| record.stage.clone()),
            has_answer: last.is_some_and(Record::has_answer),
            is_in_the_dark: last.is_some_and(Record::is_in_the_dark),
        }
    }

    pub fn is_done(&self) -> bool {
        ["proven", "done"].contains(&self.stage.as_str())
    }

    /// The new certificate has not been shown to anybody, so that the old one still counts.
    pub fn is_before_the_login(&self) -> bool {
        !["installed", "proven", "done"].contains(&self.stage.as_str())
    }
}

impl Click<'_> {
    /// What a person does at the next start: goes on, and begins anew when nothing was left.
    pub fn go_on(&self, standing: &Standing) -> Result<Road, String> {
        let told = resume(self.place);
        match told.last["result"].as_str() {
            Some("installed") => return Ok(Road::Resumed),
            Some("nothing") if told.status.success() => {}
            Some("failed") => return self.is_loss_named(standing, &told).map(|()| Road::LossNamed),
            _ => return Err(format!("the next start ended with {}", told.all.trim())),
        }
        if self.records().iter().any(Record::is_finished) {
            return Ok(Road::WasDone);
        }
        if standing.has_answer {
            return Err("an answer that was on the disk is gone".to_owned());
        }
        let told = start(self.place, self.verb);
        if told.last["result"] == "installed" {
            Ok(Road::BegunAgain)
        } else {
            Err(format!("beginning again ended with {}", told.all.trim()))
        }
    }

    /// Only a request that may have arrived, at a bank that must not be asked twice; and it stays so.
    fn is_loss_named(&self, standing: &Standing, told: &Told) -> Result<(), String> {
        let words = |told: &Told| ["code", "issued", "next"].map(|name| told.last[name].as_str().map(str::to_owned));
        let named = ["E14", "unknown", "ask-the-bank"].map(|word| Some(word.to_owned()));
        if self.place.replay() == Replay::Same || !standing.is_in_the_dark || words(told) != named {
            return Err(format!("lost at {standing:?}: {}", told.all.trim()));
        }
        let before = self.place.books();
        for told in [start(self.place, self.verb), resume(self.place)] {
            if words(&told) != named {
                return Err(format!("the loss is not named again: {}", told.all.trim()));
            }
        }
        if self.place.books() == before { Ok(()) } else { Err("it was sent again by itself".to_owned()) }
    }

    fn records(&self) -> Vec<Record> {
        records(self.place).into_iter().filter(|record| record.is_of(self.verb)).collect()
    }

    /// Of what was there before.
    pub fn lost(&self) -> Option<String> {
        let now = self.place.store().holdings();
        let keys: Vec<_> = self.old.keys.difference(&now.keys).collect();
        let certificates: Vec<_> = self.old.certificates.difference(&now.certificates).collect();
        let is_all_there = keys.is_empty() && certificates.is_empty();
        (!is_all_there).then(|| format!("of the old pair this is lost: {keys:?} {certificates:?}"))
    }

    /// What does not hold in the end.
    pub fn broken(&self, road: Option<Road>) -> Vec<String> {
        let (held, records) = (self.place.store().holdings(), records(self.place));
        let alive: Vec<&Record> = records.iter().filter(|record| !record.is_abandoned()).collect();
        let mut broken = Vec::new();
        let mut promise = |holds: bool, otherwise: &dyn Fn() -> String| {
            if !holds {
                broken.push(otherwise());
            }
        };
        let pairs = self.verb.pairs_before() + 1;
        let labels: BTreeSet<&str> = held.keys.iter().map(|key| key.label.as_str()).collect();
        let named: BTreeSet<&str> = alive.iter().map(|record| record.label.as_str()).collect();
        promise(labels == named, &|| format!("the store has the keys {labels:?}, the journal names {named:?}"));
        promise(held.keys.len() == pairs, &|| format!("{} keys are in the store", held.keys.len()));
        promise(is_private(self.place), &|| "others may read the journal".to_owned());

        let books = self.place.books();
        let (posts, issued) = (books.posts - self.books.posts, books.issued - self.books.issued);
        let certificates = held.certificates.len();
        let has_lost = road == Some(Road::LossNamed);
        promise(books.of_one_key <= 1, &|| format!("{} certificates of one key", books.of_one_key));
        promise(issued == 1 || (has_lost && issued == 0), &|| format!("the bank issued {issued} for one click"));
        promise(self.place.replay() == Replay::Same || posts <= 1, &|| format!("{posts} requests for one click"));
        promise(certificates == pairs - usize::from(has_lost), &|| format!("{certificates} certificates have a key"));
        let finished = alive.iter().filter(|record| record.is_finished()).count();
        promise(finished == pairs - usize::from(has_lost) && alive.len() == pairs, &|| {
            format!("the journal has {alive:?}")
        });
        if !has_lost && self.verb == Verb::Enroll {
            promise(self.can_log_in(), &|| "the portal does not let the pair in".to_owned());
        }
        broken
    }

    /// With the pair that is in the store, by another program.
    fn can_log_in(&self) -> bool {
        let export = self.place.home().with_file_name("export.p12");
        let file = self.place.store().export(&export);
        file.is_some_and(|file| logs_in(self.place, &file))
    }
}

//! What happened, append-only: a line is on the disk before the act it tells of is answered.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Error, crl::Gone, files, rules::TRIES};

/// One line of the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A complete POST to simpleenroll or of the enrollment form; `account` is missing for anonymous and unknown callers.
    Posted { account: Option<String>, poll: bool },
    /// The same to simplereenroll.
    RenewalPosted { account: Option<String>, poll: bool },
    /// A known customer gave a wrong number.
    WrongNumber { account: String },
    /// Locked before the bank opened.
    LockedBefore { account: String },
    /// The 管理者 released the lock.
    Unlocked { account: String },
    /// 202: the same request may come back.
    Deferred { account: String, csr_sha256: String },
    /// A certificate exists from here on, whatever becomes of the answer.
    Issued(Issued),
    /// A certificate from before the bank opened; nobody asked for it here.
    OnRecord(Issued),
    /// An older certificate of the customer stopped working.
    Superseded {
        serial: String,
        #[serde(default)]
        at: u64,
    },
    /// A certificate was revoked.
    Revoked { serial: String, at: u64 },
    /// Over the old pages: a receipt was given, and a PIN goes out by mail.
    Laid(Laid),
    /// Everything that was laid so far can be picked up.
    Prepared,
    /// Nothing that was laid so far can be picked up any more.
    PickupsExpired,
    /// Somebody came with this reference and another PIN.
    WrongPin { reference: String },
    /// The 管理者 gave (再発行) or took away (失効) the right to take a certificate.
    Right { account: String, open: bool },
}

/// One issued certificate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Issued {
    pub account: String,
    /// SHA-256 of the key in the request.
    pub asked_key: String,
    /// SHA-256 of the key in the certificate.
    pub spki_sha256: String,
    pub serial: String,
    /// The one that stops working when this one is first used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// Leaf first, base64 of DER: a replay answers with these very bytes.
    pub chain: Vec<String>,
}

/// A certificate that waits for its PIN.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Laid {
    pub reference: String,
    pub pin: String,
    pub serial: String,
    /// Unix seconds.
    pub at: u64,
}

/// The ledger added up.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub anonymous_posts: u64,
    pub anonymous_renewals: u64,
    pub accounts: BTreeMap<String, Page>,
    /// By serial number, those from before the bank opened included.
    pub issued: BTreeMap<String, Issued>,
    /// By reference.
    pub laid: BTreeMap<String, Laid>,
    prepared: BTreeSet<String>,
    expired: BTreeSet<String>,
    wrong_pins: BTreeMap<String, u32>,
    on_record: BTreeSet<String>,
    superseded: BTreeMap<String, u64>,
    revoked: BTreeMap<String, u64>,
}

/// One customer's page.
#[derive(Debug, Default, Clone)]
pub(crate) struct Page {
    pub first: u64,
    pub poll: u64,
    pub renewals: u64,
    pub renewal_polls: u64,
    pub wrong_numbers: u32,
    pub deferred: Option<String>,
    /// Serial of the certificate the customer took last, until that is revoked.
    pub holds: Option<String>,
    /// What the 管理者 said last about taking one; the customer's case says it before that.
    pub right: Option<bool>,
    /// Has been given what its case says of the time before the bank opened.
    pub has_past: bool,
    locked_before: bool,
}

impl Page {
    pub fn is_locked(&self) -> bool {
        self.locked_before || self.wrong_numbers >= TRIES
    }
}

/// What the bank knows of a certificate that somebody shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Superseded,
    Revoked,
    Unknown,
}

impl Books {
    fn enter(&mut self, event: Event) {
        match event {
            Event::Posted { account: None, .. } => self.anonymous_posts += 1,
            Event::Posted { account: Some(account), poll } => {
                let page = self.page_mut(account);
                *(if poll { &mut page.poll } else { &mut page.first }) += 1;
            }
            Event::RenewalPosted { account: None, .. } => self.anonymous_renewals += 1,
            Event::RenewalPosted { account: Some(account), poll } => {
                let page = self.page_mut(account);
                *(if poll { &mut page.renewal_polls } else { &mut page.renewals }) += 1;
            }
            Event::WrongNumber { account } => self.page_mut(account).wrong_numbers += 1,
            Event::LockedBefore { account } => {
                let page = self.page_mut(account);
                (page.locked_before, page.has_past) = (true, true);
            }
            Event::Unlocked { account } => {
                let page = self.page_mut(account);
                (page.locked_before, page.wrong_numbers) = (false, 0);
            }
            Event::Deferred { account, csr_sha256 } => self.page_mut(account).deferred = Some(csr_sha256),
            Event::Issued(issued) => {
                let page = self.page_mut(issued.account.clone());
                (page.deferred, page.holds) = (None, Some(issued.serial.clone()));
                self.issued.insert(issued.serial.clone(), issued);
            }
            Event::OnRecord(issued) => {
                self.page_mut(issued.account.clone()).has_past = true;
                self.on_record.insert(issued.serial.clone());
                self.issued.insert(issued.serial.clone(), issued);
            }
            Event::Superseded { serial, at } => drop(self.superseded.insert(serial, at)),
            Event::Revoked { serial, at } => drop(self.revoked.insert(serial, at)),
            Event::Laid(laid) => drop(self.laid.insert(laid.reference.clone(), laid)),
            Event::Prepared => self.prepared = self.laid.keys().cloned().collect(),
            Event::PickupsExpired => self.expired = self.laid.keys().cloned().collect(),
            Event::WrongPin { reference } => *self.wrong_pins.entry(reference).or_default() += 1,
            Event::Right { account, open } => {
                let page = self.page_mut(account);
                (page.right, page.holds, page.deferred) = (Some(open), None, None);
            }
        }
    }

    fn page_mut(&mut self, account: String) -> &mut Page {
        self.accounts.entry(account).or_default()
    }

    /// The customer's page, empty for one who never came.
    pub fn page(&self, account: &str) -> Page {
        self.accounts.get(account).cloned().unwrap_or_default()
    }

    pub fn is_prepared(&self, reference: &str) -> bool {
        self.prepared.contains(reference)
    }

    pub fn has_expired(&self, reference: &str) -> bool {
        self.expired.contains(reference)
    }

    pub fn wrong_pins(&self, reference: &str) -> u32 {
        self.wrong_pins.get(reference).copied().unwrap_or_default()
    }

    /// The certificate the customer holds now.
    pub fn held_by(&self, account: &str) -> Option<&Issued> {
        let serial = self.accounts.get(account)?.holds.as_ref()?;
        self.issued.get(serial)
    }

    /// All certificates of the customer that the bank still stands by, expired ones included.
    pub fn standing_by(&self, account: &str) -> impl Iterator<Item = &Issued> {
        let own = self.issued.values().filter(move |issued| issued.account == account);
        own.filter(|issued| self.standing(&issued.serial) == Standing::Good)
    }

    /// The certificate that is to replace this one, once it is used.
    pub fn renewal_of(&self, serial: &str) -> Option<&Issued> {
        let mut good = self.issued.values().filter(|issued| self.standing(&issued.serial) == Standing::Good);
        good.find(|issued| issued.replaces.as_deref() == Some(serial))
    }

    /// Whether this serial number was issued here and still counts; expiry is another matter.
    pub fn standing(&self, serial: &str) -> Standing {
        match self.issued.contains_key(serial) {
            false => Standing::Unknown,
            true if self.revoked.contains_key(serial) => Standing::Revoked,
            true if self.superseded.contains_key(serial) => Standing::Superseded,
            true => Standing::Good,
        }
    }

    /// What the revocation list says.
    pub fn gone(&self) -> Vec<Gone> {
        let gone = |superseded| {
            move |(serial, since): (&String, &u64)| Gone { serial: serial.clone(), since: *since, superseded }
        };
        let superseded = self.superseded.iter().filter(|(serial, _)| !self.revoked.contains_key(*serial));
        self.revoked.iter().map(gone(false)).chain(superseded.map(gone(true))).collect()
    }

    /// Certificates that were asked for here.
    pub fn asked_for(&self) -> impl Iterator<Item = &Issued> {
        self.issued.values().filter(|issued| !self.on_record.contains(&issued.serial))
    }
}

/// The open file and its sum.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    file: File,
    length: u64,
    books: Books,
}

impl Ledger {
    /// Reads what is there; a torn last line is what a kill leaves and is cut off.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut file = files::private_file()
            .read(true)
            .write(true)
            .truncate(false)
            .open(path)
            .map_err(Error::file("open", path))?;
        files::sync_parent(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(Error::file("read", path))?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut ledger = Self { path: path.to_owned(), file, length: whole as u64, books: Books::default() };
        ledger.cut_back()?;
        for (number, line) in text[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
            let event = serde_json::from_slice(line).map_err(|source| Error::Ledger {
                path: path.to_owned(),
                line: number + 1,
                source,
            })?;
            ledger.books.enter(event);
        }
        Ok(ledger)
    }

    /// Writes the events, syncs, and only then lets them count.
    pub fn record(&mut self, events: Vec<Event>) -> Result<(), Error> {
        let mut lines = Vec::new();
        for event in &events {
            serde_json::to_writer(&mut lines, event)?;
            lines.push(b'\n');
        }
        let written = self.file.write_all(&lines).and_then(|()| self.file.sync_data());
        if let Err(source) = written {
            // Half a line in the middle would make the whole ledger unreadable later.
            self.cut_back()?;
            return Err(Error::file("append to", &self.path)(source));
        }
        self.length += lines.len() as u64;
        events.into_iter().for_each(|event| self.books.enter(event));
        Ok(())
    }

    pub fn books(&self) -> &Books {
        &self.books
    }

    fn cut_back(&mut self) -> Result<(), Error> {
        self.file
            .set_len(self.length)
            .and_then(|()| self.file.seek(SeekFrom::Start(self.length)).map(drop))
            .map_err(Error::file("repair", &self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_older_bank_are_still_read() {
        let lines = [
            r#"{"event":"issued","account":"1/a","asked_key":"k","spki_sha256":"k","serial":"40","chain":[]}"#,
            r#"{"event":"superseded","serial":"40"}"#,
        ];
        let mut books = Books::default();
        for line in lines {
            books.enter(serde_json::from_str(line).expect("a line"));
        }
        assert_eq!(books.standing("40"), Standing::Superseded);
    }

    #[test]
    fn a_revoked_certificate_is_revoked_even_where_only_half_of_its_past_was_written() {
        let mut books = Books::default();
        books.enter(Event::Revoked { serial: "41".to_owned(), at: 1 });
        assert_eq!(books.standing("41"), Standing::Unknown);
        assert_eq!(books.gone().len(), 1);
    }
}

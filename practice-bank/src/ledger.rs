//! What happened, append-only: a line is on the disk before the act it tells of is answered.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Error, files};

/// One line of the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A complete POST arrived; `account` is missing for anonymous and unknown callers.
    Posted { account: Option<String>, poll: bool },
    /// A known customer gave a wrong number.
    WrongNumber { account: String },
    /// 202: the same request may come back.
    Deferred { account: String, csr_sha256: String },
    /// A certificate exists from here on, whatever becomes of the answer.
    Issued(Issued),
    /// An older certificate of the customer stopped working.
    Superseded { serial: String },
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
    /// Leaf first, base64 of DER: a replay answers with these very bytes.
    pub chain: Vec<String>,
}

/// The ledger added up.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub anonymous_posts: u64,
    pub accounts: BTreeMap<String, Page>,
    pub issued: BTreeMap<String, Issued>,
    pub superseded: Vec<String>,
}

/// One customer's page.
#[derive(Debug, Default, Clone)]
pub(crate) struct Page {
    pub first: u64,
    pub poll: u64,
    pub wrong_numbers: u32,
    pub deferred: Option<String>,
    /// Serial of the certificate the customer holds now.
    pub holds: Option<String>,
}

impl Books {
    fn enter(&mut self, event: Event) {
        match event {
            Event::Posted { account: None, .. } => self.anonymous_posts += 1,
            Event::Posted { account: Some(account), poll } => {
                let page = self.page_mut(account);
                *(if poll { &mut page.poll } else { &mut page.first }) += 1;
            }
            Event::WrongNumber { account } => self.page_mut(account).wrong_numbers += 1,
            Event::Deferred { account, csr_sha256 } => self.page_mut(account).deferred = Some(csr_sha256),
            Event::Issued(issued) => {
                let page = self.page_mut(issued.account.clone());
                page.deferred = None;
                page.holds = Some(issued.serial.clone());
                self.issued.insert(issued.serial.clone(), issued);
            }
            Event::Superseded { serial } => self.superseded.push(serial),
        }
    }

    fn page_mut(&mut self, account: String) -> &mut Page {
        self.accounts.entry(account).or_default()
    }

    /// The customer's page, empty for one who never came.
    pub fn page(&self, account: &str) -> Page {
        self.accounts.get(account).cloned().unwrap_or_default()
    }

    /// The certificate the customer holds now.
    pub fn held_by(&self, account: &str) -> Option<&Issued> {
        let serial = self.accounts.get(account)?.holds.as_ref()?;
        self.issued.get(serial)
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

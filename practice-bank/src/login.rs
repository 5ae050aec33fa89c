//! Whether a shown certificate opens the portal, by the list that the authority publishes.
//!
//! The portal believes the published file and not the books behind it: what the list does not say yet does not count
//! yet, and without a list that can be believed nobody comes in.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use crate::{
    Error, crl, files,
    holder::Holder,
    ledger::{Event, Ledger, Standing},
    office::{Office, now},
    revocation::{Listing, RevocationList},
};

/// The authority's list as a file that everybody reads, replaced with half of its life to spare.
#[derive(Debug)]
pub(crate) struct Publication {
    path: PathBuf,
    since: Mutex<Option<SystemTime>>,
}

impl Publication {
    pub fn in_folder(state: &Path) -> Self {
        Self { path: state.join("revoked.crl"), since: Mutex::default() }
    }

    fn replace(&self, list: &[u8]) -> Result<(), Error> {
        files::replace(&self.path, list)?;
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(SystemTime::now());
        Ok(())
    }

    fn is_due(&self) -> bool {
        let since = *self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let age = since.and_then(|since| since.elapsed().ok());
        age.is_none_or(|age: Duration| age > crl::FRESH / 2)
    }

    fn read(&self) -> Result<Vec<u8>, Error> {
        fs::read(&self.path).map_err(Error::file("read", &self.path))
    }
}

impl Office {
    /// The certificates that stopped working, as the authority signs it.
    pub fn revocation_list(&self) -> Result<Vec<u8>, Error> {
        self.published(&self.ledger())
    }

    /// After every event that ends a certificate, before it is answered.
    pub fn publish(&self, ledger: &Ledger) -> Result<(), Error> {
        self.publication.replace(&self.authority.revocation_list(&ledger.books().gone())?)
    }

    /// Whether the bank stands by a shown certificate. The first login with a renewed one shuts the
    /// replaced one out, on the disk before the page is shown.
    pub fn log_in(&self, holder: &Holder) -> Result<Standing, Error> {
        let mut ledger = self.ledger();
        let standing = self.standing(&ledger, &holder.serial)?;
        if standing != Standing::Good || holder.is_expired() {
            return Ok(standing);
        }
        let books = ledger.books();
        let replaced = books.issued.get(&holder.serial).and_then(|issued| issued.replaces.clone());
        if let Some(serial) = replaced.filter(|serial| books.standing(serial) == Standing::Good) {
            ledger.record(vec![Event::Superseded { serial, at: now() }])?;
            self.publish(&ledger)?;
        }
        Ok(standing)
    }

    fn standing(&self, ledger: &Ledger, serial: &str) -> Result<Standing, Error> {
        if ledger.books().standing(serial) == Standing::Unknown {
            return Ok(Standing::Unknown);
        }
        let list = self.published(ledger)?;
        let list = RevocationList::believe(&list, self.authority.issuer(), SystemTime::now())?;
        Ok(match list.look_up(serial) {
            Listing::Absent => Standing::Good,
            Listing::Revoked => Standing::Revoked,
            Listing::Superseded => Standing::Superseded,
        })
    }

    fn published(&self, ledger: &Ledger) -> Result<Vec<u8>, Error> {
        if self.publication.is_due() {
            self.publish(ledger)?;
        }
        self.publication.read()
    }
}

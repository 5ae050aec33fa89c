//! Who asked what: for people, and without anything worth stealing.

use std::{fs::File, io::Write, path::Path, sync::Mutex};

use jiff::Timestamp;

use crate::{Error, files};

/// `STATE/requests.log`.
#[derive(Debug)]
pub(crate) struct RequestLog(Mutex<File>);

impl RequestLog {
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = files::private_file().append(true).open(path).map_err(Error::file("open", path))?;
        Ok(Self(Mutex::new(file)))
    }

    /// Time, door, method, path, status, customer. The path without its query and the customer
    /// only when the bank knows it: people paste numbers into the strangest places.
    pub fn line(&self, door: &str, method: &str, path: &str, status: &str, account: &str) {
        let path: String = path.chars().take(120).collect();
        let now = Timestamp::now();
        let line = format!("{now:.3} {door} {method} {path} {status} {account}\n");
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A log that cannot be written must not stop the bank; the ledger is what counts.
        let _ = file.write_all(line.as_bytes());
    }
}

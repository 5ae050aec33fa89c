//! Where it is decided who gets a certificate: the rules, without any network.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    Account, Case, Counters, Error, Fault, Options, Replay,
    accounts::customers,
    authority::{Authority, Flavour},
    credentials::Credentials,
    csr::{Csr, Flaw},
    files,
    ledger::{Event, Issued, Ledger},
    request_log::RequestLog,
};

/// The n-th wrong number locks.
pub(crate) const TRIES: u32 = 7;

/// What becomes of one POST to simpleenroll.
#[derive(Debug)]
pub(crate) enum Decision {
    /// No credentials: ask for them.
    Challenge,
    /// Wrong ID or number; how many tries are left is told only to those who know the ID.
    WrongNumber { tries_left: Option<u32> },
    /// Too many wrong numbers.
    Locked,
    /// The certificate was taken before, or never made.
    Taken,
    /// Come back later.
    Maintenance,
    /// The request itself is wrong.
    Flawed(Flaw),
    /// 202: the same request may come back.
    Deferred,
    /// Something breaks and nothing was issued.
    Broken(Fault),
    /// Here it is; the fault may still spoil the answer.
    Issued { chain: Vec<Vec<u8>>, fault: Option<Fault> },
}

/// Everything the listeners share.
#[derive(Debug)]
pub(crate) struct Office {
    pub accounts: Vec<Account>,
    pub authority: Arc<Authority>,
    pub log: RequestLog,
    replay: Replay,
    ledger: Mutex<Ledger>,
    fault: Mutex<Option<Fault>>,
    /// Held for as long as this bank uses the folder.
    _lock: File,
}

impl Office {
    pub fn open(options: &Options) -> Result<Self, Error> {
        let state = &options.state;
        files::private_folder(state)?;
        let lock = lock(state)?;
        let accounts = customers(options.seed, options.guests);
        let list = serde_json::to_vec_pretty(&accounts)?;
        files::replace(&state.join("accounts.json"), &list)?;
        Ok(Self {
            accounts,
            authority: Arc::new(Authority::open(state)?),
            log: RequestLog::open(&state.join("requests.log"))?,
            replay: options.replay,
            ledger: Mutex::new(Ledger::open(&state.join("ledger.jsonl"))?),
            fault: Mutex::new(None),
            _lock: lock,
        })
    }

    pub fn counters(&self) -> Counters {
        Counters::from(self.ledger().books())
    }

    /// Arms a fault, or disarms with `None`.
    pub fn set_fault(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// The account with this name, when the bank has one.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id() == id)
    }

    /// Whether this serial number was issued here, and is still the customer's current one.
    pub fn standing(&self, serial: &str) -> Standing {
        let ledger = self.ledger();
        let books = ledger.books();
        match books.issued.contains_key(serial) {
            false => Standing::Unknown,
            true if books.superseded.iter().any(|old| old == serial) => Standing::Superseded,
            true => Standing::Good,
        }
    }

    /// Decides one complete POST. Everything the decision changes is on the disk on return.
    pub fn decide(&self, credentials: Option<&Credentials>, csr: &Result<Csr, Flaw>) -> Result<Decision, Error> {
        // One at a time, so that two requests can never share one right to take.
        let mut ledger = self.ledger();
        let account = credentials.and_then(|given| self.account(&given.user));
        let poll = account.is_some_and(|account| is_poll(&ledger, account, csr));
        ledger.record(vec![Event::Posted { account: account.map(Account::id), poll }])?;
        let Some(given) = credentials else {
            return Ok(Decision::Challenge);
        };
        let Some(account) = account else {
            return Ok(Decision::WrongNumber { tries_left: None });
        };
        if let Some(refusal) = admit(&mut ledger, account, &given.password)? {
            return Ok(refusal);
        }
        match csr {
            Ok(csr) => self.serve(&mut ledger, account, csr, poll),
            Err(flaw) => Ok(Decision::Flawed(*flaw)),
        }
    }

    /// A known customer with a sound request: replay rule, faults, issue.
    fn serve(&self, ledger: &mut Ledger, account: &Account, csr: &Csr, poll: bool) -> Result<Decision, Error> {
        let held = ledger.books().held_by(&account.id()).cloned();
        let may_ask = match &held {
            None => account.case != Case::Taken,
            Some(held) => self.replay != Replay::Refuse && held.asked_key == csr.key_sha256,
        };
        if !may_ask {
            return Ok(Decision::Taken);
        }
        let fault = self.take_fault();
        match (fault, &held) {
            (Some(outage @ (Fault::Hang | Fault::ServerError | Fault::HtmlError)), _) => Ok(Decision::Broken(outage)),
            (Some(Fault::Pending), None) if !poll => defer(ledger, account, csr),
            (_, Some(held)) if self.replay == Replay::Same => Ok(Decision::Issued { chain: unpack(held)?, fault }),
            _ => self.issue(ledger, account, csr, held.map(|held| held.serial), fault),
        }
    }

    fn issue(
        &self,
        ledger: &mut Ledger,
        account: &Account,
        csr: &Csr,
        supersedes: Option<String>,
        fault: Option<Fault>,
    ) -> Result<Decision, Error> {
        let flavour = match fault {
            Some(Fault::OtherKey) => Flavour::OtherKey,
            Some(Fault::NotClientAuth) => Flavour::NotClientAuth,
            Some(Fault::OtherIssuer) => Flavour::OtherIssuer,
            _ => Flavour::Regular,
        };
        let issue = self.authority.issue(&account.common_name(), &csr.key, flavour)?;
        let mut events: Vec<Event> = supersedes.map(|serial| Event::Superseded { serial }).into_iter().collect();
        events.push(Event::Issued(Issued {
            account: account.id(),
            asked_key: csr.key_sha256.clone(),
            spki_sha256: issue.spki_sha256,
            serial: issue.serial,
            chain: issue.chain.iter().map(|der| STANDARD.encode(der)).collect(),
        }));
        ledger.record(events)?;
        Ok(Decision::Issued { chain: issue.chain, fault })
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_fault(&self) -> Option<Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What the bank knows of a certificate that somebody shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Superseded,
    Unknown,
}

/// The customer's standing and number; a wrong number is on the disk before it is answered.
fn admit(ledger: &mut Ledger, account: &Account, password: &str) -> Result<Option<Decision>, Error> {
    if account.case == Case::Maintenance {
        return Ok(Some(Decision::Maintenance));
    }
    let wrong = ledger.books().page(&account.id()).wrong_numbers;
    if wrong >= TRIES {
        return Ok(Some(Decision::Locked));
    }
    if password == account.basic_password() {
        return Ok(None);
    }
    ledger.record(vec![Event::WrongNumber { account: account.id() }])?;
    Ok(Some(match TRIES - wrong - 1 {
        0 => Decision::Locked,
        left => Decision::WrongNumber { tries_left: Some(left) },
    }))
}

/// The very request that got a 202 before (RFC 7030 §4.2.3).
fn is_poll(ledger: &Ledger, account: &Account, csr: &Result<Csr, Flaw>) -> bool {
    let deferred = ledger.books().page(&account.id()).deferred;
    matches!((csr, deferred), (Ok(csr), Some(deferred)) if csr.csr_sha256 == deferred)
}

fn defer(ledger: &mut Ledger, account: &Account, csr: &Csr) -> Result<Decision, Error> {
    ledger.record(vec![Event::Deferred { account: account.id(), csr_sha256: csr.csr_sha256.clone() }])?;
    Ok(Decision::Deferred)
}

/// The bytes of the first answer again.
fn unpack(held: &Issued) -> Result<Vec<Vec<u8>>, Error> {
    let damaged = |_| Error::Der(der::ErrorKind::Failed.into());
    held.chain.iter().map(|der| STANDARD.decode(der).map_err(damaged)).collect()
}

/// The system lets go of the lock when the process ends, however it ends.
fn lock(state: &Path) -> Result<File, Error> {
    let path = state.join("lock");
    let file = files::private_file().write(true).truncate(false).open(&path).map_err(Error::file("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy(state.to_owned())),
        Err(TryLockError::Error(source)) => Err(Error::file("lock", path)(source)),
    }
}

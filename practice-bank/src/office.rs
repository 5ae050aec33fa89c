//! Where it is decided who gets a certificate: the rules, without any network.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use der::Decode;
use x509_cert::name::Name;

use crate::{
    Account, Case, Counters, Error, Fault, Manners, Oddity, Options, Pickup, Replay,
    accounts::customers,
    authority::{Authority, Commission, Flavour},
    certificate,
    credentials::Credentials,
    csr::{Csr, Flaw},
    decision::{Decision, RetryAfter},
    files,
    holder::Holder,
    ledger::{Event, Issued, Ledger, Standing},
    login::Publication,
    oddity::Oddities,
    past,
    request_log::RequestLog,
    rules::{self, Closed, TRIES},
};

/// A sound request of a customer who has shown who it is.
struct Order<'a> {
    account: &'a Account,
    csr: &'a Csr,
    poll: bool,
    /// What the same wish was answered with before.
    held: Option<Issued>,
    /// The certificate to be replaced when the new one is first used.
    replaces: Option<String>,
    /// The name to keep; a customer without a certificate is given one.
    subject: Option<Name>,
}

/// Everything the listeners share.
#[derive(Debug)]
pub(crate) struct Office {
    pub accounts: Vec<Account>,
    pub authority: Arc<Authority>,
    pub log: RequestLog,
    pub oddities: Oddities,
    pub csrattrs: bool,
    pub publication: Publication,
    pub pickup: Pickup,
    replay: Replay,
    ledger: Mutex<Ledger>,
    fault: Mutex<Option<Fault>>,
    /// Held for as long as this bank uses the folder.
    _lock: File,
}

impl Office {
    pub fn open(options: &Options, manners: &Manners) -> Result<Self, Error> {
        let state = &options.state;
        files::private_folder(state)?;
        let lock = lock(state)?;
        let accounts = customers(options.seed, options.guests);
        let list = serde_json::to_vec_pretty(&accounts)?;
        files::replace(&state.join("accounts.json"), &list)?;
        let authority = Authority::open(state)?;
        let mut ledger = Ledger::open(&state.join("ledger.jsonl"))?;
        past::remember(&mut ledger, &authority, &accounts, state)?;
        let office = Self {
            accounts,
            authority: Arc::new(authority),
            log: RequestLog::open(&state.join("requests.log"))?,
            oddities: Oddities::new(manners.oddities.iter().copied()),
            csrattrs: manners.csrattrs,
            publication: Publication::in_folder(state),
            pickup: manners.pickup,
            replay: options.replay,
            ledger: Mutex::new(ledger),
            fault: Mutex::new(None),
            _lock: lock,
        };
        office.publish(&office.ledger())?;
        Ok(office)
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

    /// The customer to whom this serial number was issued.
    pub fn account_of(&self, serial: &str) -> Option<&Account> {
        let name = self.ledger().books().issued.get(serial)?.account.clone();
        self.account(&name)
    }

    /// Decides one complete POST to simpleenroll or of the enrollment form. Everything it changes is on the disk on return.
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
            Ok(csr) => self.enroll(&mut ledger, account, csr, poll),
            Err(flaw) => Ok(Decision::Flawed(*flaw)),
        }
    }

    /// Decides one complete POST to simplereenroll (RFC 7030 §4.2.2). What counts is the certificate
    /// that is shown; no number is asked for, and none can be wrong.
    pub fn renew(&self, shown: Option<&Holder>, csr: &Result<Csr, Flaw>) -> Result<Decision, Error> {
        let mut ledger = self.ledger();
        let issued = shown.and_then(|shown| ledger.books().issued.get(&shown.serial).cloned());
        let account = issued.and_then(|issued| self.account(&issued.account));
        let poll = account.is_some_and(|account| is_poll(&ledger, account, csr));
        ledger.record(vec![Event::RenewalPosted { account: account.map(Account::id), poll }])?;
        let (Some(shown), Some(account)) = (shown, account) else {
            return Ok(Decision::NoCertificate);
        };
        match ledger.books().standing(&shown.serial) {
            Standing::Unknown => Ok(Decision::NoCertificate),
            Standing::Revoked => Ok(Decision::RevokedCertificate),
            Standing::Superseded => Ok(Decision::OldCertificate),
            Standing::Good if shown.is_expired() => Ok(Decision::ExpiredCertificate),
            Standing::Good => match csr {
                Ok(csr) => self.reenroll(&mut ledger, account, shown, csr, poll),
                Err(flaw) => Ok(Decision::Flawed(*flaw)),
            },
        }
    }

    /// A known customer with a sound request.
    fn enroll(&self, ledger: &mut Ledger, account: &Account, csr: &Csr, poll: bool) -> Result<Decision, Error> {
        let books = ledger.books();
        let held = books.held_by(&account.id()).cloned();
        if held.is_none()
            && let Some(closed) = rules::closed(account.case, &books.page(&account.id()))
        {
            return Ok(Decision::Closed(closed));
        }
        // A renewal that is asked for again in this way still replaces what it was to replace.
        let replaces = held.as_ref().and_then(|held| held.replaces.clone());
        self.fulfil(ledger, Order { account, csr, poll, held, replaces, subject: None })
    }

    /// A good certificate with a sound request.
    fn reenroll(
        &self,
        ledger: &mut Ledger,
        account: &Account,
        shown: &Holder,
        csr: &Csr,
        poll: bool,
    ) -> Result<Decision, Error> {
        if csr.subject != shown.subject || csr.wants_alternative_name {
            return Ok(Decision::Flawed(Flaw::Subject));
        }
        let held = ledger.books().renewal_of(&shown.serial).cloned();
        let subject = Some(Name::from_der(&shown.subject)?);
        self.fulfil(ledger, Order { account, csr, poll, held, replaces: Some(shown.serial.clone()), subject })
    }

    /// Replay rule, oddities, faults, issue.
    fn fulfil(&self, ledger: &mut Ledger, order: Order<'_>) -> Result<Decision, Error> {
        let may_ask = |held: &Issued| self.replay != Replay::Refuse && held.asked_key == order.csr.key_sha256;
        if !order.held.as_ref().is_none_or(may_ask) {
            return Ok(Decision::Closed(Closed::NothingThere));
        }
        let is_new = order.held.is_none() && !order.poll;
        if order.held.is_none()
            && let Some(retry_after) = self.deferral(order.poll)
        {
            return defer(ledger, &order, retry_after);
        }
        let fault = self.take_fault();
        match (fault, &order.held) {
            (Some(outage @ (Fault::Hang | Fault::ServerError | Fault::HtmlError)), _) => Ok(Decision::Broken(outage)),
            (Some(Fault::Pending), _) if is_new => defer(ledger, &order, RetryAfter::Seconds),
            (_, Some(held)) if self.replay == Replay::Same => Ok(Decision::Issued { chain: unpack(held)?, fault }),
            _ => self.issue(ledger, order, fault),
        }
    }

    fn issue(&self, ledger: &mut Ledger, order: Order<'_>, fault: Option<Fault>) -> Result<Decision, Error> {
        let flavour = match fault {
            Some(Fault::OtherKey) => Flavour::OtherKey,
            Some(Fault::NotClientAuth) => Flavour::NotClientAuth,
            Some(Fault::OtherIssuer) => Flavour::OtherIssuer,
            _ => Flavour::Regular,
        };
        let subject = match order.subject {
            Some(subject) => subject,
            None => {
                let wordy = self.oddities.take(Oddity::ExtraAttributes);
                certificate::customer_name(&order.account.common_name(), wordy)?
            }
        };
        let commission = Commission { subject, key: &order.csr.key, flavour, since: SystemTime::now() };
        let issue = self.authority.issue(commission)?;
        let superseded = order.held.map(|held| Event::Superseded { serial: held.serial, at: now() });
        let ends_one = superseded.is_some();
        let mut events: Vec<Event> = superseded.into_iter().collect();
        events.push(Event::Issued(Issued {
            account: order.account.id(),
            asked_key: order.csr.key_sha256.clone(),
            spki_sha256: issue.spki_sha256,
            serial: issue.serial,
            replaces: order.replaces,
            chain: issue.chain.iter().map(|der| STANDARD.encode(der)).collect(),
        }));
        ledger.record(events)?;
        if ends_one {
            self.publish(ledger)?;
        }
        Ok(Decision::Issued { chain: issue.chain, fault })
    }

    fn deferral(&self, poll: bool) -> Option<RetryAfter> {
        if poll {
            return self.oddities.take(Oddity::RetryAfterAgain).then_some(RetryAfter::Seconds);
        }
        let kinds = [Oddity::RetryAfterSeconds, Oddity::RetryAfterDate, Oddity::RetryAfterMissing];
        self.oddities.take_one_of(&kinds).map(|kind| match kind {
            Oddity::RetryAfterDate => RetryAfter::Date,
            Oddity::RetryAfterMissing => RetryAfter::Missing,
            _ => RetryAfter::Seconds,
        })
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn take_fault(&self) -> Option<Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The customer's standing and number; a wrong number is on the disk before it is answered.
fn admit(ledger: &mut Ledger, account: &Account, password: &str) -> Result<Option<Decision>, Error> {
    if account.case == Case::Maintenance {
        return Ok(Some(Decision::Maintenance));
    }
    Ok(match count(ledger, account, password == account.basic_password())? {
        Count::Right => None,
        Count::Locked => Some(Decision::Locked),
        Count::Wrong { tries_left } => Some(Decision::WrongNumber { tries_left: Some(tries_left) }),
    })
}

/// What a number, right or wrong, leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Right,
    Wrong { tries_left: u32 },
    Locked,
}

/// A wrong number is on the disk before it is answered; a lock holds against the right one too.
pub(crate) fn count(ledger: &mut Ledger, account: &Account, is_right: bool) -> Result<Count, Error> {
    let page = ledger.books().page(&account.id());
    if page.is_locked() {
        return Ok(Count::Locked);
    }
    if is_right {
        return Ok(Count::Right);
    }
    ledger.record(vec![Event::WrongNumber { account: account.id() }])?;
    Ok(match TRIES - page.wrong_numbers - 1 {
        0 => Count::Locked,
        tries_left => Count::Wrong { tries_left },
    })
}

/// Unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The very request that got a 202 before (RFC 7030 §4.2.3).
fn is_poll(ledger: &Ledger, account: &Account, csr: &Result<Csr, Flaw>) -> bool {
    let deferred = ledger.books().page(&account.id()).deferred;
    matches!((csr, deferred), (Ok(csr), Some(deferred)) if csr.csr_sha256 == deferred)
}

fn defer(ledger: &mut Ledger, order: &Order<'_>, retry_after: RetryAfter) -> Result<Decision, Error> {
    let csr_sha256 = order.csr.csr_sha256.clone();
    ledger.record(vec![Event::Deferred { account: order.account.id(), csr_sha256 }])?;
    Ok(Decision::Deferred(retry_after))
}

/// The bytes of the first answer again.
pub(crate) fn unpack(held: &Issued) -> Result<Vec<Vec<u8>>, Error> {
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

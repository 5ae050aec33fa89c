//! Pick-up later: an application over the old pages is answered with a receipt, and the certificate is handed out for
//! its reference and a PIN that the bank sends by another road.

use crate::{
    Error,
    decision::Decision,
    fault::Fault,
    ledger::{Event, Laid},
    office::{Office, now, unpack},
    rules::Closed,
};

/// So many wrong PINs lock the reference.
const TRIES: u32 = 3;
/// What the "not yet" page says of the time, in minutes.
pub(crate) const READY_IN: u32 = 2;

/// How the bank hands out what was applied for over the old pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pickup {
    /// At once, as in the manual.
    #[default]
    AtOnce,
    /// For a receipt and a PIN, once [`crate::Bank::prepare_pickups`] has been called.
    WhenPrepared,
    /// For a receipt and a PIN, so many seconds after the application.
    After(u64),
}

/// What the bank sends by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// As the receipt has it.
    pub reference: String,
    /// For nobody but the customer.
    pub pin: String,
}

/// What becomes of somebody who comes with a reference and a PIN.
#[derive(Debug)]
pub(crate) enum Claimed {
    /// The account, and what any other request would lead to.
    Decided {
        account: String,
        decision: Decision,
    },
    NotReady,
    /// `None`: nobody's reference, and nothing is told of tries.
    WrongPin {
        tries_left: Option<u32>,
    },
    PinLocked,
}

impl Office {
    /// A receipt for what has just been issued; the same one for the same certificate.
    pub fn lay_ready(&self, account: &str) -> Result<Option<String>, Error> {
        let mut ledger = self.ledger();
        let Some(issued) = ledger.books().held_by(account).cloned() else { return Ok(None) };
        if let Some(laid) = ledger.books().laid.values().find(|laid| laid.serial == issued.serial) {
            return Ok(Some(laid.reference.clone()));
        }
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes)?;
        let number = u64::from_be_bytes(bytes);
        let reference = format!("R-{:06}-{:02}", number % 1_000_000, ledger.books().laid.len());
        let pin = format!("{:06}", number / 1_000_000 % 1_000_000);
        let laid = Laid { reference: reference.clone(), pin, serial: issued.serial, at: now() };
        ledger.record(vec![Event::Laid(laid)])?;
        Ok(Some(reference))
    }

    /// The letters to a customer, the last one last.
    pub fn letters(&self, account: &str) -> Vec<Letter> {
        let ledger = self.ledger();
        let own =
            |laid: &&Laid| ledger.books().issued.get(&laid.serial).is_some_and(|issued| issued.account == account);
        let mut laid: Vec<&Laid> = ledger.books().laid.values().filter(own).collect();
        laid.sort_by_key(|laid| laid.at);
        laid.into_iter().map(|laid| Letter { reference: laid.reference.clone(), pin: laid.pin.clone() }).collect()
    }

    pub fn prepare_pickups(&self) -> Result<(), Error> {
        self.ledger().record(vec![Event::Prepared])
    }

    pub fn expire_pickups(&self) -> Result<(), Error> {
        self.ledger().record(vec![Event::PickupsExpired])
    }

    /// Decides one POST of the pick-up form. Everything it changes is on the disk on return.
    pub fn pick_up(&self, reference: &str, pin: &str) -> Result<Claimed, Error> {
        let mut ledger = self.ledger();
        let laid = ledger.books().laid.get(reference).cloned();
        let issued = laid.as_ref().and_then(|laid| ledger.books().issued.get(&laid.serial)).cloned();
        let account = issued.as_ref().map(|issued| issued.account.clone());
        ledger.record(vec![Event::Posted { account: account.clone(), poll: true }])?;
        let (Some(laid), Some(issued), Some(account)) = (laid, issued, account) else {
            return Ok(Claimed::WrongPin { tries_left: None });
        };
        let wrong = ledger.books().wrong_pins(reference);
        if wrong >= TRIES {
            return Ok(Claimed::PinLocked);
        }
        if laid.pin != pin {
            ledger.record(vec![Event::WrongPin { reference: reference.to_owned() }])?;
            let left = TRIES - wrong - 1;
            return Ok(if left == 0 { Claimed::PinLocked } else { Claimed::WrongPin { tries_left: Some(left) } });
        }
        if ledger.books().has_expired(reference) {
            return Ok(Claimed::Decided { account, decision: Decision::Closed(Closed::PickupExpired) });
        }
        let is_ready = match self.pickup {
            Pickup::After(seconds) => now() >= laid.at + seconds,
            Pickup::AtOnce | Pickup::WhenPrepared => ledger.books().is_prepared(reference),
        };
        if !is_ready {
            return Ok(Claimed::NotReady);
        }
        drop(ledger);
        let decision = match self.take_fault() {
            Some(outage @ (Fault::Hang | Fault::ServerError | Fault::HtmlError)) => Decision::Broken(outage),
            fault => Decision::Issued { chain: unpack(&issued)?, fault },
        };
        Ok(Claimed::Decided { account, decision })
    }
}

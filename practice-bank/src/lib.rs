//! れんしゅう信用金庫: a bank that exists only on this machine.
//!
//! One process holds what a customer's bank has on the other side of the wire: a certificate
//! authority that speaks EST (RFC 7030, RFC 8951) and, as of old, in web forms, and a portal that
//! lets in whoever shows one of its certificates. It is for practice, demo and tests, listens on
//! 127.0.0.1 only, knows seventeen fictional customers, one of them the 管理者, and writes 「練習用」
//! across every page.
//!
//! ```no_run
//! use practice_bank::{Bank, Fault, Oddity, Options, Replay};
//!
//! let bank = Bank::start(Options { replay: Replay::Refuse, ..Options::in_folder("state") })?;
//! bank.fault(Fault::Truncate);
//! bank.oddity(Oddity::MissingChain);
//! println!("{} posts so far", bank.counters().first);
//! # Ok::<(), practice_bank::Error>(())
//! ```
//!
//! In reading order: `office` decides who gets a certificate by the `rules`, `desk` lets the 管理者
//! change that, `ledger` remembers it across a kill, `authority` signs, `login` believes
//! its published list, `est`, `webform` and `portal`
//! speak HTTP, `doors` and `tls` listen.

mod accounts;
mod addresses;
mod authority;
mod bank;
mod certificate;
mod counters;
mod credentials;
mod crl;
mod csr;
mod csr_attributes;
mod decision;
mod dertree;
mod desk;
mod desk_page;
mod doors;
mod error;
mod est;
mod fault;
mod files;
mod form;
mod holder;
mod ledger;
mod login;
mod oddity;
mod office;
mod options;
mod packaging;
mod page;
mod past;
mod pickup;
mod pkcs7;
mod portal;
mod refusal;
mod reply;
mod request_log;
mod revocation;
mod rules;
mod spelling;
mod tls;
mod webform;

pub use accounts::{Account, Case};
pub use bank::{Bank, Ready};
pub use counters::{AccountCounters, Counters};
pub use error::Error;
pub use fault::Fault;
pub use oddity::{Oddity, UnknownOddity};
pub use options::{Manners, Options, Replay, UnknownReplay};
pub use pickup::{Letter, Pickup};
pub use revocation::Unbelievable;

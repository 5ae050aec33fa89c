//! れんしゅう信用金庫: a bank that exists only on this machine.
//!
//! One process holds what a customer's bank has on the other side of the wire: a certificate
//! authority that speaks EST (RFC 7030, RFC 8951) and a portal that lets in whoever shows one
//! of its certificates. It is for practice, demo and tests, listens on 127.0.0.1 only, knows
//! nine fictional customers and writes 「練習用」 across every page.
//!
//! ```no_run
//! use practice_bank::{Bank, Fault, Options, Replay};
//!
//! let bank = Bank::start(Options {
//!     listen: ([127, 0, 0, 1], 0).into(),
//!     state: "state".into(),
//!     seed: 1,
//!     guests: 0,
//!     replay: Replay::Same,
//! })?;
//! bank.fault(Fault::Truncate);
//! println!("{} posts so far", bank.counters().first);
//! # Ok::<(), practice_bank::Error>(())
//! ```
//!
//! In reading order: `office` decides who gets a certificate, `ledger` remembers it across a
//! kill, `authority` signs, `est` and `portal` speak HTTP, `doors` and `tls` listen.

mod accounts;
mod addresses;
mod authority;
mod bank;
mod certificate;
mod counters;
mod credentials;
mod csr;
mod dertree;
mod doors;
mod error;
mod est;
mod fault;
mod files;
mod holder;
mod ledger;
mod office;
mod options;
mod page;
mod pkcs7;
mod portal;
mod reply;
mod request_log;
mod tls;

pub use accounts::{Account, Case};
pub use bank::{Bank, Ready};
pub use counters::{AccountCounters, Counters};
pub use error::Error;
pub use fault::Fault;
pub use options::{Options, Replay, UnknownReplay};

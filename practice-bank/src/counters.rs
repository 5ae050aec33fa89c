use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ledger::{Books, Page};

/// How often the bank was asked, and what it gave; survives a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// POSTs to simpleenroll and of the enrollment form that were no polls, those of unknown callers included.
    pub first: u64,
    /// POSTs that repeated a request after a 202, or after 「後ほど」 at the old pages.
    pub poll: u64,
    /// POSTs to simplereenroll that were no polls, those without a known certificate included.
    #[serde(default)]
    pub renewals: u64,
    /// POSTs to simplereenroll that repeated a request after a 202.
    #[serde(default)]
    pub renewal_polls: u64,
    /// Certificates per key, by the SHA-256 of its SubjectPublicKeyInfo in lower-case hex.
    pub issues_per_key: BTreeMap<String, u64>,
    /// The same by customer, named `contract_id/user_id`.
    pub by_account: BTreeMap<String, AccountCounters>,
}

/// The part of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountCounters {
    /// POSTs to simpleenroll and of the enrollment form that were no polls.
    pub first: u64,
    /// POSTs to simpleenroll and of the enrollment form that repeated a request after a 202.
    pub poll: u64,
    /// POSTs to simplereenroll that were no polls.
    #[serde(default)]
    pub renewals: u64,
    /// POSTs to simplereenroll that repeated a request after a 202.
    #[serde(default)]
    pub renewal_polls: u64,
    /// Certificates issued, replays of the same bytes not counted.
    pub issued: u64,
    /// Wrong numbers since the lock was last released; the seventh locks.
    pub wrong_numbers: u32,
}

impl From<&Books> for Counters {
    fn from(books: &Books) -> Self {
        let mut counters = Self { first: books.anonymous_posts, renewals: books.anonymous_renewals, ..Self::default() };
        for (account, page) in &books.accounts {
            counters.first += page.first;
            counters.poll += page.poll;
            counters.renewals += page.renewals;
            counters.renewal_polls += page.renewal_polls;
            counters.by_account.insert(account.clone(), AccountCounters::from(page));
        }
        for issued in books.asked_for() {
            *counters.issues_per_key.entry(issued.spki_sha256.clone()).or_default() += 1;
            counters.by_account.entry(issued.account.clone()).or_default().issued += 1;
        }
        counters
    }
}

impl From<&Page> for AccountCounters {
    fn from(page: &Page) -> Self {
        Self {
            first: page.first,
            poll: page.poll,
            renewals: page.renewals,
            renewal_polls: page.renewal_polls,
            issued: 0,
            wrong_numbers: page.wrong_numbers,
        }
    }
}

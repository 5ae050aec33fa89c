use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ledger::Books;

/// How often the bank was asked, and what it gave; survives a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// POSTs to simpleenroll that were no polls, those of unknown callers included.
    pub first: u64,
    /// POSTs that repeated a request after a 202.
    pub poll: u64,
    /// Certificates per key, by the SHA-256 of its SubjectPublicKeyInfo in lower-case hex.
    pub issues_per_key: BTreeMap<String, u64>,
    /// The same by customer, named `contract_id/user_id`.
    pub by_account: BTreeMap<String, AccountCounters>,
}

/// The part of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountCounters {
    /// POSTs that were no polls.
    pub first: u64,
    /// POSTs that repeated a request after a 202.
    pub poll: u64,
    /// Certificates issued, replays of the same bytes not counted.
    pub issued: u64,
    /// Wrong numbers so far; the seventh locks.
    pub wrong_numbers: u32,
}

impl From<&Books> for Counters {
    fn from(books: &Books) -> Self {
        let mut counters = Self { first: books.anonymous_posts, ..Self::default() };
        for (account, page) in &books.accounts {
            counters.first += page.first;
            counters.poll += page.poll;
            let entry = counters.by_account.entry(account.clone()).or_default();
            (entry.first, entry.poll) = (page.first, page.poll);
            entry.wrong_numbers = page.wrong_numbers;
        }
        for issued in books.issued.values() {
            *counters.issues_per_key.entry(issued.spki_sha256.clone()).or_default() += 1;
            counters.by_account.entry(issued.account.clone()).or_default().issued += 1;
        }
        counters
    }
}

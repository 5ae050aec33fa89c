//! The CA's answer: every kind that is wrong, mutants of the good ones held against OpenSSL's verdict, NIST's and
//! Wycheproof's cases.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod der;
mod judge;
mod kinds;
#[path = "../protocol/make.rs"]
#[allow(dead_code, reason = "made for other tests too")]
mod make;
mod mutants;
mod openssl;
mod paper;
mod pkits;
mod planted;
#[path = "../support/peer_programs.rs"]
#[allow(dead_code, reason = "made for other tests too")]
mod programs;
mod session;
#[path = "../support/table.rs"]
#[allow(dead_code, reason = "made for other tests too")]
mod table;
mod wrong;
mod wycheproof;

//! Shirushi (印・証): gets a bank's client certificate into the browser's own key store, and loses none on the way.
//!
//! The tour, in reading order: what is true ([`domain`]) → what happened ([`journal`]) → where the key lives
//! ([`keystore`]) → what is said to the bank ([`protocol`]) → one enrollment ([`session`]) → what a person sees
//! ([`page`], [`i18n`]) → the story of the pages ([`wizard`]) → the window ([`ui`]), the terminal ([`text`]) and the
//! command line ([`cli`]) → what is asked of the desktop around them ([`desktop`]).

pub mod cli;
pub mod compose;
pub mod desktop;
pub mod domain;
pub mod i18n;
pub mod journal;
pub mod keystore;
pub mod page;
pub mod process;
pub mod protocol;
pub mod session;
pub mod text;
#[cfg(feature = "gui")]
pub mod ui;
pub mod wizard;

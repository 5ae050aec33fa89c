use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use crate::{Oddity, Pickup};

/// How the bank is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address of the EST listener; only 127.0.0.1, port 0 for any.
    pub listen: SocketAddr,
    /// Folder for everything that must outlive a kill.
    pub state: PathBuf,
    /// Determines the fictional customers' numbers.
    pub seed: u64,
    /// Further customers who get a certificate, for tests that need many.
    pub guests: usize,
    /// What a second request from a served customer gets.
    pub replay: Replay,
}

impl Options {
    /// A bank in this folder, at any free port, with seed 1, without guests, giving the same twice.
    #[must_use]
    pub fn in_folder(state: impl Into<PathBuf>) -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { listen, state: state.into(), seed: 1, guests: 0, replay: Replay::default() }
    }
}

/// How the authority behaves beyond what every client needs; a plain one by default.
#[derive(Debug, Clone, Default)]
pub struct Manners {
    /// Whether csrattrs says something instead of 204 (RFC 7030 §4.5.2).
    pub csrattrs: bool,
    /// Whether the profile sends renewals to simplereenroll, which is there in any case, instead of the bank's pages.
    pub renewal: bool,
    /// How the old pages hand out what was applied for.
    pub pickup: Pickup,
    /// What it always does.
    pub oddities: Vec<Oddity>,
    /// Bytes of a TLS record at most (RFC 8446 §5.1); `None`: as long as they may be. Short ones let a relay stop an
    /// answer in its middle.
    pub longest_record: Option<usize>,
}

/// What happens when a customer who already took a certificate asks again.
///
/// EST has no query by transaction (RFC 7030 says nothing about a lost answer), so every
/// authority has a rule of its own; these are the three that can be told apart from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replay {
    /// The same key gets the same certificate, byte for byte; another key gets nothing.
    #[default]
    Same,
    /// Nobody gets anything twice.
    Refuse,
    /// The same key gets a new certificate and the older one stops working.
    New,
}

impl Replay {
    /// The word used in profiles and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Refuse => "refuse",
            Self::New => "new",
        }
    }
}

/// A word that is none of `same`, `refuse`, `new`.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the replay rule is same, refuse or new")]
pub struct UnknownReplay;

impl FromStr for Replay {
    type Err = UnknownReplay;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Same, Self::Refuse, Self::New].into_iter().find(|rule| rule.as_str() == word).ok_or(UnknownReplay)
    }
}

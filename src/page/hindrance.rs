//! What stops an enrollment on this side before the bank is asked: the clock of this PC, the network around it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Row, parts::row};
use crate::{
    i18n::{Words, lines, say},
    protocol::{LoginDemand, ProxyStop, StopReason},
};

/// This PC's time, and what says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clocks {
    /// The CA's clock, seen at the same moment.
    Server { here: Timestamp, server: Timestamp },
    /// The dates of the server's certificate, which is right in everything else.
    Certificate { here: Timestamp, from: Timestamp, until: Timestamp },
    /// The dates of the certificate that has come, which is right in everything else.
    Received { here: Timestamp, from: Timestamp, until: Timestamp },
    /// The day on which this program was built; nobody was asked.
    Built { here: Timestamp, built: Date },
}

/// Somebody on the user's side of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roadblock {
    Proxy(ProxyStop),
    /// A proxy that asks for a login, where no page could ask for it.
    Login(LoginDemand),
    Inspection {
        by: String,
    },
}

impl Clocks {
    /// What this PC's clock shows, beside what it should fit.
    pub(super) fn told(self, zone: &TimeZone, words: &Words) -> Vec<String> {
        match self {
            Self::Server { here, server } => vec![
                say!(words, "setback", "clock-here", time = words.moment(here, zone)),
                say!(words, "setback", "clock-server", time = words.moment(server, zone)),
            ],
            Self::Certificate { here, from, until } => vec![
                say!(words, "setback", "clock-here", time = words.moment(here, zone)),
                say!(
                    words,
                    "setback",
                    "clock-certificate",
                    from = words.day_of(from, zone),
                    until = words.day_of(until, zone)
                ),
            ],
            Self::Received { here, from, until } => received(here, from, until, zone, words),
            Self::Built { here, built } => {
                lines!(words, "setback", "clock-built", here = words.day_of(here, zone), built = words.date(built))
            }
        }
    }
}

/// A certificate that has come, and is over by this PC's clock.
pub(super) fn received(
    here: Timestamp,
    from: Timestamp,
    until: Timestamp,
    zone: &TimeZone,
    words: &Words,
) -> Vec<String> {
    let (from, until) = (words.day_of(from, zone), words.day_of(until, zone));
    vec![
        say!(words, "setback", "clock-here", time = words.moment(here, zone)),
        say!(words, "setback", "clock-received", from = from, until = until),
    ]
}

impl Roadblock {
    /// The row that says who stands in the way.
    pub(super) fn row(&self, words: &Words) -> Row {
        let (key, who) = match self {
            Self::Inspection { by } => {
                (say!(words, "setback", "inspector"), say!(words, "setback", "inspector-name", by = by))
            }
            Self::Login(demand) => (say!(words, "proxy-login", "proxy"), demand.proxy.to_string()),
            Self::Proxy(stop) => (say!(words, "proxy-login", "proxy"), stopped_by(stop, words)),
        };
        row(key, vec![who])
    }
}

fn stopped_by(ProxyStop { proxy, reason }: &ProxyStop, words: &Words) -> String {
    let proxy = proxy.to_string();
    match reason {
        StopReason::Refused(status) => {
            say!(words, "setback", "proxy-refused", proxy = proxy, status = status.to_string())
        }
        StopReason::NoAnswer => say!(words, "setback", "proxy-silent", proxy = proxy),
        StopReason::NotTrusted => say!(words, "setback", "proxy-untrusted", proxy = proxy),
        StopReason::OtherLogin(schemes) => {
            say!(words, "setback", "proxy-schemes", proxy = proxy, schemes = schemes.join(", "))
        }
        StopReason::OtherKind(scheme) => say!(words, "setback", "proxy-schemes", proxy = proxy, schemes = scheme),
    }
}

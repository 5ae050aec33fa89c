//! Every way in which it can stop, in words: what happened, what is known of the certificate, whether trying again can
//! do harm, who acts and how.

use std::collections::HashMap;

use super::{
    Row,
    parts::{answer_row, row},
    setback::SetbackFacts,
};
use crate::{
    domain::{Profile, ProtocolName, Role},
    i18n::{Argument, Words, lines, lines_of, say},
    session::{Code, Issued, Means},
};

/// The words of one code.
#[derive(Debug, Clone)]
pub(super) struct Advice {
    pub title: String,
    pub lead: Vec<String>,
    /// Whether trying again can do harm while nothing is issued.
    pub again: Vec<String>,
    pub who: String,
    pub next: Vec<Vec<String>>,
}

/// What messages may mention. One map for all of them: ids and attributes are checked when compiling, and a test looks
/// for places that stayed unfilled.
type Places = HashMap<&'static str, String>;

macro_rules! told {
    ($words:expr, $places:expr, $($id:literal),+) => {
        lines_of(&$words.finish(i18n_embed_fl::fl!($words.loader(), $($id,)+ $places.clone())))
    };
}

macro_rules! advice {
    ($words:expr, $places:expr, $id:literal $(, $next:literal)+) => {
        Advice {
            title: say!($words, $id),
            lead: told!($words, $places, $id, "lead"),
            again: told!($words, $places, $id, "again"),
            who: told!($words, $places, $id, "who").concat(),
            next: vec![$(told!($words, $places, $id, $next)),+],
        }
    };
}

pub(super) fn advice(facts: &SetbackFacts, profile: &Profile, role: &Role, words: &Words) -> Advice {
    let p = places(profile, role, words);
    match facts.code {
        Code::AnswerNotBelieved if facts.is_only_unreadable() => advice!(words, p, "err-s04-unreadable", "next-1"),
        Code::NothingToTake if facts.is_renewal() => advice!(words, p, "err-e03-renewal", "next-1", "next-2"),
        Code::OtherCertificate if facts.is_renewal() => advice!(words, p, "err-e07-renewal", "next-1", "next-2"),
        Code::NotAuthorized if facts.is_renewal() => advice!(words, p, "err-e12-renewal", "next-1", "next-2"),
        Code::WrongNumbers => advice!(words, p, "err-e01", "next-1", "next-2"),
        Code::Locked => advice!(words, p, "err-e02", "next-1", "next-2"),
        Code::NothingToTake => advice!(words, p, "err-e03", "next-1", "next-2", "next-3"),
        Code::PickupExpired => advice!(words, p, "err-e04", "next-1", "next-2"),
        Code::AfterExpiryPassed => advice!(words, p, "err-e05", "next-1", "next-2"),
        Code::Expired => advice!(words, p, "err-e06", "next-1", "next-2"),
        Code::OtherCertificate => advice!(words, p, "err-e07", "next-1", "next-2"),
        Code::MustRevokeFirst => advice!(words, p, "err-e19", "next-1", "next-2"),
        Code::Unreachable => advice!(words, p, "err-e10", "next-1"),
        Code::ProxyLogin => advice!(words, p, "err-n01", "next-1"),
        Code::ProxyKind => advice!(words, p, "err-n02", "next-1"),
        Code::ProxyStopped => advice!(words, p, "err-n03", "next-1"),
        Code::Inspected => advice!(words, p, "err-n04", "next-1", "next-2"),
        Code::NotStored => advice!(words, p, "err-e11", "next-1", "next-2"),
        Code::NotAuthorized => advice!(words, p, "err-e12", "next-1", "next-2"),
        Code::Maintenance => advice!(words, p, "err-e13", "next-1"),
        Code::AnswerUnknown => advice!(words, p, "err-e14", "next-1"),
        Code::KeyNotMade => advice!(words, p, "err-e17", "next-1"),
        Code::Rejected => advice!(words, p, "err-e20", "next-1", "next-2"),
        Code::BankFailed => advice!(words, p, "err-e21", "next-1"),
        Code::StillWaiting => advice!(words, p, "err-e22", "next-1", "next-2"),
        Code::NotGenuine => advice!(words, p, "err-s01", "next-1", "next-2"),
        Code::ClockWrong => advice!(words, p, "err-s02", "next-1"),
        Code::OtherServer => advice!(words, p, "err-s03", "next-1", "next-2"),
        Code::AnswerNotBelieved => advice!(words, p, "err-s04", "next-1", "next-2"),
        Code::ProofFailed => advice!(words, p, "err-s05", "next-1"),
        Code::WeakStore => advice!(words, p, "err-s06", "next-1", "next-2"),
        Code::StoreLocked => advice!(words, p, "err-m01", "next-1"),
        Code::StoreSecretLocked => advice!(words, p, "err-m06", "next-1", "next-2"),
        Code::StoreOccupied => advice!(words, p, "err-m07", "next-1", "next-2"),
        Code::WhichToken => advice!(words, p, "err-m08", "next-1"),
        Code::TokenMissing => advice!(words, p, "err-m09", "next-1"),
        Code::NoRoomBeside => advice!(words, p, "err-m10", "next-1", "next-2"),
        Code::JournalFailed => advice!(words, p, "err-m02", "next-1", "next-2"),
        Code::DiskFull => advice!(words, p, "err-m11", "next-1"),
        Code::ReadOnly => advice!(words, p, "err-m12", "next-1"),
        Code::RecordNewer => advice!(words, p, "err-m13", "next-1", "next-2"),
        Code::RecordDamaged => advice!(words, p, "err-m14", "next-1", "next-2"),
        Code::StoreBusy => advice!(words, p, "err-m15", "next-1"),
        Code::Entry => advice!(words, p, "err-u01", "next-1"),
        Code::RequestImpossible => advice!(words, p, "err-e23", "next-1", "next-2"),
        Code::NotRenewable => advice!(words, p, "err-u02", "next-1", "next-2"),
        Code::OurFault => advice!(words, p, "err-x01", "next-1"),
    }
}

fn places(profile: &Profile, role: &Role, words: &Words) -> Places {
    let institution = &profile.institution;
    HashMap::from([
        ("bank", words.text(&institution.name).protect()),
        ("own", words.text(&institution.own_name).protect()),
        ("help", words.text(&institution.help_desk).protect()),
        ("unlocks", words.text(&role.unlocks).protect()),
        ("tries", profile.lock.tries.to_string()),
        ("pickup", profile.windows.pickup.to_string()),
    ])
}

/// The CA has said 202, and nothing has changed. What goes by hand may not have come there yet.
fn is_being_prepared(facts: &SetbackFacts, profile: &Profile) -> bool {
    facts.is_waiting() && facts.means != Means::Pin && profile.ca.protocol != ProtocolName::Byhand
}

/// The row 「電子証明書」: was it issued.
pub(super) fn issued_row(facts: &SetbackFacts, profile: &Profile, words: &Words) -> Row {
    let (answer, more) = match (facts.code, facts.issued) {
        (Code::NothingToTake | Code::PickupExpired, Issued::No) if !facts.is_renewal() => {
            (say!(words, "setback", "issued-nothing-here"), Vec::new())
        }
        (Code::AnswerNotBelieved, Issued::Yes | Issued::Unknown) if !facts.is_only_unreadable() => {
            (say!(words, "setback", "issued-doubtful"), Vec::new())
        }
        (_, Issued::No) => (say!(words, "setback", "issued-no"), lines!(words, "setback", "issued-no-more")),
        (_, Issued::Yes) => (say!(words, "setback", "issued-yes"), lines!(words, "setback", "issued-yes-more")),
        (_, Issued::Unknown) if is_being_prepared(facts, profile) => {
            (say!(words, "setback", "issued-unknown"), lines!(words, "pending", "lead"))
        }
        (_, Issued::Unknown) => {
            (say!(words, "setback", "issued-unknown"), lines!(words, "setback", "issued-unknown-more"))
        }
    };
    answer_row(say!(words, "setback", "certificate"), answer, more)
}

/// The row 「もう一度試すと」. What a second try means is the code's word only while nothing is issued; after that it is
/// the journal's, and in between the CA's own rule.
pub(super) fn again_row(facts: &SetbackFacts, advice: &Advice, profile: &Profile, words: &Words) -> Row {
    let lines = match facts.issued {
        Issued::No => {
            let left = facts.tries_left.map(|n| say!(words, "setback", "tries-left", n = n));
            advice.again.iter().cloned().chain(left).collect()
        }
        Issued::Yes if facts.code == Code::AnswerNotBelieved => advice.again.clone(),
        Issued::Yes => lines!(words, "setback", "again-yes"),
        Issued::Unknown if facts.is_kept_for_a_pin() => lines!(words, "pickup", "again"),
        Issued::Unknown if facts.is_about_records() => advice.again.clone(),
        Issued::Unknown if is_being_prepared(facts, profile) => {
            [lines!(words, "pending", "again-value"), lines!(words, "pending", "todo-value")].concat()
        }
        Issued::Unknown if !facts.is_lost() => lines!(words, "setback", "again-yes"),
        Issued::Unknown if facts.may_be_asked() && facts.means == Means::Pin => {
            lines!(words, "pickup", "again-unknown")
        }
        Issued::Unknown if facts.may_be_asked() => lines!(words, "setback", "again-unknown-same"),
        Issued::Unknown => lines!(words, "setback", "again-unknown-other"),
    };
    row(say!(words, "setback", "again"), lines)
}

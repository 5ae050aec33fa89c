//! Pick-up later: the CA has given a receipt, and hands the certificate out for its reference and the PIN that comes by
//! another road.

use super::{
    Applicant, Asked, Cause, Code, Desk, During, Error, Means, Setback, Stopped, claim::Claim, resume::was_unreadable,
};
use crate::{
    domain::{Pickup, Reference, Secret, SpkiHash},
    journal::{Enrollment, Stage},
    protocol::{Refusal, RefusalKind},
};

/// What the bank says where nothing will come of a reference any more.
const EXPIRED: [Code; 2] = [Code::PickupExpired, Code::AfterExpiryPassed];

/// With what somebody comes back.
#[derive(Debug)]
pub(super) struct Ticket {
    pub reference: Reference,
    pub pin: Secret,
    pub key: SpkiHash,
}

impl Asked {
    /// Under which the CA keeps the application.
    pub fn reference(&self) -> Option<Reference> {
        self.file.enrollment().reference().cloned()
    }

    /// How the bank speaks of reference and PIN.
    pub fn pickup(&self) -> Option<&Pickup> {
        self.desk.profile.webform.as_ref()?.pickup.as_ref()
    }

    /// What the bank has said of the reference, for whoever comes all the same.
    pub fn expired(&self) -> Error {
        let kind = match expiry(&self.file.enrollment()) {
            Some(Code::AfterExpiryPassed) => RefusalKind::AfterExpiryPassed,
            _ => RefusalKind::PickupExpired,
        };
        let refusal = Refusal { kind, text: String::new() };
        self.file.error(During::Resume, Cause::Refused(refusal))
    }

    /// Comes back with the PIN. Sends nothing yet. Refused where it could do harm, as asking again is.
    pub fn pick_up(self, pin: Secret) -> Result<Applicant, Setback> {
        let enrollment = self.file.enrollment();
        match (enrollment.reference().cloned(), enrollment.key()) {
            (Some(reference), Some(key)) => self.ask_with(Claim::Ticket(Ticket { reference, pin, key })),
            _ => Err(Setback::over(self.file.error(During::Resume, Cause::AnswerMissing))),
        }
    }
}

/// How an application stands for which there is a receipt, as long as somebody can come back with the PIN, or could.
pub(super) fn stopped(desk: &Desk, enrollment: &Enrollment) -> Option<Stopped> {
    let reference = enrollment.reference()?.clone();
    match enrollment.stage() {
        Stage::Pending { retry_at } => Some(match expiry(enrollment) {
            Some(code) => Stopped::PickupExpired { reference, code },
            None => Stopped::Registered { reference, retry_at },
        }),
        Stage::Unknown if desk.profile.ca.replay.is_harmless() => Some(Stopped::PickupUnknown { reference }),
        Stage::Rejected if was_unreadable(desk, enrollment) => Some(Stopped::PickupUnknown { reference }),
        _ => None,
    }
}

/// With which words the bank has said that nothing will come of this reference any more.
pub(super) fn expiry(enrollment: &Enrollment) -> Option<Code> {
    enrollment.reference()?;
    let refusal = enrollment.refusal()?;
    EXPIRED.into_iter().find(|code| code.as_str() == refusal)
}

impl Error {
    /// The PIN was wrong, and how many tries are left if the bank has told it.
    pub fn wrong_pin(&self) -> Option<Option<u32>> {
        (self.means == Means::Pin && self.code() == Code::WrongNumbers).then(|| self.tries_left())
    }

    /// The bank hands nothing out for the reference any more.
    pub fn is_expired_pickup(&self) -> bool {
        self.means == Means::Pin && EXPIRED.contains(&self.code())
    }
}

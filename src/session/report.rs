//! What a session tells while it runs, and what it leaves.

use jiff::Timestamp;

use super::Code;
use crate::domain::{Certificate, Reference, SecurityLevel, SpkiHash};

/// The named steps of the progress pages, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    MakeKey,
    PrepareRequest,
    Apply,
    PickUp,
    Receive,
    Check,
    Store,
    ProveSignature,
    ProveLogin,
}

impl Step {
    pub const ISSUING: [Self; 5] = [Self::MakeKey, Self::PrepareRequest, Self::Apply, Self::Receive, Self::Check];
    /// Where the request goes by hand.
    pub const DRAFTING: [Self; 2] = [Self::MakeKey, Self::PrepareRequest];
    /// Where the CA has the application already.
    pub const PICKING_UP: [Self; 3] = [Self::PickUp, Self::Receive, Self::Check];
    pub const INSTALLING: [Self; 3] = [Self::Store, Self::ProveSignature, Self::ProveLogin];

    /// As the machine-readable events name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MakeKey => "make-key",
            Self::PrepareRequest => "prepare-request",
            Self::Apply => "apply",
            Self::PickUp => "pick-up",
            Self::Receive => "receive",
            Self::Check => "check",
            Self::Store => "store",
            Self::ProveSignature => "prove-signature",
            Self::ProveLogin => "prove-login",
        }
    }
}

/// What a certificate is asked for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Means {
    /// 取得, 再取得, 再発行
    #[default]
    Numbers,
    /// 更新: the present certificate.
    Certificate,
    /// Pick-up later: the PIN that the bank has sent for a receipt.
    Pin,
}

/// What the last page shows and what `--json` prints: the certificate is in its store and has been used.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub certificate: Certificate,
    /// Address of the store, as `--store` takes it.
    pub store: String,
    pub key: SpkiHash,
    pub level: LevelRecord,
    pub login: LoginProof,
}

/// The level the user chose and what the store makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelRecord {
    pub chosen: SecurityLevel,
    pub effective: SecurityLevel,
}

/// Whether the portal let the new certificate in, after it had refused a visitor without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginProof {
    Proven,
    /// The portal did not answer, or did not ask for a certificate: still open.
    NotTried,
    /// The portal refused the new certificate.
    Refused,
}

/// How an unfinished enrollment looks at the next start.
#[derive(Debug, Clone)]
pub struct Unfinished {
    pub stopped: Stopped,
    pub last_action: Timestamp,
    pub level: SecurityLevel,
    pub means: Means,
}

#[derive(Debug, Clone)]
pub enum Stopped {
    /// It may have been issued; the answer never came.
    AnswerUnknown,
    /// Something came that no certificate could be read from: as good as lost, where the CA gives the same again.
    AnswerUnreadable,
    /// 202: the CA is preparing it.
    Waiting { retry_at: Option<Timestamp> },
    /// The user carries the request to the bank, and its file back.
    HandedOut,
    /// The CA keeps the application under a reference: a PIN picks the certificate up, not before `retry_at`.
    Registered { reference: Reference, retry_at: Option<Timestamp> },
    /// The same, and the answer to a pick-up was lost: it may come again.
    PickupUnknown { reference: Reference },
    /// The bank hands nothing out for this reference any more.
    PickupExpired { reference: Reference, code: Code },
    /// Answer here, and believed: only the installation is left.
    Received(Certificate),
    /// In the store, not yet proven.
    Installed(Certificate),
    /// Answer here, and not believed.
    NotBelieved,
    /// Answer here, and right in everything, but over by this PC's clock.
    OutOfDate { here: Timestamp, from: Timestamp, until: Timestamp },
}

//! What is said to the CA, and what is believed of its answer.
//!
//! Reading order: [`transport`] (one exchange over TLS) → [`csr_attributes`] (what a request should hold) → [`csr`] (the
//! request) → [`est`] (RFC 7030) → [`webform`] (pages made for browsers) → [`problem`] (what a refusal says) → [`pkcs7`]
//! (the certificates in an answer) → [`validate`] (belief) → [`blank`] (what may be kept).

pub mod blank;
mod by_hand;
pub mod csr;
pub mod csr_attributes;
pub mod est;
pub mod pkcs7;
pub mod problem;
pub mod transport;
pub mod validate;
pub mod webform;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use crate::domain::{
    Certificate, Credentials, Extent, Meaning, PeerIdentity, Reference, Role, Secret, Signer, SpkiHash,
};

pub use crate::domain::RawAnswer;
pub use by_hand::ByHand;
pub use csr_attributes::CsrAttributes;
pub use est::Est;
pub use transport::{
    ConnectError, HttpTransport, LoginDemand, ProxyStop, StopReason, Transport, TransportError, Tried,
};
pub use webform::WebForm;

/// A way to get a certificate from a CA. The session knows no other words than these.
#[async_trait]
pub trait EnrollmentProtocol: Send + Sync + std::fmt::Debug {
    /// One look at the server that sends nothing of the user's: who it is, what time it has, its intermediates.
    async fn introduce(&self) -> Result<Introduction, ProtocolError>;

    /// What a request should hold beside name and key, as the CA with this key says it. Sends nothing of the user's.
    async fn wishes(&self, _server: SpkiHash) -> Result<Wishes, ProtocolError> {
        Ok(Wishes::These(CsrAttributes::default()))
    }

    /// The one request. `connected` runs after the connection stands to the server whose key is `application.pin` and
    /// before the first byte of the user's is written; when it fails, nothing is sent.
    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError>;

    /// Picks up what a receipt was given for, by the same rules. A CA that gives no receipts has no door for it.
    async fn pick_up(&self, _claim: PickupClaim<'_>, _connected: Connected) -> Result<Reply, ProtocolError> {
        let refusal = Refusal { kind: RefusalKind::NotAuthorized, text: String::new() };
        Err(ProtocolError::NotAccepting(refusal))
    }
}

/// Runs between "connected" and "sent": this is where the journal learns that a request is about to leave.
pub type Connected = Box<dyn FnOnce() -> Result<(), ConnectError> + Send>;

/// What trust page 1 shows.
#[derive(Debug, Clone)]
pub struct Introduction {
    pub url: Url,
    pub peer: PeerIdentity,
    /// The server's clock, from its `Date` header.
    pub server_time: Option<Timestamp>,
    /// From `cacerts`, or from the profile of pages that cannot be asked; only ever used as intermediates towards the profile's own anchors.
    pub intermediates: Vec<Certificate>,
}

/// What the CA says when it is asked what a request should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wishes {
    These(CsrAttributes),
    Refused(Refusal),
}

/// What is handed to the CA.
#[derive(Debug)]
pub struct Application<'a> {
    /// DER of the PKCS#10 request (RFC 2986).
    pub request: &'a [u8],
    pub proof: Proof<'a>,
    /// Key of the server that was shown on trust page 1.
    pub pin: SpkiHash,
    /// Where pages are kept that have to be read before anybody knows what they are.
    pub keeper: &'a dyn Keeper,
}

/// Keeps what has come before it is read: whatever a page turns out to be, somebody can look at it later.
pub trait Keeper: Send + Sync + std::fmt::Debug {
    /// A page that cannot be kept is read all the same: what it says may be all that is left.
    fn keep(&self, page: RawAnswer, extent: Extent);
}

/// Nothing is kept where nothing of the user's was sent.
impl Keeper for () {
    fn keep(&self, _: RawAnswer, _: Extent) {}
}

/// Who comes for a certificate that was applied for before.
#[derive(Debug)]
pub struct PickupClaim<'a> {
    pub reference: &'a Reference,
    /// The bank has sent it by another road.
    pub pin: &'a Secret,
    /// The key of the request, which the certificate is for.
    pub key: SpkiHash,
    /// Key of the server that was shown on trust page 1.
    pub server: SpkiHash,
    pub keeper: &'a dyn Keeper,
}

/// What shows the CA that the one who asks may ask.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    Numbers {
        role: &'a Role,
        credentials: &'a Credentials,
    },
    /// 更新: the certificate that is renewed.
    Certificate(&'a ClientIdentity),
}

/// What came back, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// 200: bytes that claim to be a certificate.
    Answer(RawAnswer),
    /// 202 (RFC 7030 §4.2.3): ask again with the same request, not before `retry_at` when the server named a time.
    Pending {
        retry_at: Option<Timestamp>,
    },
    /// A receipt: the CA has the application, and hands the certificate out later for the PIN that it sends.
    Registered {
        reference: Reference,
        retry_at: Option<Timestamp>,
    },
    Refused(Refusal),
}

/// The CA said no. `text` is the bank's own sentence without markup, for the report; users read ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: RefusalKind,
    pub text: String,
}

/// Why the CA said no, as far as it can be known. Codes are domain words, see `session::Code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// E01; the CA may tell how many tries are left.
    WrongNumbers { tries_left: Option<u32> },
    /// E02
    Locked,
    /// E03
    NothingToTake,
    /// E04: not picked up in time.
    PickupExpired,
    /// E05: expired so long ago that only the bank's counter can help.
    AfterExpiryPassed,
    /// E06: an expired certificate was shown to the CA.
    Expired,
    /// E07: another certificate than the bank knows was shown to the CA.
    OtherCertificate,
    /// E19: the expired certificate has to be revoked before another one is issued.
    MustRevokeFirst,
    /// E13
    Maintenance { until: Option<Timestamp> },
    /// 401 without a word about numbers: wrong numbers or a server that wants something else (never "wrong password" alone).
    NotAuthorized,
    /// Any other 4xx.
    Rejected { status: u16 },
    /// Any other 5xx, or a page that says nothing known: nobody knows what became of the request.
    ServerFailed { status: u16 },
}

impl RefusalKind {
    /// `tries_left` and `until` go with the meanings that have them.
    pub(crate) fn of(meaning: Meaning, tries_left: Option<u32>, until: Option<Timestamp>) -> Self {
        match meaning {
            Meaning::WrongNumbers => Self::WrongNumbers { tries_left },
            Meaning::Locked => Self::Locked,
            Meaning::NothingToTake => Self::NothingToTake,
            Meaning::PickupExpired => Self::PickupExpired,
            Meaning::AfterExpiryPassed => Self::AfterExpiryPassed,
            Meaning::Expired => Self::Expired,
            Meaning::OtherCertificate => Self::OtherCertificate,
            Meaning::MustRevokeFirst => Self::MustRevokeFirst,
            Meaning::NotAuthorized => Self::NotAuthorized,
            Meaning::Maintenance => Self::Maintenance { until },
        }
    }
}

/// Why no reply came.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// Nothing was sent.
    #[error("before anything was sent: {0}")]
    NotSent(#[source] TransportError),
    /// Nothing of the user's was sent: the page from which it starts is not the one that takes requests.
    #[error("before anything was sent, the page said: {:?}", .0.kind)]
    NotAccepting(Refusal),
    /// It left this PC, or may have: the answer is lost.
    #[error("after the request had left: {0}")]
    AnswerLost(#[source] TransportError),
}

/// A client certificate and the key that proves it, wherever that lives.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    /// Leaf first, then its intermediates.
    pub chain: Vec<Certificate>,
    pub signer: Arc<dyn Signer>,
}

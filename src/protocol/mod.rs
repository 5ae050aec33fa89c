//! What is said to the CA, and what is believed of its answer.
//!
//! Reading order: [`transport`] (one exchange over TLS) → [`csr`] (the request) → [`est`] (RFC 7030) → [`problem`] (what
//! a refusal says) → [`pkcs7`] (the certificates in an answer) → [`validate`] (belief) → [`blank`] (what may be kept).

pub mod blank;
pub mod csr;
pub mod est;
pub mod pkcs7;
pub mod problem;
pub mod transport;
pub mod validate;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use crate::domain::{Certificate, Credentials, PeerIdentity, Role, Signer, SpkiHash};

pub use crate::domain::RawAnswer;
pub use est::Est;
pub use transport::{
    ConnectError, HttpTransport, LoginDemand, ProxyStop, StopReason, Transport, TransportError, Tried,
};

/// A way to get a certificate from a CA. The session knows no other words than these.
#[async_trait]
pub trait EnrollmentProtocol: Send + Sync + std::fmt::Debug {
    /// One look at the server that sends nothing of the user's: who it is, what time it has, its intermediates.
    async fn introduce(&self) -> Result<Introduction, ProtocolError>;

    /// The one POST. `connected` runs after the connection stands to the server whose key is `application.pin` and
    /// before the first byte is written; when it fails, nothing is sent.
    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError>;
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
    /// From `cacerts`; only ever used as intermediates towards the profile's own anchors.
    pub intermediates: Vec<Certificate>,
}

/// What is handed to the CA.
#[derive(Debug)]
pub struct Application<'a> {
    /// DER of the PKCS#10 request (RFC 2986).
    pub request: &'a [u8],
    pub role: &'a Role,
    pub credentials: &'a Credentials,
    /// Key of the server that was shown on trust page 1.
    pub pin: SpkiHash,
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
    /// Any other 5xx: nobody knows what became of the request.
    ServerFailed { status: u16 },
}

/// Why no reply came.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// Nothing was sent.
    #[error("before anything was sent: {0}")]
    NotSent(#[source] TransportError),
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

//! One HTTP exchange over TLS: HTTP/1.1, no pool, no redirect, no retry.
//!
//! The order is the promise: connect and TLS → `connected` → the first byte. Whatever fails before the first byte is
//! [`TransportError::Connect`] and has cost nothing.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use super::{ClientIdentity, Connected};
use crate::domain::{DiskFault, PeerIdentity, Secret, SpkiHash};

mod challenge;
mod client_auth;
mod diagnosis;
mod gate;
mod header;
mod http;
mod peer;
mod progress;
mod proxy;
mod sessions;
mod system_trust;

pub use http::{AnchorError, HttpTransport};
pub use proxy::{LoginDemand, Proxies, ProxyStop, StopReason, Tried};

/// The HTTP seam. [`HttpTransport`] is real; tests script their own.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError>;

    /// Who this is, for the proxy: kept in memory and used for every later connection, until the proxy refuses it.
    fn log_in_at_proxy(&self, _login: Basic) {}
}

/// One request. Fields that are `None` are not used.
pub struct Request {
    pub url: Url,
    pub method: Method,
    /// HTTP Basic (RFC 7617); leaves this PC once.
    pub basic: Option<Basic>,
    /// `Cookie` (RFC 6265 §5.4), made by whoever keeps the session.
    pub cookies: Option<String>,
    /// The server must have this key, else nothing is sent.
    pub pin: Option<SpkiHash>,
    /// Mutual TLS.
    pub identity: Option<ClientIdentity>,
    /// Runs when the connection stands, before the first byte.
    pub connected: Option<Connected>,
    /// Where the beginning of an answer is left that never becomes whole.
    pub torn: Option<Torn>,
    /// For everything together, from connecting to the last byte of the answer.
    pub deadline: Duration,
}

/// Set when an answer has begun and been lost on its way.
pub type Torn = Arc<OnceLock<Response>>;

#[derive(Debug, Clone)]
pub struct Basic {
    pub user: Secret,
    pub password: Secret,
}

#[derive(Debug, Clone)]
pub enum Method {
    Get,
    Post { content_type: &'static str, headers: Vec<(&'static str, String)>, body: Vec<u8> },
}

/// What came back: status, the headers that matter, at most [`MAX_BODY`] bytes.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub peer: PeerIdentity,
    pub content_type: Option<String>,
    /// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), made absolute.
    pub retry_after: Option<Timestamp>,
    pub date: Option<Timestamp>,
    /// Every `WWW-Authenticate` header.
    pub challenges: Vec<String>,
    pub location: Option<String>,
    /// Every `Set-Cookie` header.
    pub set_cookies: Vec<String>,
    pub body: Vec<u8>,
}

/// Longest answer that is read, in bytes.
pub const MAX_BODY: usize = 1 << 20;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Before the first byte: nothing was sent.
    #[error("{0}")]
    Connect(#[from] ConnectError),
    /// After it: the request may have arrived.
    #[error("lost: {0:?}")]
    Lost(LostCause),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("no connection")]
    Unreachable,
    #[error("the server's name is not known")]
    NameNotFound,
    /// The server was not asked: the proxy wants to know who asks.
    #[error("{0}")]
    ProxyWantsLogin(LoginDemand),
    /// The server was not asked: the proxy made no way.
    #[error("{0}")]
    ProxyStopped(ProxyStop),
    #[error("no certificate that leads to the profile's roots")]
    NotTrusted,
    /// Not the server, but one whom this PC trusts to answer for everybody: a box that inspects.
    #[error("the connection is inspected by {by:?}")]
    Inspected {
        /// Organisation or name of the issuer that the other end has shown.
        by: String,
    },
    #[error("the certificate is for another name")]
    WrongName,
    /// All is right with the server's certificate, but it is not valid yet or no more on this PC's clock.
    #[error("the server's certificate is valid from {from} until {until}, and this PC's clock shows {here}")]
    OutsideDates { here: Timestamp, from: Timestamp, until: Timestamp },
    #[error("another server than the one that was shown")]
    OtherServer,
    #[error("no secure connection")]
    TlsFailed,
    #[error("the server refused the client certificate")]
    ClientCertificateRefused,
    #[error("no connection in time")]
    Timeout,
    /// The `connected` step said no: the journal could not be written.
    #[error("before sending: {said}")]
    Journal { disk: DiskFault, said: String },
}

impl ConnectError {
    /// Somebody answers who is not the one that was shown.
    pub fn is_other_server(&self) -> bool {
        *self == Self::OtherServer
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostCause {
    /// The connection ended before the answer did.
    Cut,
    /// The deadline passed.
    Timeout,
    /// The answer was longer than [`MAX_BODY`].
    TooLarge,
    /// TLS 1.3 tells it after the handshake (RFC 8446 §4.4.2.4).
    ClientCertificateRefused,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({})", self.url)
    }
}

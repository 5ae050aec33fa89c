//! How far one exchange has come, shared by everything that takes part in it, and what a failure then means.

use std::{
    error::Error as StdError,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustls::AlertDescription;

use super::{ConnectError, LostCause, MAX_BODY, ProxyStop, Response, StopReason, TransportError, proxy::Proxy};
use crate::domain::{Endpoint, PeerIdentity};

/// Written by resolver, TLS and connector; read when the exchange has ended.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    peer: Option<PeerIdentity>,
    certificate: Certificate,
    /// Why connecting failed, from the one who knows it best.
    cause: Option<ConnectError>,
    /// As far as it has come.
    answer: Option<Response>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Stage {
    /// Nothing of the request has left.
    #[default]
    Connecting,
    /// Nor has it here: TLS with the server has not begun, since the proxy has not made way yet.
    AtProxy { proxy: Endpoint, identified: Identified },
    /// From here on the first byte may have left.
    Sending,
}

/// The user's, which the server may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Certificate {
    #[default]
    Kept,
    Shown,
}

/// Whether the proxy has shown whom this PC trusts. One without TLS has nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identified {
    NotYet,
    Enough,
}

impl Progress {
    pub(super) fn peer(&self) -> Option<PeerIdentity> {
        self.state().peer.clone()
    }

    pub(super) fn saw_peer(&self, peer: PeerIdentity) {
        self.state().peer = Some(peer);
    }

    pub(super) fn failed(&self, cause: ConnectError) {
        self.state().cause = Some(cause);
    }

    pub(super) fn cause(&self) -> Option<ConnectError> {
        self.state().cause.clone()
    }

    pub(super) fn asks_proxy(&self, proxy: &Proxy) {
        let identified = if proxy.is_secure() { Identified::NotYet } else { Identified::Enough };
        self.state().stage = Stage::AtProxy { proxy: proxy.endpoint(), identified };
    }

    pub(super) fn waits_at_proxy(&self) -> bool {
        matches!(self.state().stage, Stage::AtProxy { .. })
    }

    pub(super) fn trusts_proxy(&self) {
        if let Stage::AtProxy { identified, .. } = &mut self.state().stage {
            *identified = Identified::Enough;
        }
    }

    pub(super) fn stopped_at_proxy(&self, reason: StopReason) {
        let mut state = self.state();
        if let Stage::AtProxy { proxy, .. } = &state.stage {
            state.cause = Some(ConnectError::ProxyStopped(ProxyStop { proxy: proxy.clone(), reason }));
        }
    }

    /// TLS with the server begins, unless it is a proxy of the same name that is greeted first.
    pub(super) fn greets_server(&self) {
        let mut state = self.state();
        if matches!(state.stage, Stage::AtProxy { identified: Identified::Enough, .. }) {
            state.stage = Stage::Connecting;
        }
    }

    pub(super) fn shows_certificate(&self) {
        self.state().certificate = Certificate::Shown;
    }

    pub(super) fn may_send(&self) {
        self.state().stage = Stage::Sending;
    }

    pub(super) fn answer_begins(&self, answer: Response) {
        self.state().answer = Some(answer);
    }

    pub(super) fn answer_goes_on(&self, chunk: &[u8]) -> Result<(), TransportError> {
        match &mut self.state().answer {
            Some(answer) if answer.body.len() + chunk.len() <= MAX_BODY => {
                answer.body.extend_from_slice(chunk);
                Ok(())
            }
            _ => Err(TransportError::Lost(LostCause::TooLarge)),
        }
    }

    /// All of it, or what came of it before it was lost.
    pub(super) fn take_answer(&self) -> Option<Response> {
        self.state().answer.take()
    }

    /// What `error` means at this point.
    pub(super) fn explain(&self, error: &reqwest::Error) -> TransportError {
        let state = self.state();
        match state.stage {
            Stage::Connecting | Stage::AtProxy { .. } => {
                state.cause.clone().unwrap_or_else(|| connect_error(error)).into()
            }
            // The refusal of TLS 1.3 comes after the handshake. Where it comes before the HTTP library has begun to write,
            // the connection is gone, and why stays behind with it.
            Stage::Sending if state.certificate == Certificate::Shown && was_never_written(error) => {
                TransportError::Lost(LostCause::ClientCertificateRefused)
            }
            Stage::Sending => TransportError::Lost(lost_cause(error)),
        }
    }

    pub(super) fn timed_out(&self) -> TransportError {
        match self.state().stage.clone() {
            Stage::Connecting => ConnectError::Timeout.into(),
            Stage::AtProxy { proxy, .. } => {
                ConnectError::ProxyStopped(ProxyStop { proxy, reason: StopReason::NoAnswer }).into()
            }
            Stage::Sending => TransportError::Lost(LostCause::Timeout),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every writer leaves a whole value behind, so a panic elsewhere does no harm here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The proxy has answered 407. The tunnel's error type is not exported by the HTTP library; this is its text.
pub(super) fn asks_for_login(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.to_string() == "tunnel error: proxy authorization required")
}

fn connect_error(error: &reqwest::Error) -> ConnectError {
    for cause in causes(error) {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return if refuses_client_certificate(tls) {
                ConnectError::ClientCertificateRefused
            } else {
                ConnectError::TlsFailed
            };
        }
        if cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return ConnectError::Timeout;
        }
    }
    ConnectError::Unreachable
}

/// The connection ended before it took the request.
fn was_never_written(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled))
}

fn lost_cause(error: &reqwest::Error) -> LostCause {
    let refused = |cause: &(dyn StdError + 'static)| {
        cause.downcast_ref::<rustls::Error>().is_some_and(refuses_client_certificate)
    };
    if causes(error).any(refused) { LostCause::ClientCertificateRefused } else { LostCause::Cut }
}

/// The alerts a server sends about the client's certificate (RFC 8446 §6.2).
fn refuses_client_certificate(error: &rustls::Error) -> bool {
    use AlertDescription as A;
    let rustls::Error::AlertReceived(alert) = error else {
        return false;
    };
    matches!(
        alert,
        A::NoCertificate
            | A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateExpired
            | A::CertificateUnknown
            | A::CertificateRequired
            | A::UnknownCA
            | A::AccessDenied
            | A::DecryptError // its signature or its issuer's does not verify
    )
}

/// The error and everything that caused it. `io::Error` hides what it wraps from `source`, so it is asked separately.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

//! How far one exchange has come, shared by everything that takes part in it, and what a failure then means.

use std::{
    error::Error as StdError,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustls::AlertDescription;

use super::{ConnectError, LostCause, TransportError};
use crate::domain::PeerIdentity;

/// Written by resolver, verifier and connector; read when the exchange has ended.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    peer: Option<PeerIdentity>,
    /// Why connecting failed, from the one who knows it best.
    cause: Option<ConnectError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    /// Nothing of the request has left.
    #[default]
    Connecting,
    /// From here on the first byte may have left.
    Sending,
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

    pub(super) fn may_send(&self) {
        self.state().stage = Stage::Sending;
    }

    /// What `error` means at this point.
    pub(super) fn explain(&self, error: &reqwest::Error) -> TransportError {
        let state = self.state();
        match state.stage {
            Stage::Connecting => state.cause.clone().unwrap_or_else(|| connect_error(error)).into(),
            Stage::Sending => TransportError::Lost(lost_cause(error)),
        }
    }

    pub(super) fn timed_out(&self) -> TransportError {
        match self.state().stage {
            Stage::Connecting => ConnectError::Timeout.into(),
            Stage::Sending => TransportError::Lost(LostCause::Timeout),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every writer leaves a whole value behind, so a panic elsewhere does no harm here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        // The tunnel's error type is not exported by the HTTP library; its text begins with these words.
        let text = cause.to_string();
        if text.starts_with("tunnel error: proxy authorization") || text.starts_with("tunnel error: unsuccessful") {
            return ConnectError::ProxyRefused;
        }
    }
    ConnectError::Unreachable
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

//! How far one exchange has come, shared by everything that takes part in it, and what a failure then means.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    ConnectError, LostCause, TransportError,
    proxy::{ProxyStop, StopReason},
    wire,
};
use crate::domain::{Endpoint, PeerIdentity};

/// Written by verifier and connector; read when the exchange has ended.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    peer: Option<PeerIdentity>,
    /// Why the server was refused, from the verifier that refused it.
    cause: Option<ConnectError>,
}

#[derive(Debug, Clone, Default)]
enum Stage {
    /// Nothing of the request has left.
    #[default]
    Connecting,
    /// Nor has it here: the proxy has not made way yet.
    AtProxy(Endpoint),
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

    pub(super) fn cause(&self) -> Option<ConnectError> {
        self.state().cause.clone()
    }

    pub(super) fn asks_proxy(&self, proxy: Endpoint) {
        self.state().stage = Stage::AtProxy(proxy);
    }

    pub(super) fn is_through(&self) {
        self.state().stage = Stage::Connecting;
    }

    pub(super) fn may_send(&self) {
        self.state().stage = Stage::Sending;
    }

    pub(super) fn timed_out(&self) -> TransportError {
        match self.state().stage.clone() {
            Stage::Connecting => ConnectError::Timeout.into(),
            Stage::AtProxy(proxy) => {
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

/// What `error` means after the first byte may have left.
pub(super) fn lost(error: &hyper::Error) -> LostCause {
    if wire::is_about_client_certificate(error) { LostCause::ClientCertificateRefused } else { LostCause::Cut }
}

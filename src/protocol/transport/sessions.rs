//! No TLS session is remembered. Whoever is asked for one is the first to hear with whom TLS begins.

use std::sync::Arc;

use rustls::{
    NamedGroup,
    client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls12Resumption, Tls13ClientSessionValue},
    pki_types::ServerName,
};

use super::progress::Progress;

/// A resumed session would skip the verifier, so there is none.
pub(super) fn none(server: ServerName<'static>, progress: Arc<Progress>) -> Resumption {
    Resumption::store(Arc::new(NoSessions { server, progress })).tls12_resumption(Tls12Resumption::Disabled)
}

#[derive(Debug)]
struct NoSessions {
    server: ServerName<'static>,
    progress: Arc<Progress>,
}

impl ClientSessionStore for NoSessions {
    /// Asked before the first message of every handshake. If it were not, the exchange would count as stopped at the
    /// proxy and the client's certificate would stay here: the safe side.
    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        if *name == self.server {
            self.progress.greets_server();
        }
        None
    }

    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}
}

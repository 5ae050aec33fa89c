//! What this PC itself trusts: asked about proxies, and about who else may be answering. Never about the bank.

use std::sync::Arc;

use rustls::{
    ClientConfig, DEFAULT_VERSIONS, RootCertStore,
    client::{Resumption, WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
    time_provider::TimeProvider,
};

use crate::domain::Clock;

/// TLS to a server that this PC trusts.
pub(super) fn client(clock: Arc<dyn Clock>) -> Option<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_details(provider, Arc::new(PortTime(clock)));
    let mut config =
        builder.with_protocol_versions(DEFAULT_VERSIONS).ok()?.with_root_certificates(roots()).with_no_client_auth();
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(config)
}

/// Whether this PC would take the chain for the server that it names.
pub(super) fn accepts(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    now: UnixTime,
) -> bool {
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots()), provider).build();
    verifier.is_ok_and(|verifier| verifier.verify_server_cert(end_entity, intermediates, name, &[], now).is_ok())
}

/// Read anew each time: it is rare, and an administrator may have added one just now. `SSL_CERT_FILE` and
/// `SSL_CERT_DIR` go before the system's own places.
fn roots() -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store
}

/// The time of the domain's clock, as TLS asks for it.
#[derive(Debug)]
pub(super) struct PortTime(pub(super) Arc<dyn Clock>);

impl TimeProvider for PortTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

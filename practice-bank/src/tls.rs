//! The two TLS listeners: one that asks nothing, one that demands a client certificate.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use der::Encode;
use rustls::{
    RootCertStore, ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier},
    sign::CertifiedKey,
};

use crate::{Error, authority::Authority};

/// A certificate of 30 days is replaced with ten days to spare.
const REISSUE_AFTER: Duration = Duration::from_secs(20 * 24 * 60 * 60);

/// For the authority: the server shows itself, the client does not (it uses HTTP Basic).
pub(crate) fn open_door(authority: &Arc<Authority>) -> Result<ServerConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let resolver = FreshCertificate::new(authority, &provider)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// For the portal's login: no certificate under the issuing root, no handshake.
///
/// Only the root is named as acceptable and only the root is known, so that clients have to
/// send the intermediate authority themselves.
pub(crate) fn guarded_door(authority: &Arc<Authority>) -> Result<ServerConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let resolver = FreshCertificate::new(authority, &provider)?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.issuer_root().to_der()?))?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build()?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Every connection proves the key again; a resumed session would prove nothing.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Shows the server certificate and has it reissued, for the same key, before it runs out.
#[derive(Debug)]
struct FreshCertificate {
    authority: Arc<Authority>,
    provider: Arc<CryptoProvider>,
    current: RwLock<(Instant, Arc<CertifiedKey>)>,
}

impl FreshCertificate {
    fn new(authority: &Arc<Authority>, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let certified = certify(authority, provider)?;
        Ok(Self {
            authority: authority.clone(),
            provider: provider.clone(),
            current: RwLock::new((Instant::now(), Arc::new(certified))),
        })
    }

    fn current(&self) -> (Instant, Arc<CertifiedKey>) {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for FreshCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let (since, certified) = self.current();
        if since.elapsed() < REISSUE_AFTER {
            return Some(certified);
        }
        // Should that fail, the older one is still good for ten days.
        let Ok(fresh) = certify(&self.authority, &self.provider).map(Arc::new) else {
            return Some(certified);
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), fresh.clone());
        Some(fresh)
    }
}

fn certify(authority: &Authority, provider: &CryptoProvider) -> Result<CertifiedKey, Error> {
    let (certificate, key) = authority.server_certificate()?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
    Ok(CertifiedKey::new(vec![CertificateDer::from(certificate)], provider.key_provider.load_private_key(key)?))
}

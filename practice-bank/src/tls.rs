//! The TLS listeners: one that asks for no certificate, one that takes it, one that demands it.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use der::Encode;
use rustls::{
    DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SignatureScheme, SupportedProtocolVersion,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime},
    server::{
        ClientCertVerifierBuilder, ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::CertifiedKey,
    version::TLS12,
};

use crate::{Error, authority::Authority, holder::Holder};

/// A certificate of 30 days is replaced with ten days to spare.
const REISSUE_AFTER: Duration = Duration::from_secs(20 * 24 * 60 * 60);

/// For the authority: whoever has a certificate may show it (renewal), whoever has none uses HTTP Basic.
pub(crate) fn open_door(authority: &Arc<Authority>, versions: Versions) -> Result<ServerConfig, Error> {
    door(authority, versions, |builder| Ok(patient(builder.allow_unauthenticated().build()?)))
}

/// For the portal's login: no certificate under the issuing root, no handshake.
pub(crate) fn guarded_door(authority: &Arc<Authority>, versions: Versions) -> Result<ServerConfig, Error> {
    door(authority, versions, |builder| Ok(patient(builder.build()?)))
}

/// For the old enrollment pages: no browser is to ask its owner which certificate to show.
pub(crate) fn plain_door(authority: &Arc<Authority>, versions: Versions) -> Result<ServerConfig, Error> {
    door(authority, versions, |_| Ok(WebPkiClientVerifier::no_client_auth()))
}

/// Versions of TLS.
pub(crate) type Versions = &'static [&'static SupportedProtocolVersion];

/// As authorities of another age have it.
pub(crate) const ONLY_1_2: Versions = &[&TLS12];

/// Only the root is named as acceptable and only the root is known, so that clients have to
/// send the intermediate authority themselves.
fn door(
    authority: &Arc<Authority>,
    versions: Versions,
    demand: impl FnOnce(ClientCertVerifierBuilder) -> Result<Arc<dyn ClientCertVerifier>, Error>,
) -> Result<ServerConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let resolver = FreshCertificate::new(authority, &provider)?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.issuer_root().to_der()?))?;
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .with_client_cert_verifier(demand(builder)?)
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Every connection proves the key again; a resumed session would prove nothing.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

fn patient(verifier: Arc<dyn ClientCertVerifier>) -> Arc<dyn ClientCertVerifier> {
    Arc::new(Patient(verifier))
}

/// Lets expired certificates through the handshake if they were good on their last day: what is
/// wrong with them is said in words, later, instead of by a connection that ends.
#[derive(Debug)]
struct Patient(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for Patient {
    fn offer_client_auth(&self) -> bool {
        self.0.offer_client_auth()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.0.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        let now = Duration::from_secs(now.as_secs());
        let last = Holder::read(leaf).and_then(|holder| holder.last_second());
        let when = UnixTime::since_unix_epoch(last.map_or(now, |last| last.min(now)));
        self.0.verify_client_cert(leaf, others, when)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
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

//! Mutual TLS with a key that stays in its store: rustls asks, the domain's signer signs.

use std::sync::Arc;

use rustls::{
    Error, SignatureAlgorithm, SignatureScheme,
    client::ResolvesClientCert,
    pki_types::CertificateDer,
    sign::{self, CertifiedKey},
};

use super::progress::Progress;
use crate::{domain, protocol::ClientIdentity};

/// Offers the one identity it was given, whatever roots the server names; to the server alone, never to a proxy.
#[derive(Debug)]
pub(super) struct OneIdentity {
    key: Arc<CertifiedKey>,
    progress: Arc<Progress>,
}

impl OneIdentity {
    pub(super) fn new(identity: &ClientIdentity, progress: Arc<Progress>) -> Self {
        let chain = identity.chain.iter().map(|certificate| CertificateDer::from(certificate.der().to_vec()));
        let key = StoredKey(identity.signer.clone());
        Self { key: Arc::new(CertifiedKey::new(chain.collect(), Arc::new(key))), progress }
    }
}

impl ResolvesClientCert for OneIdentity {
    /// Asked when the other end has asked. Its certificate is verified later, but before this one is sent.
    fn resolve(&self, _root_hint_subjects: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        if self.progress.waits_at_proxy() {
            return None;
        }
        self.progress.shows_certificate();
        Some(self.key.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct StoredKey(Arc<dyn domain::Signer>);

/// TLS 1.3 knows PSS only (RFC 8446 §4.2.3), and TLS 1.2 is as good with it, so it comes first.
const PREFERENCE: [(SignatureScheme, domain::SignatureScheme); 2] = [
    (SignatureScheme::RSA_PSS_SHA256, domain::SignatureScheme::PssSha256),
    (SignatureScheme::RSA_PKCS1_SHA256, domain::SignatureScheme::Pkcs1Sha256),
];

impl sign::SigningKey for StoredKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        let usable = |(tls, ours): &&(SignatureScheme, domain::SignatureScheme)| {
            offered.contains(tls) && self.0.schemes().contains(ours)
        };
        let (tls, ours) = *PREFERENCE.iter().find(usable)?;
        Some(Box::new(OneSignature { signer: self.0.clone(), tls, ours }))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

#[derive(Debug)]
struct OneSignature {
    signer: Arc<dyn domain::Signer>,
    tls: SignatureScheme,
    ours: domain::SignatureScheme,
}

impl sign::Signer for OneSignature {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.signer.sign(self.ours, message).map_err(|error| Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        self.tls
    }
}

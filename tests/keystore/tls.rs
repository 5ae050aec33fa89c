//! A login over TLS 1.3 with a key in its store, both ends in this process.

use std::sync::Arc;

use rsa::pkcs8::EncodePrivateKey as _;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, ServerConfig,
    ServerConnection, SignatureAlgorithm, SignatureScheme,
    client::{
        ResolvesClientCert,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime},
    server::WebPkiClientVerifier,
    sign::{CertifiedKey, Signer as TlsSigner, SigningKey},
    version::TLS13,
};
use shirushi::domain::{self, Certificate, Signer};

use crate::certificates::{self, Chain};

/// Whether a server that speaks TLS 1.3 only lets this key in with the certificate of `chain`.
pub fn logs_in(signer: Arc<dyn Signer>, chain: &Chain) -> bool {
    let identity = Identity { chain: [&chain.leaf, &chain.intermediate].map(der).to_vec(), signer };
    let client = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .expect("TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyServer))
        .with_client_cert_resolver(Arc::new(identity));
    let name = ServerName::try_from("localhost").expect("a name");
    let mut client = ClientConnection::new(Arc::new(client), name).expect("a client");
    let mut server = ServerConnection::new(server(&chain.root)).expect("a server");
    for _ in 0..4 {
        if hand_over(&mut client, &mut server).is_err() || hand_over(&mut server, &mut client).is_err() {
            return false;
        }
    }
    server.peer_certificates().is_some_and(|shown| shown[0] == der(&chain.leaf)) && !server.is_handshaking()
}

fn server(root: &Certificate) -> Arc<ServerConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(der(root)).expect("a root");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    let key = rsa::PrivateKey::new(&mut getrandom::SysRng, 2048).expect("a key");
    let spki = rsa::pkcs8::EncodePublicKey::to_public_key_der(&key.to_public_key()).expect("DER");
    let own = Chain::for_key(spki.as_bytes(), 7);
    let key = PrivatePkcs8KeyDer::from(key.to_pkcs8_der().expect("DER").as_bytes().to_vec());
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .expect("TLS 1.3")
        .with_client_cert_verifier(verifier.expect("a verifier"))
        .with_single_cert(vec![der(&own.leaf)], PrivateKeyDer::Pkcs8(key));
    Arc::new(config.expect("a configuration"))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn der(certificate: &Certificate) -> CertificateDer<'static> {
    CertificateDer::from(certificate.der().to_vec())
}

/// What one end has written is read by the other.
fn hand_over(
    from: &mut impl std::ops::DerefMut<Target = rustls::ConnectionCommon<impl Sized>>,
    to: &mut impl std::ops::DerefMut<Target = rustls::ConnectionCommon<impl Sized>>,
) -> Result<(), Error> {
    let mut wire = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut wire).expect("memory");
    }
    let mut wire = wire.as_slice();
    while !wire.is_empty() {
        to.read_tls(&mut wire).expect("memory");
        to.process_new_packets()?;
    }
    Ok(())
}

#[derive(Debug)]
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    signer: Arc<dyn Signer>,
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _roots: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let key = StoredKey(Arc::clone(&self.signer));
        Some(Arc::new(CertifiedKey::new(self.chain.clone(), Arc::new(key))))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[derive(Debug, Clone)]
struct StoredKey(Arc<dyn Signer>);

impl SigningKey for StoredKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn TlsSigner>> {
        let able = self.0.schemes().contains(&domain::SignatureScheme::PssSha256);
        (able && offered.contains(&SignatureScheme::RSA_PSS_SHA256)).then(|| Box::new(self.clone()) as _)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl TlsSigner for StoredKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature = self.0.sign(domain::SignatureScheme::PssSha256, message);
        signature.map_err(|error| Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::RSA_PSS_SHA256
    }
}

/// Which server it is does not matter here.
#[derive(Debug)]
struct AnyServer;

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::RSA_PSS_SHA256]
    }
}

#[test]
fn another_key_than_the_certificate_s_is_not_let_in() {
    let store = shirushi::keystore::MemoryStore::new();
    let signer = crate::contract::make(&store, 1);
    assert!(logs_in(Arc::clone(&signer), &Chain::for_key(signer.spki_der(), 1)));
    assert!(!logs_in(signer, &Chain::for_key(&certificates::strange_key(), 1)));
}

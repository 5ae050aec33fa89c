//! Who is at the other end: the profile's roots, the right name, and the very key that the user was shown.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::{ConnectError, progress::Progress};
use crate::domain::{Certificate, PeerIdentity, SpkiHash};

/// webpki's verdict over the profile's anchors, then the pin. Both are given before the handshake ends, so that a
/// client certificate is not shown to another server either.
#[derive(Debug)]
pub(super) struct PeerVerifier {
    pub(super) roots: Arc<WebPkiServerVerifier>,
    pub(super) pin: Option<SpkiHash>,
    pub(super) progress: Arc<Progress>,
}

impl PeerVerifier {
    fn refuse(&self, cause: ConnectError, error: Error) -> Error {
        self.progress.failed(cause);
        error
    }

    fn meet(&self, end_entity: &CertificateDer<'_>) -> Result<(), Error> {
        let certificate = Certificate::from_der(end_entity.as_ref())
            .map_err(|_| self.refuse(ConnectError::NotTrusted, CertificateError::BadEncoding.into()))?;
        let key = certificate.spki_hash();
        if self.pin.is_some_and(|pin| pin != key) {
            let error = CertificateError::ApplicationVerificationFailure.into();
            return Err(self.refuse(ConnectError::OtherServer, error));
        }
        self.progress.saw_peer(PeerIdentity {
            key,
            subject: certificate.subject().readable(),
            not_after: certificate.not_after(),
        });
        Ok(())
    }
}

impl ServerCertVerifier for PeerVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self
            .roots
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| self.refuse(why(&error), error))?;
        self.meet(end_entity)?;
        Ok(verdict)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.roots.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.roots.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.roots.supported_verify_schemes()
    }
}

fn why(error: &Error) -> ConnectError {
    use CertificateError as C;
    match error {
        Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => ConnectError::WrongName,
        Error::InvalidCertificate(
            C::Expired | C::ExpiredContext { .. } | C::NotValidYet | C::NotValidYetContext { .. },
        ) => ConnectError::ServerExpired,
        _ => ConnectError::NotTrusted,
    }
}

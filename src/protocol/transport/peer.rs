//! Who is at the other end: the profile's roots, the right name, and the very key that the user was shown.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::{ConnectError, StopReason, progress::Progress, system_trust};
use crate::domain::{Certificate, PeerIdentity, SpkiHash};

/// Longest name of a stranger that is shown.
const MAX_NAME: usize = 60;

/// webpki's verdict over the profile's anchors, then the pin. Both are given before the handshake ends, so that a
/// client certificate is not shown to another server either.
#[derive(Debug)]
pub(super) struct PeerVerifier {
    pub(super) roots: Arc<WebPkiServerVerifier>,
    pub(super) pin: Option<SpkiHash>,
    /// A proxy that is spoken to over TLS: what this PC trusts decides about it, and nothing else about anybody.
    pub(super) proxy: Option<ServerName<'static>>,
    pub(super) progress: Arc<Progress>,
}

/// What the other end has shown, and for which name.
struct Shown<'a> {
    end_entity: &'a CertificateDer<'a>,
    intermediates: &'a [CertificateDer<'a>],
    name: &'a ServerName<'a>,
}

impl PeerVerifier {
    fn refuse(&self, cause: ConnectError, error: Error) -> Error {
        self.progress.failed(cause);
        error
    }

    fn judge_proxy(&self, shown: &Shown<'_>, now: UnixTime) -> Result<ServerCertVerified, Error> {
        if system_trust::accepts(shown.end_entity, shown.intermediates, shown.name, now) {
            self.progress.trusts_proxy();
            return Ok(ServerCertVerified::assertion());
        }
        self.progress.stopped_at_proxy(StopReason::NotTrusted);
        Err(CertificateError::UnknownIssuer.into())
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
        if self.proxy.as_ref() == Some(server_name) && self.progress.waits_at_proxy() {
            return self.judge_proxy(&Shown { end_entity, intermediates, name: server_name }, now);
        }
        let verdict = self
            .roots
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| {
                let shown = Shown { end_entity, intermediates, name: server_name };
                self.refuse(self.why(&error, &shown, now), error)
            })?;
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

impl PeerVerifier {
    fn why(&self, error: &Error, shown: &Shown<'_>, now: UnixTime) -> ConnectError {
        match verdict(error) {
            Verdict::WrongName => ConnectError::WrongName,
            Verdict::Dates => self.outside_dates(shown, now).unwrap_or(ConnectError::NotTrusted),
            Verdict::NotTrusted => inspected(shown, now).unwrap_or(ConnectError::NotTrusted),
        }
    }

    /// Only where everything but the dates is right: then the clock or the server is late, and nobody is pretending.
    fn outside_dates(&self, shown: &Shown<'_>, now: UnixTime) -> Option<ConnectError> {
        let (from, until) = validity(shown)?;
        let within = UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::try_from(from.as_second()).ok()?));
        match self.roots.verify_server_cert(shown.end_entity, shown.intermediates, shown.name, &[], within) {
            Ok(_) => {
                let here = Timestamp::from_second(i64::try_from(now.as_secs()).ok()?).ok()?;
                Some(ConnectError::OutsideDates { here, from, until })
            }
            Err(error) if verdict(&error) == Verdict::WrongName => Some(ConnectError::WrongName),
            Err(_) => None,
        }
    }
}

#[derive(PartialEq, Eq)]
enum Verdict {
    WrongName,
    Dates,
    NotTrusted,
}

fn verdict(error: &Error) -> Verdict {
    use CertificateError as C;
    match error {
        Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => Verdict::WrongName,
        Error::InvalidCertificate(
            C::Expired | C::ExpiredContext { .. } | C::NotValidYet | C::NotValidYetContext { .. },
        ) => Verdict::Dates,
        _ => Verdict::NotTrusted,
    }
}

/// From when to when everything that was shown is valid together.
fn validity(shown: &Shown<'_>) -> Option<(Timestamp, Timestamp)> {
    let all = std::iter::once(shown.end_entity).chain(shown.intermediates);
    let all: Vec<Certificate> = all.map(|der| Certificate::from_der(der.as_ref()).ok()).collect::<Option<_>>()?;
    let from = all.iter().map(Certificate::not_before).max()?;
    let until = all.iter().map(Certificate::not_after).min()?;
    (from <= until).then_some((from, until))
}

/// The chain is not the bank's, and yet this PC has been told to take it: somebody in between answers for the server.
fn inspected(shown: &Shown<'_>, now: UnixTime) -> Option<ConnectError> {
    if !system_trust::accepts(shown.end_entity, shown.intermediates, shown.name, now) {
        return None;
    }
    let issuer = Certificate::from_der(shown.end_entity.as_ref()).ok()?.issuer();
    let name = issuer.attribute("O").or_else(|| issuer.attribute("CN")).unwrap_or_default();
    Some(ConnectError::Inspected { by: showable(name) })
}

/// Letters of any script and what stands between them in a name; nothing that draws over the rest of the page.
fn showable(name: &str) -> String {
    let fits = |c: &char| c.is_alphanumeric() || " .,-_()&'/・".contains(*c);
    name.chars().filter(fits).take(MAX_NAME).collect()
}

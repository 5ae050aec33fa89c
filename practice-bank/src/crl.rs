//! The list of certificates that stopped working (RFC 5280 §5).

use std::time::{Duration, SystemTime};

use der::{
    Encode,
    asn1::{BitString, Uint},
};
use rsa::{
    pkcs1v15::SigningKey,
    signature::{SignatureEncoding, Signer},
};
use sha2::Sha256;
use x509_cert::{
    Certificate, TbsCertificate, Version,
    crl::{CertificateList, RevokedCert, TbsCertList},
    ext::{
        Extension, ToExtension,
        pkix::{AuthorityKeyIdentifier, CrlNumber, CrlReason, SubjectKeyIdentifier},
    },
    name::Name,
    serial_number::SerialNumber,
    spki::DynSignatureAlgorithmIdentifier,
    time::Time,
};

use crate::{Error, certificate::unhex};

/// How long the list may be believed.
pub(crate) const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// A certificate that stopped working.
#[derive(Debug)]
pub(crate) struct Gone {
    /// Lower-case hex.
    pub serial: String,
    /// Unix seconds.
    pub since: u64,
    /// By a newer one, rather than because somebody wished so.
    pub superseded: bool,
}

/// Made by hand: the typed builder would name the key of the issuer's own issuer (§5.2.1).
pub(crate) fn sign(issuer: &Certificate, signer: &SigningKey<Sha256>, gone: &[Gone]) -> Result<Vec<u8>, Error> {
    let issuer = issuer.tbs_certificate();
    let now = SystemTime::now();
    let revoked = gone.iter().map(|gone| entry(gone, issuer.subject())).collect::<Result<Vec<_>, _>>()?;
    let list = TbsCertList {
        version: Version::V2,
        signature: signer.signature_algorithm_identifier()?,
        issuer: issuer.subject().clone(),
        this_update: Time::try_from(now)?,
        next_update: Some(Time::try_from(now + FRESH)?),
        // §5.1.2.6: an empty list is left out.
        revoked_certificates: (!revoked.is_empty()).then_some(revoked),
        crl_extensions: Some(extensions(issuer, now)?),
    };
    let signature = signer.sign(&list.to_der()?);
    let list = CertificateList {
        signature_algorithm: list.signature.clone(),
        signature: BitString::from_bytes(&signature.to_bytes())?,
        tbs_cert_list: list,
    };
    Ok(list.to_der()?)
}

fn entry(gone: &Gone, issuer: &Name) -> Result<RevokedCert, Error> {
    // §5.3.1: "unspecified" is said by saying nothing.
    let reason = gone.superseded.then(|| CrlReason::Superseded.to_extension(issuer, &[])).transpose()?;
    Ok(RevokedCert {
        serial_number: SerialNumber::new(&unhex(&gone.serial))?,
        revocation_date: Time::try_from(SystemTime::UNIX_EPOCH + Duration::from_secs(gone.since))?,
        crl_entry_extensions: reason.map(|reason| vec![reason]),
    })
}

/// The list's number is the time in milliseconds: it only ever rises, also over a restart.
fn extensions(issuer: &TbsCertificate, now: SystemTime) -> Result<Vec<Extension>, Error> {
    let millis = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
    let number = CrlNumber(Uint::new(&millis.to_be_bytes())?);
    let key = issuer.get_extension::<SubjectKeyIdentifier>()?.map(|(_, key)| key.0);
    let authority = AuthorityKeyIdentifier { key_identifier: key, ..AuthorityKeyIdentifier::default() };
    let name = issuer.subject();
    Ok(vec![authority.to_extension(name, &[])?, number.to_extension(name, &[])?])
}

//! The list of revoked certificates as whoever trusts certificates reads it (RFC 5280 §6.3).

use std::time::SystemTime;

use der::{Decode, Encode, asn1::ObjectIdentifier, oid::db::rfc5912::SHA_256_WITH_RSA_ENCRYPTION};
use rsa::{
    PublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    pkcs8::DecodePublicKey,
    signature::Verifier,
};
use sha2::Sha256;
use x509_cert::{
    Certificate,
    crl::{CertificateList, RevokedCert},
    ext::pkix::CrlReason,
    time::Time,
};

use crate::certificate::hex;

/// What a list says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    Absent,
    Revoked,
    /// A newer one took its place.
    Superseded,
}

/// Why a list is not believed. Who cannot know whether a certificate is revoked lets nobody in with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unbelievable {
    /// Something else, or damaged.
    #[error("it is no certificate revocation list")]
    Unreadable,
    /// A list for other certificates.
    #[error("another authority made it")]
    OtherIssuer,
    /// By another key, by none, or of other content.
    #[error("the signature is not the issuer's")]
    BadSignature,
    /// What happened since is not in it.
    #[error("it is out of date, or from the future")]
    NotOfToday,
}

/// A list that may be believed.
#[derive(Debug)]
pub(crate) struct RevocationList(Vec<RevokedCert>);

impl RevocationList {
    /// Of this issuer, signed by its key, and of today.
    pub fn believe(der: &[u8], issuer: &Certificate, now: SystemTime) -> Result<Self, Unbelievable> {
        let list: CertificateList = CertificateList::from_der(der).map_err(|_| Unbelievable::Unreadable)?;
        if list.tbs_cert_list.issuer != *issuer.tbs_certificate().subject() {
            return Err(Unbelievable::OtherIssuer);
        }
        if !is_signed(&list, issuer) {
            return Err(Unbelievable::BadSignature);
        }
        let list = list.tbs_cert_list;
        let is_past = |time: &Time| time.to_system_time() <= now;
        // §5.1.2.5: the profile wants nextUpdate in every list.
        if !is_past(&list.this_update) || list.next_update.as_ref().is_none_or(is_past) {
            return Err(Unbelievable::NotOfToday);
        }
        Ok(Self(list.revoked_certificates.unwrap_or_default()))
    }

    /// By serial number, in lower-case hex.
    pub fn look_up(&self, serial: &str) -> Listing {
        match self.0.iter().find(|entry| hex(entry.serial_number.as_bytes()) == serial) {
            None => Listing::Absent,
            Some(entry) if reason(entry) == Some(CrlReason::Superseded) => Listing::Superseded,
            Some(_) => Listing::Revoked,
        }
    }
}

const ALGORITHM: ObjectIdentifier = SHA_256_WITH_RSA_ENCRYPTION;

fn is_signed(list: &CertificateList, issuer: &Certificate) -> bool {
    let names = [list.signature_algorithm.oid, list.tbs_cert_list.signature.oid];
    let key = issuer.tbs_certificate().subject_public_key_info().to_der().ok();
    let key = key.and_then(|key| PublicKey::from_public_key_der(&key).ok());
    let signature = Signature::try_from(list.signature.raw_bytes()).ok();
    let (Some(key), Some(signature), Ok(content)) = (key, signature, list.tbs_cert_list.to_der()) else {
        return false;
    };
    names == [ALGORITHM; 2] && VerifyingKey::<Sha256>::new(key).verify(&content, &signature).is_ok()
}

fn reason(entry: &RevokedCert) -> Option<CrlReason> {
    use der::oid::AssociatedOid as _;
    let mut extensions = entry.crl_entry_extensions.iter().flatten();
    let reason = extensions.find(|extension| extension.extn_id == CrlReason::OID)?;
    CrlReason::from_der(reason.extn_value.as_bytes()).ok()
}

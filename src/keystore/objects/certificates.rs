//! Certificate objects as NSS, Chromium and Firefox read them.

use cryptoki::{
    error::Error,
    object::{Attribute, AttributeType, CertificateType, ObjectClass, ObjectHandle},
    session::Session,
};
use x509_cert::der::Encode as _;

use crate::domain::Certificate;

/// Stores a certificate, unless this very one is there. `id` is its key's ([`super::link`]); NSS gives one to
/// certificates without a key here as well.
pub(super) fn store(session: &Session, certificate: &Certificate, id: &[u8]) -> Result<(), Error> {
    if !find(session, &[Attribute::Value(certificate.der().to_vec())])?.is_empty() {
        return Ok(());
    }
    let parsed = certificate.parsed().tbs_certificate();
    let (Ok(subject), Ok(issuer), Ok(serial)) =
        (parsed.subject().to_der(), parsed.issuer().to_der(), parsed.serial_number().to_der())
    else {
        return Err(Error::InvalidValue);
    };
    let label = free_label(session, certificate, &subject)?;
    session.create_object(&[
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::CertificateType(CertificateType::X_509),
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Label(label),
        Attribute::Id(id.to_vec()),
        Attribute::Subject(subject),
        Attribute::Issuer(issuer),
        Attribute::SerialNumber(serial),
        Attribute::Value(certificate.der().to_vec()),
    ])?;
    Ok(())
}

/// NSS's rule for nicknames: certificates of one subject share one, other subjects may not have it.
fn free_label(session: &Session, certificate: &Certificate, subject: &[u8]) -> Result<Vec<u8>, Error> {
    for same in find(session, &[Attribute::Subject(subject.to_vec())])? {
        if let Some(label) = text(session, same, AttributeType::Label)?.filter(|label| !label.is_empty()) {
            return Ok(label);
        }
    }
    let name = certificate.subject();
    let readable = name.attribute("CN").map_or_else(|| name.readable(), str::to_owned);
    let mut label = readable.clone();
    let mut number = 2_u32;
    while !find(session, &[Attribute::Label(label.clone().into_bytes())])?.is_empty() {
        label = format!("{readable} #{number}");
        number += 1;
    }
    Ok(label.into_bytes())
}

/// Every certificate of the database with its CKA_ID.
pub(super) fn all(session: &Session) -> Result<Vec<(Vec<u8>, Certificate)>, Error> {
    let mut certificates = Vec::new();
    for handle in find(session, &[])? {
        let id = text(session, handle, AttributeType::Id)?.unwrap_or_default();
        let der = text(session, handle, AttributeType::Value)?.unwrap_or_default();
        // What does not parse here cannot be one of ours; the browser may know better.
        certificates.extend(Certificate::from_der(der).ok().map(|certificate| (id, certificate)));
    }
    Ok(certificates)
}

fn find(session: &Session, more: &[Attribute]) -> Result<Vec<ObjectHandle>, Error> {
    let mut template = vec![Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Token(true)];
    template.extend_from_slice(more);
    session.find_objects(&template)
}

fn text(session: &Session, object: ObjectHandle, kind: AttributeType) -> Result<Option<Vec<u8>>, Error> {
    let attributes = session.get_attributes(object, &[kind])?;
    Ok(attributes.into_iter().find_map(|attribute| match attribute {
        Attribute::Label(bytes) | Attribute::Id(bytes) | Attribute::Value(bytes) => Some(bytes),
        _ => None,
    }))
}

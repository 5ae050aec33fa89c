//! Whether a certificate is written as RFC 5280 says, where webpki does not look.
//!
//! Whoever asks for the certificate later may be stricter: OpenSSL takes no certificate of which an extension that it
//! knows is no such extension, or of which a name is in no alphabet.

use x509_cert::{
    attr::AttributeTypeAndValue,
    certificate::TbsCertificate,
    der::{
        Decode, Tag, Tagged,
        asn1::{BitString, BmpString, ObjectIdentifier, Utf8StringRef},
        oid::AssociatedOid,
    },
    ext::pkix::{
        AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, IssuerAltName, KeyUsage,
        NameConstraints, SubjectAltName, SubjectKeyIdentifier, crl::dp::DistributionPoint,
    },
    name::Name,
};

use super::Rule;
use crate::domain::Certificate;

pub(super) fn check(certificate: &Certificate) -> Result<(), Rule> {
    let content = certificate.parsed().tbs_certificate();
    // Unique identifiers are of before version 3, nobody uses them (§4.1.2.8), and webpki cannot read on after them.
    let modern = content.issuer_unique_id().is_none() && content.subject_unique_id().is_none();
    let written = is_written(content.issuer()) && is_written(content.subject());
    if modern && written && extensions_are_read(content) { Ok(()) } else { Err(Rule::WellFormed) }
}

fn extensions_are_read(content: &TbsCertificate) -> bool {
    let extensions = content.extensions().map_or(&[][..], Vec::as_slice);
    let mut kinds: Vec<_> = extensions.iter().map(|extension| extension.extn_id).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.len() == extensions.len()
        && kinds.iter().all(is_shortest)
        && purposes_are_read(content)
        && revocation_is_read(content)
        && reads::<BasicConstraints>(content)
        && reads::<KeyUsage>(content)
        && reads::<SubjectKeyIdentifier>(content)
        && reads::<AuthorityKeyIdentifier>(content)
        && reads::<SubjectAltName>(content)
        && reads::<IssuerAltName>(content)
        && reads::<NameConstraints>(content)
        && netscape_type(content).is_ok()
}

fn reads<T>(content: &TbsCertificate) -> bool
where
    T: for<'a> Decode<'a> + AssociatedOid,
{
    content.get_extension::<T>().is_ok()
}

fn purposes_are_read(content: &TbsCertificate) -> bool {
    match content.get_extension::<ExtendedKeyUsage>() {
        Ok(usage) => usage.is_none_or(|(_, purposes)| purposes.0.iter().all(is_shortest)),
        Err(_) => false,
    }
}

/// A place to ask, or whom to ask (§4.2.1.13); reasons alone are nothing.
fn revocation_is_read(content: &TbsCertificate) -> bool {
    let asks_somebody = |point: &DistributionPoint| {
        point.distribution_point.is_some() || point.crl_issuer.as_ref().is_some_and(|issuer| !issuer.is_empty())
    };
    match content.get_extension::<CrlDistributionPoints>() {
        Ok(points) => points.is_none_or(|(_, points)| points.0.iter().all(asks_somebody)),
        Err(_) => false,
    }
}

/// No number in it has leading zeros (X.690 §8.19.2), with which it would be another's name under two spellings.
fn is_shortest(kind: &ObjectIdentifier) -> bool {
    let bytes = kind.as_bytes();
    let starts = [true].into_iter().chain(bytes.iter().map(|byte| byte & 0x80 == 0));
    starts.zip(bytes).all(|(starts, byte)| !starts || *byte != 0x80)
}

fn is_written(name: &Name) -> bool {
    name.iter().all(in_an_alphabet)
}

/// The types of a DirectoryString (§4.1.2.4) and those of older attributes.
fn in_an_alphabet(attribute: &AttributeTypeAndValue) -> bool {
    let value = &attribute.value;
    let spelt = match value.tag() {
        Tag::Utf8String => value.decode_as::<Utf8StringRef<'_>>().is_ok(),
        Tag::BmpString => value.decode_as::<BmpString>().is_ok(),
        Tag::PrintableString | Tag::Ia5String | Tag::TeletexString | Tag::NumericString | Tag::BitString => true,
        _ => false,
    };
    spelt && is_shortest(&attribute.oid)
}

/// Netscape's certificate type, which old CAs still write and OpenSSL still heeds.
const NETSCAPE_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.113730.1.1");
const SSL_CLIENT: u8 = 0x80;

fn netscape_type(content: &TbsCertificate) -> Result<Option<BitString>, Rule> {
    let mut extensions = content.extensions().into_iter().flatten();
    let found = extensions.find(|extension| extension.extn_id == NETSCAPE_TYPE);
    let read = found.map(|extension| BitString::from_der(extension.extn_value.as_bytes()));
    read.transpose().map_err(|_| Rule::WellFormed)
}

pub(super) fn netscape_allows_clients(certificate: &Certificate) -> Result<bool, Rule> {
    let kind = netscape_type(certificate.parsed().tbs_certificate())?;
    Ok(kind.is_none_or(|bits| bits.raw_bytes().first().is_some_and(|first| first & SSL_CLIENT != 0)))
}

//! Belief: which rule an answer keeps or breaks before it may be called a certificate.
//!
//! webpki builds the path and checks its signatures, but it accepts a leaf without extended key usage, a leaf with any
//! key usage and a CA without keyCertSign, and does not look at the names of keys or into extensions that it has no use
//! for; those rules are checked here as well. docs/pkits.md says where it is stricter than it must be.

use jiff::{SignedDuration, Timestamp};
use rsa::{PublicKey, pkcs1v15, pss, sha2::Sha256, signature::Verifier, traits::PublicKeyParts};
use x509_cert::{
    certificate::Version,
    der::{
        Decode,
        oid::{
            AssociatedOid, ObjectIdentifier,
            db::{rfc5280::ID_KP_CLIENT_AUTH, rfc5912},
        },
    },
    ext::pkix::{BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, NameConstraints, SubjectAltName},
    spki::SubjectPublicKeyInfoRef,
};

use crate::domain::{Certificate, DistinguishedName, SignatureScheme, SpkiHash};

mod chain;
mod form;

/// A rule that an answer broke. Named in the report; users read one of a few texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// No certificate could be read from the answer.
    Readable,
    /// One certificate must be for the key made on this PC.
    OurKey,
    /// It must lead to the profile's issuer anchors.
    Chain,
    /// Extended key usage must name clientAuth (RFC 5280 §4.2.1.12).
    ClientAuth,
    /// Key usage must allow digitalSignature (§4.2.1.3).
    KeyUsage,
    /// Must not be a CA (§4.2.1.9), nor hold a key that may sign certificates (§4.2.1.3).
    NotACa,
    /// Valid now (a few minutes of tolerance) and not already over.
    Dates,
    /// The subject must be the applicant's.
    Subject,
    /// SHA-256 or better, RSA of the length that was asked.
    Algorithm,
    /// No critical extension that this program does not know (§4.2).
    CriticalExtension,
    /// Names are written in their character sets (§4.1.2.4), and every extension once and as its kind asks (§4.2):
    /// others who have to read the certificate, a server at login above all, take no other.
    WellFormed,
}

/// What the answer is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    /// The key made on this PC.
    pub key: SpkiHash,
    /// Attributes that the subject must have.
    pub subject: &'a DistinguishedName,
    /// 更新: the certificate whose name must come back unchanged.
    pub renews: Option<&'a Certificate>,
    pub issuer_anchors: &'a [Certificate],
    /// Further intermediates, from `cacerts`; nobody believes in them by themselves.
    pub intermediates: &'a [Certificate],
    /// Length of the RSA modulus.
    pub bits: u16,
    pub now: Timestamp,
}

/// A certificate that keeps every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Believed {
    pub leaf: Certificate,
    /// From the leaf's issuer towards the anchor, without the anchor.
    pub intermediates: Vec<Certificate>,
}

/// A clock may differ that much from the CA's.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Finds our certificate among those of the answer and holds it against every rule.
pub fn believe(certificates: Vec<Certificate>, expectation: &Expectation<'_>) -> Result<Believed, Rule> {
    if certificates.is_empty() {
        return Err(Rule::Readable);
    }
    let (mut ours, others): (Vec<_>, Vec<_>) =
        certificates.into_iter().partition(|certificate| certificate.spki_hash() == expectation.key);
    ours.dedup();
    let leaf = match <[Certificate; 1]>::try_from(ours) {
        Ok([leaf]) => leaf,
        Err(_) => return Err(Rule::OurKey),
    };
    let candidates: Vec<&Certificate> = others.iter().chain(expectation.intermediates).collect();
    if let Ok(intermediates) = path_at(expectation.now, &leaf, &candidates, expectation) {
        return Ok(Believed { leaf, intermediates });
    }
    // Dates decide last: a clock can be set right, and then the same answer is read again. Whatever is wrong at the
    // certificate's own time as well is wrong for good.
    match path_at(leaf.not_before(), &leaf, &candidates, expectation) {
        Ok(_) => Err(Rule::Dates),
        Err(rule) => Err(rule),
    }
}

fn path_at(
    now: Timestamp,
    leaf: &Certificate,
    candidates: &[&Certificate],
    expectation: &Expectation<'_>,
) -> Result<Vec<Certificate>, Rule> {
    let expectation = &Expectation { now, ..*expectation };
    check_leaf(leaf, expectation)?;
    path(leaf, candidates, expectation.issuer_anchors, now)
}

/// The path from `leaf` to an anchor at that time: its intermediates, leaf's issuer first. Says nothing about whose the
/// leaf is or what it is for.
pub fn path(
    leaf: &Certificate,
    candidates: &[&Certificate],
    anchors: &[Certificate],
    now: Timestamp,
) -> Result<Vec<Certificate>, Rule> {
    chain::build(leaf, candidates, anchors, now)
}

fn check_leaf(leaf: &Certificate, expectation: &Expectation<'_>) -> Result<(), Rule> {
    // Version 3 first: an older certificate has none of the extensions below (RFC 5280 §4.1.2.1).
    if leaf.parsed().tbs_certificate().version() != Version::V3 {
        return Err(Rule::Readable);
    }
    check_algorithm(leaf)?;
    check_key_length(leaf, expectation.bits)?;
    check_critical_extensions(leaf)?;
    check_not_a_ca(leaf)?;
    check_client_auth(leaf)?;
    check_key_usage(leaf)?;
    form::check(leaf)?;
    check_dates(leaf, expectation.now)?;
    check_subject(leaf, expectation)
}

fn check_subject(leaf: &Certificate, expectation: &Expectation<'_>) -> Result<(), Rule> {
    let carried_on = expectation.renews.is_none_or(|renewed| leaf.has_subject_of(renewed));
    if carried_on && leaf.subject().covers(expectation.subject) { Ok(()) } else { Err(Rule::Subject) }
}

/// SHA-256 or better. For PSS the hash is in the parameters, and webpki knows only the three good ones.
const GOOD_SIGNATURES: [ObjectIdentifier; 7] = [
    rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
    rfc5912::SHA_384_WITH_RSA_ENCRYPTION,
    rfc5912::SHA_512_WITH_RSA_ENCRYPTION,
    rfc5912::ID_RSASSA_PSS,
    rfc5912::ECDSA_WITH_SHA_256,
    rfc5912::ECDSA_WITH_SHA_384,
    rfc5912::ECDSA_WITH_SHA_512,
];

fn check_algorithm(certificate: &Certificate) -> Result<(), Rule> {
    let oid = certificate.parsed().signature_algorithm().oid;
    if GOOD_SIGNATURES.contains(&oid) { Ok(()) } else { Err(Rule::Algorithm) }
}

fn check_key_length(leaf: &Certificate, bits: u16) -> Result<(), Rule> {
    let key = rsa_key(&leaf.spki_der()).ok_or(Rule::Algorithm)?;
    if key.n().bit_width() == u32::from(bits) { Ok(()) } else { Err(Rule::Algorithm) }
}

/// What this program or webpki looks into (RFC 5280 §4.2).
const KNOWN_EXTENSIONS: [ObjectIdentifier; 6] = [
    KeyUsage::OID,
    ExtendedKeyUsage::OID,
    BasicConstraints::OID,
    SubjectAltName::OID,
    NameConstraints::OID,
    CrlDistributionPoints::OID,
];

fn check_critical_extensions(certificate: &Certificate) -> Result<(), Rule> {
    let extensions = certificate.parsed().tbs_certificate().extensions();
    let mut critical = extensions.into_iter().flatten().filter(|extension| extension.critical);
    if critical.all(|extension| KNOWN_EXTENSIONS.contains(&extension.extn_id)) {
        Ok(())
    } else {
        Err(Rule::CriticalExtension)
    }
}

fn check_not_a_ca(leaf: &Certificate) -> Result<(), Rule> {
    let constraints = extension::<BasicConstraints>(leaf, Rule::NotACa)?;
    // A length of 0 is out of place there and means nothing; anything else is a contradiction that OpenSSL refuses.
    let plain = constraints.is_none_or(|it| !it.ca && it.path_len_constraint.unwrap_or(0) == 0);
    let signs = extension::<KeyUsage>(leaf, Rule::KeyUsage)?.is_some_and(|usage| usage.key_cert_sign());
    if plain && !signs { Ok(()) } else { Err(Rule::NotACa) }
}

fn check_client_auth(leaf: &Certificate) -> Result<(), Rule> {
    let usage = extension::<ExtendedKeyUsage>(leaf, Rule::ClientAuth)?;
    let named = usage.is_some_and(|usage| usage.0.contains(&ID_KP_CLIENT_AUTH));
    if named && form::netscape_allows_clients(leaf)? { Ok(()) } else { Err(Rule::ClientAuth) }
}

fn check_key_usage(leaf: &Certificate) -> Result<(), Rule> {
    match extension::<KeyUsage>(leaf, Rule::KeyUsage)? {
        Some(usage) if !usage.digital_signature() => Err(Rule::KeyUsage),
        _ => Ok(()), // no key usage means every usage (RFC 5280 §4.2.1.3)
    }
}

fn check_dates(leaf: &Certificate, now: Timestamp) -> Result<(), Rule> {
    let begun = leaf.not_before() <= now.saturating_add(CLOCK_TOLERANCE).unwrap_or(now);
    let lasts = leaf.not_before() < leaf.not_after() && now <= leaf.not_after();
    if begun && lasts { Ok(()) } else { Err(Rule::Dates) }
}

/// The extension of type `T`; when its bytes cannot be read or it occurs twice, `otherwise` is broken.
fn extension<T>(certificate: &Certificate, otherwise: Rule) -> Result<Option<T>, Rule>
where
    T: for<'a> Decode<'a> + AssociatedOid,
{
    let found = certificate.parsed().tbs_certificate().get_extension::<T>();
    found.map(|extension| extension.map(|(_, value)| value)).map_err(|_| otherwise)
}

/// Whether `signature` over `message` was made with the key of `certificate`.
pub fn signature_fits(certificate: &Certificate, scheme: SignatureScheme, message: &[u8], signature: &[u8]) -> bool {
    key_signature_fits(&certificate.spki_der(), scheme, message, signature)
}

/// The same for a key that has no certificate yet.
pub(super) fn key_signature_fits(spki_der: &[u8], scheme: SignatureScheme, message: &[u8], signature: &[u8]) -> bool {
    let Some(key) = rsa_key(spki_der) else {
        return false;
    };
    match scheme {
        SignatureScheme::Pkcs1Sha256 => pkcs1v15::Signature::try_from(signature)
            .is_ok_and(|signature| pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(message, &signature).is_ok()),
        SignatureScheme::PssSha256 => pss::Signature::try_from(signature)
            .is_ok_and(|signature| pss::VerifyingKey::<Sha256>::new(key).verify(message, &signature).is_ok()),
    }
}

fn rsa_key(spki_der: &[u8]) -> Option<PublicKey> {
    PublicKey::try_from(SubjectPublicKeyInfoRef::from_der(spki_der).ok()?).ok()
}

//! The path from the leaf to one of the profile's anchors (RFC 5280 §6).

use std::{cell::Cell, time::Duration};

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage as Purpose, VerifiedPath, anchor_from_trusted_cert};
use x509_cert::{
    der::Encode,
    ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier, name::GeneralName},
};

use super::{CLOCK_TOLERANCE, Rule, check_algorithm, check_critical_extensions, extension, form};
use crate::domain::Certificate;

/// The intermediates of a path that keeps every rule, leaf's issuer first.
pub(super) fn build(
    leaf: &Certificate,
    candidates: &[&Certificate],
    anchors: &[Certificate],
    now: Timestamp,
) -> Result<Vec<Certificate>, Rule> {
    // A CA that was set up minutes ago, seen from a clock that is minutes behind, is no reason to doubt.
    let later = now.saturating_add(CLOCK_TOLERANCE).unwrap_or(now);
    match build_at(now, leaf, candidates, anchors) {
        Err(Broken { early: Early::Yes, .. }) => build_at(later, leaf, candidates, anchors),
        outcome => outcome,
    }
    .map_err(|broken| broken.rule)
}

struct Broken {
    rule: Rule,
    early: Early,
}

/// Whether something was not valid *yet*.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Early {
    Yes,
    No,
}

impl From<Rule> for Broken {
    fn from(rule: Rule) -> Self {
        Self { rule, early: Early::No }
    }
}

fn build_at(
    time: Timestamp,
    leaf: &Certificate,
    candidates: &[&Certificate],
    anchors: &[Certificate],
) -> Result<Vec<Certificate>, Broken> {
    let der = |certificate: &Certificate| CertificateDer::from(certificate.der().to_vec());
    let anchor_ders: Vec<_> = anchors.iter().map(der).collect();
    let trusted: Vec<TrustAnchor<'_>> =
        anchor_ders.iter().filter_map(|anchor| anchor_from_trusted_cert(anchor).ok()).collect();
    let intermediates: Vec<_> = candidates.iter().map(|candidate| der(candidate)).collect();
    let leaf_der = der(leaf);
    let end = EndEntityCert::try_from(&leaf_der).map_err(|error| broken_rule(&error))?;
    let own_verdict = Cell::new(None);
    let own_checks = |path: &VerifiedPath<'_>| {
        check_path(leaf, path, anchors).map_err(|rule| {
            own_verdict.set(Some(rule));
            webpki::Error::UnknownIssuer // webpki looks for another path
        })
    };
    let path = end
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &trusted,
            &intermediates,
            UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(time.as_second()).unwrap_or(0))),
            Purpose::client_auth(),
            None,
            Some(&own_checks),
        )
        .map_err(|error| own_verdict.get().map_or_else(|| broken_rule(&error), Broken::from))?;
    in_path(&path).map_err(Broken::from)
}

fn in_path(path: &VerifiedPath<'_>) -> Result<Vec<Certificate>, Rule> {
    path.intermediate_certificates()
        .map(|certificate| Certificate::from_der(certificate.der().to_vec()).map_err(|_| Rule::Chain))
        .collect()
}

fn check_path(leaf: &Certificate, path: &VerifiedPath<'_>, anchors: &[Certificate]) -> Result<(), Rule> {
    let intermediates = in_path(path)?;
    intermediates.iter().try_for_each(check_intermediate)?;
    let subject = |certificate: &Certificate| certificate.parsed().tbs_certificate().subject().to_der().ok();
    let top = intermediates.last().unwrap_or(leaf);
    let issuer = top.parsed().tbs_certificate().issuer().to_der().ok();
    let ends = anchors.iter().filter(|anchor| subject(anchor) == issuer);
    // Of anchors with the same name each is tried.
    let mut judged = ends.map(|anchor| {
        let issuers = intermediates.iter().chain([anchor]);
        [leaf]
            .into_iter()
            .chain(&intermediates)
            .zip(issuers)
            .try_for_each(|(below, above)| check_key_names(below, above))
    });
    if judged.any(|verdict| verdict.is_ok()) { Ok(()) } else { Err(Rule::Chain) }
}

/// By what `below` calls the key that has signed it, this is `above`'s (RFC 5280 §4.2.1.1). webpki looks at the signature
/// alone, which is proof enough; OpenSSL, and with it many a server at login, finds no issuer where the names differ.
fn check_key_names(below: &Certificate, above: &Certificate) -> Result<(), Rule> {
    let Some(called) = extension::<AuthorityKeyIdentifier>(below, Rule::WellFormed)? else { return Ok(()) };
    let own = extension::<SubjectKeyIdentifier>(above, Rule::WellFormed)?;
    let issuer = above.parsed().tbs_certificate();
    let key = called.key_identifier.zip(own).is_none_or(|(called, own)| called == own.0);
    let serial = called.authority_cert_serial_number.is_none_or(|serial| serial == *issuer.serial_number());
    let mut names = called.authority_cert_issuer.unwrap_or_default().into_iter();
    let name = names.find_map(|name| match name {
        GeneralName::DirectoryName(name) => Some(name),
        _ => None,
    });
    if key && serial && name.is_none_or(|name| name == *issuer.issuer()) { Ok(()) } else { Err(Rule::Chain) }
}

/// A CA says that it is one (RFC 5280 §4.2.1.9) and, when it limits its key, that it may sign certificates (§4.2.1.3).
fn check_intermediate(ca: &Certificate) -> Result<(), Rule> {
    check_algorithm(ca)?;
    check_critical_extensions(ca)?;
    form::check(ca)?;
    let is_ca = extension::<BasicConstraints>(ca, Rule::Chain)?.is_some_and(|constraints| constraints.ca);
    let may_sign = extension::<KeyUsage>(ca, Rule::Chain)?.is_none_or(|usage| usage.key_cert_sign());
    if is_ca && may_sign { Ok(()) } else { Err(Rule::Chain) }
}

fn broken_rule(error: &webpki::Error) -> Broken {
    use webpki::Error as E;
    let rule = match error {
        E::CertNotValidYet { .. } => return Broken { rule: Rule::Chain, early: Early::Yes },
        E::CaUsedAsEndEntity => Rule::NotACa,
        E::RequiredEkuNotFoundContext(_) | E::EmptyEkuExtension => Rule::ClientAuth,
        E::UnsupportedCriticalExtension => Rule::CriticalExtension,
        E::SignatureAlgorithmMismatch
        | E::UnsupportedSignatureAlgorithmContext(_)
        | E::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Rule::Algorithm,
        _ => Rule::Chain,
    };
    rule.into()
}

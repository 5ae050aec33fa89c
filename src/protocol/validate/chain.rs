//! The path from the leaf to one of the profile's anchors (RFC 5280 §6).

use std::{cell::Cell, time::Duration};

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage as Purpose, VerifiedPath, anchor_from_trusted_cert};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use super::{CLOCK_TOLERANCE, Expectation, Rule, check_algorithm, check_critical_extensions, extension};
use crate::domain::Certificate;

/// The intermediates of a path that keeps every rule, leaf's issuer first.
pub(super) fn build(
    leaf: &Certificate,
    candidates: &[&Certificate],
    expectation: &Expectation<'_>,
) -> Result<Vec<Certificate>, Rule> {
    // A CA that was set up minutes ago, seen from a clock that is minutes behind, is no reason to doubt.
    let later = expectation.now.saturating_add(CLOCK_TOLERANCE).unwrap_or(expectation.now);
    match build_at(expectation.now, leaf, candidates, expectation) {
        Err(Broken { early: Early::Yes, .. }) => build_at(later, leaf, candidates, expectation),
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
    expectation: &Expectation<'_>,
) -> Result<Vec<Certificate>, Broken> {
    let der = |certificate: &Certificate| CertificateDer::from(certificate.der().to_vec());
    let anchor_ders: Vec<_> = expectation.issuer_anchors.iter().map(der).collect();
    let anchors: Vec<TrustAnchor<'_>> =
        anchor_ders.iter().filter_map(|anchor| anchor_from_trusted_cert(anchor).ok()).collect();
    let intermediates: Vec<_> = candidates.iter().map(|candidate| der(candidate)).collect();
    let leaf_der = der(leaf);
    let end = EndEntityCert::try_from(&leaf_der).map_err(|error| broken_rule(&error))?;
    let own_verdict = Cell::new(None);
    let own_checks = |path: &VerifiedPath<'_>| {
        check_path(path).map_err(|rule| {
            own_verdict.set(Some(rule));
            webpki::Error::UnknownIssuer // webpki looks for another path
        })
    };
    let path = end
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
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

fn check_path(path: &VerifiedPath<'_>) -> Result<(), Rule> {
    in_path(path)?.iter().try_for_each(check_intermediate)
}

/// A CA says that it is one (RFC 5280 §4.2.1.9) and, when it limits its key, that it may sign certificates (§4.2.1.3).
fn check_intermediate(ca: &Certificate) -> Result<(), Rule> {
    check_algorithm(ca)?;
    check_critical_extensions(ca)?;
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

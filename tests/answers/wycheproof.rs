//! Project Wycheproof's awkward RSA signatures, against both verifiers of the product: the one for requests and proofs
//! (the crate rsa) and the one for certificates and TLS (webpki over ring). Every disagreement stands with its reason in
//! docs/validation.md.

use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use shirushi::{
    domain::{Certificate, SignatureScheme},
    protocol::validate::signature_fits,
};
use webpki::EndEntityCert;
use wycheproof::{HashFunction, TestResult, rsa_pkcs1_verify, rsa_pss_verify};

use crate::{paper::Paper, table::Row};

struct Case {
    /// What is said in the list: set, number, Wycheproof's remark.
    place: String,
    result: TestResult,
    /// Of each verifier that knows this kind of signature.
    verdicts: Vec<(&'static str, bool)>,
}

/// What a verifier is asked.
struct Asked<'a> {
    hash: HashFunction,
    scheme: Scheme,
    message: &'a [u8],
    signature: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Pkcs1,
    Pss,
}

/// A certificate for a key of Wycheproof's, so that both are asked as the product asks them.
fn certificate(key: &[u8]) -> Certificate {
    Paper { key: key.to_vec(), ..Paper::leaf() }.certificate()
}

fn verdicts(certificate: &Certificate, asked: &Asked<'_>) -> Vec<(&'static str, bool)> {
    let own = match (asked.scheme, asked.hash) {
        (Scheme::Pkcs1, HashFunction::Sha2_256) => Some(SignatureScheme::Pkcs1Sha256),
        (Scheme::Pss, HashFunction::Sha2_256) => Some(SignatureScheme::PssSha256),
        _ => None,
    };
    let own = own.map(|scheme| ("rsa", signature_fits(certificate, scheme, asked.message, asked.signature)));
    let der = CertificateDer::from(certificate.der().to_vec());
    let end = EndEntityCert::try_from(&der).expect("a certificate");
    let known = algorithm(asked.scheme, asked.hash);
    let webpki = known.map(|known| ("webpki", end.verify_signature(known, asked.message, asked.signature).is_ok()));
    own.into_iter().chain(webpki).collect()
}

fn algorithm(scheme: Scheme, hash: HashFunction) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    use webpki::ring as known;
    Some(match (scheme, hash) {
        (Scheme::Pkcs1, HashFunction::Sha2_256) => known::RSA_PKCS1_2048_8192_SHA256,
        (Scheme::Pkcs1, HashFunction::Sha2_384) => known::RSA_PKCS1_2048_8192_SHA384,
        (Scheme::Pkcs1, HashFunction::Sha2_512) => known::RSA_PKCS1_2048_8192_SHA512,
        (Scheme::Pss, HashFunction::Sha2_256) => known::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        (Scheme::Pss, HashFunction::Sha2_384) => known::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
        (Scheme::Pss, HashFunction::Sha2_512) => known::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
        _ => return None,
    })
}

fn pkcs1() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in rsa_pkcs1_verify::TestName::all() {
        for group in rsa_pkcs1_verify::TestSet::load(name).expect("a set").test_groups {
            let certificate = certificate(&group.der);
            for test in &group.tests {
                let (message, signature) = (&test.msg, &test.sig);
                let asked = Asked { hash: group.hash, scheme: Scheme::Pkcs1, message, signature };
                let place = format!("{name:?} | {} | {}", test.tc_id, test.comment);
                cases.push(Case { place, result: test.result, verdicts: verdicts(&certificate, &asked) });
            }
        }
    }
    cases
}

/// The product knows the mask of the same hash and a salt as long as it, for a key that is not bound to PSS: whatever is
/// signed otherwise must be refused, be it as good as it may.
fn pss() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in rsa_pss_verify::TestName::all() {
        for group in rsa_pss_verify::TestSet::load(name).expect("a set").test_groups {
            let bound = format!("{name:?}").ends_with("WithParams");
            let ours = !bound && group.mgf_hash == Some(group.hash) && Some(group.salt_size) == length(group.hash);
            let certificate = certificate(&group.der);
            for test in &group.tests {
                let (message, signature) = (&test.msg, &test.sig);
                let asked = Asked { hash: group.hash, scheme: Scheme::Pss, message, signature };
                let place = format!("{name:?} | {} | {}", test.tc_id, test.comment);
                let result = if ours { test.result } else { TestResult::Invalid };
                cases.push(Case { place, result, verdicts: verdicts(&certificate, &asked) });
            }
        }
    }
    cases
}

/// In bytes, of the hashes that the product knows.
fn length(hash: HashFunction) -> Option<usize> {
    match hash {
        HashFunction::Sha2_256 => Some(32),
        HashFunction::Sha2_384 => Some(48),
        HashFunction::Sha2_512 => Some(64),
        _ => None,
    }
}

/// A row for each verifier that is of another opinion; what is merely acceptable may be taken or left.
fn disagreements(cases: &[Case]) -> Vec<String> {
    let of = |case: &Case| {
        let wanted = match case.result {
            TestResult::Valid => true,
            TestResult::Invalid => false,
            TestResult::Acceptable => return Vec::new(),
        };
        let others = case.verdicts.iter().filter(|(_, accepted)| *accepted != wanted);
        let row = |(who, accepted): &(&str, bool)| {
            let word = if *accepted { "accepted" } else { "refused" };
            format!("| {} | {:?} | {who}: {word} |", case.place, case.result)
        };
        others.map(row).collect::<Vec<_>>()
    };
    cases.iter().flat_map(of).collect()
}

const DOCUMENT: &str = include_str!("../../docs/validation.md");

/// The rows about sets of Wycheproof's.
fn listed(document: &str) -> Vec<String> {
    document.lines().filter(|line| line.starts_with("| Rsa")).map(str::to_owned).collect()
}

#[test]
fn every_disagreement_with_wycheproof_stands_in_the_list_with_its_reason() {
    let mut broken = Vec::new();
    let mut seen = Vec::new();
    for (case, cases) in [("Wycheproof: RSA PKCS#1 v1.5", pkcs1()), ("Wycheproof: RSA-PSS", pss())] {
        let asked: Vec<Case> = cases.into_iter().filter(|case| !case.verdicts.is_empty()).collect();
        let others = disagreements(&asked);
        let new: Vec<String> = others.iter().filter(|row| !listed(DOCUMENT).contains(row)).cloned().collect();
        let note = format!("{} disagreements, all in docs/validation.md", others.len());
        Row { harness: "answers", case, points: asked.len(), tried: asked.len(), broken: new.len(), note: &note }
            .enter();
        broken.extend(new);
        seen.extend(others);
        the_planted_is_seen(asked);
    }
    assert!(broken.is_empty(), "not in the list:\n{}", broken.join("\n"));
    let gone: Vec<String> = listed(DOCUMENT).into_iter().filter(|row| !seen.contains(row)).collect();
    assert!(gone.is_empty(), "no longer true:\n{}", gone.join("\n"));
}

/// Planted: a verifier that is content with any signature.
fn the_planted_is_seen(mut cases: Vec<Case>) {
    let before = disagreements(&cases).len();
    cases.iter_mut().flat_map(|case| &mut case.verdicts).for_each(|(_, accepted)| *accepted = true);
    assert!(disagreements(&cases).len() > before + 10);
}

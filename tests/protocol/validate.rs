//! One wrong answer per rule, and the oddities that harm nobody.

use jiff::{SignedDuration, Timestamp};
use shirushi::{
    domain::{Certificate, DistinguishedName, SignatureScheme, Signer},
    protocol::validate::{Believed, Expectation, Rule, believe, signature_fits},
};
use x509_cert::{
    der::{
        asn1::{ObjectIdentifier, OctetString},
        oid::db::rfc5280::ID_KP_SERVER_AUTH,
    },
    ext::{
        Extension,
        pkix::{BasicConstraints, KeyUsage, KeyUsages},
    },
};

use crate::make::{Recipe, keys, now, patched, unknown_extension};

struct Held {
    anchors: Vec<Certificate>,
    intermediates: Vec<Certificate>,
    subject: DistinguishedName,
    renews: Option<Certificate>,
    bits: u16,
    now: Timestamp,
}

impl Default for Held {
    fn default() -> Self {
        let attributes = [("CN".to_owned(), "1234567 taro".to_owned()), ("O".to_owned(), "Renshu".to_owned())];
        Self {
            anchors: vec![Recipe::root().make()],
            intermediates: vec![Recipe::ca().make()],
            subject: DistinguishedName::from_attributes(attributes),
            renews: None,
            bits: 2048,
            now: now(),
        }
    }
}

impl Held {
    fn against(&self, certificates: Vec<Certificate>) -> Result<Believed, Rule> {
        believe(
            certificates,
            &Expectation {
                key: keys().leaf.hash(),
                subject: &self.subject,
                renews: self.renews.as_ref(),
                issuer_anchors: &self.anchors,
                intermediates: &self.intermediates,
                bits: self.bits,
                now: self.now,
            },
        )
    }
}

fn broken(leaf: &Recipe) -> Option<Rule> {
    Held::default().against(vec![leaf.make()]).err()
}

const NO_CA: Option<BasicConstraints> = Some(BasicConstraints { ca: false, path_len_constraint: None });

#[test]
fn a_good_answer_is_believed_with_its_chain() {
    let (leaf, ca) = (Recipe::leaf().make(), Recipe::ca().make());
    let believed = Held::default().against(vec![leaf.clone()]);
    assert_eq!(believed, Ok(Believed { leaf, intermediates: vec![ca] }));
}

#[test]
fn order_repetition_roots_and_strangers_in_the_answer_do_no_harm() {
    let (leaf, ca, root) = (Recipe::leaf().make(), Recipe::ca().make(), Recipe::root().make());
    let stranger = Recipe { key: &keys().stranger, ..Recipe::leaf() }.make();
    let held = Held { intermediates: Vec::new(), ..Held::default() };
    let answer = vec![root, ca.clone(), leaf.clone(), stranger, ca.clone(), leaf.clone()];
    assert_eq!(held.against(answer), Ok(Believed { leaf, intermediates: vec![ca] }));
}

#[test]
fn a_leaf_straight_from_the_root_needs_no_intermediate() {
    let leaf = Recipe { issuer: "CN=Renshu Root", signer: &keys().issuer_root, ..Recipe::leaf() }.make();
    let believed = Held::default().against(vec![leaf.clone()]);
    assert_eq!(believed, Ok(Believed { leaf, intermediates: Vec::new() }));
}

#[test]
fn harmless_oddities_of_a_leaf_are_accepted() {
    let leaf = Recipe::leaf();
    let oddities = [
        Recipe { key_usage: None, ..leaf.clone() },
        Recipe { constraints: NO_CA, ..leaf.clone() },
        Recipe { extra: Some(unknown_extension(false)), ..leaf.clone() },
        Recipe { subject: "CN=1234567 taro,OU=branch,O=Renshu,C=JP", ..leaf.clone() },
        Recipe { not_before: now() + SignedDuration::from_mins(4), ..leaf },
    ];
    for oddity in oddities {
        assert_eq!(broken(&oddity), None, "{}", oddity.subject);
    }
}

#[test]
fn an_answer_without_certificates_is_not_readable() {
    assert_eq!(Held::default().against(Vec::new()), Err(Rule::Readable));
}

#[test]
fn a_certificate_older_than_version_3_is_not_readable() {
    let old = Recipe { key_usage: None, extended: None, ..Recipe::leaf() };
    assert_eq!(broken(&old), Some(Rule::Readable));
}

#[test]
fn a_certificate_for_another_key_is_not_ours() {
    assert_eq!(broken(&Recipe { key: &keys().stranger, ..Recipe::leaf() }), Some(Rule::OurKey));
}

#[test]
fn two_different_certificates_for_our_key_are_one_too_many() {
    let both = vec![Recipe::leaf().make(), Recipe { serial: 8, ..Recipe::leaf() }.make()];
    assert_eq!(Held::default().against(both), Err(Rule::OurKey));
}

#[test]
fn a_chain_to_the_roots_of_the_web_servers_is_no_chain() {
    let held = Held { anchors: vec![Recipe::tls_root().make()], ..Held::default() };
    assert_eq!(held.against(vec![Recipe::leaf().make()]), Err(Rule::Chain));
}

#[test]
fn a_missing_intermediate_breaks_the_chain() {
    let held = Held { intermediates: Vec::new(), ..Held::default() };
    assert_eq!(held.against(vec![Recipe::leaf().make()]), Err(Rule::Chain));
}

#[test]
fn a_forged_signature_breaks_the_chain() {
    assert_eq!(broken(&Recipe { signer: &keys().stranger, ..Recipe::leaf() }), Some(Rule::Chain));
}

#[test]
fn an_intermediate_that_may_not_sign_breaks_the_chain() {
    let weak = [
        Recipe { key_usage: Some(KeyUsage(KeyUsages::DigitalSignature.into())), ..Recipe::ca() },
        Recipe { constraints: NO_CA, ..Recipe::ca() },
        Recipe { constraints: None, ..Recipe::ca() },
    ];
    for ca in weak {
        let held = Held { intermediates: vec![ca.make()], ..Held::default() };
        assert_eq!(held.against(vec![Recipe::leaf().make()]), Err(Rule::Chain));
    }
}

#[test]
fn a_good_intermediate_is_found_beside_a_bad_one() {
    let bad = Recipe { key_usage: Some(KeyUsage(KeyUsages::DigitalSignature.into())), ..Recipe::ca() }.make();
    let good = Recipe::ca().make();
    let held = Held { intermediates: vec![bad, good.clone()], ..Held::default() };
    assert_eq!(held.against(vec![Recipe::leaf().make()]).map(|believed| believed.intermediates), Ok(vec![good]));
}

#[test]
fn an_intermediate_that_is_minutes_too_young_is_accepted_and_days_are_not() {
    let young = |age| Recipe { not_before: now() + age, ..Recipe::ca() }.make();
    let minutes = Held { intermediates: vec![young(SignedDuration::from_mins(4))], ..Held::default() };
    assert!(minutes.against(vec![Recipe::leaf().make()]).is_ok());
    let hours = Held { intermediates: vec![young(SignedDuration::from_hours(2))], ..Held::default() };
    assert_eq!(hours.against(vec![Recipe::leaf().make()]), Err(Rule::Chain));
}

#[test]
fn a_leaf_must_name_client_authentication() {
    assert_eq!(broken(&Recipe { extended: None, ..Recipe::leaf() }), Some(Rule::ClientAuth));
    let server_only = Recipe { extended: Some(vec![ID_KP_SERVER_AUTH]), ..Recipe::leaf() };
    assert_eq!(broken(&server_only), Some(Rule::ClientAuth));
}

#[test]
fn a_key_usage_without_signatures_is_of_no_use() {
    let usage = Some(KeyUsage(KeyUsages::KeyEncipherment.into()));
    assert_eq!(broken(&Recipe { key_usage: usage, ..Recipe::leaf() }), Some(Rule::KeyUsage));
}

#[test]
fn a_ca_is_no_client() {
    let constraints = Some(BasicConstraints { ca: true, path_len_constraint: None });
    assert_eq!(broken(&Recipe { constraints, ..Recipe::leaf() }), Some(Rule::NotACa));
}

fn with(extra: Extension) -> Recipe {
    Recipe { extra: Some(extra), ..Recipe::leaf() }
}

fn plain(kind: &str, value: &[u8]) -> Extension {
    let (extn_id, extn_value) = (ObjectIdentifier::new(kind).unwrap(), OctetString::new(value).unwrap());
    Extension { extn_id, critical: false, extn_value }
}

const SUBJECT_KEY: &str = "2.5.29.14";
const AUTHORITY_KEY: &str = "2.5.29.35";
const CRL_POINTS: &str = "2.5.29.31";
const NETSCAPE_TYPE: &str = "2.16.840.1.113730.1.1";

#[test]
fn a_leaf_whose_key_may_sign_certificates_is_no_client() {
    let usage = Some(KeyUsage(KeyUsages::DigitalSignature | KeyUsages::KeyCertSign));
    assert_eq!(broken(&Recipe { key_usage: usage, ..Recipe::leaf() }), Some(Rule::NotACa));
    let constraints = |length| Some(BasicConstraints { ca: false, path_len_constraint: Some(length) });
    assert_eq!(broken(&Recipe { constraints: constraints(1), ..Recipe::leaf() }), Some(Rule::NotACa));
    assert_eq!(broken(&Recipe { constraints: constraints(0), ..Recipe::leaf() }), None);
}

#[test]
fn netscapes_type_must_allow_clients_where_it_stands() {
    assert_eq!(broken(&with(plain(NETSCAPE_TYPE, &[3, 2, 6, 0x40]))), Some(Rule::ClientAuth));
    assert_eq!(broken(&with(plain(NETSCAPE_TYPE, &[3, 2, 7, 0x80]))), None);
}

#[test]
fn an_extension_that_is_not_what_its_name_says_is_refused() {
    assert_eq!(broken(&with(plain(SUBJECT_KEY, &[4, 1, 7]))), None);
    for (kind, value) in
        [(SUBJECT_KEY, &[5, 0][..]), (SUBJECT_KEY, &[4, 1, 7, 5, 0]), (CRL_POINTS, &[0x30, 2, 0x30, 0])]
    {
        assert_eq!(broken(&with(plain(kind, value))), Some(Rule::WellFormed), "{kind} {value:?}");
    }
    let ca = Recipe { extra: Some(plain(SUBJECT_KEY, &[5, 0])), ..Recipe::ca() }.make();
    let held = Held { intermediates: vec![ca], ..Held::default() };
    assert_eq!(held.against(vec![Recipe::leaf().make()]), Err(Rule::WellFormed));
}

#[test]
fn the_issuers_key_must_be_the_one_that_is_named() {
    let named = |id: u8| with(plain(AUTHORITY_KEY, &[0x30, 3, 0x80, 1, id]));
    assert_eq!(broken(&named(7)), None, "this CA does not say what its key is called");
    let ca = Recipe { extra: Some(plain(SUBJECT_KEY, &[4, 1, 7])), ..Recipe::ca() }.make();
    let held = Held { intermediates: vec![ca], ..Held::default() };
    assert!(held.against(vec![named(7).make()]).is_ok());
    assert_eq!(held.against(vec![named(8).make()]), Err(Rule::Chain));
}

#[test]
fn a_name_that_is_in_no_alphabet_is_refused() {
    let leaf = Recipe { subject: "CN=1234567 taro,OU=XYZ,O=Renshu", ..Recipe::leaf() }.make();
    let garbled = patched(&leaf, b"XYZ", &[b'X', 0xc3, 0x28]);
    assert_eq!(Held::default().against(vec![garbled]), Err(Rule::WellFormed));
}

/// A clock can be set right; another person's certificate cannot.
#[test]
fn dates_decide_last() {
    let expired = Recipe { not_after: now() - SignedDuration::from_secs(1), ..Recipe::leaf() };
    assert_eq!(broken(&expired), Some(Rule::Dates));
    let expired_and_useless = Recipe { extended: None, ..expired };
    assert_eq!(broken(&expired_and_useless), Some(Rule::ClientAuth));
}

#[test]
fn dates_that_do_not_hold_now_are_refused() {
    let second = SignedDuration::from_secs(1);
    let leaf = Recipe::leaf();
    let wrong = [
        Recipe { not_before: now() + SignedDuration::from_mins(5) + second, ..leaf.clone() },
        Recipe { not_after: now() - second, ..leaf.clone() },
        Recipe { not_before: now(), not_after: now(), ..leaf },
    ];
    for recipe in wrong {
        assert_eq!(broken(&recipe), Some(Rule::Dates), "{} to {}", recipe.not_before, recipe.not_after);
    }
}

#[test]
fn another_persons_name_is_refused() {
    for subject in ["CN=1234567 jiro,O=Renshu", "CN=1234567 taro", "O=Renshu", "CN=1234567 taro,O=Renshu,O=Other"] {
        assert_eq!(broken(&Recipe { subject, ..Recipe::leaf() }), Some(Rule::Subject), "{subject}");
    }
}

#[test]
fn old_hashes_and_other_key_lengths_are_refused() {
    let sha256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    let leaf = Recipe::leaf().make();
    for old in [0x04, 0x05] {
        let mut oid = sha256; // md5WithRSAEncryption, sha1WithRSAEncryption
        oid[8] = old;
        assert_eq!(Held::default().against(vec![patched(&leaf, &sha256, &oid)]), Err(Rule::Algorithm));
    }
    let longer = Held { bits: 3072, ..Held::default() };
    assert_eq!(longer.against(vec![leaf]), Err(Rule::Algorithm));
}

#[test]
fn a_critical_extension_that_nobody_knows_is_refused() {
    let leaf = Recipe { extra: Some(unknown_extension(true)), ..Recipe::leaf() };
    assert_eq!(broken(&leaf), Some(Rule::CriticalExtension));
    let ca = Recipe { extra: Some(unknown_extension(true)), ..Recipe::ca() }.make();
    let held = Held { intermediates: vec![ca], ..Held::default() };
    assert_eq!(held.against(vec![Recipe::leaf().make()]), Err(Rule::CriticalExtension));
}

#[test]
fn a_signature_fits_its_key_its_scheme_and_its_message_only() {
    use SignatureScheme::{Pkcs1Sha256, PssSha256};
    let leaf = Recipe::leaf().make();
    for scheme in [Pkcs1Sha256, PssSha256] {
        let other = if scheme == PssSha256 { Pkcs1Sha256 } else { PssSha256 };
        let signature = keys().leaf.sign(scheme, b"challenge").unwrap();
        assert!(signature_fits(&leaf, scheme, b"challenge", &signature));
        assert!(!signature_fits(&leaf, other, b"challenge", &signature));
        assert!(!signature_fits(&leaf, scheme, b"another", &signature));
        assert!(!signature_fits(&Recipe::ca().make(), scheme, b"challenge", &signature));
        assert!(!signature_fits(&leaf, scheme, b"challenge", &[]));
    }
}

#[test]
fn a_renewal_brings_back_the_very_name_of_the_certificate_it_renews() {
    let present = Recipe { serial: 6, key: &keys().stranger, ..Recipe::leaf() }.make();
    let renewing = |present: Certificate| Held { renews: Some(present), ..Held::default() };
    assert!(renewing(present).against(vec![Recipe::leaf().make()]).is_ok());
    // The same attributes in another order read the same and are another name.
    let turned = Recipe { subject: "O=Renshu,CN=1234567 taro", ..Recipe::leaf() }.make();
    assert_eq!(turned.subject(), Recipe::leaf().make().subject());
    assert_eq!(renewing(turned).against(vec![Recipe::leaf().make()]).err(), Some(Rule::Subject));
    let longer = Recipe { subject: "CN=1234567 taro,OU=1,O=Renshu", ..Recipe::leaf() }.make();
    assert_eq!(renewing(longer).against(vec![Recipe::leaf().make()]).err(), Some(Rule::Subject));
}

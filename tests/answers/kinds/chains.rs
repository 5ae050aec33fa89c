//! What is between the user's certificate and the anchor.

use shirushi::{domain::Signer as _, protocol::validate::Rule};

use super::{Kind, answer, bad, chain, good};
use crate::{
    der::{CONTEXT, INTEGER, SEQUENCE, sequence, tlv},
    make::keys,
    paper::{
        ALTERNATIVE_NAME, AUTHORITY_KEY, BASIC_CONSTRAINTS, CLIENT_AUTH, EXTENDED, Hash, IS_CA, KEY_USAGE,
        NAME_CONSTRAINTS, Paper, SERVER_AUTH, SUBJECT_KEY, Weight, called, constraints, extension, key_usage,
        more_keys, subject_key, uses, utc,
    },
};

/// A leaf below [`Paper::sub_ca`].
fn deep_leaf() -> Paper {
    let leaf = Paper { issuer: called("Renshu Sub CA"), ..Paper::leaf() };
    leaf.with(AUTHORITY_KEY, &[]).signed_by(&more_keys().sub_ca)
}

fn under(ca: &Paper) -> Vec<u8> {
    chain(&[&Paper::leaf(), ca])
}

fn deep(sub_ca: &Paper, ca: &Paper) -> Vec<u8> {
    chain(&[&deep_leaf(), sub_ca, ca])
}

fn path_length(length: u8) -> Vec<u8> {
    constraints(&[IS_CA, &tlv(INTEGER, &[length])].concat())
}

/// Permitted (0) or excluded (1) subtrees of one name (RFC 5280 §4.2.1.10).
fn subtree(which: usize, name: &[u8]) -> Vec<u8> {
    extension(NAME_CONSTRAINTS, Weight::Critical, &sequence(&[&tlv(CONTEXT[which], &sequence(&[name]))]))
}

fn with_dns(name: &[u8]) -> Paper {
    Paper::leaf().and(extension(ALTERNATIVE_NAME, Weight::Plain, &sequence(&[&tlv(0x82, name)])))
}

pub fn refused() -> Vec<Kind> {
    [links(), authorities(), limits()].into_iter().flatten().collect()
}

fn links() -> Vec<Kind> {
    let broken = |name, body| bad(Rule::Chain, name, body);
    let ca = Paper::ca();
    let other_root = Paper { subject: called("Tokai Root"), issuer: called("Tokai Root"), ..Paper::root() };
    let of_the_web = other_root.signed_by(&keys().tls_root);
    let below_sub = Paper { issuer: called("Renshu Sub CA"), ..ca.clone() }.signed_by(&more_keys().sub_ca);
    let same_name = Paper { key: keys().stranger.spki_der().to_vec(), ..ca.clone() };
    vec![
        broken("the CA is missing", chain(&[&Paper::leaf()])),
        broken("another root", answer(&Paper::leaf())).asked(|asked| asked.anchors = vec![of_the_web.certificate()]),
        broken("no anchor at all", answer(&Paper::leaf())).asked(|asked| asked.anchors = Vec::new()),
        broken("a CA of the right name and another key", under(&same_name)),
        broken("a CA that the root has not signed", under(&ca.clone().signed_by(&keys().stranger))),
        broken(
            "a CA that has signed itself",
            under(&Paper { issuer: called("Renshu CA"), ..ca.clone() }.signed_by(&keys().issuer_ca)),
        ),
        broken(
            "a CA of another root",
            under(&Paper { issuer: called("Tokai Root"), ..ca.clone() }.signed_by(&keys().tls_root)),
        ),
        broken("two CAs that vouch for each other", deep(&Paper::sub_ca(), &below_sub)),
        broken("the CA between is missing", chain(&[&deep_leaf(), &ca])),
        broken(
            "the CA's certificate names another key of the root",
            under(&ca.clone().with(AUTHORITY_KEY, &crate::paper::authority_key(&[7; 20]))),
        ),
        broken("a CA that expired yesterday", under(&Paper { not_after: utc("260330000000Z"), ..ca.clone() })),
        broken("a CA of tomorrow", under(&Paper { not_before: utc("260402000000Z"), ..ca.clone() })),
        broken(
            "a leaf of a leaf",
            chain(&[&deep_leaf(), &Paper { extensions: Paper::leaf().extensions, ..Paper::sub_ca() }, &ca]),
        ),
    ]
}

fn authorities() -> Vec<Kind> {
    let broken = |name, ca: &Paper| bad(Rule::Chain, name, under(ca));
    let ca = Paper::ca();
    let bare = Paper { extensions: Vec::new(), ..ca.clone() };
    let plain = |kind, value: &[u8]| extension(kind, Weight::Plain, value);
    vec![
        broken("a CA without constraints", &ca.clone().with(BASIC_CONSTRAINTS, &[])),
        broken("a CA that says it is none", &ca.clone().with(BASIC_CONSTRAINTS, &constraints(&[]))),
        broken(
            "a CA whose constraints cannot be read",
            &ca.clone().with(BASIC_CONSTRAINTS, &plain(BASIC_CONSTRAINTS, &[5, 0])),
        ),
        broken("a CA that may not sign certificates", &ca.clone().with(KEY_USAGE, &key_usage(0x82))),
        bad(
            Rule::WellFormed,
            "a CA whose key usage cannot be read",
            under(&ca.clone().with(KEY_USAGE, &plain(KEY_USAGE, &[5, 0]))),
        ),
        broken("a CA of version 1", &Paper { version: Vec::new(), ..bare.clone() }),
        broken("a CA without extensions", &bare),
        bad(Rule::WellFormed, "a CA with its key's name twice", under(&ca.clone().and(subject_key(&keys().issuer_ca)))),
        bad(Rule::ClientAuth, "a CA for servers", under(&ca.clone().with(EXTENDED, &uses(&[SERVER_AUTH])))),
        bad(Rule::Algorithm, "a CA signed by SHA-1", under(&ca.clone().hashed_by(Hash::Sha1))),
        bad(Rule::Algorithm, "a CA signed by MD5", under(&ca.clone().hashed_by(Hash::Md5))),
        bad(
            Rule::CriticalExtension,
            "a CA with a critical extension that nobody knows",
            under(&ca.clone().and(extension("1.3.6.1.4.1.99999.1", Weight::Critical, &[5, 0]))),
        ),
        bad(
            Rule::Chain,
            "a CA with a key of 1024 bits",
            chain(&[
                &Paper::leaf().with(AUTHORITY_KEY, &[]).signed_by(&more_keys().short),
                &Paper { key: more_keys().short.spki_der().to_vec(), ..ca }.with(SUBJECT_KEY, &[]),
            ]),
        ),
    ]
}

fn limits() -> Vec<Kind> {
    let broken = |name, body| bad(Rule::Chain, name, body);
    let (ca, sub_ca) = (Paper::ca(), Paper::sub_ca());
    let elsewhere = subtree(0, &tlv(0x82, b"tokai.example"));
    let not_there = subtree(1, &tlv(0x82, b"renshu.example"));
    let other_house = subtree(0, &tlv(0xa4, &called("Tokai")));
    let of_servers = with_dns(b"pc.renshu.example");
    let limited = |limit: &[u8]| chain(&[&of_servers, &ca.clone().and(limit.to_vec())]);
    vec![
        broken("a path longer than the CA allows", deep(&sub_ca, &ca.clone().with(BASIC_CONSTRAINTS, &path_length(0)))),
        broken("a name outside what the CA may name", limited(&elsewhere)),
        broken("a name that the CA must not name", limited(&not_there)),
        broken("a person outside the company that the CA may name", under(&ca.clone().and(other_house))),
        broken(
            "limits of names that cannot be read",
            limited(&extension(NAME_CONSTRAINTS, Weight::Critical, &tlv(SEQUENCE, &[5, 0]))),
        ),
    ]
}

pub fn accepted() -> Vec<Kind> {
    let (ca, sub_ca) = (Paper::ca(), Paper::sub_ca());
    let old_ca = Paper { not_after: utc("260331000000Z"), serial: tlv(INTEGER, &[2]), ..ca.clone() };
    let useless_ca = Paper { serial: tlv(INTEGER, &[2]), ..ca.clone() }.with(BASIC_CONSTRAINTS, &constraints(&[]));
    let from_root = Paper { issuer: called("Renshu Root"), ..Paper::leaf() };
    let from_root = from_root.with(AUTHORITY_KEY, &[]).signed_by(&keys().issuer_root);
    let below = subtree(0, &tlv(0x82, b"renshu.example"));
    let cut_short = Paper { not_after: utc("260402000000Z"), ..ca.clone() };
    vec![
        good("a CA below the CA", deep(&sub_ca, &ca)),
        good("a path as long as the CA allows", deep(&sub_ca, &ca.clone().with(BASIC_CONSTRAINTS, &path_length(1)))),
        good("straight from the root", chain(&[&from_root])),
        good("a CA that may have no CA below it", under(&ca.clone().with(BASIC_CONSTRAINTS, &path_length(0)))),
        good("a CA without key usage", under(&ca.clone().with(KEY_USAGE, &[]))),
        good("a CA without its key's name", under(&ca.clone().with(SUBJECT_KEY, &[]))),
        good("a CA for clients", under(&ca.clone().with(EXTENDED, &uses(&[CLIENT_AUTH])))),
        good("a CA signed by SHA-512", under(&ca.clone().hashed_by(Hash::Sha512))),
        good("an expired certificate of the CA before the good one", chain(&[&Paper::leaf(), &old_ca, &ca])),
        good("a useless certificate of the CA before the good one", chain(&[&Paper::leaf(), &useless_ca, &ca])),
        good("a name that the CA may name", chain(&[&with_dns(b"pc.renshu.example"), &ca.clone().and(below)])),
        good("a CA that ends before the leaf does", under(&cut_short)),
        good("a CA that is minutes too young", under(&Paper { not_before: utc("260401000400Z"), ..ca })),
    ]
}

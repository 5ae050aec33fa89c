//! What is around the certificates, and answers that hold none.

use shirushi::protocol::validate::Rule;

use super::{Kind, bad, base64, chain, good, pem};
use crate::{
    der::{CONTEXT, INTEGER, SEQUENCE, SET, oid, open_tlv, sequence, tlv},
    make::keys,
    paper::{Hash, Paper, called, content_info, envelope, envelope_with, utc},
};

fn leaf() -> Vec<u8> {
    Paper::leaf().der()
}

fn both() -> Vec<Vec<u8>> {
    vec![Paper::leaf().der(), Paper::ca().der()]
}

/// A CRL of the CA (RFC 5280 §5.1) that is signed and empty.
fn crl() -> Vec<u8> {
    let algorithm = Hash::Sha256.identifier();
    let dates = [utc("260401000000Z"), utc("260501000000Z")];
    let list = sequence(&[&[2, 1, 1], &algorithm, &called("Renshu CA"), &dates[0], &dates[1]]);
    let signature = Hash::Sha256.sign(&keys().issuer_ca, &list);
    sequence(&[&list, &algorithm, &tlv(3, &[&[0], signature.as_slice()].concat())])
}

fn request() -> Vec<u8> {
    let info = sequence(&[&[2, 1, 0], &called("1234567 taro"), &Paper::leaf().key, &[0xa0, 0]]);
    let signature = Hash::Sha256.sign(&keys().leaf, &info);
    sequence(&[&info, &Hash::Sha256.identifier(), &tlv(3, &[&[0], signature.as_slice()].concat())])
}

fn half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("base64")
}

pub fn refused() -> Vec<Kind> {
    let unreadable = |name, body| bad(Rule::Readable, name, body);
    let der = envelope(&both());
    let crl_field = tlv(CONTEXT[1], &crl());
    let other_choice = tlv(CONTEXT[0], &tlv(CONTEXT[1], &sequence(&[&[2, 1, 1]])));
    let broken_beside = [leaf(), sequence(&[&tlv(INTEGER, &[1])])];
    vec![
        unreadable("nothing at all", Vec::new()),
        unreadable("white space", b"\r\n \t\r\n".to_vec()),
        unreadable("a page", b"<!DOCTYPE html><html><body>Please log in.</body></html>".to_vec()),
        unreadable("a problem in JSON", br#"{"type":"about:blank","title":"no"}"#.to_vec()),
        unreadable("base64 with a foreign letter", text(base64(&der)).replacen('M', "!", 1).into_bytes()),
        unreadable("base64 of another alphabet", [text(base64(&der)), "-_".into()].concat().into_bytes()),
        unreadable("base64 cut in the middle", half(base64(&der))),
        unreadable("base64 of base64", base64(&base64(&der))),
        unreadable("DER cut in the middle", half(der.clone())),
        unreadable("bytes after the end, in DER", [der.clone(), vec![0]].concat()),
        unreadable("bytes after the end, in base64", base64(&[der.clone(), vec![0x30, 0]].concat())),
        unreadable("two envelopes in one base64", base64(&[der.clone(), der.clone()].concat())),
        unreadable("a set of no certificate", base64(&envelope(&[]))),
        unreadable("no set of certificates", base64(&envelope_with(&[]))),
        unreadable("a list of revoked ones alone", base64(&envelope_with(&crl_field))),
        unreadable("a CRL by itself", crl()),
        unreadable("the request sent back", request()),
        unreadable("the request in PEM", pem("CERTIFICATE REQUEST", &request())),
        unreadable("a private key in PEM", pem("PRIVATE KEY", &keys().stranger.pkcs8())),
        unreadable("PEM without an end", half(pem("PKCS7", &der))),
        unreadable("a content type of data", base64(&content_info("1.2.840.113549.1.7.1", &tlv(4, &leaf())))),
        unreadable("signed data under the name of data", renamed(&der, "1.2.840.113549.1.7.1")),
        unreadable("signed data under the name of enveloped data", renamed(&der, "1.2.840.113549.1.7.3")),
        unreadable("another choice than a certificate", base64(&envelope_with(&other_choice))),
        unreadable("a broken certificate beside a good one", base64(&envelope(&broken_beside))),
        unreadable("certificates in a set of the wrong tag", base64(&envelope_with(&tlv(CONTEXT[2], &leaf())))),
        unreadable("a length beyond the end", vec![SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff, 6, 9]),
        unreadable("a length of many digits", [vec![SEQUENCE, 0xff], vec![0xff; 200]].concat()),
        unreadable("a tower of open values", [SEQUENCE, 0x80].repeat(10_000)),
        unreadable("an open value that never ends", open_tlv(SEQUENCE, &der)[..der.len() + 2].to_vec()),
        unreadable("a certificate of indefinite length", open_tlv(SEQUENCE, &inside(&leaf()))),
        unreadable("a certificate with bytes after it", [leaf(), vec![0]].concat()),
    ]
}

/// The content of a value.
fn inside(der: &[u8]) -> Vec<u8> {
    der[4..].to_vec()
}

fn renamed(der: &[u8], kind: &str) -> Vec<u8> {
    let (old, new) = (oid("1.2.840.113549.1.7.2"), oid(kind));
    let at = der.windows(old.len()).position(|window| window == old).expect("the kind");
    [&der[..at], &new, &der[at + old.len()..]].concat()
}

/// BER of the envelope: indefinite outside, definite inside, or the other way round (X.690 §8.1.3).
fn indefinite(every: fn(usize) -> bool) -> Vec<u8> {
    let wrap =
        |level: usize, tag: u8, content: &[u8]| if every(level) { open_tlv(tag, content) } else { tlv(tag, content) };
    let certificates = wrap(3, CONTEXT[0], &both().concat());
    let data = wrap(3, SEQUENCE, &oid("1.2.840.113549.1.7.1"));
    let hashes = wrap(3, SET, &[]);
    let signed = wrap(2, SEQUENCE, &[vec![2, 1, 1], hashes, data, certificates, tlv(SET, &[])].concat());
    wrap(0, SEQUENCE, &[oid("1.2.840.113549.1.7.2"), wrap(1, CONTEXT[0], &signed)].concat())
}

pub fn accepted() -> Vec<Kind> {
    let der = envelope(&both());
    let lines: Vec<String> = text(base64(&der)).as_bytes().chunks(64).map(|line| text(line.to_vec())).collect();
    let stranger = Paper { key: Paper::root().key, ..Paper::leaf() };
    let crowd: Vec<Paper> =
        (0..30_u8).map(|serial| Paper { serial: tlv(INTEGER, &[serial]), ..stranger.clone() }).collect();
    let (leaf_paper, ca, root) = (Paper::leaf(), Paper::ca(), Paper::root());
    let many: Vec<&Paper> = crowd.iter().chain([&root, &ca, &leaf_paper]).collect();
    let with_crl = [tlv(CONTEXT[0], &both().concat()), tlv(CONTEXT[1], &crl())].concat();
    let long_form = {
        let certificates = both().concat();
        let length = (certificates.len() as u32).to_be_bytes();
        envelope_with(&[&[CONTEXT[0], 0x84], &length[..], &certificates].concat())
    };
    vec![
        good("base64 on one line", base64(&der)),
        good("base64 in lines", lines.join("\r\n")),
        good("base64 with a zero byte at its end", [base64(&der), vec![0]].concat()),
        good("base64 after a byte order mark", format!("\u{feff}{}", text(base64(&der)))),
        good("base64 without padding", text(base64(&der)).trim_end_matches('=')),
        good("PEM", pem("PKCS7", &der)),
        good(
            "PEM of certificates one by one",
            both().iter().flat_map(|one| pem("CERTIFICATE", one)).collect::<Vec<_>>(),
        ),
        good("DER", der.clone()),
        good("BER, indefinite all the way down", indefinite(|_| true)),
        good("BER, indefinite outside", indefinite(|level| level < 2)),
        good("BER, indefinite inside", indefinite(|level| level >= 2)),
        good("lengths in four digits", long_form),
        good("the CA before the leaf", chain(&[&ca, &leaf_paper])),
        good("the root too", chain(&[&leaf_paper, &ca, &root])),
        good("everything twice", chain(&[&leaf_paper, &ca, &leaf_paper, &ca])),
        good("the leaf among thirty of others", chain(&many)),
        good("revoked ones beside the certificates", base64(&envelope_with(&with_crl))),
        good("the leaf by itself, where the CA is known", leaf())
            .asked(|asked| asked.intermediates = vec![Paper::ca().certificate()]),
    ]
}

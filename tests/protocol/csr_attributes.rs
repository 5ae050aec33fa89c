//! What a CA wants in a request: read from whatever servers send, honoured or named.

use base64::{Engine, engine::general_purpose::STANDARD};
use shirushi::protocol::{
    CsrAttributes,
    csr::{Form, filled_in},
};
use x509_cert::{
    der::{Decode, Encode},
    ext::pkix::ExtendedKeyUsage,
    request::CertReq,
};

use crate::{
    csr::requested,
    make::{Recipe, keys},
};

const RSA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const SHA256_RSA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const EXTENSION_REQUEST: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];
const CHALLENGE_PASSWORD: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07];
const EC: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P384: &[u8] = &[0x06, 5, 0x2b, 0x81, 0x04, 0x00, 0x22];
const EXTENDED: &[u8] = &[0x06, 3, 0x55, 0x1d, 0x25];
const ALTERNATIVE_NAME: &[u8] = &[0x06, 3, 0x55, 0x1d, 0x11];
const CLIENT_AUTH: &[u8] = &[0x06, 8, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&[tag, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

fn attribute(oid: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[oid, &tlv(0x31, &[value])])
}

fn client_auth() -> Vec<u8> {
    sequence(&[&sequence(&[EXTENDED, &tlv(0x04, &[&sequence(&[CLIENT_AUTH])])])])
}

fn read(entries: &[&[u8]]) -> CsrAttributes {
    CsrAttributes::read(STANDARD.encode(sequence(entries)).as_bytes()).expect("readable")
}

fn impossible(entries: &[&[u8]]) -> Vec<String> {
    let refused = read(entries).extensions(2048, None).expect_err("it cannot be satisfied");
    refused.0.iter().map(ToString::to_string).collect()
}

#[test]
fn what_every_request_is_needs_nothing_in_it() {
    let length = attribute(RSA, &[0x02, 2, 0x08, 0x00]);
    let wanted = read(&[RSA, SHA256_RSA, &length]).extensions(2048, None).expect("satisfied");
    assert!(wanted.is_empty());
    assert!(read(&[]).extensions(2048, None).expect("satisfied").is_empty());
}

#[test]
fn an_extension_that_is_wanted_stands_in_the_request() {
    let by_value = attribute(EXTENSION_REQUEST, &client_auth());
    let by_name = attribute(EXTENSION_REQUEST, EXTENDED);
    for entry in [by_value.as_slice(), &by_name, EXTENDED] {
        let wanted = read(&[entry]).extensions(2048, None).expect("satisfied");
        let form = Form::for_holder_of(&Recipe::leaf().make()).with(&wanted).expect("a form");
        let request = CertReq::from_der(&filled_in(&form, &keys().leaf).expect("a request")).expect("PKCS#10");
        let extensions = requested(&request);
        let [extension] = extensions.as_slice() else { panic!("{extensions:?}") };
        let usage = ExtendedKeyUsage::from_der(extension.extn_value.as_bytes()).expect("a usage");
        assert_eq!(usage.to_der().expect("DER"), sequence(&[CLIENT_AUTH]));
    }
}

#[test]
fn what_cannot_be_satisfied_is_named() {
    assert_eq!(impossible(&[CHALLENGE_PASSWORD, RSA]), ["1.2.840.113549.1.9.7"]);
    assert_eq!(impossible(&[&attribute(EC, P384), SHA256_RSA]), ["1.2.840.10045.2.1"]);
    assert_eq!(impossible(&[&attribute(RSA, &[0x02, 2, 0x10, 0x00])]), ["1.2.840.113549.1.1.1"], "4096 bits");
    assert_eq!(impossible(&[ALTERNATIVE_NAME]), ["2.5.29.17"]);
    let named = Recipe { dns_name: Some("taro.example"), ..Recipe::leaf() }.make();
    assert!(read(&[ALTERNATIVE_NAME]).extensions(2048, Some(&named)).is_ok(), "a renewal brings its own");
}

#[test]
fn an_answer_is_read_in_any_dress_that_servers_send_it_in() {
    let der = sequence(&[RSA]);
    let text = STANDARD.encode(&der);
    let (first, rest) = text.split_at(7);
    let dresses: [Vec<u8>; 5] = [
        der,
        text.clone().into_bytes(),
        format!("{text}\0").into_bytes(),
        format!("\r\n {first}\n\t{rest}\r\n\0").into_bytes(),
        text.trim_end_matches('=').as_bytes().to_vec(),
    ];
    for dress in dresses {
        assert_eq!(CsrAttributes::read(&dress), Ok(read(&[RSA])), "{dress:?}");
    }
}

#[test]
fn what_is_no_list_of_attributes_is_not_read_as_one() {
    let integer = sequence(&[&[0x02, 1, 1]]);
    let endless = [0x30, 0x84, 0xff, 0xff, 0xff, 0xff];
    for bytes in [&b"<html>"[..], b"\0", b"MAE", &integer, &endless, &[0xff, 0xfe]] {
        assert!(CsrAttributes::read(bytes).is_err(), "{bytes:?}");
    }
}

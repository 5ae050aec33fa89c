//! Every dress in which certificates arrive.

use base64::{Engine, engine::general_purpose::STANDARD};
use shirushi::{
    domain::Certificate,
    protocol::{
        RawAnswer,
        pkcs7::{Unreadable, certificates},
    },
};

use crate::make::{Lengths, Recipe, p7, raw};

fn read(body: impl Into<Vec<u8>>) -> Result<Vec<Certificate>, Unreadable> {
    certificates(&raw(body))
}

fn leaf_and_ca() -> [Certificate; 2] {
    [Recipe::leaf().make(), Recipe::ca().make()]
}

#[test]
fn base64_is_read_however_it_is_broken_up() {
    let [leaf, ca] = leaf_and_ca();
    let text = STANDARD.encode(p7(&[&leaf, &ca], Lengths::Definite));
    let lines = text.as_bytes().chunks(61).map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>();
    let dresses = [
        text.clone(),
        lines.join("\n"),
        format!("\r\n  {}\r\n\0", lines.join("\r\n")),
        format!("\u{feff}{}", lines.join(" \t\u{3000}")),
        text.trim_end_matches('=').to_owned(),
    ];
    for dress in dresses {
        assert_eq!(read(dress.clone()), Ok(vec![leaf.clone(), ca.clone()]), "{}", &dress[..40]);
    }
}

#[test]
fn der_and_ber_are_read_alike() {
    let [leaf, ca] = leaf_and_ca();
    for lengths in [Lengths::Definite, Lengths::Indefinite] {
        let envelope = p7(&[&leaf, &ca], lengths);
        assert_eq!(read(STANDARD.encode(&envelope)), Ok(vec![leaf.clone(), ca.clone()]));
        assert_eq!(read(envelope), Ok(vec![leaf.clone(), ca.clone()]));
    }
}

#[test]
fn armour_is_read_under_every_label() {
    let [leaf, ca] = leaf_and_ca();
    for label in ["PKCS7", "CMS", "PKCS #7 SIGNED DATA"] {
        let text = STANDARD.encode(p7(&[&ca, &leaf], Lengths::Indefinite));
        let body = format!("subject=x\r\n-----BEGIN {label}-----\r\n{text}\r\n-----END {label}-----\r\n");
        assert_eq!(read(body), Ok(vec![ca.clone(), leaf.clone()]), "{label}");
    }
    let bare = |certificate: &Certificate| {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(certificate.der()))
    };
    assert_eq!(read(bare(&leaf) + &bare(&ca)), Ok(vec![leaf, ca]));
}

#[test]
fn a_bare_certificate_is_an_answer_too() {
    let leaf = Recipe::leaf().make();
    assert_eq!(read(leaf.der()), Ok(vec![leaf.clone()]));
    assert_eq!(read(STANDARD.encode(leaf.der())), Ok(vec![leaf]));
}

#[test]
fn a_certificate_that_is_sent_twice_counts_once() {
    let [leaf, ca] = leaf_and_ca();
    assert_eq!(read(p7(&[&leaf, &ca, &leaf], Lengths::Definite)), Ok(vec![leaf, ca]));
}

#[test]
fn the_content_type_does_not_matter() {
    let leaf = Recipe::leaf().make();
    let body = STANDARD.encode(p7(&[&leaf], Lengths::Definite)).into_bytes();
    let types = ["application/pkcs7-mime; smime-type=certs-only", "application/pkcs7-mime", "text/plain", ""];
    for content_type in types {
        let answer = RawAnswer { content_type: Some(content_type.to_owned()), ..raw(body.clone()) };
        assert_eq!(certificates(&answer), Ok(vec![leaf.clone()]));
    }
}

#[test]
fn pages_and_json_are_no_certificates() {
    for body in ["<html><body>login</body></html>", r#"{"code":"E01"}"#, "認証に失敗しました。", "AAAA", "-----BEGIN "]
    {
        assert!(read(body).is_err(), "{body}");
    }
    assert_eq!(read(""), Err(Unreadable::Empty));
    assert_eq!(read("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), Err(Unreadable::Empty));
}

#[test]
fn an_envelope_without_certificates_is_empty() {
    assert_eq!(read(p7(&[], Lengths::Definite)), Err(Unreadable::Empty));
}

#[test]
fn bytes_after_the_end_are_refused() {
    for lengths in [Lengths::Definite, Lengths::Indefinite] {
        let mut envelope = p7(&[&Recipe::leaf().make()], lengths);
        envelope.push(0);
        assert_eq!(read(envelope), Err(Unreadable::TrailingBytes));
    }
}

#[test]
fn an_envelope_cut_anywhere_is_refused() {
    for lengths in [Lengths::Definite, Lengths::Indefinite] {
        let envelope = p7(&[&Recipe::leaf().make()], lengths);
        for end in 0..envelope.len() {
            assert!(read(&envelope[..end]).is_err(), "cut at {end}");
        }
    }
}

#[test]
fn a_tower_of_open_values_is_refused() {
    assert_eq!(read([0x30, 0x80].repeat(100_000)), Err(Unreadable::Structure));
}

#[test]
fn no_changed_byte_makes_it_stop_the_program() {
    let envelope = p7(&[&Recipe::leaf().make()], Lengths::Indefinite);
    for position in 0..envelope.len() {
        for value in [0x00, 0x1f, 0x30, 0x80, 0x88, 0xa0, 0xff] {
            let mut changed = envelope.clone();
            changed[position] = value;
            let _ = read(changed);
        }
    }
}

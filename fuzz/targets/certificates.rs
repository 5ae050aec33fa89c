//! What an answer holds: PKCS#7 in DER or BER, PEM, base64, a bare certificate, a page with a certificate in it.

use base64::{Engine, prelude::BASE64_STANDARD};
use shirushi::{
    domain::{Certificate, RawAnswer},
    protocol::{
        pkcs7,
        validate::{self, Believed, Expectation, Rule},
    },
};

use super::{Target, fixture};

pub const TARGET: Target = Target {
    name: "certificates",
    run: |data| check(data, validate::believe),
    words: &[
        b"\x30\x80",
        b"\x00\x00",
        b"\x30\x82",
        b"\x30\x84\xff\xff\xff\xff",
        b"\xa0\x80",
        b"\xa0\x82",
        b"\x24\x80",
        b"\x1f\xff",
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----END CERTIFICATE-----\n",
        b"-----BEGIN PKCS7-----",
        b"-----END PKCS7-----",
        b"-----BEGIN ",
        b"-----",
        b"MII",
        b"====",
        b"\r\n",
        b"\xef\xbb\xbf",
        b"<html><script>",
        b"</script>",
        b"\" + \"",
        b"<textarea>",
        b"<input value='",
        b"\\x4d",
        b"\\u004d",
    ],
};

/// Whoever decides which certificate is believed.
pub type Believes = fn(Vec<Certificate>, &Expectation<'_>) -> Result<Believed, Rule>;

pub fn check(data: &[u8], believes: Believes) {
    let answer =
        RawAnswer { url: "https://localhost/".parse().expect("an address"), content_type: None, body: data.to_vec() };
    let Ok(certificates) = pkcs7::certificates(&answer) else { return };
    assert!(!certificates.is_empty(), "accepted without a certificate");
    assert!(certificates.iter().enumerate().all(|(nth, one)| !certificates[..nth].contains(one)), "one comes twice");
    for certificate in &certificates {
        assert_eq!(Certificate::from_der(certificate.der()).as_ref(), Ok(certificate), "not what it was read from");
    }
    comes_back_from_every_dress(&certificates);
    let fixture = fixture();
    if let Ok(Believed { leaf, intermediates }) =
        fixture.with_expectation(|expectation| believes(certificates.clone(), expectation))
    {
        assert_eq!(leaf.spki_hash(), fixture.leaf.spki_hash(), "believed without our key");
        assert_eq!(leaf, fixture.leaf, "believed, and the bank has never issued it");
        assert!(intermediates.iter().all(|one| certificates.contains(one)), "an intermediate from nowhere");
    }
}

fn comes_back_from_every_dress(certificates: &[Certificate]) {
    let der = certs_only(certificates);
    let pem: String = certificates.iter().map(armoured).collect();
    for dress in [BASE64_STANDARD.encode(&der).into_bytes(), der, pem.into_bytes()] {
        assert_eq!(pkcs7::read(&dress).as_deref(), Ok(certificates), "lost on the way through another dress");
    }
}

fn armoured(certificate: &Certificate) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64_STANDARD.encode(certificate.der()))
}

/// RFC 5652 §5, written here a second time so that a mistake of the reader finds no accomplice.
fn certs_only(certificates: &[Certificate]) -> Vec<u8> {
    const DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let certificates: Vec<u8> = certificates.iter().flat_map(|one| one.der().to_vec()).collect();
    let signed = [&[2, 1, 1, 0x31, 0][..], &value(0x30, &DATA), &value(0xa0, &certificates), &[0x31, 0]].concat();
    value(0x30, &[&SIGNED_DATA[..], &value(0xa0, &value(0x30, &signed))].concat())
}

fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    [&[tag, 0x84][..], &length, content].concat()
}

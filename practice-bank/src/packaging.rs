//! Certificates on their way to a customer: base64 of a certs-only PKCS#7, or what odd authorities make of it.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{Oddity, pkcs7};

/// Typed content.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// Empty: none is said.
    pub content_type: &'static str,
    pub content: String,
}

/// RFC 7030 §4.2.3; `is` tells which oddities show here.
pub(crate) fn enrolled(chain: &[Vec<u8>], is: impl Fn(Oddity) -> bool) -> Parcel {
    let mut chain = Cow::Borrowed(chain);
    if is(Oddity::MissingChain) {
        chain.to_mut().truncate(1);
    }
    if is(Oddity::ShuffledChain) {
        chain.to_mut().reverse();
    }
    parcel("application/pkcs7-mime; smime-type=certs-only", &chain, is)
}

/// RFC 7030 §4.1.3.
pub(crate) fn authorities(certificates: &[Vec<u8>], is: impl Fn(Oddity) -> bool) -> Parcel {
    parcel("application/pkcs7-mime", certificates, is)
}

fn parcel(content_type: &'static str, certificates: &[Vec<u8>], is: impl Fn(Oddity) -> bool) -> Parcel {
    let bytes = match is(Oddity::BerIndefinite) {
        true => pkcs7::endless_certs_only(certificates),
        false => pkcs7::certs_only(certificates),
    };
    let mut content = if is(Oddity::UnwrappedBase64) {
        STANDARD.encode(bytes)
    } else if is(Oddity::MimeBase64) {
        lines(&bytes, 76, "\r\n")
    } else {
        wrapped(&bytes)
    };
    if is(Oddity::PemArmour) {
        content = format!("-----BEGIN PKCS7-----\n{}\n-----END PKCS7-----\n", content.trim_end());
    }
    if is(Oddity::NulAtEnd) {
        content.push('\0');
    }
    let content_type = if is(Oddity::WrongContentType) {
        "text/plain"
    } else if is(Oddity::NoContentType) {
        ""
    } else {
        content_type
    };
    Parcel { content_type, content }
}

/// Base64 of something else.
pub(crate) fn garbage() -> String {
    wrapped("これは証明書ではありません。".repeat(20).as_bytes())
}

/// Base64 in lines of 64.
pub(crate) fn wrapped(bytes: &[u8]) -> String {
    lines(bytes, 64, "\n")
}

fn lines(bytes: &[u8], columns: usize, end: &str) -> String {
    let line = STANDARD.encode(bytes);
    let mut out = String::with_capacity(line.len() + (line.len() / columns + 1) * end.len());
    for (at, character) in line.chars().enumerate() {
        if at > 0 && at % columns == 0 {
            out.push_str(end);
        }
        out.push(character);
    }
    out.push_str(end);
    out
}

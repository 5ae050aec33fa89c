//! The certificates in an answer, in whatever dress they come.
//!
//! RFC 7030 §4.2.3 wants a certs-only PKCS#7 (RFC 5652 §5) in base64; servers send it with and without white space, in
//! PEM armour, as DER, as BER with indefinite lengths, or as a bare certificate. RFC 8951 §3 says to ignore
//! Content-Transfer-Encoding, so only the bytes themselves decide here. Certificates are cut out of their envelope byte
//! for byte: encoding them again could break the signature of one that is not quite DER.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{RawAnswer, webform::extract};
use crate::domain::Certificate;

/// No certificate can be read from the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the answer is neither base64 nor PEM nor DER")]
    Encoding,
    #[error("the answer is not a certs-only PKCS#7")]
    Structure,
    #[error("the answer goes on after its end")]
    TrailingBytes,
    #[error("the answer holds no certificate")]
    Empty,
}

/// Every certificate of the answer once, in the order of its bytes. An HTML page is looked through for them.
pub fn certificates(answer: &RawAnswer) -> Result<Vec<Certificate>, Unreadable> {
    read(&answer.body).or_else(|unreadable| extract::certificates(answer).ok_or(unreadable))
}

/// The same of bytes that are nothing else than certificates.
pub fn read(body: &[u8]) -> Result<Vec<Certificate>, Unreadable> {
    let mut found = Vec::new();
    for envelope in envelopes(body)? {
        for certificate in open(&envelope)? {
            if !found.contains(&certificate) {
                found.push(certificate);
            }
        }
    }
    if found.is_empty() { Err(Unreadable::Empty) } else { Ok(found) }
}

/// What a DER or BER value starts with; no base64 of one does.
const SEQUENCE: u8 = 0x30;

fn envelopes(body: &[u8]) -> Result<Vec<Vec<u8>>, Unreadable> {
    if body.first() == Some(&SEQUENCE) {
        return Ok(vec![body.to_vec()]);
    }
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::Encoding)?;
    if text.contains("-----BEGIN ") { armoured(text) } else { Ok(vec![decode(text)?]) }
}

/// The labels under which certificates travel (RFC 7468 §5, §8, §9 and older programs).
const LABELS: [&str; 6] =
    ["PKCS7", "CMS", "CERTIFICATE", "X509 CERTIFICATE", "PKCS #7 SIGNED DATA", "CERTIFICATE CHAIN"];

fn armoured(text: &str) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once("-----").ok_or(Unreadable::Encoding)?;
        let (inside, after) = after.split_once(&format!("-----END {label}-----")).ok_or(Unreadable::Encoding)?;
        if LABELS.contains(&label) {
            blocks.push(decode(inside)?);
        }
        rest = after;
    }
    Ok(blocks)
}

/// Some servers leave padding out, and some leave bits behind it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Base64 as it is met.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, Unreadable> {
    // White space, NUL at the end (seen from a server in use), a byte order mark: nothing of it means anything.
    let noise = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let packed: String = text.chars().filter(|c| !noise(*c)).collect();
    if packed.is_empty() {
        return Err(Unreadable::Empty);
    }
    LENIENT.decode(packed).map_err(|_| Unreadable::Encoding)
}

/// Either a certificate by itself or a PKCS#7 around some.
fn open(envelope: &[u8]) -> Result<Vec<Certificate>, Unreadable> {
    let (outer, rest) = element(envelope, DEEPEST).ok_or(Unreadable::Structure)?;
    if !rest.is_empty() {
        return Err(Unreadable::TrailingBytes);
    }
    match Certificate::from_der(envelope) {
        Ok(certificate) => Ok(vec![certificate]),
        Err(_) => signed_data(&outer),
    }
}

/// DER of id-signedData, 1.2.840.113549.1.7.2 (RFC 5652 §5.1).
const ID_SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const OBJECT_IDENTIFIER: u8 = 0x06;
/// `[0]`, constructed: the content of ContentInfo, and the certificates of SignedData.
const CONTEXT_0: u8 = 0xa0;

fn signed_data(content_info: &Element<'_>) -> Result<Vec<Certificate>, Unreadable> {
    let fields = children(content_info).ok_or(Unreadable::Structure)?;
    let (kind, content) = match fields.as_slice() {
        [kind, content] if kind.tag == OBJECT_IDENTIFIER && content.tag == CONTEXT_0 => (kind, content),
        _ => return Err(Unreadable::Structure),
    };
    let inner = children(content).ok_or(Unreadable::Structure)?;
    let signed = inner.first().filter(|value| kind.content == ID_SIGNED_DATA && value.tag == SEQUENCE);
    let fields = signed.and_then(children).ok_or(Unreadable::Structure)?;
    // version, digestAlgorithms and encapContentInfo come first; of the rest only the certificates matter.
    let Some(set) = fields.iter().skip(3).find(|field| field.tag == CONTEXT_0) else {
        return Err(Unreadable::Empty);
    };
    let choices = children(set).ok_or(Unreadable::Structure)?;
    // Other choices than a certificate (RFC 5652 §10.2.2) carry tags of their own and are none of ours.
    let plain = choices.iter().filter(|choice| choice.tag == SEQUENCE);
    plain.map(|choice| Certificate::from_der(choice.whole).map_err(|_| Unreadable::Structure)).collect()
}

/// Real answers nest six levels around a certificate and few inside it; anything much deeper is an attack on the stack.
const DEEPEST: u8 = 32;

/// One tag-length-value of BER (X.690 §8.1).
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
}

fn children<'a>(parent: &Element<'a>) -> Option<Vec<Element<'a>>> {
    let mut rest = parent.content;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (child, after) = element(rest, DEEPEST)?;
        found.push(child);
        rest = after;
    }
    Some(found)
}

/// The first element of `bytes` and what follows it.
fn element(bytes: &[u8], depth: u8) -> Option<(Element<'_>, &[u8])> {
    let depth = depth.checked_sub(1)?;
    let (&tag, after_tag) = bytes.split_first()?;
    let many_byte_tag = tag & 0x1f == 0x1f; // never used around certificates
    if many_byte_tag {
        return None;
    }
    let (&first, after_length) = after_tag.split_first()?;
    let (content, rest) = match first {
        0x80 => indefinite(after_length, depth)?,
        0..0x80 => after_length.split_at_checked(usize::from(first))?,
        _ => {
            let (digits, after) = after_length.split_at_checked(usize::from(first & 0x7f))?;
            after.split_at_checked(length(digits)?)?
        }
    };
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((Element { tag, content, whole }, rest))
}

fn length(digits: &[u8]) -> Option<usize> {
    digits.iter().try_fold(0_usize, |sum, digit| sum.checked_mul(256)?.checked_add(usize::from(*digit)))
}

/// Content that ends with two zero bytes (X.690 §8.1.5), and what follows them.
fn indefinite(bytes: &[u8], depth: u8) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    while !rest.starts_with(&[0, 0]) {
        (_, rest) = element(rest, depth)?;
    }
    let content = bytes.get(..bytes.len() - rest.len())?;
    Some((content, rest.get(2..)?))
}

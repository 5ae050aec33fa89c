//! The little DER that is easier written than typed: names and the PKCS#7 envelope.

pub(crate) const OID: u8 = 0x06;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed: the content of a ContentInfo, and the certificates of a SignedData.
pub(crate) const CONTEXT_0: u8 = 0xa0;

/// Tag, length, content.
pub(crate) fn node(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..=0x7f => out.push(short as u8),
        long => {
            let bytes = long.to_be_bytes();
            let skipped = bytes.iter().take_while(|byte| **byte == 0).count();
            out.push(0x80 | (bytes.len() - skipped) as u8);
            out.extend_from_slice(&bytes[skipped..]);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A constructed node whose end is marked instead of its length said (X.690 §8.1.3.6): BER, never DER.
pub(crate) fn endless(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    [&[tag, 0x80], parts.concat().as_slice(), &[0, 0]].concat()
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    node(SEQUENCE, &parts.concat())
}

/// The caller answers for the order.
pub(crate) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    node(0x31, &parts.concat())
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    node(0x0c, text.as_bytes())
}

pub(crate) fn printable(text: &str) -> Vec<u8> {
    node(0x13, text.as_bytes())
}

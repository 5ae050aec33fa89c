//! What a request should hold, as the authority says it before (RFC 7030 §4.5, RFC 9908).

use crate::dertree::{INTEGER, OCTETS, OID, node, sequence, set};

/// 1.2.840.113549.1.1.1
const RSA_ENCRYPTION: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.113549.1.1.11
const SHA256_WITH_RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
/// 1.2.840.113549.1.9.14
const EXTENSION_REQUEST: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];
/// 2.5.29.37
const EXTENDED_KEY_USAGE: [u8; 3] = [0x55, 0x1d, 0x25];
/// 1.3.6.1.5.5.7.3.2
const CLIENT_AUTH: [u8; 8] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

/// An RSA key of 2048 bits, signed with SHA-256, for client authentication. A hint: a request
/// without the extension is served all the same.
pub(crate) fn csr_attributes() -> Vec<u8> {
    let attribute = |kind: &[u8], value: Vec<u8>| sequence(&[node(OID, kind), set(&[value])]);
    let client_auth = sequence(&[node(OID, &CLIENT_AUTH)]);
    let extension = sequence(&[node(OID, &EXTENDED_KEY_USAGE), node(OCTETS, &client_auth)]);
    sequence(&[
        attribute(&RSA_ENCRYPTION, node(INTEGER, &2048_u16.to_be_bytes())),
        node(OID, &SHA256_WITH_RSA),
        attribute(&EXTENSION_REQUEST, sequence(&[extension])),
    ])
}

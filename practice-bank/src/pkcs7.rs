//! The certs-only envelope of EST answers (RFC 7030 §4.1.3, RFC 5652 §5.1).

use crate::dertree::{CONTEXT_0, INTEGER, OID, SEQUENCE, endless, node, sequence, set};

const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

/// A degenerate SignedData: no content, no signers, only certificates in the given order.
///
/// Written by hand since a typed SET OF would sort the certificates, and most authorities
/// send the leaf first.
pub(crate) fn certs_only(certificates: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[node(OID, &SIGNED_DATA), node(CONTEXT_0, &sequence(&signed_data(certificates)))])
}

/// The same in BER: everything around the certificates is of indefinite length.
pub(crate) fn endless_certs_only(certificates: &[Vec<u8>]) -> Vec<u8> {
    let content = endless(CONTEXT_0, &[endless(SEQUENCE, &signed_data(certificates))]);
    endless(SEQUENCE, &[node(OID, &SIGNED_DATA), content])
}

fn signed_data(certificates: &[Vec<u8>]) -> [Vec<u8>; 5] {
    [node(INTEGER, &[1]), set(&[]), sequence(&[node(OID, &DATA)]), node(CONTEXT_0, &certificates.concat()), set(&[])]
}

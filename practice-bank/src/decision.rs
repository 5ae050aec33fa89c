use crate::{Fault, csr::Flaw, rules::Closed};

/// What becomes of one POST to simpleenroll or simplereenroll, or of the enrollment form.
#[derive(Debug)]
pub(crate) enum Decision {
    /// No credentials: ask for them.
    Challenge,
    /// Wrong ID or number; how many tries are left is told only to those who know the ID.
    WrongNumber { tries_left: Option<u32> },
    /// Too many wrong numbers.
    Locked,
    /// No certificate for this customer now.
    Closed(Closed),
    /// Come back later.
    Maintenance,
    /// The request itself is wrong.
    Flawed(Flaw),
    /// 202: the same request may come back.
    Deferred(RetryAfter),
    /// Renewal without a certificate of this bank.
    NoCertificate,
    /// Renewal with a certificate that a newer one has replaced.
    OldCertificate,
    /// Renewal with a revoked certificate.
    RevokedCertificate,
    /// Renewal with an expired certificate.
    ExpiredCertificate,
    /// Something breaks and nothing was issued.
    Broken(Fault),
    /// Here it is; the fault may still spoil the answer.
    Issued { chain: Vec<Vec<u8>>, fault: Option<Fault> },
}

/// How a 202 says when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Seconds,
    Date,
    Missing,
}

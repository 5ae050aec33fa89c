//! Belief: which rule an answer keeps or breaks before it may be called a certificate.

/// A rule that an answer broke. Named in the report; users read one of a few texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// No certificate could be read from the answer.
    Readable,
    /// One certificate must be for the key made on this PC.
    OurKey,
    /// It must lead to the profile's issuer anchors.
    Chain,
    /// Extended key usage must name clientAuth (RFC 5280 §4.2.1.12).
    ClientAuth,
    /// Key usage must allow digitalSignature (§4.2.1.3).
    KeyUsage,
    /// Must not be a CA (§4.2.1.9).
    NotACa,
    /// Valid now (a few minutes of tolerance) and not already over.
    Dates,
    /// The subject must be the applicant's.
    Subject,
    /// SHA-256 or better, RSA of the length that was asked.
    Algorithm,
    /// No critical extension that this program does not know (§4.2).
    CriticalExtension,
}

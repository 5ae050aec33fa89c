//! Signing without holding a key: the key stays where it lives.

use super::SpkiHash;

/// RSA signature schemes a client certificate is used with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureScheme {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2): requests, TLS 1.2.
    Pkcs1Sha256,
    /// RSASSA-PSS with SHA-256, salt of 32 bytes (RFC 8017 §8.1): TLS 1.3.
    PssSha256,
}

/// A private key somewhere else, with which this program may sign.
pub trait Signer: Send + Sync + std::fmt::Debug {
    /// DER of the SubjectPublicKeyInfo.
    fn spki_der(&self) -> &[u8];

    /// What the store can do with this key; the first is the one to prefer.
    fn schemes(&self) -> &[SignatureScheme];

    /// Signs `message` (not a digest). May block: the store may ask its user.
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError>;

    fn spki_hash(&self) -> SpkiHash {
        SpkiHash::of(self.spki_der())
    }
}

/// Why a key did not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    #[error("the key store cannot sign with this scheme")]
    Unsupported,
    #[error("the key is not in its store any more")]
    KeyMissing,
    #[error("the user or the store refused the use of the key")]
    Refused,
    #[error("the key store failed: {0}")]
    Store(String),
}

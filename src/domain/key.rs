//! Names of keys and how well they are guarded.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How the PC asks before a key is used: 低 never, 中 for permission, 高 for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecurityLevel {
    Low,
    Medium,
    High,
}

impl SecurityLevel {
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl FromStr for SecurityLevel {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        Self::ALL.into_iter().find(|level| level.as_str() == text).ok_or(LabelError)
    }
}

/// The name of a key inside its store, `shirushi-` and 16 hex digits. The journal knows it before the key exists, so
/// that no key can be left behind without a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyLabel(String);

/// The text is not one of the words this type knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name this program gives")]
pub struct LabelError;

impl KeyLabel {
    pub const PREFIX: &str = "shirushi-";

    pub fn from_random(bits: u64) -> Self {
        Self(format!("{}{bits:016x}", Self::PREFIX))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyLabel {
    type Error = LabelError;

    fn try_from(text: String) -> Result<Self, LabelError> {
        let digits = text.strip_prefix(Self::PREFIX).ok_or(LabelError)?;
        let well_formed = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        well_formed.then(|| Self(text.clone())).ok_or(LabelError)
    }
}

impl From<KeyLabel> for String {
    fn from(label: KeyLabel) -> Self {
        label.0
    }
}

impl fmt::Display for KeyLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 over the DER of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): which key, without the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SpkiHash([u8; 32]);

impl SpkiHash {
    pub(super) fn into_bytes(self) -> [u8; 32] {
        self.0
    }

    pub fn of(spki_der: &[u8]) -> Self {
        Self(Sha256::digest(spki_der).into())
    }
}

impl fmt::Display for SpkiHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SpkiHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpkiHash({self})")
    }
}

impl From<SpkiHash> for String {
    fn from(hash: SpkiHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for SpkiHash {
    type Error = LabelError;

    fn try_from(text: String) -> Result<Self, LabelError> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(LabelError);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(2 * index..2 * index + 2).ok_or(LabelError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| LabelError)?;
        }
        Ok(Self(bytes))
    }
}

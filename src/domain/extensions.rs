//! What a CA wants a request to hold beside name and key.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

/// DER of the extensions (RFC 5280 §4.1.2.9) that the CA asked for; empty: none. Kept with the request, which must be
/// made again byte by byte.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WantedExtensions(Vec<u8>);

impl WantedExtensions {
    pub fn from_der(der: Vec<u8>) -> Self {
        Self(der)
    }

    pub fn der(&self) -> &[u8] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for WantedExtensions {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        BASE64_STANDARD.decode(text).map(Self)
    }
}

impl From<WantedExtensions> for String {
    fn from(extensions: WantedExtensions) -> Self {
        BASE64_STANDARD.encode(extensions.0)
    }
}

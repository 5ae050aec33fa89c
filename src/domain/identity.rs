//! Who somebody is: a server on the wire, a name in a certificate.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SpkiHash;

/// The server at the other end of a TLS connection, as its certificate names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerIdentity {
    /// Pins the second connection to the server of the first.
    pub key: SpkiHash,
    pub subject: String,
    pub not_after: Timestamp,
}

/// Attributes of a distinguished name by short type (`CN`, `O`, `OU`, `C` …), in alphabetical order of their types.
/// Repeated attributes are joined with `+`. Enough to compare and to show; never re-encoded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DistinguishedName(BTreeMap<String, String>);

impl DistinguishedName {
    pub fn from_attributes(attributes: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut name = Self::default();
        for (kind, value) in attributes {
            name.0.entry(kind).and_modify(|present| *present = format!("{present}+{value}")).or_insert(value);
        }
        name
    }

    pub fn attribute(&self, kind: &str) -> Option<&str> {
        self.0.get(kind).map(String::as_str)
    }

    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(kind, value)| (kind.as_str(), value.as_str()))
    }

    /// What a person calls it: organization and common name, whichever exist.
    pub fn readable(&self) -> String {
        let parts: Vec<&str> = ["O", "CN"].iter().filter_map(|kind| self.attribute(kind)).collect();
        if parts.is_empty() { self.to_string() } else { parts.join(" ") }
    }

    /// Every attribute of `expected` is here with the same value.
    pub fn covers(&self, expected: &Self) -> bool {
        expected.attributes().all(|(kind, value)| self.attribute(kind) == Some(value))
    }
}

/// From the person to the country, as RFC 4514 writes names; other types follow.
const READING_ORDER: [&str; 6] = ["CN", "OU", "O", "L", "ST", "C"];

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rank = |kind: &str| READING_ORDER.iter().position(|known| *known == kind).unwrap_or(READING_ORDER.len());
        let mut attributes: Vec<(&str, &str)> = self.attributes().collect();
        attributes.sort_by_key(|(kind, _)| rank(kind));
        for (index, (kind, value)) in attributes.into_iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{kind}={value}")?;
        }
        Ok(())
    }
}

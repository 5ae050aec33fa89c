//! An X.509 certificate (RFC 5280) as bytes that parse, with what a person wants to know of it.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_cert::{
    der::{
        Decode, DecodePem, Encode,
        asn1::{Any, Ia5StringRef, PrintableStringRef, Utf8StringRef},
        oid::{
            ObjectIdentifier,
            db::{rfc3280::EMAIL_ADDRESS, rfc4519},
        },
    },
    name::Name,
    time::Time,
};

use super::{DistinguishedName, LabelError, SpkiHash};

/// A certificate that parses. Equality is equality of its bytes.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
}

/// The bytes are not one X.509 certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate: {0}")]
pub struct CertificateError(String);

impl From<x509_cert::der::Error> for CertificateError {
    fn from(error: x509_cert::der::Error) -> Self {
        Self(error.to_string())
    }
}

impl Certificate {
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self, CertificateError> {
        let der = der.into();
        let parsed = x509_cert::Certificate::from_der(&der)?;
        Ok(Self { der, parsed })
    }

    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let parsed = x509_cert::Certificate::from_pem(pem.trim())?;
        Ok(Self { der: parsed.to_der()?, parsed })
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub fn parsed(&self) -> &x509_cert::Certificate {
        &self.parsed
    }

    pub fn subject(&self) -> DistinguishedName {
        distinguished_name(self.parsed.tbs_certificate().subject())
    }

    pub fn issuer(&self) -> DistinguishedName {
        distinguished_name(self.parsed.tbs_certificate().issuer())
    }

    pub fn serial(&self) -> Serial {
        Serial(self.parsed.tbs_certificate().serial_number().as_bytes().to_vec())
    }

    pub fn not_before(&self) -> Timestamp {
        timestamp(self.parsed.tbs_certificate().validity().not_before)
    }

    pub fn not_after(&self) -> Timestamp {
        timestamp(self.parsed.tbs_certificate().validity().not_after)
    }

    /// Whether both are for the same name, byte by byte; [`DistinguishedName`] is for reading.
    pub fn has_subject_of(&self, other: &Self) -> bool {
        let subject = |certificate: &Self| certificate.parsed.tbs_certificate().subject().to_der().ok();
        subject(self).is_some_and(|name| subject(other) == Some(name))
    }

    /// DER of the SubjectPublicKeyInfo.
    pub fn spki_der(&self) -> Vec<u8> {
        self.parsed.tbs_certificate().subject_public_key_info().to_der().unwrap_or_default() // it was just decoded: encoding it again cannot fail
    }

    pub fn spki_hash(&self) -> SpkiHash {
        SpkiHash::of(&self.spki_der())
    }

    pub fn thumbprint(&self) -> Thumbprint {
        Thumbprint(Sha256::digest(&self.der).into())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.subject(), self.serial())
    }
}

fn timestamp(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

fn distinguished_name(name: &Name) -> DistinguishedName {
    DistinguishedName::from_attributes(name.iter().map(|attribute| {
        let oid = attribute.oid;
        let kind = short_name(&oid).map_or_else(|| oid.to_string(), str::to_owned);
        (kind, attribute_text(&attribute.value))
    }))
}

/// The attribute types that occur in names of people and institutions (RFC 4519 §2, RFC 4514 §3).
const SHORT_NAMES: [(&str, ObjectIdentifier); 10] = [
    ("CN", rfc4519::CN),
    ("O", rfc4519::O),
    ("OU", rfc4519::OU),
    ("C", rfc4519::C),
    ("L", rfc4519::L),
    ("ST", rfc4519::ST),
    ("DC", rfc4519::DC),
    ("UID", rfc4519::UID),
    ("SERIALNUMBER", rfc4519::SERIAL_NUMBER),
    ("E", EMAIL_ADDRESS),
];

fn short_name(oid: &ObjectIdentifier) -> Option<&'static str> {
    SHORT_NAMES.iter().find(|(_, known)| known == oid).map(|(name, _)| *name)
}

/// The attribute type that a short name stands for.
pub fn attribute_type(short: &str) -> Option<ObjectIdentifier> {
    SHORT_NAMES.iter().find(|(name, _)| *name == short).map(|(_, oid)| *oid)
}

/// Whether this is the name of an attribute type: a short one that is known here, or an object identifier.
pub(super) fn is_attribute(kind: &str) -> bool {
    attribute_type(kind).is_some() || ObjectIdentifier::new(kind).is_ok()
}

fn attribute_text(value: &Any) -> String {
    let text = value
        .decode_as::<Utf8StringRef<'_>>()
        .map(|s| s.as_str().to_owned())
        .or_else(|_| value.decode_as::<PrintableStringRef<'_>>().map(|s| s.as_str().to_owned()))
        .or_else(|_| value.decode_as::<Ia5StringRef<'_>>().map(|s| s.as_str().to_owned()));
    text.unwrap_or_else(|_| value.value().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A certificate's number, shown in groups of four hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Serial(Vec<u8>);

impl Serial {
    /// Hexadecimal without groups, as machines compare it.
    pub fn compact(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let significant = match self.0.as_slice() {
            [0, rest @ ..] if !rest.is_empty() => rest,
            all => all,
        };
        f.write_str(&grouped(significant))
    }
}

/// Hexadecimal in groups of four digits, as people read it.
fn grouped(bytes: &[u8]) -> String {
    let pair = |pair: &[u8]| pair.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    bytes.chunks(2).map(pair).collect::<Vec<_>>().join(" ")
}

/// SHA-256 over the certificate's DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Thumbprint(#[serde(with = "hex_bytes")] [u8; 32]);

impl Thumbprint {
    /// Groups of four digits, as it is read aloud; each of the lines holds eight.
    pub fn lines(&self) -> [String; 2] {
        let (first, second) = self.0.split_at(16);
        [first, second].map(grouped)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// 64 hexadecimal digits, in groups or not, as certificates are told apart elsewhere.
impl FromStr for Thumbprint {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
        SpkiHash::try_from(digits.to_ascii_lowercase()).map(|hash| Self(hash.into_bytes()))
    }
}

mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::domain::SpkiHash;

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        SpkiHash::try_from(text).map(SpkiHash::into_bytes).map_err(D::Error::custom)
    }
}

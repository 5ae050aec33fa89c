//! What a CA wants to see in a request, as it says before (`csrattrs`: RFC 7030 §4.5.2, RFC 8951 §3.2, RFC 9908).

use std::fmt;

use x509_cert::{
    attr::Attribute,
    der::{
        Decode, Encode, Tag, Tagged,
        asn1::{Any, ObjectIdentifier, OctetString, Uint},
        oid::{
            AssociatedOid,
            db::{rfc5280::ID_KP_CLIENT_AUTH, rfc5912},
        },
    },
    ext::{
        Extension, Extensions,
        pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName},
    },
};

use super::pkcs7;
use crate::domain::{Certificate, WantedExtensions};

/// The CA's list; empty when it wants nothing in particular.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CsrAttributes(Vec<Wish>);

/// One entry (`AttrOrOID`).
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    /// An algorithm, an attribute or an extension, without a word about its value.
    Named(ObjectIdentifier),
    /// A key of this algorithm, and of this length where one is given.
    Key(ObjectIdentifier, Option<u16>),
    Extension(Extension),
}

/// The bytes are no list of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not a list of attributes")]
pub struct Unreadable;

/// What a request is wanted to hold and this program cannot put into it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Unsatisfiable(pub Vec<ObjectIdentifier>);

impl fmt::Display for Unsatisfiable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        write!(f, "the CA wants what this program cannot put into a request: {}", names.join(", "))
    }
}

impl CsrAttributes {
    /// Reads what `csrattrs` answered: base64 as it is met, or DER.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let der = match body {
            [0x30, ..] => body.to_vec(), // no base64 begins so with a SEQUENCE
            _ => pkcs7::decode(std::str::from_utf8(body).map_err(|_| Unreadable)?).map_err(|_| Unreadable)?,
        };
        let entries = Vec::<Any>::from_der(&der).map_err(|_| Unreadable)?;
        let mut wishes = Vec::new();
        for entry in &entries {
            wishes.extend(read_entry(entry).ok_or(Unreadable)?);
        }
        Ok(Self(wishes))
    }

    /// The extensions that a request for an RSA key of `bits` has to hold. `renewed`: the certificate whose name, and
    /// whose alternative names, the request carries on.
    pub fn extensions(&self, bits: u16, renewed: Option<&Certificate>) -> Result<WantedExtensions, Unsatisfiable> {
        let mut extensions = Extensions::new();
        let mut impossible = Vec::new();
        for wish in &self.0 {
            match wish.answered(bits, renewed) {
                Answered::ByItself => {}
                Answered::With(extension) => {
                    if extensions.iter().all(|one: &Extension| one.extn_id != extension.extn_id) {
                        extensions.push(extension);
                    }
                }
                Answered::Never(oid) => impossible.push(oid),
            }
        }
        match impossible.is_empty() {
            true if extensions.is_empty() => Ok(WantedExtensions::default()),
            // They have just been read: writing them cannot fail.
            true => Ok(WantedExtensions::from_der(extensions.to_der().unwrap_or_default())),
            false => Err(Unsatisfiable(impossible)),
        }
    }
}

/// What a request does about a wish.
enum Answered {
    /// Every request of ours is like that.
    ByItself,
    With(Extension),
    Never(ObjectIdentifier),
}

/// What every request is: an RSA key, signed by PKCS#1 v1.5 with SHA-256.
const OURS: [ObjectIdentifier; 3] =
    [rfc5912::RSA_ENCRYPTION, rfc5912::SHA_256_WITH_RSA_ENCRYPTION, rfc5912::ID_SHA_256];

impl Wish {
    fn answered(&self, bits: u16, renewed: Option<&Certificate>) -> Answered {
        match self {
            Self::Named(oid) if OURS.contains(oid) => Answered::ByItself,
            Self::Key(oid, length) if OURS.contains(oid) && length.is_none_or(|wanted| wanted == bits) => {
                Answered::ByItself
            }
            Self::Key(oid, _) => Answered::Never(*oid),
            Self::Named(SubjectAltName::OID) if renewed.is_some_and(has_alternative_names) => Answered::ByItself,
            Self::Named(oid) => usual(*oid).map_or(Answered::Never(*oid), Answered::With),
            Self::Extension(extension) if [ExtendedKeyUsage::OID, KeyUsage::OID].contains(&extension.extn_id) => {
                Answered::With(extension.clone())
            }
            Self::Extension(extension) => Answered::Never(extension.extn_id),
        }
    }
}

fn has_alternative_names(certificate: &Certificate) -> bool {
    let mut extensions = certificate.parsed().tbs_certificate().extensions().into_iter().flatten();
    extensions.any(|extension| extension.extn_id == SubjectAltName::OID)
}

/// What a certificate for logging in has, where the CA names no value.
fn usual(oid: ObjectIdentifier) -> Option<Extension> {
    let value = match oid {
        ExtendedKeyUsage::OID => ExtendedKeyUsage(vec![ID_KP_CLIENT_AUTH]).to_der().ok()?,
        KeyUsage::OID => KeyUsage(KeyUsages::DigitalSignature.into()).to_der().ok()?,
        _ => return None,
    };
    Some(Extension { extn_id: oid, critical: false, extn_value: OctetString::new(value).ok()? })
}

/// `None`: not what the standard calls an entry.
fn read_entry(entry: &Any) -> Option<Vec<Wish>> {
    if entry.tag() == Tag::ObjectIdentifier {
        return Some(vec![Wish::Named(entry.decode_as().ok()?)]);
    }
    let attribute = Attribute::from_der(&entry.to_der().ok()?).ok()?;
    match attribute.oid {
        rfc5912::ID_EXTENSION_REQ => {
            let wishes: Option<Vec<Vec<Wish>>> = attribute.values.iter().map(read_extensions).collect();
            wishes.map(|wishes| wishes.concat())
        }
        oid if attribute.values.is_empty() => Some(vec![Wish::Named(oid)]),
        rfc5912::RSA_ENCRYPTION => {
            Some(attribute.values.iter().map(|value| Wish::Key(attribute.oid, length(value))).collect())
        }
        // A value of something else is more than its name says: it cannot be honoured by chance.
        oid => Some(vec![Wish::Key(oid, None)]),
    }
}

/// Extensions with their values, or only the name of one (RFC 7030 §4.5.2, the example).
fn read_extensions(value: &Any) -> Option<Vec<Wish>> {
    if value.tag() == Tag::ObjectIdentifier {
        return Some(vec![Wish::Named(value.decode_as().ok()?)]);
    }
    let extensions = Extensions::from_der(&value.to_der().ok()?).ok()?;
    Some(extensions.into_iter().map(Wish::Extension).collect())
}

/// A length that does not fit is one that no key here has.
fn length(value: &Any) -> Option<u16> {
    let number: Uint = value.decode_as().ok()?;
    let bytes: [u8; 2] = match number.as_bytes() {
        [low] => [0, *low],
        [high, low] => [*high, *low],
        _ => [0, 0],
    };
    Some(u16::from_be_bytes(bytes))
}

//! The request for a certificate: PKCS#10 (RFC 2986).
//!
//! The same subject and the same key always give the same bytes: names are encoded in a fixed order and PKCS#1 v1.5
//! signatures are deterministic (RFC 8017 §8.2). That is how a request is recognised after a restart without being kept.

use base64::{Engine, prelude::BASE64_STANDARD};
use x509_cert::{
    attr::{Attribute, Attributes},
    der::{
        self, Decode, Encode,
        asn1::{Any, BitString, Ia5StringRef, ObjectIdentifier, PrintableStringRef, Utf8StringRef},
        oid::AssociatedOid,
    },
    ext::{Extension, Extensions, pkix::SubjectAltName},
    name::{Name, RdnSequence, RelativeDistinguishedName},
    request::{CertReq, CertReqInfo, ExtensionReq, Version},
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
};

use super::validate::key_signature_fits;
use crate::domain::{
    Certificate, DistinguishedName, SignError, SignatureScheme, Signer, WantedExtensions, attribute_type,
};

/// sha256WithRSAEncryption (RFC 8017 appendix A.2.4).
const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// From the country down to the person; types that are not listed follow in alphabetical order.
const ORDER: [&str; 10] = ["C", "ST", "L", "O", "OU", "CN", "SERIALNUMBER", "UID", "DC", "E"];

/// Why there is no request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error("{0} is not an attribute of a name")]
    UnknownAttribute(String),
    #[error("{0} holds a character that its type cannot carry")]
    Value(String),
    /// The store signed with something else than the key it named.
    #[error("the signature does not fit the key")]
    SignatureWrong,
    #[error("{0}")]
    Sign(#[from] SignError),
    #[error("{0}")]
    Encoding(#[from] der::Error),
}

/// What stands in a request beside the key. No challenge password, ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    subject: Name,
    extensions: Extensions,
}

impl Form {
    pub fn for_name(subject: &DistinguishedName) -> Result<Self, RequestError> {
        Ok(Self { subject: name(subject)?, extensions: Extensions::new() })
    }

    /// For the holder of a certificate: the same name, byte by byte, and the same alternative names (RFC 7030 §4.2.2).
    pub fn for_holder_of(renewed: &Certificate) -> Self {
        let parsed = renewed.parsed().tbs_certificate();
        let of_the_name = |extension: &&Extension| extension.extn_id == SubjectAltName::OID;
        let extensions = parsed.extensions().into_iter().flatten().filter(of_the_name).cloned().collect();
        Self { subject: parsed.subject().clone(), extensions }
    }

    /// With what the CA wants to see in it. What the holder's name brings along is not changed by that.
    pub fn with(mut self, wanted: &WantedExtensions) -> Result<Self, RequestError> {
        if !wanted.is_empty() {
            let own: Vec<ObjectIdentifier> = self.extensions.iter().map(|extension| extension.extn_id).collect();
            let wanted = Extensions::from_der(wanted.der())?;
            self.extensions.extend(wanted.into_iter().filter(|extension| !own.contains(&extension.extn_id)));
        }
        Ok(self)
    }

    fn attributes(&self) -> Result<Attributes, RequestError> {
        let mut attributes = Attributes::default();
        if !self.extensions.is_empty() {
            attributes.insert(Attribute::try_from(ExtensionReq(self.extensions.clone()))?)?;
        }
        Ok(attributes)
    }
}

/// DER of a request for a name and the key of `signer`, and nothing else.
pub fn request(subject: &DistinguishedName, signer: &dyn Signer) -> Result<Vec<u8>, RequestError> {
    filled_in(&Form::for_name(subject)?, signer)
}

/// DER of the request that `form` describes, for the key of `signer`.
pub fn filled_in(form: &Form, signer: &dyn Signer) -> Result<Vec<u8>, RequestError> {
    let info = CertReqInfo {
        version: Version::V1,
        subject: form.subject.clone(),
        public_key: SubjectPublicKeyInfoOwned::from_der(signer.spki_der())?,
        attributes: form.attributes()?,
    };
    let message = info.to_der()?;
    let signature = signer.sign(SignatureScheme::Pkcs1Sha256, &message)?;
    // A token that signs wrongly is found here, while nothing has been sent.
    if !key_signature_fits(signer.spki_der(), SignatureScheme::Pkcs1Sha256, &message, &signature) {
        return Err(RequestError::SignatureWrong);
    }
    let algorithm = AlgorithmIdentifierOwned { oid: SHA256_WITH_RSA, parameters: Some(Any::null()) };
    Ok(CertReq { info, algorithm, signature: BitString::from_bytes(&signature)? }.to_der()?)
}

/// A request as a file that people carry (RFC 7468 §7).
pub fn pem(request: &[u8]) -> String {
    const COLUMNS: usize = 64; // RFC 7468 §2
    let mut body = String::new();
    for line in BASE64_STANDARD.encode(request).as_bytes().chunks(COLUMNS) {
        body.extend(line.iter().copied().map(char::from));
        body.push('\n');
    }
    format!("-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n")
}

fn name(subject: &DistinguishedName) -> Result<Name, RequestError> {
    let known = ORDER.iter().filter_map(|kind| subject.attribute(kind).map(|value| (*kind, value)));
    let others = subject.attributes().filter(|(kind, _)| !ORDER.contains(kind));
    let mut sequence = RdnSequence::default();
    for (kind, value) in known.chain(others) {
        sequence.push(relative_name(kind, value)?);
    }
    Ok(Name::from_der(&sequence.to_der()?)?)
}

fn relative_name(kind: &str, value: &str) -> Result<RelativeDistinguishedName, RequestError> {
    let oid = attribute_type(kind)
        .or_else(|| ObjectIdentifier::new(kind).ok())
        .ok_or_else(|| RequestError::UnknownAttribute(kind.to_owned()))?;
    let value = text(kind, value).map_err(|_| RequestError::Value(kind.to_owned()))?;
    let mut relative = RelativeDistinguishedName::default();
    relative.insert(x509_cert::attr::AttributeTypeAndValue { oid, value })?;
    Ok(relative)
}

/// The string type of each attribute (RFC 5280 appendix A.1): UTF8String unless the type fixes another.
fn text(kind: &str, value: &str) -> der::Result<Any> {
    match kind {
        "C" | "SERIALNUMBER" => Any::encode_from(&PrintableStringRef::new(value)?),
        "DC" | "E" => Any::encode_from(&Ia5StringRef::new(value)?),
        _ => Any::encode_from(&Utf8StringRef::new(value)?),
    }
}

//! Certification requests, read strictly (RFC 2986, RFC 7030 §4.2.1, RFC 5967).

use base64::{Engine, engine::general_purpose::STANDARD};
use der::{Decode, Encode};
use hyper::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use rsa::{
    PublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    pkcs8::DecodePublicKey,
    signature::Verifier,
    traits::PublicKeyParts,
};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::{request::CertReq, spki::ObjectIdentifier};

use crate::certificate::hex;

const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const SHA384_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const SHA512_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const CHALLENGE_PASSWORD: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.7");
/// The object identifier of the extension as it stands in DER; it has no business anywhere else.
const ALTERNATIVE_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x11];

const FORM_COLUMNS: usize = 64;

/// A request whose sender has shown to hold the key.
#[derive(Debug)]
pub(crate) struct Csr {
    /// SubjectPublicKeyInfo, DER.
    pub key: Vec<u8>,
    pub key_sha256: String,
    /// Name, DER.
    pub subject: Vec<u8>,
    /// Asks for a SubjectAltName.
    pub wants_alternative_name: bool,
    pub csr_sha256: String,
}

/// Why a request is refused before anybody asks who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("the body must be application/pkcs10 (RFC 7030 section 4.2.1)")]
    ContentType,
    #[error("the body is larger than 64 KiB")]
    TooBig,
    #[error("the body did not arrive as a whole")]
    Incomplete,
    #[error("the body must be base64 of a request, without armour (RFC 8951 section 3.1)")]
    NotBase64,
    #[error("the body is not a PKCS#10 request in DER (RFC 2986)")]
    NotRequest,
    #[error("the request must be signed with RSA PKCS#1 v1.5 and SHA-2")]
    Algorithm,
    #[error("the key must be RSA with at least 2048 bits")]
    Key,
    #[error("the request's signature does not fit its key")]
    Signature,
    #[error("the request is bound to a connection, which cannot be checked here (RFC 7030 section 3.5)")]
    Binding,
    #[error("subject and alternative name must be those of the present certificate (RFC 7030 section 4.2.2)")]
    Subject,
}

impl Flaw {
    pub fn status(self) -> StatusCode {
        match self {
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooBig => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl Csr {
    /// Reads the body of a simpleenroll or simplereenroll POST.
    pub fn from_post(headers: &HeaderMap, body: &[u8]) -> Result<Self, Flaw> {
        if !is_pkcs10(headers) {
            return Err(Flaw::ContentType);
        }
        // RFC 8951 §3.1: white space is to be expected; Content-Transfer-Encoding says nothing.
        let packed: Vec<u8> = body.iter().copied().filter(|byte| !b" \t\r\n".contains(byte)).collect();
        let bytes = STANDARD.decode(packed).map_err(|_| Flaw::NotBase64)?;
        Self::from_bytes(&bytes)
    }

    /// Reads the field of a form: one line, or lines of 64 that end with CRLF; nothing around it.
    pub fn from_form(text: &str) -> Result<Self, Flaw> {
        let lines: Vec<&str> = text.strip_suffix("\r\n").unwrap_or(text).split("\r\n").collect();
        let (last, full) = lines.split_last().ok_or(Flaw::NotBase64)?;
        let wrapped = full.is_empty() || (last.len() <= FORM_COLUMNS && !last.is_empty());
        if !wrapped || full.iter().any(|line| line.len() != FORM_COLUMNS) {
            return Err(Flaw::NotBase64);
        }
        let bytes = STANDARD.decode(lines.concat()).map_err(|_| Flaw::NotBase64)?;
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Flaw> {
        let request = CertReq::from_der(bytes).map_err(|_| Flaw::NotRequest)?;
        if is_bound(&request) {
            return Err(Flaw::Binding);
        }
        let signed = request.info.to_der().map_err(|_| Flaw::NotRequest)?;
        let spki = request.info.public_key.to_der().map_err(|_| Flaw::NotRequest)?;
        let key = PublicKey::from_public_key_der(&spki).map_err(|_| Flaw::Key)?;
        if key.n().bit_width() < 2048 {
            return Err(Flaw::Key);
        }
        let signature = request.signature.as_bytes().ok_or(Flaw::Signature)?;
        verify(request.algorithm.oid, key, &signed, signature)?;
        Ok(Self {
            key_sha256: hex(&Sha256::digest(&spki)),
            csr_sha256: hex(&Sha256::digest(bytes)),
            subject: request.info.subject.to_der().map_err(|_| Flaw::NotRequest)?,
            wants_alternative_name: bytes.windows(ALTERNATIVE_NAME.len()).any(|window| window == ALTERNATIVE_NAME),
            key: spki,
        })
    }
}

/// Whether it brings a tls-unique: rustls tells none, so that it could only be believed.
fn is_bound(request: &CertReq) -> bool {
    let challenges = request.info.attributes.iter().filter(|attribute| attribute.oid == CHALLENGE_PASSWORD);
    challenges.flat_map(|attribute| attribute.values.iter()).any(|value| !value.value().is_empty())
}

fn is_pkcs10(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/pkcs10"))
}

/// Proof of possession.
fn verify(algorithm: ObjectIdentifier, key: PublicKey, signed: &[u8], signature: &[u8]) -> Result<(), Flaw> {
    let signature = Signature::try_from(signature).map_err(|_| Flaw::Signature)?;
    let verdict = match algorithm {
        SHA256_WITH_RSA => VerifyingKey::<Sha256>::new(key).verify(signed, &signature),
        SHA384_WITH_RSA => VerifyingKey::<Sha384>::new(key).verify(signed, &signature),
        SHA512_WITH_RSA => VerifyingKey::<Sha512>::new(key).verify(signed, &signature),
        _ => return Err(Flaw::Algorithm),
    };
    verdict.map_err(|_| Flaw::Signature)
}

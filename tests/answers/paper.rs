//! Certificates as a CA that makes every mistake would write them: each field is bytes, and the keys are real.

use std::{io::Write as _, process::Stdio, sync::OnceLock};

use rsa::{
    pkcs1v15::Pkcs1v15Sign,
    pss,
    sha2::{Digest as _, Sha256, Sha384, Sha512},
    signature::{RandomizedSigner as _, SignatureEncoding as _},
};
use sha1::Sha1;
use shirushi::domain::{Certificate, Signer as _};

use crate::{
    der::{
        BIT_STRING, CONTEXT, GENERALIZED_TIME, INTEGER, OCTET_STRING, SEQUENCE, SET, UTC_TIME, UTF8, oid, sequence, tlv,
    },
    make::{Known, TestKey, keys},
};

/// Keys beside those of [`keys`].
pub struct MoreKeys {
    pub short: TestKey,
    pub sub_ca: TestKey,
}

pub fn more_keys() -> &'static MoreKeys {
    static KEYS: OnceLock<MoreKeys> = OnceLock::new();
    KEYS.get_or_init(|| MoreKeys { short: TestKey::new(7, 1024), sub_ca: TestKey::new(8, 2048) })
}

/// How a certificate is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    /// RSASSA-PSS with SHA-256 (RFC 4055 §3.1).
    PssSha256,
}

impl Hash {
    fn oid(self) -> &'static str {
        match self {
            Self::Md5 => "1.2.840.113549.1.1.4",
            Self::Sha1 => "1.2.840.113549.1.1.5",
            Self::PssSha256 => "1.2.840.113549.1.1.10",
            Self::Sha256 => "1.2.840.113549.1.1.11",
            Self::Sha384 => "1.2.840.113549.1.1.12",
            Self::Sha512 => "1.2.840.113549.1.1.13",
        }
    }

    /// AlgorithmIdentifier.
    pub fn identifier(self) -> Vec<u8> {
        let parameters = if self == Self::PssSha256 { pss_parameters() } else { vec![5, 0] };
        sequence(&[&oid(self.oid()), &parameters])
    }

    fn digest(self, message: &[u8]) -> (&'static str, Vec<u8>) {
        match self {
            Self::Md5 => ("1.2.840.113549.2.5", md5(message)),
            Self::Sha1 => ("1.3.14.3.2.26", Sha1::digest(message).to_vec()),
            Self::Sha256 | Self::PssSha256 => ("2.16.840.1.101.3.4.2.1", Sha256::digest(message).to_vec()),
            Self::Sha384 => ("2.16.840.1.101.3.4.2.2", Sha384::digest(message).to_vec()),
            Self::Sha512 => ("2.16.840.1.101.3.4.2.3", Sha512::digest(message).to_vec()),
        }
    }

    pub fn sign(self, key: &TestKey, message: &[u8]) -> Vec<u8> {
        if self == Self::PssSha256 {
            let key = pss::SigningKey::<Sha256>::new(key.private.clone());
            return key.try_sign_with_rng(&mut Known(0), message).expect("signs").to_vec();
        }
        let (kind, digest) = self.digest(message);
        let info = sequence(&[&sequence(&[&oid(kind), &[5, 0]]), &tlv(OCTET_STRING, &digest)]);
        key.private.sign(Pkcs1v15Sign::new_unprefixed(), &info).expect("signs")
    }
}

fn pss_parameters() -> Vec<u8> {
    let sha256 = sequence(&[&oid("2.16.840.1.101.3.4.2.1"), &[5, 0]]);
    let mask = sequence(&[&oid("1.2.840.113549.1.1.8"), &sha256]);
    let salt = tlv(INTEGER, &[32]);
    sequence(&[&tlv(CONTEXT[0], &sha256), &tlv(CONTEXT[1], &mask), &tlv(CONTEXT[2], &salt)])
}

/// No library of ours knows it, for which there is a reason.
fn md5(message: &[u8]) -> Vec<u8> {
    let mut openssl = std::process::Command::new("openssl")
        .args(["dgst", "-md5", "-binary"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl");
    openssl.stdin.take().expect("a pipe").write_all(message).expect("is heard");
    openssl.wait_with_output().expect("openssl").stdout
}

/// `CN=…,O=…` and the like: each attribute a set of its own, the first one first.
pub fn name(attributes: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let sets = attributes.iter().map(|(kind, tag, value)| tlv(SET, &sequence(&[&oid(kind), &tlv(*tag, value)])));
    tlv(SEQUENCE, &sets.flatten().collect::<Vec<_>>())
}

pub const CN: &str = "2.5.4.3";
pub const O: &str = "2.5.4.10";
pub const OU: &str = "2.5.4.11";

/// A name of one attribute.
pub fn called(common_name: &str) -> Vec<u8> {
    name(&[(CN, UTF8, common_name.as_bytes())])
}

pub fn utc(text: &str) -> Vec<u8> {
    tlv(UTC_TIME, text.as_bytes())
}

pub fn generalized(text: &str) -> Vec<u8> {
    tlv(GENERALIZED_TIME, text.as_bytes())
}

/// What stands in the place of a signature.
#[derive(Debug, Clone)]
pub enum Seal {
    By(&'static TestKey, Hash),
    /// BIT STRING as it is.
    Bytes(Vec<u8>),
}

/// A certificate to be. Every field is a whole value, or nothing.
#[derive(Debug, Clone)]
pub struct Paper {
    pub version: Vec<u8>,
    pub serial: Vec<u8>,
    pub algorithm: Vec<u8>,
    pub issuer: Vec<u8>,
    pub not_before: Vec<u8>,
    pub not_after: Vec<u8>,
    pub subject: Vec<u8>,
    pub key: Vec<u8>,
    /// Between the key and the extensions, and after those.
    pub unique_ids: Vec<u8>,
    pub extensions: Vec<Vec<u8>>,
    pub tail: Vec<u8>,
    pub outer_algorithm: Vec<u8>,
    pub seal: Seal,
}

pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub const KEY_USAGE: &str = "2.5.29.15";
pub const EXTENDED: &str = "2.5.29.37";
pub const ALTERNATIVE_NAME: &str = "2.5.29.17";
pub const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub const SUBJECT_KEY: &str = "2.5.29.14";
pub const AUTHORITY_KEY: &str = "2.5.29.35";
pub const CRL_POINTS: &str = "2.5.29.31";
pub const POLICIES: &str = "2.5.29.32";
pub const NETSCAPE_TYPE: &str = "2.16.840.1.113730.1.1";
pub const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
pub const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Critical,
    Plain,
}

pub fn extension(kind: &str, weight: Weight, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if weight == Weight::Critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&oid(kind), critical, &tlv(OCTET_STRING, value)])
}

pub fn uses(purposes: &[&str]) -> Vec<u8> {
    let purposes: Vec<u8> = purposes.iter().flat_map(|purpose| oid(purpose)).collect();
    extension(EXTENDED, Weight::Plain, &tlv(SEQUENCE, &purposes))
}

/// Key usage by its bits (RFC 5280 §4.2.1.3): digitalSignature is 0x80, keyCertSign 0x04.
pub fn key_usage(bits: u8) -> Vec<u8> {
    extension(KEY_USAGE, Weight::Critical, &tlv(BIT_STRING, &[bits.trailing_zeros().min(7) as u8, bits]))
}

pub const IS_CA: &[u8] = &[1, 1, 0xff];

pub fn constraints(inside: &[u8]) -> Vec<u8> {
    extension(BASIC_CONSTRAINTS, Weight::Critical, &tlv(SEQUENCE, inside))
}

/// The identifier by which a CA's key is named here: any bytes will do.
pub fn key_id(key: &TestKey) -> Vec<u8> {
    key.hash().to_string().into_bytes()[..20].to_vec()
}

pub fn subject_key(key: &TestKey) -> Vec<u8> {
    extension(SUBJECT_KEY, Weight::Plain, &tlv(OCTET_STRING, &key_id(key)))
}

pub fn authority_key(id: &[u8]) -> Vec<u8> {
    extension(AUTHORITY_KEY, Weight::Plain, &sequence(&[&tlv(0x80, id)]))
}

impl Paper {
    /// What the CA should issue, with all that real ones put into it.
    pub fn leaf() -> Self {
        Self {
            version: tlv(CONTEXT[0], &[2, 1, 2]),
            serial: tlv(INTEGER, &[7, 0x5a, 0x11]),
            algorithm: Hash::Sha256.identifier(),
            issuer: called("Renshu CA"),
            not_before: utc("260331000000Z"),
            not_after: utc("270401000000Z"),
            subject: name(&[(O, UTF8, b"Renshu"), (CN, UTF8, b"1234567 taro")]),
            key: keys().leaf.spki_der().to_vec(),
            unique_ids: Vec::new(),
            extensions: vec![
                key_usage(0x80),
                uses(&[CLIENT_AUTH]),
                subject_key(&keys().leaf),
                authority_key(&key_id(&keys().issuer_ca)),
            ],
            tail: Vec::new(),
            outer_algorithm: Hash::Sha256.identifier(),
            seal: Seal::By(&keys().issuer_ca, Hash::Sha256),
        }
    }

    /// The same with every extension that is met.
    pub fn rich_leaf() -> Self {
        let mut paper = Self::leaf();
        let address = tlv(0x86, b"http://localhost/renshu.crl");
        let point = sequence(&[&tlv(CONTEXT[0], &tlv(CONTEXT[0], &address))]);
        let access = sequence(&[&sequence(&[&oid("1.3.6.1.5.5.7.48.1"), &tlv(0x86, b"http://localhost/ocsp")])]);
        let policy = sequence(&[&sequence(&[&oid("1.3.6.1.4.1.99999.2")])]);
        paper.extensions.extend([
            constraints(&[]),
            extension(ALTERNATIVE_NAME, Weight::Plain, &sequence(&[&tlv(0x81, b"taro@renshu.example")])),
            extension(CRL_POINTS, Weight::Plain, &tlv(SEQUENCE, &point)),
            extension("1.3.6.1.5.5.7.1.1", Weight::Plain, &access),
            extension(POLICIES, Weight::Plain, &policy),
            extension(NETSCAPE_TYPE, Weight::Plain, &tlv(BIT_STRING, &[5, 0xa0])),
            extension("1.3.6.1.4.1.99999.1", Weight::Plain, &[5, 0]),
        ]);
        paper
    }

    /// The CA that signs it.
    pub fn ca() -> Self {
        Self {
            serial: tlv(INTEGER, &[3]),
            issuer: called("Renshu Root"),
            not_before: utc("200101000000Z"),
            subject: called("Renshu CA"),
            key: keys().issuer_ca.spki_der().to_vec(),
            extensions: vec![
                constraints(IS_CA),
                key_usage(0x06),
                subject_key(&keys().issuer_ca),
                authority_key(&key_id(&keys().issuer_root)),
            ],
            seal: Seal::By(&keys().issuer_root, Hash::Sha256),
            ..Self::leaf()
        }
    }

    /// The anchor of the profile.
    pub fn root() -> Self {
        Self {
            serial: tlv(INTEGER, &[1]),
            subject: called("Renshu Root"),
            key: keys().issuer_root.spki_der().to_vec(),
            not_after: utc("400401000000Z"),
            extensions: vec![constraints(IS_CA), key_usage(0x06), subject_key(&keys().issuer_root)],
            ..Self::ca()
        }
    }

    /// A CA below [`Paper::ca`].
    pub fn sub_ca() -> Self {
        Self {
            serial: tlv(INTEGER, &[4]),
            issuer: called("Renshu CA"),
            subject: called("Renshu Sub CA"),
            key: more_keys().sub_ca.spki_der().to_vec(),
            extensions: vec![constraints(IS_CA), key_usage(0x06), subject_key(&more_keys().sub_ca)],
            seal: Seal::By(&keys().issuer_ca, Hash::Sha256),
            ..Self::ca()
        }
    }

    /// Signed in another way, and saying so.
    pub fn hashed_by(self, hash: Hash) -> Self {
        let Seal::By(key, _) = self.seal else { return self };
        Self { algorithm: hash.identifier(), outer_algorithm: hash.identifier(), seal: Seal::By(key, hash), ..self }
    }

    pub fn signed_by(self, key: &'static TestKey) -> Self {
        Self { seal: Seal::By(key, Hash::Sha256), ..self }
    }

    /// The extension of `kind` in another wording, or gone when `new` is empty.
    pub fn with(mut self, kind: &str, new: &[u8]) -> Self {
        let wanted = oid(kind);
        self.extensions.retain(|extension| !extension.windows(wanted.len()).any(|window| window == wanted));
        if !new.is_empty() {
            self.extensions.push(new.to_vec());
        }
        self
    }

    /// One extension more.
    pub fn and(mut self, more: Vec<u8>) -> Self {
        self.extensions.push(more);
        self
    }

    /// TBSCertificate.
    pub fn to_be_signed(&self) -> Vec<u8> {
        let validity = sequence(&[&self.not_before, &self.not_after]);
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            some => tlv(CONTEXT[3], &tlv(SEQUENCE, &some.concat())),
        };
        sequence(&[
            &self.version,
            &self.serial,
            &self.algorithm,
            &self.issuer,
            &validity,
            &self.subject,
            &self.key,
            &self.unique_ids,
            &extensions,
            &self.tail,
        ])
    }

    pub fn der(&self) -> Vec<u8> {
        self.sealed(&self.to_be_signed())
    }

    /// The signature over `to_be_signed`, whatever that is.
    pub fn sealed(&self, to_be_signed: &[u8]) -> Vec<u8> {
        let signature = match &self.seal {
            Seal::By(key, hash) => tlv(BIT_STRING, &[&[0], hash.sign(key, to_be_signed).as_slice()].concat()),
            Seal::Bytes(bytes) => bytes.clone(),
        };
        sequence(&[to_be_signed, &self.outer_algorithm, &signature])
    }

    pub fn certificate(&self) -> Certificate {
        Certificate::from_der(self.der()).expect("a certificate")
    }
}

/// A certs-only PKCS#7 (RFC 5652 §5.1) around whatever is to be taken for certificates.
pub fn envelope(certificates: &[Vec<u8>]) -> Vec<u8> {
    envelope_with(&tlv(CONTEXT[0], &certificates.concat()))
}

/// The same around any fields between the content and the signers.
pub fn envelope_with(fields: &[u8]) -> Vec<u8> {
    let signed = sequence(&[&[2, 1, 1, 0x31, 0], &sequence(&[&oid("1.2.840.113549.1.7.1")]), fields, &[0x31, 0]]);
    content_info("1.2.840.113549.1.7.2", &signed)
}

pub fn content_info(kind: &str, content: &[u8]) -> Vec<u8> {
    sequence(&[&oid(kind), &tlv(CONTEXT[0], content)])
}

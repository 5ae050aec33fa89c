//! Keys, certificates and envelopes for the tests.

use std::{
    convert::Infallible,
    str::FromStr,
    sync::{Arc, OnceLock},
};

use jiff::{SignedDuration, Timestamp};
use rsa::{
    PrivateKey, pkcs1v15,
    pkcs8::{EncodePrivateKey, EncodePublicKey},
    pss,
    rand_core::{TryCryptoRng, TryRng},
    sha2::Sha256,
    signature::{SignatureEncoding, Signer as _},
};
use shirushi::{
    domain::{Certificate, SignError, SignatureScheme, Signer, SpkiHash},
    protocol::RawAnswer,
};
use x509_cert::{
    builder::{self, Builder, CertificateBuilder, profile::BuilderProfile},
    certificate::TbsCertificate,
    der::{
        Decode, Encode,
        asn1::{Ia5String, ObjectIdentifier, OctetString},
        oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH},
    },
    ext::{
        Extension, ToExtension,
        pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName, name::GeneralName},
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

/// One set of keys per process: making them is what takes time.
pub struct Keys {
    pub issuer_root: TestKey,
    pub issuer_ca: TestKey,
    pub leaf: TestKey,
    pub stranger: TestKey,
    pub tls_root: TestKey,
    pub server: TestKey,
}

pub fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| Keys {
        issuer_root: TestKey::new(1, 2048),
        issuer_ca: TestKey::new(2, 2048),
        leaf: TestKey::new(3, 2048),
        stranger: TestKey::new(4, 2048),
        tls_root: TestKey::new(5, 2048),
        server: TestKey::new(6, 2048),
    })
}

/// Numbers that everybody knows (splitmix64), so that what a test has made it can make again. Good for nothing else.
#[derive(Debug)]
pub struct Known(pub u64);

impl TryRng for Known {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|number| number as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(mixed ^ (mixed >> 31))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for some in bytes.chunks_mut(8) {
            some.copy_from_slice(&self.try_next_u64()?.to_le_bytes()[..some.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Known {}

#[derive(Debug, Clone)]
pub struct TestKey {
    pub private: PrivateKey,
    spki: Vec<u8>,
}

impl TestKey {
    /// The same key for the same number in every run.
    pub fn new(number: u64, bits: usize) -> Self {
        let private = PrivateKey::new(&mut Known(number << 32), bits).unwrap();
        let spki = private.as_public_key().to_public_key_der().unwrap().into_vec();
        Self { private, spki }
    }

    pub fn hash(&self) -> SpkiHash {
        SpkiHash::of(&self.spki)
    }

    pub fn pkcs8(&self) -> Vec<u8> {
        self.private.to_pkcs8_der().unwrap().as_bytes().to_vec()
    }
}

impl Signer for TestKey {
    fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    fn schemes(&self) -> &[SignatureScheme] {
        &[SignatureScheme::PssSha256, SignatureScheme::Pkcs1Sha256]
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let key = self.private.clone();
        Ok(match scheme {
            SignatureScheme::Pkcs1Sha256 => pkcs1v15::SigningKey::<Sha256>::new(key).sign(message).to_vec(),
            SignatureScheme::PssSha256 => {
                use rsa::signature::RandomizedSigner;
                let key = pss::SigningKey::<Sha256>::new(key);
                key.try_sign_with_rng(&mut getrandom::SysRng, message).map_err(|_| SignError::Refused)?.to_vec()
            }
        })
    }
}

/// A certificate to be: change a field, then [`Recipe::make`].
#[derive(Clone)]
pub struct Recipe {
    pub subject: &'static str,
    pub issuer: &'static str,
    pub key: &'static TestKey,
    pub signer: &'static TestKey,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    pub serial: u32,
    pub constraints: Option<BasicConstraints>,
    pub key_usage: Option<KeyUsage>,
    pub extended: Option<Vec<ObjectIdentifier>>,
    pub dns_name: Option<&'static str>,
    pub extra: Option<Extension>,
}

/// The tests' day.
pub fn now() -> Timestamp {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

pub fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

pub const LEAF_NAME: &str = "CN=1234567 taro,O=Renshu";

impl Recipe {
    /// What the CA should issue.
    pub fn leaf() -> Self {
        Self {
            subject: LEAF_NAME,
            issuer: "CN=Renshu CA",
            key: &keys().leaf,
            signer: &keys().issuer_ca,
            not_before: now() - days(1),
            not_after: now() + days(365),
            serial: 7,
            constraints: None,
            key_usage: Some(KeyUsage(KeyUsages::DigitalSignature.into())),
            extended: Some(vec![ID_KP_CLIENT_AUTH]),
            dns_name: None,
            extra: None,
        }
    }

    /// The CA that signs it.
    pub fn ca() -> Self {
        Self {
            subject: "CN=Renshu CA",
            issuer: "CN=Renshu Root",
            key: &keys().issuer_ca,
            signer: &keys().issuer_root,
            constraints: Some(BasicConstraints { ca: true, path_len_constraint: None }),
            key_usage: Some(KeyUsage(KeyUsages::KeyCertSign.into())),
            extended: None,
            ..Self::leaf()
        }
    }

    pub fn root() -> Self {
        Self { subject: "CN=Renshu Root", key: &keys().issuer_root, ..Self::ca() }
    }

    /// Root of the servers: another one, on purpose. TLS looks at the real clock, so dates are wide.
    pub fn tls_root() -> Self {
        Self {
            subject: "CN=Renshu Web Root",
            issuer: "CN=Renshu Web Root",
            key: &keys().tls_root,
            signer: &keys().tls_root,
            not_before: "2020-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2049-01-01T00:00:00Z".parse().unwrap(),
            ..Self::ca()
        }
    }

    pub fn server() -> Self {
        Self {
            subject: "CN=localhost",
            issuer: "CN=Renshu Web Root",
            key: &keys().server,
            constraints: None,
            key_usage: None,
            extended: Some(vec![ID_KP_SERVER_AUTH]),
            dns_name: Some("localhost"),
            ..Self::tls_root()
        }
    }

    pub fn make(&self) -> Certificate {
        let signer = pkcs1v15::SigningKey::<Sha256>::new(self.signer.private.clone());
        let validity = Validity::new(time(self.not_before), time(self.not_after));
        let spki = SubjectPublicKeyInfoOwned::from_der(self.key.spki_der()).unwrap();
        let builder = CertificateBuilder::new(self.clone(), SerialNumber::from(self.serial), validity, spki).unwrap();
        let certificate = builder.build::<_, pkcs1v15::Signature>(&signer).unwrap();
        Certificate::from_der(certificate.to_der().unwrap()).unwrap()
    }

    fn extensions(&self) -> Vec<Extension> {
        let nobody = Name::default();
        let mut extensions = Vec::new();
        extensions.extend(self.constraints.as_ref().map(|value| value.to_extension(&nobody, &[]).unwrap()));
        extensions.extend(self.key_usage.as_ref().map(|value| value.to_extension(&nobody, &[]).unwrap()));
        let extended = self.extended.clone().map(ExtendedKeyUsage);
        extensions.extend(extended.map(|value| (&value).to_extension(&nobody, &[]).unwrap()));
        let names = self.dns_name.map(|name| SubjectAltName(vec![GeneralName::DnsName(Ia5String::new(name).unwrap())]));
        extensions.extend(names.map(|value| (&value).to_extension(&nobody, &[]).unwrap()));
        extensions.extend(self.extra.clone());
        extensions
    }
}

impl BuilderProfile for Recipe {
    fn get_issuer(&self, _subject: &Name) -> Name {
        Name::from_str(self.issuer).unwrap()
    }

    fn get_subject(&self) -> Name {
        Name::from_str(self.subject).unwrap()
    }

    fn build_extensions(
        &self,
        _key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        Ok(self.extensions())
    }
}

fn time(at: Timestamp) -> Time {
    let seconds = u64::try_from(at.as_second()).unwrap();
    Time::try_from(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap()
}

/// An extension that nobody knows.
pub fn unknown_extension(critical: bool) -> Extension {
    let extn_id = ObjectIdentifier::new("1.3.6.1.4.1.99999.1").unwrap();
    Extension { extn_id, critical, extn_value: OctetString::new([5, 0]).unwrap() }
}

/// The certificate with `from` replaced by `to` wherever it stands; lengths must agree.
pub fn patched(certificate: &Certificate, from: &[u8], to: &[u8]) -> Certificate {
    assert_eq!(from.len(), to.len());
    let mut der = certificate.der().to_vec();
    let mut found = false;
    for start in 0..der.len() - from.len() {
        if der[start..].starts_with(from) {
            der[start..start + to.len()].copy_from_slice(to);
            found = true;
        }
    }
    assert!(found, "nothing to replace");
    Certificate::from_der(der).unwrap()
}

pub fn raw(body: impl Into<Vec<u8>>) -> RawAnswer {
    RawAnswer { url: "https://localhost:3/".parse().unwrap(), content_type: None, body: body.into() }
}

pub fn shared_signer(key: &TestKey) -> Arc<dyn Signer> {
    Arc::new(key.clone())
}

/// How long values are written.
#[derive(Clone, Copy)]
pub enum Lengths {
    Definite,
    Indefinite,
}

/// A certs-only PKCS#7 with the certificates in exactly this order (RFC 5652 §5.1).
pub fn p7(certificates: &[&Certificate], lengths: Lengths) -> Vec<u8> {
    const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    const DATA: [u8; 13] = [0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    let set: Vec<u8> = certificates.iter().flat_map(|certificate| certificate.der()).copied().collect();
    let signed = [&[0x02, 1, 1, 0x31, 0][..], &DATA, &tlv(0xa0, &set, lengths), &[0x31, 0]].concat();
    let content = tlv(0xa0, &tlv(0x30, &signed, lengths), lengths);
    tlv(0x30, &[&SIGNED_DATA[..], &content].concat(), lengths)
}

fn tlv(tag: u8, content: &[u8], lengths: Lengths) -> Vec<u8> {
    match lengths {
        Lengths::Indefinite => [&[tag, 0x80], content, &[0, 0]].concat(),
        Lengths::Definite => {
            let length = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x84], &length[..], content].concat()
        }
    }
}

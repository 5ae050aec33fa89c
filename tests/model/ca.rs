//! The CA of the driven ways: one root, and a leaf for every request.

use std::{
    collections::HashMap,
    str::FromStr,
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use getrandom::SysRng;
use rsa::{PrivateKey, pkcs1v15, pkcs8::EncodePublicKey, sha2::Sha256};
use shirushi::domain::Certificate;
use x509_cert::{
    builder::{self, Builder, CertificateBuilder, profile::BuilderProfile},
    certificate::TbsCertificate,
    der::{Decode, Encode, oid::db::rfc5280::ID_KP_CLIENT_AUTH},
    ext::{
        Extension, ToExtension,
        pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages},
    },
    name::Name,
    request::CertReq,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

const ROOT: &str = "CN=Model Root";
const HOLDER: &str = "CN=1234567 taro,O=れんしゅう信用金庫";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub struct Ca {
    key: PrivateKey,
    pub root: Certificate,
    /// For a key that nobody here has.
    pub stranger: Certificate,
    /// Keys come again from way to way, and the same certificate is good for each.
    issued: Mutex<HashMap<Vec<u8>, Certificate>>,
}

pub fn ca() -> &'static Ca {
    static CA: OnceLock<Ca> = OnceLock::new();
    CA.get_or_init(|| {
        let [key, stranger] = [(); 2].map(|()| PrivateKey::new(&mut SysRng, 2048).expect("a key"));
        let root = make(&key, &key, Kind::Root);
        let stranger = make(&stranger, &key, Kind::Leaf);
        Ca { key, root, stranger, issued: Mutex::default() }
    })
}

impl Ca {
    pub fn answers(&self, request: &[u8]) -> Certificate {
        let request = CertReq::from_der(request).expect("a request");
        self.certifies(&request.info.public_key.to_der().expect("DER"))
    }

    pub fn certifies(&self, spki: &[u8]) -> Certificate {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.entry(spki.to_vec()).or_insert_with(|| build(spki, &self.key, Kind::Leaf)).clone()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    Leaf,
}

fn make(key: &PrivateKey, signer: &PrivateKey, kind: Kind) -> Certificate {
    build(key.as_public_key().to_public_key_der().expect("DER").as_bytes(), signer, kind)
}

fn build(spki: &[u8], signer: &PrivateKey, kind: Kind) -> Certificate {
    let signer = pkcs1v15::SigningKey::<Sha256>::new(signer.clone());
    let time = |at: SystemTime| Time::try_from(at).expect("a time");
    let now = SystemTime::now();
    let validity = Validity::new(time(now - DAY), time(now + 365 * DAY));
    let spki = SubjectPublicKeyInfoOwned::from_der(spki).expect("a key");
    let builder = CertificateBuilder::new(kind, SerialNumber::from(7_u32), validity, spki).expect("a builder");
    let certificate = builder.build::<_, pkcs1v15::Signature>(&signer).expect("a certificate");
    Certificate::from_der(certificate.to_der().expect("DER")).expect("a certificate")
}

impl BuilderProfile for Kind {
    fn get_issuer(&self, _: &Name) -> Name {
        Name::from_str(ROOT).expect("a name")
    }

    fn get_subject(&self) -> Name {
        Name::from_str(if *self == Self::Root { ROOT } else { HOLDER }).expect("a name")
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let nobody = Name::default();
        let extension = |made: Result<Extension, x509_cert::der::Error>| made.expect("an extension");
        Ok(match self {
            Self::Root => {
                let constraints = BasicConstraints { ca: true, path_len_constraint: None };
                let usage = KeyUsage(KeyUsages::KeyCertSign.into());
                vec![extension(constraints.to_extension(&nobody, &[])), extension(usage.to_extension(&nobody, &[]))]
            }
            Self::Leaf => {
                let usage = KeyUsage(KeyUsages::DigitalSignature.into());
                let extended = ExtendedKeyUsage(vec![ID_KP_CLIENT_AUTH]);
                vec![extension(usage.to_extension(&nobody, &[])), extension((&extended).to_extension(&nobody, &[]))]
            }
        })
    }
}

//! A small CA: root, intermediate, leaf.

use std::{str::FromStr as _, sync::LazyLock, time::Duration};

use getrandom::SysRng;
use rsa::{PrivateKey, pkcs1v15::SigningKey, pkcs8::EncodePublicKey as _};
use sha2::Sha256;
use shirushi::domain::Certificate;
use x509_cert::{
    TbsCertificate,
    builder::{self, Builder as _, CertificateBuilder, profile::BuilderProfile},
    der::{Decode as _, Encode as _},
    ext::{
        Extension, ToExtension as _,
        pkix::{BasicConstraints, ExtendedKeyUsage},
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::Validity,
};

pub const LEAF_NAME: &str = "田中 太郎";
pub const INTERMEDIATE_NAME: &str = "Test Issuing CA";
const ROOT_NAME: &str = "Test Root CA";

static ROOT: LazyLock<SigningKey<Sha256>> = LazyLock::new(key);
static INTERMEDIATE: LazyLock<SigningKey<Sha256>> = LazyLock::new(key);

fn key() -> SigningKey<Sha256> {
    SigningKey::new(PrivateKey::new(&mut SysRng, 2048).expect("a key"))
}

/// A certificate for a key and what it takes to trust it.
#[derive(Debug)]
pub struct Chain {
    pub leaf: Certificate,
    pub intermediate: Certificate,
    pub root: Certificate,
}

impl Chain {
    /// `number` becomes the leaf's serial number; everything else is always the same.
    pub fn for_key(spki_der: &[u8], number: u32) -> Self {
        static CA: LazyLock<(Certificate, Certificate)> = LazyLock::new(|| {
            let root = issue(Kind::Authority, ROOT_NAME, ROOT_NAME, &spki(&ROOT), &ROOT, 1);
            let intermediate = issue(Kind::Authority, INTERMEDIATE_NAME, ROOT_NAME, &spki(&INTERMEDIATE), &ROOT, 2);
            (root, intermediate)
        });
        let leaf = issue(Kind::Client, LEAF_NAME, INTERMEDIATE_NAME, spki_der, &INTERMEDIATE, number);
        Self { leaf, intermediate: CA.1.clone(), root: CA.0.clone() }
    }

    /// As a CA sends them: the root among them.
    pub fn others(&self) -> [Certificate; 2] {
        [self.intermediate.clone(), self.root.clone()]
    }
}

fn spki(key: &SigningKey<Sha256>) -> Vec<u8> {
    let key: &PrivateKey = key.as_ref();
    key.to_public_key().to_public_key_der().expect("DER").into_vec()
}

/// A key that is in no store.
pub fn strange_key() -> Vec<u8> {
    spki(&ROOT)
}

#[derive(Clone, Copy)]
enum Kind {
    Authority,
    Client,
}

struct Profile {
    kind: Kind,
    subject: Name,
    issuer: Name,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let client = x509_cert::der::oid::db::rfc5280::ID_KP_CLIENT_AUTH;
        Ok(vec![match self.kind {
            Kind::Authority => {
                BasicConstraints { ca: true, path_len_constraint: None }.to_extension(tbs.subject(), &[])?
            }
            Kind::Client => ExtendedKeyUsage(vec![client]).to_extension(tbs.subject(), &[])?,
        }])
    }
}

fn issue(
    kind: Kind,
    subject: &str,
    issuer: &str,
    spki_der: &[u8],
    signer: &SigningKey<Sha256>,
    number: u32,
) -> Certificate {
    let name = |common: &str| Name::from_str(&format!("CN={common},O=Shirushi,C=JP")).expect("a name");
    let profile = Profile { kind, subject: name(subject), issuer: name(issuer) };
    let validity = Validity::from_now(Duration::from_secs(86_400)).expect("a day");
    let key = SubjectPublicKeyInfoOwned::from_der(spki_der).expect("a key");
    let builder = CertificateBuilder::new(profile, SerialNumber::from(number), validity, key).expect("a builder");
    let built = builder.build(signer).expect("a certificate");
    Certificate::from_der(built.to_der().expect("DER")).expect("it parses")
}

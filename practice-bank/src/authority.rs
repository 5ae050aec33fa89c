//! The certificate authority: two roots that know nothing of each other, one issuing
//! authority under the first, one web server certificate under the second.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use der::{Decode, DecodePem, Encode, EncodePem, pem::LineEnding};
use rsa::{
    PrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use sha2::Sha256;
use x509_cert::{Certificate, name::Name, spki::SubjectPublicKeyInfoOwned};

use crate::{
    Error,
    certificate::{self, Draft, Purpose, new_key, public_half},
    crl::{self, Gone},
    files,
};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const ROOT_DAYS: u32 = 20 * 365;
const ISSUER_DAYS: u32 = 10 * 365;
const CLIENT_DAYS: u32 = 365;
/// The authorities are older than the oldest certificate on record.
const FOUNDED_DAYS_AGO: u32 = 3 * 365;
/// Short, so that everybody practises with a server whose certificate changes.
const SERVER_DAYS: u32 = 30;

/// A certificate and the key it speaks of.
#[derive(Debug)]
pub(crate) struct Identity {
    pub certificate: Certificate,
    key: PrivateKey,
}

/// What kind of client certificate leaves the house; all but the first are faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    Regular,
    OtherKey,
    NotClientAuth,
    OtherIssuer,
}

/// What a client certificate is to say.
#[derive(Debug)]
pub(crate) struct Commission<'a> {
    pub subject: Name,
    /// SubjectPublicKeyInfo, DER.
    pub key: &'a [u8],
    pub flavour: Flavour,
    pub since: SystemTime,
}

/// A client certificate with its chain, DER, leaf first.
#[derive(Debug)]
pub(crate) struct Issue {
    pub serial: String,
    pub spki_sha256: String,
    pub chain: Vec<Vec<u8>>,
}

/// The authority's keys and certificates, made once per state folder.
#[derive(Debug)]
pub(crate) struct Authority {
    issuer_root: Identity,
    issuer: Identity,
    tls_root: Identity,
    server_key: PrivateKey,
}

impl Authority {
    /// Reads the authority of this state folder, or founds it.
    pub fn open(state: &Path) -> Result<Self, Error> {
        let folder = state.join("ca");
        if !folder.exists() {
            found(&folder)?;
        }
        Ok(Self {
            issuer_root: Identity::read(&folder, "issuer-root")?,
            issuer: Identity::read(&folder, "issuer")?,
            tls_root: Identity::read(&folder, "tls-root")?,
            server_key: read_key(&folder, "tls-server")?,
        })
    }

    /// Anchor of the client certificates.
    pub fn issuer_root(&self) -> &Certificate {
        &self.issuer_root.certificate
    }

    /// Who signs client certificates and the list of those that stopped working.
    pub fn issuer(&self) -> &Certificate {
        &self.issuer.certificate
    }

    /// Anchor of the web servers.
    pub fn tls_root(&self) -> &Certificate {
        &self.tls_root.certificate
    }

    /// What cacerts answers: the root first, then the authority that issues (RFC 7030 §4.1.3).
    pub fn ca_certificates(&self) -> Result<Vec<Vec<u8>>, Error> {
        Ok(vec![self.issuer_root.certificate.to_der()?, self.issuer.certificate.to_der()?])
    }

    /// A fresh web server certificate and its key in PKCS#8.
    pub fn server_certificate(&self) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let draft = Draft {
            issuer: self.tls_root.certificate.tbs_certificate().subject().clone(),
            subject: certificate::name("localhost")?,
            purpose: Purpose::Server,
            since: SystemTime::now(),
            lifetime: DAY * SERVER_DAYS,
        };
        let signed = draft.sign(public_half(&self.server_key)?, &self.tls_root.signer())?;
        let key = self.server_key.to_pkcs8_der()?;
        Ok((signed.to_der()?, key.as_bytes().to_vec()))
    }

    /// A client certificate of 365 days.
    pub fn issue(&self, commission: Commission<'_>) -> Result<Issue, Error> {
        let stranger;
        let issuer = match commission.flavour {
            Flavour::OtherIssuer => {
                stranger = root("見知らぬ認証局")?;
                &stranger
            }
            _ => &self.issuer,
        };
        let key = match commission.flavour {
            Flavour::OtherKey => public_half(&new_key()?)?,
            _ => SubjectPublicKeyInfoOwned::from_der(commission.key)?,
        };
        let draft = Draft {
            issuer: issuer.certificate.tbs_certificate().subject().clone(),
            subject: commission.subject,
            purpose: match commission.flavour {
                Flavour::NotClientAuth => Purpose::WrongUse,
                _ => Purpose::Client,
            },
            since: commission.since,
            lifetime: DAY * CLIENT_DAYS,
        };
        let spki_sha256 = certificate::key_fingerprint(&key)?;
        let leaf = draft.sign(key, &issuer.signer())?;
        Ok(Issue {
            serial: certificate::serial_hex(&leaf),
            spki_sha256,
            chain: vec![leaf.to_der()?, issuer.certificate.to_der()?],
        })
    }

    /// The list of certificates that stopped working, DER.
    pub fn revocation_list(&self, gone: &[Gone]) -> Result<Vec<u8>, Error> {
        crl::sign(&self.issuer.certificate, &self.issuer.signer(), gone)
    }
}

impl Identity {
    fn signer(&self) -> SigningKey<Sha256> {
        SigningKey::new(self.key.clone())
    }

    fn read(folder: &Path, name: &str) -> Result<Self, Error> {
        let path = folder.join(name).with_extension("pem");
        let pem = fs::read(&path).map_err(Error::file("read", path))?;
        Ok(Self { certificate: Certificate::from_pem(pem)?, key: read_key(folder, name)? })
    }

    fn write(&self, folder: &Path, name: &str) -> Result<(), Error> {
        let pem = self.certificate.to_pem(LineEnding::LF)?;
        files::write(&folder.join(name).with_extension("pem"), pem.as_bytes())?;
        write_key(folder, name, &self.key)
    }
}

/// Makes everything in a folder beside and renames it: half an authority never exists.
fn found(folder: &Path) -> Result<(), Error> {
    let fresh = folder.with_added_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(Error::file("remove", &fresh))?;
    }
    files::private_folder(&fresh)?;
    let issuer_root = root("練習用電子証明書認証局 ルート")?;
    issuing(&issuer_root)?.write(&fresh, "issuer")?;
    issuer_root.write(&fresh, "issuer-root")?;
    root("練習用ウェブサーバー認証局")?.write(&fresh, "tls-root")?;
    write_key(&fresh, "tls-server", &new_key()?)?;
    files::sync_parent(&fresh.join("issuer"))?;
    fs::rename(&fresh, folder).map_err(Error::file("rename", &fresh))?;
    files::sync_parent(folder)
}

fn root(common_name: &str) -> Result<Identity, Error> {
    let key = new_key()?;
    let name = certificate::name(common_name)?;
    let draft = Draft {
        issuer: name.clone(),
        subject: name,
        purpose: Purpose::Root,
        since: founding_day(),
        lifetime: DAY * ROOT_DAYS,
    };
    let certificate = draft.sign(public_half(&key)?, &SigningKey::new(key.clone()))?;
    Ok(Identity { certificate, key })
}

fn issuing(root: &Identity) -> Result<Identity, Error> {
    let key = new_key()?;
    let draft = Draft {
        issuer: root.certificate.tbs_certificate().subject().clone(),
        subject: certificate::name("練習用電子証明書認証局")?,
        purpose: Purpose::Intermediate,
        since: founding_day(),
        lifetime: DAY * ISSUER_DAYS,
    };
    let certificate = draft.sign(public_half(&key)?, &root.signer())?;
    Ok(Identity { certificate, key })
}

fn founding_day() -> SystemTime {
    SystemTime::now() - DAY * FOUNDED_DAYS_AGO
}

fn read_key(folder: &Path, name: &str) -> Result<PrivateKey, Error> {
    let path = folder.join(name).with_extension("key");
    let bytes = fs::read(&path).map_err(Error::file("read", path))?;
    Ok(PrivateKey::from_pkcs8_der(&bytes)?)
}

fn write_key(folder: &Path, name: &str, key: &PrivateKey) -> Result<(), Error> {
    let path = folder.join(name).with_extension("key");
    files::write(&path, key.to_pkcs8_der()?.as_bytes())
}

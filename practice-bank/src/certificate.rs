//! Building one certificate (RFC 5280).

use std::time::{Duration, SystemTime};

use der::{Decode, Encode, asn1::OctetString};
use rsa::{PrivateKey, pkcs1v15::SigningKey};
use sha2::Sha256;
use x509_cert::{
    Certificate, TbsCertificate,
    builder::{self, Builder, CertificateBuilder, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
            SubjectKeyIdentifier, name::GeneralName,
        },
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

use crate::{Error, dertree};

/// Name of the bank in every subject.
pub(crate) const BANK: &str = "れんしゅう信用金庫";

const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");

/// What a certificate is for; decides its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Root,
    Intermediate,
    Client,
    /// A web server at localhost.
    Server,
    /// What a careless authority might issue to a client: usable by servers only.
    WrongUse,
}

/// Everything the builder needs besides keys.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub issuer: Name,
    pub subject: Name,
    pub purpose: Purpose,
    pub since: SystemTime,
    pub lifetime: Duration,
}

impl Draft {
    /// Signs the draft for `key` with the issuer's `signer`.
    pub fn sign(self, key: SubjectPublicKeyInfoOwned, signer: &SigningKey<Sha256>) -> Result<Certificate, Error> {
        // Both ends in whole seconds: not_before must not lie in the future of a client
        // that reads the same clock with more digits.
        let validity = Validity::new(Time::try_from(self.since)?, Time::try_from(self.since + self.lifetime)?);
        let builder = CertificateBuilder::new(self, serial()?, validity, key)?;
        Ok(builder.build::<_, rsa::pkcs1v15::Signature>(signer)?)
    }
}

impl BuilderProfile for Draft {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let plain = |extension: der::Result<Extension>| extension.map_err(builder::Error::from);
        let mut extensions = vec![
            plain(self.extension(&self.basic_constraints()))?,
            plain(self.extension(&self.key_usage()))?,
            plain(self.extension(&SubjectKeyIdentifier::try_from(key)?))?,
            plain(self.extension(&AuthorityKeyIdentifier::try_from(issuer_key)?))?,
        ];
        if let Some(use_) = self.extended_key_usage() {
            extensions.push(plain(self.extension(&use_))?);
        }
        if self.purpose == Purpose::Server {
            extensions.push(plain(self.extension(&this_machine()?))?);
        }
        Ok(extensions)
    }
}

impl Draft {
    fn extension<'e, E>(&self, extension: &'e E) -> der::Result<Extension>
    where
        &'e E: ToExtension<Error = der::Error>,
    {
        extension.to_extension(&self.subject, &[])
    }

    fn basic_constraints(&self) -> BasicConstraints {
        let (ca, path_len_constraint) = match self.purpose {
            Purpose::Root => (true, None),
            Purpose::Intermediate => (true, Some(0)),
            Purpose::Client | Purpose::Server | Purpose::WrongUse => (false, None),
        };
        BasicConstraints { ca, path_len_constraint }
    }

    fn key_usage(&self) -> KeyUsage {
        KeyUsage(match self.purpose {
            Purpose::Root | Purpose::Intermediate => KeyUsages::KeyCertSign | KeyUsages::CRLSign,
            Purpose::Client | Purpose::Server | Purpose::WrongUse => KeyUsages::DigitalSignature.into(),
        })
    }

    fn extended_key_usage(&self) -> Option<ExtendedKeyUsage> {
        match self.purpose {
            Purpose::Root | Purpose::Intermediate => None,
            Purpose::Client => Some(ExtendedKeyUsage(vec![CLIENT_AUTH])),
            Purpose::Server | Purpose::WrongUse => Some(ExtendedKeyUsage(vec![SERVER_AUTH])),
        }
    }
}

fn this_machine() -> der::Result<SubjectAltName> {
    Ok(SubjectAltName(vec![
        GeneralName::DnsName(der::asn1::Ia5String::new("localhost")?),
        GeneralName::IpAddress(OctetString::new([127, 0, 0, 1])?),
    ]))
}

/// 16 random bytes, positive and of full length.
fn serial() -> Result<SerialNumber, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(SerialNumber::new(&bytes)?)
}

const COMMON_NAME: u8 = 3;
const SERIAL_NUMBER: u8 = 5;
const COUNTRY: u8 = 6;
const LOCALITY: u8 = 7;
const ORGANIZATION: u8 = 10;
const UNIT: u8 = 11;

/// A name under C=JP, O=れんしゅう信用金庫.
pub(crate) fn name(common_name: &str) -> Result<Name, Error> {
    under_the_bank(vec![attribute(COMMON_NAME, dertree::utf8(common_name))])
}

/// A customer's name; `wordy` authorities add what nobody asked for.
pub(crate) fn customer_name(common_name: &str, wordy: bool) -> Result<Name, Error> {
    let mut parts = vec![attribute(UNIT, dertree::utf8("法人インターネットバンキング"))];
    if wordy {
        parts.push(attribute(LOCALITY, dertree::utf8("練習市")));
        parts.push(attribute(SERIAL_NUMBER, dertree::printable("PRACTICE-0001")));
    }
    parts.push(attribute(COMMON_NAME, dertree::utf8(common_name)));
    under_the_bank(parts)
}

fn under_the_bank(parts: Vec<Vec<u8>>) -> Result<Name, Error> {
    let bank = [attribute(COUNTRY, dertree::printable("JP")), attribute(ORGANIZATION, dertree::utf8(BANK))];
    Ok(Name::from_der(&dertree::sequence(&[bank.concat(), parts.concat()]))?)
}

/// RelativeDistinguishedName with the one attribute 2.5.4.`kind`.
fn attribute(kind: u8, value: Vec<u8>) -> Vec<u8> {
    let kind = dertree::node(dertree::OID, &[0x55, 0x04, kind]);
    dertree::set(&[dertree::sequence(&[kind, value])])
}

/// A fresh RSA key of 2048 bits.
pub(crate) fn new_key() -> Result<PrivateKey, Error> {
    Ok(PrivateKey::new(&mut getrandom::SysRng, 2048)?)
}

/// The public half as it stands in a certificate.
pub(crate) fn public_half(key: &PrivateKey) -> Result<SubjectPublicKeyInfoOwned, Error> {
    Ok(SubjectPublicKeyInfoOwned::from_key(&key.to_public_key())?)
}

/// The serial number in lower-case hex, as ledger and status page write it.
pub(crate) fn serial_hex(certificate: &Certificate) -> String {
    hex(certificate.tbs_certificate().serial_number().as_bytes())
}

/// SHA-256 of a DER-encoded SubjectPublicKeyInfo in lower-case hex.
pub(crate) fn key_fingerprint(key: &SubjectPublicKeyInfoOwned) -> Result<String, Error> {
    use sha2::Digest;
    Ok(hex(&Sha256::digest(key.to_der()?)))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of even-lengthed hex, as [`hex`] writes it; anything else ends early.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().map_while(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

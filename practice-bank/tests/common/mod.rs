//! A customer of the practice bank who is not the wizard.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod old_browser;

use std::{path::Path, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use cms::{cert::CertificateChoices, content_info::ContentInfo, signed_data::SignedData};
use der::{Decode, DecodePem, Encode};
use practice_bank::{Account, Bank, Case, Manners, Oddity, Options, Ready, Replay};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use rsa::{
    PrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use x509_cert::{Certificate, builder::Builder, name::Name, request::RequestBuilder as CsrBuilder};

/// A bank in a throw-away folder.
pub struct Town {
    pub bank: Bank,
    pub folder: TempDir,
}

pub fn options(folder: &Path, replay: Replay) -> Options {
    Options { replay, ..Options::in_folder(folder.join("state")) }
}

impl Town {
    pub fn with(replay: Replay) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bank = Bank::start(options(folder.path(), replay)).unwrap();
        Self { bank, folder }
    }

    pub fn mannered(manners: Manners) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bank = Bank::start_with(options(folder.path(), Replay::Same), manners).unwrap();
        Self { bank, folder }
    }

    /// With these always.
    pub fn odd(oddities: &[Oddity]) -> Self {
        Self::mannered(Manners { oddities: oddities.to_vec(), ..Manners::default() })
    }

    /// The same folder after the bank was closed and opened again.
    pub fn reopened(self) -> Self {
        self.reopened_like(Manners::default())
    }

    pub fn reopened_like(self, manners: Manners) -> Self {
        let Self { bank, folder } = self;
        drop(bank);
        let bank = Bank::start_with(options(folder.path(), Replay::Same), manners).unwrap();
        Self { bank, folder }
    }

    pub fn new() -> Self {
        Self::with(Replay::Same)
    }

    pub fn customer(&self, case: Case) -> Customer {
        Customer::of(self.bank.ready(), case)
    }
}

/// An account and an HTTP client that trusts the bank's web servers and nothing else.
pub struct Customer {
    pub account: Account,
    pub ready: Ready,
    http: Client,
}

impl Customer {
    pub fn of(ready: &Ready, case: Case) -> Self {
        let account = ready.accounts.iter().find(|account| account.case == case);
        Self { account: account.unwrap().clone(), ready: ready.clone(), http: client(ready, None) }
    }

    pub fn url(&self, operation: &str) -> String {
        format!("{}/{operation}", self.ready.ca)
    }

    pub fn get(&self, url: &str) -> RequestBuilder {
        self.http.get(url)
    }

    pub fn post(&self, url: &str) -> RequestBuilder {
        self.http.post(url)
    }

    /// A simpleenroll POST as RFC 7030 wants it, apart from the credentials.
    pub fn anonymous_post(&self, csr: &[u8]) -> RequestBuilder {
        self.post(&self.url("simpleenroll")).header("content-type", "application/pkcs10").body(STANDARD.encode(csr))
    }

    pub async fn enroll_with(&self, password: &str, key: &Key) -> Response {
        let request = self.anonymous_post(&key.csr);
        let request = request.basic_auth(self.account.id(), Some(password));
        request.send().await.unwrap()
    }

    pub async fn enroll(&self, key: &Key) -> Response {
        self.enroll_with(&self.account.basic_password(), key).await
    }

    pub async fn certificates(&self, key: &Key) -> Vec<Certificate> {
        let response = self.enroll(key).await;
        assert_eq!(response.status(), 200);
        certificates(&response.text().await.unwrap())
    }

    pub async fn counters(&self) -> practice_bank::Counters {
        let url = format!("{}practice/counters", self.ready.portal);
        let text = self.get(&url).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// A certificate with its key, in use.
pub struct Member {
    pub chain: Vec<Certificate>,
    pub key: Key,
    pub ready: Ready,
    http: Client,
}

impl Member {
    pub fn with(ready: &Ready, chain: Vec<Certificate>, key: Key) -> Self {
        let http = client(ready, Some((&chain, &key)));
        Self { chain, key, ready: ready.clone(), http }
    }

    /// Takes a certificate.
    pub async fn joining(town: &Town, case: Case) -> Self {
        let key = Key::new();
        let chain = town.customer(case).certificates(&key).await;
        Self::with(town.bank.ready(), chain, key)
    }

    /// What is left on the customer's old PC.
    pub fn of_old(town: &Town, case: Case) -> Self {
        let ready = town.bank.ready();
        let user = town.customer(case).account.user_id;
        let text = std::fs::read_to_string(ready.old_pc.join(format!("{user}.pem"))).unwrap();
        let (key, chain) = text.split_at(text.find("-----BEGIN CERTIFICATE").unwrap());
        let private = PrivateKey::from_pkcs8_pem(key).unwrap();
        let chain = Certificate::load_pem_chain(chain.as_bytes()).unwrap();
        let csr = request_for(&private, "CN=somebody");
        Self::with(ready, chain, Key { private, csr })
    }

    pub fn leaf(&self) -> &Certificate {
        self.key.leaf(&self.chain).unwrap()
    }

    /// A key with a request for the very subject of the present certificate.
    pub fn next_key(&self) -> Key {
        let private = PrivateKey::new(&mut getrandom::SysRng, 2048).unwrap();
        Key { csr: self.request_with(&private), private }
    }

    pub fn request_with(&self, key: &PrivateKey) -> Vec<u8> {
        named_request(key, self.leaf().tbs_certificate().subject().clone())
    }

    pub async fn renew(&self, csr: &[u8]) -> Response {
        let url = format!("{}/simplereenroll", self.ready.ca);
        let request = self.http.post(url).header("content-type", "application/pkcs10");
        request.body(STANDARD.encode(csr)).send().await.unwrap()
    }

    /// The owner of the renewed certificate.
    pub async fn renewed(&self) -> Self {
        let key = self.next_key();
        let response = self.renew(&key.csr).await;
        assert_eq!(response.status(), 200);
        Self::with(&self.ready, certificates(&response.text().await.unwrap()), key)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(format!("{}{path}", self.ready.portal_login)).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, form: &str) -> Response {
        let request = self.http.post(format!("{}{path}", self.ready.portal_login));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap()
    }

    pub async fn logs_in(&self) -> bool {
        self.get("").await.status() == 200
    }
}

/// A client key pair with its request.
pub struct Key {
    pub private: PrivateKey,
    pub csr: Vec<u8>,
}

impl Key {
    pub fn new() -> Self {
        Self::of_bits(2048)
    }

    pub fn of_bits(bits: usize) -> Self {
        let private = PrivateKey::new(&mut getrandom::SysRng, bits).unwrap();
        let csr = request_for(&private, "CN=somebody");
        Self { private, csr }
    }

    pub fn fingerprint(&self) -> String {
        use rsa::pkcs8::EncodePublicKey;
        let spki = self.private.to_public_key().to_public_key_der().unwrap();
        hex(&Sha256::digest(spki.as_bytes()))
    }

    /// The certificate among these that is for this key.
    pub fn leaf<'c>(&self, certificates: &'c [Certificate]) -> Option<&'c Certificate> {
        certificates.iter().find(|one| fingerprint(one) == self.fingerprint())
    }
}

pub fn request_for(key: &PrivateKey, subject: &str) -> Vec<u8> {
    let subject: Name = subject.parse().unwrap();
    named_request(key, subject)
}

pub fn named_request(key: &PrivateKey, subject: Name) -> Vec<u8> {
    let signer = SigningKey::<Sha256>::new(key.clone());
    let builder = CsrBuilder::new(subject).unwrap();
    let request = builder.build::<_, rsa::pkcs1v15::Signature>(&signer);
    request.unwrap().to_der().unwrap()
}

pub fn fingerprint(certificate: &Certificate) -> String {
    let key = certificate.tbs_certificate().subject_public_key_info();
    hex(&Sha256::digest(key.to_der().unwrap()))
}

pub fn serial(certificate: &Certificate) -> String {
    hex(certificate.tbs_certificate().serial_number().as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unpacked(body: &str) -> Vec<u8> {
    let packed: String = body.split_whitespace().collect();
    STANDARD.decode(packed).unwrap()
}

/// The certificates of an EST answer, read by somebody else's PKCS#7.
pub fn certificates(body: &str) -> Vec<Certificate> {
    let content = ContentInfo::from_der(&unpacked(body)).unwrap();
    let signed: SignedData = content.content.decode_as().unwrap();
    assert!(signed.signer_infos.0.is_empty());
    let set = signed.certificates.unwrap();
    let certificates = set.0.iter().map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => certificate.clone(),
        CertificateChoices::Other(_) => panic!("not a certificate"),
    });
    certificates.collect()
}

fn der_of(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from(Certificate::from_pem(pem).unwrap().to_der().unwrap())
}

/// A client, with a chain and key for mutual TLS or without.
pub fn client(ready: &Ready, identity: Option<(&[Certificate], &Key)>) -> Client {
    client_with(ready, identity, rustls::DEFAULT_VERSIONS)
}

pub fn client_with(
    ready: &Ready,
    identity: Option<(&[Certificate], &Key)>,
    versions: &[&'static SupportedProtocolVersion],
) -> Client {
    client_builder(ready, identity, versions).build().unwrap()
}

pub fn client_builder(
    ready: &Ready,
    identity: Option<(&[Certificate], &Key)>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientBuilder {
    let mut roots = RootCertStore::empty();
    roots.add(der_of(&ready.tls_root_pem)).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    let config = match identity {
        None => config.with_no_client_auth(),
        Some((certificates, key)) => {
            let chain = in_order(certificates, key);
            let key = key.private.to_pkcs8_der().unwrap().as_bytes().to_vec();
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
            config.with_client_auth_cert(chain, key).unwrap()
        }
    };
    Client::builder().tls_backend_preconfigured(config).no_proxy()
}

fn in_order(certificates: &[Certificate], key: &Key) -> Vec<CertificateDer<'static>> {
    let mut chain: Vec<_> = certificates.iter().collect();
    chain.sort_by_key(|one| fingerprint(one) != key.fingerprint());
    chain.into_iter().map(|one| CertificateDer::from(one.to_der().unwrap())).collect()
}

/// Whether the key's certificate chains to the issuing root and is good for a client.
pub fn chains(ready: &Ready, certificates: &[Certificate], key: &Key) -> Result<(), webpki::Error> {
    let anchor_der = der_of(&ready.issuer_root_pem);
    let anchor = webpki::anchor_from_trusted_cert(&anchor_der).unwrap();
    let chain = in_order(certificates, key);
    let now = rustls::pki_types::UnixTime::now();
    webpki::EndEntityCert::try_from(&chain[0])?
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &[anchor],
            &chain[1..],
            now,
            webpki::KeyUsage::client_auth(),
            None,
            None,
        )
        .map(drop)
}

pub async fn json(response: Response) -> serde_json::Value {
    let text = response.text().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

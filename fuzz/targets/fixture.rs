//! One enrollment at the practice bank, of which the seeds are the answers: who asked, with what, and what was issued.

use std::{collections::BTreeMap, sync::OnceLock};

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use shirushi::{
    domain::{Certificate, Credentials, Field, FieldId, FieldKind, Profile, Role, RoleId, Secret},
    protocol::validate::Expectation,
};

pub struct Fixture {
    /// The same bank with both of its doors.
    pub est: Profile,
    pub pages: Profile,
    pub credentials: Credentials,
    /// DER of the PKCS#10 request.
    pub request: Vec<u8>,
    /// The certificate that was issued for it: the only one for its key.
    pub leaf: Certificate,
    pub issued_at: Timestamp,
}

pub fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(read)
}

fn read() -> Fixture {
    let profile = |text: &str| Profile::from_toml(text).expect("a profile of the practice bank");
    let est = profile(include_str!("../fixture/est.toml"));
    let pages = profile(include_str!("../fixture/pages.toml"));
    let applicant: Value = serde_json::from_str(include_str!("../fixture/applicant.json")).expect("JSON");
    let text = |name: &str| applicant[name].as_str().expect("text").to_owned();
    let der = |name: &str| BASE64_STANDARD.decode(text(name)).expect("base64");
    let role = est.role(&RoleId("user".into())).expect("the role of a user");
    let entries: BTreeMap<FieldId, Secret> =
        role.fields.iter().map(|field| (field.id.clone(), Secret::new(text(&field.id.0)))).collect();
    let credentials = Credentials::new(role, entries).expect("numbers that the bank takes");
    let leaf = Certificate::from_der(der("leaf")).expect("a certificate");
    let issued_at = text("issued_at").parse().expect("a time");
    Fixture { credentials, request: der("request"), leaf, issued_at, est, pages }
}

impl Fixture {
    pub fn role(&self) -> &Role {
        self.est.role(&RoleId("user".into())).expect("the role of a user")
    }

    /// Hands over what an answer is held against.
    pub fn with_expectation<T>(&self, use_it: impl FnOnce(&Expectation<'_>) -> T) -> T {
        let subject = self.role().issued_subject(&self.credentials);
        use_it(&Expectation {
            key: self.leaf.spki_hash(),
            subject: &subject,
            renews: None,
            issuer_anchors: &self.est.anchors.issuer,
            intermediates: &[],
            bits: self.est.key.bits,
            now: self.issued_at,
        })
    }

    /// The same applicant with secrets that no input can hold by itself, since they come from all of it.
    pub fn with_secrets_of(&self, data: &[u8]) -> Credentials {
        let digest: String = Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect();
        let entry = |field: &Field| match (field.kind, self.credentials.id_entry(self.role(), &field.id)) {
            (FieldKind::Id, Some(known)) => Secret::new(known),
            _ => Secret::new(format!("{}-{}", &field.id.0[..1], &digest[..16])),
        };
        let entries = self.role().fields.iter().map(|field| (field.id.clone(), entry(field))).collect();
        Credentials::new(self.role(), entries).expect("numbers that the bank takes")
    }

    /// Whether one of the secrets stands there as it was typed.
    pub fn gives_away(&self, credentials: &Credentials, bytes: &[u8]) -> bool {
        credentials.secrets(self.role()).any(|secret| {
            let secret = secret.reveal().as_bytes();
            bytes.windows(secret.len()).any(|window| window == secret)
        })
    }
}

//! A CA that only speaks to browsers: its pages, walked through as the profile describes them.
//!
//! GET the page → fill its form → POST → follow what follows by itself → the certificate in the last page. Reading order:
//! [`visit`] (from page to page) → `page`, `form` (what a page holds) → `charset`, `encode`, `request` (how it is written)
//! → `script` (what a script would do; none is run) → `cookie` → `words` (what the bank says) → [`extract`]. `survey` is for whoever writes the
//! profile.

mod charset;
mod cookie;
mod encode;
pub mod extract;
mod form;
mod page;
mod request;
mod script;
mod survey;
mod visit;
mod words;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use url::Url;
use x509_cert::{
    der::{Decode, Encode},
    request::CertReq,
};

use super::{
    Application, Connected, EnrollmentProtocol, Introduction, Proof, ProtocolError, Refusal, RefusalKind, Reply,
    Transport,
    blank::blank,
    pkcs7,
    transport::{Method, Request},
};
use crate::domain::{CertificateAuthority, Credentials, FormStep, Role, SpkiHash, WebPages};
use form::Filling;
use page::Page;
pub use survey::Survey;
use visit::{Landing, Told, Visit};
use words::{Said, refusal, understood};

/// Looking at the server: short, since a user waits for the page.
const LOOK: Duration = Duration::from_secs(20);

/// A CA with a page for browsers at the profile's address.
#[derive(Debug)]
pub struct WebForm {
    start: Url,
    pages: WebPages,
    transport: Arc<dyn Transport>,
}

impl WebForm {
    pub fn new(ca: &CertificateAuthority, pages: WebPages, transport: Arc<dyn Transport>) -> Self {
        Self { start: ca.url.clone(), pages, transport }
    }
}

#[async_trait]
impl EnrollmentProtocol for WebForm {
    /// The page, as a browser gets it. What matters is who answered.
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        let request = Request {
            url: self.start.clone(),
            method: Method::Get,
            basic: None,
            cookies: None,
            pin: None,
            identity: None,
            connected: None,
            deadline: LOOK,
        };
        let response = self.transport.exchange(request).await.map_err(ProtocolError::NotSent)?;
        let (url, server_time) = (self.start.clone(), response.date);
        Ok(Introduction { url, peer: response.peer, server_time, intermediates: self.pages.intermediates.clone() })
    }

    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        let Application { request, proof, pin } = application;
        // No page asks for a certificate, and a profile that says otherwise does not exist.
        let Proof::Numbers { role, credentials } = proof else {
            return Err(ProtocolError::NotAccepting(refusal(RefusalKind::NotAuthorized, "")));
        };
        let applicant = Applicant { request, role, credentials, key: key_of(request) };
        let visit = Visit::new(self.transport.as_ref(), &self.start, pin, self.pages.charset, connected);
        self.walk(visit, &applicant).await
    }
}

impl WebForm {
    async fn walk(&self, mut visit: Visit<'_>, applicant: &Applicant<'_>) -> Result<Reply, ProtocolError> {
        let mut landing = visit.begin().await?;
        for step in &self.pages.steps {
            let filling = applicant.filling(step);
            let filled = |landing: &Landing| landing.fill(step.form.as_deref(), &filling, &self.start);
            let enough = |landing: &Landing| filled(landing).is_some() || self.said(landing) != Said::Unknown;
            landing = visit.settle(landing, enough).await?;
            let Some(hop) = filled(&landing) else {
                return match visit.told() {
                    Told::Something => Ok(self.reply(&landing, applicant)),
                    Told::Nothing => Err(ProtocolError::NotAccepting(self.closed(&landing, applicant))),
                };
            };
            landing = visit.go(hop, applicant.tells(step)).await?;
        }
        let last = |landing: &Landing| applicant.is_served(landing) || self.said(landing) != Said::Unknown;
        let landing = visit.settle(landing, last).await?;
        Ok(self.reply(&landing, applicant))
    }

    fn said(&self, landing: &Landing) -> Said {
        understood(&landing.page.text, &self.pages)
    }

    /// What the last page comes to. A certificate is one whatever stands around it; without any, only words that the
    /// profile knows are a refusal, and everything else leaves open what became of the request.
    fn reply(&self, landing: &Landing, applicant: &Applicant<'_>) -> Reply {
        if applicant.is_served(landing) {
            return Reply::Answer(landing.raw());
        }
        match self.said(landing) {
            Said::Later { seconds } => Reply::Pending { retry_at: retry_at(landing, seconds) },
            Said::Unknown if pkcs7::certificates(&landing.raw()).is_ok() => Reply::Answer(landing.raw()),
            Said::No { .. } | Said::Unknown => Reply::Refused(self.closed(landing, applicant)),
        }
    }

    fn closed(&self, landing: &Landing, applicant: &Applicant<'_>) -> Refusal {
        let kind = match self.said(landing) {
            Said::No { meaning, tries_left } => RefusalKind::of(meaning, tries_left, landing.response().retry_after),
            Said::Later { .. } | Said::Unknown => RefusalKind::ServerFailed { status: landing.status },
        };
        refusal(kind, &applicant.sentence(landing))
    }
}

/// The server's own time is stronger than the profile's.
fn retry_at(landing: &Landing, seconds: Option<u32>) -> Option<Timestamp> {
    let pause = seconds.map(|seconds| SignedDuration::from_secs(i64::from(seconds)));
    landing.response().retry_after.or_else(|| Timestamp::now().checked_add(pause?).ok())
}

/// Whose certificate it is to be.
struct Applicant<'a> {
    request: &'a [u8],
    role: &'a Role,
    credentials: &'a Credentials,
    /// The key in the request.
    key: Option<SpkiHash>,
}

impl Applicant<'_> {
    /// An input that names a field which this role does not have stays as the page has it.
    fn filling(&self, step: &FormStep) -> Filling {
        let ours =
            step.fill.iter().filter(|(_, template)| template.field_ids().all(|id| self.role.field(id).is_some()));
        let numbers = ours.map(|(input, template)| (input.clone(), template.fill(self.credentials)));
        let request = step.request.iter().map(|input| (input.input.clone(), request::text(self.request, input)));
        Filling { inputs: numbers.chain(request).collect(), submit: step.submit.clone() }
    }

    fn tells(&self, step: &FormStep) -> Told {
        let numbers = step.fill.values().any(|template| template.field_ids().next().is_some());
        if numbers || step.request.is_some() { Told::Something } else { Told::Nothing }
    }

    /// The page holds a certificate for the key of the request.
    fn is_served(&self, landing: &Landing) -> bool {
        let certificates = pkcs7::certificates(&landing.raw()).unwrap_or_default();
        certificates.iter().any(|certificate| Some(certificate.spki_hash()) == self.key)
    }

    /// What the bank says, without the secrets that it may repeat.
    fn sentence(&self, landing: &Landing) -> String {
        let blank =
            |text: &str| String::from_utf8_lossy(&blank(text.as_bytes(), self.credentials, self.role)).into_owned();
        blank(&Page::read(&blank(&landing.html)).text)
    }
}

fn key_of(request: &[u8]) -> Option<SpkiHash> {
    let request = CertReq::from_der(request).ok()?;
    request.info.public_key.to_der().ok().map(|der| SpkiHash::of(&der))
}

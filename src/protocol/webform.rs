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
    Application, Connected, EnrollmentProtocol, Introduction, PickupClaim, Proof, ProtocolError, Refusal, RefusalKind,
    Reply, Transport,
    blank::blank_secrets,
    pkcs7,
    transport::{Method, Request},
};
use crate::domain::{CertificateAuthority, Credentials, FormStep, Reference, Role, Secret, SpkiHash, WebPages};
use form::Filling;
use page::Page;
pub use survey::Survey;
use visit::{Landing, Told, Visit};
use words::{Errand, Said, refusal, understood};

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
            torn: None,
            deadline: LOOK,
        };
        let response = self.transport.exchange(request).await.map_err(ProtocolError::NotSent)?;
        let (url, server_time) = (self.start.clone(), response.date);
        Ok(Introduction { url, peer: response.peer, server_time, intermediates: self.pages.intermediates.clone() })
    }

    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        let Application { request, proof, pin, keeper } = application;
        // No page asks for a certificate, and a profile that says otherwise does not exist.
        let Proof::Numbers { role, credentials } = proof else {
            return Err(ProtocolError::NotAccepting(refusal(RefusalKind::NotAuthorized, "")));
        };
        let applicant = Applicant { request, role, credentials };
        let strides = self.pages.steps.iter().map(|step| applicant.stride(step)).collect();
        let secrets = credentials.secrets(role).collect();
        let caller = Caller { errand: Errand::Application, key: key_of(request), secrets };
        let visit = self.visit(&self.start, pin, connected).keeping(keeper);
        self.walk(visit, strides, &caller).await
    }

    async fn pick_up(&self, claim: PickupClaim<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        let PickupClaim { reference, pin, key, server, keeper } = claim;
        let Some((pickup, page)) = self.pages.pickup.as_ref().and_then(|it| Some((it, it.page.at(&self.start)?)))
        else {
            return Err(ProtocolError::NotAccepting(refusal(RefusalKind::NotAuthorized, "")));
        };
        let inputs = [(&pickup.inputs.reference, Secret::new(reference.as_str())), (&pickup.inputs.pin, pin.clone())];
        let inputs = inputs.into_iter().map(|(input, value)| (input.0.clone(), value)).collect();
        let filling = Filling { inputs, submit: pickup.submit.clone() };
        let stride = Stride { form: pickup.form.clone(), filling, tells: Told::Something };
        let caller = Caller { errand: Errand::Pickup, key: Some(key), secrets: vec![pin] };
        let visit = self.visit(&page, server, connected).keeping(keeper);
        self.walk(visit, vec![stride], &caller).await
    }
}

impl WebForm {
    fn visit<'a>(&'a self, first: &'a Url, server: SpkiHash, connected: Connected) -> Visit<'a> {
        Visit::new(self.transport.as_ref(), first, server, self.pages.charset, connected)
    }

    async fn walk(
        &self,
        mut visit: Visit<'_>,
        strides: Vec<Stride>,
        caller: &Caller<'_>,
    ) -> Result<Reply, ProtocolError> {
        let mut landing = visit.begin().await?;
        for Stride { form, filling, tells } in strides {
            let filled = |landing: &Landing| landing.fill(form.as_deref(), &filling, &self.start);
            let enough = |landing: &Landing| filled(landing).is_some() || self.said(landing, caller) != Said::Unknown;
            landing = visit.settle(landing, enough).await?;
            let Some(hop) = filled(&landing) else {
                return match visit.told() {
                    Told::Something => Ok(self.reply(&landing, caller)),
                    Told::Nothing => Err(ProtocolError::NotAccepting(self.closed(&landing, caller))),
                };
            };
            landing = visit.go(hop, tells).await?;
        }
        let last = |landing: &Landing| caller.is_served(landing) || self.said(landing, caller) != Said::Unknown;
        let landing = visit.settle(landing, last).await?;
        Ok(self.reply(&landing, caller))
    }

    fn said(&self, landing: &Landing, caller: &Caller<'_>) -> Said {
        understood(&landing.page, &self.pages, caller.errand)
    }

    /// What the last page comes to. A certificate is one whatever stands around it; without any, only words that the
    /// profile knows are a refusal or a receipt, and everything else leaves open what became of the request.
    fn reply(&self, landing: &Landing, caller: &Caller<'_>) -> Reply {
        if caller.is_served(landing) {
            return Reply::Answer(landing.raw());
        }
        match self.said(landing, caller) {
            Said::Later { seconds } => Reply::Pending { retry_at: retry_at(landing, seconds) },
            Said::Receipt { reference, seconds } if !caller.is_said_in(&reference) => {
                Reply::Registered { reference, retry_at: retry_at(landing, seconds) }
            }
            Said::Unknown if pkcs7::certificates(&landing.raw()).is_ok() => Reply::Answer(landing.raw()),
            Said::No { .. } | Said::Receipt { .. } | Said::Unknown => Reply::Refused(self.closed(landing, caller)),
        }
    }

    fn closed(&self, landing: &Landing, caller: &Caller<'_>) -> Refusal {
        let kind = match self.said(landing, caller) {
            Said::No { meaning, tries_left } => RefusalKind::of(meaning, tries_left, landing.response().retry_after),
            Said::Later { .. } | Said::Receipt { .. } | Said::Unknown => {
                RefusalKind::ServerFailed { status: landing.status }
            }
        };
        refusal(kind, &caller.sentence(landing))
    }
}

/// The server's own time is stronger than the profile's.
fn retry_at(landing: &Landing, seconds: Option<u32>) -> Option<Timestamp> {
    let pause = seconds.map(|seconds| SignedDuration::from_secs(i64::from(seconds)));
    landing.response().retry_after.or_else(|| Timestamp::now().checked_add(pause?).ok())
}

/// One form, and what goes into it.
struct Stride {
    form: Option<String>,
    filling: Filling,
    tells: Told,
}

/// Whose certificate it is to be.
struct Applicant<'a> {
    request: &'a [u8],
    role: &'a Role,
    credentials: &'a Credentials,
}

impl Applicant<'_> {
    fn stride(&self, step: &FormStep) -> Stride {
        Stride { form: step.form.clone(), filling: self.filling(step), tells: self.tells(step) }
    }

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
}

/// Who reads the pages: for which key, and what none of them may repeat.
struct Caller<'a> {
    errand: Errand,
    /// The key in the request.
    key: Option<SpkiHash>,
    secrets: Vec<&'a Secret>,
}

impl Caller<'_> {
    /// The page holds a certificate for the key of the request.
    fn is_served(&self, landing: &Landing) -> bool {
        let certificates = pkcs7::certificates(&landing.raw()).unwrap_or_default();
        certificates.iter().any(|certificate| Some(certificate.spki_hash()) == self.key)
    }

    /// A reference is written down and shown. One that is little else than a secret is none; a few digits stand in a
    /// long one by chance.
    fn is_said_in(&self, reference: &Reference) -> bool {
        let text = reference.as_str();
        let most_of_it = |secret: &str| !secret.is_empty() && secret.len() * 2 >= text.len() && text.contains(secret);
        self.secrets.iter().any(|secret| most_of_it(secret.reveal()))
    }

    /// What the bank says, without the secrets that it may repeat.
    fn sentence(&self, landing: &Landing) -> String {
        let secrets = || self.secrets.iter().copied();
        let blank = |text: &str| String::from_utf8_lossy(&blank_secrets(text.as_bytes(), secrets())).into_owned();
        blank(&Page::read(&blank(&landing.html)).text)
    }
}

fn key_of(request: &[u8]) -> Option<SpkiHash> {
    let request = CertReq::from_der(request).ok()?;
    request.info.public_key.to_der().ok().map(|der| SpkiHash::of(&der))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_no_reference_whatever_a_page_calls_it() {
        let secret = Secret::new("pw4711");
        let caller = Caller { errand: Errand::Application, key: None, secrets: vec![&secret] };
        let is_said = |text: &str| Reference::leading(text).map(|reference| caller.is_said_in(&reference));
        assert_eq!((is_said("pw4711"), is_said("R-pw4711/1")), (Some(true), Some(true)));
        assert_eq!(is_said("R-2026-07-23-pw4711"), Some(false), "by chance");
    }
}

//! Enrollment over Secure Transport (RFC 7030, clarified by RFC 8951): one GET to look, one POST to ask.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use url::Url;

use super::{
    Application, Connected, CsrAttributes, EnrollmentProtocol, Introduction, Proof, ProtocolError, RawAnswer, Refusal,
    RefusalKind, Reply, Transport, TransportError, Wishes,
    blank::blank,
    pkcs7,
    problem::{Meaning, Problem},
    transport::{Basic, LostCause, Method, Request, Response},
};
use crate::domain::{CertificateAuthority, SpkiHash};

/// Looking at the server: short, since a user waits for the page.
const LOOK: Duration = Duration::from_secs(20);
/// The one POST: longer than any CA takes, short enough to hold a window for.
const ASK: Duration = Duration::from_secs(90);

/// A CA that speaks EST at the profile's address.
#[derive(Debug)]
pub struct Est {
    base: Url,
    transport: Arc<dyn Transport>,
}

impl Est {
    pub fn new(ca: &CertificateAuthority, transport: Arc<dyn Transport>) -> Self {
        Self { base: ca.url.clone(), transport }
    }

    /// Operations are the last segment of the path (RFC 7030 §3.2.2).
    fn operation(&self, name: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{name}", self.base.path().trim_end_matches('/')));
        url
    }

    /// One look at the server: nothing of the user's goes along.
    async fn look(&self, url: &Url, pin: Option<SpkiHash>) -> Result<Response, ProtocolError> {
        let request = Request {
            url: url.clone(),
            method: Method::Get,
            basic: None,
            cookies: None,
            pin,
            identity: None,
            connected: None,
            torn: None,
            deadline: LOOK,
        };
        self.transport.exchange(request).await.map_err(ProtocolError::NotSent)
    }
}

#[async_trait]
impl EnrollmentProtocol for Est {
    /// `GET cacerts` (RFC 7030 §4.1). What matters is who answered: an answer that cannot be read brings no
    /// intermediates, and the chain decides later whether any were needed.
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        let url = self.operation("cacerts");
        let response = self.look(&url, None).await?;
        let intermediates = match response.status {
            200 => pkcs7::certificates(&raw(&url, &response)).unwrap_or_default(),
            _ => Vec::new(),
        };
        Ok(Introduction { url, peer: response.peer, server_time: response.date, intermediates })
    }

    /// `GET csrattrs` (RFC 7030 §4.5). A CA that does not know the operation wants nothing.
    async fn wishes(&self, server: SpkiHash) -> Result<Wishes, ProtocolError> {
        let response = self.look(&self.operation("csrattrs"), Some(server)).await?;
        let nothing = || Ok(Wishes::These(CsrAttributes::default()));
        match response.status {
            204 | 404 | 501 => nothing(),
            200 if response.body.is_empty() => nothing(),
            200 => match CsrAttributes::read(&response.body) {
                Ok(attributes) => Ok(Wishes::These(attributes)),
                Err(_) => Ok(Wishes::Refused(refusal(&response, <[u8]>::to_vec))),
            },
            _ => Ok(Wishes::Refused(refusal(&response, <[u8]>::to_vec))),
        }
    }

    /// `POST simpleenroll` (RFC 7030 §4.2.1), or `simplereenroll` with the present certificate (§4.2.2, §3.3.2).
    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        let Application { request, proof, pin, .. } = application;
        let (url, basic, identity) = match proof {
            Proof::Numbers { role, credentials } => {
                let basic = role.basic.as_ref().map(|basic| Basic {
                    user: basic.user.fill(credentials),
                    password: basic.password.fill(credentials),
                });
                (self.operation("simpleenroll"), basic, None)
            }
            Proof::Certificate(identity) => (self.operation("simplereenroll"), None, Some(identity.clone())),
        };
        let request = Request {
            url: url.clone(),
            method: Method::Post {
                content_type: "application/pkcs10",
                headers: vec![("Content-Transfer-Encoding", "base64".to_owned())],
                body: wrapped_base64(request),
            },
            basic,
            cookies: None,
            pin: Some(pin),
            identity,
            connected: Some(connected),
            torn: None,
            deadline: ASK,
        };
        let response = match self.transport.exchange(request).await {
            Ok(response) => response,
            // In TLS 1.3 the refusal comes after our first byte, and before anybody reads it (RFC 8446 §4.4.2.4).
            Err(TransportError::Lost(LostCause::ClientCertificateRefused)) => return Ok(certificate_refused()),
            Err(error @ TransportError::Connect(_)) => return Err(ProtocolError::NotSent(error)),
            Err(error @ TransportError::Lost(_)) => return Err(ProtocolError::AnswerLost(error)),
        };
        Ok(reply(&url, response, |bytes| match proof {
            Proof::Numbers { role, credentials } => blank(bytes, credentials, role),
            Proof::Certificate(_) => bytes.to_vec(),
        }))
    }
}

/// Without a word of the bank's: the connection ended at the certificate.
fn certificate_refused() -> Reply {
    Reply::Refused(Refusal { kind: RefusalKind::NotAuthorized, text: String::new() })
}

/// Lines of 64 characters: RFC 8951 §3 allows any, and servers in use refuse longer ones.
fn wrapped_base64(der: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(der);
    let mut wrapped = Vec::with_capacity(text.len() + text.len() / 64 + 1);
    for line in text.as_bytes().chunks(64) {
        wrapped.extend_from_slice(line);
        wrapped.push(b'\n');
    }
    wrapped
}

fn raw(url: &Url, response: &Response) -> RawAnswer {
    RawAnswer { url: url.clone(), content_type: response.content_type.clone(), body: response.body.clone() }
}

fn reply(url: &Url, response: Response, blank: impl Fn(&[u8]) -> Vec<u8>) -> Reply {
    match response.status {
        202 => Reply::Pending { retry_at: response.retry_after },
        // Some servers say 201 for what RFC 7030 calls 200: with a body it is an answer like any other.
        200..300 if response.status == 200 || !response.body.is_empty() => Reply::Answer(raw(url, &response)),
        _ => Reply::Refused(refusal(&response, blank)),
    }
}

fn refusal(response: &Response, blank: impl Fn(&[u8]) -> Vec<u8>) -> Refusal {
    let problem = Problem::read(response.content_type.as_deref(), &blank(&response.body));
    // Once more: JSON may spell a character as a number, and then it is only readable now.
    let text = String::from_utf8_lossy(&blank(problem.text.as_bytes())).into_owned();
    Refusal { kind: kind(response, &problem), text }
}

/// Status first, the bank's own words second (RFC 7030 §4.2.3 leaves the body of an error to the server).
fn kind(response: &Response, problem: &Problem) -> RefusalKind {
    let status = response.status;
    let maintenance = RefusalKind::Maintenance { until: response.retry_after };
    match (status, problem.meaning) {
        (400.., Some(Meaning::Maintenance)) => maintenance,
        (503, _) if response.retry_after.is_some() => maintenance,
        // "Done, and nothing to say" and "done, see elsewhere" (RFC 9110 §15.4.4) leave the outcome as open as a failure
        // does.
        (500.. | 303 | 200..300, _) => RefusalKind::ServerFailed { status },
        (400.., Some(meaning)) => RefusalKind::of(meaning, problem.tries_left, response.retry_after),
        (401, None) => RefusalKind::NotAuthorized,
        _ => RefusalKind::Rejected { status },
    }
}

#[cfg(test)]
mod tests {
    use super::wrapped_base64;

    #[test]
    fn a_request_is_wrapped_at_64_columns() {
        let wrapped = String::from_utf8(wrapped_base64(&[7; 100])).expect("ascii");
        let lines: Vec<usize> = wrapped.lines().map(str::len).collect();
        assert_eq!(lines, [64, 64, 8]);
        assert!(wrapped.ends_with('\n') && !wrapped.contains('\r'));
    }
}

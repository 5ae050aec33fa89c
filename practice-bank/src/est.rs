//! Enrollment over Secure Transport (RFC 7030 with the clarifications of RFC 8951).
//!
//! Nothing the RFC does not allow is tolerated here: a client that works with this bank has
//! nothing to hope from the leniency of others.

use std::{sync::Arc, time::SystemTime};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, HeaderName, RETRY_AFTER},
};
use jiff::Timestamp;

use crate::{
    Error, Fault, Oddity,
    credentials::Credentials,
    csr::{Csr, Flaw},
    csr_attributes::csr_attributes,
    decision::{Decision, RetryAfter},
    holder::Holder,
    oddity::Oddities,
    office::Office,
    packaging::{self, Parcel, wrapped},
    refusal::{Refusal, Verdict},
    reply::{About, Body, Broken, Reply, answer, dripping, nothing, old_fashioned, text, torn, with, with_made},
};

const BODY_LIMIT: usize = 64 * 1024;
const TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");
/// Seconds until a request that got a 202 may come back.
const PATIENCE: i64 = 2;

/// What can be asked for here (RFC 7030 §3.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    CaCerts,
    CsrAttrs,
    SimpleEnroll,
    SimpleReenroll,
}

impl Operation {
    fn at(path: &str) -> Option<Self> {
        match path.strip_prefix("/.well-known/est/")? {
            "cacerts" => Some(Self::CaCerts),
            "csrattrs" => Some(Self::CsrAttrs),
            "simpleenroll" => Some(Self::SimpleEnroll),
            "simplereenroll" => Some(Self::SimpleReenroll),
            _ => None,
        }
    }

    fn is_application(self) -> bool {
        matches!(self, Self::SimpleEnroll | Self::SimpleReenroll)
    }

    fn allows(self, method: &Method) -> bool {
        match self.is_application() {
            true => method == Method::POST,
            false => method == Method::GET || method == Method::HEAD,
        }
    }
}

/// Answers one request to the EST listener.
pub(crate) async fn serve(office: &Arc<Office>, shown: Option<Holder>, request: Request<Incoming>) -> Reply {
    let Some(operation) = Operation::at(request.uri().path()) else {
        return Ok(text(StatusCode::NOT_FOUND, "no such EST operation here (RFC 7030 section 3.2.2)"));
    };
    if !operation.allows(request.method()) {
        return Ok(wrong_method(if operation.is_application() { "POST" } else { "GET, HEAD" }));
    }
    let response = match operation {
        Operation::CaCerts => ca_certificates(office),
        Operation::CsrAttrs => attributes(office),
        Operation::SimpleEnroll => simple_enroll(office, request).await?,
        Operation::SimpleReenroll => simple_reenroll(office, shown, request).await?,
    };
    // What was ordered for once is meant for an application, not for what is asked around it.
    let shows = |oddity| match operation.is_application() {
        true => office.oddities.take(oddity),
        false => office.oddities.has(oddity),
    };
    let response = if shows(Oddity::SlowDrip) { dripping(response).await? } else { response };
    Ok(if shows(Oddity::Http10) { old_fashioned(response) } else { response })
}

/// RFC 7030 §4.1: free for everybody.
fn ca_certificates(office: &Office) -> Response<Body> {
    match office.authority.ca_certificates() {
        Ok(certificates) => send(packaging::authorities(&certificates, |oddity| office.oddities.has(oddity))),
        Err(error) => out_of_order(&error),
    }
}

/// RFC 7030 §4.5: free for everybody, and 204 where there is nothing to say.
fn attributes(office: &Office) -> Response<Body> {
    match office.csrattrs {
        true => send(Parcel { content_type: "application/csrattrs", content: wrapped(&csr_attributes()) }),
        false => nothing(),
    }
}

/// RFC 7030 §4.2.1.
async fn simple_enroll(office: &Arc<Office>, request: Request<Incoming>) -> Reply {
    let credentials = Credentials::from_headers(request.headers());
    let about = credentials.as_ref().and_then(|given| office.account(&given.user)).map(|account| About(account.id()));
    apply(office, request, about, credentials, |office, credentials, csr| office.decide(credentials, csr)).await
}

/// RFC 7030 §4.2.2: the present certificate opens, whatever numbers come along.
async fn simple_reenroll(office: &Arc<Office>, shown: Option<Holder>, request: Request<Incoming>) -> Reply {
    let about = shown.as_ref().and_then(|shown| office.account_of(&shown.serial)).map(|account| About(account.id()));
    apply(office, request, about, None, move |office, _, csr| office.renew(shown.as_ref(), csr)).await
}

/// Reads the request, has it decided, and tells.
async fn apply(
    office: &Arc<Office>,
    request: Request<Incoming>,
    about: Option<About>,
    credentials: Option<Credentials>,
    decide: impl FnOnce(&Office, Option<&Credentials>, &Result<Csr, Flaw>) -> Result<Decision, Error> + Send + 'static,
) -> Reply {
    let (parts, body) = request.into_parts();
    let csr = read_request(&parts.headers, body).await;
    if matches!(csr, Err(Flaw::Incomplete)) {
        return Ok(Refusal::flawed(Flaw::Incomplete).into_response(&office.oddities, None));
    }
    let backstage = office.clone();
    // Signing and syncing block; the listeners go on meanwhile.
    let decision = tokio::task::spawn_blocking(move || {
        let decision = decide(&backstage, credentials.as_ref(), &csr);
        (decision, credentials)
    });
    let mut reply = match decision.await {
        Ok((Ok(decision), credentials)) => tell(decision, &office.oddities, credentials.as_ref()).await?,
        Ok((Err(error), _)) => out_of_order(&error),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "out of order"),
    };
    if let Some(about) = about {
        reply.extensions_mut().insert(about);
    }
    Ok(reply)
}

async fn read_request(headers: &HeaderMap, body: Incoming) -> Result<Csr, Flaw> {
    let whole =
        Limited::new(body, BODY_LIMIT).collect().await.map_err(|error| match error.is::<LengthLimitError>() {
            true => Flaw::TooBig,
            false => Flaw::Incomplete,
        })?;
    Csr::from_post(headers, &whole.to_bytes())
}

/// The decision in the bank's words.
async fn tell(decision: Decision, oddities: &Oddities, sent: Option<&Credentials>) -> Reply {
    let refusal = match Verdict::from(decision) {
        Verdict::Refused(refusal) => refusal,
        Verdict::Deferred(retry_after) => return Ok(deferred(retry_after)),
        // Until the client gives up: hyper then drops this future.
        Verdict::Broken(Fault::Hang) => std::future::pending().await,
        Verdict::Broken(Fault::HtmlError) => return Ok(gateway()),
        Verdict::Broken(_) => Refusal::technical(StatusCode::INTERNAL_SERVER_ERROR, "out of order, on purpose"),
        Verdict::Issued { chain, fault } => return hand_over(&chain, fault, oddities),
    };
    Ok(refusal.into_response(oddities, sent))
}

/// RFC 7030 §4.2.3.
fn deferred(retry_after: RetryAfter) -> Response<Body> {
    let response = text(StatusCode::ACCEPTED, "come back with the same request (RFC 7030 section 4.2.3)");
    match retry_after {
        RetryAfter::Seconds => with_made(response, RETRY_AFTER, &PATIENCE.to_string()),
        RetryAfter::Date => with_made(response, RETRY_AFTER, &date_in(PATIENCE)),
        RetryAfter::Missing => response,
    }
}

/// As HTTP writes dates (RFC 9110 §5.6.7); rounded up, so that it is never too soon.
fn date_in(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let then = i64::try_from(now).unwrap_or_default() + seconds + 1;
    let then = Timestamp::from_second(then).unwrap_or_default();
    then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The certificate, or what a fault leaves of it.
fn hand_over(chain: &[Vec<u8>], fault: Option<Fault>, oddities: &Oddities) -> Reply {
    if fault == Some(Fault::DropBeforeAnswer) {
        return Err(Broken);
    }
    let mut parcel = packaging::enrolled(chain, |oddity| oddities.take(oddity));
    if fault == Some(Fault::Garbage) {
        parcel.content = packaging::garbage();
    }
    Ok(match fault {
        Some(Fault::Truncate) => {
            let content = parcel.content.clone();
            torn(send(parcel), content.as_bytes())
        }
        _ => send(parcel),
    })
}

fn send(parcel: Parcel) -> Response<Body> {
    with(answer(StatusCode::OK, parcel.content_type, parcel.content), TRANSFER_ENCODING, "base64")
}

fn gateway() -> Response<Body> {
    answer(
        StatusCode::BAD_GATEWAY,
        "text/html; charset=utf-8",
        "<!doctype html><html lang=\"ja\"><title>502</title><h1>502 Bad Gateway</h1></html>\n",
    )
}

fn wrong_method(allowed: &'static str) -> Response<Body> {
    let response = text(StatusCode::METHOD_NOT_ALLOWED, "wrong method for this operation");
    with(response, ALLOW, allowed)
}

fn out_of_order(error: &Error) -> Response<Body> {
    text(StatusCode::INTERNAL_SERVER_ERROR, &format!("out of order: {error}"))
}

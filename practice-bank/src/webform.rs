//! The way certificates were taken before: web pages in Shift_JIS, from the manual's screens.
//!
//! Form → "please wait" → a page whose script holds the certificate. The rules are those of the
//! [`Office`]; what is here is the pages' own protocol, and nothing but that protocol is let in:
//! a page is good for one answer, and every input comes back as it was given out.

mod counter;
mod fields;
mod markup;
mod page;
mod script;
mod sessions;

use std::sync::Arc;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, CONTENT_SECURITY_POLICY, COOKIE, LOCATION, SET_COOKIE},
};

use crate::{
    Error, Fault, Oddity, Pickup,
    csr::{Csr, Flaw},
    office::Office,
    portal::decoration,
    refusal::Verdict,
    reply::{About, Body, Broken, Reply, answer, dripping, old_fashioned, torn, with, with_made},
};
use fields::{Breach, Enctype, Entered, Pairs};
use markup::{Quirks, finished};
use sessions::{Form, Issued, Wait};
pub(crate) use sessions::{Sessions, Variant};

/// The double slash is part of the path.
const START: &str = "/sscm//client/userEnrollMS.htm";
const ENROLL: &str = "/sscm//cgi-bin/userEnroll.exe";
const FETCH: &str = "/sscm//cgi-bin/sophialite.exe";
const COOKIE_NAME: &str = "renshu_sscm";
const BODY_LIMIT: usize = 64 * 1024;
const HTML: &str = "text/html; charset=Shift_JIS";
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'unsafe-inline'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Where the old pages begin.
pub(crate) fn start_address(port: u16, variant: Variant) -> String {
    format!("https://localhost:{port}{START}?{}", variant.query())
}

/// Where what was applied for is picked up, on the same server.
pub(crate) fn pickup_page(variant: Variant) -> String {
    format!("{}?{}", counter::START, variant.query())
}

/// Answers one request to the listener of the old pages.
pub(crate) async fn serve(office: &Arc<Office>, sessions: &Sessions, request: Request<Incoming>) -> Reply {
    let path = request.uri().path().to_owned();
    if let Some(decoration) = decoration(&path) {
        return Ok(decoration);
    }
    let response = match (path.as_str(), request.method()) {
        (START, &Method::GET) => start(office, sessions, request.uri().query().unwrap_or_default()),
        (ENROLL, &Method::POST) => enroll(office, sessions, request).await?,
        (counter::START, &Method::GET) => counter::start(office, sessions, request.uri().query().unwrap_or_default()),
        (counter::CLAIM, &Method::POST) => counter::claim(office, sessions, request).await?,
        (FETCH, &Method::POST | &Method::GET) => fetch(office, sessions, request).await?,
        (START, _) => with(lost(office, StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET"),
        (ENROLL, _) => with(lost(office, StatusCode::METHOD_NOT_ALLOWED), ALLOW, "POST"),
        (FETCH, _) => with(lost(office, StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET, POST"),
        _ => lost(office, StatusCode::NOT_FOUND),
    };
    // What was ordered for once is meant for the certificate, not for the pages on the way.
    let shows = |oddity| match path == FETCH {
        true => office.oddities.take(oddity),
        false => office.oddities.has(oddity),
    };
    let response = if shows(Oddity::SlowDrip) { dripping(response).await? } else { response };
    Ok(if shows(Oddity::Http10) { old_fashioned(response) } else { response })
}

/// The first page: a form that is good for one answer.
fn start(office: &Office, sessions: &Sessions, query: &str) -> Response<Body> {
    let Some(variant) = Variant::at(query) else {
        return lost(office, StatusCode::NOT_FOUND);
    };
    let quirks = Quirks::of_forms(|oddity| office.oddities.shows(oddity));
    let form = match Form::new(variant, quirks) {
        Ok(form) => form,
        Err(error) => return out_of_order(&error),
    };
    let page = page::start(&form);
    let response = html(StatusCode::OK, &page, &form.quirks);
    match sessions.forms.keep(form) {
        Ok(cookie) => with_cookie(response, &cookie),
        Err(error) => out_of_order(&error),
    }
}

/// The form of the first page: numbers and request.
async fn enroll(office: &Arc<Office>, sessions: &Sessions, request: Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    let form = cookie(&parts.headers).and_then(|cookie| sessions.forms.take(&cookie));
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Breach::Changed),
        Err(_) => return Err(Broken),
    };
    let Some(form) = form else {
        return refuse(office, Breach::Changed, None).await;
    };
    for shown in form.quirks.all() {
        office.oddities.take(shown);
    }
    let enctype = Enctype::of(&form);
    let pairs = body.and_then(|body| fields::read(&parts.headers, &body, enctype));
    let entered = pairs.as_ref().map_err(|breach| *breach).and_then(|pairs| Entered::read(&form, pairs));
    match (entered, pairs) {
        (Ok(entered), Ok(pairs)) => decide(office, sessions, Applied { form, entered, pairs }).await,
        (Err(breach), _) | (_, Err(breach)) => refuse(office, breach, Some(&form.quirks)).await,
    }
}

/// A form that came back as it was given out.
struct Applied {
    form: Form,
    entered: Entered,
    pairs: Pairs,
}

async fn decide(office: &Arc<Office>, sessions: &Sessions, applied: Applied) -> Reply {
    let Applied { form, entered, pairs } = applied;
    let (backstage, credentials) = (office.clone(), entered.credentials());
    let about = office.account(&credentials.user).map(|account| About(account.id()));
    let csr = Csr::from_form(&entered.request);
    // Signing and syncing block; the listeners go on meanwhile.
    let decision = tokio::task::spawn_blocking(move || backstage.decide(Some(&credentials), &csr)).await;
    let mut response = match decision {
        Ok(Ok(decision)) => match Verdict::from(decision) {
            Verdict::Issued { .. } if office.pickup != Pickup::AtOnce => counter::receipt(office, &about, &form),
            Verdict::Issued { chain, fault } => {
                let issued = Issued { chain, fault, about: about.clone() };
                wait(office, sessions, &form, issued)
            }
            verdict => tell(office, verdict, &form.quirks, &pairs).await,
        },
        Ok(Err(error)) => out_of_order(&error),
        Err(_) => html(StatusCode::INTERNAL_SERVER_ERROR, &page::out_of_order(), &form.quirks),
    };
    if let Some(about) = about {
        response.extensions_mut().insert(about);
    }
    Ok(response)
}

/// Anything but a certificate. Such programs said 200 whatever they had to say.
async fn tell(office: &Office, verdict: Verdict, quirks: &Quirks, sent: &Pairs) -> Response<Body> {
    match verdict {
        Verdict::Refused(refusal) => {
            let echo = office.oddities.take(Oddity::ErrorEchoesInputs).then_some(sent);
            let status = if refusal.code == Some("E13") { StatusCode::NOT_IMPLEMENTED } else { StatusCode::OK };
            html(status, &page::refused(&refusal, echo), quirks)
        }
        Verdict::Deferred(_) => html(StatusCode::OK, &page::later(), quirks),
        // Until the client gives up: hyper then drops this future.
        Verdict::Broken(Fault::Hang) => std::future::pending().await,
        Verdict::Broken(Fault::HtmlError) => html(StatusCode::OK, &page::no_connection(), quirks),
        Verdict::Broken(_) | Verdict::Issued { .. } => {
            html(StatusCode::INTERNAL_SERVER_ERROR, &page::out_of_order(), quirks)
        }
    }
}

/// "Please wait": the certificate is there, and is called for under a new cookie.
fn wait(office: &Office, sessions: &Sessions, form: &Form, issued: Issued) -> Response<Body> {
    let quirks = form.quirks.clone().and_of_answers(|oddity| office.oddities.take(oddity));
    let made = Wait::new(form.variant, quirks, issued).and_then(|wait| {
        let (hidden, quirks) = (wait.hidden.clone(), wait.quirks.clone());
        sessions.waits.keep(wait).map(|cookie| (cookie, hidden, quirks))
    });
    let (cookie, hidden, quirks) = match made {
        Ok(made) => made,
        Err(error) => return out_of_order(&error),
    };
    let response = if quirks.is(Oddity::WaitRedirect) {
        let address = format!("{FETCH}?{}", fields::query(&hidden));
        with_made(html(StatusCode::FOUND, &page::elsewhere(), &quirks), LOCATION, &address)
    } else {
        html(StatusCode::OK, &page::wait(&hidden, &quirks), &quirks)
    };
    with_cookie(response, &cookie)
}

/// The certificate that waits, once.
async fn fetch(office: &Arc<Office>, sessions: &Sessions, request: Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(|_| Broken)?.to_bytes();
    let wait = cookie(&parts.headers).and_then(|cookie| sessions.waits.take(&cookie));
    let Some(wait) = wait else {
        return Ok(html(StatusCode::OK, &page::changed(), &always(office)));
    };
    let pairs = match (parts.method == Method::POST, wait.is_posted()) {
        (true, true) => fields::read(&parts.headers, &body, Enctype::Urlencoded),
        (false, false) => fields::of_query(parts.uri.query().unwrap_or_default()),
        _ => Err(Breach::Changed),
    };
    if pairs.ok().as_ref() != Some(&wait.hidden) {
        return Ok(html(StatusCode::OK, &page::changed(), &wait.quirks));
    }
    hand_over(office, wait)
}

/// The last page, or what a fault leaves of it.
fn hand_over(office: &Office, wait: Wait) -> Reply {
    let Wait { quirks, issued: Issued { chain, fault, about }, .. } = wait;
    if fault == Some(Fault::DropBeforeAnswer) {
        return Err(Broken);
    }
    let call = script::install_call(&chain, fault, &quirks, |oddity| office.oddities.take(oddity));
    let content = finished(&page::done(&call), &quirks);
    let response = page_of(StatusCode::OK, content.clone());
    let mut response = if fault == Some(Fault::Truncate) { torn(response, &content) } else { response };
    if let Some(about) = about {
        response.extensions_mut().insert(about);
    }
    Ok(response)
}

/// A POST that is not what the page asked for: counted, and nobody's number is looked at.
async fn refuse(office: &Arc<Office>, breach: Breach, quirks: Option<&Quirks>) -> Reply {
    let backstage = office.clone();
    let counted = tokio::task::spawn_blocking(move || backstage.decide(None, &Err(Flaw::NotRequest))).await;
    if let Ok(Err(error)) = counted {
        return Ok(out_of_order(&error));
    }
    let page = match breach {
        Breach::Changed => page::changed(),
        Breach::NoRequest => page::no_request(),
    };
    let always = always(office);
    Ok(html(StatusCode::OK, &page, quirks.unwrap_or(&always)))
}

/// For pages that belong to nobody's visit.
fn always(office: &Office) -> Quirks {
    Quirks::of_forms(|oddity| office.oddities.has(oddity))
}

fn lost(office: &Office, status: StatusCode) -> Response<Body> {
    html(status, &page::lost(), &always(office))
}

fn out_of_order(_: &Error) -> Response<Body> {
    html(StatusCode::INTERNAL_SERVER_ERROR, &page::out_of_order(), &Quirks::default())
}

fn html(status: StatusCode, page: &str, quirks: &Quirks) -> Response<Body> {
    page_of(status, finished(page, quirks))
}

fn page_of(status: StatusCode, content: Vec<u8>) -> Response<Body> {
    with(answer(status, HTML, content), CONTENT_SECURITY_POLICY, POLICY)
}

fn with_cookie(response: Response<Body>, value: &str) -> Response<Body> {
    let cookie = format!("{COOKIE_NAME}={value}; Path=/sscm/; Secure; HttpOnly; SameSite=Strict");
    with_made(response, SET_COOKIE, &cookie)
}

/// Ours among all that a browser keeps for this machine.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value.to_owned())
}

//! The bank's web site, with 「練習用」 across every page.

use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};
use rustls::pki_types::CertificateDer;
use serde::Deserialize;

use crate::{
    Fault,
    holder::Holder,
    office::{Office, Standing},
    page,
    reply::{Body, answer, json, text, with},
};

const STYLE: &str = include_str!("../assets/style.css");
const WATERMARK: &str = include_str!("../assets/watermark.svg");
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where the pages lead.
#[derive(Debug)]
pub(crate) struct Site {
    pub login: String,
}

/// The listener that asks for nothing.
pub(crate) async fn open(site: &Site, office: &Arc<Office>, request: Request<Incoming>) -> Response<Body> {
    if let Some(decoration) = decoration(request.uri().path()) {
        return decoration;
    }
    let method = request.method().clone();
    match (request.uri().path(), method) {
        ("/", Method::GET) => html(StatusCode::OK, page::top()),
        ("/login", Method::GET) => html(StatusCode::OK, page::login(&site.login)),
        ("/certificate", Method::GET) => html(StatusCode::OK, page::certificate()),
        ("/practice/counters", Method::GET) => json(StatusCode::OK, &office.counters()),
        ("/practice/fault", Method::POST) => arm(office, request).await,
        ("/practice/fault", _) => with(wrong_method(), ALLOW, "POST"),
        ("/" | "/login" | "/certificate" | "/practice/counters", _) => with(wrong_method(), ALLOW, "GET"),
        _ => html(StatusCode::NOT_FOUND, page::not_found()),
    }
}

/// The listener behind the demand for a client certificate.
pub(crate) fn guarded(
    office: &Office,
    shown: Option<&CertificateDer<'_>>,
    request: &Request<Incoming>,
) -> Response<Body> {
    let path = request.uri().path();
    if let Some(decoration) = decoration(path) {
        return decoration;
    }
    if request.method() != Method::GET {
        return with(wrong_method(), ALLOW, "GET");
    }
    // The handshake made sure of the chain; whether the bank still stands by it is asked here.
    let Some(holder) = shown.and_then(|shown| Holder::read(shown)) else {
        return html(StatusCode::FORBIDDEN, page::stranger());
    };
    match (office.standing(&holder.serial), path) {
        (Standing::Unknown, _) => html(StatusCode::FORBIDDEN, page::stranger()),
        (Standing::Superseded, _) => html(StatusCode::FORBIDDEN, page::superseded(&holder)),
        (Standing::Good, "/") => html(StatusCode::OK, page::status(&holder)),
        (Standing::Good, "/renew") => html(StatusCode::OK, page::renew()),
        (Standing::Good, _) => html(StatusCode::NOT_FOUND, page::not_found()),
    }
}

/// `{"next": "truncate"}`, or `{"next": null}` to take it back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    next: Option<Fault>,
}

async fn arm(office: &Office, request: Request<Incoming>) -> Response<Body> {
    // A web page elsewhere cannot send this type across origins without being asked first.
    let is_json =
        request.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json");
    }
    let Ok(body) = Limited::new(request.into_body(), 1024).collect().await else {
        return text(StatusCode::BAD_REQUEST, "the body did not arrive, or is too big");
    };
    match serde_json::from_slice::<Wish>(&body.to_bytes()) {
        Ok(wish) => {
            office.set_fault(wish.next);
            json(StatusCode::OK, &serde_json::json!({ "next": wish.next }))
        }
        Err(error) => text(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn decoration(path: &str) -> Option<Response<Body>> {
    match path {
        "/style.css" => Some(answer(StatusCode::OK, "text/css; charset=utf-8", STYLE)),
        "/watermark.svg" => Some(answer(StatusCode::OK, "image/svg+xml", WATERMARK)),
        _ => None,
    }
}

fn html(status: StatusCode, page: String) -> Response<Body> {
    let response = answer(status, "text/html; charset=utf-8", page);
    with(response, CONTENT_SECURITY_POLICY, POLICY)
}

fn wrong_method() -> Response<Body> {
    text(StatusCode::METHOD_NOT_ALLOWED, "wrong method for this page")
}

//! Enrollment over Secure Transport (RFC 7030 with the clarifications of RFC 8951).
//!
//! Nothing the RFC does not allow is tolerated here: a client that works with this bank has
//! nothing to hope from the leniency of others.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::json;

use crate::{
    Error, Fault,
    credentials::Credentials,
    csr::{Csr, Flaw},
    office::{Decision, Office},
    pkcs7,
    reply::{About, Body, Broken, Reply, answer, json, text, torn, with},
};

const BODY_LIMIT: usize = 64 * 1024;
const REALM: &str = "Basic realm=\"practice-bank\", charset=\"UTF-8\"";
const TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

/// Answers one request to the EST listener.
pub(crate) async fn serve(office: &Arc<Office>, request: Request<Incoming>) -> Reply {
    match request.uri().path() {
        "/.well-known/est/cacerts" => match *request.method() {
            Method::GET | Method::HEAD => Ok(ca_certificates(office)),
            _ => Ok(wrong_method("GET, HEAD")),
        },
        "/.well-known/est/simpleenroll" => match *request.method() {
            Method::POST => simple_enroll(office, request).await,
            _ => Ok(wrong_method("POST")),
        },
        _ => Ok(text(StatusCode::NOT_FOUND, "no such EST operation here (RFC 7030 section 3.2.2)")),
    }
}

/// RFC 7030 §4.1: free for everybody.
fn ca_certificates(office: &Office) -> Response<Body> {
    match office.authority.ca_certificates() {
        Ok(certificates) => {
            let body = wrapped(&pkcs7::certs_only(&certificates));
            let response = answer(StatusCode::OK, "application/pkcs7-mime", body);
            with(response, TRANSFER_ENCODING, "base64")
        }
        Err(error) => out_of_order(&error),
    }
}

/// RFC 7030 §4.2.
async fn simple_enroll(office: &Arc<Office>, request: Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    let credentials = Credentials::from_headers(&parts.headers);
    let csr = read_request(&parts.headers, body).await;
    if matches!(csr, Err(Flaw::Incomplete)) {
        return Ok(refuse(Flaw::Incomplete));
    }
    let about = credentials.as_ref().and_then(|given| office.account(&given.user)).map(|account| About(account.id()));
    let office = office.clone();
    // Signing and syncing block; the listeners go on meanwhile.
    let decision = tokio::task::spawn_blocking(move || office.decide(credentials.as_ref(), &csr)).await;
    let mut reply = match decision {
        Ok(Ok(decision)) => tell(decision).await?,
        Ok(Err(error)) => out_of_order(&error),
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
async fn tell(decision: Decision) -> Reply {
    Ok(match decision {
        Decision::Challenge => with(
            text(StatusCode::UNAUTHORIZED, "credentials are needed (RFC 7030 section 3.2.3)"),
            WWW_AUTHENTICATE,
            REALM,
        ),
        Decision::WrongNumber { tries_left } => wrong_number(tries_left),
        Decision::Locked => spoken(
            StatusCode::FORBIDDEN,
            "E02",
            "番号相違7回目でロック状態となりますのでご注意ください。ただいまロック状態です。",
        ),
        Decision::Taken => {
            spoken(StatusCode::FORBIDDEN, "E03", "証明書が作成されていないか、もしくは既に証明書を取得済みです。")
        }
        Decision::Maintenance => with(
            spoken(
                StatusCode::SERVICE_UNAVAILABLE,
                "E13",
                "501 ただ今、サービスメンテナンス中のためご利用いただけません。",
            ),
            RETRY_AFTER,
            "3600",
        ),
        Decision::Flawed(flaw) => refuse(flaw),
        Decision::Deferred => with(
            text(StatusCode::ACCEPTED, "come back with the same request (RFC 7030 section 4.2.3)"),
            RETRY_AFTER,
            "2",
        ),
        Decision::Broken(fault) => break_down(fault).await,
        Decision::Issued { chain, fault } => hand_over(&chain, fault)?,
    })
}

fn wrong_number(tries_left: Option<u32>) -> Response<Body> {
    let mut body = json!({
        "code": "E01",
        "message": "証明書ファイルは取得できませんでした。認証に失敗しました。",
    });
    if let Some(left) = tries_left {
        body["tries_left"] = left.into();
    }
    with(json(StatusCode::UNAUTHORIZED, &body), WWW_AUTHENTICATE, REALM)
}

/// The certificate, or what a fault leaves of it.
fn hand_over(chain: &[Vec<u8>], fault: Option<Fault>) -> Reply {
    let body = match fault {
        Some(Fault::DropBeforeAnswer) => return Err(Broken),
        Some(Fault::Garbage) => wrapped("これは証明書ではありません。".repeat(20).as_bytes()),
        _ => wrapped(&pkcs7::certs_only(chain)),
    };
    let content_type = "application/pkcs7-mime; smime-type=certs-only";
    let response = answer(StatusCode::OK, content_type, body.clone());
    let response = with(response, TRANSFER_ENCODING, "base64");
    Ok(match fault {
        Some(Fault::Truncate) => torn(response, &body),
        _ => response,
    })
}

async fn break_down(fault: Fault) -> Response<Body> {
    match fault {
        // Until the client gives up: hyper then drops this future.
        Fault::Hang => std::future::pending().await,
        Fault::HtmlError => answer(
            StatusCode::BAD_GATEWAY,
            "text/html; charset=utf-8",
            "<!doctype html><html lang=\"ja\"><title>502</title><h1>502 Bad Gateway</h1></html>\n",
        ),
        _ => text(StatusCode::INTERNAL_SERVER_ERROR, "out of order, on purpose"),
    }
}

fn spoken(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    json(status, &json!({ "code": code, "message": message }))
}

fn refuse(flaw: Flaw) -> Response<Body> {
    text(flaw.status(), &flaw.to_string())
}

fn wrong_method(allowed: &'static str) -> Response<Body> {
    let response = text(StatusCode::METHOD_NOT_ALLOWED, "wrong method for this operation");
    with(response, ALLOW, allowed)
}

fn out_of_order(error: &Error) -> Response<Body> {
    text(StatusCode::INTERNAL_SERVER_ERROR, &format!("out of order: {error}"))
}

/// Base64 in lines of 64.
fn wrapped(bytes: &[u8]) -> String {
    let line = STANDARD.encode(bytes);
    let mut out = String::with_capacity(line.len() + line.len() / 64 + 1);
    for (at, character) in line.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            out.push('\n');
        }
        out.push(character);
    }
    out.push('\n');
    out
}

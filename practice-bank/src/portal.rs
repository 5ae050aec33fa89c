//! The bank's web site, with 「練習用」 across every page.

use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};
use serde::Deserialize;

use crate::{
    Account, Error, Fault, Oddity,
    desk::{Act, Outcome},
    desk_page, form,
    holder::Holder,
    ledger::Standing,
    office::Office,
    page,
    reply::{About, Body, answer, json, text, with},
    webform::Sessions,
};

const STYLE: &str = include_str!("../assets/style.css");
const WATERMARK: &str = include_str!("../assets/watermark.svg");
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const POLICY_WITH_FORM: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Where the pages lead.
#[derive(Debug)]
pub(crate) struct Site {
    pub login: String,
    /// The old enrollment pages of 利用者 and 管理者.
    pub webform: [String; 2],
    pub sessions: Sessions,
}

/// The listener that asks for nothing.
pub(crate) async fn open(site: &Site, office: &Arc<Office>, request: Request<Incoming>) -> Response<Body> {
    if let Some(decoration) = decoration(request.uri().path()) {
        return decoration;
    }
    let method = request.method().clone();
    match (request.uri().path(), method) {
        ("/", Method::GET) => html(StatusCode::OK, page::top()),
        ("/login", Method::GET) => html(StatusCode::OK, page::login(&site.login, &site.webform)),
        ("/certificate", Method::GET) => html(StatusCode::OK, page::certificate()),
        ("/crl", Method::GET) => revocation_list(office).await,
        ("/practice/counters", Method::GET) => json(StatusCode::OK, &office.counters()),
        ("/practice/fault", Method::POST) => arm(office, request).await,
        ("/practice/fault", _) => with(wrong_method(), ALLOW, "POST"),
        ("/" | "/login" | "/certificate" | "/crl" | "/practice/counters", _) => with(wrong_method(), ALLOW, "GET"),
        _ => html(StatusCode::NOT_FOUND, page::not_found()),
    }
}

/// The listener behind the demand for a client certificate. The handshake made sure of the chain;
/// whether the bank still stands by it is asked here.
pub(crate) async fn guarded(office: &Arc<Office>, shown: Option<Holder>, request: Request<Incoming>) -> Response<Body> {
    if let Some(decoration) = decoration(request.uri().path()) {
        return decoration;
    }
    let Some(holder) = shown else {
        return html(StatusCode::FORBIDDEN, page::stranger());
    };
    let about = office.account_of(&holder.serial).map(|account| About(account.id()));
    let mut response = judged(office, &holder, request).await;
    if let Some(about) = about {
        response.extensions_mut().insert(about);
    }
    response
}

/// By what the bank thinks of the certificate today.
async fn judged(office: &Arc<Office>, holder: &Holder, request: Request<Incoming>) -> Response<Body> {
    let (backstage, visitor) = (office.clone(), holder.clone());
    // What a first login changes is synced to the disk, which blocks.
    let standing = tokio::task::spawn_blocking(move || backstage.log_in(&visitor)).await;
    match standing {
        Ok(Ok(Standing::Good)) if holder.is_expired() => html(StatusCode::FORBIDDEN, page::expired(holder)),
        Ok(Ok(Standing::Good)) => inside(office, holder, request).await,
        Ok(Ok(Standing::Revoked)) => html(StatusCode::FORBIDDEN, page::revoked(holder)),
        Ok(Ok(Standing::Superseded)) => html(StatusCode::FORBIDDEN, page::superseded(holder)),
        Ok(Ok(Standing::Unknown)) => html(StatusCode::FORBIDDEN, page::stranger()),
        Ok(Err(Error::RevocationList(_))) => html(StatusCode::SERVICE_UNAVAILABLE, page::unsure()),
        Ok(Err(_)) | Err(_) => html(StatusCode::INTERNAL_SERVER_ERROR, page::out_of_order()),
    }
}

/// Logged in.
async fn inside(office: &Arc<Office>, holder: &Holder, request: Request<Incoming>) -> Response<Body> {
    let administrator = office.account_of(&holder.serial).filter(|account| account.is_administrator());
    let path = request.uri().path().to_owned();
    let desk = path.strip_prefix("/admin").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (path.as_str(), desk, administrator) {
        (_, Some(_), None) => html(StatusCode::FORBIDDEN, desk_page::closed()),
        (_, Some(rest), Some(administrator)) => at_the_desk(office, administrator, rest, request).await,
        _ if request.method() != Method::GET => with(wrong_method(), ALLOW, "GET"),
        ("/", ..) => html(StatusCode::OK, page::status(holder, administrator.is_some())),
        ("/renew", ..) => html(StatusCode::OK, page::renew()),
        _ => html(StatusCode::NOT_FOUND, page::not_found()),
    }
}

/// ご契約先管理情報変更 → 利用者情報登録/変更 → one user.
async fn at_the_desk(
    office: &Arc<Office>,
    administrator: &Account,
    rest: &str,
    request: Request<Incoming>,
) -> Response<Body> {
    let user = rest.strip_prefix("/users/");
    match (rest, user, request.method()) {
        ("", None, &Method::GET) => html(StatusCode::OK, desk_page::menu()),
        ("/users", None, &Method::GET) => html(StatusCode::OK, desk_page::users(&office.users(administrator))),
        (_, Some(user), &Method::GET) => match office.users(administrator).iter().find(|line| line.user_id == user) {
            Some(line) => with_form(desk_page::user(line)),
            None => html(StatusCode::NOT_FOUND, page::not_found()),
        },
        (_, Some(user), &Method::POST) => act(office, administrator, user.to_owned(), request).await,
        ("" | "/users", ..) => with(wrong_method(), ALLOW, "GET"),
        (_, Some(_), _) => with(wrong_method(), ALLOW, "GET, POST"),
        _ => html(StatusCode::NOT_FOUND, page::not_found()),
    }
}

/// The form of one user's page; ご契約先確認暗証番号 is what no other site can know.
async fn act(
    office: &Arc<Office>,
    administrator: &Account,
    user: String,
    request: Request<Incoming>,
) -> Response<Body> {
    let Ok(body) = Limited::new(request.into_body(), 1024).collect().await else {
        return text(StatusCode::BAD_REQUEST, "the body did not arrive, or is too big");
    };
    let body = body.to_bytes();
    let word = form::field(&body, "act").unwrap_or_default();
    let Some(act) = Act::ALL.into_iter().find(|act| act.as_str() == word) else {
        return text(StatusCode::BAD_REQUEST, "nothing was chosen");
    };
    let confirmation = form::field(&body, "confirmation").unwrap_or_default();
    let (backstage, administrator) = (office.clone(), administrator.clone());
    let outcome = tokio::task::spawn_blocking(move || {
        let outcome = backstage.act(&administrator, &user, act, &confirmation);
        (outcome, user)
    });
    match outcome.await {
        Ok((Ok(Some(outcome)), user)) => {
            let status = if matches!(outcome, Outcome::Done(_)) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            html(status, desk_page::outcome(&user, outcome))
        }
        Ok((Ok(None), _)) => html(StatusCode::NOT_FOUND, page::not_found()),
        Ok((Err(_), _)) | Err(_) => html(StatusCode::INTERNAL_SERVER_ERROR, page::out_of_order()),
    }
}

/// `{"next": "truncate"}`, `{"oddity": "missing_chain"}` or both; `{"next": null}` takes everything back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    next: Option<Fault>,
    oddity: Option<Oddity>,
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
        // How a listener greets cannot change while it is open.
        Ok(Wish { oddity: Some(Oddity::Tls12Only), .. }) => {
            text(StatusCode::BAD_REQUEST, "tls_1_2_only is for the opening: --oddities tls_1_2_only")
        }
        Ok(wish) => {
            order(office, &wish);
            json(StatusCode::OK, &serde_json::json!({ "next": wish.next, "oddity": wish.oddity }))
        }
        Err(error) => text(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn order(office: &Office, wish: &Wish) {
    match wish.oddity {
        Some(oddity) => office.oddities.arm(oddity),
        None if wish.next.is_none() => office.oddities.disarm(),
        None => {}
    }
    if wish.next.is_some() || wish.oddity.is_none() {
        office.set_fault(wish.next);
    }
}

/// For everybody who has to believe the authority's certificates (RFC 5280 §5).
async fn revocation_list(office: &Arc<Office>) -> Response<Body> {
    let office = office.clone();
    match tokio::task::spawn_blocking(move || office.revocation_list()).await {
        Ok(Ok(list)) => answer(StatusCode::OK, "application/pkix-crl", list),
        Ok(Err(_)) | Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "out of order"),
    }
}

pub(crate) fn decoration(path: &str) -> Option<Response<Body>> {
    match path {
        "/style.css" => Some(answer(StatusCode::OK, "text/css; charset=utf-8", STYLE)),
        "/watermark.svg" => Some(answer(StatusCode::OK, "image/svg+xml", WATERMARK)),
        _ => None,
    }
}

fn html(status: StatusCode, page: String) -> Response<Body> {
    guarded_by(status, page, POLICY)
}

fn with_form(page: String) -> Response<Body> {
    guarded_by(StatusCode::OK, page, POLICY_WITH_FORM)
}

fn guarded_by(status: StatusCode, page: String, policy: &'static str) -> Response<Body> {
    with(answer(status, "text/html; charset=utf-8", page), CONTENT_SECURITY_POLICY, policy)
}

fn wrong_method() -> Response<Body> {
    text(StatusCode::METHOD_NOT_ALLOWED, "wrong method for this page")
}

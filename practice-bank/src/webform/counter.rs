//! Where certificates are picked up: the receipt, the form for reference and PIN, and what it is answered with.

use std::sync::Arc;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{Request, Response, StatusCode, body::Incoming};

use super::{
    BODY_LIMIT, always, cookie,
    fields::{self, Breach, Enctype, Pairs},
    html, lost,
    markup::Quirks,
    out_of_order, page,
    sessions::{Form, Issued, Sessions, Variant},
    tell, wait, with_cookie,
};
use crate::{
    office::Office,
    pickup::Claimed,
    refusal::Verdict,
    reply::{About, Body, Broken, Reply},
};

pub(super) const START: &str = "/sscm//client/userPickup.htm";
pub(super) const CLAIM: &str = "/sscm//cgi-bin/userPickup.exe";

/// The certificate is made and laid ready; the customer gets a number.
pub(super) fn receipt(office: &Office, about: &Option<About>, form: &Form) -> Response<Body> {
    match about.as_ref().map(|about| office.lay_ready(&about.0)).transpose() {
        Ok(Some(Some(reference))) => html(StatusCode::OK, &page::receipt(&reference), &form.quirks),
        Ok(_) => html(StatusCode::INTERNAL_SERVER_ERROR, &page::out_of_order(), &form.quirks),
        Err(error) => out_of_order(&error),
    }
}

/// A form that is good for one answer.
pub(super) fn start(office: &Office, sessions: &Sessions, query: &str) -> Response<Body> {
    let Some(variant) = Variant::at(query) else { return lost(office, StatusCode::NOT_FOUND) };
    let quirks = Quirks::of_forms(|oddity| office.oddities.shows(oddity));
    let form = match Form::of_page(variant, quirks, "userPickup") {
        Ok(form) => form,
        Err(error) => return out_of_order(&error),
    };
    let response = html(StatusCode::OK, &page::counter(&form), &form.quirks);
    match sessions.counters.keep(form) {
        Ok(cookie) => with_cookie(response, &cookie),
        Err(error) => out_of_order(&error),
    }
}

/// Reference and PIN.
pub(super) async fn claim(office: &Arc<Office>, sessions: &Sessions, request: Request<Incoming>) -> Reply {
    let (parts, body) = request.into_parts();
    let form = cookie(&parts.headers).and_then(|cookie| sessions.counters.take(&cookie));
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(_) => return Err(Broken),
    };
    let (Some(form), Some(body)) = (form, body) else {
        return Ok(html(StatusCode::OK, &page::changed(), &always(office)));
    };
    let pairs = fields::read(&parts.headers, &body, Enctype::of(&form));
    match pairs.and_then(|pairs| Ok((entered(&form, &pairs)?, pairs))) {
        Ok((entered, pairs)) => decide(office, sessions, form, entered, pairs).await,
        Err(_) => Ok(html(StatusCode::OK, &page::changed(), &form.quirks)),
    }
}

/// What was typed; never printed.
struct Entered {
    reference: String,
    pin: String,
}

/// Every input once and as it was given out, nothing else, and no spaces around what was typed.
fn entered(form: &Form, pairs: &Pairs) -> Result<Entered, Breach> {
    let is_hidden = |name: &str| form.hidden.iter().any(|(hidden, _)| hidden == name);
    let (hidden, filled): (Pairs, Pairs) = pairs.iter().cloned().partition(|(name, _)| is_hidden(name));
    let [(first, reference), (second, pin), (button, pressed)] =
        <[_; 3]>::try_from(filled).map_err(|_| Breach::Changed)?;
    let names = (first.as_str(), second.as_str(), button.as_str(), pressed.as_str());
    let is_typed = |text: &String| !text.is_empty() && text.trim() == text;
    let fits = hidden == form.hidden && names == ("uketsuke", "pin", "btn", page::TAKE);
    if fits && is_typed(&reference) && is_typed(&pin) { Ok(Entered { reference, pin }) } else { Err(Breach::Changed) }
}

async fn decide(office: &Arc<Office>, sessions: &Sessions, form: Form, entered: Entered, sent: Pairs) -> Reply {
    let backstage = office.clone();
    let claimed = tokio::task::spawn_blocking(move || backstage.pick_up(&entered.reference, &entered.pin)).await;
    let quirks = &form.quirks;
    let (account, decision) = match claimed {
        Ok(Ok(Claimed::Decided { account, decision })) => (account, decision),
        Ok(Ok(Claimed::NotReady)) => return Ok(html(StatusCode::OK, &page::not_ready(), quirks)),
        Ok(Ok(Claimed::WrongPin { tries_left })) => {
            return Ok(html(StatusCode::OK, &page::wrong_pin(tries_left), quirks));
        }
        Ok(Ok(Claimed::PinLocked)) => return Ok(html(StatusCode::OK, &page::pin_locked(), quirks)),
        Ok(Err(error)) => return Ok(out_of_order(&error)),
        Err(_) => return Ok(html(StatusCode::INTERNAL_SERVER_ERROR, &page::out_of_order(), quirks)),
    };
    let about = About(account);
    let mut response = match Verdict::from(decision) {
        Verdict::Issued { chain, fault } => {
            wait(office, sessions, &form, Issued { chain, fault, about: Some(about.clone()) })
        }
        verdict => tell(office, verdict, quirks, &sent).await,
    };
    response.extensions_mut().insert(about);
    Ok(response)
}

//! The way out of a company's network: which proxy stands in the way, and what it is told.
//!
//! A proxy is told `CONNECT host:port` and, where it asks, who the user of this PC is. Nothing of the bank's is said to it.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::header::HeaderValue;
use rustls::pki_types::ServerName;
use url::Url;
use zeroize::Zeroizing;

use super::{Basic, ConnectError};
use crate::domain::Endpoint;

/// Stopped at the network exit on this side: the server was not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyStop {
    pub proxy: Endpoint,
    pub reason: StopReason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// It answered CONNECT with this status.
    Refused(u16),
    NoAnswer,
    /// Its certificate does not lead to a root of this PC.
    NotTrusted,
    /// It only lets in by these schemes, of which this program knows none.
    OtherLogin(Vec<String>),
    /// It is none that speaks HTTP.
    OtherKind(String),
}

/// The proxy asks who is there (407, Basic).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginDemand {
    pub proxy: Endpoint,
    /// What it calls itself.
    pub realm: Option<String>,
    /// The login that it has just turned down.
    pub tried: Tried,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    Nothing,
    /// The one in the proxy's address in the environment.
    Configured,
    /// The one that was typed in this run.
    Typed,
}

/// Which proxies there are.
#[derive(Debug, Clone)]
pub struct Proxies(Arc<Matcher>);

impl Proxies {
    /// `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, also in small letters.
    pub fn from_environment() -> Self {
        Self(Arc::new(Matcher::from_env()))
    }

    /// The one with this address, for everything.
    pub fn always(address: &str) -> Self {
        Self(Arc::new(Matcher::builder().all(address).build()))
    }

    /// The one that stands before `url`, with the login that it is told.
    pub(super) fn towards(&self, url: &Url, login: &ProxyLogin) -> Option<Proxy> {
        let uri = url.as_str().parse::<Uri>().ok()?;
        self.0.intercept(&uri).map(|found| Proxy::new(found, login.get()))
    }
}

/// What was typed for the proxy in this run; in memory only, shared by every connection.
#[derive(Debug, Default)]
pub(super) struct ProxyLogin(Mutex<Option<Basic>>);

impl ProxyLogin {
    pub(super) fn set(&self, login: Option<Basic>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = login;
    }

    /// What was typed is forgotten: said again and again, it would lock its account.
    pub(super) fn turned_down(&self, tried: Tried) {
        if tried == Tried::Typed {
            self.set(None);
        }
    }

    fn get(&self) -> Option<Basic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One proxy, and what it is told about the user of this PC.
pub(super) struct Proxy {
    found: Intercept,
    login: Option<HeaderValue>,
    tried: Tried,
}

impl Proxy {
    /// What was typed goes before what stands in the environment: it is newer.
    fn new(found: Intercept, typed: Option<Basic>) -> Self {
        let (login, tried) = match (typed, found.basic_auth()) {
            (Some(typed), _) => (proxy_authorization(&typed), Tried::Typed),
            (None, Some(configured)) => (Some(configured.clone()), Tried::Configured),
            (None, None) => (None, Tried::Nothing),
        };
        Self { found, login, tried }
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        let uri = self.found.uri();
        let port = uri.port_u16().unwrap_or(if self.is_secure() { 443 } else { 80 });
        Endpoint { host: uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned(), port }
    }

    pub(super) fn is_secure(&self) -> bool {
        self.found.uri().scheme_str() == Some("https")
    }

    /// Whom TLS is spoken with on the way, if at all.
    pub(super) fn tls_name(&self) -> Option<ServerName<'static>> {
        if self.is_secure() { ServerName::try_from(self.endpoint().host).ok() } else { None }
    }

    pub(super) fn login(&self) -> Option<HeaderValue> {
        self.login.clone()
    }

    pub(super) fn tried(&self) -> Tried {
        self.tried
    }

    /// As the HTTP client takes it.
    pub(super) fn for_client(&self) -> Result<reqwest::Proxy, ConnectError> {
        let scheme = self.found.uri().scheme_str().unwrap_or("http");
        let other_kind = || self.stop(StopReason::OtherKind(scheme.to_owned()));
        if !matches!(scheme, "http" | "https") {
            return Err(other_kind());
        }
        let proxy = reqwest::Proxy::all(self.found.uri().to_string()).map_err(|_| other_kind())?;
        Ok(match self.login() {
            Some(login) => proxy.custom_http_auth(login),
            None => proxy,
        })
    }

    pub(super) fn stop(&self, reason: StopReason) -> ConnectError {
        ConnectError::ProxyStopped(ProxyStop { proxy: self.endpoint(), reason })
    }
}

/// The value of `Proxy-Authorization` (RFC 7617).
fn proxy_authorization(login: &Basic) -> Option<HeaderValue> {
    let pair = Zeroizing::new(format!("{}:{}", login.user.reveal(), login.password.reveal()));
    let value = Zeroizing::new(format!("Basic {}", BASE64_STANDARD.encode(pair.as_bytes())));
    let mut header = HeaderValue::from_str(&value).ok()?;
    header.set_sensitive(true);
    Some(header)
}

impl fmt::Display for LoginDemand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { proxy, tried, .. } = self;
        match tried {
            Tried::Nothing => write!(f, "the proxy {proxy} asks for a user and a password"),
            Tried::Configured => write!(f, "the proxy {proxy} refused the user and password of the environment"),
            Tried::Typed => write!(f, "the proxy {proxy} refused this user and password"),
        }
    }
}

impl fmt::Display for ProxyStop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { proxy, reason } = self;
        match reason {
            StopReason::Refused(status) => write!(f, "the proxy {proxy} refused with {status}"),
            StopReason::NoAnswer => write!(f, "the proxy {proxy} does not answer"),
            StopReason::NotTrusted => write!(f, "the proxy {proxy} has no certificate that this PC trusts"),
            StopReason::OtherLogin(schemes) => write!(f, "the proxy {proxy} only offers: {}", schemes.join(", ")),
            StopReason::OtherKind(scheme) => write!(f, "the proxy {proxy} speaks {scheme}, not HTTP"),
        }
    }
}

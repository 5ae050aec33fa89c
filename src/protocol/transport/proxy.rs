//! The way out of a company's network: which proxy stands in the way, what it is told, and what it said.
//!
//! A proxy is told `CONNECT host:port` and, where it asks, who the user of this PC is. Nothing of the bank's is said to it.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use http_body_util::Empty;
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Bytes, Incoming},
    client::conn::http1,
    header::{self, HeaderValue},
};
use hyper_util::{
    client::proxy::matcher::{Intercept, Matcher},
    rt::TokioIo,
};
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::{
    Basic, ConnectError, challenge,
    driver::Driver,
    header as headers,
    progress::Progress,
    system_trust,
    wire::{self, Wire},
};
use crate::domain::{Clock, Endpoint};

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

    /// The one that stands before `url`.
    pub(super) fn towards(&self, url: &Uri) -> Option<Proxy> {
        self.0.intercept(url).map(Proxy)
    }
}

/// What was typed for the proxy in this run; in memory only, shared by every connection.
#[derive(Debug, Default)]
pub(super) struct ProxyLogin(Mutex<Option<Basic>>);

impl ProxyLogin {
    pub(super) fn set(&self, login: Option<Basic>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = login;
    }

    fn get(&self) -> Option<Basic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub(super) struct Proxy(Intercept);

impl Proxy {
    pub(super) fn endpoint(&self) -> Endpoint {
        let uri = self.0.uri();
        let port = uri.port_u16().unwrap_or(if self.is_secure() { 443 } else { 80 });
        Endpoint { host: uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned(), port }
    }

    fn is_secure(&self) -> bool {
        self.0.uri().scheme_str() == Some("https")
    }

    /// A tunnel to `server`.
    pub(super) async fn tunnel(
        &self,
        server: &Endpoint,
        login: &ProxyLogin,
        clock: Arc<dyn Clock>,
        progress: &Progress,
    ) -> Result<Wire, ConnectError> {
        progress.asks_proxy(self.endpoint());
        let wire = self.reach(clock).await?;
        let (authorization, tried) = self.authorization(login);
        let (driver, response) = self.ask(wire, server, authorization).await.ok_or_else(|| self.no_answer())?;
        match response.status() {
            status if status.is_success() => {
                let tunnel = hyper::upgrade::on(response).await.map_err(|_| self.no_answer())?;
                driver.finish().await;
                progress.is_through();
                Ok(Box::new(TokioIo::new(tunnel)))
            }
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                if tried == Tried::Typed {
                    login.set(None); // said again and again, it would lock its account
                }
                Err(self.demand(&headers::texts(response.headers(), header::PROXY_AUTHENTICATE), tried))
            }
            status => Err(self.stop(StopReason::Refused(status.as_u16()))),
        }
    }

    async fn reach(&self, clock: Arc<dyn Clock>) -> Result<Wire, ConnectError> {
        let scheme = self.0.uri().scheme_str().unwrap_or("http");
        if !matches!(scheme, "http" | "https") {
            return Err(self.stop(StopReason::OtherKind(scheme.to_owned())));
        }
        let endpoint = self.endpoint();
        let tcp = wire::connect(&endpoint).await.map_err(|_| self.no_answer())?;
        if !self.is_secure() {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(endpoint.host).map_err(|_| self.stop(StopReason::NotTrusted))?;
        let config = system_trust::client(clock).ok_or_else(|| self.stop(StopReason::NotTrusted))?;
        match TlsConnector::from(Arc::new(config)).connect(name, tcp).await {
            Ok(tls) => Ok(Box::new(tls)),
            Err(error) if wire::is_bad_certificate(&error) => Err(self.stop(StopReason::NotTrusted)),
            Err(_) => Err(self.no_answer()),
        }
    }

    /// What was typed goes before what stands in the environment: it is newer.
    fn authorization(&self, login: &ProxyLogin) -> (Option<HeaderValue>, Tried) {
        match (login.get(), self.0.basic_auth()) {
            (Some(typed), _) => (typed.header(), Tried::Typed),
            (None, Some(configured)) => (Some(configured.clone()), Tried::Configured),
            (None, None) => (None, Tried::Nothing),
        }
    }

    async fn ask(
        &self,
        wire: Wire,
        server: &Endpoint,
        authorization: Option<HeaderValue>,
    ) -> Option<(Driver, Response<Incoming>)> {
        let (mut sender, connection) = http1::handshake(TokioIo::new(wire)).await.ok()?;
        let driver = Driver::start(connection.with_upgrades());
        let target = server.to_string();
        let mut request = Request::builder().method(Method::CONNECT).uri(&target).header(header::HOST, &target);
        if let Some(mut authorization) = authorization {
            authorization.set_sensitive(true);
            request = request.header(header::PROXY_AUTHORIZATION, authorization);
        }
        let response = sender.send_request(request.body(Empty::<Bytes>::new()).ok()?).await.ok()?;
        Some((driver, response))
    }

    fn demand(&self, challenges: &[String], tried: Tried) -> ConnectError {
        let offered = challenge::schemes(challenges);
        match offered.iter().find(|scheme| scheme.name.eq_ignore_ascii_case("basic")) {
            Some(basic) => {
                ConnectError::ProxyWantsLogin(LoginDemand { proxy: self.endpoint(), realm: basic.realm.clone(), tried })
            }
            None => {
                let names = offered.into_iter().map(|scheme| scheme.name).collect();
                self.stop(StopReason::OtherLogin(names))
            }
        }
    }

    fn no_answer(&self) -> ConnectError {
        self.stop(StopReason::NoAnswer)
    }

    fn stop(&self, reason: StopReason) -> ConnectError {
        ConnectError::ProxyStopped(ProxyStop { proxy: self.endpoint(), reason })
    }
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

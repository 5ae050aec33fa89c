//! Why a proxy made no way: the HTTP client keeps its answer to itself, so it is asked once more.

use std::{io, sync::Arc};

use hyper::{
    Method, Request,
    client::conn::http1,
    header::{self, HeaderValue},
};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::TlsConnector;

use super::{
    ConnectError, challenge, header as headers,
    proxy::{LoginDemand, Proxy, StopReason},
    system_trust,
};
use crate::domain::{Clock, Endpoint};

/// What the proxy says to CONNECT.
struct Answer {
    status: u16,
    /// Every `Proxy-Authenticate` header.
    challenges: Vec<String>,
}

/// One CONNECT and no more, with this login.
pub(super) async fn ask(
    proxy: &Proxy,
    server: &Endpoint,
    login: Option<HeaderValue>,
    clock: Arc<dyn Clock>,
) -> ConnectError {
    match reach(proxy, server, login, clock).await {
        Ok(Answer { status: 407, challenges }) => demand(proxy, &challenges),
        // Now it makes way: whatever it was is over, and the next try goes through.
        Ok(Answer { status: 200..300, .. }) => proxy.stop(StopReason::NoAnswer),
        Ok(Answer { status, .. }) => proxy.stop(StopReason::Refused(status)),
        Err(reason) => proxy.stop(reason),
    }
}

async fn reach(
    proxy: &Proxy,
    server: &Endpoint,
    login: Option<HeaderValue>,
    clock: Arc<dyn Clock>,
) -> Result<Answer, StopReason> {
    let Endpoint { host, port } = proxy.endpoint();
    let tcp = TcpStream::connect((host.as_str(), port)).await.map_err(|_| StopReason::NoAnswer)?;
    let answer = if proxy.is_secure() {
        let name = ServerName::try_from(host).map_err(|_| StopReason::NotTrusted)?;
        let config = system_trust::client(clock).ok_or(StopReason::NotTrusted)?;
        let tls = TlsConnector::from(Arc::new(config)).connect(name, tcp).await.map_err(|error| why(&error))?;
        connect(tls, server, login).await
    } else {
        connect(tcp, server, login).await
    };
    answer.ok_or(StopReason::NoAnswer)
}

fn why(error: &io::Error) -> StopReason {
    match error.get_ref().and_then(|cause| cause.downcast_ref()) {
        Some(rustls::Error::InvalidCertificate(_)) => StopReason::NotTrusted,
        _ => StopReason::NoAnswer,
    }
}

async fn connect(
    wire: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    server: &Endpoint,
    login: Option<HeaderValue>,
) -> Option<Answer> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(wire)).await.ok()?;
    let mut driver = JoinSet::new(); // ends with this function
    driver.spawn(connection);
    let target = server.to_string();
    let mut request = Request::builder().method(Method::CONNECT).uri(&target).header(header::HOST, &target);
    if let Some(login) = login {
        request = request.header(header::PROXY_AUTHORIZATION, login);
    }
    let answer = sender.send_request(request.body(String::new()).ok()?).await.ok()?;
    let challenges = headers::texts(answer.headers(), header::PROXY_AUTHENTICATE);
    Some(Answer { status: answer.status().as_u16(), challenges })
}

fn demand(proxy: &Proxy, challenges: &[String]) -> ConnectError {
    let offered = challenge::schemes(challenges);
    match offered.iter().find(|scheme| scheme.name.eq_ignore_ascii_case("basic")) {
        Some(basic) => {
            let (realm, tried) = (basic.realm.clone(), proxy.tried());
            ConnectError::ProxyWantsLogin(LoginDemand { proxy: proxy.endpoint(), realm, tried })
        }
        None => proxy.stop(StopReason::OtherLogin(offered.into_iter().map(|scheme| scheme.name).collect())),
    }
}

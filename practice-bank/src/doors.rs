//! Four listeners, one way to serve them.

use std::{convert::Infallible, future::Future, net::TcpListener as StdListener, sync::Arc};

use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::pki_types::CertificateDer;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    est,
    holder::Holder,
    office::Office,
    portal,
    reply::{About, Reply},
    spelling::Spelt,
    webform,
};

/// Which listener a request came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Est,
    Portal,
    Login,
    WebForm,
}

impl Door {
    fn name(self) -> &'static str {
        match self {
            Self::Est => "est",
            Self::Portal => "portal",
            Self::Login => "login",
            Self::WebForm => "webform",
        }
    }
}

/// One listener with what its requests need.
pub(crate) struct Entrance {
    pub door: Door,
    pub listener: StdListener,
    pub tls: Option<TlsAcceptor>,
    pub office: Arc<Office>,
    pub site: Arc<portal::Site>,
}

/// Somebody came in.
#[derive(Clone)]
struct Visit {
    door: Door,
    office: Arc<Office>,
    site: Arc<portal::Site>,
    shown: Option<CertificateDer<'static>>,
}

/// Serves all entrances until `closing` is done; open connections are dropped then.
pub(crate) async fn serve(entrances: Vec<Entrance>, closing: impl Future<Output = ()>) {
    let mut doors = JoinSet::new();
    for entrance in entrances {
        doors.spawn(keep_open(entrance));
    }
    closing.await;
}

async fn keep_open(entrance: Entrance) -> Option<Infallible> {
    let listener = TcpListener::from_std(entrance.listener).ok()?;
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let visit = Visit {
                    door: entrance.door,
                    office: entrance.office.clone(),
                    site: entrance.site.clone(),
                    shown: None,
                };
                connections.spawn(welcome(stream, entrance.tls.clone(), visit));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// TLS first, where the door has it; who fails there never reaches HTTP.
async fn welcome(stream: TcpStream, tls: Option<TlsAcceptor>, mut visit: Visit) {
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        return converse(stream, visit).await;
    };
    match tls.accept(stream).await {
        Ok(stream) => {
            let (_, session) = stream.get_ref();
            visit.shown =
                session.peer_certificates().and_then(|chain| chain.first()).map(|leaf| leaf.clone().into_owned());
            converse(stream, visit).await;
        }
        Err(_) => visit.office.log.line(visit.door.name(), "-", "-", "no-handshake", "-"),
    }
}

async fn converse<S>(stream: S, visit: Visit)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| answer(visit.clone(), request));
    // An error here is the other side leaving, or a connection broken off on purpose.
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).title_case_headers(true);
    let _ = http.serve_connection(TokioIo::new(Spelt(stream)), service).await;
}

async fn answer(visit: Visit, request: Request<Incoming>) -> Reply {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let shown = visit.shown.as_deref().and_then(Holder::read);
    let reply = match visit.door {
        Door::Est => est::serve(&visit.office, shown, request).await,
        Door::Portal => Ok(portal::open(&visit.site, &visit.office, request).await),
        Door::WebForm => webform::serve(&visit.office, &visit.site.sessions, request).await,
        Door::Login => Ok(portal::guarded(&visit.office, shown, request).await),
    };
    let (status, account) = match &reply {
        Ok(response) => {
            (response.status().as_str().to_owned(), response.extensions().get::<About>().map(|about| about.0.clone()))
        }
        Err(_) => ("dropped".to_owned(), None),
    };
    visit.office.log.line(visit.door.name(), method.as_str(), &path, &status, account.as_deref().unwrap_or("-"));
    reply
}

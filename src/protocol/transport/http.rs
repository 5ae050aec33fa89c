//! HTTP by reqwest, TLS by rustls with the profile's own roots.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header,
};
use rustls::{
    ClientConfig, RootCertStore,
    client::{Resumption, WebPkiServerVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::CertificateDer,
    version::{TLS12, TLS13},
};
use tower::{BoxError, Layer, Service};

use super::{
    super::{ClientIdentity, Connected},
    ConnectError, LostCause, MAX_BODY, Method, Request, Response, Transport, TransportError,
    client_auth::OneIdentity,
    header as headers,
    peer::PeerVerifier,
    progress::Progress,
};
use crate::domain::{Certificate, SpkiHash};

/// One connection per exchange, made for it and closed after it.
pub struct HttpTransport {
    provider: Arc<CryptoProvider>,
    roots: Arc<WebPkiServerVerifier>,
}

/// The profile's TLS anchors cannot be used as such.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the roots of the web servers cannot be used: {0}")]
pub struct AnchorError(String);

impl HttpTransport {
    pub fn new(tls_anchors: &[Certificate]) -> Result<Self, AnchorError> {
        let provider = Arc::new(ring::default_provider());
        let mut store = RootCertStore::empty();
        for anchor in tls_anchors {
            let der = CertificateDer::from(anchor.der().to_vec());
            store.add(der).map_err(|error| AnchorError(error.to_string()))?;
        }
        let roots = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone())
            .build()
            .map_err(|error| AnchorError(error.to_string()))?;
        Ok(Self { provider, roots })
    }

    fn tls(
        &self,
        pin: Option<SpkiHash>,
        identity: Option<&ClientIdentity>,
        progress: &Arc<Progress>,
    ) -> Result<ClientConfig, ConnectError> {
        let verifier = PeerVerifier { roots: self.roots.clone(), pin, progress: progress.clone() };
        let builder = ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|_| ConnectError::TlsFailed)?
            .dangerous() // rustls calls every verifier so that is not its own; ours asks webpki first
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(OneIdentity::new(identity))),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.resumption = Resumption::disabled(); // a resumed session would skip the verifier
        Ok(config)
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpTransport")
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn exchange(&self, mut request: Request) -> Result<Response, TransportError> {
        let progress = Arc::new(Progress::default());
        let tls = self.tls(request.pin, request.identity.as_ref(), &progress)?;
        let gate = Gate { hook: Hook::new(request.connected.take()), progress: progress.clone() };
        let client = client(tls, gate)?;
        let deadline = request.deadline;
        let exchange = send(&client, request, &progress);
        tokio::time::timeout(deadline, exchange).await.unwrap_or_else(|_| Err(progress.timed_out()))
    }
}

fn client(tls: ClientConfig, gate: Gate) -> Result<reqwest::Client, ConnectError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(true)
        .http1_only()
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .dns_resolver(Names(gate.progress.clone()))
        .connector_layer(gate)
        .build()
        .map_err(|_| ConnectError::TlsFailed)
}

async fn send(client: &reqwest::Client, request: Request, progress: &Progress) -> Result<Response, TransportError> {
    let mut outgoing = match request.method {
        Method::Get => client.get(request.url),
        Method::Post { content_type, headers, body } => {
            let post = client.post(request.url).header(header::CONTENT_TYPE, content_type).body(body);
            headers.into_iter().fold(post, |post, (name, value)| post.header(name, value))
        }
    };
    if let Some(basic) = &request.basic {
        outgoing = outgoing.basic_auth(basic.user.reveal(), Some(basic.password.reveal()));
    }
    if let Some(cookies) = request.cookies {
        outgoing = outgoing.header(header::COOKIE, cookies);
    }
    let answer = outgoing.send().await.map_err(|error| progress.explain(&error))?;
    receive(answer, progress).await
}

async fn receive(mut answer: reqwest::Response, progress: &Progress) -> Result<Response, TransportError> {
    let received = answer.headers();
    let now = Timestamp::now();
    let mut response = Response {
        status: answer.status().as_u16(),
        // The verifier has run when there is an answer: only https addresses are asked.
        peer: progress.peer().ok_or(TransportError::Lost(LostCause::Cut))?,
        content_type: headers::text(received, header::CONTENT_TYPE),
        retry_after: headers::text(received, header::RETRY_AFTER).and_then(|text| headers::retry_after(&text, now)),
        date: headers::text(received, header::DATE).and_then(|text| headers::date(&text)),
        challenges: headers::texts(received, header::WWW_AUTHENTICATE),
        location: headers::text(received, header::LOCATION),
        set_cookies: headers::texts(received, header::SET_COOKIE),
        body: Vec::new(),
    };
    while let Some(chunk) = answer.chunk().await.map_err(|error| progress.explain(&error))? {
        if response.body.len() + chunk.len() > MAX_BODY {
            return Err(TransportError::Lost(LostCause::TooLarge));
        }
        response.body.extend_from_slice(&chunk);
    }
    Ok(response)
}

/// Names into addresses by the system; says so itself when there are none, since HTTP libraries only tell it in words.
struct Names(Arc<Progress>);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let progress = self.0.clone();
        Box::pin(async move {
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(addresses) => Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as Addrs),
                Err(error) => {
                    progress.failed(ConnectError::NameNotFound);
                    Err(error.into())
                }
            }
        })
    }
}

/// Stands between "connected" and "sent": opens once, after the hook has said yes.
#[derive(Clone)]
struct Gate {
    hook: Hook,
    progress: Arc<Progress>,
}

/// What has to happen before the first byte, and whether it has.
#[derive(Clone)]
struct Hook(Arc<Mutex<Turn>>);

enum Turn {
    Waiting(Option<Connected>),
    Over,
}

impl Hook {
    fn new(connected: Option<Connected>) -> Self {
        Self(Arc::new(Mutex::new(Turn::Waiting(connected))))
    }

    /// Runs the hook. A second connection of the same exchange is never let through, whoever asked for it.
    fn run(&self) -> Result<(), ConnectError> {
        let mut turn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *turn, Turn::Over) {
            Turn::Waiting(hook) => hook.map_or(Ok(()), |hook| hook()),
            Turn::Over => Err(ConnectError::Unreachable),
        }
    }
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, connector: S) -> Gated<S> {
        Gated { connector, gate: self.clone() }
    }
}

#[derive(Clone)]
struct Gated<S> {
    connector: S,
    gate: Gate,
}

impl<S, T> Service<T> for Gated<S>
where
    S: Service<T, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: T) -> Self::Future {
        let connecting = self.connector.call(target);
        let gate = self.gate.clone();
        Box::pin(async move {
            let connection = connecting.await?; // TCP, proxy and TLS
            gate.hook.run().inspect_err(|error| gate.progress.failed(error.clone()))?;
            gate.progress.may_send();
            Ok(connection)
        })
    }
}

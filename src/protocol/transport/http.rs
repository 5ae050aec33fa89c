//! HTTP/1.1 by hyper, TLS by rustls with the profile's own roots, over a connection made step by step.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Uri,
    body::{Bytes, Incoming},
    client::conn::http1,
    header::{self, HeaderValue},
};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use rustls::{
    ClientConfig, RootCertStore,
    client::{Resumption, WebPkiServerVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};
use tokio_rustls::TlsConnector;
use url::{Position, Url};
use zeroize::Zeroizing;

use super::{
    super::ClientIdentity,
    Basic, ConnectError, LostCause, MAX_BODY, Method, Request, Response, Transport, TransportError,
    client_auth::OneIdentity,
    driver::Driver,
    header as headers,
    peer::PeerVerifier,
    progress::{Progress, lost},
    proxy::{Proxies, ProxyLogin},
    system_trust::PortTime,
    wire::{self, Wire},
};
use crate::domain::{Certificate, Clock, Endpoint, SpkiHash, SystemClock};

/// One connection per exchange, made for it and closed after it.
pub struct HttpTransport {
    provider: Arc<CryptoProvider>,
    roots: Arc<WebPkiServerVerifier>,
    proxies: Proxies,
    proxy_login: ProxyLogin,
    clock: Arc<dyn Clock>,
}

/// The profile's TLS anchors cannot be used as such.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the roots of the web servers cannot be used: {0}")]
pub struct AnchorError(String);

impl HttpTransport {
    /// Over the proxies of the environment, by the clock of this PC.
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
        let proxies = Proxies::from_environment();
        Ok(Self { provider, roots, proxies, proxy_login: ProxyLogin::default(), clock: Arc::new(SystemClock) })
    }

    pub fn with_proxies(self, proxies: Proxies) -> Self {
        Self { proxies, ..self }
    }

    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    fn tls(
        &self,
        pin: Option<SpkiHash>,
        identity: Option<&ClientIdentity>,
        progress: &Arc<Progress>,
    ) -> Result<ClientConfig, ConnectError> {
        let verifier = PeerVerifier { roots: self.roots.clone(), pin, progress: progress.clone() };
        let time = Arc::new(PortTime(self.clock.clone()));
        let builder = ClientConfig::builder_with_details(self.provider.clone(), time)
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

    /// Connect, TLS, `connected`, and only then the first byte.
    async fn run(&self, request: Request, progress: &Arc<Progress>) -> Result<Response, TransportError> {
        let Request { url, method, basic, pin, identity, connected, .. } = request;
        let outgoing = outgoing(&url, method, basic.as_ref()).ok_or(ConnectError::NameNotFound)?;
        let config = self.tls(pin, identity.as_ref(), progress)?;
        let wire = self.connect(&url, config, progress).await?;
        if let Some(connected) = connected {
            connected()?;
        }
        progress.may_send();
        converse(wire, outgoing, progress).await
    }

    async fn connect(&self, url: &Url, config: ClientConfig, progress: &Progress) -> Result<Wire, ConnectError> {
        if url.scheme() != "https" {
            return Err(ConnectError::TlsFailed);
        }
        let server = Endpoint::of(url).ok_or(ConnectError::TlsFailed)?;
        let name = ServerName::try_from(server.host.clone()).map_err(|_| ConnectError::NameNotFound)?;
        let uri = url.as_str().parse::<Uri>().map_err(|_| ConnectError::NameNotFound)?;
        let wire: Wire = match self.proxies.towards(&uri) {
            Some(proxy) => proxy.tunnel(&server, &self.proxy_login, self.clock.clone(), progress).await?,
            None => Box::new(wire::connect(&server).await?),
        };
        let shaken = TlsConnector::from(Arc::new(config)).connect(name, wire).await;
        let tls = shaken.map_err(|error| progress.cause().unwrap_or_else(|| wire::unreachable_by(&error)))?;
        Ok(Box::new(tls))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpTransport")
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let progress = Arc::new(Progress::default());
        let deadline = request.deadline;
        let exchange = self.run(request, &progress);
        tokio::time::timeout(deadline, exchange).await.unwrap_or_else(|_| Err(progress.timed_out()))
    }

    fn log_in_at_proxy(&self, login: Basic) {
        self.proxy_login.set(Some(login));
    }
}

type Outgoing = hyper::Request<Full<Bytes>>;

/// As bytes for the wire. `None` cannot come of an https address and the headers of this program.
fn outgoing(url: &Url, method: Method, basic: Option<&Basic>) -> Option<Outgoing> {
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let target = &url[Position::BeforePath..Position::AfterQuery];
    let builder = hyper::Request::builder().uri(target).header(header::HOST, host).header(header::ACCEPT, "*/*");
    let (mut builder, body) = match method {
        Method::Get => (builder.method(hyper::Method::GET), Vec::new()),
        Method::Post { content_type, headers, body } => {
            let post = builder.method(hyper::Method::POST).header(header::CONTENT_TYPE, content_type);
            (headers.into_iter().fold(post, |post, (name, value)| post.header(name, value)), body)
        }
    };
    if let Some(basic) = basic {
        builder = builder.header(header::AUTHORIZATION, basic.header()?);
    }
    builder.body(Full::new(Bytes::from(body))).ok()
}

async fn converse(wire: Wire, outgoing: Outgoing, progress: &Progress) -> Result<Response, TransportError> {
    let failed = |error: hyper::Error| TransportError::Lost(lost(&error));
    let (mut sender, connection) = http1::handshake(TokioIo::new(wire)).await.map_err(failed)?;
    let driver = Driver::start(connection);
    match sender.send_request(outgoing).await {
        Ok(answer) => receive(answer, progress).await,
        Err(error) => match (lost(&error), driver.finish().await) {
            (LostCause::Cut, Some(own)) => Err(failed(own)),
            (cause, _) => Err(TransportError::Lost(cause)),
        },
    }
}

impl Basic {
    /// The value of `Authorization` and `Proxy-Authorization` (RFC 7617).
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let pair = Zeroizing::new(format!("{}:{}", self.user.reveal(), self.password.reveal()));
        let value = Zeroizing::new(format!("Basic {}", BASE64_STANDARD.encode(pair.as_bytes())));
        let mut header = HeaderValue::from_str(&value).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

async fn receive(answer: hyper::Response<Incoming>, progress: &Progress) -> Result<Response, TransportError> {
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
        body: Vec::new(),
    };
    let mut body = answer.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| TransportError::Lost(lost(&error)))?;
        let Some(chunk) = frame.data_ref() else { continue };
        if response.body.len() + chunk.len() > MAX_BODY {
            return Err(TransportError::Lost(LostCause::TooLarge));
        }
        response.body.extend_from_slice(chunk);
    }
    Ok(response)
}

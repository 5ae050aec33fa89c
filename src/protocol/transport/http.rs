//! HTTP by reqwest, TLS by rustls with the profile's own roots.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header,
};
use rustls::{
    ClientConfig, RootCertStore,
    client::WebPkiServerVerifier,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};

use super::{
    Basic, ConnectError, LostCause, Method, Request, Response, Transport, TransportError,
    client_auth::OneIdentity,
    diagnosis,
    gate::Gate,
    header as headers,
    peer::PeerVerifier,
    progress::{Progress, asks_for_login},
    proxy::{Proxies, Proxy, ProxyLogin},
    sessions,
    system_trust::PortTime,
};
use crate::domain::{Certificate, Clock, Endpoint, SystemClock};

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
        request: &Request,
        proxy: Option<&Proxy>,
        progress: &Arc<Progress>,
    ) -> Result<ClientConfig, ConnectError> {
        let server = request.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let server = ServerName::try_from(server).map_err(|_| ConnectError::NameNotFound)?;
        let verifier = PeerVerifier {
            roots: self.roots.clone(),
            pin: request.pin,
            proxy: proxy.and_then(Proxy::tls_name),
            progress: progress.clone(),
        };
        let time = Arc::new(PortTime(self.clock.clone()));
        let builder = ClientConfig::builder_with_details(self.provider.clone(), time)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|_| ConnectError::TlsFailed)?
            .dangerous() // rustls calls every verifier so that is not its own; ours asks webpki first
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match &request.identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(OneIdentity::new(identity, progress.clone()))),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.resumption = sessions::none(server, progress.clone());
        Ok(config)
    }

    /// Proxy, connection, TLS, `connected`, and only then the first byte.
    async fn run(&self, mut request: Request, progress: &Arc<Progress>) -> Result<Response, TransportError> {
        if request.url.scheme() != "https" {
            return Err(ConnectError::TlsFailed.into());
        }
        let server = Endpoint::of(&request.url).ok_or(ConnectError::NameNotFound)?;
        let proxy = self.proxies.towards(&request.url, &self.proxy_login);
        if let Some(proxy) = &proxy {
            progress.asks_proxy(proxy);
        }
        let tls = self.tls(&request, proxy.as_ref(), progress)?;
        let gate = Gate::new(request.connected.take(), progress.clone());
        let client = client(tls, proxy.as_ref(), gate, progress.clone())?;
        match (outgoing(&client, request).send().await, proxy) {
            (Ok(answer), _) => receive(answer, progress).await,
            (Err(error), Some(proxy)) if progress.waits_at_proxy() => match progress.cause() {
                Some(cause) => Err(cause.into()),
                None => Err(self.diagnose(&proxy, &server, &error).await.into()),
            },
            (Err(error), _) => Err(progress.explain(&error)),
        }
    }

    /// The proxy made no way. A login that it has just turned down is not said again: it could lock its account.
    async fn diagnose(&self, proxy: &Proxy, server: &Endpoint, error: &reqwest::Error) -> ConnectError {
        let login = if asks_for_login(error) {
            self.proxy_login.turned_down(proxy.tried());
            None
        } else {
            proxy.login()
        };
        let cause = diagnosis::ask(proxy, server, login, self.clock.clone()).await;
        if let ConnectError::ProxyWantsLogin(demand) = &cause {
            self.proxy_login.turned_down(demand.tried);
        }
        cause
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
        let (deadline, torn) = (request.deadline, request.torn.clone());
        let exchange = self.run(request, &progress);
        let outcome = tokio::time::timeout(deadline, exchange).await.unwrap_or_else(|_| Err(progress.timed_out()));
        if let (Err(_), Some(torn), Some(begun)) = (&outcome, torn, progress.take_answer()) {
            let _ = torn.set(begun);
        }
        outcome
    }

    fn log_in_at_proxy(&self, login: Basic) {
        self.proxy_login.set(Some(login));
    }
}

fn client(
    tls: ClientConfig,
    proxy: Option<&Proxy>,
    gate: Gate,
    progress: Arc<Progress>,
) -> Result<reqwest::Client, ConnectError> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(true)
        .http1_only()
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy() // but the one that has been found
        .dns_resolver(Names(progress))
        .connector_layer(gate);
    if let Some(proxy) = proxy {
        builder = builder.proxy(proxy.for_client()?);
    }
    builder.build().map_err(|_| ConnectError::TlsFailed)
}

fn outgoing(client: &reqwest::Client, request: Request) -> reqwest::RequestBuilder {
    let outgoing = match request.method {
        Method::Get => client.get(request.url),
        Method::Post { content_type, headers, body } => {
            let post = client.post(request.url).header(header::CONTENT_TYPE, content_type).body(body);
            headers.into_iter().fold(post, |post, (name, value)| post.header(name, value))
        }
    };
    let outgoing = match &request.basic {
        Some(basic) => outgoing.basic_auth(basic.user.reveal(), Some(basic.password.reveal())),
        None => outgoing,
    };
    match request.cookies {
        Some(cookies) => outgoing.header(header::COOKIE, cookies),
        None => outgoing,
    }
}

async fn receive(mut answer: reqwest::Response, progress: &Progress) -> Result<Response, TransportError> {
    let received = answer.headers();
    let now = Timestamp::now();
    progress.answer_begins(Response {
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
    });
    while let Some(chunk) = answer.chunk().await.map_err(|error| progress.explain(&error))? {
        progress.answer_goes_on(&chunk)?;
    }
    progress.take_answer().ok_or(TransportError::Lost(LostCause::Cut))
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
                    if !progress.waits_at_proxy() {
                        progress.failed(ConnectError::NameNotFound); // otherwise it is the proxy's name
                    }
                    Err(error.into())
                }
            }
        })
    }
}

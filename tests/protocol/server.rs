//! A small TLS server on the loopback that does as it is told and writes down what it was sent.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
    version::{TLS12, TLS13},
};
use shirushi::domain::Certificate;
use url::Url;

use crate::make::{Recipe, keys};

/// What the server does with every connection.
#[derive(Clone)]
pub enum Act {
    /// Reads one request, writes these bytes, closes properly.
    Say(Vec<u8>),
    /// Says them with another key, as another server of the same name would.
    SayAsSomebodyElse(Vec<u8>),
    /// Reads one request, writes these bytes, and is gone without a goodbye.
    SayAndVanish(Vec<u8>),
    /// Reads and never answers.
    StaySilent,
    /// Accepts and never speaks TLS.
    NeverShakeHands,
    /// Speaks something else than TLS.
    SpeakPlainly,
}

impl Act {
    fn with_port(&self, port: u16) -> Self {
        match self {
            Self::Say(bytes) => match bytes.windows(4).position(|four| four == b"PORT") {
                Some(at) => Self::Say([&bytes[..at], port.to_string().as_bytes(), &bytes[at + 4..]].concat()),
                None => self.clone(),
            },
            other => other.clone(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clients {
    Anybody,
    /// Only those with a certificate from the issuer's root.
    Certified,
    /// The same, and TLS 1.2 only.
    CertifiedInTls12,
}

pub struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    /// By the number of the connection: one that ends late is still in its place.
    received: Receiver<(usize, Vec<u8>)>,
}

impl Server {
    pub fn start(act: Act) -> Self {
        Self::with(&Recipe::server().make(), Clients::Anybody, act)
    }

    /// One act per connection; the last one for all that follow.
    /// `PORT` in what they say is the server's own.
    pub fn in_turn(acts: Vec<Act>) -> Self {
        Self::open(&Recipe::server().make(), Clients::Anybody, acts)
    }

    pub fn with(certificate: &Certificate, clients: Clients, act: Act) -> Self {
        Self::open(certificate, clients, vec![act])
    }

    fn open(certificate: &Certificate, clients: Clients, acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = Arc::new(config(certificate, keys().server.pkcs8(), clients));
        let stranger = Recipe { key: &keys().stranger, ..Recipe::server() }.make();
        let strangers = Arc::new(config(&stranger, keys().stranger.pkcs8(), clients));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let (sender, received) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let act = acts[number.min(acts.len() - 1)].with_port(port);
                let config = if matches!(act, Act::SayAsSomebodyElse(_)) { &strangers } else { &own };
                let (config, sender) = (config.clone(), sender.clone());
                thread::spawn(move || sender.send((number, serve(stream.unwrap(), config, &act))));
            }
        });
        Self { port, connections, received }
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("https://localhost:{}{path}", self.port)).unwrap()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The application bytes of the one connection there was; fails when there were more.
    pub fn only_conversation(&self) -> String {
        let [bytes] = <[Vec<u8>; 1]>::try_from(self.conversations()).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The application bytes of every connection there was, in their order.
    pub fn conversations(&self) -> Vec<Vec<u8>> {
        let mut all = vec![self.received.recv_timeout(Duration::from_secs(20)).unwrap()];
        while all.len() < self.connections() {
            all.push(self.received.recv_timeout(Duration::from_secs(20)).unwrap());
        }
        all.sort();
        all.into_iter().map(|(_, bytes)| bytes).collect()
    }
}

fn config(certificate: &Certificate, key: Vec<u8>, clients: Clients) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let versions = if clients == Clients::CertifiedInTls12 { &[&TLS12][..] } else { &[&TLS13, &TLS12] };
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions).unwrap();
    let builder = if clients == Clients::Anybody {
        builder.with_no_client_auth()
    } else {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(Recipe::root().make().der().to_vec())).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    };
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(key.into());
    builder.with_single_cert(chain, key).unwrap()
}

fn serve(mut tcp: TcpStream, config: Arc<ServerConfig>, act: &Act) -> Vec<u8> {
    match act {
        Act::NeverShakeHands => {
            let _ = tcp.read_to_end(&mut Vec::new());
            return Vec::new();
        }
        Act::SpeakPlainly => {
            // After the first byte: what comes together with a proxy's own answer is lost in the HTTP library.
            let _ = tcp.read_exact(&mut [0]);
            let _ = tcp.write_all(b"220 mail.example ready\r\n");
            let _ = tcp.read_to_end(&mut Vec::new());
            return Vec::new();
        }
        Act::Say(_) | Act::SayAsSomebodyElse(_) | Act::SayAndVanish(_) | Act::StaySilent => {}
    }
    let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), tcp);
    let request = read_request(&mut tls);
    match act {
        _ if request.is_empty() => farewell(&mut tls),
        Act::Say(answer) | Act::SayAsSomebodyElse(answer) => {
            let _ = tls.write_all(answer);
            tls.conn.send_close_notify();
            farewell(&mut tls);
        }
        Act::SayAndVanish(answer) => {
            let _ = tls.write_all(answer).and_then(|()| tls.flush());
            let _ = tls.sock.shutdown(Shutdown::Both);
        }
        _ => {
            let _ = tls.read_to_end(&mut Vec::new());
        }
    }
    request
}

/// Sends what is left to send (an alert, a goodbye) and waits for the other side, so that nothing is lost to a reset.
fn farewell(tls: &mut StreamOwned<ServerConnection, TcpStream>) {
    while tls.conn.wants_write() && tls.conn.write_tls(&mut tls.sock).is_ok() {}
    let _ = tls.sock.shutdown(Shutdown::Write);
    let _ = tls.sock.read_to_end(&mut Vec::new());
}

/// One request with its body, or what there was of it.
fn read_request(tls: &mut impl Read) -> Vec<u8> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&request) {
        match tls.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&chunk[..read]),
        }
    }
    request
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// An HTTP answer with its length.
pub fn http(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    [format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

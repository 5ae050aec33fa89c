//! A small real proxy on the loopback: it hears CONNECT, may ask who is there, and passes bytes on.

#![allow(dead_code, clippy::unwrap_used)] // each test program uses its own part

use std::{
    net::TcpListener as Listener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// What the proxy makes of a CONNECT.
#[derive(Clone)]
pub enum Rule {
    /// Lets everybody through, in the words of an old Squid.
    Open,
    /// Lets through who shows `Basic` of this, in base64.
    Login(&'static str),
    /// The same, but the connection of this number, counted from 1, has to say it anew.
    LoginButAt(&'static str, usize),
    /// Says this head and nothing else.
    Say(&'static str),
    /// Says this head to the first and lets everybody else through.
    SayOnce(&'static str),
    /// Hears and never answers.
    KeepSilent,
}

const WHO_IS_THERE: &str = "407 Who is there\r\nProxy-Authenticate: Negotiate, Basic realm=\"Head office\"";

pub struct Proxy {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    certified: Arc<AtomicUsize>,
}

impl Proxy {
    pub fn start(rule: Rule) -> Self {
        Self::listen(rule, None)
    }

    /// One that is spoken to over TLS.
    pub fn secure(rule: Rule, config: ServerConfig) -> Self {
        Self::listen(rule, Some(TlsAcceptor::from(Arc::new(config))))
    }

    fn listen(rule: Rule, tls: Option<TlsAcceptor>) -> Self {
        let listener = Listener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::default());
        let certified = Arc::new(AtomicUsize::new(0));
        let (writes, counts) = (Arc::clone(&heard), Arc::clone(&certified));
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, rule, tls, writes, counts));
        });
        Self { port, heard, certified }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every head that it was sent, in order.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// How many have shown it a certificate of their own.
    pub fn certified(&self) -> usize {
        self.certified.load(Ordering::SeqCst)
    }
}

async fn serve(
    listener: Listener,
    rule: Rule,
    tls: Option<TlsAcceptor>,
    heard: Arc<Mutex<Vec<String>>>,
    certified: Arc<AtomicUsize>,
) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((tcp, _)) = listener.accept().await {
        let (rule, tls, heard) = (rule.clone(), tls.clone(), Arc::clone(&heard));
        let certified = Arc::clone(&certified);
        tokio::spawn(async move {
            match tls {
                None => tunnel(tcp, &rule, &heard).await,
                // Whoever does not trust the certificate is gone again.
                Some(tls) => match tls.accept(tcp).await {
                    Ok(tls) => {
                        certified
                            .fetch_add(usize::from(tls.get_ref().1.peer_certificates().is_some()), Ordering::SeqCst);
                        tunnel(tls, &rule, &heard).await
                    }
                    Err(_) => None,
                },
            }
        });
    }
}

async fn tunnel(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    rule: &Rule,
    heard: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    heard.lock().unwrap().push(head.clone());
    let count = heard.lock().unwrap().len();
    let knows = |login: &str| head.to_ascii_lowercase().contains(&format!("basic {login}\r\n").to_ascii_lowercase());
    let refusal = match rule {
        Rule::Open => None,
        Rule::SayOnce(_) if count > 1 => None,
        Rule::Login(login) if knows(login) => None,
        Rule::LoginButAt(login, nth) if knows(login) && count != *nth => None,
        Rule::Login(_) | Rule::LoginButAt(..) => Some(WHO_IS_THERE),
        Rule::Say(head) | Rule::SayOnce(head) => Some(*head),
        Rule::KeepSilent => {
            let _ = client.read_u8().await;
            return None;
        }
    };
    if let Some(refusal) = refusal {
        let answer = format!("HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n");
        return client.write_all(answer.as_bytes()).await.ok();
    }
    let mut server = TcpStream::connect(target).await.ok()?;
    client.write_all(b"HTTP/1.0 200 Connection established\r\n\r\n").await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}

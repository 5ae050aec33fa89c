//! A server that says what the input says, and remembers what it was asked.

use std::{
    collections::VecDeque,
    future::Future,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use shirushi::{
    domain::{PeerIdentity, SpkiHash},
    protocol::{
        Transport, TransportError,
        transport::{ConnectError, Method, Request, Response},
    },
};
use url::Url;

use super::fixture;

#[derive(Debug)]
pub struct Script {
    answers: Mutex<VecDeque<Response>>,
    asked: Mutex<Vec<Asked>>,
}

/// One request that was answered.
#[derive(Debug, Clone)]
pub struct Asked {
    pub url: Url,
    pub body: Vec<u8>,
    pub cookies: String,
    /// The journal was told before it.
    pub announced: bool,
}

impl Script {
    pub fn new(answers: impl IntoIterator<Item = Response>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() }
    }

    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.asked).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Transport for Script {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let Some(answer) = lock(&self.answers).pop_front() else { return Err(ConnectError::Unreachable.into()) };
        let announced = request.connected.is_some();
        if let Some(connected) = request.connected {
            connected()?;
        }
        let body = match request.method {
            Method::Get => Vec::new(),
            Method::Post { body, .. } => body,
        };
        lock(&self.asked).push(Asked {
            url: request.url,
            body,
            cookies: request.cookies.unwrap_or_default(),
            announced,
        });
        Ok(answer)
    }
}

pub fn server() -> SpkiHash {
    SpkiHash::of(b"the server")
}

pub fn response(status: u16, content_type: &str, body: &[u8]) -> Response {
    let fixture = fixture();
    Response {
        status,
        peer: PeerIdentity { key: server(), subject: "CN=localhost".into(), not_after: fixture.leaf.not_after() },
        content_type: (!content_type.is_empty()).then(|| content_type.to_owned()),
        retry_after: None,
        date: Some(fixture.issued_at),
        challenges: Vec::new(),
        location: None,
        set_cookies: Vec::new(),
        body: body.to_vec(),
    }
}

/// What comes at once. `None`: it waits, as a page asks for it that is refreshed in some seconds.
pub fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    }
    RUNTIME.with(|runtime| {
        let _inside = runtime.enter();
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    })
}

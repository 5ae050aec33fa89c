//! What goes back over the wire.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    Response, StatusCode,
    body::{Body as HttpBody, Frame},
    header::{self, HeaderName, HeaderValue},
};
use serde::Serialize;

/// A body that may break off.
pub(crate) type Body = BoxBody<Bytes, Broken>;
/// An answer that may be no answer at all.
pub(crate) type Reply = Result<Response<Body>, Broken>;

/// The connection ends here, on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection was broken off on purpose")]
pub(crate) struct Broken;

/// The customer an answer is about, for the request log.
#[derive(Debug, Clone)]
pub(crate) struct About(pub String);

/// An answer of the given type; nothing the bank says may be cached.
pub(crate) fn answer(status: StatusCode, content_type: &'static str, content: impl Into<Bytes>) -> Response<Body> {
    let never = |never: Infallible| match never {};
    let mut response = Response::new(Full::new(content.into()).map_err(never).boxed());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A reason in words.
pub(crate) fn text(status: StatusCode, reason: &str) -> Response<Body> {
    answer(status, "text/plain; charset=utf-8", format!("{reason}\n"))
}

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => answer(status, "application/json", bytes),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "cannot write JSON"),
    }
}

/// Adds a header.
pub(crate) fn with(mut response: Response<Body>, name: HeaderName, value: &'static str) -> Response<Body> {
    response.headers_mut().append(name, HeaderValue::from_static(value));
    response
}

/// The same answer, but only its first half arrives although its length was promised.
pub(crate) fn torn(response: Response<Body>, content: &str) -> Response<Body> {
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(content.len()));
    let half = Bytes::copy_from_slice(&content.as_bytes()[..content.len() / 2]);
    Response::from_parts(parts, BodyExt::boxed(HalfBody::new(half)))
}

/// First the half, then a pause so that it leaves this machine, then the end.
struct HalfBody {
    half: Option<Bytes>,
    pause: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

impl HalfBody {
    fn new(half: Bytes) -> Self {
        Self { half: Some(half), pause: Box::pin(tokio::time::sleep(Duration::from_millis(50))) }
    }
}

impl HttpBody for HalfBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        self.pause.as_mut().poll(context).map(|()| Some(Err(Broken)))
    }
}

//! What goes back over the wire.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    Response, StatusCode, Version,
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

/// An answer of the given type, if any; nothing the bank says may be cached.
pub(crate) fn answer(status: StatusCode, content_type: &'static str, content: impl Into<Bytes>) -> Response<Body> {
    let never = |never: Infallible| match never {};
    let mut response = Response::new(Full::new(content.into()).map_err(never).boxed());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if !content_type.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A reason in words.
pub(crate) fn text(status: StatusCode, reason: &str) -> Response<Body> {
    answer(status, "text/plain; charset=utf-8", format!("{reason}\n"))
}

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    typed_json(status, "application/json", value)
}

/// The same under another type.
pub(crate) fn typed_json(status: StatusCode, content_type: &'static str, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => answer(status, content_type, bytes),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "cannot write JSON"),
    }
}

/// No content (RFC 9110 §15.3.5).
pub(crate) fn nothing() -> Response<Body> {
    answer(StatusCode::NO_CONTENT, "", Bytes::new())
}

/// Adds a header.
pub(crate) fn with(mut response: Response<Body>, name: HeaderName, value: &'static str) -> Response<Body> {
    response.headers_mut().append(name, HeaderValue::from_static(value));
    response
}

/// Adds a header that was made just now.
pub(crate) fn with_made(mut response: Response<Body>, name: HeaderName, value: &str) -> Response<Body> {
    response.headers_mut().extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    response
}

/// The same answer, but only its first half arrives although its length was promised.
pub(crate) fn torn(response: Response<Body>, content: &[u8]) -> Response<Body> {
    let half = Bytes::copy_from_slice(&content[..content.len() / 2]);
    in_pieces(response, content.len(), Pieces::new([half].into(), Some(Broken)))
}

/// The same answer in crumbs.
pub(crate) async fn dripping(response: Response<Body>) -> Reply {
    let (parts, body) = response.into_parts();
    let content = body.collect().await?.to_bytes();
    let crumbs = content.chunks(CRUMB).map(Bytes::copy_from_slice).collect();
    let empty = Full::default().map_err(|never: Infallible| match never {}).boxed();
    Ok(in_pieces(Response::from_parts(parts, empty), content.len(), Pieces::new(crumbs, None)))
}

/// The same answer in HTTP/1.0, the last one on its connection.
pub(crate) fn old_fashioned(response: Response<Body>) -> Response<Body> {
    let mut response = with(response, header::CONNECTION, "close");
    *response.version_mut() = Version::HTTP_10;
    response
}

fn in_pieces(response: Response<Body>, promised: usize, pieces: Pieces) -> Response<Body> {
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(promised));
    Response::from_parts(parts, BodyExt::boxed(pieces))
}

const CRUMB: usize = 64;
const PAUSE: Duration = Duration::from_millis(50);

/// Piece after piece, each followed by a pause so that it leaves this machine, and then the end.
struct Pieces {
    left: VecDeque<Bytes>,
    end: Option<Broken>,
    pause: Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
}

impl Pieces {
    fn new(left: VecDeque<Bytes>, end: Option<Broken>) -> Self {
        Self { left, end, pause: None }
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let Some(piece) = self.left.pop_front() else {
            return Poll::Ready(self.end.take().map(Err));
        };
        self.pause = Some(Box::pin(tokio::time::sleep(PAUSE)));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

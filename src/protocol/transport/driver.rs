//! What keeps a connection moving while somebody waits for its answer.

use std::future::Future;

use tokio::task::JoinHandle;

/// A connection at work; it ends with whoever holds this.
pub(super) struct Driver(JoinHandle<hyper::Result<()>>);

impl Driver {
    pub(super) fn start(connection: impl Future<Output = hyper::Result<()>> + Send + 'static) -> Self {
        Self(tokio::spawn(connection))
    }

    /// How the connection itself ended: it may know better than the request why.
    pub(super) async fn finish(mut self) -> Option<hyper::Error> {
        (&mut self.0).await.ok().and_then(Result::err)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

//! Between "connected" and "sent": a layer around everything that connects.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use tower::{BoxError, Layer, Service};

use super::{super::Connected, ConnectError, progress::Progress};

/// Opens once, for a server that has been verified, after the hook has said yes.
#[derive(Clone)]
pub(super) struct Gate {
    hook: Hook,
    progress: Arc<Progress>,
}

impl Gate {
    pub(super) fn new(connected: Option<Connected>, progress: Arc<Progress>) -> Self {
        Self { hook: Hook::new(connected), progress }
    }

    fn open(&self) -> Result<(), ConnectError> {
        if self.progress.peer().is_none() {
            return Err(ConnectError::TlsFailed);
        }
        self.hook.run()?;
        self.progress.may_send();
        Ok(())
    }
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
pub(super) struct Gated<S> {
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
            gate.open().inspect_err(|error| gate.progress.failed(error.clone()))?;
            Ok(connection)
        })
    }
}

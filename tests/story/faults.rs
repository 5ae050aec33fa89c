//! Ports that do their work, except for the one call that the plan names.

use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use shirushi::{
    domain::KeyLabel,
    journal::{Folder, Storage},
    protocol::{
        HttpTransport, Transport, TransportError,
        transport::{ConnectError, LostCause, Request, Response},
    },
};

use super::world::{StorageFault, TransportFault};

#[derive(Debug)]
pub struct FaultyTransport {
    inner: HttpTransport,
    plan: Option<(usize, TransportFault)>,
    calls: AtomicUsize,
}

impl FaultyTransport {
    pub fn new(inner: HttpTransport, plan: Option<(usize, TransportFault)>) -> Self {
        Self { inner, plan, calls: AtomicUsize::new(0) }
    }
}

#[async_trait]
impl Transport for FaultyTransport {
    async fn exchange(&self, mut request: Request) -> Result<Response, TransportError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        match self.plan.filter(|(nth, _)| *nth == call) {
            None => self.inner.exchange(request).await,
            Some((_, TransportFault::Unreachable)) => Err(TransportError::Connect(ConnectError::Unreachable)),
            Some((_, TransportFault::AnswerLost)) => {
                let _ = self.inner.exchange(request).await;
                Err(TransportError::Lost(LostCause::Cut))
            }
            Some((_, TransportFault::DiesBefore)) => panic!("planned"),
            Some((_, TransportFault::DiesAfter)) => {
                let _ = self.inner.exchange(request).await;
                panic!("planned")
            }
            // As a program would do it that is killed between sending and writing: the hook never runs.
            Some((_, TransportFault::HookAfterSending)) => {
                request.connected = None;
                let _ = self.inner.exchange(request).await;
                Err(TransportError::Lost(LostCause::Cut))
            }
        }
    }
}

#[derive(Debug)]
pub struct FaultyStorage {
    inner: Folder,
    plan: Option<(usize, StorageFault)>,
    calls: AtomicUsize,
}

impl FaultyStorage {
    pub fn new(inner: Folder, plan: Option<(usize, StorageFault)>) -> Self {
        Self { inner, plan, calls: AtomicUsize::new(0) }
    }

    fn fault(&self) -> Option<StorageFault> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        self.plan.filter(|(nth, _)| *nth == call).map(|(_, fault)| fault)
    }

    fn refuse(&self) -> io::Result<()> {
        match self.fault() {
            Some(StorageFault::Killed) => panic!("killed"),
            Some(_) => Err(io::Error::new(io::ErrorKind::StorageFull, "planned")),
            None => Ok(()),
        }
    }
}

impl Storage for FaultyStorage {
    fn list(&self) -> io::Result<Vec<KeyLabel>> {
        self.refuse()?;
        self.inner.list()
    }

    fn read(&self, label: &KeyLabel) -> io::Result<Vec<u8>> {
        self.refuse()?;
        self.inner.read(label)
    }

    fn append(&self, label: &KeyLabel, intact: usize, line: &[u8]) -> io::Result<()> {
        match self.fault() {
            None => self.inner.append(label, intact, line),
            Some(StorageFault::Refused) => Err(io::Error::new(io::ErrorKind::StorageFull, "planned")),
            Some(StorageFault::Torn) => {
                self.inner.append(label, intact, &line[..line.len() / 2])?;
                Err(io::Error::other("planned"))
            }
            Some(StorageFault::Killed) => {
                self.inner.append(label, intact, line)?;
                panic!("killed")
            }
        }
    }

    fn replace(&self, label: &KeyLabel, content: &[u8]) -> io::Result<()> {
        self.refuse()?;
        self.inner.replace(label, content)
    }

    fn remove(&self, label: &KeyLabel) -> io::Result<()> {
        self.refuse()?;
        self.inner.remove(label)
    }
}

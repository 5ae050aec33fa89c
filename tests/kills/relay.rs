//! Stands between the wizard and its bank, passes bytes on, and ends a connection in the middle.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// Which way a byte goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    ToBank,
    FromBank,
}

/// One byte of one run: the first that does not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Counted from 0, in the order of their beginning.
    pub connection: usize,
    pub flow: Flow,
    pub byte: usize,
}

/// How many bytes went each way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Traffic {
    pub to_bank: usize,
    pub from_bank: usize,
}

#[derive(Debug)]
struct Shared {
    point: Option<Point>,
    connections: AtomicUsize,
    traffic: Mutex<Vec<Traffic>>,
    reached: Notify,
}

#[derive(Debug, Clone)]
pub struct Relay(Arc<Shared>);

impl Relay {
    /// `None`: passes everything on.
    pub fn new(point: Option<Point>) -> Self {
        let (connections, traffic, reached) = (AtomicUsize::new(0), Mutex::default(), Notify::new());
        Self(Arc::new(Shared { point, connections, traffic, reached }))
    }

    /// Opens a way to this port: the port to knock at instead.
    pub async fn to(&self, port: u16) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let relay = self.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = relay.0.connections.fetch_add(1, Ordering::SeqCst);
                relay.traffic_mut().push(Traffic::default());
                tokio::spawn(relay.clone().pass(number, client, port));
            }
        });
        own
    }

    /// Comes true when the byte is there that does not arrive, and before anybody can notice.
    pub async fn reached(&self) {
        self.0.reached.notified().await;
    }

    pub fn traffic(&self) -> Vec<Traffic> {
        self.traffic_mut().clone()
    }

    fn traffic_mut(&self) -> MutexGuard<'_, Vec<Traffic>> {
        self.0.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pass(self, number: usize, client: TcpStream, port: u16) {
        let Ok(bank) = TcpStream::connect(("127.0.0.1", port)).await else { return };
        for end in [&client, &bank] {
            let _ = end.set_nodelay(true);
        }
        let ((from_client, to_client), (from_bank, to_bank)) = (client.into_split(), bank.into_split());
        // Both ways end together where the one ends in the middle.
        tokio::select! {
            () = self.pump(number, Flow::ToBank, from_client, to_bank) => {}
            () = self.pump(number, Flow::FromBank, from_bank, to_client) => {}
        }
    }

    async fn pump(&self, number: usize, flow: Flow, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let end = self.0.point.filter(|point| (point.connection, point.flow) == (number, flow)).map(|point| point.byte);
        let (mut bytes, mut passed) = ([0; 16 * 1024], 0);
        loop {
            let count = match from.read(&mut bytes).await {
                Ok(count) if count > 0 => count,
                _ if flow == Flow::ToBank => std::future::pending().await, // the bank may still have something to say
                _ => return,
            };
            let passing = end.map_or(count, |end| count.min(end - passed));
            if to.write_all(&bytes[..passing]).await.is_err() {
                return;
            }
            passed += passing;
            if passing < count {
                self.0.reached.notify_one();
                return;
            }
            let traffic = &mut self.traffic_mut()[number];
            match flow {
                Flow::ToBank => traffic.to_bank = passed,
                Flow::FromBank => traffic.from_bank = passed,
            }
        }
    }
}

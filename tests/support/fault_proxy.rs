//! A relay on the loopback between a wizard and its bank, at which a connection can be late, cut, reset, stalled or filled
//! with garbage. TLS stays closed to it: it counts records (RFC 8446 §5.1) and bytes.

#![allow(dead_code, clippy::unwrap_used)] // each test program uses its own part

use std::{
    io,
    net::TcpListener as Listener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::oneshot,
};

/// Which way the bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    ToBank,
    ToWizard,
}

/// Where on a connection it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Accepted, and nothing passed on.
    BeforeTls,
    /// Within the server's first word.
    Handshake,
    /// Within the first record of the request.
    Request,
    /// The bank has the request, and the wizard gets nothing of the answer.
    AfterRequest,
    /// Within the second record of the answer. That is within its head where records are short.
    AnswerHead,
    /// Within the record of this number, counted from 0.
    AnswerBody(usize),
    /// After this many bytes.
    Byte(Way, usize),
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A pause, and all goes on.
    Delay(Duration),
    /// Both sides see the end of the connection.
    Cut,
    /// Both sides see it broken off (RST).
    Reset,
    /// Nothing moves any more, until the relay is dropped.
    Stall,
    /// Bytes that mean nothing, then the end.
    Garbage,
    /// From here on in small portions, with a pause after each.
    Drip(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mishap {
    pub place: Place,
    pub kind: Kind,
}

/// Whether the relay does as it is told. One that does not is planted, to see whether its harness sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obedience {
    AsTold,
    LetsEverythingThrough,
}

const GARBAGE: usize = 600;
const PORTION: usize = 96;

/// Stands until it is dropped.
pub struct Relay {
    pub port: u16,
    seen: Arc<Seen>,
    _closing: oneshot::Sender<()>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    met: AtomicUsize,
    /// Records of each answer that were passed on, by connection.
    answers: Mutex<Vec<usize>>,
}

impl Relay {
    /// To this port of the loopback; what befalls each connection, in order. Those that follow pass.
    pub fn start(to: u16, script: Vec<Option<Mishap>>) -> Self {
        Self::start_with(to, script, Obedience::AsTold)
    }

    pub fn start_with(to: u16, script: Vec<Option<Mishap>>, obedience: Obedience) -> Self {
        let listener = Listener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let script = if obedience == Obedience::AsTold { script } else { Vec::new() };
        let seen = Arc::new(Seen::default());
        let (closing, closed) = oneshot::channel::<()>();
        let writes = Arc::clone(&seen);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, to, script, writes) => {}
                    _ = closed => {}
                }
            });
        });
        Self { port, seen, _closing: closing }
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Mishaps that have happened.
    pub fn met(&self) -> usize {
        self.seen.met.load(Ordering::SeqCst)
    }

    /// How many records each answer had, by connection.
    pub fn answers(&self) -> Vec<usize> {
        self.seen.answers.lock().unwrap().clone()
    }
}

async fn serve(listener: Listener, to: u16, script: Vec<Option<Mishap>>, seen: Arc<Seen>) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((wizard, _)) = listener.accept().await {
        let number = seen.connections.fetch_add(1, Ordering::SeqCst);
        seen.answers.lock().unwrap().push(0);
        let connection = Connection { number, mishap: script.get(number).copied().flatten(), seen: Arc::clone(&seen) };
        tokio::spawn(async move {
            let _ = connection.run(wizard, to).await; // an error is either side leaving
        });
    }
}

struct Connection {
    number: usize,
    mishap: Option<Mishap>,
    seen: Arc<Seen>,
}

/// How a way ended.
enum End {
    /// Its sender has closed it.
    Closed,
    Met {
        way: Way,
        kind: Kind,
    },
}

impl Connection {
    async fn run(self, mut wizard: TcpStream, to: u16) -> io::Result<()> {
        if let Some(Mishap { place: Place::BeforeTls, kind }) = self.mishap {
            self.seen.met.fetch_add(1, Ordering::SeqCst);
            match kind {
                Kind::Delay(pause) | Kind::Drip(pause) => tokio::time::sleep(pause).await,
                kind => return finish(kind, Way::ToWizard, wizard, None).await,
            }
        }
        let mut bank = TcpStream::connect(("127.0.0.1", to)).await?;
        wizard.set_nodelay(true)?;
        bank.set_nodelay(true)?;
        match self.pass(&mut wizard, &mut bank).await? {
            End::Closed => Ok(()),
            End::Met { way, kind } => finish(kind, way, wizard, Some(bank)).await,
        }
    }

    /// Both ways, until both are closed or something ends it.
    async fn pass(&self, wizard: &mut TcpStream, bank: &mut TcpStream) -> io::Result<End> {
        let asked = AtomicBool::new(false);
        let (from_wizard, to_wizard) = wizard.split();
        let (from_bank, to_bank) = bank.split();
        let mut there = std::pin::pin!(self.pump(Way::ToBank, from_wizard, to_bank, &asked));
        let mut back = std::pin::pin!(self.pump(Way::ToWizard, from_bank, to_wizard, &asked));
        tokio::select! {
            end = &mut there => match end? { End::Closed => back.await, met => Ok(met) },
            end = &mut back => match end? { End::Closed => there.await, met => Ok(met) },
        }
    }

    /// Passes on one record after the other, until something is to happen that ends it.
    async fn pump(
        &self,
        way: Way,
        mut from: ReadHalf<'_>,
        mut to: WriteHalf<'_>,
        asked: &AtomicBool,
    ) -> io::Result<End> {
        let mut ruler = Ruler::new(way);
        let mut drip = None;
        loop {
            let Some(record) = read_record(&mut from).await? else {
                let _ = to.shutdown().await;
                return Ok(End::Closed);
            };
            let span = ruler.measure(&record, asked);
            let hit = self.mishap.and_then(|mishap| Some((span.hit_by(mishap.place)?, mishap.kind)));
            if way == Way::ToWizard && ruler.answers > 0 {
                self.seen.answers.lock().unwrap()[self.number] = ruler.answers;
            }
            let Some((whole, kind)) = hit else {
                write(&mut to, &record, drip).await?;
                continue;
            };
            self.seen.met.fetch_add(1, Ordering::SeqCst);
            to.write_all(&record[..whole]).await?;
            match kind {
                Kind::Delay(pause) => tokio::time::sleep(pause).await,
                Kind::Drip(pause) => drip = Some(pause),
                kind => return Ok(End::Met { way, kind }),
            }
            write(&mut to, &record[whole..], drip).await?;
        }
    }
}

/// Counts what passes one way.
struct Ruler {
    way: Way,
    records: usize,
    /// Of these, records of protected data. Towards the bank the first of them ends the handshake (RFC 8446 §4.4.4).
    protected: usize,
    /// Of these, such as came back after the handshake.
    answers: usize,
    bytes: usize,
}

const APPLICATION_DATA: u8 = 23;

/// One record among those that pass its way, counted from 0.
struct Span {
    way: Way,
    number: usize,
    request: Option<usize>,
    answer: Option<usize>,
    begin: usize,
    length: usize,
}

impl Ruler {
    fn new(way: Way) -> Self {
        Self { way, records: 0, protected: 0, answers: 0, bytes: 0 }
    }

    fn measure(&mut self, record: &[u8], asked: &AtomicBool) -> Span {
        let is_protected = record.first() == Some(&APPLICATION_DATA);
        let mut span = Span {
            way: self.way,
            number: self.records,
            request: None,
            answer: None,
            begin: self.bytes,
            length: record.len(),
        };
        match self.way {
            Way::ToBank if is_protected => {
                asked.store(true, Ordering::SeqCst);
                span.request = self.protected.checked_sub(1);
            }
            Way::ToWizard if is_protected && asked.load(Ordering::SeqCst) => {
                span.answer = Some(self.answers);
                self.answers += 1;
            }
            _ => {}
        }
        self.records += 1;
        self.protected += usize::from(is_protected);
        self.bytes += record.len();
        span
    }
}

impl Span {
    /// How many bytes of this record still pass before it happens; `None`: not in this record.
    fn hit_by(&self, place: Place) -> Option<usize> {
        let half = self.length / 2;
        match (place, self.way) {
            (Place::Handshake, Way::ToWizard) if self.number == 0 => Some(half),
            (Place::Request, Way::ToBank) if self.request == Some(0) => Some(half),
            (Place::AfterRequest, Way::ToWizard) if self.answer == Some(0) => Some(0),
            (Place::AnswerHead, Way::ToWizard) if self.answer == Some(1) => Some(half),
            (Place::AnswerBody(number), Way::ToWizard) if self.answer == Some(number) => Some(half),
            (Place::Byte(way, at), _) if way == self.way && (self.begin..self.begin + self.length).contains(&at) => {
                Some(at - self.begin)
            }
            _ => None,
        }
    }
}

/// With its head. `None`: the sender has closed.
async fn read_record(from: &mut ReadHalf<'_>) -> io::Result<Option<Vec<u8>>> {
    let mut record = vec![0; 5];
    if from.read(&mut record[..1]).await? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut record[1..]).await?;
    let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
    record.resize(5 + length, 0);
    from.read_exact(&mut record[5..]).await?;
    Ok(Some(record))
}

async fn write(to: &mut WriteHalf<'_>, bytes: &[u8], drip: Option<Duration>) -> io::Result<()> {
    let Some(pause) = drip else { return to.write_all(bytes).await };
    for portion in bytes.chunks(PORTION) {
        to.write_all(portion).await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

async fn finish(kind: Kind, way: Way, wizard: TcpStream, bank: Option<TcpStream>) -> io::Result<()> {
    match kind {
        Kind::Stall => {
            let _held = (wizard, bank);
            std::future::pending::<()>().await;
        }
        Kind::Reset => {
            wizard.set_zero_linger()?;
            bank.iter().try_for_each(TcpStream::set_zero_linger)?;
        }
        Kind::Garbage => {
            let (mut wizard, mut bank) = (wizard, bank);
            let receiver = if way == Way::ToBank { bank.as_mut().unwrap_or(&mut wizard) } else { &mut wizard };
            let garbage: Vec<u8> = (0..GARBAGE).map(|n| (n * 167 + 13) as u8).collect();
            let _ = receiver.write_all(&garbage).await;
            close(wizard, bank).await;
        }
        Kind::Cut | Kind::Delay(_) | Kind::Drip(_) => close(wizard, bank).await,
    }
    Ok(())
}

/// A proper end in both directions: what is still on its way is read, or the end would be a reset.
async fn close(mut wizard: TcpStream, bank: Option<TcpStream>) {
    let _ = wizard.shutdown().await;
    if let Some(mut bank) = bank {
        let _ = bank.shutdown().await;
        drain(&mut bank).await;
    }
    drain(&mut wizard).await;
}

async fn drain(stream: &mut TcpStream) {
    let mut rest = [0; 4096];
    while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
}

//! The wire: everything that can happen to a connection, at every place of it, on every connection of an enrollment, with
//! both protocols, told on a page and on a last line.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use practice_bank::{Account, Manners, Replay};
use serde_json::Value;
use shirushi::{
    cli::{Exit, Report},
    journal::Stage,
    keystore::KeyStore,
    protocol::{
        EnrollmentProtocol, Est, HttpTransport, Transport, TransportError, WebForm,
        transport::{Request, Response},
    },
    session::Issued,
    wizard::{StageName, World},
};

use crate::{
    fault_proxy::{Kind, Mishap, Obedience, Place, Relay},
    player::Player,
    promises::{Promise, Told, is_proven, one_of_everything, open_enrollment, promise, told_on},
    script::{self, Yes},
    table::{Depth, Row, seed},
    world::{Door, Pc, Plan, SharedBank},
};

/// A pause that delays and hurts nobody.
const PAUSE: Duration = Duration::from_millis(2);
/// How long the wizard waits for a connection that stalls. It comes as far as that in a small part of it.
const IMPATIENCE: Duration = Duration::from_secs(2);
/// Of each door when a sample is drawn.
const FEW: usize = 12;
/// So short that an answer has a head and a body of several records.
const RECORD: usize = 96;
/// Behind every head that the bank writes.
const WITHIN_BODY: usize = 9;

const PLACES: [Place; 6] = [
    Place::BeforeTls,
    Place::Handshake,
    Place::Request,
    Place::AfterRequest,
    Place::AnswerHead,
    Place::AnswerBody(WITHIN_BODY),
];

const KINDS: [(&str, Kind); 6] = [
    ("a delay", Kind::Delay(PAUSE)),
    ("a cut", Kind::Cut),
    ("a reset", Kind::Reset),
    ("a stall", Kind::Stall),
    ("garbage", Kind::Garbage),
    ("a drip", Kind::Drip(PAUSE)),
];

/// Who sees it happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Page,
    LastLine,
}

/// One mishap on one connection of an enrollment.
#[derive(Debug, Clone, Copy)]
struct Point {
    door: Door,
    connection: usize,
    mishap: Mishap,
    kind: &'static str,
    reader: Reader,
}

impl Point {
    fn hurts(&self) -> bool {
        !matches!(self.mishap.kind, Kind::Delay(_) | Kind::Drip(_))
    }

    /// Whether the bank has the request when the click is over.
    fn arrives(&self) -> bool {
        let submission = submission(self.door);
        let passed = !matches!(self.mishap.place, Place::BeforeTls | Place::Handshake | Place::Request);
        !self.hurts() || self.connection > submission || self.connection == submission && passed
    }

    /// Whether the wizard may have begun to send when it happens.
    fn has_begun_to_send(&self) -> bool {
        let submission = submission(self.door);
        let begun = !matches!(self.mishap.place, Place::BeforeTls | Place::Handshake);
        self.connection > submission || self.connection == submission && begun
    }
}

/// Connections of an enrollment: the look, the pages on the way, the request, and what follows by itself.
fn connections(door: Door) -> usize {
    match door {
        Door::Est => 2,
        Door::OldPages => 4,
    }
}

/// The one that carries the numbers.
fn submission(door: Door) -> usize {
    match door {
        Door::Est => 1,
        Door::OldPages => 2,
    }
}

fn points(door: Door) -> Vec<Point> {
    let mut points = Vec::new();
    for reader in [Reader::Page, Reader::LastLine] {
        for connection in 0..connections(door) {
            for place in PLACES {
                for (name, kind) in KINDS {
                    let mishap = Mishap { place, kind };
                    points.push(Point { door, connection, mishap, kind: name, reader });
                }
            }
        }
    }
    points
}

/// A bank that answers in short records. Each door has its own: all the table's customers are more than one bank has.
fn bank(door: Door) -> &'static SharedBank {
    static BANKS: [OnceLock<SharedBank>; 2] = [const { OnceLock::new() }; 2];
    BANKS[usize::from(door == Door::OldPages)].get_or_init(|| {
        SharedBank::open_with(Replay::Same, Manners { longest_record: Some(RECORD), ..Manners::default() })
    })
}

/// Does not wait for a connection as long as a person would.
#[derive(Debug)]
struct Hurried {
    inner: HttpTransport,
    exchanges: AtomicUsize,
    /// The exchange for which there is no patience.
    nth: Option<usize>,
}

#[async_trait]
impl Transport for Hurried {
    async fn exchange(&self, mut request: Request) -> Result<Response, TransportError> {
        if Some(self.exchanges.fetch_add(1, Ordering::SeqCst)) == self.nth {
            request.deadline = request.deadline.min(IMPATIENCE);
        }
        self.inner.exchange(request).await
    }
}

/// One PC behind one relay.
struct Scene {
    pc: Pc,
    guest: Account,
    relay: Relay,
    point: Point,
}

impl Scene {
    fn set(point: Point, obedience: Obedience) -> Self {
        let bank = bank(point.door);
        let profile = bank.profile_of(point.door);
        let mut script = vec![None; point.connection];
        script.push(Some(point.mishap));
        let to = profile.ca.url.port().expect("a port");
        Self { pc: Pc::new(), guest: bank.guest(), relay: Relay::start_with(to, script, obedience), point }
    }

    fn bank(&self) -> &'static SharedBank {
        bank(self.point.door)
    }

    /// The ports of one run; everything for the authority goes through the relay.
    fn world(&self) -> World {
        let mut profile = self.bank().profile_of(self.point.door).as_ref().clone();
        profile.ca.url.set_port(Some(self.relay.port)).expect("an address with a port");
        let world = self.pc.world_with_profile(Arc::new(profile), Plan::default());
        let is_first = self.relay.connections() == 0 && self.point.mishap.kind == Kind::Stall;
        let nth = is_first.then_some(self.point.connection);
        let inner = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
        let hurried: Arc<dyn Transport> = Arc::new(Hurried { inner, exchanges: AtomicUsize::new(0), nth });
        let ca = &world.profile.ca;
        let protocol: Arc<dyn EnrollmentProtocol> = match &world.profile.webform {
            Some(pages) => Arc::new(WebForm::new(ca, pages.clone(), hurried)),
            None => Arc::new(Est::new(ca, hurried)),
        };
        World { protocol, ..world }
    }

    /// One start of the program with everything a person or a script does. `None`: it is done.
    fn start(&self) -> Promise<Option<Told>> {
        match self.point.reader {
            Reader::Page => {
                let mut player = Player::open(self.world());
                if is_proven(&player) {
                    return Ok(None);
                }
                match player.walk(&self.guest) {
                    StageName::Complete => Ok(None),
                    StageName::Setback => told_on(&player.page()).map(Some),
                    stage => Err(format!("it ends at {stage:?}: {}", player.text())),
                }
            }
            Reader::LastLine => {
                let desk = script::desk_in(&self.pc, self.world());
                let ended = script::enroll(&desk, &self.guest, &mut Yes);
                match (ended.exit(), &ended.result) {
                    (Exit::Installed, _) => Ok(None),
                    (_, Err(error)) => told_in(&Report::failed(error, desk.profile.ca.replay)).map(Some),
                    (exit, _) => Err(format!("it ends with {exit:?}")),
                }
            }
        }
    }

    fn firsts(&self) -> u64 {
        self.bank().bank.counters().by_account.get(&self.guest.id()).map_or(0, |counters| counters.first)
    }
}

/// The last line has a code, who acts, whether something was issued, what next, and why.
fn told_in(report: &Report) -> Promise<Told> {
    let line = serde_json::to_value(report).map_err(|error| error.to_string())?;
    let word = |name: &str| line[name].as_str().filter(|word| !word.is_empty()).map(str::to_owned);
    for member in ["blame", "next", "detail"] {
        promise(word(member).is_some(), || format!("{member} is not said: {line}"))?;
    }
    let issued = match line.get("issued").and_then(Value::as_str) {
        Some("no") => Issued::No,
        Some("yes") => Issued::Yes,
        Some("unknown") => Issued::Unknown,
        other => return Err(format!("whether something was issued is {other:?}")),
    };
    Ok(Told { code: word("code").ok_or("there is no code")?, issued })
}

/// Plays one point to the end. `Ok`: the code that was told, without its part, or none where it went through.
fn play(point: Point, obedience: Obedience) -> Promise<Option<String>> {
    let scene = Scene::set(point, obedience);
    let told = scene.start()?;
    promise(told.is_some() == point.hurts(), || format!("it hurts or not, and was told: {told:?}"))?;
    agrees(&scene, told.as_ref())?;
    let before = scene.firsts();
    if told.is_some() {
        let again = scene.start()?;
        promise(again.is_none(), || format!("the next start does not complete: {again:?}"))?;
        let clicks = scene.firsts() - before;
        promise(clicks == 1, || format!("the next click brought {clicks} requests"))?;
    }
    one_of_everything(&scene.pc, scene.bank(), &scene.guest)?;
    promise(scene.relay.met() == 1, || "the relay has done nothing".to_owned())?;
    Ok(told.and_then(|told| told.code.split('-').next().map(str::to_owned)))
}

/// What was told, what the journal knows, and what the bank has counted.
fn agrees(scene: &Scene, told: Option<&Told>) -> Promise {
    let (point, firsts) = (&scene.point, scene.firsts());
    promise(firsts == u64::from(point.arrives()), || format!("the bank has seen {firsts} requests of one click"))?;
    let issued = scene.bank().issued(&scene.guest);
    promise(issued == firsts, || format!("{issued} issued for {firsts} requests"))?;
    let Some(told) = told else { return Ok(()) };
    let open = open_enrollment(&scene.pc)?;
    let keys = scene.pc.store.keys().map_err(|error| error.to_string())?;
    if point.has_begun_to_send() {
        let (label, stage) = open.ok_or("the journal has forgotten the request")?;
        promise(stage == Stage::Unknown, || format!("the journal stands at {stage:?}"))?;
        promise(keys == [label], || format!("the key of the request is not kept: {keys:?}"))?;
        return promise(told.issued == Issued::Unknown, || format!("told as {:?}", told.issued));
    }
    promise(open.is_none() && keys.is_empty(), || format!("left behind: {open:?}, {keys:?}"))?;
    promise(told.issued == Issued::No, || format!("told as {:?}", told.issued))
}

/// What came of the points of one kind.
#[derive(Default)]
struct Tally {
    points: usize,
    tried: usize,
    broken: Vec<String>,
    codes: BTreeMap<String, usize>,
}

fn every_point(door: Door, name: &str) {
    let points = points(door);
    let chosen = Depth::wanted().choose(points.len(), FEW);
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for point in &points {
        tallies.entry(point.kind).or_default().points += 1;
    }
    let tallies = Mutex::new(tallies);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(number) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let point = points[*number];
                    let outcome = play(point, Obedience::AsTold);
                    let mut tallies = tallies.lock().unwrap_or_else(PoisonError::into_inner);
                    let tally = tallies.entry(point.kind).or_default();
                    tally.tried += 1;
                    match outcome {
                        Ok(code) => *tally.codes.entry(code.unwrap_or("goes through".into())).or_default() += 1,
                        Err(broken) => tally.broken.push(format!("point {number}, {point:?}: {broken}")),
                    }
                }
            });
        }
    });
    report(name, tallies.into_inner().unwrap_or_else(PoisonError::into_inner));
}

fn report(door: &str, tallies: BTreeMap<&str, Tally>) {
    let mut broken = Vec::new();
    for (kind, tally) in tallies {
        let codes: Vec<String> = tally.codes.iter().map(|(code, count)| format!("{code} ×{count}")).collect();
        let row = Row {
            harness: "mishaps",
            case: &format!("{kind} on the wire, {door}"),
            points: tally.points,
            tried: tally.tried,
            broken: tally.broken.len(),
            note: &codes.join(", "),
        };
        row.enter();
        broken.extend(tally.broken);
    }
    assert!(broken.is_empty(), "SHIRUSHI_SEED={}: {}", seed(), broken.join("\n"));
}

#[test]
fn every_mishap_on_the_wire_of_est_costs_nothing() {
    every_point(Door::Est, "EST");
}

#[test]
fn every_mishap_on_the_wire_of_the_old_pages_costs_nothing() {
    every_point(Door::OldPages, "old pages");
}

/// The places of the table are those of an enrollment: as many connections, and answers that are long enough.
#[test]
fn an_enrollment_has_the_connections_of_the_table() {
    for door in [Door::Est, Door::OldPages] {
        let mishap = Mishap { place: Place::AfterRequest, kind: Kind::Delay(PAUSE) };
        let point = Point { door, connection: 0, mishap, kind: "a delay", reader: Reader::Page };
        let scene = Scene::set(point, Obedience::LetsEverythingThrough);
        assert_eq!(scene.start(), Ok(None), "{door:?}");
        assert_eq!(scene.relay.connections(), connections(door), "{door:?}");
        let shortest = scene.relay.answers().into_iter().min();
        assert!(shortest.is_some_and(|records| records > WITHIN_BODY + 1), "{door:?}: {:?}", scene.relay.answers());
    }
}

/// Planted: a relay that lets everything through. No mishap that hurts may look as if it had happened.
#[test]
fn a_relay_that_lets_everything_through_is_noticed() {
    let submissions = points(Door::Est).into_iter().filter(|point| point.connection == 1 && point.hurts());
    for point in submissions.filter(|point| point.reader == Reader::LastLine).step_by(5) {
        assert!(play(point, Obedience::LetsEverythingThrough).is_err(), "{point:?}");
    }
    let harmless = points(Door::Est).into_iter().find(|point| !point.hurts()).expect("a delay");
    assert!(play(harmless, Obedience::LetsEverythingThrough).is_err(), "a delay that nobody had");
}

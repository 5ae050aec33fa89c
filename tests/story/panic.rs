//! A job that dies is our fault: the window is let go, and the journal says what is known. Every job is killed in every
//! call that it makes: looking around, the look at the server, the request, the store, the proof, the login.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use practice_bank::Fault;
use shirushi::{
    domain::{Certificate, KeyLabel, Secret, SecurityLevel, Signer},
    keystore::{KeyStore, StoreDescription, StoreError, TokenModule},
    page::{Closing, Control, login::Elsewhere},
    protocol::{Application, Connected, EnrollmentProtocol, Introduction, ProtocolError, Reply},
    wizard::{Place, Shelf, StageName, World},
};

use crate::{
    player::Player,
    refusals::stopped_with,
    setbacks::play_in,
    world::{Pc, Plan, TransportFault, bank, moody_refusing_bank},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Looking,
    BeforeSending,
    AfterSending,
}

/// A protocol with a fault in it.
#[derive(Debug)]
struct Faulty {
    inner: Arc<dyn EnrollmentProtocol>,
    moment: Moment,
}

#[async_trait]
impl EnrollmentProtocol for Faulty {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        assert_ne!(self.moment, Moment::Looking, "planned");
        self.inner.introduce().await
    }

    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        if self.moment == Moment::AfterSending {
            let _ = self.inner.submit(application, connected).await;
        }
        panic!("planned");
    }
}

fn play(moment: Moment) -> (Pc, Player) {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut world = pc.world(bank(), Plan::default());
    world.protocol = Arc::new(Faulty { inner: Arc::clone(&world.protocol), moment });
    let mut player = Player::open(world);
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Setback, "{}", player.text());
    assert!(player.text().contains("X01"), "{}", player.text());
    assert_eq!(player.closing(), Closing::Free, "the window is let go");
    drop(player);
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(bank().issued(&guest), 1);
    (pc, player)
}

#[test]
fn a_job_that_dies_before_sending_loses_nothing() {
    play(Moment::BeforeSending);
}

#[test]
fn a_job_that_dies_after_sending_loses_nothing() {
    play(Moment::AfterSending);
}

#[test]
fn a_job_that_dies_while_the_bank_prepares_calls_nothing_lost() {
    let bank = moody_refusing_bank();
    let _alone = bank.alone();
    bank.bank.fault(Fault::Pending);
    let (pc, guest) = (Pc::new(), bank.guest());
    let mut player = Player::open(pc.world(bank, Plan::default()));
    player.walk_to(StageName::Waiting, &guest);
    drop(player);
    pc.clock.advance(jiff::SignedDuration::from_secs(3));
    let mut world = pc.world(bank, Plan::default());
    world.protocol = Arc::new(Faulty { inner: Arc::clone(&world.protocol), moment: Moment::BeforeSending });
    let mut player = Player::open(world);
    player.walk(&guest);
    stopped_with(&player, "X01");
    assert!(!player.text().contains("再発行のお願い文"), "{}", player.text());
    assert!(player.text().contains("続きから確かめられます"), "{}", player.text());
}

/// What a record says that nobody can read is not known, at whichever step it is found.
#[test]
fn beside_a_record_that_cannot_be_read_nobody_says_that_nothing_was_issued() {
    for (moment, code) in [(None, "M14"), (Some(Moment::Looking), "X01")] {
        let (pc, guest) = (Pc::new(), bank().guest());
        let mut world = pc.world(bank(), Plan::default());
        if let Some(moment) = moment {
            world.protocol = Arc::new(Faulty { inner: Arc::clone(&world.protocol), moment });
        }
        let mut player = Player::open(world);
        player.walk_to(StageName::Credentials, &guest);
        let damaged = pc.journal_folder().join("shirushi-00000000000000aa.journal");
        std::fs::write(damaged, "no record\n").expect("written");
        player.walk(&guest);
        stopped_with(&player, code);
        assert!(player.text().contains("まだ分かりません"), "{}", player.text());
        assert!(!player.text().contains("再発行のお願い文"), "{}", player.text());
        assert_eq!(bank().posts(&guest), 0);
    }
}

/// A store that dies in one of its calls.
#[derive(Debug, Clone)]
struct Dying {
    inner: Arc<dyn KeyStore>,
    calls: Arc<AtomicUsize>,
    nth: usize,
}

impl Dying {
    fn inner(&self) -> &dyn KeyStore {
        assert_ne!(self.calls.fetch_add(1, Ordering::Relaxed) + 1, self.nth, "planned");
        self.inner.as_ref()
    }
}

impl KeyStore for Dying {
    fn description(&self) -> StoreDescription {
        self.inner().description()
    }

    fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.inner().unlock(secret)
    }

    fn create(&self, label: &KeyLabel, bits: u16, level: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        self.inner().create(label, bits, level)
    }

    fn open(&self, label: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        self.inner().open(label)
    }

    fn key_of(&self, certificate: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        self.inner().key_of(certificate)
    }

    fn install(
        &self,
        label: &KeyLabel,
        certificate: &Certificate,
        intermediates: &[Certificate],
    ) -> Result<(), StoreError> {
        self.inner().install(label, certificate, intermediates)
    }

    fn destroy(&self, label: &KeyLabel) -> Result<(), StoreError> {
        self.inner().destroy(label)
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        self.inner().keys()
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        self.inner().certificates()
    }
}

/// Puts such a store into the place of the real one.
#[derive(Debug)]
struct DyingShelf {
    inner: Arc<dyn Shelf>,
    calls: Arc<AtomicUsize>,
    nth: usize,
}

impl Shelf for DyingShelf {
    fn places(&self) -> Vec<Place> {
        let dying = |store| Dying { inner: store, calls: Arc::clone(&self.calls), nth: self.nth };
        let places = self.inner.places().into_iter();
        places.map(|Place { store, name }| Place { store: Arc::new(dying(store)), name }).collect()
    }

    fn place(&self, address: &str) -> Result<Place, StoreError> {
        self.inner.place(address)
    }

    fn elsewhere(&self) -> Vec<Elsewhere> {
        self.inner.elsewhere()
    }

    fn tokens(&self, module: &TokenModule) -> Result<Vec<Place>, StoreError> {
        self.inner.tokens(module)
    }
}

fn with_a_store_that_dies(pc: &Pc, calls: &Arc<AtomicUsize>, nth: usize) -> World {
    let mut world = pc.world(bank(), Plan::default());
    world.shelf = Arc::new(DyingShelf { inner: Arc::clone(&world.shelf), calls: Arc::clone(calls), nth });
    world
}

#[test]
fn a_job_that_dies_in_any_call_of_the_store_loses_nothing() {
    let calls = Arc::new(AtomicUsize::new(0));
    play_in(bank(), |pc| with_a_store_that_dies(pc, &calls, 0)).expect("without a fault");
    let all = calls.load(Ordering::Relaxed);
    assert!(all > 8, "the store is hardly used: {all} calls");
    let broken = (1..=all).filter_map(|nth| {
        let played = play_in(bank(), |pc| with_a_store_that_dies(pc, &Arc::default(), nth));
        played.err().map(|why| format!("call {nth}: {why}"))
    });
    let broken: Vec<String> = broken.collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The look at the server, the request, the two visits to the portal, and one beyond.
const EXCHANGES: usize = 5;

#[test]
fn a_job_that_dies_in_any_exchange_loses_nothing() {
    let faults = [TransportFault::DiesBefore, TransportFault::DiesAfter];
    let points = (1..=EXCHANGES).flat_map(|nth| faults.map(|fault| (nth, fault)));
    let broken = points.filter_map(|point| {
        let plan = Plan { transport: Some(point), ..Plan::default() };
        play_in(bank(), |pc| pc.world(bank(), plan)).err().map(|why| format!("{point:?}: {why}"))
    });
    let broken: Vec<String> = broken.collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

//! Exactly one first POST for every click: counted where it arrives, whatever goes wrong on the way and afterwards.

use std::{
    collections::BTreeMap,
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use jiff::SignedDuration;
use practice_bank::{Account, AccountCounters, Bank, Case, Options, Replay};
use shirushi::{
    keystore::{
        StoreError,
        memory::{self, Moment},
    },
    page::Control,
    wizard::StageName,
};
use tempfile::TempDir;

use crate::{
    player::{Player, Window},
    table::{Chance, Depth, Row, seed},
    trouble::{Nerves, Trouble, world},
    world::{Door, Pc},
};

/// Runs in all.
const ALL: usize = 5000;
/// As many where it is one test of many.
const FEW: usize = 60;
/// A bank keeps its books in one piece: a new one after so many customers.
const CUSTOMERS: usize = 250;
/// So many keys a person presses after the click before giving up.
const PATIENCE: usize = 8;

#[test]
fn every_click_sends_exactly_one_first_post_whatever_goes_wrong() {
    let runs = match std::env::var("SHIRUSHI_RUN") {
        Ok(run) => vec![run.parse().expect("the number of a run")],
        Err(_) => Depth::wanted().choose(ALL, FEW),
    };
    let tally = play(&runs, Nerves::Steady);
    for door in [Door::Est, Door::OldPages] {
        let case = format!("clicks over {door:?}, one fault each: first POSTs at the CA");
        let tried = runs.iter().filter(|run| door_of(**run) == door).count();
        let broken = tally.broken.iter().filter(|(run, _)| door_of(*run) == door).count();
        let note = tally.roads.get(&format!("{door:?}")).map(ToString::to_string).unwrap_or_default();
        Row { harness: "secrets", case: &case, points: ALL / 2, tried, broken, note: &note }.enter();
    }
    tally.assert_unbroken();
}

/// Planted: a transport that asks again by itself.
#[test]
fn planted_a_second_try_by_itself_is_seen() {
    let tally = play(&[1, 3, 5, 7, 9, 11, 13, 15], Nerves::AsksAgain);
    let seen = tally.broken.iter().filter(|(_, why)| why.contains("2 POSTs")).count();
    assert!(seen > 0, "nobody has seen it: {:?}", tally.broken);
}

fn door_of(run: usize) -> Door {
    if run.is_multiple_of(2) { Door::OldPages } else { Door::Est }
}

/// What came of many runs.
#[derive(Debug, Default)]
struct Tally {
    broken: Vec<(usize, String)>,
    roads: BTreeMap<String, Roads>,
}

/// Where the clicks have led.
#[derive(Debug, Default)]
struct Roads(BTreeMap<String, usize>);

impl fmt::Display for Roads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<String> = self.0.iter().map(|(road, times)| format!("{road} {times}")).collect();
        f.write_str(&each.join(", "))
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.broken.extend(other.broken);
        for (door, roads) in other.roads {
            let mine = self.roads.entry(door).or_default();
            roads.0.into_iter().for_each(|(road, times)| *mine.0.entry(road).or_default() += times);
        }
    }

    fn assert_unbroken(&self) {
        let how = |(run, why): &(usize, String)| {
            format!(
                "SHIRUSHI_SEED={} SHIRUSHI_RUN={run} cargo test --workspace --features demo --test secrets every_click: {why}",
                seed()
            )
        };
        let broken: Vec<String> = self.broken.iter().map(how).collect();
        assert!(broken.is_empty(), "{} broken\n{}", broken.len(), broken.join("\n"));
    }
}

/// Some at a time, each lane at a bank of its own: what is ordered from a bank strikes the next who comes.
fn play(runs: &[usize], nerves: Nerves) -> Tally {
    let lanes = if runs.len() > FEW { 4 } else { 2 };
    let first = tempfile::tempdir().expect("a folder");
    drop(open(&first)); // its keys are the keys of all
    let (next, chunks) =
        (AtomicUsize::new(0), runs.chunks(CUSTOMERS.min(runs.len().div_ceil(lanes))).collect::<Vec<_>>());
    let lane = || {
        let mut tally = Tally::default();
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            tally.add(at_one_bank(&first, chunk, nerves));
        }
        tally
    };
    let mut all = Tally::default();
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().for_each(|lane| all.add(lane.join().expect("a lane comes to its end")));
    });
    all
}

fn open(folder: &TempDir) -> Bank {
    let (listen, state) = (([127, 0, 0, 1], 0).into(), folder.path().join("bank"));
    let options = Options { listen, state, seed: 1, guests: CUSTOMERS, replay: Replay::Same };
    Bank::start(options).expect("the bank opens")
}

fn at_one_bank(first: &TempDir, runs: &[usize], nerves: Nerves) -> Tally {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("bank/ca");
    std::fs::create_dir_all(&authority).expect("a folder");
    for file in std::fs::read_dir(first.path().join("bank/ca")).expect("the keys").flatten() {
        std::fs::copy(file.path(), authority.join(file.file_name())).expect("a copy");
    }
    let bank = open(&folder);
    let guests: Vec<Account> = bank.ready().accounts.iter().filter(|one| one.case == Case::Normal).cloned().collect();
    let (mut tally, mut sent) = (Tally::default(), 0);
    for (run, guest) in runs.iter().zip(guests) {
        let mut click = Click::at(&bank, *run, guest, nerves);
        click.play();
        sent += click.sent;
        let roads = tally.roads.entry(format!("{:?}", door_of(*run))).or_default();
        *roads.0.entry(click.road.clone()).or_default() += 1;
        tally.broken.extend(click.broken.into_iter().map(|why| (*run, why)));
    }
    let counted = bank.counters().first;
    if counted != sent {
        tally.broken.push((runs[0], format!("the bank counted {counted} first POSTs, of its customers came {sent}")));
    }
    tally
}

/// One person, one PC, one trouble.
struct Click<'a> {
    bank: &'a Bank,
    chance: Chance,
    door: Door,
    trouble: Trouble,
    /// Something odd may still be on order from an earlier run.
    plain: bool,
    customer: Account,
    right: Account,
    pc: Pc,
    player: Player,
    before: AccountCounters,
    /// First POSTs of this run.
    sent: u64,
    road: String,
    broken: Vec<String>,
}

impl<'a> Click<'a> {
    fn at(bank: &'a Bank, run: usize, guest: Account, nerves: Nerves) -> Self {
        let mut chance = Chance::new(seed() ^ (run as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let trouble = Trouble::drawn(&mut chance);
        let plain = bank.waiting_oddities().is_empty() && !matches!(trouble, Trouble::Manner(_));
        let right = match trouble {
            Trouble::TurnedAway(case) => {
                bank.ready().accounts.iter().find(|one| one.case == case).expect("this case").clone()
            }
            _ => guest,
        };
        let mut customer = right.clone();
        match trouble {
            Trouble::WrongPassword => customer.password = "wrong-one".into(),
            Trouble::WrongConfirmation => customer.confirmation = "wrong-one".into(),
            Trouble::Answer(fault) => bank.fault(fault),
            Trouble::Manner(oddity) => bank.oddity(oddity),
            _ => {}
        }
        let pc = Pc::new();
        if let Trouble::StoreAfter(call) = trouble {
            let error = StoreError::Failed("planned".into());
            pc.store.fail(memory::Fault { call, moment: Moment::After, error });
        }
        let door = door_of(run);
        let player = Player::open(world(&pc, bank, door, trouble, nerves));
        let before = counted(bank, &right);
        let (road, broken) = ("nothing sent".to_owned(), Vec::new());
        Self { bank, chance, door, trouble, plain, customer, right, pc, player, before, sent: 0, road, broken }
    }

    fn play(&mut self) {
        if !self.walk_to_the_click() {
            return;
        }
        self.click();
        self.linger();
        if self.chance.below(2) == 0 {
            self.go_on();
        }
    }

    /// To the button that sends. Nothing is sent on the way, and not everybody comes there.
    fn walk_to_the_click(&mut self) -> bool {
        for _ in 0..8 {
            match self.player.stage() {
                StageName::Security => break,
                StageName::Credentials => self.player.fill(&self.customer),
                _ => {}
            }
            if self.player.window == Window::Closed {
                break;
            }
            self.player.press(Control::Primary);
        }
        let (first, polls) = self.news();
        self.must(first + polls == 0, || format!("{first} POSTs before the click"));
        self.player.stage() == StageName::Security && self.player.window == Window::Open
    }

    fn click(&mut self) {
        let wrong = self.before.wrong_numbers;
        self.player.press(Control::Primary);
        let (first, polls) = self.news();
        self.must(first <= 1, || format!("{first} POSTs for one click"));
        self.must(polls == 0, || format!("{polls} polls at once"));
        self.must(first == 1 || !self.trouble.lets_send(self.door), || "no POST for a click".to_owned());
        self.road = format!("{:?}", self.player.stage()).to_lowercase();
        if self.before.wrong_numbers > wrong {
            self.shows_what_is_left();
        }
    }

    /// The bank has told how many tries are left, where its refusal has a place for it.
    fn shows_what_is_left(&mut self) {
        let (left, text) = (7 - self.before.wrong_numbers, self.player.text());
        let (plain, shown) = (self.plain, text.contains(&format!("あと{left}回")));
        self.must(!plain || shown, || format!("{left} tries are left, and it is not said: {text}"));
    }

    /// Time passes, and nobody touches anything.
    fn linger(&mut self) {
        for step in 0..3 {
            let waits = self.player.stage() == StageName::Waiting;
            if step > 0 {
                self.pc.clock.advance(SignedDuration::from_mins(5));
            }
            self.player.tick();
            let (first, polls) = self.news();
            self.must(first == 0, || format!("{first} POSTs that nobody asked for"));
            self.must(polls <= u64::from(waits && step > 0), || format!("{polls} polls that were not due"));
        }
    }

    /// Presses what the page offers: only the button of the level page sends, and it sends once.
    fn go_on(&mut self) {
        for _ in 0..PATIENCE {
            let stage = self.player.stage();
            if self.player.window == Window::Closed || stage == StageName::Complete {
                break;
            }
            if stage == StageName::Credentials {
                let numbers = self.right.clone();
                self.player.fill(&numbers);
            }
            self.player.press(Control::Primary);
            let (first, polls) = self.news();
            self.must(first <= u64::from(stage == StageName::Security), || format!("{first} POSTs on {stage:?}"));
            let asks = matches!(stage, StageName::Security | StageName::Waiting);
            self.must(first + polls <= u64::from(asks), || format!("{first} POSTs and {polls} polls on {stage:?}"));
        }
    }

    /// First POSTs and polls since the last look.
    fn news(&mut self) -> (u64, u64) {
        let now = counted(self.bank, &self.right);
        let news = (now.first - self.before.first, now.poll - self.before.poll);
        self.before = now;
        self.sent += news.0;
        news
    }

    fn must(&mut self, holds: bool, why: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(format!("{:?}: {}; {}", self.trouble, why(), self.player.text().replace('\n', " ")));
        }
    }
}

fn counted(bank: &Bank, account: &Account) -> AccountCounters {
    bank.counters().by_account.remove(&account.id()).unwrap_or_default()
}

//! The manual's nine steps, played by EST and on the old pages: each sentence stands on the page where the map has it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use shirushi::{page::Control, wizard::StageName};

use crate::{
    player::Player,
    world::{Door, Pc, Plan, SharedBank, TransportFault, bank},
};

const MAP: &str = include_str!("../../docs/manual-map.md");

/// Sentences whose page is only there when something is wrong: `tests/manual.rs` builds it.
const NOT_ON_THE_WAY: [&str; 1] = ["接続先が本物であることを確かめました"];

/// Number of the step, page and words.
type Row = (&'static str, &'static str, &'static str);

fn rows() -> Vec<Row> {
    let lines = MAP.lines().filter(|line| line.starts_with('|')).skip(2);
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, page, _, words, _] = cells[..] else { panic!("six cells: {line}") };
        (number, page, words)
    });
    rows.filter(|(number, ..)| *number != "–").collect()
}

/// What has been read on the way, by the page's name in the map.
#[derive(Default)]
struct Read(BTreeMap<&'static str, String>);

impl Read {
    fn note(&mut self, page: &'static str, text: &[String]) {
        let said = self.0.entry(page).or_default();
        text.iter().for_each(|text| *said += &format!("{}\n", text.replace('\u{200B}', "")));
    }

    fn page(&mut self, page: &'static str, player: &Player) {
        self.note(page, &player.page().spoken());
        self.note("frame", &player.scene().frame.spoken());
    }

    fn has(&self, page: &str, words: &str) -> bool {
        self.0.get(page).is_some_and(|text| text.contains(words))
    }
}

/// The first page a year later; then the whole way, with one wrong number and one try to close the window.
fn walk(bank: &'static SharedBank, door: Door) -> Read {
    let open = |pc: &Pc| Player::open(pc.world_with_profile(bank.profile_of(door), Plan::default()));
    let (pc, mut read) = (Pc::new(), Read::default());
    assert_eq!(open(&pc).walk(&bank.guest()), StageName::Complete);
    pc.clock.advance(SignedDuration::from_hours(24 * 370));
    read.page("login", &open(&pc));

    let (pc, mut guest) = (Pc::new(), bank.guest());
    let mut player = open(&pc);
    let right = std::mem::replace(&mut guest.password, "wrong-one".into());
    player.walk(&guest);
    read.page("setback", &player);
    player.press(Control::Primary);
    guest.password = right;
    read.page("credentials", &player);
    player.walk_to(StageName::Trust, &guest);
    read.page("trust", &player);
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Details);
    read.page("security", &player);
    player.begin(Control::Primary);
    read.page("progress", &player);
    player.request_close();
    read.note("closing", &player.scene().dialog.expect("the window is held").spoken());
    player.wait();
    player.press(Control::DialogPrimary);
    read.page("install", &player);
    player.walk(&guest);
    read.page("complete", &player);
    read
}

/// ② The authority's page does not come up.
fn without_an_authority(bank: &'static SharedBank, door: Door, read: &mut Read) {
    let (pc, guest) = (Pc::new(), bank.guest());
    let plan = Plan { transport: Some((1, TransportFault::Unreachable)), ..Plan::default() };
    let mut player = Player::open(pc.world_with_profile(bank.profile_of(door), plan));
    assert_eq!(player.walk(&guest), StageName::Setback);
    read.page("setback", &player);
}

fn nine_steps(door: Door) -> Read {
    let mut read = walk(bank(), door);
    without_an_authority(bank(), door, &mut read);
    assert_eq!(missing(&read, rows()), [], "{door:?}");
    // Planted: a map that has the manual's last page before its first.
    let wrong = rows().into_iter().filter(|row| row.1 == "complete").map(|(number, _, words)| (number, "login", words));
    assert_eq!(missing(&read, wrong.collect()).len(), 2, "⑧ and ⑨ are not on the first page");
    read
}

fn missing(read: &Read, rows: Vec<Row>) -> Vec<Row> {
    let is_missing = |(_, page, words): &Row| !read.has(page, words) && !NOT_ON_THE_WAY.contains(words);
    rows.into_iter().filter(is_missing).collect()
}

#[test]
fn the_manuals_steps_are_all_there_by_est() {
    nine_steps(Door::Est);
}

#[test]
fn the_manuals_steps_are_all_there_on_the_old_pages_with_its_addresses() {
    let read = nine_steps(Door::OldPages);
    assert!(read.has("trust", "/sscm//client/userEnrollMS.htm?b_c=9901&c_e=1&a_u=1"));
    assert!(read.has("install", "/sscm//cgi-bin/sophialite.exe"));
    assert!(!read.has("install", "userEnrollMS.htm"), "two pages, two addresses");
}

#[test]
fn every_step_of_the_manual_has_rows() {
    let numbers: BTreeSet<&str> = rows().into_iter().map(|(number, ..)| number).collect();
    assert_eq!(numbers, BTreeSet::from(["①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "※"]));
}

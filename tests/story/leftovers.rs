//! What earlier runs have left: tidied, gone on with, or told and left alone.

use std::sync::Arc;

use jiff::SignedDuration;
use shirushi::{
    domain::{KeyLabel, Secret, SecurityLevel},
    journal::{Event, Folder, Intent, Journal, Stage},
    keystore::{KeyStore, MemoryStore},
    page::Control,
    wizard::StageName,
};

use crate::{
    player::{Player, Window},
    world::{Pc, Plan, StorageFault, TransportFault, bank},
};

/// A run that was killed when its key was made.
fn killed_with_a_key(pc: &Pc) -> KeyLabel {
    let label = KeyLabel::from_random(1);
    let journal = pc.journal();
    let profile = bank().profile();
    let intent = Intent {
        label: label.clone(),
        institution: profile.institution.id.clone(),
        role: profile.roles[0].id.clone(),
        store: pc.store.description().address,
        level: SecurityLevel::Medium,
        subject: Default::default(),
        renews: None,
    };
    let mut enrollment = journal.begin(intent).expect("begins");
    let signer = pc.store.create(&label, 2048, SecurityLevel::Medium).expect("a key");
    let made = Event::KeyMade { key: signer.spki_hash(), effective: SecurityLevel::Medium };
    journal.record(&mut enrollment, made).expect("written");
    label
}

#[test]
fn a_key_that_nothing_was_sent_for_is_gone_after_the_next_start() {
    let pc = Pc::new();
    let label = killed_with_a_key(&pc);
    let player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Login, "{}", player.text());
    assert!(!pc.store.keys().expect("keys").contains(&label), "a key without a certificate stayed");
    drop(player);
    assert_eq!(pc.journal().replay(&label).expect("replays").stage(), Stage::Abandoned);
}

#[test]
fn a_store_that_is_closed_keeps_its_leftovers_and_stops_nothing() {
    let secret = Secret::new("ひらけごま1");
    let pc = Pc { store: MemoryStore::with_password(secret.clone()), ..Pc::new() };
    // Opened by the run that was killed, closed for the next one.
    pc.store.unlock(&secret).expect("opens");
    let label = killed_with_a_key(&pc);
    pc.store.close();
    for _ in 0..2 {
        let player = Player::open(pc.world(bank(), Plan::default()));
        assert_eq!(player.stage(), StageName::Login, "{}", player.text());
    }
    pc.store.unlock(&secret).expect("opens");
    Player::open(pc.world(bank(), Plan::default()));
    assert!(!pc.store.keys().expect("keys").contains(&label), "it goes when the store is open");
}

#[test]
fn one_press_after_a_full_disk_is_enough() {
    for nth in 1..=16 {
        let (pc, guest) = (Pc::new(), bank().guest());
        let plan = Plan { storage: Some((nth, StorageFault::Refused)), ..Plan::default() };
        let mut player = Player::open(pc.world(bank(), plan));
        if player.walk(&guest) == StageName::Setback {
            player.press(Control::Primary);
            assert_eq!(player.walk(&guest), StageName::Complete, "call {nth}: {}", player.text());
        }
    }
}

/// After a power cut the clock may be years behind: that leads to the clock, never to giving the certificate up.
#[test]
fn a_clock_that_fell_back_is_told_and_nothing_is_given_up() {
    let (pc, guest) = (Pc::new(), bank().guest());
    Player::open(pc.world(bank(), Plan::default())).walk_to(StageName::Install, &guest);
    let years = SignedDuration::from_hours(6 * 365 * 24);
    pc.clock.advance(-years);
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Setback, "{}", player.text());
    assert!(player.text().contains("S02"), "{}", player.text());
    assert!(player.text().contains("発行済みです"), "{}", player.text());
    pc.clock.advance(years);
    player.press(Control::Primary);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
}

#[test]
fn a_record_that_cannot_be_read_is_told_before_anything_is_typed() {
    let pc = Pc::new();
    drop(pc.journal());
    let file = pc.journal_folder().join("shirushi-00000000000000aa.journal");
    std::fs::write(&file, "0123456789abcdef {\"v\":1}\n").expect("written");
    let player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Setback);
    assert!(player.text().contains("M14"), "{}", player.text());
    drop(player);
    assert!(file.exists(), "left alone");
}

#[test]
fn what_can_be_read_goes_on_beside_a_record_that_cannot() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let plan = Plan { transport: Some((2, TransportFault::AnswerLost)), ..Plan::default() };
    Player::open(pc.world(bank(), plan)).walk(&guest);
    let file = pc.journal_folder().join("shirushi-00000000000000aa.journal");
    std::fs::write(&file, "0123456789abcdef {\"v\":1}\n").expect("written");
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(bank().issued(&guest), 1);
}

/// A request without a time in its 202 waits as long after a restart as it would have before.
#[test]
fn a_202_without_a_time_is_not_asked_again_at_once_after_a_restart() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let plan = Plan { transport: Some((2, TransportFault::AnswerLost)), ..Plan::default() };
    Player::open(pc.world(bank(), plan)).walk(&guest);
    let folder: Arc<Folder> = Arc::new(Folder::open(&pc.journal_folder()).expect("opens"));
    let journal = Journal::new(folder, pc.clock.clone());
    let mut open = journal.enrollments().expect("reads").remove(0);
    for event in
        [Event::Submitting { attempt: 2, published: Vec::new() }, Event::Pending { retry_at: None, reference: None }]
    {
        journal.record(&mut open, event).expect("legal");
    }
    drop(journal);

    let posts = bank().posts(&guest);
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.window, Window::Closed, "there is nothing to do yet but to close");
    assert_eq!(bank().posts(&guest), posts);
    drop(player);
    pc.clock.advance(SignedDuration::from_secs(61));
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
}

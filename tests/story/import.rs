//! A certificate that comes as a file, wherever a request is open: the right one in any dress, and every wrong one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::SignedDuration;
use practice_bank::{Account, Fault, Oddity};
use shirushi::{
    journal::Stage,
    page::{Block, Closing, Control, Readiness, courier::Carried},
    session::{Cause, Interrupted, read_answer},
    wizard::StageName,
};

use crate::{
    carried::{der, p7b, pem, pem_from_windows},
    player::Player,
    refusals::stopped_with,
    world::{
        Pc, Plan, SharedBank, TransportFault, bank, desk, interrupted, moody_bank, moody_refusing_bank, refusing_bank,
        runtime,
    },
};

pub const IMPORT: Control = Control::Carry(Carried::Certificate);

/// Somebody whose answer was lost, before the page that says so.
fn lost(bank: &'static SharedBank) -> (Pc, Account, Player) {
    let (pc, guest) = (Pc::new(), bank.guest());
    let plan = Plan { transport: Some((2, TransportFault::AnswerLost)), ..Plan::default() };
    let mut player = Player::open(pc.world(bank, plan));
    assert_eq!(player.walk(&guest), StageName::Setback, "{}", player.text());
    (pc, guest, player)
}

/// What the system's dialog answers from now on.
pub fn dialog(pc: &Pc, file: Option<&Path>) {
    *pc.dialog.lock().expect("the dialog") = file.map(Path::to_owned);
}

pub fn file(pc: &Pc, name: &str, content: &[u8]) -> PathBuf {
    let file = pc.folder.path().join(name);
    fs::write(&file, content).expect("a file");
    file
}

fn stage(pc: &Pc) -> Stage {
    pc.journal().enrollments().expect("reads").pop().expect("an enrollment").stage()
}

#[test]
fn a_lost_answer_that_nobody_may_ask_for_comes_as_a_file_in_any_dress() {
    type Dress = fn(&[String]) -> Vec<u8>;
    let dresses: [(&str, Dress); 5] = [
        ("answer.p7b", p7b),
        ("answer.pem", pem),
        ("answer.crt", pem_from_windows),
        ("answer.der", der),
        ("電子証明書 新.cer", |chain| chain[0].clone().into_bytes()),
    ];
    for (name, dress) in dresses {
        let (pc, guest, mut player) = lost(refusing_bank());
        let answer = file(&pc, name, &dress(&refusing_bank().issued_chain(&guest)));
        dialog(&pc, Some(&answer));
        player.press(IMPORT);
        assert_eq!(player.stage(), StageName::Install, "{name}: {}", player.text());
        assert!(player.text().contains(name), "trust page 2 names the file: {}", player.text());
        assert_eq!(player.walk(&guest), StageName::Complete, "{name}: {}", player.text());
        assert!(player.text().contains("ログインできることを確かめました"), "{}", player.text());
        drop(player);
        assert_eq!(stage(&pc), Stage::Done);
        assert_eq!((refusing_bank().posts(&guest), refusing_bank().issued(&guest)), (1, 1));
    }
}

#[test]
fn it_is_offered_at_the_next_start_too_and_the_name_can_be_typed() {
    for bank in [bank(), refusing_bank()] {
        let (pc, guest, player) = lost(bank);
        drop(player);
        let answer = file(&pc, "answer.crt", &pem(&bank.issued_chain(&guest)));
        let mut player = Player::open(pc.world(bank, Plan::default()));
        assert_eq!(player.stage(), StageName::Resume);
        player.press(IMPORT);
        assert!(player.text().contains("ファイルを選ぶ画面が開かないときは"), "{}", player.text());
        player.type_into("carried_file", "");
        player.press(Control::Primary);
        assert!(player.text().contains("＊ファイルの場所をご入力ください。"), "{}", player.text());
        player.type_into("carried_file", "/no/such/file.cer");
        player.press(Control::Primary);
        assert!(player.text().contains("＊そのファイルは見つかりません。"), "{}", player.text());
        player.type_into("carried_file", &answer.display().to_string());
        player.press(Control::Primary);
        assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
        assert_eq!((bank.posts(&guest), bank.issued(&guest)), (1, 1));
    }
}

/// The oldest answer of a bank is for somebody else.
fn strangers(bank: &'static SharedBank) -> Vec<u8> {
    let (pc, other) = (Pc::new(), bank.guest());
    assert_eq!(Player::open(pc.world(bank, Plan::default())).walk(&other), StageName::Complete);
    pem(&bank.issued_chain(&other))
}

#[test]
fn a_wrong_file_is_told_in_words_and_changes_nothing() {
    let (pc, guest, player) = lost(refusing_bank());
    drop(player);
    let right = pem(&refusing_bank().issued_chain(&guest));
    let link = pc.folder.path().join("link.cer");
    std::os::unix::fs::symlink(file(&pc, "right.cer", &right), &link).expect("a link");
    let files = [
        (file(&pc, "empty.cer", b""), "電子証明書は入っていません"),
        (file(&pc, "letter.cer", "拝啓".as_bytes()), "電子証明書は入っていません"),
        (file(&pc, "half.cer", &right[..right.len() / 3]), "電子証明書は入っていません"),
        (file(&pc, "other.cer", &strangers(refusing_bank())), "別の申請の電子証明書です"),
        (file(&pc, "large.cer", &vec![b'A'; 1024 * 1024 + 1]), "ファイルが大きすぎます"),
        (pc.folder.path().to_owned(), "ファイルではありません"),
        (link, "ほかのファイルへのリンクです"),
        (pc.folder.path().join("gone.cer"), "見つかりません"),
        (PathBuf::from("/dev/zero"), "ファイルではありません"),
    ];
    let mut player = Player::open(pc.world(refusing_bank(), Plan::default()));
    let before = player.page();
    for (file, said) in files {
        dialog(&pc, Some(&file));
        player.press(IMPORT);
        assert_eq!(player.stage(), StageName::Resume, "{}", file.display());
        assert!(player.text().contains(said), "{}: {}", file.display(), player.text());
        assert_eq!(player.closing(), Closing::Free);
        player.press(Control::Back);
        assert!(player.page() == before, "{}: {}", file.display(), player.text());
    }
    dialog(&pc, Some(&pc.folder.path().join("right.cer")));
    player.press(IMPORT);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
}

/// Another bank's certificate for this very key.
#[test]
fn a_certificate_of_another_authority_is_none() {
    let (pc, guest, player) = lost(refusing_bank());
    drop(player);
    let answer = file(&pc, "answer.cer", &pem(&refusing_bank().issued_chain(&guest)));
    let mut profile = (*refusing_bank().profile()).clone();
    profile.anchors.issuer = bank().profile().anchors.issuer.clone();
    let mut player = Player::open(pc.world_with_profile(profile.into(), Plan::default()));
    dialog(&pc, Some(&answer));
    player.press(IMPORT);
    assert!(player.text().contains("この金融機関の認証局が発行したものではありません"), "{}", player.text());
    drop(player);
    assert_eq!(stage(&pc), Stage::Unknown);
}

#[test]
fn an_answer_that_was_not_believed_gives_way_to_a_file() {
    let bank = moody_refusing_bank();
    let _alone = bank.alone();
    let (pc, guest) = (Pc::new(), bank.guest());
    bank.bank.fault(Fault::Garbage);
    let mut player = Player::open(pc.world(bank, Plan::default()));
    assert_eq!(player.walk(&guest), StageName::Setback);
    let wrong = file(&pc, "wrong.cer", b"nothing");
    dialog(&pc, Some(&wrong));
    player.press(IMPORT);
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    assert!(player.text().contains("電子証明書は入っていません"), "{}", player.text());
    dialog(&pc, Some(&file(&pc, "right.p7c", &p7b(&bank.issued_chain(&guest)))));
    player.press(IMPORT);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    drop(player);
    assert_eq!(stage(&pc), Stage::Done);
}

/// Whoever waits keeps waiting after a wrong file, with the numbers as they were.
#[test]
fn while_the_authority_prepares_it_a_wrong_file_costs_nothing() {
    let bank = moody_bank();
    let _alone = bank.alone();
    bank.bank.oddity(Oddity::RetryAfterSeconds);
    let (pc, guest) = (Pc::new(), bank.guest());
    let mut player = Player::open(pc.world(bank, Plan::default()));
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Waiting, "{}", player.text());
    dialog(&pc, Some(&file(&pc, "other.cer", &strangers(super::world::refusing_bank()))));
    player.press(IMPORT);
    assert!(player.text().contains("別の申請の電子証明書です"), "{}", player.text());
    assert_eq!(player.stage(), StageName::Waiting);
    pc.clock.advance(jiff::SignedDuration::from_mins(5));
    player.tick();
    assert_eq!(player.stage(), StageName::Install, "asked again without a word: {}", player.text());
    assert_eq!((bank.posts(&guest), bank.issued(&guest)), (2, 1));
}

/// The dialog may lie behind other windows: the page goes on, and a second one is not opened.
#[test]
fn while_the_dialog_is_open_the_page_goes_on() {
    let (pc, guest, player) = lost(bank());
    drop(player);
    let answer = file(&pc, "answer.cer", &pem(&bank().issued_chain(&guest)));
    dialog(&pc, Some(&answer));
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    let late = player.begin_aside(IMPORT).expect("a dialog");
    assert!(player.begin_aside(IMPORT).is_none(), "one is open");
    let page = player.page();
    let link = page.buttons().into_iter().find(|button| button.control == IMPORT).expect("the link");
    assert_eq!(link.readiness, Readiness::Busy);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Credentials);
    player.finish(late);
    assert_eq!(player.stage(), StageName::Credentials, "who has gone on has decided");
}

#[test]
fn where_nothing_is_open_nothing_is_offered() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    for stage in [StageName::Login, StageName::Credentials, StageName::Trust, StageName::Security, StageName::Install] {
        player.walk_to(stage, &guest);
        let offered = |block: &Block| matches!(block, Block::Remark { link, .. } if link.control == IMPORT);
        assert!(!player.page().blocks.iter().any(offered), "{stage:?}");
    }
    drop(player);
    let player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume);
    assert!(!player.text().contains("受け取った証明書ファイルを取り込む"), "it has been received: {}", player.text());
}

/// Somebody to whom a certificate came that was believed, and who has not stored it yet.
fn received(bank: &SharedBank) -> (Pc, PathBuf) {
    let (pc, guest) = (Pc::new(), bank.guest());
    Player::open(pc.world(bank, Plan::default())).walk_to(StageName::Install, &guest);
    let answer = file(&pc, "answer.cer", &pem(&bank.issued_chain(&guest)));
    (pc, answer)
}

/// Not believed any more: another profile, or another clock. What came is kept all the same.
#[test]
fn what_was_believed_once_gives_way_to_no_file() {
    let (pc, answer) = received(bank());
    let mut profile = (*bank().profile()).clone();
    profile.anchors.issuer = refusing_bank().profile().anchors.issuer.clone();
    let mut player = Player::open(pc.world_with_profile(profile.into(), Plan::default()));
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    dialog(&pc, Some(&answer));
    player.press(IMPORT);
    stopped_with(&player, "S04-09");
    drop(player);
    assert_eq!(stage(&pc), Stage::Validated);
}

#[test]
fn a_clock_that_is_past_its_end_is_told_to_whoever_comes_with_a_file() {
    let (pc, answer) = received(bank());
    pc.clock.advance(SignedDuration::from_hours(24 * 365 * 20));
    let player = Player::open(pc.world(bank(), Plan::default()));
    assert!(!player.page().controls().contains(&IMPORT), "{}", player.text());
    drop(player);
    let desk = desk(pc.world(bank(), Plan::default()), &pc);
    let Interrupted::NotBelieved(asked) = interrupted(&desk) else { panic!("it is over by this clock") };
    let setback = runtime().block_on(asked.import(read_answer(&answer).expect("reads"))).expect_err("refused");
    assert!(matches!(setback.error.cause, Cause::OutOfDate { .. }), "{}", setback.error);
    drop((desk, setback));
    assert_eq!(stage(&pc), Stage::Validated);
}

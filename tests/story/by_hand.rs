//! A bank that takes a request over its counter: the user carries a file there and another one back. In these tests the
//! one who carries it asks the practice bank.

use std::{fs, path::PathBuf, sync::Arc};

use practice_bank::Account;
use shirushi::{
    domain::Profile,
    journal::Stage,
    keystore::KeyStore,
    page::{Block, Closing, Control, closing::HoldReason, courier::Carried},
    wizard::StageName,
};

use crate::{
    carried::{by_hand, over_the_counter},
    import::{IMPORT, dialog, file},
    player::{Player, Window},
    world::{Pc, Plan, StorageFault, bank},
};

const SAVE: Control = Control::Carry(Carried::Request);

fn profile() -> Arc<Profile> {
    Arc::new(Profile::from_toml(&by_hand(&bank().bank.profile_toml())).expect("a profile"))
}

fn open(pc: &Pc, plan: Plan) -> Player {
    Player::open(pc.world_with_profile(profile(), plan))
}

fn drafted(pc: &Pc, guest: &Account) -> Player {
    let mut player = open(pc, Plan::default());
    player.walk_to(StageName::Security, guest);
    assert!(player.text().contains("何も送信しません"), "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    player
}

fn stage(pc: &Pc) -> Option<Stage> {
    pc.journal().enrollments().expect("reads").pop().map(|enrollment| enrollment.stage())
}

fn offers(player: &Player, control: &Control) -> bool {
    player.page().controls().contains(control)
}

#[test]
fn a_request_is_carried_to_the_bank_and_its_certificate_back_another_day() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = drafted(&pc, &guest);
    assert!(player.text().contains("申請データをお渡しください"), "{}", player.text());
    assert!(player.text().contains("お客様カードに書かれた番号へ、お電話ください。"), "whom: {}", player.text());
    assert!(player.text().contains("申請データは、秘密のものではありません"), "{}", player.text());
    assert_eq!(bank().posts(&guest), 0, "nothing is sent");

    let request = pc.folder.path().join("電子証明書申請.csr");
    dialog(&pc, Some(&request));
    player.press(Control::Primary);
    assert!(player.text().contains("申請データを保存しました。"), "{}", player.text());
    let text = fs::read_to_string(&request).expect("a request");
    assert!(text.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"), "{text}");
    assert!(![&guest.password, &guest.confirmation].into_iter().any(|secret| text.contains(secret.as_str())));
    player.press(Control::Second);
    assert_eq!(player.window, Window::Closed);
    drop(player);
    assert_eq!(stage(&pc), Some(Stage::Pending { retry_at: None }));

    let answer = over_the_counter(&bank().profile(), &text, &guest);
    let mut player = open(&pc, Plan::default());
    assert!(player.text().contains("証明書のファイルを待っています"), "{}", player.text());
    dialog(&pc, Some(&file(&pc, "answer.p7b", &answer.body)));
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert!(player.text().contains("ログインできることを確かめました"), "{}", player.text());
    drop(player);
    assert_eq!(stage(&pc), Some(Stage::Done));
    assert_eq!((bank().issued(&guest), pc.store.keys().expect("keys").len()), (1, 1));
}

#[test]
fn the_same_request_can_be_saved_again_and_never_over_another_file() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let player = drafted(&pc, &guest);
    drop(player);
    let mut player = open(&pc, Plan::default());
    let taken = file(&pc, "letter.csr", b"a letter");
    dialog(&pc, Some(&taken));
    player.press(SAVE);
    assert!(player.text().contains("上書きはしません"), "{}", player.text());
    assert_eq!(fs::read(&taken).expect("the letter"), b"a letter");
    let places = ["first.csr", "second.csr", "first.csr"].map(|name| pc.folder.path().join(name));
    for place in &places {
        dialog(&pc, Some(place));
        player.press(SAVE);
        assert!(player.text().contains("申請データを保存しました。"), "{}", player.text());
    }
    assert_eq!(fs::read(&places[0]).expect("one"), fs::read(&places[1]).expect("two"));

    dialog(&pc, None);
    player.press(SAVE);
    assert!(player.text().contains("ファイルを選ぶ画面が開かないときは"), "{}", player.text());
    player.type_into("carried_file", "/no/such/folder/a.csr");
    player.press(Control::Primary);
    assert!(player.text().contains("＊その場所には、保存できません。"), "{}", player.text());
    let typed: PathBuf = pc.folder.path().join("typed.csr");
    player.type_into("carried_file", &typed.display().to_string());
    player.press(Control::Primary);
    assert_eq!(fs::read(&typed).expect("typed"), fs::read(&places[0]).expect("one"));
}

#[test]
fn while_a_file_is_read_or_written_the_window_is_held() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = drafted(&pc, &guest);
    for (carried, name) in [(Carried::Request, "typed.csr"), (Carried::Certificate, "none.p7b")] {
        let place = pc.folder.path().join(name);
        dialog(&pc, None);
        player.press(Control::Carry(carried));
        assert_eq!(player.closing(), Closing::Free, "{carried:?}: nothing is at work");
        player.type_into("carried_file", &place.display().to_string());
        player.begin(Control::Primary);
        assert_eq!(player.closing(), Closing::Hold(HoldReason::Carrying), "{carried:?}");
        player.request_close();
        assert_eq!(player.window, Window::Open, "{carried:?}");
        player.wait();
        assert_eq!((player.closing(), place.exists()), (Closing::Free, carried == Carried::Request));
        assert!(player.scene().dialog.is_some(), "{carried:?}: now it is safe, and it asks");
        player.press(Control::DialogPrimary);
        player.press(Control::Back);
    }
    let held = || pc.vigil.reasons.lock().expect("reasons").iter().filter(|why| why.contains("読み書き")).count();
    let before = held();
    dialog(&pc, Some(&pc.folder.path().join("chosen.csr")));
    player.press(SAVE);
    assert_eq!(held() - before, 1, "also where a dialog has brought the file");
}

/// Whatever is handed out is waited for: no start tidies its key away, and only the user gives it up.
#[test]
fn the_key_is_kept_until_the_user_gives_it_up() {
    let (pc, guest) = (Pc::new(), bank().guest());
    drop(drafted(&pc, &guest));
    for _ in 0..3 {
        let player = open(&pc, Plan::default());
        assert_eq!(player.stage(), StageName::Resume);
        assert!(!offers(&player, &Control::Copy), "there is nobody to ask for another issue");
    }
    assert_eq!(pc.store.keys().expect("keys").len(), 1);
    let mut player = open(&pc, Plan::default());
    player.press(Control::ApplyAnew);
    assert!(player.scene().dialog.is_some(), "it is asked about");
    player.press(Control::DialogSecond);
    assert_eq!(player.stage(), StageName::Login, "{}", player.text());
    assert_eq!(pc.store.keys().expect("keys").len(), 0);
    drop(player);
    assert_eq!(stage(&pc), Some(Stage::Abandoned));
}

/// More calls of the journal than a run makes.
const CALLS: usize = 24;

/// A kill at each call of the journal, and a disk that refuses it: the next start shows the one page that is true.
#[test]
fn a_kill_between_any_two_steps_leaves_no_key_or_a_request_to_hand_over() {
    let guest = bank().guest(); // the bank never hears of it
    for fault in [StorageFault::Killed, StorageFault::Torn, StorageFault::Refused] {
        let mut seen = Vec::new();
        for nth in 1..=CALLS {
            let pc = Pc::new();
            open(&pc, Plan { storage: Some((nth, fault)), ..Plan::default() }).walk(&guest);
            let player = open(&pc, Plan::default());
            let keys = pc.store.keys().expect("keys").len();
            match player.stage() {
                StageName::Login => assert_eq!(keys, 0, "{fault:?} {nth}"),
                StageName::Resume => assert_eq!((keys, offers(&player, &SAVE)), (1, true), "{fault:?} {nth}"),
                other => panic!("{fault:?} {nth}: {other:?}: {}", player.text()),
            }
            seen.push(player.stage());
            drop(player);
            let handed_out = matches!(stage(&pc), Some(Stage::Pending { .. }));
            assert_eq!(handed_out, seen.last() == Some(&StageName::Resume), "{fault:?} {nth}");
        }
        assert_eq!((seen[0], seen[CALLS - 1]), (StageName::Login, StageName::Resume), "{fault:?}: all were cut");
    }
}

#[test]
fn a_file_of_an_older_request_is_not_this_ones() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = drafted(&pc, &guest);
    let old = pc.folder.path().join("old.csr");
    dialog(&pc, Some(&old));
    player.press(Control::Primary);
    let answer = over_the_counter(&bank().profile(), &fs::read_to_string(&old).expect("a request"), &guest);
    player.press(Control::ApplyAnew);
    player.press(Control::DialogSecond);
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    dialog(&pc, Some(&file(&pc, "old.cer", &answer.body)));
    player.press(IMPORT);
    assert!(player.text().contains("別の申請の電子証明書です"), "{}", player.text());
    let whom = |block: &Block| matches!(block, Block::Rows(rows) if rows.iter().any(|row| row.key == "お問い合わせ"));
    assert!(player.page().blocks.iter().any(whom));
}

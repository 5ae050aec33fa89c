//! A file in the place of a browser: chosen on the first page, with a password of its own, found again after a restart.

use std::{fs, path::PathBuf, sync::Arc};

use shirushi::{
    domain::Secret,
    keystore::{self, KeyStore, StoreError, StoreLock, TokenModule},
    page::{Block, ChoiceState, Control, Readiness, login::Elsewhere},
    wizard::{Place, Shelf, StageName},
};

use crate::{
    player::Player,
    world::{Pc, Plan, bank},
};

const PASSWORD: &str = "ひらけごま 12345";

/// A PC that offers files, and whose dialog answers with one of this name.
fn pc(name: &str) -> (Pc, PathBuf) {
    let pc = Pc { elsewhere: vec![Elsewhere::File], ..Pc::new() };
    let file = pc.folder.path().join(name);
    *pc.dialog.lock().expect("the dialog") = Some(file.clone());
    (pc, file)
}

fn open(pc: &Pc) -> Player {
    Player::open(pc.world(bank(), Plan::default()))
}

fn type_passwords(player: &mut Player, first: &str, again: &str) {
    player.type_into("store_secret", first);
    player.type_into("store_secret_again", again);
    player.press(Control::Primary);
}

fn selected(player: &Player) -> Vec<Control> {
    let blocks = player.page().blocks;
    let cards = blocks.into_iter().filter_map(|block| match block {
        Block::Choice { cards, .. } => Some(cards),
        _ => None,
    });
    cards.flatten().filter(|card| card.state == ChoiceState::Selected).map(|card| card.control).collect()
}

fn stores_in_journal(pc: &Pc) -> Vec<String> {
    let enrollments = pc.journal().enrollments().expect("reads");
    enrollments.iter().map(|enrollment| enrollment.intent().store.clone()).collect()
}

#[test]
fn a_file_holds_key_and_certificate_under_the_password_that_was_typed_twice() {
    let ((pc, chosen), guest) = (pc("電子証明書"), bank().guest());
    let mut player = open(&pc);
    player.press(Control::Elsewhere(0));
    assert!(selected(&player).contains(&Control::Store(1)), "{}", player.text());
    let file = chosen.with_extension("p12");
    assert!(player.text().contains(&file.display().to_string()), "{}", player.text());
    assert!(!file.exists(), "nothing is made by choosing");

    player.walk_to(StageName::Security, &guest);
    assert!(player.text().contains("忘れると、取り戻せません"), "{}", player.text());
    for (first, again, said) in [
        ("", "", "＊ファイルのパスワードをご入力ください。"),
        ("1234567", "1234567", "＊8文字以上にしてください。"),
        (PASSWORD, "", "＊パスワード(確認)をご入力ください。"),
        (PASSWORD, "ひらけごま 12346", "＊2つのパスワードが違います。"),
    ] {
        type_passwords(&mut player, first, again);
        assert_eq!(player.stage(), StageName::Security);
        assert!(player.text().contains(said), "{first}: {}", player.text());
    }
    assert_eq!(bank().posts(&guest), 0);
    type_passwords(&mut player, PASSWORD, PASSWORD);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    assert!(player.text().contains(&format!("ファイル「{}」", file.display())), "{}", player.text());
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert!(player.text().contains("ファイルを、使うパソコンに移します。"), "{}", player.text());
    drop(player);

    let store = keystore::open(&stores_in_journal(&pc)[0]).expect("it opens");
    assert_eq!(store.description().lock, StoreLock::Closed);
    store.unlock(&Secret::new(PASSWORD)).expect("the password is right");
    assert_eq!(store.certificates().expect("certificates").len(), 1);
    assert!(pc.store.keys().expect("keys").is_empty(), "nothing is in the browser");
}

#[test]
fn a_file_for_old_systems_is_only_made_for_who_chooses_it() {
    let ((pc, _), guest) = (pc("old.p12"), bank().guest());
    let mut player = open(&pc);
    player.press(Control::Elsewhere(0));
    assert!(player.text().contains("古いシステム用のファイル(3DES)"), "{}", player.text());
    player.press(Control::Store(2));
    player.walk_to(StageName::Security, &guest);
    type_passwords(&mut player, PASSWORD, PASSWORD);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    drop(player);
    assert!(stores_in_journal(&pc)[0].ends_with("/old.p12?old-systems"));
}

#[test]
fn a_file_that_is_there_is_never_written_over_and_another_name_is_asked_for() {
    for content in ["somebody's letter", ""] {
        let (pc, file) = pc("letter.p12");
        fs::write(&file, content).expect("a file");
        let mut player = open(&pc);
        player.press(Control::Elsewhere(0));
        assert!(player.text().contains("上書きはしません"), "{}", player.text());
        let free = pc.folder.path().join("free.p12");
        player.type_into("store_file", &free.display().to_string());
        player.press(Control::UseFile);
        assert!(player.text().contains("/free.p12"), "{}", player.text());
        assert!(selected(&player).contains(&Control::Store(1)));
        assert_eq!(fs::read_to_string(&file).expect("the letter"), content);
    }
}

/// No dialog can be opened on a desktop without a portal; that looks like a person who closed it.
#[test]
fn where_no_dialog_opens_the_name_is_typed() {
    let ((pc, file), guest) = (pc("typed.p12"), bank().guest());
    *pc.dialog.lock().expect("the dialog") = None;
    let mut player = open(&pc);
    player.press(Control::Elsewhere(0));
    assert!(player.text().contains("場所を選ぶ画面が開かないときは、ここにご入力ください"), "{}", player.text());
    // What stands in the field is not passed over by the button that begins.
    player.type_into("store_file", "/no/such/folder/a.p12");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Login);
    assert!(player.text().contains("＊そのフォルダーはありません"), "{}", player.text());
    player.type_into("store_file", &file.display().to_string());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Login, "it is shown before it begins");
    assert!(selected(&player).contains(&Control::Store(1)), "{}", player.text());
    player.walk_to(StageName::Security, &guest);
    assert!(player.text().contains("ファイルのパスワード"), "{}", player.text());
}

#[test]
fn a_browser_is_only_one_press_away_from_the_file() {
    let ((pc, _), guest) = (pc("unused.p12"), bank().guest());
    *pc.dialog.lock().expect("the dialog") = None;
    let mut player = open(&pc);
    player.press(Control::Elsewhere(0));
    player.press(Control::Store(0));
    assert!(!player.text().contains("ファイルの場所"), "{}", player.text());
    player.walk_to(StageName::Security, &guest);
    assert!(!player.text().contains("ファイルのパスワード"), "{}", player.text());
}

#[test]
fn a_file_chosen_twice_is_one_choice() {
    let (pc, _) = pc("first.p12");
    let mut player = open(&pc);
    player.press(Control::Elsewhere(0));
    *pc.dialog.lock().expect("the dialog") = Some(pc.folder.path().join("second.p12"));
    player.press(Control::Elsewhere(0));
    let text = player.text();
    assert!(text.contains("second.p12") && !text.contains("first.p12"), "{text}");
    assert!(selected(&player).contains(&Control::Store(1)));
}

/// The dialog may lie behind other windows: nothing else waits for it, and a second one is not opened.
#[test]
fn while_the_dialog_is_open_the_page_goes_on() {
    let ((pc, _), guest) = (pc("late.p12"), bank().guest());
    let mut player = open(&pc);
    let late = player.begin_aside(Control::Elsewhere(0)).expect("a dialog");
    assert!(player.begin_aside(Control::Elsewhere(0)).is_none(), "one is open");
    let page = player.page();
    let buttons = page.buttons();
    let link = buttons.iter().find(|button| button.control == Control::Elsewhere(0)).expect("the link");
    assert_eq!(link.readiness, Readiness::Busy);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Credentials);
    player.finish(late);
    assert_eq!(player.stage(), StageName::Credentials, "who has gone on has chosen");
    player.walk_to(StageName::Security, &guest);
    assert!(!player.text().contains("ファイルのパスワード"), "{}", player.text());
}

#[test]
fn an_answer_is_stored_in_its_file_after_a_restart() {
    let ((pc, file), guest) = (pc("resumed.p12"), bank().guest());
    let mut player = open(&pc);
    player.press(Control::Elsewhere(0));
    player.walk_to(StageName::Security, &guest);
    type_passwords(&mut player, PASSWORD, PASSWORD);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    drop(player);

    let mut player = open(&pc);
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Install, "{}", player.text());
    assert!(player.text().contains(&format!("ファイル「{}」", file.display())), "{}", player.text());
    assert!(player.text().contains("ファイルを保存するときに、お決めになったものです"), "{}", player.text());
    player.type_into("store_secret", "wrong");
    player.press(Control::Primary);
    assert!(player.text().contains("＊ファイルのパスワードが違います。"), "{}", player.text());
    player.type_into("store_secret", PASSWORD);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Complete, "{}", player.text());
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
}

/// A shelf on which every browser's store is there and cannot be used.
#[derive(Debug)]
struct Hindered(Arc<dyn Shelf>);

impl Shelf for Hindered {
    fn places(&self) -> Vec<Place> {
        Vec::new()
    }

    fn hindrance(&self) -> Option<StoreError> {
        Some(StoreError::ReadOnly)
    }

    fn place(&self, address: &str) -> Result<Place, StoreError> {
        self.0.place(address)
    }

    fn elsewhere(&self) -> Vec<Elsewhere> {
        self.0.elsewhere()
    }

    fn tokens(&self, module: &TokenModule) -> Result<Vec<Place>, StoreError> {
        self.0.tokens(module)
    }
}

#[test]
fn a_browser_that_cannot_be_used_keeps_nobody_from_a_file() {
    let ((pc, _), guest) = (pc("電子証明書"), bank().guest());
    let mut world = pc.world(bank(), Plan::default());
    world.shelf = Arc::new(Hindered(Arc::clone(&world.shelf)));
    let mut player = Player::open(world);
    for control in [Control::Primary, Control::Second] {
        assert_eq!((player.stage(), player.page().step.number), (StageName::Login, 1), "{}", player.text());
        assert!(player.text().contains("M12-02"), "{}", player.text());
        player.press(control);
    }
    player.press(Control::Copy);
    assert!(player.clipboard.as_ref().is_some_and(|text| text.contains("M12-02")), "{:?}", player.clipboard);
    player.press(Control::Elsewhere(0));
    assert!(!player.text().contains("M12"), "{}", player.text());
    player.walk_to(StageName::Security, &guest);
    type_passwords(&mut player, PASSWORD, PASSWORD);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
}

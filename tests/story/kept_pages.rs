//! Pages that nobody here understands are in the journal before they are read, whole or torn, and without a secret.

use std::{fs, sync::Arc};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use practice_bank::{Account, Fault};
use shirushi::{
    domain::Extent,
    journal::{Enrollment, Stage},
    page::Control,
    protocol::{
        HttpTransport, Transport, TransportError, WebForm,
        transport::{Method, Request, Response},
    },
    wizard::{StageName, World},
};

use crate::{
    player::Player,
    refusals::stopped_with,
    world::{Door, Pc, Plan, SharedBank, StorageFault, bank, moody_bank},
};

/// What careless servers do with what was typed, each way for itself.
fn echoes(secret: &str) -> Vec<String> {
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let plain = STANDARD.encode(secret);
    let shifted = STANDARD.encode(format!("x{secret}"));
    vec![
        secret.to_owned(),
        percent.to_lowercase(),
        percent,
        plain.trim_end_matches('=').to_owned(),
        shifted.trim_end_matches('=')[2..].to_owned(),
        secret.replace('&', "&amp;"),
        secret.replace('&', "&#38;"),
    ]
}

/// A bank that takes the request, and says what it was sent in words that nobody knows, in Shift_JIS.
#[derive(Debug)]
struct Echo {
    inner: HttpTransport,
    secrets: [String; 2],
}

#[async_trait]
impl Transport for Echo {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let is_post = matches!(request.method, Method::Post { .. });
        let response = self.inner.exchange(request).await?;
        if !is_post {
            return Ok(response);
        }
        let lines: String =
            self.secrets.iter().flat_map(|secret| echoes(secret)).map(|line| format!("<p>表示：{line}ソ\n")).collect();
        let (body, ..) = encoding_rs::SHIFT_JIS.encode(&lines);
        let content_type = Some("text/html; charset=Shift_JIS".to_owned());
        Ok(Response { status: 200, content_type, location: None, body: body.into_owned(), ..response })
    }
}

fn old_pages(pc: &Pc, bank: &SharedBank, plan: Plan) -> World {
    pc.world_with_profile(bank.profile_of(Door::OldPages), plan)
}

fn echoing(pc: &Pc, account: &Account) -> World {
    let world = old_pages(pc, bank(), Plan::default());
    let inner = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
    let secrets = [account.password.clone(), account.confirmation.clone()];
    let pages = world.profile.webform.clone().expect("pages");
    let protocol = WebForm::new(&world.profile.ca, pages, Arc::new(Echo { inner, secrets }));
    World { protocol: Arc::new(protocol), ..world }
}

fn apply(player: &mut Player, account: &Account) {
    player.walk_to(StageName::Security, account);
    player.press(Control::Primary);
}

fn only(pc: &Pc) -> Enrollment {
    pc.journal().enrollments().expect("reads").remove(0)
}

fn record(pc: &Pc) -> String {
    let files = fs::read_dir(pc.journal_folder()).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut journals = files.filter(|path| path.extension().is_some_and(|end| end == "journal"));
    journals.next().map(|path| fs::read_to_string(path).expect("text")).unwrap_or_default()
}

#[test]
fn a_page_that_nobody_understands_is_kept_in_its_characters_and_without_what_was_typed() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(echoing(&pc, &guest));
    apply(&mut player, &guest);
    stopped_with(&player, "E21-04");
    drop(player);
    let enrollment = only(&pc);
    assert_eq!(enrollment.stage(), Stage::Unknown);
    let (page, extent) = enrollment.page().expect("the page");
    assert_eq!(*extent, Extent::Whole);
    let (text, ..) = encoding_rs::SHIFT_JIS.decode(&page.body);
    assert_eq!(text.matches("<p>表示：").count(), 14, "{text}");
    assert!(text.contains("***"), "{text}");
    for echo in [&guest.password, &guest.confirmation].into_iter().flat_map(|secret| echoes(secret)) {
        assert!(!text.contains(&echo), "{echo} is in the journal: {text}");
        assert!(!record(&pc).contains(&echo), "{echo} is in the journal");
    }
}

/// The line is on the disk, and that is the last that the program does.
#[test]
fn a_kill_between_arrived_and_read_leaves_the_page_to_the_next_start() {
    let bank = moody_bank();
    let _alone = bank.alone();
    let is_last = |pc: &Pc| record(pc).lines().last().is_some_and(|line| line.contains("\"event\":{\"page\":"));
    let killed = (6..60).find_map(|nth| {
        let (pc, guest) = (Pc::new(), bank.guest());
        bank.bank.fault(Fault::HtmlError);
        let plan = Plan { storage: Some((nth, StorageFault::Killed)), ..Plan::default() };
        let mut player = Player::open(old_pages(&pc, bank, plan));
        if player.stage() == StageName::Login {
            apply(&mut player, &guest);
        }
        drop(player);
        is_last(&pc).then_some(pc)
    });
    let pc = killed.expect("some write is that of the page");
    let player = Player::open(old_pages(&pc, bank, Plan::default()));
    assert_eq!(player.stage(), StageName::Resume, "{}", player.text());
    drop(player);
    let enrollment = only(&pc);
    assert_eq!(enrollment.stage(), Stage::Unknown);
    let (page, _) = enrollment.page().expect("the page");
    assert!(encoding_rs::SHIFT_JIS.decode(&page.body).0.contains("データの問合せに失敗しました"));
}

#[test]
fn what_came_of_a_page_that_was_torn_is_kept_too() {
    let bank = moody_bank();
    let _alone = bank.alone();
    let (pc, guest) = (Pc::new(), bank.guest());
    bank.bank.fault(Fault::Truncate);
    let mut player = Player::open(old_pages(&pc, bank, Plan::default()));
    apply(&mut player, &guest);
    stopped_with(&player, "E14-04");
    drop(player);
    let enrollment = only(&pc);
    let (page, extent) = enrollment.page().expect("the beginning of the page");
    assert_eq!(*extent, Extent::Torn);
    assert!(page.url.path().ends_with("/sophialite.exe") && !page.body.is_empty(), "{page:?}");
}

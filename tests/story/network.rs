//! The road through a company's network: a proxy that asks, one that refuses, a clock that cannot be right.

use std::sync::Arc;

use jiff::{SignedDuration, ToSpan, tz::TimeZone};
use shirushi::{
    domain::{FieldId, Secret, build_day},
    keystore::MemoryStore,
    page::{Block, Closing, Control, Page, closing::AskReason},
    protocol::{HttpTransport, Transport, est::Est, transport::Proxies},
    wizard::{StageName, World},
};

use super::{
    player::Player,
    relay::{Proxy, Rule},
    world::{Pc, Plan, SharedBank, bank},
};

/// taro and 4711-proxy
const LOGIN: &str = "dGFybzo0NzExLXByb3h5";

/// The ports of a PC whose way out is `proxy`.
fn behind(proxy: &Proxy, pc: &Pc, bank: &SharedBank) -> World {
    let world = pc.world(bank, Plan::default());
    let http = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
    let http: Arc<dyn Transport> = Arc::new(http.with_proxies(Proxies::always(&proxy.address())));
    World { protocol: Arc::new(Est::new(&world.profile.ca, Arc::clone(&http))), portal: http, ..world }
}

fn log_in(player: &mut Player, password: &str) {
    begin_to_log_in(player, password);
    player.wait();
}

fn begin_to_log_in(player: &mut Player, password: &str) {
    player.type_into("proxy_user", "taro");
    player.type_into("proxy_password", password);
    player.begin(Control::Primary);
}

fn field<'a>(page: &'a Page, id: &str) -> &'a shirushi::page::FieldModel {
    let fields = page.blocks.iter().filter_map(|block| match block {
        Block::Fields(fields) => Some(fields),
        _ => None,
    });
    fields.flatten().find(|field| field.id == FieldId(id.to_owned())).expect("the field")
}

#[test]
fn a_clerk_gets_a_certificate_through_a_proxy_that_asks_who_is_there() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let proxy = Proxy::start(Rule::Login(LOGIN));
    let mut player = Player::open(behind(&proxy, &pc, bank()));
    player.walk_to(StageName::ProxyLogin, &guest);
    assert!(player.text().contains("Head office"), "{}", player.text());
    assert_eq!(bank().posts(&guest), 0);

    log_in(&mut player, "wrong");
    assert_eq!(player.stage(), StageName::ProxyLogin, "{}", player.text());
    let page = player.page();
    let told = field(&page, "proxy_password").error.clone().expect("a mistake").replace('\u{200B}', "");
    assert!(told.contains("受け付けられませんでした"), "{told}");
    assert_eq!(field(&page, "proxy_user").entry.reveal(), "taro", "the user stays");
    assert!(field(&page, "proxy_password").entry.is_empty(), "the password does not");

    begin_to_log_in(&mut player, "4711-proxy");
    assert_eq!(player.closing(), Closing::Ask(AskReason::NothingSent));
    player.wait();
    assert_eq!(player.stage(), StageName::Trust, "{}", player.text());
    // The request, and the two visits of the portal, go the same way without another question.
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert!(player.text().contains("ログインできることを確かめました"), "{}", player.text());
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));

    drop(player);
    let heard = proxy.heard().concat();
    for secret in [&guest.password, &guest.confirmation, &guest.user_id] {
        assert!(!heard.contains(secret.as_str()), "the proxy heard a number");
    }
    let journals = std::fs::read_dir(pc.journal_folder()).expect("the folder");
    for entry in journals.map(|entry| entry.expect("an entry").path()) {
        let kept = std::fs::read_to_string(entry).expect("text");
        assert!(!kept.contains("4711-proxy") && !kept.contains(LOGIN), "the journal keeps the login");
    }
}

#[test]
fn the_way_back_from_the_proxys_login_keeps_the_ids_alone() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let proxy = Proxy::start(Rule::Login(LOGIN));
    let mut player = Player::open(behind(&proxy, &pc, bank()));
    player.walk_to(StageName::ProxyLogin, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::ProxyLogin, "nothing typed, nothing tried");
    assert_eq!(proxy.heard().len(), 2, "the way, and why there is none");
    player.press(Control::Back);
    assert_eq!(player.stage(), StageName::Credentials);
    assert_eq!(field(&player.page(), "user_id").entry.reveal(), guest.user_id);
    assert!(field(&player.page(), "password").entry.is_empty());
    assert_eq!(bank().posts(&guest), 0);
}

#[test]
fn five_idle_minutes_at_the_proxys_login_wipe_the_numbers() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let proxy = Proxy::start(Rule::Login(LOGIN));
    let mut player = Player::open(behind(&proxy, &pc, bank()));
    player.walk_to(StageName::ProxyLogin, &guest);
    player.type_into("proxy_password", "4711");
    pc.clock.advance(SignedDuration::from_mins(5));
    player.tick();
    assert_eq!(player.stage(), StageName::Credentials);
}

#[test]
fn a_proxy_that_turns_the_login_down_half_way_asks_before_anything_is_sent() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let proxy = Proxy::start(Rule::LoginButAt(LOGIN, 4));
    let mut player = Player::open(behind(&proxy, &pc, bank()));
    player.walk_to(StageName::ProxyLogin, &guest);
    log_in(&mut player, "4711-proxy");
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::ProxyLogin, "{}", player.text());
    assert_eq!(bank().posts(&guest), 0);
    log_in(&mut player, "4711-proxy");
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
}

#[test]
fn a_wrong_store_password_is_still_told_after_the_proxy_has_asked_again() {
    let pc = Pc { store: MemoryStore::with_password(Secret::new("hirake-goma-1")), ..Pc::new() };
    let (proxy, guest) = (Proxy::start(Rule::LoginButAt(LOGIN, 4)), bank().guest());
    let mut player = Player::open(behind(&proxy, &pc, bank()));
    player.walk_to(StageName::ProxyLogin, &guest);
    log_in(&mut player, "4711-proxy");
    player.walk_to(StageName::Security, &guest);
    player.type_into("store_secret", "wrong");
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::ProxyLogin, "{}", player.text());
    log_in(&mut player, "4711-proxy");
    assert_eq!(player.stage(), StageName::Security, "{}", player.text());
    assert!(player.text().contains("＊保管場所のパスワードが違います"), "{}", player.text());
    assert_eq!(bank().posts(&guest), 0);
}

#[test]
fn a_proxy_that_refuses_is_told_with_the_servers_to_allow() {
    for (rule, code) in [
        (Rule::Say("403 Forbidden"), "N03-01"),
        (Rule::Say("503 Busy"), "N03-01"),
        (Rule::Say("407 No\r\nProxy-Authenticate: NTLM"), "N02-01"),
    ] {
        let (pc, guest) = (Pc::new(), bank().guest());
        let mut player = Player::open(behind(&Proxy::start(rule), &pc, bank()));
        assert_eq!(player.walk(&guest), StageName::Setback);
        let text = player.text();
        assert!(text.contains(code) && text.contains("何も送っていません"), "{text}");
        player.press(Control::CopyServers);
        let ca = bank().profile().servers().remove(0).to_string();
        assert!(player.clipboard.as_deref().is_some_and(|copied| copied.starts_with(&ca)), "{:?}", player.clipboard);
        assert_eq!(bank().posts(&guest), 0);
    }
}

#[test]
fn a_clock_before_the_day_of_the_build_asks_nobody() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let proxy = Proxy::start(Rule::Open);
    let day_before = build_day().saturating_sub(1.day());
    let late = TimeZone::UTC.to_timestamp(day_before.at(23, 59, 0, 0)).expect("a time");
    let back = jiff::Timestamp::now().duration_since(late);
    pc.clock.advance(-back);
    let mut player = Player::open(behind(&proxy, &pc, bank()));
    assert_eq!(player.walk(&guest), StageName::Setback);
    let text = player.text();
    assert!(text.contains("S02-01") && text.contains("どこにも接続していません"), "{text}");
    assert_eq!(proxy.heard().len(), 0);

    // With the clock set right the same button goes on.
    pc.clock.advance(back);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "{}", player.text());
}

#[test]
fn a_proxy_before_the_portal_asks_on_the_last_page() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let proxy = Proxy::start(Rule::Login(LOGIN));
    let mut world = behind(&proxy, &pc, bank());
    // Here only the portal stands outside, as after a restart with the answer in the journal.
    let direct = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
    world.protocol = Arc::new(Est::new(&world.profile.ca, Arc::new(direct)));
    let mut player = Player::open(world);
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert!(!player.text().contains("ログインできることを確かめました"), "{}", player.text());
    player.press(Control::ProveLogin);
    assert_eq!(player.stage(), StageName::ProxyLogin);
    player.press(Control::Back);
    assert_eq!(player.stage(), StageName::Complete);

    player.press(Control::ProveLogin);
    log_in(&mut player, "wrong");
    assert_eq!(player.stage(), StageName::ProxyLogin);
    assert_eq!(field(&player.page(), "proxy_user").entry.reveal(), "taro");
    begin_to_log_in(&mut player, "4711-proxy");
    assert_eq!(player.closing(), Closing::Free, "everything is here, whatever the portal says");
    player.wait();
    assert_eq!(player.stage(), StageName::Complete);
    assert!(player.text().contains("ログインできることを確かめました"), "{}", player.text());
}

#[test]
fn a_clock_outside_the_servers_dates_is_told_with_both() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let century = SignedDuration::from_hours(24 * 36_525);
    pc.clock.advance(century);
    let world = pc.world(bank(), Plan::default());
    let http = HttpTransport::new(&world.profile.anchors.tls).expect("anchors").with_clock(pc.clock.clone());
    let http: Arc<dyn Transport> = Arc::new(http);
    let protocol = Arc::new(Est::new(&world.profile.ca, Arc::clone(&http)));
    let mut player = Player::open(World { protocol, portal: http, ..world });
    assert_eq!(player.walk(&guest), StageName::Setback);
    let text = player.text();
    assert!(
        text.contains("S02-01") && text.contains("サーバーの証明書") && text.contains("このパソコン: 21"),
        "{text}"
    );
    assert_eq!(bank().posts(&guest), 0);
    pc.clock.advance(-century);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Trust, "{}", player.text());
}

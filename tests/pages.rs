//! What the pages do: each is given events and must answer with the right action, and never with a harmful one.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use shirushi::{
    domain::{FieldId, Language, Replay, Secret, SecurityLevel, WeakerStore},
    i18n::{Words, plain},
    keystore::{StoreDescription, StoreKind, StoreLock, TokenModule, TriesLeft},
    page::{
        self, Block, Button, ChoiceState, Closing, Control, Event, Page, ProgressState, Purpose, RadioCard,
        closing::{self, AskReason, HoldReason},
        login, trust,
    },
    session::Step,
};
use support::*;

fn ja() -> Words {
    Words::new(Language::Japanese)
}

fn press(control: Control) -> Event {
    Event::Pressed(control)
}

fn says(page: &Page, text: &str) -> bool {
    page.spoken().iter().any(|line| line.contains(text))
}

fn by_key(page: &Page, key: char) -> Control {
    let found: Vec<&Button> = page.buttons().into_iter().filter(|button| button.accelerator == Some(key)).collect();
    assert_eq!(found.len(), 1, "{key} means one thing");
    found[0].control.clone()
}

// The first page

fn login_on(day: &str) -> page::Login {
    page::Login::new(Arc::new(profile()), vec![found(vec![old_certificate()])], noon(day), tokyo())
}

#[test]
fn the_route_leads_the_first_page() {
    let title = |day| plain(&login_on(day).view(&ja()).title);
    assert_eq!(title("2026-09-01"), "電子証明書をお使いいただけます");
    assert_eq!(title("2026-11-01"), "電子証明書の更新の時期です");
    assert_eq!(title("2026-11-24"), "電子証明書を再取得します");
    assert_eq!(title("2027-06-01"), "再発行のお手続きが必要です");
    assert!(says(&login_on("2026-11-24").view(&ja()), "4日前に切れました"));
    assert!(says(&login_on("2026-11-24").view(&ja()), "Internet Explorer は使いません"));
    assert!(matches!(login_on("2026-11-24").update(press(Control::Primary)), Some(login::Action::Start { .. })));
}

/// Some banks renew on their own pages alone: the way there is told, and no try is spent on another.
#[test]
fn a_certificate_that_can_be_renewed_leads_to_the_banks_page() {
    let mut page = login_on("2026-11-01");
    assert!(says(&page.view(&ja()), "「証明書更新」から、更新してください"));
    assert_eq!(page.update(press(Control::Primary)), Some(login::Action::Close));
    assert!(matches!(page.update(press(Control::Second)), Some(login::Action::Start { .. })));
}

#[test]
fn where_the_bank_lets_this_wizard_renew_it_begins_with_the_newest_certificate_and_no_number() {
    let found = vec![found(vec![old_certificate()])];
    let day = noon("2026-11-01");
    let mut page = page::Login::new(Arc::new(renewing_profile()), found, day, tokyo());
    let view = page.view(&ja());
    assert!(says(&view, "番号の入力はいりません。") && !says(&view, "「証明書更新」"));
    assert!(says(&view, "電話で更新をお願いすることはありません。"), "no page of numbers will say it");
    let Some(login::Action::Renew { certificate, .. }) = page.update(press(Control::Primary)) else {
        panic!("the renewal begins here");
    };
    assert_eq!(certificate, old_certificate());
    assert!(matches!(page.update(press(Control::Second)), Some(login::Action::Start { .. })));
}

#[test]
fn before_a_renewal_the_first_trust_page_says_which_certificate_will_be_shown() {
    let present = old_certificate();
    let page = page::Trust::new(Arc::new(profile()), &introduction(), Purpose::Renew, tokyo());
    let mut page = page.presenting(Some(&present));
    let view = page.view(&ja());
    for text in ["いまの電子証明書を、この認証局だけに示します", &present.subject().readable()] {
        assert!(says(&view, &plain(text)), "{text}");
    }
    assert!(!says(&view, "ご入力の番号"));
    page.update(press(Control::Details));
    let [first, second] = present.thumbprint().lines();
    for text in [&first, &second, &ja().serial(&present.serial())] {
        assert!(says(&page.view(&ja()), &plain(text)), "{text}");
    }
}

#[test]
fn a_missed_period_shows_what_to_do_before_anything_starts() {
    let mut page = login_on("2027-06-01");
    assert_eq!(page.update(press(Control::Primary)), None);
    assert!(says(&page.view(&ja()), "「再発行」をお申し出ください"));
    assert_eq!(page.update(press(Control::Primary)), Some(login::Action::Close));
    assert!(matches!(page.update(press(Control::Second)), Some(login::Action::Start { .. })));
}

#[test]
fn both_roles_can_be_chosen_and_a_single_role_is_not_asked() {
    let mut page = login_on("2026-11-24");
    page.update(press(Control::Role(1)));
    let Some(login::Action::Start { role, .. }) = page.update(press(Control::Primary)) else { panic!() };
    assert_eq!(role.0, "admin");
    let mut single = profile();
    single.roles.truncate(1);
    let page = page::Login::new(Arc::new(single), vec![found(vec![])], now(), tokyo());
    assert!(!says(&page.view(&ja()), "どなたの電子証明書ですか"));
}

#[test]
fn several_browsers_are_asked_about_and_the_one_in_use_is_proposed() {
    let two = vec![found(vec![]), found(vec![old_certificate()])];
    let mut page = page::Login::new(Arc::new(profile()), two, now(), tokyo());
    assert!(says(&page.view(&ja()), "どのブラウザーで使いますか"));
    assert!(matches!(page.update(press(Control::Primary)), Some(login::Action::Start { store: 1, .. })));
    page.update(press(Control::Store(0)));
    assert!(matches!(page.update(press(Control::Primary)), Some(login::Action::Start { store: 0, .. })));
    let mut none = page::Login::new(Arc::new(profile()), vec![], now(), tokyo());
    assert_eq!(none.update(press(Control::Primary)), Some(login::Action::LookAgain));
}

fn offering(found: Vec<login::Found>, modules: &[&str]) -> page::Login {
    let module = |name: &&str| login::Elsewhere::Token(TokenModule { name: (*name).into(), path: "/lib/m.so".into() });
    let offers = std::iter::once(login::Elsewhere::File).chain(modules.iter().map(module)).collect();
    page::Login::new(Arc::new(profile()), found, now(), tokyo()).offering(offers)
}

#[test]
fn a_file_or_a_card_is_offered_below_the_browsers_and_where_there_is_none() {
    for browsers in [vec![], vec![found(vec![])], vec![found(vec![]), found(vec![])]] {
        let mut page = offering(browsers, &["opensc"]);
        let view = page.view(&ja());
        assert!(says(&view, "ファイルに保存する") && says(&view, "カードに保存する"));
        assert!(!says(&view, "opensc"), "one needs no name");
        assert_eq!(
            page.update(press(Control::Elsewhere(0))),
            Some(login::Action::LookElsewhere(login::Elsewhere::File))
        );
        assert_eq!(page.update(press(Control::Elsewhere(1))), None, "one thing at a time");
    }
    let two = offering(vec![found(vec![])], &["opensc", "softhsm2"]).view(&ja());
    assert!(says(&two, "(opensc)") && says(&two, "(softhsm2)"));
    assert!(!says(&login_on("2026-11-24").view(&ja()), "保存する"), "where nothing else is, nothing is offered");
}

#[test]
fn what_was_found_elsewhere_stands_among_the_browsers_and_is_chosen() {
    let mut page = offering(vec![found(vec![old_certificate()])], &["opensc"]);
    page.found_elsewhere(vec![found_card("山田"), found_card("鈴木")]);
    assert!(says(&page.view(&ja()), "どこに保管しますか"));
    assert!(says(&page.view(&ja()), "山田") && says(&page.view(&ja()), "鈴木"));
    assert!(matches!(page.update(press(Control::Primary)), Some(login::Action::Start { store: 1, .. })));
    page.update(press(Control::Store(2)));
    assert!(matches!(page.update(press(Control::Primary)), Some(login::Action::Start { store: 2, .. })));
    page.found_elsewhere(found_files());
    assert!(!says(&page.view(&ja()), "山田"), "one way to another place is enough");
    assert!(matches!(page.update(press(Control::Primary)), Some(login::Action::Start { store: 1, .. })));
}

#[test]
fn a_typed_file_is_tried_once_and_keeps_its_field_until_it_is_found() {
    let mut page = offering(vec![found(vec![])], &[]);
    page.no_file_chosen(std::path::Path::new("/home/yamada/a.p12"));
    let wish = Some(login::Action::UseFile("/home/yamada/a.p12".into()));
    assert_eq!(page.update(press(Control::Primary)), wish);
    assert_eq!(page.update(press(Control::Primary)), None);
    assert_eq!(page.update(press(Control::UseFile)), None);
    assert!(says(&page.view(&ja()), "ファイルの場所"), "the focus stays in it");
    page.missed(login::Miss::FileTaken, Some(std::path::Path::new("/home/yamada/a.p12")));
    assert!(says(&page.view(&ja()), "上書きはしません"));
    assert_eq!(page.update(press(Control::UseFile)), wish);
    page.found_elsewhere(found_files());
    assert!(!says(&page.view(&ja()), "ファイルの場所"));
}

#[test]
fn what_is_asked_for_is_called_as_its_user_knows_it() {
    let told = |store| page::Security::new(Arc::new(profile()), store, Purpose::New).view(&ja());
    for (kind, lock, says_so, not) in [
        (StoreKind::Nss, StoreLock::Closed, "ブラウザーの設定でお決めになったものです", "ファイル"),
        (StoreKind::Pkcs12, StoreLock::Closed, "ファイルを保存するときに、お決めになったものです", "ブラウザーの設定"),
        (StoreKind::Pkcs12, StoreLock::New, "8文字以上で、お決めください", "ブラウザーの設定"),
        (StoreKind::Pkcs11, StoreLock::Closed, "お客様カードの番号ではありません", "ブラウザーの設定"),
    ] {
        let view = told(store(kind, lock));
        assert!(says(&view, says_so), "{kind:?} {lock:?}: {:?}", view.spoken());
        assert!(!says(&view, not), "{kind:?} {lock:?}: {:?}", view.spoken());
    }
}

#[test]
fn the_last_try_of_a_card_is_told_before_it_is_used_up() {
    let card = store(StoreKind::Pkcs11, StoreLock::Closed);
    let page =
        |tries| page::Security::new(Arc::new(profile()), StoreDescription { tries, ..card.clone() }, Purpose::New);
    let warning = "次に間違えると、カードがロックされます。";
    assert!(says(&page(TriesLeft::One).view(&ja()), warning));
    assert!(!says(&page(TriesLeft::Fewer).view(&ja()), warning));
    let red = page(TriesLeft::Fewer).with_wrong_secret(TriesLeft::One).view(&ja());
    assert!(says(&red, &format!("＊カードのPINが違います。 {warning}")), "{:?}", red.spoken());
}

// The numbers

fn entered(entries: [&str; 4]) -> page::Credentials {
    let profile = Arc::new(profile());
    let mut page = page::Credentials::new(profile.clone(), user(&profile));
    for (id, text) in ["contract_id", "user_id", "password", "confirmation"].into_iter().zip(entries) {
        page.update(Event::Edited(FieldId(id.into()), Secret::new(text)));
    }
    page
}

fn field(page: &page::Credentials, id: &str) -> page::FieldModel {
    let view = page.view(&ja());
    let fields = view.blocks.into_iter().find_map(|block| match block {
        Block::Fields(fields) => Some(fields),
        _ => None,
    });
    fields.unwrap().into_iter().find(|field| field.id.0 == id).unwrap()
}

#[test]
fn entries_are_mended_and_the_secrets_leave_with_the_action() {
    let mut page = entered(["７００１２３４５６７", " yamada01", "1234", "5678"]);
    page.update(Event::Left(FieldId("contract_id".into())));
    assert_eq!(field(&page, "contract_id").entry.reveal(), "7001234567");
    assert!(field(&page, "contract_id").note.is_some());
    let Some(page::credentials::Action::Submit(credentials)) = page.update(press(Control::Primary)) else {
        panic!("nothing is wrong");
    };
    let profile = profile();
    assert_eq!(credentials.id_entry(&user(&profile), &FieldId("user_id".into())), Some("yamada01"));
    assert!(field(&page, "password").entry.is_empty());
    assert_eq!(field(&page, "user_id").entry.reveal(), "yamada01");
    assert!(says(&page.view(&ja()), "この時点ではまだ送信されません"));
}

#[test]
fn mistakes_are_told_on_leaving_or_on_the_button_and_not_while_typing() {
    let mut page = entered(["7001234567", "yamada01", "かな", ""]);
    assert_eq!(field(&page, "password").error, None);
    page.update(Event::Left(FieldId("confirmation".into())));
    assert_eq!(field(&page, "confirmation").error, None, "passing through is no mistake");
    page.update(Event::Left(FieldId("password".into())));
    assert!(field(&page, "password").error.unwrap().starts_with('＊'));
    assert!(page.update(press(Control::Primary)).is_none());
    assert_eq!(page.first_wrong(), Some(FieldId("password".into())));
    assert!(field(&page, "confirmation").error.is_some());
    page.update(Event::Edited(FieldId("password".into()), Secret::new("1")));
    assert_eq!(field(&page, "password").error, None);
}

#[test]
fn swapped_ids_are_asked_about_once() {
    let mut page = entered(["yamada01", "7001234567", "1234", "5678"]);
    assert!(page.update(press(Control::Primary)).is_none());
    assert_eq!(field(&page, "contract_id").mend.unwrap().control, Control::Swap);
    page.update(press(Control::Swap));
    assert_eq!(field(&page, "contract_id").entry.reveal(), "7001234567");
    assert!(page.update(press(Control::Primary)).is_some());
    let mut stubborn = entered(["yamada01", "7001234567", "1234", "5678"]);
    stubborn.update(press(Control::Primary));
    assert!(stubborn.update(press(Control::Primary)).is_some(), "the reader knows better");
}

#[test]
fn equal_secrets_are_asked_about_once() {
    let mut page = entered(["7001234567", "yamada01", "1234", "1234"]);
    assert!(page.update(press(Control::Primary)).is_none());
    assert!(field(&page, "confirmation").error.is_some());
    assert!(page.update(press(Control::Primary)).is_some());
}

#[test]
fn the_telephone_stop_back_and_idling_wipe_the_secrets_and_keep_the_ids() {
    for control in [Control::Telephone, Control::Back] {
        let mut page = entered(["7001234567", "yamada01", "1234", "5678"]);
        assert!(page.update(press(control)).is_some());
        assert!(field(&page, "password").entry.is_empty());
        assert!(!field(&page, "contract_id").entry.is_empty());
    }
    let mut page = entered(["7001234567", "yamada01", "1234", ""]);
    page.wipe_after_idling();
    assert!(field(&page, "password").note.is_some());
    assert!(field(&page, "confirmation").note.is_none());
    assert!(entered(["7001234567", "y", "1", "2"]).with_ids_kept().first_empty().unwrap().0 == "password");
}

#[test]
fn what_was_typed_is_never_part_of_the_spoken_page() {
    let page = entered(["7001234567", "yamada01", "sesame-1", "sesame-2"]);
    assert!(!page.view(&ja()).spoken().concat().contains("sesame"));
    assert!(!format!("{page:?}").contains("sesame"));
}

// Trust

fn trust_page() -> page::Trust {
    page::Trust::new(Arc::new(profile()), &introduction(), Purpose::New, tokyo())
}

#[test]
fn trust_answers_to_y_and_n() {
    let mut page = trust_page();
    let (yes, no) = (by_key(&page.view(&ja()), 'Y'), by_key(&page.view(&ja()), 'N'));
    assert_eq!(page.update(press(yes)), Some(trust::Action::Allow));
    assert_eq!(page.update(press(no)), Some(trust::Action::Refuse));
    assert_eq!(page.update(press(Control::Back)), Some(trust::Action::Back));
    assert_eq!(page.view(&ja()).enter, page::EnterKey::AfterASecond);
}

#[test]
fn the_address_is_shown_whole() {
    assert!(says(&trust_page().view(&ja()), introduction().url.as_str()));
}

#[test]
fn another_server_makes_no_the_filled_button() {
    let mut page = page::Trust::other_server(Arc::new(profile()), peer(2), &introduction(), Purpose::New, tokyo());
    assert_eq!(page.update(press(Control::Primary)), Some(trust::Action::Refuse));
    let yes = by_key(&page.view(&ja()), 'Y');
    assert_eq!(page.update(press(yes)), Some(trust::Action::Allow));
    assert!(says(&page.view(&ja()), "先ほどの相手") && says(&page.view(&ja()), "いまの相手"));
}

// The level

fn cards(page: &Page) -> Vec<RadioCard> {
    let cards = page.blocks.iter().find_map(|block| match block {
        Block::Choice { cards, .. } => Some(cards.clone()),
        _ => None,
    });
    cards.unwrap()
}

fn security(kind: StoreKind, lock: StoreLock) -> page::Security {
    page::Security::new(Arc::new(profile()), store(kind, lock), Purpose::New)
}

#[test]
fn medium_stands_first_and_is_chosen() {
    let mut page = security(StoreKind::Memory, StoreLock::None);
    let cards = cards(&page.view(&ja()));
    assert_eq!(cards[0].control, Control::Level(SecurityLevel::Medium));
    assert_eq!(cards[0].state, ChoiceState::Selected);
    assert!(matches!(cards[2].state, ChoiceState::Unavailable(_)), "the bank's minimum is medium");
    page.update(press(Control::Level(SecurityLevel::Low)));
    let Some(page::security::Action::Issue { level, store_secret: None }) = page.update(press(Control::Primary)) else {
        panic!()
    };
    assert_eq!(level, SecurityLevel::Medium);
    assert!(matches!(page.update(press(Control::Back)), Some(page::security::Action::Back)));
}

#[test]
fn the_level_page_answers_to_s_and_d() {
    let view = security(StoreKind::Memory, StoreLock::None).view(&ja());
    assert_eq!(view.focus_keys, [('S', Control::Level(SecurityLevel::Medium))]);
    assert_eq!(by_key(&view, 'D'), Control::Details);
    assert!(says(&view, "(S)") && says(&view, "(D)"));
}

#[test]
fn a_weak_store_says_so_and_is_refused_where_the_bank_refuses_it() {
    let warned = security(StoreKind::Nss, StoreLock::None).view(&ja());
    assert!(says(&warned, "「中」にあたる仕組みがないため、確認なしで使われます。"));
    assert!(says(&warned, "「低」と同じ動きになります"));
    let mut strict = profile();
    strict.key.weaker_store = WeakerStore::Refuse;
    let mut page = page::Security::new(Arc::new(strict), store(StoreKind::Nss, StoreLock::None), Purpose::New);
    assert!(page.update(press(Control::Primary)).is_none());
    assert!(page.view(&ja()).footer.primary.is_none());
    assert!(says(&page.view(&ja()), "このままでは申し込めません"));
}

#[test]
fn a_closed_store_asks_for_its_password_and_hands_it_over_once() {
    let mut page = security(StoreKind::Nss, StoreLock::Closed);
    assert!(page.update(press(Control::Primary)).is_none());
    assert!(says(&page.view(&ja()), "＊保管場所のパスワードをご入力ください。"));
    page.update(Event::Edited(page::Security::secret_field(), Secret::new("open")));
    let Some(page::security::Action::Issue { store_secret: Some(secret), .. }) = page.update(press(Control::Primary))
    else {
        panic!()
    };
    assert_eq!(secret.reveal(), "open");
    assert!(page.update(press(Control::Primary)).is_none(), "the secret has left the page");
}

#[test]
fn asking_again_keeps_the_level() {
    let purpose = Purpose::AskAgain { level: SecurityLevel::High };
    let mut page = page::Security::new(Arc::new(profile()), store(StoreKind::Memory, StoreLock::None), purpose);
    page.update(press(Control::Level(SecurityLevel::Medium)));
    assert_eq!(cards(&page.view(&ja())).len(), 1);
    assert_eq!(plain(&page.view(&ja()).footer.primary.unwrap().label), "発行されたか確かめる");
    assert!(matches!(
        page.update(press(Control::Primary)),
        Some(page::security::Action::Issue { level: SecurityLevel::High, .. })
    ));
}

// Progress and closing

#[test]
fn progress_marks_what_is_done() {
    let mut page = page::Progress::new(Arc::new(profile()), page::progress::Kind::Issuing);
    page.reached(Step::Apply);
    page.elapsed(12);
    let view = page.view(&ja());
    assert_eq!(view.aside.as_deref(), Some("経過 12秒"));
    let Some(Block::Progress(rows)) = view.blocks.first() else { panic!() };
    let states: Vec<ProgressState> = rows.iter().map(|row| row.state).collect();
    use ProgressState::{Current, Done, ToCome};
    assert_eq!(states, [Done, Done, Current, ToCome, ToCome]);
    assert!(view.controls().is_empty(), "nothing can be pressed while issuing");
}

#[test]
fn what_a_cut_means_follows_the_replay_rule() {
    for replay in REPLAYS {
        let profile = profile_with(replay);
        let progress = page::Progress::new(profile.clone(), page::progress::Kind::Issuing).view(&ja());
        let level = page::Security::new(profile, store(StoreKind::Memory, StoreLock::None), Purpose::New).view(&ja());
        for page in [progress, level] {
            assert_eq!(says(&page, "続きから始められます"), replay == Replay::Same, "{replay:?}");
            assert_eq!(says(&page, "再発行が必要になることがあります"), replay != Replay::Same, "{replay:?}");
        }
    }
}

#[test]
fn a_hold_never_closes_the_window() {
    let hold = Closing::Hold(HoldReason::Issuing(Step::Apply));
    assert_eq!(hold.update(press(Control::DialogSecond)), Some(closing::Action::AskWhenSafe));
    assert_eq!(hold.update(press(Control::DialogPrimary)), Some(closing::Action::Stay));
    let ask = Closing::Ask(AskReason::SafeNow);
    assert_eq!(ask.update(press(Control::DialogPrimary)), Some(closing::Action::Stay));
    assert_eq!(ask.update(press(Control::DialogSecond)), Some(closing::Action::Leave));
    assert_eq!(Closing::Free.dialog(&ja()), None);
}

// The login at the proxy

#[test]
fn the_proxys_login_mends_before_it_connects_and_lets_the_password_go() {
    use shirushi::{page::proxy_login, protocol::Tried};
    let mut page = page::ProxyLogin::new(Arc::new(profile()), demand(Tried::Nothing), page::CapsLock::Off);
    let field = |name: &str| shirushi::domain::FieldId(name.to_owned());
    let type_in = |page: &mut page::ProxyLogin, name, text: &str| {
        assert!(page.update(Event::Edited(field(name), Secret::new(text))).is_none());
    };
    let wrong = |page: &page::ProxyLogin| {
        let view = page.view(&Words::new(Language::Japanese));
        let fields = view.blocks.into_iter().filter_map(|block| match block {
            Block::Fields(fields) => Some(fields),
            _ => None,
        });
        fields.flatten().filter(|field| field.error.is_some()).map(|field| field.id.0).collect::<Vec<_>>()
    };
    for (user, password, mistaken) in [
        ("", "", "proxy_user"),
        ("a:b", "x", "proxy_user"),
        ("taro", "", "proxy_password"),
        ("taro", "\n", "proxy_password"),
    ] {
        type_in(&mut page, "proxy_user", user);
        type_in(&mut page, "proxy_password", password);
        assert!(page.update(press(Control::Primary)).is_none());
        assert_eq!(wrong(&page), [mistaken]);
    }
    type_in(&mut page, "proxy_user", " OFFICE\\taro ");
    type_in(&mut page, "proxy_password", " x:y ");
    let Some(proxy_login::Action::Connect { user, password }) = page.update(press(Control::Primary)) else { panic!() };
    assert_eq!((user.reveal(), password.reveal()), ("OFFICE\\taro", " x:y "), "a password is sent as it is");
    let Some(proxy_login::Action::Back) = page.update(press(Control::Back)) else { panic!() };
    assert!(page.update(press(Control::Primary)).is_none(), "the password has left the page");
    assert_eq!(wrong(&page.refused(demand(Tried::Typed))), ["proxy_password"]);
}

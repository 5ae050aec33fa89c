//! The old enrollment pages, from the form to the installed certificate.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{
    Key, Member, Town, chains, client, fingerprint,
    old_browser::{OldBrowser, Page},
};
use practice_bank::{Account, Case, Fault, Replay};

fn account(town: &Town, case: Case) -> Account {
    town.customer(case).account
}

fn start(town: &Town) -> &str {
    &town.bank.ready().webform
}

fn administrators_start(town: &Town) -> String {
    start(town).replace("a_u=1", "a_u=2")
}

async fn asked(town: &Town, account: &Account, key: &Key) -> Page {
    OldBrowser::of(town.bank.ready()).asks(start(town), account, key).await
}

async fn taken(town: &Town, account: &Account, key: &Key) -> Page {
    OldBrowser::of(town.bank.ready()).takes(start(town), account, key).await
}

#[tokio::test]
async fn a_user_takes_a_certificate_and_logs_in_with_it() {
    let town = Town::new();
    let key = Key::new();
    let last = taken(&town, &account(&town, Case::Normal), &key).await;
    for words in ["電子証明書のインストールが完了しました", "このウィンドウを閉じる", "練習用"]
    {
        assert!(last.html.contains(words), "{words}");
    }
    let chain = last.certificates();
    chains(town.bank.ready(), &chain, &key).unwrap();
    assert!(Member::with(town.bank.ready(), chain, key).logs_in().await);
    let counters = town.bank.counters();
    assert_eq!((counters.first, counters.poll), (1, 0));
}

#[tokio::test]
async fn the_administrator_takes_one_on_either_page() {
    let town = Town::new();
    let (account, key) = (account(&town, Case::Administrator), Key::new());
    for start in [administrators_start(&town), start(&town).to_owned()] {
        let mut browser = OldBrowser::of(town.bank.ready());
        let chain = browser.takes(&start, &account, &key).await.certificates();
        chains(town.bank.ready(), &chain, &key).unwrap();
    }
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
}

#[tokio::test]
async fn the_first_page_asks_for_what_the_manual_shows() {
    let town = Town::new();
    let mut browser = OldBrowser::of(town.bank.ready());
    let page = browser.open(start(&town)).await;
    assert_eq!(page.headers["content-type"], "text/html; charset=Shift_JIS");
    assert!(str::from_utf8(&page.raw).is_err(), "this is UTF-8");
    let user = ["契約者ID(利用者番号)", "利用者ID", "利用者暗証番号", "利用者確認暗証番号"];
    let all = ["練習用電子証明書認証局", "電子証明書取得開始", "本物の番号は受け付けません"];
    let wizard = ["この画面の操作は電子証明書取得ウィザードが行います"];
    for words in user.iter().chain(&all).chain(&wizard) {
        assert!(page.html.contains(words), "{words}");
    }
    let names: Vec<String> = page.form().inputs.into_iter().map(|(name, _)| name).collect();
    let hidden = ["session", "page_id", "b_c", "c_e", "a_u"];
    let filled = ["keiyakusha", "riyousha", "ansho", "kakunin", "public_key", "btn"];
    assert_eq!(names, [&hidden[..], &filled].concat());
    let other = browser.open(&administrators_start(&town)).await;
    for words in ["ご契約先暗証番号", "ご契約先確認暗証番号"] {
        assert!(other.html.contains(words), "{words}");
    }
    assert!(!other.html.contains("利用者ID") && !other.html.contains("riyousha"));
}

#[tokio::test]
async fn the_portal_leads_to_both_first_pages() {
    let town = Town::new();
    let login = format!("{}login", town.bank.ready().portal);
    let page = client(town.bank.ready(), None).get(login).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("電子証明書方式"));
    for address in [start(&town), &administrators_start(&town)] {
        assert!(page.contains(&address.replace('&', "&amp;")), "{address}");
    }
}

#[tokio::test]
async fn only_the_exact_addresses_lead_anywhere() {
    let town = Town::new();
    let mut browser = OldBrowser::of(town.bank.ready());
    let start = start(&town);
    let wrong = [start.replace("//client", "/client"), start.replace("?b_c=9901", "?b_c=1"), format!("{start}&more=1")];
    for address in wrong {
        let page = browser.open(&address).await;
        assert_eq!(page.status, 404, "{address}");
        assert!(page.html.contains("練習用"));
    }
    let form = browser.open(start).await.form();
    assert_eq!(browser.open(form.address.as_str()).await.status, 405);
    assert_eq!(town.bank.counters().first, 0);
}

#[tokio::test]
async fn a_refusal_is_a_page_in_the_banks_words() {
    let town = Town::new();
    let cases = [
        (Case::Taken, "もしくは既に証明書を取得済みです"),
        (Case::NotIssued, "証明書が作成されていないか"),
        (Case::Revoked, "証明書が作成されていないか"),
        (Case::PickupExpired, "80日間を過ぎますと電子証明書の取得ができなくなります"),
        (Case::AfterExpiryPassed, "金庫店頭窓口への届出"),
        (Case::MustRevokeFirst, "「失効」手続きが必要です"),
        (Case::Locked, "ただいまロック状態です"),
        (Case::Maintenance, "501 ただ今、サービスメンテナンス中"),
    ];
    let key = Key::new();
    for (case, words) in cases {
        let page = asked(&town, &account(&town, case), &key).await;
        assert_eq!(page.status, if case == Case::Maintenance { 501 } else { 200 }, "{case:?}");
        assert_eq!(page.headers["content-type"], "text/html; charset=Shift_JIS");
        for words in [words, "電子証明書取得・更新エラー", "練習用"] {
            assert!(page.html.contains(words), "{case:?}: {words} is not in {}", page.html);
        }
    }
    assert!(town.bank.counters().issues_per_key.is_empty());
}

#[tokio::test]
async fn wrong_numbers_are_counted_down_and_the_seventh_locks() {
    let town = Town::new();
    let right = account(&town, Case::WrongNumberLocks);
    let wrong = Account { confirmation: "wrong".to_owned(), ..right.clone() };
    let key = Key::new();
    for left in (1..=6).rev() {
        let page = asked(&town, &wrong, &key).await;
        assert!(page.html.contains("証明書ファイルは取得できませんでした。認証に失敗しました。"));
        assert!(page.html.contains(&format!("あと{left}回でロック状態となります")), "{left}");
    }
    assert!(asked(&town, &wrong, &key).await.html.contains("番号相違7回目でロック状態"));
    assert!(asked(&town, &right, &key).await.html.contains("番号相違7回目でロック状態"));
    // The same lock at the other door.
    let response = town.customer(Case::WrongNumberLocks).enroll(&key).await;
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn who_does_not_know_the_id_is_not_told_how_many_tries_are_left() {
    let town = Town::new();
    let stranger = Account { user_id: "nobody".to_owned(), ..account(&town, Case::Normal) };
    let page = asked(&town, &stranger, &Key::new()).await;
    assert!(page.html.contains("認証に失敗しました") && !page.html.contains("あと"));
}

#[tokio::test]
async fn what_is_pending_is_asked_for_again_from_the_first_page() {
    let town = Town::new();
    let (account, key) = (account(&town, Case::Normal), Key::new());
    town.bank.fault(Fault::Pending);
    let page = asked(&town, &account, &key).await;
    let words = "証明書を準備しています。後ほど、同じ画面からもう一度お申し込みください。";
    assert!(page.status == 200 && page.html.contains(words));
    let town = town.reopened();
    chains(town.bank.ready(), &taken(&town, &account, &key).await.certificates(), &key).unwrap();
    let counters = town.bank.counters();
    assert_eq!((counters.first, counters.poll), (1, 1));
}

#[tokio::test]
async fn the_replay_rule_is_the_banks_own() {
    for rule in [Replay::Same, Replay::Refuse, Replay::New] {
        let town = Town::with(rule);
        let (account, key) = (account(&town, Case::Normal), Key::new());
        let first = taken(&town, &account, &key).await.argument();
        let again = asked(&town, &account, &key).await;
        match rule {
            Replay::Refuse => assert!(again.html.contains("既に証明書を取得済みです")),
            Replay::Same => assert_eq!(taken(&town, &account, &key).await.argument(), first),
            Replay::New => assert_ne!(taken(&town, &account, &key).await.argument(), first),
        }
        assert!(asked(&town, &account, &Key::new()).await.html.contains("既に証明書を取得済みです"));
    }
}

#[tokio::test]
async fn a_certificate_of_one_door_is_the_others_too() {
    let town = Town::new();
    let key = Key::new();
    let here = taken(&town, &account(&town, Case::Normal), &key).await.certificates();
    let there = town.customer(Case::Normal).certificates(&key).await;
    assert_eq!(key.leaf(&here), key.leaf(&there));
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_given_again() {
    for fault in [Fault::Truncate, Fault::DropBeforeAnswer] {
        let town = Town::new();
        let (account, key) = (account(&town, Case::Normal), Key::new());
        town.bank.fault(fault);
        let mut browser = OldBrowser::of(town.bank.ready());
        let wait = browser.asks(start(&town), &account, &key).await;
        assert!(browser.go_on(&wait).await.is_err(), "{fault:?}");
        let chain = taken(&town, &account, &key).await.certificates();
        chains(town.bank.ready(), &chain, &key).unwrap();
        assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
    }
}

#[tokio::test]
async fn whoever_stops_at_please_wait_starts_anew_and_gets_the_same() {
    let town = Town::new();
    let (account, key) = (account(&town, Case::Normal), Key::new());
    let wait = asked(&town, &account, &key).await;
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
    let mut stranger = OldBrowser::of(town.bank.ready());
    assert!(stranger.go_on(&wait).await.unwrap().html.contains("端末の認証に失敗しました"));
    chains(town.bank.ready(), &taken(&town, &account, &key).await.certificates(), &key).unwrap();
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
}

#[tokio::test]
async fn an_outage_issues_nothing() {
    let outages = [(Fault::ServerError, 500, "ただいまご利用いただけません"), (Fault::HtmlError, 200, "(115)")];
    for (fault, status, words) in outages {
        let town = Town::new();
        let (account, key) = (account(&town, Case::Normal), Key::new());
        town.bank.fault(fault);
        let page = asked(&town, &account, &key).await;
        assert_eq!(page.status, status);
        assert!(page.html.contains(words));
        assert!(town.bank.counters().issues_per_key.is_empty());
        taken(&town, &account, &key).await;
    }
}

#[tokio::test]
async fn a_bank_that_hangs_says_nothing_and_issues_nothing() {
    let town = Town::new();
    let (account, key) = (account(&town, Case::Normal), Key::new());
    town.bank.fault(Fault::Hang);
    let mut browser = OldBrowser::of(town.bank.ready());
    let form = browser.filled(start(&town), &account, &key).await;
    let request = browser.post(&form).timeout(std::time::Duration::from_secs(1));
    assert!(browser.try_request(request).await.unwrap_err().is_timeout());
    assert!(town.bank.counters().issues_per_key.is_empty());
}

#[tokio::test]
async fn wrong_certificates_arrive_on_the_last_page() {
    for fault in [Fault::OtherKey, Fault::OtherIssuer, Fault::NotClientAuth] {
        let town = Town::new();
        town.bank.fault(fault);
        let key = Key::new();
        let chain = taken(&town, &account(&town, Case::Normal), &key).await.certificates();
        let is_mine = chain.iter().any(|one| fingerprint(one) == key.fingerprint());
        assert_eq!(is_mine, fault != Fault::OtherKey);
        assert!(!is_mine || chains(town.bank.ready(), &chain, &key).is_err());
    }
}

#[tokio::test]
async fn garbage_is_base64_but_no_certificate() {
    let town = Town::new();
    town.bank.fault(Fault::Garbage);
    let page = taken(&town, &account(&town, Case::Normal), &Key::new()).await;
    assert!(!common::unpacked(&page.argument()).starts_with(&[0x30]));
}

#[tokio::test]
async fn the_log_names_the_customer_and_nothing_that_was_typed() {
    let town = Town::new();
    let account = account(&town, Case::Normal);
    let last = taken(&town, &account, &Key::new()).await;
    assert!(last.html.contains("完了しました"));
    let log = std::fs::read_to_string(town.folder.path().join("state/requests.log")).unwrap();
    let expected = [
        "webform GET /sscm//client/userEnrollMS.htm 200 -".to_owned(),
        format!("webform POST /sscm//cgi-bin/userEnroll.exe 200 {}", account.id()),
        format!("webform POST /sscm//cgi-bin/sophialite.exe 200 {}", account.id()),
    ];
    for line in expected {
        assert!(log.contains(&line), "{line} is not in {log}");
    }
    for secret in [&account.password, &account.confirmation] {
        assert!(!log.contains(secret.as_str()));
    }
}

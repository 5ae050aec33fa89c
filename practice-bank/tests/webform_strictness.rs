//! What the old enrollment pages refuse: everything but their own protocol.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{
    Key, Town,
    old_browser::{Form, OldBrowser, Page, in_lines},
};
use practice_bank::{Case, Oddity};
use reqwest::header::CONTENT_TYPE;

const REFUSED: &str = "400 端末の認証に失敗しました。入力内容を確認してください。";

/// One town, one key, and forms that are right but for one thing.
struct Counter {
    town: Town,
    key: Key,
}

impl Counter {
    fn new() -> Self {
        Self { town: Town::new(), key: Key::new() }
    }

    async fn filled(&self) -> (OldBrowser, Form) {
        let ready = self.town.bank.ready();
        let mut browser = OldBrowser::of(ready);
        let account = self.town.customer(Case::Normal).account;
        let form = browser.filled(&ready.webform, &account, &self.key).await;
        (browser, form)
    }

    async fn answer(&self, spoil: impl FnOnce(&mut Form)) -> Page {
        let (mut browser, mut form) = self.filled().await;
        spoil(&mut form);
        browser.submit(&form).await
    }

    async fn refuses(&self, what: &str, spoil: impl FnOnce(&mut Form)) {
        let page = self.answer(spoil).await;
        assert_eq!(page.status, 200);
        assert!(page.html.contains(REFUSED), "{what}: {}", page.html);
    }

    /// Nobody's number was looked at, and nothing was issued; but every POST was counted.
    fn closes(&self, posts: u64) {
        let counters = self.town.bank.counters();
        assert_eq!(counters.first, posts);
        assert!(counters.issues_per_key.is_empty());
        assert!(counters.by_account.values().all(|account| account.first == 0 && account.wrong_numbers == 0));
    }
}

#[tokio::test]
async fn an_input_that_is_missing_changed_or_doubled_is_refused() {
    let counter = Counter::new();
    let (_, form) = counter.filled().await;
    let hidden = 5;
    for at in 0..form.inputs.len() {
        let name = form.inputs[at].0.clone();
        counter.refuses(&format!("without {name}"), |form| drop(form.inputs.remove(at))).await;
        counter.refuses(&format!("{name} twice"), |form| form.inputs.push(form.inputs[at].clone())).await;
        if at < hidden {
            counter.refuses(&format!("other {name}"), |form| form.inputs[at].1 += "1").await;
        }
    }
    counter.refuses("order", |form| form.inputs.swap(0, 1)).await;
    counter.refuses("one more", |form| form.inputs.push(("more".to_owned(), String::new()))).await;
    counter.refuses("another button", |form| form.fill("btn", "取得")).await;
    counter.closes(form.inputs.len() as u64 * 2 + hidden as u64 + 3);
}

#[tokio::test]
async fn copied_spaces_are_no_wrong_number() {
    let counter = Counter::new();
    for name in ["keiyakusha", "riyousha", "ansho", "kakunin"] {
        for space in [" ", "\u{3000}"] {
            counter.refuses(name, |form| form.inputs.iter_mut().find(|one| one.0 == name).unwrap().1 += space).await;
        }
    }
    counter.closes(8);
}

#[tokio::test]
async fn a_page_is_good_for_one_answer_with_its_own_cookie() {
    let counter = Counter::new();
    let (mut browser, form) = counter.filled().await;
    let cookies = std::mem::take(&mut browser.cookies);
    assert!(browser.submit(&form).await.html.contains(REFUSED));
    let (mut other, other_form) = counter.filled().await;
    other.cookies.values_mut().for_each(|value| *value = value.replace(['0', '1', '2'], "3"));
    assert!(other.submit(&other_form).await.html.contains(REFUSED));
    // Another visit's cookie is no better; both pages are used up by it.
    let (mut third, third_form) = counter.filled().await;
    third.cookies = cookies.clone();
    assert!(third.submit(&third_form).await.html.contains(REFUSED));
    browser.cookies = cookies;
    assert!(browser.submit(&form).await.html.contains(REFUSED));
    counter.closes(4);
}

#[tokio::test]
async fn a_form_is_sent_in_the_pages_own_way_and_characters() {
    let counter = Counter::new();
    let (mut browser, form) = counter.filled().await;
    let utf8 = form.urlencoded().replace(&sjis_percent("電子証明書取得"), &utf8_percent("電子証明書取得"));
    assert_ne!(utf8, form.urlencoded());
    let post = browser.post(&form).body(utf8);
    assert!(browser.try_request(post).await.unwrap().html.contains(REFUSED));
    counter.refuses("multipart", |form| "multipart/form-data".clone_into(&mut form.enctype)).await;
    counter.refuses("text", |form| "text/plain".clone_into(&mut form.enctype)).await;
    counter.closes(3);
    let (mut browser, form) = counter.filled().await;
    let post = browser.post(&form).body(vec![b'a'; 65 * 1024]);
    assert!(browser.try_request(post).await.unwrap().html.contains(REFUSED));
    counter.closes(4);
}

fn sjis_percent(text: &str) -> String {
    encoding_rs::SHIFT_JIS.encode(text).0.iter().map(|byte| escaped(*byte)).collect()
}

fn utf8_percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// As [`Form::urlencoded`] has it.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[tokio::test]
async fn a_multipart_form_is_not_taken_urlencoded() {
    let town = Town::odd(&[Oddity::FormMultipart]);
    let mut browser = OldBrowser::of(town.bank.ready());
    let account = town.customer(Case::Normal).account;
    let mut form = browser.filled(&town.bank.ready().webform, &account, &Key::new()).await;
    "application/x-www-form-urlencoded".clone_into(&mut form.enctype);
    assert!(browser.submit(&form).await.html.contains(REFUSED));
}

#[tokio::test]
async fn the_request_is_one_line_or_lines_of_64_with_crlf() {
    let counter = Counter::new();
    let text = in_lines(&counter.key.csr);
    let one_line = text.replace("\r\n", "");
    let pem = format!("-----BEGIN CERTIFICATE REQUEST-----\r\n{text}\r\n-----END CERTIFICATE REQUEST-----");
    let of_76 =
        one_line.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\r\n");
    let bad = [
        text.replace("\r\n", "\n"),
        text.replace("\r\n", " "),
        format!("{text}\r\n\r\n"),
        format!("\r\n{text}"),
        format!(" {one_line}"),
        pem,
        of_76,
        one_line[1..].to_owned(),
        STANDARD.encode(b"no request"),
    ];
    for request in &bad {
        let page = counter.answer(|form| form.fill("public_key", request)).await;
        assert!(page.html.contains("証明書の発行要求を受け付けられません"), "{request}: {}", page.html);
    }
    assert_eq!(counts(&counter), (bad.len() as u64, 0));
    for request in [text.clone(), format!("{text}\r\n"), one_line] {
        let page = counter.answer(|form| form.fill("public_key", &request)).await;
        assert!(page.html.contains("しばらくお待ちください"), "{request}");
    }
}

/// POSTs and certificates.
fn counts(counter: &Counter) -> (u64, usize) {
    let counters = counter.town.bank.counters();
    (counters.first, counters.issues_per_key.len())
}

#[tokio::test]
async fn a_person_without_the_wizard_is_sent_to_it() {
    let counter = Counter::new();
    let page = counter.answer(|form| form.fill("public_key", "")).await;
    assert!(page.html.contains("CSRの生成に失敗しました"));
    assert!(page.html.contains("この画面の操作は電子証明書取得ウィザードが行います"));
    counter.closes(1);
}

#[tokio::test]
async fn please_wait_comes_back_unchanged_under_its_new_cookie() {
    let counter = Counter::new();
    for spoiled in 0..5 {
        let (mut browser, form) = counter.filled().await;
        let first = browser.cookies.clone();
        let wait = browser.submit(&form).await;
        assert_ne!(browser.cookies, first);
        let mut form = wait.form();
        match spoiled {
            0 => drop(form.inputs.remove(0)),
            1 => form.inputs[1].1 += "1",
            2 => form.inputs.swap(0, 1),
            3 => browser.cookies = first,
            _ => form.inputs.push(("more".to_owned(), String::new())),
        }
        assert!(browser.submit(&form).await.html.contains(REFUSED), "{spoiled}");
    }
    let (mut browser, form) = counter.filled().await;
    let wait = browser.submit(&form).await;
    let as_address = browser.get(wait.form().address);
    assert!(browser.try_request(as_address).await.unwrap().html.contains(REFUSED));
    let (mut browser, form) = counter.filled().await;
    let wait = browser.submit(&form).await;
    assert!(browser.go_on(&wait).await.unwrap().html.contains("完了しました"));
    assert!(browser.go_on(&wait).await.unwrap().html.contains(REFUSED));
}

#[tokio::test]
async fn the_listener_asks_for_no_certificate_and_speaks_no_est() {
    let counter = Counter::new();
    let ready = counter.town.bank.ready();
    let (mut browser, _) = counter.filled().await;
    let base = ready.webform.split("/sscm").next().unwrap();
    let est = browser.open(&format!("{base}/.well-known/est/cacerts")).await;
    assert_eq!(
        (est.status.as_u16(), est.headers[CONTENT_TYPE].to_str().unwrap()),
        (404, "text/html; charset=Shift_JIS")
    );
    let est = format!("{}/sscm//client/userEnrollMS.htm", ready.ca.split("/.well").next().unwrap());
    assert_eq!(browser.open(&est).await.status, 404);
}

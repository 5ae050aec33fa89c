//! The words of the old pages: those of the manual's screens.

use super::{
    fields::{Enctype, Pairs},
    markup::{Quirks, attribute, input},
    sessions::{Form, Variant},
};
use crate::{
    Oddity,
    certificate::BANK,
    page::{NOTICE, escaped},
    pickup::READY_IN,
    refusal::Refusal,
};

const AUTHORITY: &str = "練習用電子証明書認証局";
/// The button's words are part of what is sent.
pub(crate) const BUTTON: &str = "電子証明書取得";
/// The same of the pick-up page.
pub(crate) const TAKE: &str = "受け取り";
const WIZARD: &str = "この画面の操作は電子証明書取得ウィザードが行います。";
const TROUBLE: &str = "電子証明書取得・更新エラー";

/// One line of the form: name, kind, longest entry and label.
type Line = (&'static str, &'static str, &'static str, &'static str);

const OF_USERS: [Line; 4] = [
    ("keiyakusha", "text", "20", "契約者ID(利用者番号)"),
    ("riyousha", "text", "20", "利用者ID"),
    ("ansho", "password", "32", "利用者暗証番号"),
    ("kakunin", "password", "32", "利用者確認暗証番号"),
];

const OF_ADMINISTRATORS: [Line; 3] = [
    ("keiyakusha", "text", "20", "契約者ID(利用者番号)"),
    ("ansho", "password", "32", "ご契約先暗証番号"),
    ("kakunin", "password", "32", "ご契約先確認暗証番号"),
];

/// ② ③ ④ 電子証明書取得開始
pub(crate) fn start(form: &Form) -> String {
    let (numbers, lines) = match form.variant {
        Variant::User => ("契約者ID(利用者番号)、利用者ID、利用者暗証番号、および利用者確認暗証番号", &OF_USERS[..]),
        Variant::Administrator => {
            ("契約者ID(利用者番号)、ご契約先暗証番号、およびご契約先確認暗証番号", &OF_ADMINISTRATORS[..])
        }
    };
    let quirks = &form.quirks;
    let (hidden, lines) = (hidden(&form.hidden, quirks), lines.iter().map(|line| entry(line, quirks)));
    let body = format!(
        "<p>電子証明書取得に必要な本人認証を行います。<br>\n\
         {numbers}を入力し、「{BUTTON}」ボタンを押してください。</p>\n\
         <p class=\"good\">{WIZARD}</p>\n\
         <form name=\"enroll\" method=\"post\" action=\"../cgi-bin/userEnroll.exe\" enctype=\"{}\" autocomplete=\"off\">\n\
         {hidden}{}{}{}\n<p>{}</p>\n</form>\n\
         <p class=\"small\">※ 電子証明書の取得はインターネットバンキングをご利用になるパソコンにて行ってください。</p>",
        Enctype::of(form).as_str(),
        unsent(quirks),
        lines.collect::<String>(),
        input(&[("type", Some("hidden")), ("name", Some("public_key")), ("value", Some(""))], quirks),
        input(
            &[("type", Some("submit")), ("class", Some("button")), ("name", Some("btn")), ("value", Some(BUTTON))],
            quirks
        ),
    );
    frame("電子証明書取得開始", "", "", &body)
}

fn entry(&(name, kind, longest, label): &Line, quirks: &Quirks) -> String {
    let attributes = [
        ("type", Some(kind)),
        ("id", Some(name)),
        ("name", Some(name)),
        ("value", Some("")),
        ("maxlength", Some(longest)),
    ];
    format!("<p><label for=\"{name}\">{label}</label>\n{}</p>\n", input(&attributes, quirks))
}

fn hidden(pairs: &Pairs, quirks: &Quirks) -> String {
    let line = |(name, value): &(String, String)| {
        let attributes = [("type", Some("hidden")), ("name", Some(name.as_str())), ("value", Some(value.as_str()))];
        input(&attributes, quirks) + "\n"
    };
    pairs.iter().map(line).collect()
}

/// No form sends what is disabled, and what has no name (HTML §4.10.22.4).
fn unsent(quirks: &Quirks) -> String {
    if !quirks.is(Oddity::FormExtraInputs) {
        return String::new();
    }
    let disabled = [("type", Some("hidden")), ("name", Some("mukou")), ("value", Some("1")), ("disabled", None)];
    let nameless = [("type", Some("hidden")), ("value", Some("1"))];
    format!("{}\n{}\n", input(&disabled, quirks), input(&nameless, quirks))
}

/// ※ 発行処理中
pub(crate) fn wait(pairs: &Pairs, quirks: &Quirks) -> String {
    let mut head = String::new();
    let mut attributes = "";
    let mut body = "<p>電子証明書を発行しています。</p>\n\
         <p>※ 発行処理中にブラウザを閉じたり、ブラウザの「中止」や「更新」をクリックしないでください。</p>\n"
        .to_owned();
    if quirks.is(Oddity::WaitMetaRefresh) {
        let address = attribute(&super::fields::query(pairs));
        head = format!("<meta http-equiv=\"refresh\" content=\"1; URL=sophialite.exe?{address}\">\n");
    } else {
        body += &format!(
            "<form name=\"tsugi\" method=\"post\" action=\"/sscm//cgi-bin/sophialite.exe\">\n{}\
             <noscript><input type=\"submit\" class=\"button\" value=\"次へ\"></noscript>\n</form>",
            hidden(pairs, quirks)
        );
        match quirks.is(Oddity::WaitOnload) {
            true => attributes = " onload=\"document.tsugi.submit()\"",
            false => body += &script("document.forms[0].submit();"),
        }
    }
    frame("しばらくお待ちください", &head, attributes, &body)
}

/// Whoever cannot follow a 302.
pub(crate) fn elsewhere() -> String {
    frame("しばらくお待ちください", "", "", "<p>電子証明書を発行しています。</p>")
}

/// ⑧ ⑨
pub(crate) fn done(call: &str) -> String {
    let install = format!("function installCert(pkcs7) {{ window.pkcs7 = pkcs7; }}\n{call}");
    let body = format!(
        "<p class=\"good\">電子証明書のインストールが完了しました</p>\n<p>{WIZARD}</p>\n{}{}",
        close(),
        script(&install)
    );
    frame("電子証明書取得", "", "", &body)
}

pub(crate) fn later() -> String {
    let words = "証明書を準備しています。後ほど、同じ画面からもう一度お申し込みください。";
    frame("電子証明書取得", "", "", &format!("<p>{words}</p>\n{}", close()))
}

/// The application was taken; the certificate comes later.
pub(crate) fn receipt(reference: &str) -> String {
    let body = format!(
        "<p class=\"good\">電子証明書のお申し込みを受け付けました。</p>\n\
         <p>受付番号： <strong>{reference}</strong></p>\n\
         <p>PINを郵送いたします。届きましたら、受け取りの画面でお受け取りください。</p>\n{}",
        close()
    );
    frame("電子証明書取得受付", "", "", &body)
}

/// Reference and PIN.
pub(crate) fn counter(form: &Form) -> String {
    let quirks = &form.quirks;
    let lines = [("uketsuke", "text", "20", "受付番号"), ("pin", "password", "12", "PIN")];
    let lines: String = lines.iter().map(|line| entry(line, quirks)).collect();
    let button = [("type", Some("submit")), ("class", Some("button")), ("name", Some("btn")), ("value", Some(TAKE))];
    let body = format!(
        "<p>受付番号と、郵送されたPINを入力し、「{TAKE}」ボタンを押してください。</p>\n\
         <p class=\"good\">{WIZARD}</p>\n\
         <form name=\"uketori\" method=\"post\" action=\"../cgi-bin/userPickup.exe\" enctype=\"{}\" autocomplete=\"off\">\n\
         {}{}{lines}<p>{}</p>\n</form>",
        Enctype::of(form).as_str(),
        hidden(&form.hidden, quirks),
        unsent(quirks),
        input(&button, quirks),
    );
    frame("電子証明書受け取り", "", "", &body)
}

pub(crate) fn not_ready() -> String {
    let words = format!("電子証明書を作成しています。あと{READY_IN}分ほどで、この画面からお受け取りいただけます。");
    frame("電子証明書受け取り", "", "", &format!("<p>{words}</p>\n{}", close()))
}

/// E01, of a PIN; how many tries are left is told only to those who know the reference.
pub(crate) fn wrong_pin(tries_left: Option<u32>) -> String {
    let mut said = vec!["受付番号またはPINが違います。".to_owned()];
    said.extend(tries_left.map(|left| format!("あと{left}回でロック状態となります。")));
    trouble(&said, "")
}

/// E02, of a PIN.
pub(crate) fn pin_locked() -> String {
    trouble(&["PINの相違が続いたため、この受付番号はロックされています。".to_owned()], "")
}

/// The bank's no. What only programs can get wrong is told to programs too.
pub(crate) fn refused(refusal: &Refusal, echo: Option<&Pairs>) -> String {
    let words = escaped(&refusal.words);
    let mut said = match refusal.code {
        Some(_) => vec![words],
        None => vec!["証明書の発行要求を受け付けられません。".to_owned(), words],
    };
    said.extend(refusal.tries_left.map(|left| format!("あと{left}回でロック状態となります。")));
    trouble(&said, &echo.map(entries).unwrap_or_default())
}

/// What careless servers do: a client must neither show nor keep this.
fn entries(pairs: &Pairs) -> String {
    let row = |(name, value): &(String, String)| format!("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value));
    format!("<p>入力内容</p>\n<dl>\n{}</dl>\n", pairs.iter().map(row).collect::<String>())
}

/// E12: an input is missing, changed, or has spaces around it; or the page was answered before.
pub(crate) fn changed() -> String {
    trouble(&["400 端末の認証に失敗しました。入力内容を確認してください。".to_owned()], "")
}

/// E17: a browser makes no request any more.
pub(crate) fn no_request() -> String {
    trouble(&["CSRの生成に失敗しました。".to_owned()], &format!("<p>{WIZARD}</p>\n"))
}

/// E10
pub(crate) fn no_connection() -> String {
    trouble(&["データの問合せに失敗しました。(115)".to_owned()], "")
}

pub(crate) fn out_of_order() -> String {
    trouble(&["ただいまご利用いただけません。しばらくしてから、もう一度お試しください。".to_owned()], "")
}

pub(crate) fn lost() -> String {
    trouble(&["お探しのページはありません。".to_owned()], "")
}

fn trouble(said: &[String], more: &str) -> String {
    let said = said.join("<br>\n");
    frame(TROUBLE, "", "", &format!("<p class=\"bad\">{said}</p>\n{more}{}", close()))
}

fn close() -> String {
    "<p><input type=\"button\" class=\"button\" value=\"このウィンドウを閉じる\" onclick=\"window.close()\"></p>\n"
        .to_owned()
}

/// Hidden from browsers that know no scripts.
fn script(words: &str) -> String {
    format!("\n<script type=\"text/javascript\">\n<!--\n{words}\n//-->\n</script>")
}

/// Band, head and foot that no page can go without.
fn frame(title: &str, head: &str, attributes: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"ja\">\n<head>\n\
         <meta http-equiv=\"Content-Type\" content=\"text/html; charset=Shift_JIS\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n{head}\
         <title>{title} - {AUTHORITY}(練習用)</title>\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body{attributes}>\n\
         <p class=\"band\"><strong>練習用</strong> {NOTICE}</p>\n\
         <header><p class=\"bank\">{AUTHORITY}</p><p class=\"service\">{BANK}</p></header>\n\
         <main>\n<h1>{title}</h1>\n{body}\n</main>\n\
         <footer>{BANK}は実在しません。</footer>\n</body>\n</html>\n"
    )
}

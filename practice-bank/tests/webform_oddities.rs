//! What old pages do besides, one by one and all at once.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{
    Key, Town, chains,
    old_browser::{OldBrowser, Page},
};
use practice_bank::{Case, Oddity};

/// All pages of one visit: the form, "please wait", the certificate.
struct Visit {
    town: Town,
    key: Key,
    start: Page,
    wait: Page,
    last: Page,
}

impl Visit {
    async fn with(oddity: Oddity) -> Self {
        let town = Town::new();
        town.bank.oddity(oddity);
        Self::to(town).await
    }

    async fn to(town: Town) -> Self {
        let (address, account, key) =
            (town.bank.ready().webform.clone(), town.customer(Case::Normal).account, Key::new());
        let mut browser = OldBrowser::of(town.bank.ready());
        let start = browser.open(&address).await;
        let form = browser.filled(&address, &account, &key).await;
        let wait = browser.submit(&form).await;
        assert!(wait.html.contains("しばらくお待ちください"), "{}", wait.html);
        let last = browser.go_on(&wait).await.unwrap();
        Self { town, key, start, wait, last }
    }

    fn proves_good(&self) {
        chains(self.town.bank.ready(), &self.last.certificates(), &self.key).unwrap();
    }

    /// The argument of the call as it stands there.
    fn call(&self) -> &str {
        self.last.html.rsplit_once("installCert(").unwrap().1.split_once(");").unwrap().0
    }
}

#[tokio::test]
async fn without_oddities_the_literals_are_joined_over_lines() {
    let visit = Visit::to(Town::new()).await;
    visit.proves_good();
    assert!(visit.call().matches("\" +\n  \"").count() > 10 && !visit.call().contains('\\'));
    assert!(visit.wait.html.contains("document.forms[0].submit();"));
}

#[tokio::test]
async fn attributes_stand_in_any_order_and_between_any_quotes() {
    let visit = Visit::with(Oddity::FormAttributesMixed).await;
    visit.proves_good();
    for written in ["<input value='1' name", "type=hidden>", "type='password'>", "type = \"hidden\">", "value=''"] {
        assert!(visit.start.html.contains(written), "{written} is not in {}", visit.start.html);
    }
}

#[tokio::test]
async fn extra_inputs_come_back_with_every_character() {
    let visit = Visit::with(Oddity::FormExtraInputs).await;
    visit.proves_good();
    let inputs = visit.start.form().inputs;
    let values = |name: &str| inputs.iter().filter(|one| one.0 == name).map(|one| one.1.as_str()).collect::<Vec<_>>();
    assert_eq!(values("yobi"), [""]);
    assert_eq!(values("kubun"), ["1", "2"]);
    assert_eq!(values("hyouji"), ["ﾚﾝｼｭｳ <表示> \"ソ\" & 'ﾎﾞﾀﾝ' 100% + = ;#"]);
    assert!(visit.start.html.contains("name=\"mukou\" value=\"1\" disabled"));
    assert_eq!(values("mukou"), [""; 0]);
}

#[tokio::test]
async fn extra_inputs_that_do_not_come_back_are_refused() {
    let town = Town::odd(&[Oddity::FormExtraInputs]);
    let account = town.customer(Case::Normal).account;
    for name in ["yobi", "kubun", "hyouji", "modori"] {
        let mut browser = OldBrowser::of(town.bank.ready());
        let mut form = browser.filled(&town.bank.ready().webform, &account, &Key::new()).await;
        let at = form.inputs.iter().position(|one| one.0 == name).unwrap();
        form.inputs.remove(at);
        assert!(browser.submit(&form).await.html.contains("端末の認証に失敗しました"), "{name}");
    }
}

#[tokio::test]
async fn the_form_may_be_multipart() {
    let visit = Visit::with(Oddity::FormMultipart).await;
    visit.proves_good();
    assert_eq!(visit.start.form().enctype, "multipart/form-data");
}

#[tokio::test]
async fn tags_may_be_in_upper_case_and_never_end() {
    let visit = Visit::with(Oddity::HtmlUpperCase).await;
    visit.proves_good();
    for page in [&visit.start, &visit.wait, &visit.last] {
        assert!(page.html.contains("<P CLASS=\"band\">") && !page.html.contains("</p>") && !page.html.contains("</P>"));
    }
    assert!(visit.start.html.contains("<INPUT TYPE=\"hidden\" NAME=\"session\" VALUE=\""));
}

#[tokio::test]
async fn lines_may_end_with_crlf() {
    let visit = Visit::with(Oddity::HtmlCrlf).await;
    visit.proves_good();
    for page in [&visit.start, &visit.wait, &visit.last] {
        assert_eq!(page.html.matches('\n').count(), page.html.matches("\r\n").count());
    }
}

#[tokio::test]
async fn please_wait_may_go_on_in_three_other_ways() {
    let visit = Visit::with(Oddity::WaitOnload).await;
    visit.proves_good();
    assert!(visit.wait.html.contains("<body onload=\"document.tsugi.submit()\">"));
    assert!(!visit.wait.html.contains("<script"));
    let visit = Visit::with(Oddity::WaitMetaRefresh).await;
    visit.proves_good();
    assert!(visit.wait.html.contains("<meta http-equiv=\"refresh\" content=\"1; URL=sophialite.exe?session="));
    assert!(!visit.wait.html.contains("<form"));
    let visit = Visit::with(Oddity::WaitRedirect).await;
    visit.proves_good();
    assert_eq!(visit.wait.status, 302);
}

#[tokio::test]
async fn literals_may_be_split_and_escaped_in_other_ways() {
    let visit = Visit::with(Oddity::LiteralsSingleQuoted).await;
    visit.proves_good();
    assert!(visit.call().matches("'\n  +'").count() > 10 && !visit.call().contains('"'));
    let visit = Visit::with(Oddity::LiteralEscaped).await;
    visit.proves_good();
    assert_eq!(visit.call().matches('"').count(), 2);
    for escape in ["\\n", "\\/", "\\x2B", "\\u002b"] {
        assert!(visit.call().contains(escape), "{escape}");
    }
    let visit = Visit::with(Oddity::UnwrappedBase64).await;
    visit.proves_good();
    assert!(visit.call().matches('"').count() == 2 && !visit.call().contains('\\'));
}

#[tokio::test]
async fn armour_keeps_its_lines_inside_the_literals() {
    let visit = Visit::with(Oddity::PemArmour).await;
    let argument = visit.last.argument();
    let inside = argument.strip_prefix("-----BEGIN PKCS7-----\n").unwrap();
    let inside = inside.strip_suffix("\n-----END PKCS7-----\n").unwrap();
    chains(visit.town.bank.ready(), &common::certificates(inside), &visit.key).unwrap();
}

#[tokio::test]
async fn ber_and_odd_chains_are_the_same_as_at_the_other_door() {
    let visit = Visit::with(Oddity::BerIndefinite).await;
    assert_eq!(common::unpacked(&visit.last.argument())[..2], [0x30, 0x80]);
    let visit = Visit::with(Oddity::MissingChain).await;
    assert_eq!(visit.last.certificates().len(), 1);
    let visit = Visit::with(Oddity::ExtraAttributes).await;
    let chain = visit.last.certificates();
    let name = visit.key.leaf(&chain).unwrap().tbs_certificate().subject().to_string();
    assert!(name.contains("練習市"), "{name}");
}

#[tokio::test]
async fn a_refusal_may_show_what_was_sent() {
    let town = Town::new();
    town.bank.oddity(Oddity::ErrorEchoesInputs);
    let account = town.customer(Case::PickupExpired).account;
    for shown in [true, false] {
        let mut browser = OldBrowser::of(town.bank.ready());
        let page = browser.asks(&town.bank.ready().webform, &account, &Key::new()).await;
        assert!(page.html.contains("80日間"));
        for sent in [&account.user_id, &account.password, &account.confirmation] {
            assert_eq!(page.html.contains(sent.as_str()), shown, "{sent}");
        }
    }
}

#[tokio::test]
async fn an_oddity_of_the_form_stays_until_the_form_is_sent() {
    let town = Town::new();
    town.bank.oddity(Oddity::FormMultipart);
    let mut browser = OldBrowser::of(town.bank.ready());
    let address = town.bank.ready().webform.clone();
    for _ in 0..2 {
        assert_eq!(browser.open(&address).await.form().enctype, "multipart/form-data");
    }
    let visit = Visit::to(town).await;
    assert_eq!(visit.start.form().enctype, "multipart/form-data");
    let after = OldBrowser::of(visit.town.bank.ready()).open(&address).await;
    assert_eq!(after.form().enctype, "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn a_bank_with_every_oddity_of_the_pages_gives_a_good_certificate() {
    let forms = [
        Oddity::FormAttributesMixed,
        Oddity::FormExtraInputs,
        Oddity::FormMultipart,
        Oddity::HtmlUpperCase,
        Oddity::HtmlCrlf,
        Oddity::SlowDrip,
        Oddity::Http10,
        Oddity::ShuffledChain,
    ];
    let ways = [Oddity::WaitOnload, Oddity::WaitMetaRefresh, Oddity::WaitRedirect];
    let literals = [Oddity::LiteralsSingleQuoted, Oddity::LiteralEscaped, Oddity::UnwrappedBase64];
    for (way, literal) in ways.into_iter().zip(literals) {
        Visit::to(Town::odd(&[&forms[..], &[way, literal]].concat())).await.proves_good();
    }
}

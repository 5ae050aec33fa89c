//! Certificates in pages, however old CAs write them, and pages that only look like it.

use base64::{Engine, engine::general_purpose::STANDARD};
use shirushi::{
    domain::Certificate,
    protocol::{RawAnswer, RefusalKind, Reply, pkcs7::certificates},
};

use super::bench::{
    Bench, CONFIRMATION, credentials, headed, in_literals, issued, page, refusal_to, reply_to, request, role, sjis,
};
use crate::{
    make::{Lengths, Recipe, p7, raw},
    server::{Act, http},
};

fn leaf() -> Certificate {
    Recipe::leaf().make()
}

fn base64(lengths: Lengths) -> String {
    STANDARD.encode(p7(&[&leaf()], lengths))
}

fn lines(text: &str, ending: &str) -> String {
    text.as_bytes().chunks(64).map(|line| format!("{}{ending}", String::from_utf8_lossy(line))).collect()
}

async fn certificates_in(act: Act) -> Vec<Certificate> {
    match reply_to(vec![act]).await {
        Reply::Answer(answer) => certificates(&answer).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_found_however_the_page_has_it() {
    let (der, ber) = (base64(Lengths::Definite), base64(Lengths::Indefinite));
    let added: String =
        der.as_bytes().chunks(50).map(|part| format!("p += '{}';\r\n", String::from_utf8_lossy(part))).collect();
    let basic = lines(&der, "\" & vbCrLf & _\n \"");
    let escaped = der.replace('+', "\\x2B").replace('/', "\\/").replace('=', "\\u003d");
    let pages = [
        ("literals", issued(&in_literals(&der))),
        ("BER", issued(&in_literals(&ber))),
        ("one literal", issued(&format!("var s='表'; var p = '{der}'"))),
        ("added to", issued(&format!("var p = '';\r\n{added}"))),
        ("escaped", issued(&format!("x(\"{escaped}\")"))),
        ("VBScript", issued(&format!("p = \"{basic}\"")).replace("JavaScript", "VBScript")),
        ("hidden", format!("<form><input value='{der}' type=hidden name=p7></form>")),
        ("area", format!("<form><textarea name=p7>\n{}</textarea></form>", lines(&der, "\r\n"))),
        ("armour", format!("<pre>\n-----BEGIN PKCS7-----\n{}-----END PKCS7-----</pre>", lines(&der, "\n"))),
        ("object", format!("<object id=x><param name=PKCS7 value='{der}'></object>")),
        ("text", format!("<body>電子証明書 Certificate {}<p>以上", lines(&der, "<wbr>\n"))),
    ];
    for (name, html) in pages {
        assert_eq!(certificates_in(page(&html)).await, [leaf()], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_may_come_without_any_page() {
    let der = p7(&[&leaf()], Lengths::Definite);
    for kind in
        ["application/x-x509-user-cert", "application/pkcs7-mime", "application/x-pkcs7-certificates", "text/plain"]
    {
        let head = format!("200 OK\r\nContent-Type: {kind}");
        for body in [der.clone(), leaf().der().to_vec(), base64(Lengths::Definite).into_bytes()] {
            assert_eq!(certificates_in(Act::Say(http(&head, body))).await, [leaf()], "{kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_of_the_request_and_a_ca_beside_it_do_no_harm() {
    let (echo, ca) = (
        STANDARD.encode(request()),
        STANDARD.encode(p7(&[&Recipe::ca().make(), &Recipe::root().make()], Lengths::Definite)),
    );
    let script = format!("var echo = '{echo}'; var ca = '{ca}'; var p7 = '{}';", base64(Lengths::Definite));
    assert!(certificates_in(page(&issued(&script))).await.contains(&leaf()));
}

#[tokio::test(flavor = "multi_thread")]
async fn base64_that_is_no_certificate_is_none() {
    let der = base64(Lengths::Definite);
    let cut = &der[..der.len() / 2];
    for script in [STANDARD.encode(request()), "QUJD".repeat(1000), cut.to_owned(), der.replace('A', "B")] {
        let (kind, text) = refusal_to(page(&issued(&in_literals(&script)))).await;
        assert_eq!(kind, RefusalKind::ServerFailed { status: 200 });
        assert_eq!(text, "電子証明書のインストールが完了しました");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_refusal_are_stronger_than_somebody_elses_certificate() {
    let stranger = in_literals(&STANDARD.encode(p7(&[&Recipe::ca().make()], Lengths::Definite)));
    let (kind, _) = refusal_to(page(&format!("{}認証に失敗しました", issued(&stranger)))).await;
    assert_eq!(kind, RefusalKind::WrongNumbers { tries_left: None });
    // Without such words it is an answer, kept and held against the rules like any other.
    assert_eq!(certificates_in(page(&issued(&stranger))).await, [Recipe::ca().make()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kept_answer_has_the_certificate_and_not_the_numbers() {
    let html = format!(
        "<!-- kakunin={CONFIRMATION} 表 -->{}",
        issued(&format!("var a = '表'; {}", in_literals(&base64(Lengths::Definite))))
    );
    let bench =
        Bench::new(vec![page(super::bench::ENROLL), headed("200 OK\r\nContent-Type: text/html; charset=sjis", &html)]);
    let Reply::Answer(answer) = bench.submit().await.unwrap() else { panic!("an answer") };
    assert_eq!(answer.body, sjis(&html));
    let role = role();
    let kept = answer.blanked(&credentials(&role), &role);
    assert_eq!(certificates(&kept), Ok(vec![leaf()]));
    assert!(!kept.body.windows(4).any(|four| four == b"zq08"));
    assert_eq!(kept.body.len(), answer.body.len());
}

#[test]
fn a_saved_page_is_read_like_any_other_file() {
    let html = issued(&in_literals(&base64(Lengths::Definite)));
    assert_eq!(certificates(&raw(html.clone())), Ok(vec![leaf()]));
    let typed = |kind: &str| RawAnswer { content_type: Some(kind.to_owned()), ..raw(sjis(&html)) };
    assert_eq!(certificates(&typed("text/html; charset=shift_jis")), Ok(vec![leaf()]));
}

#[test]
fn a_page_that_is_cut_anywhere_never_gives_a_wrong_certificate() {
    let html = issued(&in_literals(&base64(Lengths::Definite)));
    for end in (0..html.len()).step_by(37).filter(|end| html.is_char_boundary(*end)) {
        let found = certificates(&raw(&html.as_bytes()[..end])).unwrap_or_default();
        assert!(found.iter().all(|certificate| *certificate == leaf()), "{end}");
    }
}

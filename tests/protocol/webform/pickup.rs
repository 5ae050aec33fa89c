//! Receipts, and what is said to a PIN.

use jiff::{SignedDuration, Timestamp};
use shirushi::{
    domain::{Reference, Secret},
    protocol::{EnrollmentProtocol, PickupClaim, ProtocolError, RefusalKind, Reply},
};

use super::bench::{Bench, ENROLL, PAGES, halves, headed, in_literals, issued, page};
use crate::{
    make::{Lengths, Recipe, keys, p7},
    server::Act,
};

const PIN: &str = "73&51";

const RECEIPT: &str = "<p>お申し込みを受け付けました。<p>受付<br>番号：<b>R-204817</b>です。3日後以降";

const FORM: &str = "<form name=uketori method=post action=claim.cgi><input type=hidden name=s value=1>\
    <input name=uketsuke><input type=password name=pin><input type=submit name=go value=受取></form>";

fn pages(reference: &str) -> String {
    format!(
        r#"{PAGES}
        [pickup]
        contains = "受け付けました"
        reference = {reference}
        label = {{ ja = "受付番号", en = "" }}
        pin = {{ label = {{ ja = "PIN", en = "" }}, support = {{ ja = "", en = "" }}, max = 12 }}
        page = "/sscm//client/pickup.htm?b_c=1"
        form = "uketori"
        inputs = {{ reference = "uketsuke", pin = "pin" }}
        submit = "go"
        not_ready = "準備しています"
        ready_in = {{ says = "{{n}}日後以降", unit = "days" }}
        "#
    )
}

fn bench(acts: Vec<Act>) -> Bench {
    Bench::with(&pages("{ after = \"受付番号\" }"), acts)
}

fn reference(text: &str) -> Reference {
    Reference::try_from(text.to_owned()).unwrap()
}

async fn claim(bench: &Bench) -> Result<Reply, ProtocolError> {
    let (reference, pin) = (reference("R-204817"), Secret::new(PIN));
    let claim = PickupClaim {
        reference: &reference,
        pin: &pin,
        key: Recipe::leaf().make().spki_hash(),
        server: keys().server.hash(),
        keeper: &(),
    };
    let written = bench.written.clone();
    let connected = move || {
        written.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(())
    };
    bench.form.pick_up(claim, Box::new(connected)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_its_words_and_its_reference() {
    let before = Timestamp::now();
    let Ok(Reply::Registered { reference: found, retry_at: Some(time) }) =
        bench(vec![page(ENROLL), page(RECEIPT)]).submit().await
    else {
        panic!("a receipt")
    };
    assert_eq!(found, reference("R-204817"));
    let days = SignedDuration::from_hours(72);
    assert!(time >= before + days && time <= Timestamp::now() + days);
    let hidden = "<p>受け付けました<form><input type=hidden name=no value=' A/7 '></form>";
    let of_input = Bench::with(&pages("{ input = \"no\" }"), vec![page(ENROLL), page(hidden)]);
    let registered = Reply::Registered { reference: reference("A/7"), retry_at: None };
    assert_eq!(of_input.submit().await.unwrap(), registered);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_without_a_reference_leave_the_outcome_open() {
    for html in ["<p>受け付けました。受付番号は郵送します", "<p>受付番号：R-1", "<p>受け付けました。受付番号："]
    {
        let reply = bench(vec![page(ENROLL), page(html)]).submit().await.unwrap();
        let is_open = matches!(&reply, Reply::Refused(no) if no.kind == RefusalKind::ServerFailed { status: 200 });
        assert!(is_open, "{html}: {reply:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_one_post_to_a_page_that_is_fetched_afresh() {
    let leaf = page(&issued(&in_literals(&base64(&p7(&[&Recipe::leaf().make()], Lengths::Definite)))));
    let bench = bench(vec![page(FORM), leaf]);
    assert!(matches!(claim(&bench).await, Ok(Reply::Answer(_))));
    let said = bench.server.conversations();
    assert!(String::from_utf8_lossy(&said[0]).starts_with("GET /sscm//client/pickup.htm?b_c=1 HTTP/1.1"));
    let (head, body) = halves(&said[1]);
    assert!(head.starts_with("POST /sscm//client/claim.cgi HTTP/1.1"), "{head}");
    assert_eq!(String::from_utf8(body).unwrap(), "s=1&uketsuke=R-204817&pin=73%2651&go=%8E%F3%8E%E6");
    assert_eq!((said.len(), bench.written()), (2, 1));
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_a_pin_is_not_yet_a_refusal_or_open() {
    let not_yet = claim(&bench(vec![page(FORM), page("<p>準備しています")])).await.unwrap();
    assert_eq!(not_yet, Reply::Pending { retry_at: None });
    let told = headed(
        "200 OK\r\nContent-Type: text/html;charset=sjis\r\nRetry-After: Wed, 01 Apr 2026 10:00:00 GMT",
        "準備しています",
    );
    let retry_at = Some("2026-04-01T10:00:00Z".parse().unwrap());
    assert_eq!(claim(&bench(vec![page(FORM), told])).await.unwrap(), Reply::Pending { retry_at });
    let wrong = claim(&bench(vec![page(FORM), page("<p>認証に失敗しました。あと2回")])).await.unwrap();
    assert!(matches!(wrong, Reply::Refused(no) if no.kind == RefusalKind::WrongNumbers { tries_left: Some(2) }));
    // A receipt is nothing that is said to a PIN.
    for html in [RECEIPT, "<p>ようこそ 73&amp;51"] {
        match claim(&bench(vec![page(FORM), page(html)])).await.unwrap() {
            Reply::Refused(no) => assert!(!no.text.contains("51") || !html.contains("amp"), "{}", no.text),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_the_form_is_told_no_pin() {
    for html in
        ["<p>認証に失敗しました", "<form name=uketori method=post><input name=pin></form>", "<form name=uketori>"]
    {
        let bench = bench(vec![page(html)]);
        assert!(matches!(claim(&bench).await, Err(ProtocolError::NotAccepting(_))), "{html}");
        assert_eq!((bench.written(), bench.server.connections()), (0, 1));
    }
    let without_table = Bench::new(vec![page(FORM)]);
    assert!(matches!(claim(&without_table).await, Err(ProtocolError::NotAccepting(_))));
    assert_eq!(without_table.server.connections(), 0);
}

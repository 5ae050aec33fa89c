//! What the bank says, and what is believed of it.

use jiff::{SignedDuration, Timestamp};
use shirushi::protocol::{ProtocolError, RefusalKind, Reply};

use super::bench::{Bench, ENROLL, PASSWORD, headed, page, refusal_to, reply_to};

#[tokio::test(flavor = "multi_thread")]
async fn words_that_the_profile_knows_are_a_refusal() {
    let html = "<html><title>エラー</title><body><table><tr><td>認証に<br>失敗しました。<td>あと３回です</table>";
    let (kind, text) = refusal_to(page(html)).await;
    assert_eq!(kind, RefusalKind::WrongNumbers { tries_left: Some(3) });
    assert_eq!(text, "エラー 認証に 失敗しました。 あと３回です");
    let busy =
        headed("503 Busy\r\nRetry-After: Wed, 01 Apr 2026 10:00:00 GMT", "<meta charset=sjis>メンテナンス中です");
    let until = Some("2026-04-01T10:00:00Z".parse().unwrap());
    assert_eq!(refusal_to(busy).await.0, RefusalKind::Maintenance { until });
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_page_leaves_open_what_became_of_the_request() {
    let pages = [
        (
            page("<p>電子証明書の発行数が上限を超えています</p><script>var x='no'</script>"),
            200,
            "電子証明書の発行数が上限を超えています",
        ),
        (
            page("<p>番号相違7回目でロック状態となりますのでご注意ください</p>"),
            200,
            "番号相違7回目でロック状態となりますのでご注意ください",
        ),
        (headed("500 Oops", "oops"), 500, "oops"),
        (headed("404 Gone", ""), 404, ""),
        (headed("202 Accepted", ""), 202, ""),
    ];
    for (act, status, text) in pages {
        assert_eq!(refusal_to(act).await, (RefusalKind::ServerFailed { status }, text.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_made_later_is_pending() {
    let before = Timestamp::now();
    let Reply::Pending { retry_at: Some(time) } = reply_to(vec![page("<p>後<br>ほど</p>")]).await else {
        panic!("later")
    };
    assert!(time >= before + SignedDuration::from_secs(59) && time <= before + SignedDuration::from_secs(120));
    let told = headed(
        "200 OK\r\nContent-Type: text/html;charset=sjis\r\nRetry-After: Wed, 01 Apr 2026 10:00:00 GMT",
        "後ほど",
    );
    let retry_at = Some("2026-04-01T10:00:00Z".parse().unwrap());
    assert_eq!(reply_to(vec![told]).await, Reply::Pending { retry_at });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_banks_words_never_repeat_the_numbers() {
    let echo = format!("<p>{} と Pin%264711 と<b>zq08!x</b>は誤りです</p>", PASSWORD.replace('&', "&amp;"));
    let (_, text) = refusal_to(page(&echo)).await;
    assert!(!text.contains("4711") && !text.contains("zq08") && text.ends_with("は誤りです"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_take_requests_is_told_before_anything_is_sent() {
    let without = |from: &str, to: &str| page(&ENROLL.replace(from, to));
    let failed = |status| RefusalKind::ServerFailed { status };
    let pages = [
        (page("<p>ただ今メンテナンス中です</p>"), RefusalKind::Maintenance { until: None }),
        (page("<p>後ほど</p>"), failed(200)),
        (headed("404 Not Found", "not found"), failed(404)),
        (without("NAME=\"enroll\"", "NAME=\"other\""), failed(200)),
        (without("NAME=\"public_key\"", "NAME=\"privatekey\""), failed(200)),
        (without("NAME=\"kakunin\"", ""), failed(200)),
        (without("NAME=\"btn\"", ""), failed(200)),
        (without("METHOD=\"POST\"", ""), failed(200)),
        (without("METHOD=\"POST\"", "METHOD=POST ENCTYPE=text/plain"), failed(200)),
        (without("ACTION=\"/", "ACTION=\"http://localhost/"), failed(200)),
        (without("ACTION=\"/", "ACTION=\"https://elsewhere.example/"), failed(200)),
    ];
    for (act, kind) in pages {
        let bench = Bench::new(vec![act]);
        match bench.submit().await {
            Err(ProtocolError::NotAccepting(refusal)) => assert_eq!(refusal.kind, kind),
            other => panic!("{kind:?}: {other:?}"),
        }
        assert_eq!((bench.written(), bench.server.connections()), (0, 1));
    }
}

//! The manual's own way, and what is said on it.

use std::sync::atomic::Ordering;

use base64::{Engine, engine::general_purpose::STANDARD};
use shirushi::domain::DiskFault;
use shirushi::protocol::{
    ConnectError, EnrollmentProtocol, ProtocolError, Reply, TransportError, pkcs7::certificates, transport::LostCause,
};

use super::bench::{
    Bench, CONFIRMATION, ENROLL, PAGES, START, WAIT, halves, headed, in_literals, issued, leaks, page, request, sjis,
};
use crate::{
    make::{Lengths, Recipe, keys, p7},
    server::{Act, http},
};

fn leaf_page() -> Act {
    page(&issued(&in_literals(&STANDARD.encode(p7(&[&Recipe::leaf().make()], Lengths::Definite)))))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_look_at_the_server_is_its_page_byte_for_byte_and_says_nothing() {
    let head = "200 OK\r\nDate: Wed, 01 Apr 2026 09:30:00 GMT";
    let bench = Bench::new(vec![headed(head, ENROLL)]);
    let introduction = bench.form.introduce().await.unwrap();
    assert_eq!(introduction.url, bench.server.url(START));
    assert_eq!(introduction.peer.key, keys().server.hash());
    assert_eq!(introduction.server_time, Some("2026-04-01T09:30:00Z".parse().unwrap()));
    let said = bench.server.only_conversation();
    assert!(said.starts_with(&format!("GET {START} HTTP/1.1\r\n")), "{said}");
    let lower = said.to_ascii_lowercase();
    assert!(!lower.contains("cookie") && !lower.contains("authorization") && said.ends_with("\r\n\r\n"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manuals_own_way_ends_with_the_certificate() {
    let start = headed("200 OK\r\nContent-Type: text/html\r\nSet-Cookie: JSESSIONID=a1; Path=/sscm; HttpOnly", ENROLL);
    let bench = Bench::new(vec![start, page(WAIT), leaf_page()]);
    let Reply::Answer(answer) = bench.submit().await.unwrap() else { panic!("an answer") };
    assert_eq!(certificates(&answer), Ok(vec![Recipe::leaf().make()]));
    assert_eq!(answer.url, bench.server.url("/sscm//cgi-bin/sophialite.exe"));
    assert_eq!(bench.written(), 1);

    let said = bench.server.conversations();
    assert_eq!(said.len(), 3);
    assert_eq!(leaks(&said), [""; 0]);
    let ((get, _), (post, body), (last, ticket)) = (halves(&said[0]), halves(&said[1]), halves(&said[2]));
    assert!(get.starts_with(&format!("GET {START} HTTP/1.1\r\n")) && !get.to_ascii_lowercase().contains("cookie"));
    assert!(post.starts_with("POST /sscm//client/userEnroll.cgi?%E8%A1%A8 HTTP/1.1\r\n"), "{post}");
    assert!(post.to_ascii_lowercase().contains("\r\ncontent-type: application/x-www-form-urlencoded"));
    for head in [&post, &last] {
        assert!(head.to_ascii_lowercase().contains("\r\ncookie: jsessionid=a1"), "{head}");
    }
    let wanted = format!(
        "b_c=1885&kinko=%95%5C%8E%A6+%26+1&keiyakusha=1234567&riyousha=taro&ansho=Pin%264711&kakunin=zq08%21x&public_key={}\
         &btn=%93d%8Eq%8F%D8%96%BE%8F%91%8E%E6%93%BE",
        request_in_lines()
    );
    assert_eq!(String::from_utf8(body).unwrap(), wanted);
    assert!(last.starts_with("POST /sscm//cgi-bin/sophialite.exe HTTP/1.1\r\n"));
    assert_eq!(ticket, b"ticket=a%2Bb");
}

/// Base64 in lines of 64 that end with CR LF, as a form writes them.
fn request_in_lines() -> String {
    let base64 = STANDARD.encode(request());
    let lines = base64.as_bytes().chunks(64).map(|line| format!("{}\r\n", String::from_utf8_lossy(line)));
    let text: String = lines.collect();
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").replace("\r\n", "%0D%0A")
}

/// A page that says everything twice must be caught by the very check that finds nothing above.
#[test]
fn a_leak_would_be_found() {
    let planted = format!("GET /next?kakunin={CONFIRMATION} HTTP/1.1\r\n\r\n").into_bytes();
    assert_eq!(leaks(std::slice::from_ref(&planted)).len(), 1);
    assert_eq!(leaks(&[[&b"POST / HTTP/1.1\r\n\r\n"[..], &planted].concat()]).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_is_pinned_and_all_share_one_deadline() {
    let bench = Bench::new(vec![page(ENROLL), page(WAIT), leaf_page()]);
    bench.submit().await.unwrap();
    let asked = bench.spy.asked.lock().unwrap();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|(_, pin, _)| *pin == Some(keys().server.hash())), "{asked:?}");
    assert!(asked[0].2.as_secs() <= 90 && asked[1].2 < asked[0].2 && asked[2].2 < asked[1].2, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_than_the_one_that_was_shown_hears_nothing() {
    let bench = Bench::new(vec![page(ENROLL)]);
    let outcome = bench.submit_with(keys().stranger.hash(), Ok(())).await;
    assert!(matches!(outcome, Err(ProtocolError::NotSent(TransportError::Connect(ConnectError::OtherServer)))));
    assert_eq!(bench.server.conversations(), [b""]);
    assert_eq!(bench.written(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_on_the_way_hears_nothing_and_the_answer_is_lost() {
    let stranger = || Act::SayAsSomebodyElse(http("200 OK", "<p>"));
    let bench = Bench::new(vec![page(ENROLL), page(WAIT), stranger()]);
    let outcome = bench.submit().await;
    let lost = matches!(outcome, Err(ProtocolError::AnswerLost(TransportError::Connect(ConnectError::OtherServer))));
    assert!(lost, "{outcome:?}");
    assert_eq!(bench.server.conversations()[2], b"");
    // Between the page and the click's first byte it has cost nothing.
    let bench = Bench::new(vec![page(ENROLL), stranger()]);
    let outcome = bench.submit().await;
    let unsent = matches!(outcome, Err(ProtocolError::NotSent(TransportError::Connect(ConnectError::OtherServer))));
    assert!(unsent, "{outcome:?}");
    assert_eq!((bench.written(), bench.server.conversations()[1].as_slice()), (0, &b""[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_users_leaves_before_it_is_written_down() {
    let bench = Bench::new(vec![page(ENROLL), leaf_page()]);
    let full = ConnectError::Journal { disk: DiskFault::Full, said: "disk full".to_owned() };
    let outcome = bench.submit_with(keys().server.hash(), Err(full.clone())).await;
    assert!(matches!(outcome, Err(ProtocolError::NotSent(TransportError::Connect(cause))) if cause == full));
    let said = bench.server.conversations();
    assert_eq!((said.len(), said[1].as_slice()), (2, &b""[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_before_the_first_byte_of_the_users_has_cost_nothing() {
    for start in [Act::SayAndVanish(b"HTTP/1.1 200".to_vec()), Act::SpeakPlainly] {
        let bench = Bench::new(vec![start]);
        assert!(matches!(bench.submit().await, Err(ProtocolError::NotSent(_))));
        assert_eq!(bench.written(), 0);
    }
    let bench = Bench::new(vec![page(ENROLL), Act::SpeakPlainly]);
    assert!(matches!(bench.submit().await, Err(ProtocolError::NotSent(TransportError::Connect(_)))));
    assert_eq!(bench.written(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_after_it_leaves_the_answer_lost_and_nothing_is_sent_again() {
    let cut = || Act::SayAndVanish(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<".to_vec());
    for (acts, connections) in [
        (vec![page(ENROLL), cut()], 2),
        (vec![page(ENROLL), page(WAIT), cut()], 3),
        (vec![page(ENROLL), page(WAIT), Act::SpeakPlainly], 3),
    ] {
        let bench = Bench::new(acts);
        let outcome = bench.submit().await;
        let lost = matches!(
            outcome,
            Err(ProtocolError::AnswerLost(TransportError::Lost(LostCause::Cut) | TransportError::Connect(_)))
        );
        assert!(lost, "{outcome:?}");
        assert_eq!((bench.written.load(Ordering::SeqCst), bench.server.connections()), (1, connections));
    }
}

const TWO_STEPS: &str = r#"
    [[step]]
    fill = { uid = "{contract_id}", pw = "{password}" }
    [[step]]
    form = "enroll"
    fill = { keiyakusha = "{contract_id}", riyousha = "{user_id}", ansho = "{password}", kakunin = "{confirmation}" }
    request = { input = "public_key", armour = "pem", line_ending = "lf", wrap = 64 }
    [[error]]
    contains = "認証に失敗しました"
    code = "E01"
"#;

const LOGIN: &str = "<form method=post action='login.cgi'><input name=uid><input type=password name=pw></form>";

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_may_log_in_first() {
    let moved = headed("302 Found\r\nLocation: enroll.htm\r\nSet-Cookie: S=1", "");
    let bench = Bench::with(TWO_STEPS, vec![page(LOGIN), moved, page(ENROLL), leaf_page()]);
    assert!(matches!(bench.submit().await, Ok(Reply::Answer(_))));
    let said = bench.server.conversations();
    let lines: Vec<String> = bench_lines(&said);
    let wanted = [
        format!("GET {START} HTTP/1.1"),
        "POST /sscm//client/login.cgi HTTP/1.1".to_owned(),
        "GET /sscm//client/enroll.htm HTTP/1.1".to_owned(),
        "POST /sscm//client/userEnroll.cgi?%E8%A1%A8 HTTP/1.1".to_owned(),
    ];
    assert_eq!(lines, wanted);
    assert_eq!(halves(&said[1]).1, b"uid=1234567&pw=Pin%264711");
    assert!(halves(&said[2]).0.to_ascii_lowercase().contains("cookie: s=1"));
    let body = String::from_utf8(halves(&said[3]).1).unwrap();
    assert!(body.contains("&public_key=-----BEGIN+CERTIFICATE+REQUEST-----%0A") && !body.contains("btn="), "{body}");
    assert_eq!(bench.written(), 1);
}

fn bench_lines(said: &[Vec<u8>]) -> Vec<String> {
    said.iter().map(|bytes| String::from_utf8_lossy(bytes).lines().next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_refused_ends_there() {
    let bench = Bench::with(TWO_STEPS, vec![page(LOGIN), page("<p>認証に失敗しました</p>")]);
    assert!(matches!(bench.submit().await, Ok(Reply::Refused(_))));
    assert_eq!(bench.server.connections(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_parts_is_sent_in_parts_and_in_the_characters_of_the_page() {
    let html = ENROLL.replace("METHOD=\"POST\"", "METHOD=post ENCTYPE=\"multipart/form-data\"");
    let bench = Bench::new(vec![page(&html), leaf_page()]);
    bench.submit().await.unwrap();
    let (head, body) = halves(&bench.server.conversations()[1]);
    let head = head.to_ascii_lowercase();
    let boundary = head.split_once("boundary=").unwrap().1.lines().next().unwrap().to_owned();
    let part = |name: &str, value: &[u8]| {
        let start = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        [start.as_bytes(), value, b"\r\n"].concat()
    };
    let has = |wanted: Vec<u8>| body.windows(wanted.len()).any(|window| window == wanted);
    assert!(has(part("ansho", b"Pin&4711")) && has(part("kinko", &sjis("表示 & 1"))), "{body:?}");
    assert!(body.ends_with(format!("--{boundary}--\r\n").as_bytes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_for_a_field_that_the_role_does_not_have_stays_as_it_is() {
    let html = ENROLL.replace("NAME=\"riyousha\"", "NAME=\"riyousha\" VALUE=\"admin\"");
    let mut bench = Bench::with(PAGES, vec![page(&html), leaf_page()]);
    bench.role.fields.retain(|field| field.id.0 != "user_id");
    assert!(matches!(bench.submit().await, Ok(Reply::Answer(_))));
    let body = String::from_utf8(halves(&bench.server.conversations()[1]).1).unwrap();
    assert!(body.contains("&riyousha=admin&"), "{body}");
}

//! EST over a scripted transport: what is asked, and what becomes of every answer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use shirushi::{
    domain::{Certificate, CertificateAuthority, Credentials, DiskFault, FieldId, PeerIdentity, Role, Secret},
    protocol::{
        Application, ClientIdentity, ConnectError, CsrAttributes, EnrollmentProtocol, Est, Proof, ProtocolError,
        RawAnswer, Refusal, RefusalKind, Reply, Transport, TransportError, Wishes,
        transport::{LostCause, Method, Request, Response},
    },
};

use crate::make::{Lengths, Recipe, keys, now, p7, shared_signer};

/// Answers once, and keeps what it was asked.
#[derive(Debug)]
struct Script {
    outcome: Mutex<Option<Result<Response, TransportError>>>,
    asked: Mutex<Vec<Asked>>,
}

#[derive(Debug)]
struct Asked {
    url: String,
    method: Method,
    basic: Option<(String, String)>,
    /// What was shown in mutual TLS.
    shown: Option<Vec<Certificate>>,
    pinned: bool,
}

#[async_trait]
impl Transport for Script {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let basic = request.basic.map(|basic| (basic.user.reveal().to_owned(), basic.password.reveal().to_owned()));
        self.asked.lock().unwrap().push(Asked {
            url: request.url.to_string(),
            method: request.method,
            basic,
            shown: request.identity.map(|identity| identity.chain),
            pinned: request.pin == Some(keys().server.hash()),
        });
        if let Some(connected) = request.connected {
            connected()?;
        }
        self.outcome.lock().unwrap().take().expect("asked once only")
    }
}

fn script(outcome: Result<Response, TransportError>) -> (Arc<Script>, Est) {
    let script = Arc::new(Script { outcome: Mutex::new(Some(outcome)), asked: Mutex::default() });
    let ca: CertificateAuthority = toml::from_str(
        r#"
        name = { ja = "練習用電子証明書認証局", en = "Practice CA" }
        protocol = "est"
        url = "https://localhost:3/.well-known/est/label/"
        replay = "same"
        max_polls = 3
        "#,
    )
    .unwrap();
    let est = Est::new(&ca, script.clone());
    (script, est)
}

fn response(status: u16, body: impl Into<Vec<u8>>) -> Response {
    let peer = PeerIdentity { key: keys().server.hash(), subject: "localhost".to_owned(), not_after: now() };
    Response {
        status,
        peer,
        content_type: None,
        retry_after: None,
        date: Some(now()),
        challenges: Vec::new(),
        location: None,
        set_cookies: Vec::new(),
        body: body.into(),
    }
}

pub fn role() -> Role {
    toml::from_str(
        r#"
        id = "user"
        label = { ja = "利用者", en = "User" }
        hint = { ja = "", en = "" }
        unlocks = { ja = "", en = "" }
        field = [
            { id = "contract_id", label = { ja = "", en = "" }, support = { ja = "", en = "" }, kind = "id", max = 20 },
            { id = "password", label = { ja = "", en = "" }, support = { ja = "", en = "" }, kind = "secret", max = 32 },
        ]
        basic = { user = "{contract_id}", password = "{password}" }
        request = { CN = "{contract_id}" }
        issued = { CN = "{contract_id}" }
        "#,
    )
    .unwrap()
}

pub fn credentials(role: &Role, password: &str) -> Credentials {
    let entries = [("contract_id", "1234567"), ("password", password)];
    let entries = entries.map(|(id, text)| (FieldId(id.to_owned()), Secret::new(text)));
    Credentials::new(role, BTreeMap::from(entries)).unwrap()
}

const PASSWORD: &str = "Pin 8&4711";

async fn submit_to(est: &Est) -> Result<Reply, ProtocolError> {
    submit_with(est, Ok(())).await
}

async fn submit_with(est: &Est, hook: Result<(), ConnectError>) -> Result<Reply, ProtocolError> {
    let role = role();
    let credentials = credentials(&role, PASSWORD);
    let application = Application {
        request: &[7; 100],
        proof: Proof::Numbers { role: &role, credentials: &credentials },
        pin: keys().server.hash(),
        keeper: &(),
    };
    est.submit(application, Box::new(move || hook)).await
}

async fn reply(response: Response) -> Reply {
    submit_to(&script(Ok(response)).1).await.unwrap()
}

async fn refusal(status: u16, body: &str) -> Refusal {
    match reply(response(status, body)).await {
        Reply::Refused(refusal) => refusal,
        other => panic!("{status} {body}: {other:?}"),
    }
}

#[tokio::test]
async fn the_introduction_asks_for_cacerts_and_sends_nothing_else() {
    let ca = Recipe::ca().make();
    let (script, est) = script(Ok(response(200, STANDARD.encode(p7(&[&ca], Lengths::Definite)))));
    let introduction = est.introduce().await.unwrap();
    assert_eq!(introduction.url.as_str(), "https://localhost:3/.well-known/est/label/cacerts");
    assert_eq!(introduction.peer.key, keys().server.hash());
    assert_eq!(introduction.server_time, Some(now()));
    assert_eq!(introduction.intermediates, [ca]);
    let asked = script.asked.lock().unwrap();
    assert!(matches!(asked.as_slice(), [Asked { method: Method::Get, basic: None, .. }]));
}

#[tokio::test]
async fn a_server_without_readable_cacerts_is_introduced_all_the_same() {
    for answer in [response(200, "<html>"), response(200, ""), response(404, "no"), response(503, "")] {
        let introduction = script(Ok(answer)).1.introduce().await.unwrap();
        assert_eq!(introduction.peer.subject, "localhost");
        assert!(introduction.intermediates.is_empty());
    }
}

#[tokio::test]
async fn a_failed_introduction_has_sent_nothing() {
    for error in [TransportError::Connect(ConnectError::Unreachable), TransportError::Lost(LostCause::Cut)] {
        let outcome = script(Err(error)).1.introduce().await;
        assert!(matches!(outcome, Err(ProtocolError::NotSent(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn the_application_is_one_pinned_post_with_the_numbers() {
    let (script, est) = script(Ok(response(200, "answer")));
    let url = "https://localhost:3/.well-known/est/label/simpleenroll".parse().unwrap();
    let answer = RawAnswer { url, content_type: None, body: b"answer".to_vec() };
    assert_eq!(submit_to(&est).await.unwrap(), Reply::Answer(answer));
    let asked = script.asked.lock().unwrap();
    let [Asked { url, method: Method::Post { content_type, headers, body }, basic, shown: None, pinned: true }] =
        asked.as_slice()
    else {
        panic!("{asked:?}");
    };
    assert_eq!(url, "https://localhost:3/.well-known/est/label/simpleenroll");
    assert_eq!(*content_type, "application/pkcs10");
    assert_eq!(headers.as_slice(), [("Content-Transfer-Encoding", "base64".to_owned())]);
    let lines: Vec<&str> = std::str::from_utf8(body).unwrap().lines().collect();
    assert_eq!(lines.iter().map(|line| line.len()).collect::<Vec<_>>(), [64, 64, 8]);
    assert_eq!(STANDARD.decode(lines.concat()).unwrap(), [7; 100]);
    assert_eq!(*basic, Some(("1234567".to_owned(), PASSWORD.to_owned())));
}

#[tokio::test]
async fn a_hook_that_fails_means_not_sent() {
    let cause = ConnectError::Journal { disk: DiskFault::Full, said: "disk full".to_owned() };
    let outcome = submit_with(&script(Ok(response(200, ""))).1, Err(cause.clone())).await;
    assert!(matches!(outcome, Err(ProtocolError::NotSent(TransportError::Connect(c))) if c == cause));
}

#[tokio::test]
async fn an_error_after_sending_means_the_answer_is_lost() {
    for cause in [LostCause::Cut, LostCause::Timeout, LostCause::TooLarge] {
        let outcome = submit_to(&script(Err(TransportError::Lost(cause))).1).await;
        assert!(matches!(outcome, Err(ProtocolError::AnswerLost(TransportError::Lost(c))) if c == cause));
    }
}

#[tokio::test]
async fn a_pending_request_says_when_to_ask_again() {
    let later: Option<Timestamp> = Some(now());
    assert_eq!(reply(response(202, "")).await, Reply::Pending { retry_at: None });
    let dated = Response { retry_after: later, ..response(202, "") };
    assert_eq!(reply(dated).await, Reply::Pending { retry_at: later });
}

#[tokio::test]
async fn refusals_are_told_apart_by_what_the_bank_says() {
    let wrong = |tries_left| RefusalKind::WrongNumbers { tries_left };
    let cases = [
        (401, r#"{"code":"E01","tries_left":2}"#, wrong(Some(2))),
        (401, "証明書ファイルは取得できませんでした。認証に失敗しました。", wrong(None)),
        (403, "<html><p>暗証番号等の<b>相違</b>エラー</p>", wrong(None)),
        (401, "", RefusalKind::NotAuthorized),
        (401, "Unauthorized", RefusalKind::NotAuthorized),
        (400, "400 端末の認証に失敗しました。入力内容を確認してください。", RefusalKind::NotAuthorized),
        (403, r#"{"code":"E02"}"#, RefusalKind::Locked),
        (403, r#"{"code":"E03"}"#, RefusalKind::NothingToTake),
        (409, "既に証明書を取得済みです。", RefusalKind::NothingToTake),
        (400, "bad request", RefusalKind::Rejected { status: 400 }),
        (403, "", RefusalKind::Rejected { status: 403 }),
        (302, "moved", RefusalKind::Rejected { status: 302 }),
        (500, "oops", RefusalKind::ServerFailed { status: 500 }),
        (500, r#"{"code":"E01"}"#, RefusalKind::ServerFailed { status: 500 }),
        (503, "busy", RefusalKind::ServerFailed { status: 503 }),
        (204, "", RefusalKind::ServerFailed { status: 204 }),
        (503, r#"{"code":"E13"}"#, RefusalKind::Maintenance { until: None }),
        (
            501,
            "501 ただ今、サービスメンテナンス中のためご利用いただけません。",
            RefusalKind::Maintenance { until: None },
        ),
    ];
    for (status, body, kind) in cases {
        assert_eq!(refusal(status, body).await.kind, kind, "{status} {body}");
    }
}

#[tokio::test]
async fn a_busy_server_that_names_a_time_is_in_maintenance_until_then() {
    let busy = Response { retry_after: Some(now()), ..response(503, "") };
    let kind = RefusalKind::Maintenance { until: Some(now()) };
    assert_eq!(reply(busy).await, Reply::Refused(Refusal { kind, text: String::new() }));
}

#[tokio::test]
async fn a_created_certificate_is_an_answer_too() {
    assert!(matches!(reply(response(201, "MIIB")).await, Reply::Answer(answer) if answer.body == b"MIIB"));
}

#[tokio::test]
async fn a_refusal_never_repeats_the_numbers() {
    let echo = "<p>sorry, Pin 8&amp;4711 and Pin%208%264711 are wrong</p>";
    let text = refusal(403, echo).await.text;
    assert!(!text.contains("4711") && text.starts_with("sorry, *"), "{text}");
}

/// Escapes are read after the first blanking.
#[tokio::test]
async fn a_refusal_that_spells_the_numbers_in_escapes_does_not_repeat_them_either() {
    let escaped: String = PASSWORD.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let text = refusal(401, &format!(r#"{{"code":"E01","detail":"wrong: {escaped}"}}"#)).await.text;
    assert!(text.starts_with("wrong: ***") && !text.contains(PASSWORD), "{text}");
}

async fn renew_with(est: &Est) -> Result<Reply, ProtocolError> {
    let chain = vec![Recipe::leaf().make(), Recipe::ca().make()];
    let identity = ClientIdentity { chain, signer: shared_signer(&keys().leaf) };
    let proof = Proof::Certificate(&identity);
    let application = Application { request: &[7; 100], proof, pin: keys().server.hash(), keeper: &() };
    est.submit(application, Box::new(|| Ok(()))).await
}

#[tokio::test]
async fn a_renewal_is_one_pinned_post_with_the_present_certificate_and_no_number() {
    let (script, est) = script(Ok(response(200, "answer")));
    assert!(matches!(renew_with(&est).await, Ok(Reply::Answer(_))));
    let asked = script.asked.lock().unwrap();
    let [Asked { url, method: Method::Post { body, .. }, basic: None, shown: Some(chain), pinned: true }] =
        asked.as_slice()
    else {
        panic!("{asked:?}");
    };
    assert_eq!(url, "https://localhost:3/.well-known/est/label/simplereenroll");
    assert_eq!(*chain, [Recipe::leaf().make(), Recipe::ca().make()]);
    assert_eq!(STANDARD.decode(std::str::from_utf8(body).unwrap().replace('\n', "")).unwrap(), [7; 100]);
}

#[tokio::test]
async fn a_certificate_that_is_refused_in_the_handshake_is_a_refusal_and_no_lost_answer() {
    let refused = script(Err(TransportError::Lost(LostCause::ClientCertificateRefused))).1;
    let outcome = renew_with(&refused).await;
    assert!(matches!(&outcome, Ok(Reply::Refused(Refusal { kind: RefusalKind::NotAuthorized, .. }))), "{outcome:?}");
    let refused = script(Err(TransportError::Connect(ConnectError::ClientCertificateRefused))).1;
    assert!(matches!(renew_with(&refused).await, Err(ProtocolError::NotSent(_))));
}

#[tokio::test]
async fn a_ca_without_csrattrs_wants_nothing() {
    for answer in [response(204, ""), response(404, "no"), response(501, "no"), response(200, "")] {
        let (script, est) = script(Ok(answer));
        assert_eq!(est.wishes(keys().server.hash()).await.unwrap(), Wishes::These(CsrAttributes::default()));
        let asked = script.asked.lock().unwrap();
        let [Asked { url, method: Method::Get, basic: None, shown: None, pinned: true }] = asked.as_slice() else {
            panic!("{asked:?}");
        };
        assert_eq!(url, "https://localhost:3/.well-known/est/label/csrattrs");
    }
}

#[tokio::test]
async fn a_csrattrs_answer_that_says_no_or_nothing_readable_is_a_refusal() {
    let maintenance = Response { retry_after: Some(now()), ..response(503, "") };
    let cases = [
        (maintenance, RefusalKind::Maintenance { until: Some(now()) }),
        (response(401, ""), RefusalKind::NotAuthorized),
        (response(200, "<html>"), RefusalKind::ServerFailed { status: 200 }),
    ];
    for (answer, kind) in cases {
        let wishes = script(Ok(answer)).1.wishes(keys().server.hash()).await.unwrap();
        assert!(matches!(&wishes, Wishes::Refused(refusal) if refusal.kind == kind), "{wishes:?}");
    }
}

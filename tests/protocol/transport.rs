//! One exchange with a real TLS server: what is sent, what is not, and how a failure is named.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use shirushi::{
    domain::{Certificate, Clock, DiskFault, Secret},
    protocol::{
        ClientIdentity, ConnectError, HttpTransport, Transport, TransportError,
        transport::{Basic, LostCause, MAX_BODY, Method, Request, Response},
    },
};
use url::Url;

use crate::{
    make::{Recipe, keys, shared_signer},
    server::{Act, Clients, Server, http},
};

const SECRET: &str = "4711-secret";

pub fn get(url: Url) -> Request {
    let deadline = Duration::from_secs(20);
    Request {
        url,
        method: Method::Get,
        basic: None,
        cookies: None,
        pin: None,
        identity: None,
        connected: None,
        torn: None,
        deadline,
    }
}

pub fn post(url: Url) -> Request {
    let method = Method::Post {
        content_type: "application/pkcs10",
        headers: vec![("Content-Transfer-Encoding", "base64".to_owned())],
        body: b"MIIB".to_vec(),
    };
    let basic = Some(Basic { user: Secret::new("taro"), password: Secret::new(SECRET) });
    Request { method, basic, pin: Some(keys().server.hash()), ..get(url) }
}

pub async fn exchange(request: Request) -> Result<Response, TransportError> {
    exchange_under(&[Recipe::tls_root().make()], request).await
}

async fn exchange_under(anchors: &[Certificate], request: Request) -> Result<Response, TransportError> {
    HttpTransport::new(anchors).unwrap().exchange(request).await
}

fn refused(cause: ConnectError) -> TransportError {
    TransportError::Connect(cause)
}

fn fine() -> Act {
    Act::Say(http("200 OK", "fine"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_brings_the_answer_and_who_gave_it() {
    let head = "401 No\r\nDate: Wed, 01 Apr 2026 09:30:00 GMT\r\nRetry-After: Wed, 01 Apr 2026 10:00:00 GMT\r\n\
                Content-Type: text/plain\r\nWWW-Authenticate: Digest realm=a\r\nWWW-Authenticate: Basic realm=b";
    let server = Server::start(Act::Say(http(head, "no")));
    let response = exchange(post(server.url("/x"))).await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (401, &b"no"[..]));
    assert_eq!(response.content_type.as_deref(), Some("text/plain"));
    assert_eq!(response.challenges, ["Digest realm=a", "Basic realm=b"]);
    assert_eq!(response.date, Some("2026-04-01T09:30:00Z".parse().unwrap()));
    assert_eq!(response.retry_after, Some("2026-04-01T10:00:00Z".parse().unwrap()));
    assert_eq!(response.peer.key, keys().server.hash());
    assert_eq!(response.peer.subject, "localhost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_sent_as_it_was_given() {
    let server = Server::start(fine());
    exchange(post(server.url("/enroll"))).await.unwrap();
    let request = server.only_conversation();
    let lower = request.to_ascii_lowercase();
    assert!(request.starts_with("POST /enroll HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nMIIB"));
    for header in [
        "content-type: application/pkcs10\r\n",
        "content-transfer-encoding: base64\r\n",
        "content-length: 4\r\n",
        "authorization: basic dgfybzo0nzexlxnly3jlda==\r\n",
    ] {
        assert!(lower.contains(header), "{header} in {request}");
    }
    for header in ["cookie:", "referer:", "transfer-encoding: chunked", "accept-encoding:"] {
        assert!(!lower.contains(header), "{header} in {request}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_than_the_pinned_one_is_sent_nothing() {
    let server = Server::start(fine());
    let request = Request { pin: Some(keys().stranger.hash()), ..post(server.url("/")) };
    assert_eq!(exchange(request).await.unwrap_err(), refused(ConnectError::OtherServer));
    assert_eq!(server.only_conversation(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_fails_lets_nothing_out() {
    let server = Server::start(fine());
    let cause = ConnectError::Journal { disk: DiskFault::Full, said: "disk full".to_owned() };
    let hook_cause = cause.clone();
    let request = Request { connected: Some(Box::new(move || Err(hook_cause))), ..post(server.url("/")) };
    assert_eq!(exchange(request).await.unwrap_err(), refused(cause));
    assert_eq!(server.only_conversation(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hook_runs_once_when_the_connection_stands() {
    let server = Server::start(fine());
    let ran = Arc::new(AtomicBool::new(false));
    let seen = ran.clone();
    let hook = move || {
        assert!(!seen.swap(true, Ordering::SeqCst));
        Ok(())
    };
    exchange(Request { connected: Some(Box::new(hook)), ..post(server.url("/")) }).await.unwrap();
    assert!(ran.load(Ordering::SeqCst));
    assert!(server.only_conversation().starts_with("POST"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hook_does_not_run_for_a_server_that_is_refused() {
    let server = Server::start(fine());
    let hook = || -> Result<(), ConnectError> { unreachable!("the hook ran before the server was known") };
    let request =
        Request { connected: Some(Box::new(hook)), pin: Some(keys().stranger.hash()), ..post(server.url("/")) };
    assert_eq!(exchange(request).await.unwrap_err(), refused(ConnectError::OtherServer));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_under_other_roots_is_not_trusted() {
    let server = Server::start(fine());
    let outcome = exchange_under(&[Recipe::root().make()], post(server.url("/"))).await;
    assert_eq!(outcome.unwrap_err(), refused(ConnectError::NotTrusted));
    assert_eq!(server.only_conversation(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_name_is_refused() {
    let certificate = Recipe { dns_name: Some("bank.example"), ..Recipe::server() }.make();
    let server = Server::with(&certificate, Clients::Anybody, fine());
    assert_eq!(exchange(post(server.url("/"))).await.unwrap_err(), refused(ConnectError::WrongName));
    assert_eq!(server.only_conversation(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_outside_its_dates_is_refused_with_the_dates_and_the_clock() {
    let server = Recipe::server();
    let (from, until) = (server.not_before, server.not_after);
    for here in ["2019-12-31T23:59:59Z", "2049-01-01T00:00:01Z"].map(|time| time.parse().unwrap()) {
        let server = Server::start(fine());
        let outcome = by_clock(here).exchange(post(server.url("/"))).await;
        assert_eq!(outcome.unwrap_err(), refused(ConnectError::OutsideDates { here, from, until }));
        assert_eq!(server.only_conversation(), "");
    }
    let server = Server::start(fine());
    assert_eq!(by_clock(from).exchange(post(server.url("/"))).await.unwrap().body, b"fine", "the control");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_excuse_nothing_else() {
    let late = "2049-06-01T00:00:00Z".parse().unwrap();
    let other_name = Recipe { dns_name: Some("bank.example"), ..Recipe::server() };
    let forged = Recipe { signer: &keys().stranger, ..Recipe::server() };
    for (recipe, cause) in [(other_name, ConnectError::WrongName), (forged, ConnectError::NotTrusted)] {
        let server = Server::with(&recipe.make(), Clients::Anybody, fine());
        assert_eq!(by_clock(late).exchange(post(server.url("/"))).await.unwrap_err(), refused(cause));
        assert_eq!(server.only_conversation(), "");
    }
}

#[derive(Debug)]
struct Stopped(jiff::Timestamp);

impl Clock for Stopped {
    fn now(&self) -> jiff::Timestamp {
        self.0
    }
}

fn by_clock(here: jiff::Timestamp) -> HttpTransport {
    HttpTransport::new(&[Recipe::tls_root().make()]).unwrap().with_clock(Arc::new(Stopped(here)))
}

#[tokio::test(flavor = "multi_thread")]
async fn something_that_is_not_tls_is_named_so() {
    let server = Server::start(Act::SpeakPlainly);
    assert_eq!(exchange(post(server.url("/"))).await.unwrap_err(), refused(ConnectError::TlsFailed));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_tls_is_never_asked() {
    let outcome = exchange(get(Url::parse("http://localhost:9/").unwrap())).await;
    assert!(matches!(outcome, Err(TransportError::Connect(_))), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_is_unreachable() {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let url = Url::parse(&format!("https://127.0.0.1:{port}/")).unwrap();
    assert_eq!(exchange(get(url)).await.unwrap_err(), refused(ConnectError::Unreachable));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_does_not_exist_is_named_so() {
    let url = Url::parse("https://no-such-bank.invalid/").unwrap();
    assert_eq!(exchange(get(url)).await.unwrap_err(), refused(ConnectError::NameNotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_cut_is_lost_and_not_asked_for_again() {
    let whole = http("200 OK", "0123456789");
    for kept in [whole.len() - 5, 20, 0] {
        let server = Server::start(Act::SayAndVanish(whole[..kept].to_vec()));
        let outcome = exchange(post(server.url("/"))).await;
        assert_eq!(outcome.unwrap_err(), TransportError::Lost(LostCause::Cut), "{kept} bytes kept");
        assert!(server.only_conversation().starts_with("POST"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_length_that_ends_without_goodbye_is_lost() {
    let server = Server::start(Act::SayAndVanish(b"HTTP/1.0 200 OK\r\n\r\nhalf a certificate".to_vec()));
    assert_eq!(exchange(post(server.url("/"))).await.unwrap_err(), TransportError::Lost(LostCause::Cut));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_after_sending_is_a_lost_answer() {
    let server = Server::start(Act::StaySilent);
    let request = Request { deadline: Duration::from_millis(500), ..post(server.url("/")) };
    assert_eq!(exchange(request).await.unwrap_err(), TransportError::Lost(LostCause::Timeout));
    assert!(server.only_conversation().starts_with("POST"));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_before_sending_has_cost_nothing() {
    let server = Server::start(Act::NeverShakeHands);
    let request = Request { deadline: Duration::from_millis(300), ..post(server.url("/")) };
    assert_eq!(exchange(request).await.unwrap_err(), refused(ConnectError::Timeout));
    assert_eq!(server.only_conversation(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_an_answer_and_not_followed() {
    for status in ["301", "302", "303", "307", "308"] {
        let server = Server::start(Act::Say(http(&format!("{status} Away\r\nLocation: /elsewhere"), "")));
        assert_eq!(exchange(post(server.url("/"))).await.unwrap().status.to_string(), status);
        assert!(server.only_conversation().starts_with("POST / "));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_may_be_as_long_as_the_limit_and_no_longer() {
    let server = Server::start(Act::Say(http("200 OK", "x".repeat(MAX_BODY))));
    assert_eq!(exchange(get(server.url("/"))).await.unwrap().body.len(), MAX_BODY);
    let server = Server::start(Act::Say(http("200 OK", "x".repeat(MAX_BODY + 1))));
    assert_eq!(exchange(get(server.url("/"))).await.unwrap_err(), TransportError::Lost(LostCause::TooLarge));
}

pub fn identity(leaf: &Recipe) -> ClientIdentity {
    let chain = vec![leaf.make(), Recipe { not_before: old(), ..Recipe::ca() }.make()];
    ClientIdentity { chain, signer: shared_signer(leaf.key) }
}

fn old() -> jiff::Timestamp {
    "2020-01-01T00:00:00Z".parse().unwrap()
}

/// Valid on the real clock, which TLS looks at.
pub fn client() -> Recipe {
    Recipe { not_before: old(), not_after: "2049-01-01T00:00:00Z".parse().unwrap(), ..Recipe::leaf() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_key_logs_in_over_both_versions_of_tls() {
    for clients in [Clients::Certified, Clients::CertifiedInTls12] {
        let server = Server::with(&Recipe::server().make(), clients, fine());
        let request = Request { identity: Some(identity(&client())), ..get(server.url("/")) };
        assert_eq!(exchange(request).await.unwrap().status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_client_certificate_is_named_so_in_both_versions_of_tls() {
    let versions = [
        (Clients::Certified, TransportError::Lost(LostCause::ClientCertificateRefused)),
        (Clients::CertifiedInTls12, refused(ConnectError::ClientCertificateRefused)),
    ];
    let forged = Recipe { signer: &keys().stranger, ..client() };
    let unknown = Recipe { issuer: "CN=Nobody", ..client() };
    let expired = Recipe { not_after: "2021-01-01T00:00:00Z".parse().unwrap(), ..client() };
    for (clients, expected) in versions {
        for leaf in [&forged, &unknown, &expired] {
            let server = Server::with(&Recipe::server().make(), clients, fine());
            let request = Request { identity: Some(identity(leaf)), ..get(server.url("/")) };
            assert_eq!(exchange(request).await.unwrap_err(), expected, "{} {}", leaf.issuer, leaf.not_after);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_without_a_certificate_is_refused() {
    let server = Server::with(&Recipe::server().make(), Clients::Certified, fine());
    let error = exchange(get(server.url("/"))).await.unwrap_err();
    // Whoever had nothing to show is not told apart from whoever was cut off; for the login both mean "turned away".
    let turned_away = [LostCause::ClientCertificateRefused, LostCause::Cut].map(TransportError::Lost);
    assert!(turned_away.contains(&error), "{error:?}");
}

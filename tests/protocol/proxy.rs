//! Through a proxy, and past a box that answers in the bank's name. What stands in the environment of a process is
//! tested in a child: the test runs itself again.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::Command,
    sync::Arc,
    time::Duration,
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rustls::{
    RootCertStore, ServerConfig, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
    version::{TLS12, TLS13},
};
use shirushi::{
    domain::{Certificate, Endpoint, Secret},
    protocol::{
        ConnectError, HttpTransport, Transport, TransportError,
        transport::{Basic, LoginDemand, Proxies, ProxyStop, Request, Response, StopReason, Tried},
    },
};

use crate::{
    make::{Recipe, keys},
    relay::{Proxy, Rule},
    server::{Act, Clients, Server, http},
    transport::{client, exchange, get, identity, post},
};

const CHILD: &str = "SHIRUSHI_TEST_CHILD";
/// taro and 4711-proxy
const LOGIN: &str = "dGFybzo0NzExLXByb3h5";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs `test` again with this environment.
fn again(test: &str, environment: &[(&str, String)]) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

fn transport() -> HttpTransport {
    HttpTransport::new(&[Recipe::tls_root().make()]).unwrap()
}

fn behind(proxy: &Proxy) -> HttpTransport {
    transport().with_proxies(Proxies::always(&proxy.address()))
}

fn endpoint(proxy: &Proxy) -> Endpoint {
    Endpoint { host: "127.0.0.1".into(), port: proxy.port }
}

fn fine() -> Server {
    Server::start(Act::Say(http("200 OK", "fine")))
}

fn basic(password: &str) -> Basic {
    Basic { user: Secret::new("taro"), password: Secret::new(password) }
}

fn stopped(proxy: &Proxy, reason: StopReason) -> TransportError {
    ConnectError::ProxyStopped(ProxyStop { proxy: endpoint(proxy), reason }).into()
}

fn wants_login(proxy: &Proxy, tried: Tried) -> TransportError {
    let realm = Some("Head office".to_owned());
    ConnectError::ProxyWantsLogin(LoginDemand { proxy: endpoint(proxy), realm, tried }).into()
}

/// How often the proxy was told who is there.
fn logins(proxy: &Proxy) -> usize {
    proxy.heard().iter().filter(|head| head.to_ascii_lowercase().contains("\r\nproxy-authorization: ")).count()
}

fn nobody_came(server: &Server) {
    assert_eq!(server.connections(), 0, "the bank was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_behind_a_proxy_is_pinned_and_asked_once() {
    let (proxy, server) = (Proxy::start(Rule::Open), fine());
    assert_eq!(behind(&proxy).exchange(post(server.url("/x"))).await.unwrap().body, b"fine");
    assert!(server.only_conversation().starts_with("POST /x "));

    let server = fine();
    let other = Request { pin: Some(keys().stranger.hash()), ..post(server.url("/x")) };
    let refused = TransportError::Connect(ConnectError::OtherServer);
    assert_eq!(behind(&proxy).exchange(other).await.unwrap_err(), refused);
    assert_eq!(server.only_conversation(), "");
    assert_eq!(proxy.heard().len(), 2); // one exchange each
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_hears_where_to_and_nothing_else() {
    // One that makes way, and one that is asked a second time, for its reasons.
    for (rule, times) in [(Rule::Open, 1), (Rule::Say("403 Forbidden"), 2)] {
        let (proxy, server) = (Proxy::start(rule), fine());
        let outcome = behind(&proxy).exchange(post(server.url("/enroll?who=taro"))).await;
        assert_eq!(outcome.is_ok(), times == 1);
        let target = Endpoint::of(&server.url("/")).unwrap();
        let heard: Vec<_> = proxy.heard().iter().map(|head| head.to_ascii_lowercase()).collect();
        assert_eq!(heard, vec![format!("connect {target} http/1.1\r\nhost: {target}\r\n\r\n"); times]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_asks_is_told_once_for_all_later_connections() {
    let proxy = Proxy::start(Rule::Login(LOGIN));
    let (http, server) = (behind(&proxy), fine());
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), wants_login(&proxy, Tried::Nothing));
    nobody_came(&server);
    http.log_in_at_proxy(basic("4711-proxy"));
    for server in [server, fine()] {
        assert_eq!(http.exchange(post(server.url("/"))).await.unwrap().body, b"fine");
    }
    assert_eq!((proxy.heard().len(), logins(&proxy)), (4, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_login_is_said_once_and_forgotten() {
    let proxy = Proxy::start(Rule::Login(LOGIN));
    let (http, server) = (behind(&proxy), fine());
    http.log_in_at_proxy(basic("wrong"));
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), wants_login(&proxy, Tried::Typed));
    assert_eq!(logins(&proxy), 1);
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), wants_login(&proxy, Tried::Nothing));
    assert_eq!(logins(&proxy), 1);
    http.log_in_at_proxy(basic("wrong again"));
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), wants_login(&proxy, Tried::Typed));
    assert_eq!(logins(&proxy), 2, "one for each click");
    nobody_came(&server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_the_proxys_address_is_used_until_another_is_typed() {
    let (proxy, server) = (Proxy::start(Rule::Login(LOGIN)), fine());
    let with = |login: &str| format!("http://{login}@127.0.0.1:{}", proxy.port);
    let http = transport().with_proxies(Proxies::always(&with("taro:4711-proxy")));
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap().body, b"fine");

    let http = transport().with_proxies(Proxies::always(&with("taro:old")));
    let server = fine();
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), wants_login(&proxy, Tried::Configured));
    http.log_in_at_proxy(basic("4711-proxy"));
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap().body, b"fine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_offers_no_basic_is_not_answered() {
    let rules = [
        ("407 No\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate", vec!["NTLM", "Negotiate"]),
        ("407 No\r\nProxy-Authenticate: Digest realm=\"Basic, of course\", nonce=\"x\"", vec!["Digest"]),
        ("407 No", vec![]),
    ];
    for (head, schemes) in rules {
        let (proxy, server) = (Proxy::start(Rule::Say(head)), fine());
        let reason = StopReason::OtherLogin(schemes.into_iter().map(str::to_owned).collect());
        let http = behind(&proxy);
        http.log_in_at_proxy(basic("4711-proxy"));
        assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), stopped(&proxy, reason));
        nobody_came(&server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_refuses_is_told_apart_from_the_bank() {
    for (head, status) in
        [("403 Forbidden", 403), ("502 Bad", 502), ("503 Busy", 503), ("504 Late", 504), ("302 Log in", 302)]
    {
        let (proxy, server) = (Proxy::start(Rule::Say(head)), fine());
        let reason = StopReason::Refused(status);
        assert_eq!(behind(&proxy).exchange(post(server.url("/"))).await.unwrap_err(), stopped(&proxy, reason));
        nobody_came(&server);
        assert_eq!(proxy.heard().len(), 2, "once for the way, once for the reason");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_not_there_or_keeps_silent_is_named_so() {
    let (silent, server) = (Proxy::start(Rule::KeepSilent), fine());
    let patient = Request { deadline: Duration::from_millis(300), ..post(server.url("/")) };
    assert_eq!(behind(&silent).exchange(patient).await.unwrap_err(), stopped(&silent, StopReason::NoAnswer));

    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let http = transport().with_proxies(Proxies::always(&format!("http://127.0.0.1:{port}")));
    let proxy = Endpoint { host: "127.0.0.1".into(), port };
    let nobody = ConnectError::ProxyStopped(ProxyStop { proxy, reason: StopReason::NoAnswer });
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), nobody.into());

    let http = transport().with_proxies(Proxies::always("http://no-such-proxy.invalid:8080"));
    let proxy = Endpoint { host: "no-such-proxy.invalid".into(), port: 8080 };
    let nobody = ConnectError::ProxyStopped(ProxyStop { proxy, reason: StopReason::NoAnswer });
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), nobody.into());
    nobody_came(&server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_makes_way_when_it_is_asked_why_not_is_tried_again_by_the_user_alone() {
    let (proxy, server) = (Proxy::start(Rule::SayOnce("503 Busy")), fine());
    let http = behind(&proxy);
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap_err(), stopped(&proxy, StopReason::NoAnswer));
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap().body, b"fine");
    assert_eq!(proxy.heard().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_does_behind_a_proxy_is_not_the_proxys_doing() {
    for (act, cause) in [(Act::NeverShakeHands, ConnectError::Timeout), (Act::SpeakPlainly, ConnectError::TlsFailed)] {
        let (proxy, server) = (Proxy::start(Rule::Open), Server::start(act));
        let patient = Request { deadline: Duration::from_secs(3), ..post(server.url("/")) };
        assert_eq!(behind(&proxy).exchange(patient).await.unwrap_err(), cause.into());
        assert_eq!(proxy.heard().len(), 1, "nothing to ask the proxy about");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_speaks_no_http_is_named_so() {
    let server = fine();
    let http = transport().with_proxies(Proxies::always("socks5://127.0.0.1:1080"));
    let error = http.exchange(post(server.url("/"))).await.unwrap_err();
    let TransportError::Connect(ConnectError::ProxyStopped(stop)) = error else { panic!("{error:?}") };
    assert_eq!(stop.reason, StopReason::OtherKind("socks5".into()));
    nobody_came(&server);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_says_which_proxy_and_for_whom_none() {
    if is_child() {
        let server = fine();
        assert_eq!(exchange(post(server.url("/x"))).await.unwrap().body, b"fine");
        return;
    }
    let test = "proxy::the_environment_says_which_proxy_and_for_whom_none";
    for (names, asked) in [(&["HTTPS_PROXY"][..], 1), (&["ALL_PROXY"], 1), (&["https_proxy", "NO_PROXY"], 0)] {
        let proxy = Proxy::start(Rule::Open);
        let value = |name: &str| if name == "NO_PROXY" { "localhost".to_owned() } else { proxy.address() };
        let environment: Vec<_> = names.iter().map(|name| (*name, value(name))).collect();
        again(test, &environment);
        assert_eq!(proxy.heard().len(), asked, "{names:?}");
    }
}

fn secure(certificate: &Certificate) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(&[&TLS13, &TLS12]).unwrap().with_no_client_auth();
    builder.with_single_cert(chain(certificate), servers_key()).unwrap()
}

/// The same, but it wants to know by certificate who is there, and takes those of the bank's customers.
fn nosy(certificate: &Certificate, version: &'static SupportedProtocolVersion) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(Recipe::root().make().der().to_vec())).unwrap();
    let customers = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let builder = builder.with_client_cert_verifier(customers.allow_unauthenticated().build().unwrap());
    builder.with_single_cert(chain(certificate), servers_key()).unwrap()
}

fn chain(certificate: &Certificate) -> Vec<CertificateDer<'static>> {
    vec![CertificateDer::from(certificate.der().to_vec())]
}

fn servers_key() -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(keys().server.pkcs8().into())
}

/// A root that this company has put on its PCs; not one of the bank's.
fn company_root() -> Recipe {
    let name = "CN=Example Gateway Root,O=Example Security";
    Recipe { subject: name, issuer: name, key: &keys().issuer_root, signer: &keys().issuer_root, ..Recipe::tls_root() }
}

/// What it signs in anybody's name.
fn companys() -> Recipe {
    Recipe { issuer: company_root().subject, signer: &keys().issuer_root, ..Recipe::server() }
}

/// Writes what this PC trusts, where the parent has told it to.
fn trust(root: &Certificate) {
    let body = BASE64_STANDARD.encode(root.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
    std::fs::write(std::env::var_os("SSL_CERT_FILE").unwrap(), pem).unwrap();
}

fn trusting(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file: &Path = &folder.path().join("trusted.pem");
    again(test, &[("SSL_CERT_FILE", file.display().to_string())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_over_tls_is_believed_by_what_this_pc_trusts_and_the_bank_is_not() {
    if !is_child() {
        return trusting("proxy::a_proxy_over_tls_is_believed_by_what_this_pc_trusts_and_the_bank_is_not");
    }
    trust(&company_root().make());
    let through =
        |proxy: &Proxy| transport().with_proxies(Proxies::always(&format!("https://localhost:{}", proxy.port)));
    let (proxy, server) = (Proxy::secure(Rule::Login(LOGIN), secure(&companys().make())), fine());
    let http = through(&proxy);
    http.log_in_at_proxy(basic("4711-proxy"));
    assert_eq!(http.exchange(post(server.url("/"))).await.unwrap().body, b"fine");

    // The bank's own root is none of this PC's: a proxy that shows it is not believed, and not told the login.
    let (stranger, server) = (Proxy::secure(Rule::Open, secure(&Recipe::server().make())), fine());
    let proxy = Endpoint { host: "localhost".into(), port: stranger.port };
    let reason = StopReason::NotTrusted;
    let not_trusted = ConnectError::ProxyStopped(ProxyStop { proxy, reason });
    assert_eq!(through(&stranger).exchange(post(server.url("/"))).await.unwrap_err(), not_trusted.into());
    assert_eq!(stranger.heard(), [""; 0]);
    nobody_came(&server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_asks_for_a_certificate_gets_none_of_the_banks() {
    if !is_child() {
        return trusting("proxy::a_proxy_that_asks_for_a_certificate_gets_none_of_the_banks");
    }
    trust(&company_root().make());
    for version in [&TLS13, &TLS12] {
        let proxy = Proxy::secure(Rule::Open, nosy(&companys().make(), version));
        let server = Server::with(&Recipe::server().make(), Clients::Certified, Act::Say(http("200 OK", "fine")));
        let request = Request { identity: Some(identity(&client())), ..get(server.url("/")) };
        let http = transport().with_proxies(Proxies::always(&format!("https://localhost:{}", proxy.port)));
        assert_eq!(http.exchange(request).await.unwrap().body, b"fine", "the bank gets it");
        assert_eq!((proxy.heard().len(), proxy.certified()), (1, 0), "{version:?}");

        // The control: in the place of the bank it would have got it.
        let bank = Proxy::secure(Rule::Open, nosy(&Recipe::server().make(), version));
        let url = format!("https://localhost:{}/", bank.port).parse().unwrap();
        exchange(Request { identity: Some(identity(&client())), ..get(url) }).await.unwrap_err();
        assert_eq!(bank.certified(), 1, "{version:?}");
    }
}

async fn meets(certificate: &Certificate) -> Result<Response, TransportError> {
    let server = Server::with(certificate, Clients::Anybody, Act::Say(http("200 OK", "fine")));
    let outcome = exchange(Request { pin: None, ..post(server.url("/")) }).await;
    if outcome.is_err() {
        assert_eq!(server.only_conversation(), "", "something was sent");
    }
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_inspects_is_named_by_its_own_root() {
    if !is_child() {
        return trusting("proxy::a_box_that_inspects_is_named_by_its_own_root");
    }
    trust(&company_root().make());
    let inspected = |by: &str| TransportError::Connect(ConnectError::Inspected { by: by.to_owned() });
    let not_trusted = TransportError::Connect(ConnectError::NotTrusted);
    assert_eq!(meets(&companys().make()).await.unwrap_err(), inspected("Example Security"));

    // What this PC would not take either is nobody's box: another name, past dates, another key.
    let past = "2021-01-01T00:00:00Z".parse().unwrap();
    let other_name = Recipe { dns_name: Some("login.example"), ..companys() };
    let expired = Recipe { not_after: past, ..companys() };
    let forged = Recipe { signer: &keys().stranger, ..companys() };
    let unknown = Recipe { issuer: "CN=Nobody", ..companys() };
    for stranger in [other_name, expired, forged, unknown] {
        assert_eq!(meets(&stranger.make()).await.unwrap_err(), not_trusted, "{}", stranger.issuer);
    }
    // The control: the bank's own certificate is none of this.
    assert_eq!(meets(&Recipe::server().make()).await.unwrap().body, b"fine");
    // And a PC that trusts nobody names nobody.
    trust(&Recipe::root().make());
    assert_eq!(meets(&companys().make()).await.unwrap_err(), not_trusted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_without_an_organisation_names_the_box_too_and_draws_over_nothing() {
    if !is_child() {
        return trusting("proxy::a_name_without_an_organisation_names_the_box_too_and_draws_over_nothing");
    }
    let name = "CN=Virus Guard <b>1\u{202e}23</b>";
    trust(&Recipe { subject: name, issuer: name, ..company_root() }.make());
    let error = meets(&Recipe { issuer: name, ..companys() }.make()).await.unwrap_err();
    assert_eq!(error, ConnectError::Inspected { by: "Virus Guard b123/b".into() }.into());
}

// What the proxy of these tests must hear, it hears.

#[test]
fn a_client_that_tells_the_proxy_a_number_is_heard() {
    let proxy = Proxy::start(Rule::Say("403 Forbidden"));
    let mut client = TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
    client.write_all(b"CONNECT localhost:9 HTTP/1.1\r\nx-number: 4711\r\n\r\n").unwrap();
    client.read_to_end(&mut Vec::new()).unwrap();
    assert!(proxy.heard().concat().contains("4711"));
}

//! What the bank thinks of a certificate that is shown to it: expired, revoked. One that was replaced is in `renewal`.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use practice_bank::{Account, Case};
use rsa::{
    PrivateKey, pkcs1v15,
    pkcs8::{DecodePrivateKey, EncodePublicKey},
    pss,
    signature::{RandomizedSigner, SignatureEncoding, Signer as _},
};
use sha2::Sha256;
use shirushi::{
    cli::Exit,
    domain::{Certificate, Profile, SignError, SignatureScheme, Signer},
    keystore::KeyStore,
    page::Control,
    protocol::{
        ClientIdentity, Est, HttpTransport, Transport, TransportError,
        transport::{Method, Request, Response},
    },
    wizard::{StageName, World},
};
use x509_cert::{certificate::Rfc5280, crl::CertificateList, der::Decode as _};

use crate::{
    player::{Player, Window},
    refusals::stopped_with,
    script::{self, Yes},
    world::{Pc, Plan, SharedBank, bank},
};

/// A program that shows whatever certificate it has (RFC 7030 §4.2.2). A renewal of ours never shows an expired one, and
/// still this answer has its words: the bank's clock decides, and it may be a day ahead.
#[derive(Debug)]
struct Renewing {
    http: HttpTransport,
    shown: ClientIdentity,
}

#[async_trait]
impl Transport for Renewing {
    async fn exchange(&self, mut request: Request) -> Result<Response, TransportError> {
        if let Some(base) = request.url.path().strip_suffix("/simpleenroll").map(str::to_owned) {
            request.url.set_path(&format!("{base}/simplereenroll"));
            request.basic = None;
            request.identity = Some(self.shown.clone());
        }
        self.http.exchange(request).await
    }
}

/// The bank wants the very name of the present certificate in the request.
fn profile() -> Arc<Profile> {
    let name = r#"
C = "JP"
O = "れんしゅう信用金庫"
OU = "法人インターネットバンキング"
"#;
    let text = bank().bank.profile_toml().replace("[role.request]\n", &format!("[role.request]{name}"));
    Arc::new(Profile::from_toml(&text).expect("a profile"))
}

fn renewing(pc: &Pc, shown: &ClientIdentity) -> Player {
    let world = pc.world_with_profile(profile(), Plan::default());
    let http = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
    let transport = Renewing { http, shown: shown.clone() };
    let protocol = Arc::new(Est::new(&world.profile.ca, Arc::new(transport)));
    Player::open(World { protocol, ..world })
}

/// The only certificate of this PC, as its key would show it.
fn identity(pc: &Pc) -> ClientIdentity {
    let label = pc.store.keys().expect("keys").remove(0);
    let mut chain = pc.store.certificates().expect("certificates");
    chain.extend(pc.store.intermediates());
    ClientIdentity { chain, signer: pc.store.open(&label).expect("opens") }
}

/// A key that was left on the customer's old PC.
#[derive(Debug)]
struct OldKey {
    private: PrivateKey,
    spki: Vec<u8>,
}

impl Signer for OldKey {
    fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    fn schemes(&self) -> &[SignatureScheme] {
        &[SignatureScheme::PssSha256, SignatureScheme::Pkcs1Sha256]
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let key = self.private.clone();
        match scheme {
            SignatureScheme::Pkcs1Sha256 => {
                pkcs1v15::SigningKey::<Sha256>::new(key).try_sign(message).map(|signature| signature.to_vec())
            }
            SignatureScheme::PssSha256 => pss::SigningKey::<Sha256>::new(key)
                .try_sign_with_rng(&mut getrandom::SysRng, message)
                .map(|signature| signature.to_vec()),
        }
        .map_err(|_| SignError::Refused)
    }
}

fn on_the_old_pc(bank: &SharedBank, customer: &Account) -> ClientIdentity {
    let file = bank.bank.ready().old_pc.join(format!("{}.pem", customer.user_id));
    let text = std::fs::read_to_string(file).expect("the old PC");
    let blocks = text.split("-----BEGIN ").skip(1).map(|block| {
        let (_, inside) = block.split_once("-----").expect("a label");
        let (inside, _) = inside.split_once("-----END").expect("an end");
        STANDARD.decode(inside.split_whitespace().collect::<String>()).expect("base64")
    });
    let mut blocks: Vec<Vec<u8>> = blocks.collect();
    let private = PrivateKey::from_pkcs8_der(&blocks.remove(0)).expect("a key");
    let spki = private.to_public_key().to_public_key_der().expect("its public half").into_vec();
    let chain = blocks.into_iter().map(|der| Certificate::from_der(der).expect("a certificate")).collect();
    ClientIdentity { chain, signer: Arc::new(OldKey { private, spki }) }
}

#[test]
fn an_expired_certificate_that_is_shown_is_told_as_such() {
    let (pc, customer) = (Pc::new(), bank().customer(Case::Expired));
    let mut player = renewing(&pc, &on_the_old_pc(bank(), &customer));
    player.walk(&customer);
    stopped_with(&player, "E06-04");
    for words in ["再取得を始めてください", "まだ発行されていません", "お客様ご自身"] {
        assert!(player.text().contains(words), "{words} is not on the page: {}", player.text());
    }
    assert_eq!(player.page().step.number, 2, "who asks was looked at, and no more");
    assert!(pc.store.keys().expect("keys").is_empty(), "the key of the click is gone");
    player.press(Control::Primary);
    assert_eq!(player.window, Window::Closed, "the same again would not help");
}

/// 失効 by the 管理者, logged in with the certificate that comes back.
fn revoke(user: &Account) -> Certificate {
    let administrator = bank().customer(Case::Administrator);
    let pc = Pc::new();
    let mut desk = script::desk(&pc, bank(), Plan::default());
    desk.role = desk.profile.roles[1].clone();
    assert_eq!(script::enroll(&desk, &administrator, &mut Yes).exit(), Exit::Installed);
    let mut shown = identity(&pc);
    let url = format!("{}admin/users/{}", bank().bank.ready().portal_login, user.user_id);
    let form = format!("act=revoke&confirmation={}", administrator.confirmation);
    let request = Request {
        url: url.parse().expect("an address"),
        method: Method::Post {
            content_type: "application/x-www-form-urlencoded",
            headers: Vec::new(),
            body: form.into_bytes(),
        },
        basic: None,
        cookies: None,
        pin: None,
        identity: Some(shown.clone()),
        connected: None,
        torn: None,
        deadline: Duration::from_secs(20),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let response = runtime.block_on(desk.ports.portal.exchange(request)).expect("an answer");
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    shown.chain.remove(0)
}

/// Whether the list that the authority makes known says that this certificate is revoked.
fn is_listed(certificate: &Certificate) -> bool {
    let address = bank().bank.ready().crl.parse::<url::Url>().expect("an address");
    let mut stream = TcpStream::connect(("127.0.0.1", address.port().expect("a port"))).expect("the portal");
    write!(stream, "GET {} HTTP/1.0\r\n\r\n", address.path()).expect("asks");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").expect("a head") + 4;
    let list = CertificateList::<Rfc5280>::from_der(&answer[body..]).expect("a list");
    let serial = certificate.parsed().tbs_certificate().serial_number();
    list.tbs_cert_list.revoked_certificates.iter().flatten().any(|entry| entry.serial_number == *serial)
}

/// The key proves the certificate, and still nobody is told that it opens the bank.
#[test]
fn a_certificate_that_was_revoked_before_its_first_login_is_no_proof() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    player.walk_to(StageName::Install, &guest);
    let another = revoke(&guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Complete, "{}", player.text());
    assert!(is_listed(&identity(&pc).chain[0]) && !is_listed(&another), "the bank has made it known, and only this");
    let refused = |player: &Player| {
        let text = player.text();
        assert!(text.contains("この電子証明書を受け付けませんでした"), "{text}");
        assert!(!text.contains("ログインできることを確かめました"), "{text}");
    };
    refused(&player);
    player.press(Control::ProveLogin);
    refused(&player);
}

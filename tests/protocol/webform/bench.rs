//! A bank, its pages, and somebody with numbers.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use shirushi::{
    domain::{CertificateAuthority, Credentials, FieldId, Role, Secret, SpkiHash, WebPages},
    protocol::{
        Application, ConnectError, EnrollmentProtocol, HttpTransport, Proof, ProtocolError, RefusalKind, Reply,
        Transport, TransportError, WebForm, csr,
        transport::{Request, Response},
    },
};

use crate::{
    make::{Recipe, keys},
    server::{Act, Server, http},
};

pub const START: &str = "/sscm//client/userEnrollMS.htm?b_c=1885&c_e=1&a_u=1";
pub const PASSWORD: &str = "Pin&4711";
pub const CONFIRMATION: &str = "zq08!x";

pub const PAGES: &str = r#"
    [[step]]
    form = "enroll"
    fill = { keiyakusha = "{contract_id}", riyousha = "{user_id}", ansho = "{password}", kakunin = "{confirmation}" }
    request = { input = "public_key", armour = "none", line_ending = "crlf", wrap = 64 }
    submit = "btn"
    [[error]]
    contains = "認証に失敗しました"
    code = "E01"
    tries_left = "あと{n}回"
    [[error]]
    contains = "メンテナンス中"
    code = "E13"
    [later]
    contains = "後ほど"
    retry_after_seconds = 60
"#;

/// The page with the four fields, as the manual shows it.
pub const ENROLL: &str = r#"<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=Shift_JIS">
<TITLE>電子証明書取得開始</TITLE>
<SCRIPT LANGUAGE="JavaScript"><!--
function go() { document.enroll.submit(); }
//--></SCRIPT></HEAD><BODY><TABLE>
<FORM NAME="enroll" METHOD="POST" ACTION="/sscm//client/userEnroll.cgi?表">
<INPUT TYPE="hidden" NAME="b_c" VALUE="1885"><INPUT VALUE="表示 &amp; 1" TYPE="hidden" NAME="kinko">
<TR><TD>契約者ID<TD><INPUT TYPE="text" NAME="keiyakusha"><INPUT NAME="riyousha">
<TR><TD><INPUT TYPE="password" NAME="ansho"><INPUT TYPE="password" NAME="kakunin">
<INPUT TYPE="hidden" NAME="public_key"><INPUT TYPE="submit" NAME="btn" VALUE="電子証明書取得">
<INPUT TYPE="reset" NAME="clear" VALUE="取消"></FORM></TABLE></BODY></HTML>"#;

pub const WAIT: &str = r#"<html><body onload="go()"><p>しばらくお待ちください</p><script>
function go() { document.forms["next"].submit(); }</script>
<form name="next" action="/sscm//cgi-bin/sophialite.exe" method="post"><input type="hidden" name="ticket" value="a+b"></form>"#;

pub fn sjis(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!unmappable, "{text}");
    bytes.into_owned()
}

/// A page that does not say its characters in the header.
pub fn page(html: &str) -> Act {
    headed("200 OK\r\nContent-Type: text/html; charset=Shift_JIS", html)
}

pub fn headed(head: &str, html: &str) -> Act {
    Act::Say(http(head, sjis(html)))
}

/// The page with the certificate, in a script as old CAs have it.
pub fn issued(script: &str) -> String {
    format!(
        "<html><body><script language=JavaScript><!--\n{script}\n//--></script>電子証明書のインストールが完了しました"
    )
}

pub fn in_literals(base64: &str) -> String {
    let parts: Vec<String> =
        base64.as_bytes().chunks(76).map(|part| format!("\"{}\\r\\n\"", String::from_utf8_lossy(part))).collect();
    format!("var pkcs7 = {};\ninstall(pkcs7);", parts.join("\n + "))
}

pub fn role() -> Role {
    let field = |id: &str, kind: &str| {
        format!(
            r#"{{ id = "{id}", label = {{ ja = "", en = "" }}, support = {{ ja = "", en = "" }}, kind = "{kind}", max = 32 }}"#
        )
    };
    let fields = [("contract_id", "id"), ("user_id", "id"), ("password", "secret"), ("confirmation", "secret")]
        .map(|(id, kind)| field(id, kind));
    toml::from_str(&format!(
        r#"
        id = "user"
        label = {{ ja = "利用者", en = "User" }}
        hint = {{ ja = "", en = "" }}
        unlocks = {{ ja = "", en = "" }}
        field = [{}]
        request = {{ CN = "{{contract_id}}" }}
        issued = {{ CN = "{{contract_id}}" }}
        "#,
        fields.join(",")
    ))
    .unwrap()
}

pub fn credentials(role: &Role) -> Credentials {
    let entries =
        [("contract_id", "1234567"), ("user_id", "taro"), ("password", PASSWORD), ("confirmation", CONFIRMATION)];
    let known = entries.into_iter().filter(|(id, _)| role.field(&FieldId((*id).to_owned())).is_some());
    let entries = known.map(|(id, text)| (FieldId(id.to_owned()), Secret::new(text)));
    Credentials::new(role, entries.collect::<BTreeMap<_, _>>()).unwrap()
}

/// A request for the key of [`Recipe::leaf`].
pub fn request() -> Vec<u8> {
    let role = role();
    csr::request(&role.request_subject(&credentials(&role)), &keys().leaf).unwrap()
}

/// Looks at what is asked of the real transport.
#[derive(Debug)]
pub struct Spy {
    http: HttpTransport,
    pub asked: Mutex<Vec<(String, Option<SpkiHash>, Duration)>>,
}

#[async_trait]
impl Transport for Spy {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push((request.url.to_string(), request.pin, request.deadline));
        self.http.exchange(request).await
    }
}

/// One bank and one application to it.
pub struct Bench {
    pub server: Server,
    pub spy: Arc<Spy>,
    pub form: WebForm,
    pub role: Role,
    /// How often the journal was told that something is about to leave.
    pub written: Arc<AtomicUsize>,
}

impl Bench {
    pub fn new(acts: Vec<Act>) -> Self {
        Self::with(PAGES, acts)
    }

    pub fn with(pages: &str, acts: Vec<Act>) -> Self {
        let server = Server::in_turn(acts);
        let http = HttpTransport::new(&[Recipe::tls_root().make()]).unwrap();
        let spy = Arc::new(Spy { http, asked: Mutex::default() });
        let ca: CertificateAuthority = toml::from_str(&format!(
            r#"
            name = {{ ja = "練習用電子証明書認証局", en = "Practice CA" }}
            protocol = "webform"
            url = "{}"
            replay = "unknown"
            max_polls = 3
            "#,
            server.url(START)
        ))
        .unwrap();
        let pages: WebPages = toml::from_str(pages).unwrap();
        let form = WebForm::new(&ca, pages, spy.clone());
        Self { server, spy, form, role: role(), written: Arc::default() }
    }

    pub async fn submit(&self) -> Result<Reply, ProtocolError> {
        self.submit_with(keys().server.hash(), Ok(())).await
    }

    pub async fn submit_with(&self, pin: SpkiHash, hook: Result<(), ConnectError>) -> Result<Reply, ProtocolError> {
        let (credentials, request, written) = (credentials(&self.role), request(), self.written.clone());
        let proof = Proof::Numbers { role: &self.role, credentials: &credentials };
        let application = Application { request: &request, proof, pin, keeper: &() };
        let connected = move || {
            written.fetch_add(1, Ordering::SeqCst);
            hook
        };
        self.form.submit(application, Box::new(connected)).await
    }

    /// How often something was about to leave.
    pub fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }

    /// First lines of everything that was asked.
    pub fn asked(&self) -> Vec<String> {
        let first = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned();
        self.server.conversations().iter().map(first).collect()
    }
}

/// Head and body of a request.
pub fn halves(conversation: &[u8]) -> (String, Vec<u8>) {
    let border = conversation.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8(conversation[..border].to_vec()).unwrap(), conversation[border + 4..].to_vec())
}

/// Where a secret was said elsewhere than in the body of a POST.
pub fn leaks(conversations: &[Vec<u8>]) -> Vec<String> {
    let heads = conversations.iter().filter(|bytes| !bytes.is_empty()).map(|bytes| match bytes.starts_with(b"POST ") {
        true => halves(bytes).0,
        false => String::from_utf8_lossy(bytes).into_owned(),
    });
    heads.filter(|head| head.contains("4711") || head.contains("zq08")).collect()
}

pub async fn reply_to(pages: Vec<Act>) -> Reply {
    Bench::new([vec![page(ENROLL)], pages].concat()).submit().await.unwrap()
}

pub async fn refusal_to(last: Act) -> (RefusalKind, String) {
    match reply_to(vec![last]).await {
        Reply::Refused(refusal) => (refusal.kind, refusal.text),
        other => panic!("{other:?}"),
    }
}

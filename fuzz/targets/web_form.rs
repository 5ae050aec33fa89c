//! The pages of a CA for browsers, one after the other. Pages are separated by a line `%%%%`; each begins with a line
//! `<status> <content type>`, and more header lines (`Location: `, `Set-Cookie: `) may follow before an empty one. `{password}` is what the user
//! types: a server may repeat it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use shirushi::{
    domain::Credentials,
    protocol::{Application, EnrollmentProtocol, Proof, ProtocolError, Reply, WebForm, pkcs7, transport::Response},
};

use super::{
    Target, fixture,
    script::{Asked, Script, at_once, response, server},
};

pub const TARGET: Target = Target {
    name: "web_form",
    run: check,
    words: &[
        b"\n%%%%\n",
        b"200 text/html; charset=Shift_JIS\n\n",
        b"302 text/html\nLocation: /next\n\n",
        b"Location: https://elsewhere/\n",
        b"Location: //elsewhere/\n",
        b"Set-Cookie: a=b; Path=/\n",
        b"<form name=\"enroll\" method=post action=\"",
        b"https://elsewhere/",
        b"\\\\elsewhere/",
        b"<base href=\"https://elsewhere/\">",
        b"method=get",
        b"<input type=hidden name=a value=b>",
        b"<input type=password name=",
        b"<input type=submit formaction=\"https://elsewhere/\">",
        b"<textarea name=t>",
        b"<select name=s><option>",
        b"<body onload=\"document.forms[0].submit()\">",
        b"<script>document.enroll.submit();</script>",
        b"<meta http-equiv=refresh content=\"0;url=/next\">",
        b"</form>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"accept-charset=\"utf-16\"",
        b"enctype=multipart/form-data",
        b"\x1b$B",
        b"\x81\x40",
        b"&#x",
        b"&amp;",
        b"\" + \"",
        b"'",
        b"\\",
        b"/*",
        b"<script>",
        b"</script>",
    ],
};

/// The first page, and at each step and at the end what follows by itself.
const MOST_HOPS: usize = 5;

fn check(data: &[u8]) {
    let fixture = fixture();
    let credentials = fixture.with_secrets_of(data);
    let pages = fixture.pages.webform.clone().expect("pages");
    let most = 1 + pages.steps.len() * (1 + MOST_HOPS) + MOST_HOPS;
    let (said, echo) = echoed(data, &credentials);
    let script = Arc::new(Script::new(data_pages(&said)));
    let protocol = WebForm::new(&fixture.pages.ca, pages, script.clone());
    let proof = Proof::Numbers { role: fixture.role(), credentials: &credentials };
    let application = Application { request: &fixture.request, proof, pin: server(), keeper: &() };
    let announced = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&announced);
    let connected = Box::new(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let reply = at_once(protocol.submit(application, connected));
    let asked = script.asked();
    assert!(asked.len() <= most, "{} pages and no end", asked.len());
    assert!(announced.load(Ordering::Relaxed) <= 1, "the journal was told twice");
    stays_with_the_bank(&asked);
    if echo == Echo::None {
        is_told_after_the_journal(&asked, &credentials, &reply);
    }
    match reply {
        Some(Ok(Reply::Answer(answer))) => {
            assert!(pkcs7::certificates(&answer).is_ok(), "an answer without a certificate");
        }
        Some(Ok(Reply::Refused(refusal)) | Err(ProtocolError::NotAccepting(refusal))) => {
            assert!(!fixture.gives_away(&credentials, refusal.text.as_bytes()), "a secret stands in the report");
        }
        Some(Ok(Reply::Registered { reference, .. })) => {
            assert!(
                !fixture.gives_away(&credentials, reference.as_str().as_bytes()),
                "a secret was kept as a reference"
            );
        }
        Some(Ok(Reply::Pending { .. }) | Err(_)) | None => {}
    }
}

fn stays_with_the_bank(asked: &[Asked]) {
    let start = &fixture().pages.ca.url;
    for one in asked {
        assert_eq!(one.url.origin(), start.origin(), "went elsewhere");
        assert!(one.url.username().is_empty() && one.url.password().is_none(), "with a name in the address");
    }
}

/// Numbers stand in no address, are sent only after the journal was told, and what is called unsent was not sent.
fn is_told_after_the_journal(asked: &[Asked], credentials: &Credentials, reply: &Option<Result<Reply, ProtocolError>>) {
    let holds = |bytes: &[u8]| fixture().gives_away(credentials, bytes);
    let tells = |asked: &Asked| holds(&asked.body) || holds(asked.cookies.as_bytes());
    for (nth, one) in asked.iter().enumerate() {
        assert!(!holds(one.url.as_str().as_bytes()), "a secret stands in an address");
        let announced = asked[..=nth].iter().any(|earlier| earlier.announced);
        assert!(announced || !tells(one), "told before the journal was");
    }
    if let Some(Err(ProtocolError::NotSent(_) | ProtocolError::NotAccepting(_))) = reply {
        assert!(!asked.iter().any(tells), "called unsent, and was sent");
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    /// The pages know nothing of what is typed.
    None,
    Some,
}

const PLACE: &[u8] = b"{password}";

/// The pages with what is typed put into its places.
fn echoed(data: &[u8], credentials: &Credentials) -> (Vec<u8>, Echo) {
    let secret = credentials.secrets(fixture().role()).next().expect("a secret").reveal().as_bytes();
    let (mut said, mut rest, mut echo) = (Vec::new(), data, Echo::None);
    while let Some(at) = rest.windows(PLACE.len()).position(|window| window == PLACE) {
        said.extend_from_slice(&rest[..at]);
        said.extend_from_slice(secret);
        rest = &rest[at + PLACE.len()..];
        echo = Echo::Some;
    }
    said.extend_from_slice(rest);
    (said, echo)
}

fn data_pages(data: &[u8]) -> Vec<Response> {
    const BORDER: &[u8] = b"\n%%%%\n";
    let mut pages = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(BORDER.len()).position(|window| window == BORDER) {
        pages.push(page(&rest[..at]));
        rest = &rest[at + BORDER.len()..];
    }
    pages.push(page(rest));
    pages
}

fn page(data: &[u8]) -> Response {
    let mut rest = data;
    let mut line = || {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = rest.get(end + 1..).unwrap_or_default();
        line
    };
    let first = line();
    let (status, content_type) = first.split_once(' ').unwrap_or((&first, ""));
    let status = status.parse().ok().filter(|status| (200..600).contains(status)).unwrap_or(200);
    let mut page = response(status, content_type, &[]);
    loop {
        match line().split_once(": ") {
            Some(("Location", address)) => page.location = Some(address.to_owned()),
            Some(("Set-Cookie", cookie)) => page.set_cookies.push(cookie.to_owned()),
            Some(_) => {}
            None => break,
        }
    }
    page.body = rest.to_vec();
    page
}

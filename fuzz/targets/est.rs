//! What an EST server answers. The first line is `<operation> <status> <content type>`, the rest is the body.

use std::sync::Arc;

use shirushi::{
    protocol::{Application, EnrollmentProtocol, Est, Proof, Reply, Wishes, csr, pkcs7},
    session::{Cause, During, Error, Issued},
};

use super::{
    Target, fixture,
    script::{Script, at_once, response, server},
};

pub const TARGET: Target = Target {
    name: "est",
    run: check,
    words: &[
        b"cacerts 200 ",
        b"csrattrs 200 application/csrattrs\n",
        b"simpleenroll 200 ",
        b"simpleenroll 401 text/plain\n",
        b" 202 ",
        b" 204 ",
        b" 500 ",
        b" 503 ",
        b"application/json\n",
        b"application/pkcs7-mime; smime-type=certs-only\n",
        b"text/html\n",
        b"\x30\x80",
        b"\x06\x03\x55\x1d\x25",
        b"MAA=",
        b"{\"code\":\"E01\",\"tries_left\":",
        b"\"detail\":\"",
        b"\\u0041",
        b"&#65;",
        b"multipart/mixed; boundary=b\n",
        b"--b\r\n",
        b"%41",
    ],
};

fn check(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let line = String::from_utf8_lossy(&data[..end]);
    let mut words = line.splitn(3, ' ');
    let operation = words.next().unwrap_or_default();
    let status =
        words.next().and_then(|word| word.parse().ok()).filter(|status| (200..600).contains(status)).unwrap_or(200);
    let content_type = words.next().unwrap_or_default();
    let body = data.get(end + 1..).unwrap_or_default();
    let script = Arc::new(Script::new([response(status, content_type, body)]));
    let est = Est::new(&fixture().est.ca, script.clone());
    match operation {
        "cacerts" => introduces(&est),
        "csrattrs" => wishes(&est),
        _ => submits(&est, status, body),
    }
    assert_eq!(script.asked().len(), 1, "one exchange for one call");
}

/// Whatever the server says of its certificates, one sees who it is.
fn introduces(est: &Est) {
    let introduction = at_once(est.introduce()).expect("nothing to wait for").expect("the server has answered");
    assert_eq!(introduction.peer.key, server());
}

/// A wish is put into the request, or named as one that cannot be.
fn wishes(est: &Est) {
    let fixture = fixture();
    let Wishes::These(attributes) = at_once(est.wishes(server())).expect("nothing to wait for").expect("answered")
    else {
        return;
    };
    let Ok(wanted) = attributes.extensions(fixture.est.key.bits, Some(&fixture.leaf)) else { return };
    let subject = fixture.role().request_subject(&fixture.credentials);
    let form = csr::Form::for_name(&subject).expect("the name of a user");
    form.with(&wanted).expect("what the reader has found to be possible");
}

fn submits(est: &Est, status: u16, body: &[u8]) {
    let fixture = fixture();
    let proof = Proof::Numbers { role: fixture.role(), credentials: &fixture.credentials };
    let application = Application { request: &fixture.request, proof, pin: server(), keeper: &() };
    let reply = at_once(est.submit(application, Box::new(|| Ok(())))).expect("nothing to wait for");
    match reply.expect("the server has answered") {
        Reply::Answer(answer) => {
            assert!((200..300).contains(&status), "{status} is no answer");
            assert_eq!(answer.body, body, "the answer is read as it came");
            let kept = answer.blanked(&fixture.credentials, fixture.role());
            let read = |answer| pkcs7::certificates(answer);
            if let Ok(certificates) = read(&answer) {
                assert_eq!(read(&kept), Ok(certificates), "blanking has cost a certificate");
            }
        }
        Reply::Pending { .. } => assert_eq!(status, 202),
        Reply::Registered { .. } => panic!("EST knows no receipts"),
        Reply::Refused(refusal) => {
            assert!(
                !fixture.gives_away(&fixture.credentials, refusal.text.as_bytes()),
                "a secret stands in the report"
            );
            let error = Error::new(During::Submission, Issued::No, Cause::Refused(refusal));
            assert!(!error.code().as_str().is_empty());
        }
    }
}

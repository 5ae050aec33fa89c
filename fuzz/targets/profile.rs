//! A bank's profile, with or without the table of its web form.

use std::sync::Arc;

use shirushi::{
    domain::{Profile, ProtocolName},
    protocol::{EnrollmentProtocol, Est, WebForm},
};

use super::{
    Target, fixture,
    script::{Script, at_once, response},
};

pub const TARGET: Target = Target {
    name: "profile",
    run: check,
    words: &[
        b"[webform]\n",
        b"[[webform.step]]\n",
        b"[[webform.error]]\n",
        b"[webform.later]\n",
        b"[[role]]\n",
        b"[role.basic]\n",
        b"[ca]\n",
        b"replay = \"same\"\n",
        b"protocol = \"byhand\"\n",
        b"protocol = \"webform\"\n",
        b"renewal = \"est\"\n",
        b"{password}",
        b"{",
        b"}",
        b"{n}",
        b"\"\"\"",
        b"'''",
        b"version = 1\n",
        b"0x7fff_ffff",
        b"36525",
        b"-1",
        b"max_polls = 4294967295\n",
        b"tries_left = \"{n}\"\n",
        b"wrap = 0",
        b"charset = \"replacement\"\n",
        b"https://",
        b"http://",
        b"issuer = [",
        b"tls = [",
    ],
};

fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let profile = match Profile::from_toml(text) {
        Ok(profile) => profile,
        Err(error) => return assert!(!error.to_string().is_empty(), "a mistake without a word"),
    };
    let bank = &profile.institution.id;
    assert!(
        !bank.is_empty() && bank.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
        "{bank}"
    );
    let (tls, issuer) = (&profile.anchors.tls, &profile.anchors.issuer);
    assert!(!tls.is_empty() && !issuer.is_empty() && !tls.iter().any(|one| issuer.contains(one)), "mixed anchors");
    for url in [&profile.ca.url, &profile.portal.login] {
        assert_eq!(url.scheme(), "https", "numbers in the clear");
    }
    assert_eq!(profile.webform.is_some(), profile.ca.protocol == ProtocolName::Webform);
    assert!(!profile.roles.is_empty() && profile.roles.iter().all(|role| !role.fields.is_empty()));
    keeps_no_secret(&profile);
    can_be_used(&profile);
}

/// What stands in the journal and in the request's name is no secret.
fn keeps_no_secret(profile: &Profile) {
    let fixture = fixture();
    for role in profile.roles.iter().filter(|role| role.fields.len() == fixture.role().fields.len()) {
        let same = |(one, other): (&shirushi::domain::Field, &shirushi::domain::Field)| {
            one.id == other.id && one.kind == other.kind
        };
        if role.fields.iter().zip(&fixture.role().fields).all(same) {
            let names = format!(
                "{:?} {:?}",
                role.issued_subject(&fixture.credentials),
                role.request_subject(&fixture.credentials)
            );
            assert!(!fixture.gives_away(&fixture.credentials, names.as_bytes()), "a secret would be kept");
        }
    }
}

fn can_be_used(profile: &Profile) {
    let script = Arc::new(Script::new([response(200, "text/html", b"<form></form>")]));
    let introduced = match &profile.webform {
        Some(pages) => at_once(WebForm::new(&profile.ca, pages.clone(), script).introduce()),
        None => at_once(Est::new(&profile.ca, script).introduce()),
    };
    assert!(introduced.expect("nothing to wait for").is_ok(), "the server has answered");
    let opens = profile.renewal_opens(jiff::civil::date(2027, 3, 31));
    assert!(opens <= jiff::civil::date(2027, 3, 31), "opens after the end");
}

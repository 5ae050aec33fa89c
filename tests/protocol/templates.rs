//! The templates for whoever writes a profile: each names every unknown, one after the other, and is a profile in the end.

use shirushi::domain::{Profile, ProfileError, ProtocolName};

const OLD_CA: &str = include_str!("../../assets/profiles/mpki-local-hosting.toml");
const BY_HAND: &str = include_str!("../../assets/profiles/by-hand.toml");
const SAMPLE: &str = include_str!("../support/profile.toml");

fn anchors() -> &'static str {
    let start = SAMPLE.find("tls = [").unwrap();
    &SAMPLE[start..SAMPLE.find("[key]").unwrap()]
}

/// What a bank with an old CA would enter, in the order of the lines.
fn of_an_old_ca() -> Vec<(&'static str, &'static str)> {
    vec![
        ("id = \"\"", "id = \"practice\""),
        ("top = \"\"", "top = \"https://localhost/\""),
        ("login = \"\"", "login = \"https://localhost/\""),
        ("url = \"\"", "url = \"https://localhost/sscm//client/userEnrollMS.htm?b_c=1\""),
        ("# max_polls =", "max_polls = 3"),
        ("tls = []", anchors()),
        ("issuer = []", ""),
        ("# bits =", "bits = 2048"),
        ("# weaker_store =", "weaker_store = \"warn\""),
        ("# renewal_opens =", "renewal_opens = 30"),
        ("# reacquire =", "reacquire = 90"),
        ("# pickup =", "pickup = 80"),
        ("# tries =", "tries = 7"),
        (
            "input = \"\", armour = \"\", line_ending = \"\"",
            "input = \"public_key\", armour = \"none\", line_ending = \"crlf\"",
        ),
        ("# max =", "max = 20"),
        ("# max =", "max = 20"),
        ("# max =", "max = 20"),
        ("# max =", "max = 20"),
    ]
}

/// What a bank that takes requests as files would enter, in the order of the lines.
fn of_a_counter() -> Vec<(&'static str, &'static str)> {
    vec![
        ("id = \"\"", "id = \"practice\""),
        ("top = \"\"", "top = \"https://localhost/\""),
        ("login = \"\"", "login = \"https://localhost/\""),
        ("url = \"\"", "url = \"https://localhost/counter\""),
        ("tls = []", anchors()),
        ("issuer = []", ""),
        ("# bits =", "bits = 2048"),
        ("# weaker_store =", "weaker_store = \"warn\""),
        ("# validity =", "validity = 365"),
        ("# renewal_opens =", "renewal_opens = 30"),
        ("# reacquire =", "reacquire = 90"),
        ("# pickup =", "pickup = 80"),
        ("# tries =", "tries = 7"),
        ("# max =", "max = 20"),
        ("# max =", "max = 20"),
    ]
}

/// As a bank's own staff fill it in: as long as something is unknown, it is no profile.
fn filled_in(template: &str, entries: Vec<(&str, &str)>) -> Profile {
    let mut text = template.to_owned();
    for (unknown, known) in entries {
        let error = Profile::from_toml(&text).expect_err(unknown);
        assert!(!matches!(&error, ProfileError::Syntax(told) if !told.contains("line")), "{error}");
        assert!(text.contains(unknown), "{unknown}");
        text = text.replacen(unknown, known, 1);
    }
    Profile::from_toml(&text).unwrap()
}

#[test]
fn the_template_for_an_old_ca_is_no_profile_until_every_unknown_is_filled_in() {
    let profile = filled_in(OLD_CA, of_an_old_ca());
    let pages = profile.webform.unwrap();
    assert!(pages.refusals.is_empty() && pages.later.is_none() && pages.charset.is_none());
    assert_eq!(profile.ca.url.as_str(), "https://localhost/sscm//client/userEnrollMS.htm?b_c=1");
}

#[test]
fn the_template_for_requests_by_hand_is_no_profile_until_every_unknown_is_filled_in() {
    let profile = filled_in(BY_HAND, of_a_counter());
    assert_eq!(profile.ca.protocol, ProtocolName::Byhand);
    assert_eq!(profile.ca.url.as_str(), "https://localhost/counter");
}

#[test]
fn a_template_says_that_it_is_one() {
    assert!(OLD_CA.starts_with("# 【未検証】"));
    assert!(BY_HAND.starts_with("# 【ひな形】"));
}

//! The template for banks with an old CA, and what a bank's page looks like to whoever fills it in.

use shirushi::domain::{Profile, ProfileError};

use super::bench::{Bench, ENROLL, headed, page};
use crate::server::Act;

const TEMPLATE: &str = include_str!("../../../assets/profiles/mpki-local-hosting.toml");
const SAMPLE: &str = include_str!("../../support/profile.toml");

fn anchors() -> &'static str {
    let start = SAMPLE.find("tls = [").unwrap();
    &SAMPLE[start..SAMPLE.find("[key]").unwrap()]
}

/// What a bank would enter, in the order of the lines.
fn entries() -> Vec<(&'static str, &'static str)> {
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

#[test]
fn the_template_is_no_profile_until_every_unknown_is_filled_in() {
    let mut text = TEMPLATE.to_owned();
    for (unknown, known) in entries() {
        let error = Profile::from_toml(&text).expect_err(unknown);
        assert!(!matches!(&error, ProfileError::Syntax(told) if !told.contains("line")), "{error}");
        assert!(text.contains(unknown), "{unknown}");
        text = text.replacen(unknown, known, 1);
    }
    let profile = Profile::from_toml(&text).unwrap();
    let pages = profile.webform.unwrap();
    assert!(pages.refusals.is_empty() && pages.later.is_none() && pages.charset.is_none());
    assert_eq!(profile.ca.url.as_str(), "https://localhost/sscm//client/userEnrollMS.htm?b_c=1");
}

#[test]
fn the_template_says_that_it_is_unverified() {
    assert!(TEMPLATE.starts_with("# 【未検証】"));
}

async fn survey(acts: Vec<Act>) -> (bool, String, Bench) {
    let bench = Bench::new(acts);
    let survey = bench.form.survey().await.unwrap();
    (survey.fits(), survey.to_string(), bench)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_shows_what_the_profile_makes_of_the_page_and_sends_nothing() {
    let (fits, told, bench) = survey(vec![page(ENROLL)]).await;
    assert!(fits, "{told}");
    for line in [
        "charset Shift_JIS",
        "form name=enroll id=-  <- step 1",
        "  b_c              hidden    carried over",
        "  ansho            password  <- {password}",
        "  public_key       hidden    <- the PKCS#10 request",
        "  btn              button    pressed",
        "  clear            other     not sent",
        "Nothing was sent.",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
    assert!(bench.asked().iter().all(|line| line.starts_with("GET ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_says_what_is_missing() {
    let (fits, told, _) = survey(vec![page(&ENROLL.replace("NAME=\"kakunin\"", "NAME=\"kakunin2\""))]).await;
    assert!(!fits && told.contains("kakunin          MISSING"), "{told}");
    let (fits, told, _) = survey(vec![page("<p>ただ今メンテナンス中です")]).await;
    assert!(!fits && told.contains("ただ今メンテナンス中です"), "{told}");
    let moved = headed("302 Found\r\nLocation: enroll.htm", "");
    let (fits, told, bench) = survey(vec![page("<p>"), moved, page(ENROLL)]).await;
    assert!(fits, "{told}");
    assert_eq!(bench.asked()[2], "GET /sscm//client/enroll.htm HTTP/1.1");
}

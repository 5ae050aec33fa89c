//! What a bank's page looks like to whoever fills the profile in.

use super::bench::{Bench, ENROLL, headed, page};
use crate::server::Act;

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

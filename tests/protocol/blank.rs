//! No secret is found again in what is kept.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use shirushi::domain::Extent;
use shirushi::protocol::{RawAnswer, blank::blank, pkcs7::certificates};

use crate::{
    est::{credentials, role},
    make::{Lengths, Recipe, p7, raw},
};

/// Holds what JSON, HTML and addresses write differently.
const SECRET: &str = r#"a"b&c d/4711"#;

fn blanked(secret: &str, text: &str) -> String {
    let role = role();
    String::from_utf8(blank(text.as_bytes(), &credentials(&role, secret), &role)).unwrap()
}

#[test]
fn a_secret_is_blanked_in_every_encoding() {
    let every_byte: String = SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let forms = [
        SECRET,
        r#"a\"b&c d/4711"#,
        "a&quot;b&amp;c d/4711",
        "a%22b%26c%20d%2F4711",
        "a%22b%26c+d%2f4711",
        &every_byte,
        &every_byte.to_uppercase(),
    ];
    for form in forms {
        let stars = "*".repeat(form.len());
        assert_eq!(blanked(SECRET, &format!("<{form}> {form}")), format!("<{stars}> {stars}"), "{form}");
    }
}

#[test]
fn a_secret_inside_base64_is_blanked_wherever_it_stands() {
    for prefix in ["", "a", "ab", "abc", "taro:", "taro/1"] {
        for engine in [STANDARD, URL_SAFE] {
            let text = engine.encode(format!("{prefix}{SECRET}xyz"));
            let kept = blanked(SECRET, &text);
            let readable = kept.chars().filter(|c| *c != '*').count();
            // Only characters that other bytes take part in may stay.
            let others = engine.encode(format!("{prefix}xyz")).len() + 4;
            assert!(kept.contains("****") && readable <= others, "{prefix}: {kept}");
        }
    }
}

#[test]
fn a_secret_is_blanked_as_browsers_and_pages_write_it() {
    let secret = "a*b~c'd&4711";
    let forms = [
        "a*b%7Ec%27d%264711",
        "a*b%7ec%27d%264711",
        "a*b~c&#39;d&amp;4711",
        "a*b~c'd&amp;4711",
        "a*b~c&#39;d&#38;4711",
        "a*b~c&#x27;d&#x26;4711",
        "a*b~c\\'d&4711",
    ];
    for form in forms {
        assert_eq!(
            blanked(secret, &format!("value=\"{form}\"")),
            format!("value=\"{}\"", "*".repeat(form.len())),
            "{form}"
        );
    }
}

#[test]
fn an_address_that_repeats_a_secret_is_kept_without_it() {
    let role = role();
    let url = "https://localhost:4711/sscm//4711.cgi?pin=4711&x=1".parse().unwrap();
    let kept = RawAnswer { url, ..raw("<p>") }.blanked(&credentials(&role, "4711"), &role);
    assert_eq!(kept.url.as_str(), "https://localhost:4711/sscm//4711.cgi?pin=****&x=1");
}

#[test]
fn what_is_no_secret_stays() {
    assert_eq!(blanked(SECRET, "contract 1234567: a b c d 471"), "contract 1234567: a b c d 471");
}

#[test]
fn an_answer_keeps_its_bytes_but_for_the_secret() {
    let role = role();
    let page = |body| RawAnswer { content_type: Some("text/html".to_owned()), ..raw(body) };
    let kept = page("<p>PIN 471108</p>").blanked(&credentials(&role, "471108"), &role);
    assert_eq!(kept, page("<p>PIN ******</p>"));
}

#[test]
fn a_certificate_is_not_lost_when_its_base64_holds_the_secret_by_chance() {
    let role = role();
    let leaf = Recipe::leaf().make();
    let text = STANDARD.encode(p7(&[&leaf], Lengths::Definite));
    let answer = raw(text.clone());
    let by_chance = credentials(&role, &text[500..503]);
    let kept = answer.blanked(&by_chance, &role);
    assert_ne!(kept, answer);
    assert_eq!(certificates(&kept), Ok(vec![leaf]));
}

#[test]
fn a_secret_beside_a_certificate_goes_and_the_certificate_stays() {
    let role = role();
    let leaf = Recipe::leaf().make();
    let text = STANDARD.encode(leaf.der());
    let body = format!("for zq!471108!zq\n-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    let kept = raw(body).blanked(&credentials(&role, "zq!471108!zq"), &role);
    assert_eq!(certificates(&kept), Ok(vec![leaf]));
    assert!(!String::from_utf8(kept.body).unwrap().contains("471108"));
}

#[test]
fn a_page_before_it_is_read_loses_the_secret_also_where_it_was_torn() {
    let role = role();
    let entries = credentials(&role, "47&11");
    let secrets: Vec<_> = entries.secrets(&role).collect();
    let kept = |text: &str, extent| {
        let (page, extent) = raw(text.to_owned()).unread_without(&secrets, extent);
        (String::from_utf8(page.body).expect("text"), extent)
    };
    assert_eq!(kept("a 47&11 b 4", Extent::Whole), ("a ***** b 4".to_owned(), Extent::Whole));
    for (torn, left) in [("a 47&1", "a ****"), ("a 47&amp;1", "a ********"), ("a 47%2", "a ****"), ("a b", "a b")] {
        assert_eq!(kept(torn, Extent::Torn), (left.to_owned(), Extent::Torn), "{torn}");
    }
}

#[test]
fn a_page_that_never_ends_is_kept_up_to_a_quarter_of_a_mebibyte() {
    let role = role();
    let entries = credentials(&role, "secret-1");
    let secrets: Vec<_> = entries.secrets(&role).collect();
    // The border goes through the secret.
    let text = "x".repeat(256 * 1024 - 3) + "secret-1";
    let (page, extent) = raw(text).unread_without(&secrets, Extent::Whole);
    assert_eq!((page.body.len(), extent), (256 * 1024, Extent::Clipped));
    assert!(page.body.ends_with(b"x***"));
}

//! What real authorities do besides, one by one.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::{Customer, Key, Member, Town, certificates, chains, client, json, unpacked};
use der::{Any, Decode, Encode, asn1::ObjectIdentifier};
use practice_bank::{Case, Manners, Oddity};
use reqwest::{Response, Version};
use x509_cert::{attr::Attribute, ext::Extension};

/// A town, a customer and what the customer is answered, with this oddity on order.
async fn enrolled(oddity: Oddity) -> (Town, Key, Response) {
    let town = Town::new();
    town.bank.oddity(oddity);
    let key = Key::new();
    let response = town.customer(Case::Normal).enroll(&key).await;
    assert_eq!(response.status(), 200);
    (town, key, response)
}

/// A refusal with this oddity on order.
async fn refused(oddity: Oddity) -> (Customer, Response) {
    let town = Town::new();
    town.bank.oddity(oddity);
    let customer = town.customer(Case::PickupExpired);
    let response = customer.enroll(&Key::new()).await;
    assert_eq!(response.status(), 403);
    (customer, response)
}

fn essence(response: &Response) -> String {
    response.headers()["content-type"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_202_comes_first_and_says_in_three_ways_when_to_come_back() {
    for oddity in [Oddity::RetryAfterSeconds, Oddity::RetryAfterDate, Oddity::RetryAfterMissing] {
        let town = Town::new();
        town.bank.oddity(oddity);
        let (customer, key) = (town.customer(Case::Normal), Key::new());
        let response = customer.enroll(&key).await;
        assert_eq!(response.status(), 202);
        let said = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        match oddity {
            Oddity::RetryAfterSeconds => assert_eq!(said.as_deref(), Some("2")),
            Oddity::RetryAfterDate => assert!(said.as_ref().unwrap().ends_with(" GMT"), "{said:?}"),
            _ => assert_eq!(said, None),
        }
        chains(town.bank.ready(), &customer.certificates(&key).await, &key).unwrap();
        assert_eq!(town.bank.counters().poll, 1);
    }
}

#[tokio::test]
async fn an_authority_that_always_answers_202_first_issues_at_the_poll() {
    let town = Town::odd(&[Oddity::RetryAfterMissing]);
    for case in [Case::Normal, Case::Expired] {
        let (customer, key) = (town.customer(case), Key::new());
        assert_eq!(customer.enroll(&key).await.status(), 202);
        assert_eq!(customer.enroll(&key).await.status(), 200);
    }
}

#[tokio::test]
async fn whoever_comes_back_may_be_put_off_once_more() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    town.bank.oddity(Oddity::RetryAfterSeconds);
    town.bank.oddity(Oddity::RetryAfterAgain);
    assert_eq!(customer.enroll(&key).await.status(), 202);
    let again = customer.enroll(&key).await;
    assert_eq!((again.status().as_u16(), again.headers()["retry-after"].to_str().unwrap()), (202, "2"));
    assert_eq!(customer.enroll(&key).await.status(), 200);
    assert_eq!(town.bank.counters().poll, 2);
}

#[tokio::test]
async fn ber_has_indefinite_lengths_around_the_same_certificates() {
    let (town, key, response) = enrolled(Oddity::BerIndefinite).await;
    let bytes = unpacked(&response.text().await.unwrap());
    assert_eq!(bytes[..2], [0x30, 0x80]);
    assert_eq!(bytes[bytes.len() - 6..], [0; 6]);
    // Once only: the same answer again is DER, with the same certificates inside.
    let leaf = key.leaf(&town.customer(Case::Normal).certificates(&key).await).unwrap().to_der().unwrap();
    assert!(bytes.windows(leaf.len()).any(|window| window == leaf));
}

#[tokio::test]
async fn a_shuffled_chain_has_the_issuer_first() {
    let (_town, key, response) = enrolled(Oddity::ShuffledChain).await;
    let body = response.text().await.unwrap();
    let leaf = key.leaf(&certificates(&body)).unwrap().to_der().unwrap();
    let raw = unpacked(&body);
    assert!(raw.windows(leaf.len()).position(|window| window == leaf).unwrap() > 500);
}

#[tokio::test]
async fn a_missing_chain_leaves_the_leaf_alone() {
    let (_town, key, response) = enrolled(Oddity::MissingChain).await;
    let all = certificates(&response.text().await.unwrap());
    assert_eq!(all.len(), 1);
    assert!(key.leaf(&all).is_some());
}

#[tokio::test]
async fn pem_armour_stands_around_the_base64() {
    let (_town, key, response) = enrolled(Oddity::PemArmour).await;
    let body = response.text().await.unwrap();
    let inside = body.strip_prefix("-----BEGIN PKCS7-----\n").unwrap();
    let inside = inside.strip_suffix("\n-----END PKCS7-----\n").unwrap();
    assert!(key.leaf(&certificates(inside)).is_some());
}

#[tokio::test]
async fn unwrapped_base64_is_one_line() {
    let (_town, key, response) = enrolled(Oddity::UnwrappedBase64).await;
    let body = response.text().await.unwrap();
    assert!(!body.contains(char::is_whitespace));
    assert!(key.leaf(&certificates(&body)).is_some());
}

#[tokio::test]
async fn base64_may_come_in_the_lines_of_mail() {
    let (_town, key, response) = enrolled(Oddity::MimeBase64).await;
    let body = response.text().await.unwrap();
    let lines: Vec<&str> = body.split_terminator("\r\n").collect();
    assert!(lines[..lines.len() - 1].iter().all(|line| line.len() == 76), "{lines:?}");
    assert!(key.leaf(&certificates(&body)).is_some());
}

#[tokio::test]
async fn a_nul_stands_at_the_end() {
    let (_town, key, response) = enrolled(Oddity::NulAtEnd).await;
    let body = response.text().await.unwrap();
    assert!(key.leaf(&certificates(body.strip_suffix('\0').unwrap())).is_some());
}

#[tokio::test]
async fn a_wrong_content_type_hides_a_right_answer() {
    let (_town, key, response) = enrolled(Oddity::WrongContentType).await;
    assert_eq!(essence(&response), "text/plain");
    assert!(key.leaf(&certificates(&response.text().await.unwrap())).is_some());
}

#[tokio::test]
async fn a_right_answer_may_say_nothing_of_its_type() {
    let (_town, key, response) = enrolled(Oddity::NoContentType).await;
    assert!(!response.headers().contains_key("content-type"));
    assert!(key.leaf(&certificates(&response.text().await.unwrap())).is_some());
}

#[tokio::test]
async fn an_error_may_be_problem_json() {
    let (_customer, response) = refused(Oddity::ErrorProblemJson).await;
    assert_eq!(essence(&response), "application/problem+json");
    let body = json(response).await;
    assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(403), Some("E04")));
    assert!(body["detail"].as_str().unwrap().contains("80日間"));
}

#[tokio::test]
async fn an_error_for_programs_may_be_json_too() {
    let town = Town::odd(&[Oddity::ErrorJson]);
    let customer = town.customer(Case::Normal);
    let request = customer.anonymous_post(b"no request");
    let request = request.basic_auth(customer.account.id(), Some(customer.account.basic_password()));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(json(response).await["message"].as_str().unwrap().contains("PKCS#10"));
}

#[tokio::test]
async fn an_error_may_be_a_web_page() {
    let (_customer, response) = refused(Oddity::ErrorHtml).await;
    assert_eq!(essence(&response), "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    assert!(page.contains("E04") && page.contains("80日間"));
}

#[tokio::test]
async fn an_error_page_may_show_what_was_sent() {
    let (customer, response) = refused(Oddity::ErrorEchoesInputs).await;
    let page = response.text().await.unwrap();
    for sent in [customer.account.id(), customer.account.password, customer.account.confirmation] {
        assert!(page.contains(&sent), "{sent}");
    }
}

#[tokio::test]
async fn a_401_may_offer_several_ways_in() {
    let town = Town::new();
    town.bank.oddity(Oddity::SeveralWwwAuthenticate);
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    let challenges = |response: &Response| response.headers().get_all("www-authenticate").iter().count();
    // It waits for a 401.
    assert_eq!(challenges(&customer.enroll(&key).await), 0);
    assert_eq!(challenges(&customer.enroll_with("wrong/number", &key).await), 3);
    assert_eq!(challenges(&customer.enroll_with("wrong/number", &key).await), 1);
}

#[tokio::test]
async fn a_slow_answer_arrives_in_crumbs_and_as_a_whole() {
    let town = Town::new();
    town.bank.oddity(Oddity::SlowDrip);
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    let begun = Instant::now();
    let mut response = customer.enroll(&key).await;
    let promised = response.content_length().unwrap();
    let mut body = String::new();
    let mut crumbs = 0;
    while let Some(crumb) = response.chunk().await.unwrap() {
        body += str::from_utf8(&crumb).unwrap();
        crumbs += 1;
    }
    assert!(crumbs > 10 && begun.elapsed() > Duration::from_secs(1), "{crumbs} crumbs");
    assert_eq!(body.len() as u64, promised);
    assert!(key.leaf(&certificates(&body)).is_some());
}

#[tokio::test]
async fn extra_attributes_stand_in_the_name_and_stay_at_renewal() {
    let town = Town::new();
    town.bank.oddity(Oddity::ExtraAttributes);
    let member = Member::joining(&town, Case::Normal).await;
    let name = member.leaf().tbs_certificate().subject().to_string();
    let common_name = town.customer(Case::Normal).account.common_name();
    assert!(name.contains("練習市") && name.contains(&format!("CN={common_name}")), "{name}");
    assert!(member.logs_in().await);
    let renewed = member.renewed().await;
    assert_eq!(renewed.leaf().tbs_certificate().subject(), member.leaf().tbs_certificate().subject());
}

#[tokio::test]
async fn http_1_0_ends_the_connection_with_the_answer() {
    let (_town, key, response) = enrolled(Oddity::Http10).await;
    assert_eq!(response.version(), Version::HTTP_10);
    assert_eq!(response.headers()["connection"], "close");
    assert!(key.leaf(&certificates(&response.text().await.unwrap())).is_some());
}

#[tokio::test]
async fn an_authority_with_tls_1_2_only_enrolls_renews_and_lets_in() {
    let town = Town::odd(&[Oddity::Tls12Only]);
    let customer = town.customer(Case::Normal);
    let only_1_3 = common::client_with(town.bank.ready(), None, &[&rustls::version::TLS13]);
    assert!(only_1_3.get(customer.url("cacerts")).send().await.is_err());
    let member = Member::joining(&town, Case::Normal).await;
    assert!(member.renewed().await.logs_in().await);
}

#[tokio::test]
async fn oddities_can_be_ordered_at_the_portal_and_taken_back() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    let url = format!("{}practice/fault", town.bank.ready().portal);
    let order = async |body: &'static str| {
        let request = customer.post(&url).header("content-type", "application/json");
        request.body(body).send().await.unwrap().status()
    };
    assert_eq!(order(r#"{"oddity":"earthquake"}"#).await, 400);
    assert_eq!(order(r#"{"oddity":"tls_1_2_only"}"#).await, 400);
    assert_eq!(order(r#"{"oddity":"missing_chain"}"#).await, 200);
    assert_eq!(order(r#"{"next":null}"#).await, 200);
    assert_eq!(customer.certificates(&key).await.len(), 2);
    assert_eq!(order(r#"{"oddity":"missing_chain"}"#).await, 200);
    assert_eq!(order(r#"{"oddity":"http_1_0","next":"garbage"}"#).await, 200);
    let response = customer.enroll(&key).await;
    assert_eq!(response.version(), Version::HTTP_10);
    assert!(!unpacked(&response.text().await.unwrap()).starts_with(&[0x30]));
    assert_eq!(customer.certificates(&key).await.len(), 2);
}

#[tokio::test]
async fn what_an_authority_always_does_it_does_to_cacerts_too() {
    let town = Town::odd(&[Oddity::NulAtEnd, Oddity::WrongContentType]);
    let customer = town.customer(Case::Normal);
    let response = client(town.bank.ready(), None).get(customer.url("cacerts")).send().await.unwrap();
    assert_eq!(essence(&response), "text/plain");
    assert!(response.text().await.unwrap().ends_with('\0'));
}

#[tokio::test]
async fn csrattrs_says_what_a_request_should_hold_when_told_to() {
    let town = Town::mannered(Manners { csrattrs: true, ..Manners::default() });
    let url = town.customer(Case::Normal).url("csrattrs");
    let response = client(town.bank.ready(), None).get(url).send().await.unwrap();
    assert_eq!((response.status().as_u16(), essence(&response).as_str()), (200, "application/csrattrs"));
    let attributes = unpacked(&response.text().await.unwrap());
    der::AnyRef::from_der(&attributes).unwrap();
    let sha256_with_rsa = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    assert!(attributes.windows(sha256_with_rsa.len()).any(|window| window == sha256_with_rsa));
}

/// RFC 9908 §3.2: a key as an attribute with its length, a signature as an OID, extensions in one attribute with one value.
#[tokio::test]
async fn csrattrs_names_key_signature_and_extensions_each_in_its_form() {
    let town = Town::mannered(Manners { csrattrs: true, ..Manners::default() });
    let customer = town.customer(Case::Normal);
    let body = customer.get(&customer.url("csrattrs")).send().await.unwrap().text().await.unwrap();
    let [key, signature, extensions]: [Any; 3] = Vec::from_der(&unpacked(&body)).unwrap().try_into().unwrap();
    let key: Attribute = key.decode_as().unwrap();
    assert_eq!(key.oid.to_string(), "1.2.840.113549.1.1.1");
    assert_eq!(key.values.iter().map(|bits| bits.decode_as::<u16>().unwrap()).collect::<Vec<_>>(), [2048]);
    let signature: ObjectIdentifier = signature.decode_as().unwrap();
    assert_eq!(signature.to_string(), "1.2.840.113549.1.1.11");
    let extensions: Attribute = extensions.decode_as().unwrap();
    assert_eq!(extensions.oid.to_string(), "1.2.840.113549.1.9.14");
    let [value] = extensions.values.as_slice() else { panic!("one value") };
    let names: Vec<String> =
        value.decode_as::<Vec<Extension>>().unwrap().iter().map(|extension| extension.extn_id.to_string()).collect();
    assert_eq!(names, ["2.5.29.37"]);
}

#[tokio::test]
async fn csrattrs_is_204_for_everybody_by_default() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let response = customer.get(&customer.url("csrattrs")).send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert!(response.bytes().await.unwrap().is_empty());
}

//! What RFC 7030 does not allow is refused, in words, and changes nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{Customer, Key, Town};
use der::Encode;
use practice_bank::Case;
use reqwest::{Method, RequestBuilder};
use rsa::pkcs1v15::{Signature, SigningKey};
use sha2::Sha256;
use x509_cert::{
    builder::Builder,
    ext::pkix::name::DirectoryString,
    request::{RequestBuilder as CsrBuilder, attributes::ChallengePassword},
};

/// Sends with right numbers; the refusal's status, after making sure that it is one in words.
async fn refusal(customer: &Customer, request: RequestBuilder) -> u16 {
    let password = customer.account.basic_password();
    let request = request.basic_auth(customer.account.id(), Some(password));
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(response.text().await.unwrap().len() > 10);
    assert!(customer.counters().await.issues_per_key.is_empty());
    status
}

fn pkcs10(customer: &Customer, body: impl Into<String>) -> RequestBuilder {
    customer.post(&customer.url("simpleenroll")).header("content-type", "application/pkcs10").body(body.into())
}

#[tokio::test]
async fn missing_credentials_are_asked_for() {
    let town = Town::new();
    let request = town.customer(Case::Normal).anonymous_post(&Key::new().csr);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 401);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Basic realm="));
}

#[tokio::test]
async fn another_scheme_counts_as_no_credentials() {
    let town = Town::new();
    let request = town.customer(Case::Normal).anonymous_post(&Key::new().csr);
    let response = request.bearer_auth("token").send().await.unwrap();
    assert_eq!(response.status(), 401);
}

#[tokio::test]
async fn a_wrong_content_type_is_refused() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let csr = STANDARD.encode(Key::new().csr);
    let url = customer.url("simpleenroll");
    for content_type in ["application/x-pkcs10", "text/plain", "application/json"] {
        let request = customer.post(&url).header("content-type", content_type);
        assert_eq!(refusal(&customer, request.body(csr.clone())).await, 415);
    }
    assert_eq!(refusal(&customer, customer.post(&url).body(csr)).await, 415);
}

#[tokio::test]
async fn a_body_that_is_not_base64_of_a_request_is_refused() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let csr = STANDARD.encode(Key::new().csr);
    let armoured = format!("-----BEGIN CERTIFICATE REQUEST-----\n{csr}\n-----END CERTIFICATE REQUEST-----\n");
    for body in [armoured, "%%%".to_owned(), String::new(), STANDARD.encode("no request")] {
        assert_eq!(refusal(&customer, pkcs10(&customer, body)).await, 400);
    }
}

#[tokio::test]
async fn white_space_in_the_base64_is_no_reason_to_refuse() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let csr = STANDARD.encode(Key::new().csr);
    let lines: Vec<&str> = csr.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    let password = customer.account.basic_password();
    let request = pkcs10(&customer, lines.join("\r\n"));
    let request = request.basic_auth(customer.account.id(), Some(password));
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_request_signed_by_another_key_is_refused() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let mut csr = Key::new().csr;
    *csr.last_mut().unwrap() ^= 1;
    let request = pkcs10(&customer, STANDARD.encode(csr));
    assert_eq!(refusal(&customer, request).await, 400);
}

/// A tls-unique that nobody could check; an empty one says that there is none (RFC 7030 §3.5).
#[tokio::test]
async fn a_request_that_is_bound_to_its_connection_is_refused() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let signer = SigningKey::<Sha256>::new(Key::new().private);
    let bound = |word: &str| {
        let mut builder = CsrBuilder::new("CN=somebody".parse().unwrap()).unwrap();
        builder.add_attribute(&ChallengePassword(DirectoryString::Utf8String(word.to_owned()))).unwrap();
        builder.build::<_, Signature>(&signer).unwrap().to_der().unwrap()
    };
    assert_eq!(refusal(&customer, pkcs10(&customer, STANDARD.encode(bound("dGxzLXVuaXF1ZQ==")))).await, 400);
    let request = pkcs10(&customer, STANDARD.encode(bound("")));
    let request = request.basic_auth(customer.account.id(), Some(customer.account.basic_password()));
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_short_key_is_refused() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let request = pkcs10(&customer, STANDARD.encode(Key::of_bits(1024).csr));
    assert_eq!(refusal(&customer, request).await, 400);
}

#[tokio::test]
async fn trailing_bytes_after_the_request_are_refused() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let mut csr = Key::new().csr;
    csr.push(0);
    let request = pkcs10(&customer, STANDARD.encode(csr));
    assert_eq!(refusal(&customer, request).await, 400);
}

#[tokio::test]
async fn a_body_without_end_is_refused() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let request = pkcs10(&customer, "A".repeat(65 * 1024));
    assert_eq!(refusal(&customer, request).await, 413);
}

#[tokio::test]
async fn a_wrong_method_is_refused_and_the_right_one_named() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let cases = [
        (Method::GET, "simpleenroll", "POST"),
        (Method::PUT, "simpleenroll", "POST"),
        (Method::POST, "cacerts", "GET, HEAD"),
        (Method::POST, "csrattrs", "GET, HEAD"),
        (Method::GET, "simplereenroll", "POST"),
    ];
    for (method, operation, allowed) in cases {
        let request = reqwest::Request::new(method, customer.url(operation).parse().unwrap());
        let request = RequestBuilder::from_parts(common::client(&customer.ready, None), request);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], allowed);
    }
}

#[tokio::test]
async fn unknown_operations_are_not_found() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    for operation in ["fullcmc", "serverkeygen", "simpleenroll/"] {
        let response = customer.get(&customer.url(operation)).send().await.unwrap();
        assert_eq!(response.status(), 404, "{operation}");
    }
}

/// RFC 8951 §3: the header has no meaning any more, whatever stands in it.
#[tokio::test]
async fn a_content_transfer_encoding_means_nothing() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    for word in ["base64", "binary", "nonsense"] {
        let request = pkcs10(&customer, STANDARD.encode(&key.csr)).header("content-transfer-encoding", word);
        let request = request.basic_auth(customer.account.id(), Some(customer.account.basic_password()));
        assert_eq!(request.send().await.unwrap().status(), 200, "{word}");
    }
}

#[tokio::test]
async fn the_authority_says_nothing_without_tls() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let url = customer.url("cacerts").replace("https://", "http://");
    assert!(customer.get(&url).send().await.is_err());
    assert_eq!(customer.get(&customer.url("cacerts")).send().await.unwrap().status(), 200);
}

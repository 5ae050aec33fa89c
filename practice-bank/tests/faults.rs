//! Everything that can go wrong on the bank's side, on demand and once.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Customer, Key, Town, certificates, chains};
use practice_bank::{Case, Fault};

/// Sends an enrollment that may not be answered as a whole.
async fn body(customer: &Customer, key: &Key) -> reqwest::Result<String> {
    let password = customer.account.basic_password();
    let request = customer.anonymous_post(&key.csr);
    let request = request.basic_auth(customer.account.id(), Some(password));
    request.timeout(Duration::from_secs(2)).send().await?.text().await
}

/// After the fault the same key still gets its one certificate.
async fn recovers(town: &Town, customer: &Customer, key: &Key) {
    let issued = customer.certificates(key).await;
    chains(town.bank.ready(), &issued, key).unwrap();
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_given_again() {
    for fault in [Fault::Truncate, Fault::DropBeforeAnswer] {
        let town = Town::new();
        let (customer, key) = (town.customer(Case::Normal), Key::new());
        town.bank.fault(fault);
        assert!(body(&customer, &key).await.is_err(), "{fault:?}");
        assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
        recovers(&town, &customer, &key).await;
    }
}

#[tokio::test]
async fn half_of_a_truncated_answer_does_arrive() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    town.bank.fault(Fault::Truncate);
    let mut response = customer.enroll(&key).await;
    assert_eq!(response.status(), 200);
    let promised = response.content_length().unwrap();
    let mut arrived = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        arrived += chunk.len() as u64;
    }
    assert_eq!(arrived, promised / 2);
}

#[tokio::test]
async fn garbage_is_base64_but_no_certificate() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    town.bank.fault(Fault::Garbage);
    let body = body(&customer, &key).await.unwrap();
    assert!(!common::unpacked(&body).starts_with(&[0x30]));
    recovers(&town, &customer, &key).await;
}

#[tokio::test]
async fn an_outage_issues_nothing() {
    for (fault, status) in [(Fault::ServerError, 500), (Fault::HtmlError, 502)] {
        let town = Town::new();
        let (customer, key) = (town.customer(Case::Normal), Key::new());
        town.bank.fault(fault);
        let response = customer.enroll(&key).await;
        assert_eq!(response.status(), status);
        assert!(town.bank.counters().issues_per_key.is_empty());
        recovers(&town, &customer, &key).await;
    }
}

#[tokio::test]
async fn a_hanging_bank_neither_answers_nor_issues() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    town.bank.fault(Fault::Hang);
    assert!(body(&customer, &key).await.unwrap_err().is_timeout());
    assert!(town.bank.counters().issues_per_key.is_empty());
    recovers(&town, &customer, &key).await;
}

#[tokio::test]
async fn a_pending_request_is_issued_when_the_same_bytes_come_back() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    town.bank.fault(Fault::Pending);
    let response = customer.enroll(&key).await;
    assert_eq!(response.status(), 202);
    assert_eq!(response.headers()["retry-after"], "2");
    recovers(&town, &customer, &key).await;
    let counters = town.bank.counters();
    assert_eq!((counters.first, counters.poll), (1, 1));
}

#[tokio::test]
async fn wrong_certificates_are_wrong_in_one_way_each() {
    let wrong = [Fault::OtherKey, Fault::NotClientAuth, Fault::OtherIssuer];
    for fault in wrong {
        let town = Town::new();
        let (customer, key) = (town.customer(Case::Normal), Key::new());
        town.bank.fault(fault);
        let issued = certificates(&body(&customer, &key).await.unwrap());
        assert_eq!(key.leaf(&issued).is_none(), fault == Fault::OtherKey);
        if fault != Fault::OtherKey {
            assert!(chains(town.bank.ready(), &issued, &key).is_err(), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_fault_waits_for_an_enrollment_that_would_succeed() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    town.bank.fault(Fault::ServerError);
    assert_eq!(customer.enroll_with("wrong/number", &key).await.status(), 401);
    assert_eq!(customer.enroll(&key).await.status(), 500);
    assert_eq!(customer.enroll(&key).await.status(), 200);
}

#[tokio::test]
async fn faults_can_be_ordered_at_the_portal() {
    let town = Town::new();
    let (customer, key) = (town.customer(Case::Normal), Key::new());
    let url = format!("{}practice/fault", town.bank.ready().portal);
    let order = |body: &'static str| {
        let request = customer.post(&url).header("content-type", "application/json");
        request.body(body).send()
    };
    assert_eq!(order(r#"{"next":"earthquake"}"#).await.unwrap().status(), 400);
    assert_eq!(order(r#"{"next":"html_error"}"#).await.unwrap().status(), 200);
    assert_eq!(customer.enroll(&key).await.status(), 502);
    let untyped = customer.post(&url).body(r#"{"next":"hang"}"#).send().await;
    assert_eq!(untyped.unwrap().status(), 415);
    assert_eq!(customer.enroll(&key).await.status(), 200);
}

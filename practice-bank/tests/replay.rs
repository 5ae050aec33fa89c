//! What a customer who was served already gets: three rules.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Customer, Key, Town, certificates, client, json, request_for, serial};
use practice_bank::{Case, Replay};

async fn is_taken(customer: &Customer, key: &Key) -> bool {
    let response = customer.enroll(key).await;
    response.status() == 403 && json(response).await["code"] == "E03"
}

#[tokio::test]
async fn same_gives_the_same_key_the_same_bytes_again() {
    let town = Town::with(Replay::Same);
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    let once = customer.enroll(&key).await.text().await.unwrap();
    let again = customer.enroll(&key).await.text().await.unwrap();
    assert_eq!(once, again);
    // Another request for the same key is the same wish in other words.
    let other_words = Key { csr: request_for(&key.private, "CN=other words"), private: key.private.clone() };
    let third = customer.enroll(&other_words).await.text().await.unwrap();
    assert_eq!(once, third);
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
}

#[tokio::test]
async fn same_gives_another_key_nothing() {
    let town = Town::with(Replay::Same);
    let customer = town.customer(Case::Normal);
    customer.certificates(&Key::new()).await;
    assert!(is_taken(&customer, &Key::new()).await);
}

#[tokio::test]
async fn refuse_gives_nothing_twice() {
    let town = Town::with(Replay::Refuse);
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    customer.certificates(&key).await;
    assert!(is_taken(&customer, &key).await);
}

#[tokio::test]
async fn new_gives_a_new_certificate_and_shuts_the_older_one_out() {
    let town = Town::with(Replay::New);
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    let older = customer.certificates(&key).await;
    let body = customer.enroll(&key).await.text().await.unwrap();
    let newer = certificates(&body);
    let serials = [&older, &newer].map(|chain| serial(key.leaf(chain).unwrap()));
    assert_ne!(serials[0], serials[1]);
    assert!(is_taken(&customer, &Key::new()).await);
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 2);

    let ready = town.bank.ready();
    let login = |chain| client(ready, Some((chain, &key))).get(&ready.portal_login).send();
    let refused = login(&older).await.unwrap();
    assert_eq!(refused.status(), 403);
    assert!(refused.text().await.unwrap().contains("新しい電子証明書が発行された"));
    assert_eq!(login(&newer).await.unwrap().status(), 200);
}

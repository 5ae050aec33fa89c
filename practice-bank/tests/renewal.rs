//! RFC 7030 §4.2.2: a certificate opens the way to the next.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Key, Member, Town, certificates, chains, json, request_for, serial};
use der::{Encode, asn1::Ia5String};
use practice_bank::{Case, Fault, Replay};
use rsa::pkcs1v15::SigningKey;
use sha2::Sha256;
use x509_cert::{
    builder::Builder,
    ext::pkix::{SubjectAltName, name::GeneralName},
    request::RequestBuilder,
};

async fn refused(member: &Member, csr: &[u8]) -> String {
    let response = member.renew(csr).await;
    assert_eq!(response.status(), 403);
    json(response).await["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_certificate_is_renewed_for_a_new_key_under_the_same_name() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    let renewed = present.renewed().await;
    chains(town.bank.ready(), &renewed.chain, &renewed.key).unwrap();
    assert_eq!(renewed.leaf().tbs_certificate().subject(), present.leaf().tbs_certificate().subject());
    assert_ne!(serial(renewed.leaf()), serial(present.leaf()));
    let counters = town.bank.counters();
    assert_eq!((counters.first, counters.renewals, counters.renewal_polls), (1, 1, 0));
    assert_eq!(counters.by_account[&town.customer(Case::Normal).account.id()].issued, 2);
}

#[tokio::test]
async fn the_same_key_may_be_renewed_too() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Administrator).await;
    let response = present.renew(&present.request_with(&present.key.private)).await;
    assert_eq!(response.status(), 200);
    let chain = certificates(&response.text().await.unwrap());
    assert_ne!(serial(present.key.leaf(&chain).unwrap()), serial(present.leaf()));
}

#[tokio::test]
async fn the_old_certificate_works_until_the_new_one_is_used() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    let renewed = present.renewed().await;
    assert!(present.logs_in().await);
    assert!(renewed.logs_in().await);
    let town = town.reopened();
    let present = Member::with(town.bank.ready(), present.chain, present.key);
    let refusal = present.get("").await;
    assert_eq!(refusal.status(), 403);
    assert!(refusal.text().await.unwrap().contains("新しい電子証明書が発行された"));
    assert_eq!(refused(&present, &present.next_key().csr).await, "E07");
}

#[tokio::test]
async fn same_gives_the_same_renewal_again_and_another_key_nothing() {
    let town = Town::with(Replay::Same);
    let present = Member::joining(&town, Case::Normal).await;
    let key = present.next_key();
    let once = present.renew(&key.csr).await.text().await.unwrap();
    let again = present.renew(&key.csr).await.text().await.unwrap();
    assert_eq!(once, again);
    assert_eq!(refused(&present, &present.next_key().csr).await, "E03");
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
}

#[tokio::test]
async fn refuse_renews_once() {
    let town = Town::with(Replay::Refuse);
    let present = Member::joining(&town, Case::Normal).await;
    let key = present.next_key();
    assert_eq!(present.renew(&key.csr).await.status(), 200);
    assert_eq!(refused(&present, &key.csr).await, "E03");
}

#[tokio::test]
async fn new_renews_again_and_shuts_the_first_renewal_out_but_not_the_present_one() {
    let town = Town::with(Replay::New);
    let present = Member::joining(&town, Case::Normal).await;
    let first = present.renewed().await;
    let chain = certificates(&present.renew(&first.key.csr).await.text().await.unwrap());
    let second = Member::with(town.bank.ready(), chain, Key { private: first.key.private.clone(), csr: vec![] });
    assert!(!first.logs_in().await);
    assert!(present.logs_in().await);
    assert!(second.logs_in().await);
    assert!(!present.logs_in().await);
}

#[tokio::test]
async fn a_renewal_asked_for_again_with_numbers_still_replaces_the_present_one() {
    let town = Town::with(Replay::New);
    let present = Member::joining(&town, Case::Normal).await;
    let renewed = present.renewed().await;
    let chain = town.customer(Case::Normal).certificates(&renewed.key).await;
    let again = Member::with(town.bank.ready(), chain, renewed.key);
    assert!(present.logs_in().await);
    assert!(again.logs_in().await);
    assert!(!present.logs_in().await);
}

#[tokio::test]
async fn another_name_is_refused() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    let response = present.renew(&request_for(&present.key.private, "CN=somebody else")).await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("section 4.2.2"));
}

#[tokio::test]
async fn an_alternative_name_is_refused_as_the_present_certificate_has_none() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    let subject = present.leaf().tbs_certificate().subject().clone();
    let mut builder = RequestBuilder::new(subject).unwrap();
    let other_name = GeneralName::DnsName(Ia5String::new("localhost").unwrap());
    builder.add_extension(&SubjectAltName(vec![other_name])).unwrap();
    let signer = SigningKey::<Sha256>::new(present.key.private.clone());
    let request = builder.build::<_, rsa::pkcs1v15::Signature>(&signer).unwrap();
    let response = present.renew(&request.to_der().unwrap()).await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("section 4.2.2"));
}

#[tokio::test]
async fn without_a_certificate_right_numbers_do_not_help() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let request = customer.post(&customer.url("simplereenroll")).header("content-type", "application/pkcs10");
    let request = request.basic_auth(customer.account.id(), Some(customer.account.basic_password()));
    let response = request.body("AAAA").send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(json(response).await["code"], "E12");
    assert_eq!(town.bank.counters().renewals, 1);
}

#[tokio::test]
async fn expired_and_revoked_certificates_are_not_renewed() {
    let town = Town::new();
    for (case, code) in [(Case::Expired, "E06"), (Case::Revoked, "E03")] {
        let member = Member::of_old(&town, case);
        assert_eq!(refused(&member, &member.request_with(&member.key.private)).await, code, "{case:?}");
    }
    assert!(town.bank.counters().issues_per_key.is_empty());
}

#[tokio::test]
async fn a_certificate_on_the_enrollment_door_changes_nothing_for_simpleenroll() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    let http = common::client(town.bank.ready(), Some((&present.chain, &present.key)));
    let customer = town.customer(Case::Normal);
    let request = http.post(customer.url("simpleenroll")).header("content-type", "application/pkcs10").body("AAAA");
    assert_eq!(request.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_pending_renewal_is_issued_when_the_same_bytes_come_back_after_a_restart() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    let key = present.next_key();
    town.bank.fault(Fault::Pending);
    assert_eq!(present.renew(&key.csr).await.status(), 202);
    let town = town.reopened();
    let present = Member::with(town.bank.ready(), present.chain, present.key);
    assert_eq!(present.renew(&key.csr).await.status(), 200);
    let counters = town.bank.counters();
    assert_eq!((counters.renewals, counters.renewal_polls), (1, 1));
}

#[tokio::test]
async fn a_renewal_lost_on_the_way_is_given_again_after_a_restart() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    let key = present.next_key();
    town.bank.fault(Fault::Garbage);
    assert_eq!(present.renew(&key.csr).await.status(), 200);
    let town = town.reopened();
    let present = Member::with(town.bank.ready(), present.chain, present.key);
    let chain = certificates(&present.renew(&key.csr).await.text().await.unwrap());
    assert!(key.leaf(&chain).is_some());
    assert_eq!(town.bank.counters().issues_per_key[&key.fingerprint()], 1);
}

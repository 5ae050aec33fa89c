//! Who gets a certificate, who does not, and what either is told.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Key, Town, certificates, chains, fingerprint, json, unpacked};
use der::{DecodePem, Encode};
use practice_bank::Case;
use x509_cert::{
    Certificate,
    ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage},
};

#[tokio::test]
async fn a_customer_gets_a_certificate_that_chains_to_the_issuing_root() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    let issued = customer.certificates(&key).await;
    chains(town.bank.ready(), &issued, &key).unwrap();

    let leaf = key.leaf(&issued).unwrap().tbs_certificate();
    let name = leaf.subject().to_string();
    let common_name = customer.account.common_name();
    assert!(name.contains("れんしゅう信用金庫"), "{name}");
    assert!(name.contains(&format!("CN={common_name}")), "{name}");
    let validity = leaf.validity();
    let days = validity.not_after.to_unix_duration() - validity.not_before.to_unix_duration();
    assert_eq!(days, Duration::from_secs(365 * 24 * 60 * 60));
    assert_eq!(leaf.serial_number().as_bytes().len(), 16);

    let (critical, usage) = leaf.get_extension::<KeyUsage>().unwrap().unwrap();
    assert!(critical && usage.digital_signature() && !usage.key_cert_sign());
    let (_, purposes) = leaf.get_extension::<ExtendedKeyUsage>().unwrap().unwrap();
    assert_eq!(purposes.0[0].to_string(), "1.3.6.1.5.5.7.3.2");
    let (_, basic) = leaf.get_extension::<BasicConstraints>().unwrap().unwrap();
    assert!(!basic.ca);
}

#[tokio::test]
async fn the_answer_is_typed_and_has_the_leaf_before_its_issuer() {
    let town = Town::new();
    let key = Key::new();
    let response = town.customer(Case::Normal).enroll(&key).await;
    let content_type = response.headers()["content-type"].to_str().unwrap();
    assert_eq!(content_type, "application/pkcs7-mime; smime-type=certs-only");
    let body = response.text().await.unwrap();
    let issued = certificates(&body);
    assert_eq!(issued.len(), 2);
    let leaf = key.leaf(&issued).unwrap().to_der().unwrap();
    let raw = unpacked(&body);
    let at = raw.windows(leaf.len()).position(|window| window == leaf).unwrap();
    assert!(at < 100, "the leaf starts at byte {at}");
}

#[tokio::test]
async fn cacerts_holds_root_and_issuer_and_asks_for_no_credentials() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let response = customer.get(&customer.url("cacerts")).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/pkcs7-mime");
    assert_eq!(response.headers()["content-transfer-encoding"], "base64");
    let all = certificates(&response.text().await.unwrap());
    let roots = all.iter().filter(|one| one.tbs_certificate().subject() == one.tbs_certificate().issuer());
    assert_eq!((roots.count(), all.len()), (1, 2));
}

#[test]
fn the_two_roots_share_no_key() {
    let town = Town::new();
    let ready = town.bank.ready();
    let [tls, issuer] =
        [&ready.tls_root_pem, &ready.issuer_root_pem].map(|pem| fingerprint(&Certificate::from_pem(pem).unwrap()));
    assert_ne!(tls, issuer);
}

#[tokio::test]
async fn the_seventh_wrong_number_locks_even_against_the_right_one() {
    let town = Town::new();
    let customer = town.customer(Case::WrongNumberLocks);
    let key = Key::new();
    for left in (1..=6).rev() {
        let response = customer.enroll_with("wrong/number", &key).await;
        assert_eq!(response.status(), 401);
        assert!(response.headers().contains_key("www-authenticate"));
        let body = json(response).await;
        assert_eq!((body["code"].as_str(), body["tries_left"].as_u64()), (Some("E01"), Some(left)));
    }
    let seventh = customer.enroll_with("wrong/number", &key).await;
    assert_eq!(seventh.status(), 403);
    assert_eq!(json(seventh).await["code"], "E02");
    let right = customer.enroll(&key).await;
    assert_eq!(right.status(), 403);
    assert_eq!(json(right).await["code"], "E02");
    assert!(town.bank.counters().issues_per_key.is_empty());
}

#[tokio::test]
async fn six_wrong_numbers_do_not_lock() {
    let town = Town::new();
    let customer = town.customer(Case::WrongNumberLocks);
    let key = Key::new();
    for _ in 0..6 {
        customer.enroll_with("wrong/number", &key).await;
    }
    assert_eq!(customer.enroll(&key).await.status(), 200);
}

#[tokio::test]
async fn an_unknown_id_looks_like_a_wrong_number_but_counts_down_nothing() {
    let town = Town::new();
    let mut customer = town.customer(Case::Normal);
    customer.account.user_id = "nobody".to_owned();
    let response = customer.enroll(&Key::new()).await;
    assert_eq!(response.status(), 401);
    let body = json(response).await;
    assert_eq!(body["code"], "E01");
    assert!(body.get("tries_left").is_none());
}

#[tokio::test]
async fn a_taken_certificate_is_refused_in_the_banks_words() {
    let town = Town::new();
    let response = town.customer(Case::Taken).enroll(&Key::new()).await;
    assert_eq!(response.status(), 403);
    let body = json(response).await;
    assert_eq!(body["code"], "E03");
    assert!(body["message"].as_str().unwrap().contains("既に証明書を取得済み"));
}

#[tokio::test]
async fn maintenance_says_when_to_come_back() {
    let town = Town::new();
    let response = town.customer(Case::Maintenance).enroll(&Key::new()).await;
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(json(response).await["code"], "E13");
}

#[tokio::test]
async fn counters_tell_posts_and_certificates_apart() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    customer.enroll_with("wrong/number", &key).await;
    customer.enroll(&key).await;
    customer.enroll(&key).await;
    let counters = customer.counters().await;
    assert_eq!(counters, town.bank.counters());
    assert_eq!((counters.first, counters.poll), (3, 0));
    assert_eq!(counters.issues_per_key[&key.fingerprint()], 1);
    let own = &counters.by_account[&customer.account.id()];
    assert_eq!((own.first, own.issued, own.wrong_numbers), (3, 1, 1));
}

#[tokio::test]
async fn no_number_ever_reaches_log_or_ledger() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let key = Key::new();
    customer.enroll_with("mistyped-secret/x", &key).await;
    customer.enroll(&key).await;
    for file in ["requests.log", "ledger.jsonl"] {
        let path = town.folder.path().join("state").join(file);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains(&customer.account.id()));
        for secret in [&customer.account.password, &customer.account.confirmation] {
            assert!(!text.contains(secret.as_str()), "{file}");
        }
        assert!(!text.contains("mistyped-secret"), "{file}");
    }
}

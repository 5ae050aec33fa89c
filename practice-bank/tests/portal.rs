//! The web site, with and without a certificate.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Key, Town, client, serial};
use practice_bank::{Case, Fault};

#[tokio::test]
async fn a_login_without_a_certificate_is_refused_by_tls() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let login = &town.bank.ready().portal_login;
    let error = customer.get(login).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("CertificateRequired"), "{error:?}");
}

#[tokio::test]
async fn a_login_with_the_issued_certificate_shows_name_serial_and_expiry() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    let ready = town.bank.ready();
    let key = Key::new();
    let chain = customer.certificates(&key).await;
    let request = client(ready, Some((&chain, &key))).get(&ready.portal_login);
    let page = request.send().await.unwrap().text().await.unwrap();
    let serial = serial(key.leaf(&chain).unwrap());
    let meta = format!("name=\"shirushi-status\" content=\"logged-in; serial={serial}\"");
    for expected in ["利用者ステータス", "証明書更新", "練習用", &meta] {
        assert!(page.contains(expected), "{expected} is not in {page}");
    }
    assert!(page.contains(&customer.account.common_name()));
    assert!(page.contains(&serial[..4].to_uppercase()));
    let log = std::fs::read_to_string(town.folder.path().join("state/requests.log")).unwrap();
    assert!(log.contains(&format!(" login GET / 200 {}\n", customer.account.id())), "{log}");
}

#[tokio::test]
async fn a_leaf_without_its_issuer_does_not_get_in() {
    let town = Town::new();
    let ready = town.bank.ready();
    let key = Key::new();
    let chain = town.customer(Case::Normal).certificates(&key).await;
    let leaf = [key.leaf(&chain).unwrap().clone()];
    let request = client(ready, Some((&leaf, &key))).get(&ready.portal_login);
    assert!(request.send().await.is_err());
}

#[tokio::test]
async fn certificates_of_strangers_and_for_servers_do_not_get_in() {
    for fault in [Fault::OtherIssuer, Fault::NotClientAuth] {
        let town = Town::new();
        let ready = town.bank.ready();
        town.bank.fault(fault);
        let key = Key::new();
        let chain = town.customer(Case::Normal).certificates(&key).await;
        let request = client(ready, Some((&chain, &key))).get(&ready.portal_login);
        assert!(request.send().await.is_err(), "{fault:?}");
    }
}

#[tokio::test]
async fn every_page_says_that_it_is_for_practice() {
    let town = Town::new();
    let customer = town.customer(Case::Normal);
    for path in ["", "login", "certificate", "nowhere"] {
        let url = format!("{}{path}", town.bank.ready().portal);
        let response = customer.get(&url).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        let page = response.text().await.unwrap();
        assert!(page.contains("練習用") && page.contains("本物の番号は受け付けません"), "{path}");
        assert!(!page.contains("<input") && !page.contains("<form"), "{path}");
    }
}

#[tokio::test]
async fn the_login_page_leads_to_the_guarded_door() {
    let town = Town::new();
    let ready = town.bank.ready();
    let url = format!("{}login", ready.portal);
    let page = town.customer(Case::Normal).get(&url).send().await.unwrap();
    assert!(page.text().await.unwrap().contains(&ready.portal_login));
}

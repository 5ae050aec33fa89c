//! One customer for every case, and what each is told.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Key, Member, Town, chains, json};
use practice_bank::Case;

#[tokio::test]
async fn every_closed_case_is_refused_with_the_banks_code_and_words() {
    let town = Town::new();
    let cases = [
        (Case::Locked, "E02", "ロック状態"),
        (Case::Taken, "E03", "既に証明書を取得済み"),
        (Case::NotIssued, "E03", "証明書が作成されていない"),
        (Case::PickupExpired, "E04", "80日間を過ぎますと"),
        (Case::AfterExpiryPassed, "E05", "金庫店頭窓口への届出が必要"),
        (Case::Revoked, "E03", "証明書が作成されていない"),
        (Case::MustRevokeFirst, "E19", "「失効」手続きが必要"),
    ];
    let key = Key::new();
    for (case, code, words) in cases {
        let response = town.customer(case).enroll(&key).await;
        assert_eq!(response.status(), 403, "{case:?}");
        let body = json(response).await;
        assert_eq!(body["code"], code, "{case:?}");
        assert!(body["message"].as_str().unwrap().contains(words), "{case:?}");
    }
    assert!(town.bank.counters().issues_per_key.is_empty());
}

#[tokio::test]
async fn what_a_case_says_is_said_to_nobody_without_the_right_numbers() {
    let town = Town::new();
    let response = town.customer(Case::PickupExpired).enroll_with("wrong/number", &Key::new()).await;
    assert_eq!(response.status(), 401);
    assert_eq!(json(response).await["code"], "E01");
}

#[tokio::test]
async fn a_customer_with_an_expired_certificate_gets_another() {
    let town = Town::new();
    let old = Member::of_old(&town, Case::Expired);
    let new = Member::joining(&town, Case::Expired).await;
    assert_eq!(old.leaf().tbs_certificate().subject(), new.leaf().tbs_certificate().subject());
    assert!(new.logs_in().await);
}

#[tokio::test]
async fn the_administrator_gets_a_certificate_in_the_name_of_the_contract() {
    let town = Town::new();
    let customer = town.customer(Case::Administrator);
    let member = Member::joining(&town, Case::Administrator).await;
    chains(town.bank.ready(), &member.chain, &member.key).unwrap();
    let name = member.leaf().tbs_certificate().subject().to_string();
    assert!(name.contains(&format!("CN={}", customer.account.contract_id)), "{name}");
    assert_eq!(town.bank.counters().by_account[&customer.account.contract_id].issued, 1);
}

#[tokio::test]
async fn expired_and_revoked_certificates_are_refused_with_a_page_in_words() {
    let town = Town::new();
    let cases = [
        (Case::Expired, "refused; expired", "有効期限が切れています"),
        (Case::AfterExpiryPassed, "refused; expired", "有効期限が切れています"),
        (Case::MustRevokeFirst, "refused; expired", "有効期限が切れています"),
        (Case::Revoked, "refused; revoked", "失効しているため"),
    ];
    for (case, status, words) in cases {
        let response = Member::of_old(&town, case).get("").await;
        assert_eq!(response.status(), 403, "{case:?}");
        let page = response.text().await.unwrap();
        assert!(page.contains(status) && page.contains(words), "{case:?}: {page}");
    }
}

#[tokio::test]
async fn the_past_is_written_once_and_counts_nowhere() {
    let town = Town::new();
    let before = Member::of_old(&town, Case::Revoked);
    let counters = town.bank.counters();
    assert!(counters.issues_per_key.is_empty());
    assert!(counters.by_account.values().all(|account| account.issued == 0 && account.first == 0));
    let town = town.reopened();
    assert_eq!(Member::of_old(&town, Case::Revoked).leaf(), before.leaf());
    assert_eq!(town.bank.counters(), counters);
}

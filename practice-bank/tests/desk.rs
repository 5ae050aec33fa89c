//! What the 管理者 does for the others, and what the authority makes known of it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Key, Member, Town, client, json, serial};
use der::{Decode, Encode};
use practice_bank::Case;
use rsa::{
    PublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    pkcs8::DecodePublicKey,
    signature::Verifier,
};
use sha2::Sha256;
use x509_cert::{
    crl::CertificateList,
    ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier},
};

/// The 管理者's choice for the customer of this case.
async fn act(town: &Town, administrator: &Member, case: Case, act: &str) -> (u16, String) {
    let confirmation = town.customer(Case::Administrator).account.confirmation;
    let path = format!("admin/users/{}", town.customer(case).account.user_id);
    let response = administrator.post(&path, &format!("act={act}&confirmation={confirmation}")).await;
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn code(town: &Town, case: Case) -> Option<String> {
    let response = town.customer(case).enroll(&Key::new()).await;
    match response.status().as_u16() {
        200 => None,
        _ => Some(json(response).await["code"].as_str().unwrap().to_owned()),
    }
}

async fn revocation_list(town: &Town) -> CertificateList {
    let response = town.customer(Case::Normal).get(&town.bank.ready().crl).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/pkix-crl");
    CertificateList::from_der(&response.bytes().await.unwrap()).unwrap()
}

fn revoked(list: &CertificateList) -> Vec<String> {
    let entries = list.tbs_cert_list.revoked_certificates.iter().flatten();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    entries.map(|entry| hex(entry.serial_number.as_bytes())).collect()
}

#[tokio::test]
async fn the_menu_leads_from_the_status_page_to_the_form_of_one_user() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let user = town.customer(Case::NotIssued).account.user_id;
    let steps = [
        (String::new(), "ご契約先管理情報変更"),
        ("admin".to_owned(), "利用者情報登録/変更"),
        ("admin/users".to_owned(), "利用者一覧"),
        (format!("admin/users/{user}"), "ご契約先確認暗証番号"),
    ];
    for (path, words) in steps {
        let page = administrator.get(&path).await.text().await.unwrap();
        assert!(page.contains(words) && page.contains("練習用"), "{path}: {page}");
    }
    let list = administrator.get("admin/users").await.text().await.unwrap();
    for words in ["ロック中", "未発行", "取得期限切れ", "失効", &user] {
        assert!(list.contains(words), "{words}");
    }
    assert_eq!(administrator.get("admin/users/nobody").await.status(), 404);
    assert_eq!(administrator.post("admin/users/nobody", "act=revoke&confirmation=x").await.status(), 404);
}

#[tokio::test]
async fn the_desk_is_closed_to_users() {
    let town = Town::new();
    let user = Member::joining(&town, Case::Normal).await;
    assert!(!user.get("").await.text().await.unwrap().contains("ご契約先管理情報変更"));
    for path in ["admin", "admin/users", "admin/users/taro02"] {
        assert_eq!(user.get(path).await.status(), 403, "{path}");
    }
    assert_eq!(user.post("admin/users/taro02", "act=revoke").await.status(), 403);
}

#[tokio::test]
async fn issuing_again_opens_the_way_for_whoever_had_nothing_to_take() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let cases = [Case::Taken, Case::NotIssued, Case::PickupExpired, Case::Revoked];
    for case in cases {
        let (status, page) = act(&town, &administrator, case, "reissue").await;
        assert_eq!(status, 200, "{page}");
    }
    let town = town.reopened();
    for case in cases {
        assert_eq!(code(&town, case).await, None, "{case:?}");
        assert_eq!(code(&town, case).await.as_deref(), Some("E03"), "{case:?}");
    }
}

#[tokio::test]
async fn issuing_again_revokes_what_the_customer_held() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let lost = Member::joining(&town, Case::Normal).await;
    act(&town, &administrator, Case::Normal, "reissue").await;
    assert!(!lost.logs_in().await);
    assert!(Member::joining(&town, Case::Normal).await.logs_in().await);
}

#[tokio::test]
async fn a_certificate_taken_on_another_pc_works_there_until_it_is_issued_again() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let elsewhere = Member::of_old(&town, Case::Taken);
    assert!(elsewhere.logs_in().await);
    act(&town, &administrator, Case::Taken, "reissue").await;
    assert!(!elsewhere.logs_in().await);
    assert!(Member::joining(&town, Case::Taken).await.logs_in().await);
}

#[tokio::test]
async fn a_revoked_certificate_is_listed_and_opens_nothing_more() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let member = Member::joining(&town, Case::Normal).await;
    let number = serial(member.leaf());
    assert!(!revoked(&revocation_list(&town).await).contains(&number));
    assert_eq!(act(&town, &administrator, Case::Normal, "revoke").await.0, 200);
    let town = town.reopened();
    assert!(revoked(&revocation_list(&town).await).contains(&number));
    let ready = town.bank.ready();
    let response = client(ready, Some((&member.chain, &member.key))).get(&ready.portal_login).send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert!(response.text().await.unwrap().contains("refused; revoked"));
    assert_eq!(code(&town, Case::Normal).await.as_deref(), Some("E03"));
}

#[tokio::test]
async fn the_list_is_signed_by_the_issuer_and_names_its_key() {
    let town = Town::new();
    let list = revocation_list(&town).await;
    let member = Member::joining(&town, Case::Normal).await;
    let issuer = member.chain.iter().find(|one| *one != member.leaf()).unwrap().tbs_certificate();
    assert_eq!(list.tbs_cert_list.issuer, *issuer.subject());
    let key = issuer.subject_public_key_info().to_der().unwrap();
    let key = VerifyingKey::<Sha256>::new(PublicKey::from_public_key_der(&key).unwrap());
    let signature = Signature::try_from(list.signature.raw_bytes()).unwrap();
    key.verify(&list.tbs_cert_list.to_der().unwrap(), &signature).unwrap();
    let extensions = list.tbs_cert_list.crl_extensions.unwrap();
    let authority = AuthorityKeyIdentifier::from_der(extensions[0].extn_value.as_bytes()).unwrap();
    let (_, own) = issuer.get_extension::<SubjectKeyIdentifier>().unwrap().unwrap();
    assert_eq!(authority.key_identifier, Some(own.0));
    assert!(list.tbs_cert_list.next_update.is_some());
}

#[tokio::test]
async fn a_replaced_certificate_is_listed_too() {
    let town = Town::new();
    let present = Member::joining(&town, Case::Normal).await;
    assert!(present.renewed().await.logs_in().await);
    assert!(revoked(&revocation_list(&town).await).contains(&serial(present.leaf())));
}

#[tokio::test]
async fn a_lock_is_released() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    assert_eq!(act(&town, &administrator, Case::Normal, "unlock").await.0, 403);
    for case in [Case::Locked, Case::WrongNumberLocks] {
        for _ in 0..7 {
            town.customer(case).enroll_with("wrong/number", &Key::new()).await;
        }
        assert_eq!(code(&town, case).await.as_deref(), Some("E02"));
        assert_eq!(act(&town, &administrator, case, "unlock").await.0, 200);
    }
    let town = town.reopened();
    for case in [Case::Locked, Case::WrongNumberLocks] {
        assert_eq!(code(&town, case).await, None, "{case:?}");
    }
}

#[tokio::test]
async fn an_expired_certificate_may_have_to_be_revoked_first() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let (status, page) = act(&town, &administrator, Case::MustRevokeFirst, "reissue").await;
    assert!(status == 403 && page.contains("E19"), "{page}");
    assert_eq!(act(&town, &administrator, Case::MustRevokeFirst, "revoke").await.0, 200);
    assert_eq!(code(&town, Case::MustRevokeFirst).await, None);
}

#[tokio::test]
async fn only_the_branch_helps_after_the_last_day() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let (status, page) = act(&town, &administrator, Case::AfterExpiryPassed, "reissue").await;
    assert!(status == 403 && page.contains("E05"), "{page}");
    assert_eq!(act(&town, &administrator, Case::AfterExpiryPassed, "revoke").await.0, 200);
    assert_eq!(code(&town, Case::AfterExpiryPassed).await.as_deref(), Some("E05"));
}

#[tokio::test]
async fn continuing_changes_nothing_and_nothing_to_revoke_is_said() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let member = Member::joining(&town, Case::Normal).await;
    assert_eq!(act(&town, &administrator, Case::Normal, "continue").await.0, 200);
    assert!(member.logs_in().await);
    assert_eq!(act(&town, &administrator, Case::NotIssued, "revoke").await.0, 403);
    assert_eq!(act(&town, &administrator, Case::Normal, "explode").await.0, 400);
}

#[tokio::test]
async fn the_seventh_wrong_confirmation_locks_the_administrator() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    for left in (1..=6).rev() {
        let page = administrator.post("admin/users/taro02", "act=revoke&confirmation=wrong").await;
        assert!(page.text().await.unwrap().contains(&format!("あと{left}回")));
    }
    let page = administrator.post("admin/users/taro02", "act=revoke&confirmation=wrong").await;
    assert!(page.text().await.unwrap().contains("E02"));
    let (status, page) = act(&town, &administrator, Case::Locked, "unlock").await;
    assert!(status == 403 && page.contains("E02"), "{page}");
}

#[tokio::test]
async fn no_confirmation_number_ever_reaches_log_or_ledger() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    administrator.post("admin/users/taro02", "act=revoke&confirmation=mistyped-secret").await;
    act(&town, &administrator, Case::Locked, "unlock").await;
    let confirmation = town.customer(Case::Administrator).account.confirmation;
    for file in ["requests.log", "ledger.jsonl"] {
        let text = std::fs::read_to_string(town.folder.path().join("state").join(file)).unwrap();
        assert!(!text.contains(&confirmation) && !text.contains("mistyped-secret"), "{file}");
    }
}

//! The portal asks the published list, and nothing else, whether a certificate was revoked (RFC 5280 §6.3).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use common::{Member, Town};
use der::{Decode, Encode, asn1::BitString};
use practice_bank::Case;
use rsa::{
    PrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::DecodePrivateKey,
    signature::{SignatureEncoding, Signer},
};
use sha2::Sha256;
use x509_cert::{crl::CertificateList, time::Time};

fn published(town: &Town) -> PathBuf {
    town.folder.path().join("state/revoked.crl")
}

/// The very list, changed and signed again by this key of the authority.
fn resigned(town: &Town, key: &str, change: impl FnOnce(&mut CertificateList)) -> Vec<u8> {
    let mut list: CertificateList = CertificateList::from_der(&fs::read(published(town)).unwrap()).unwrap();
    change(&mut list);
    let key = fs::read(town.folder.path().join("state/ca").join(key).with_extension("key")).unwrap();
    let signer = SigningKey::<Sha256>::new(PrivateKey::from_pkcs8_der(&key).unwrap());
    let signature = signer.sign(&list.tbs_cert_list.to_der().unwrap());
    list.signature = BitString::from_bytes(&signature.to_bytes()).unwrap();
    list.to_der().unwrap()
}

async fn revoke(town: &Town, administrator: &Member, case: Case) {
    let confirmation = town.customer(Case::Administrator).account.confirmation;
    let path = format!("admin/users/{}", town.customer(case).account.user_id);
    let response = administrator.post(&path, &format!("act=revoke&confirmation={confirmation}")).await;
    assert_eq!(response.status(), 200);
}

/// What the portal's page says of whoever opened it, and its status.
async fn standing(member: &Member) -> (u16, String) {
    let response = member.get("").await;
    let (code, page) = (response.status().as_u16(), response.text().await.unwrap());
    let status = page.split_once("name=\"shirushi-status\" content=\"").unwrap().1.split('"').next().unwrap();
    (code, status.split("; serial=").next().unwrap().to_owned())
}

#[tokio::test]
async fn it_is_the_list_that_shuts_a_revoked_certificate_out() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let member = Member::joining(&town, Case::Normal).await;
    assert_eq!(standing(&member).await, (200, "logged-in".to_owned()));
    let before = fs::read(published(&town)).unwrap();
    revoke(&town, &administrator, Case::Normal).await;
    let after = fs::read(published(&town)).unwrap();
    assert_eq!(standing(&member).await, (403, "refused; revoked".to_owned()));
    // The older list still has most of its day before it, and knows nothing of this.
    fs::write(published(&town), before).unwrap();
    assert_eq!(standing(&member).await, (200, "logged-in".to_owned()));
    fs::write(published(&town), after).unwrap();
    assert_eq!(standing(&member).await, (403, "refused; revoked".to_owned()));
    assert_eq!(standing(&administrator).await, (200, "logged-in".to_owned()));
}

#[tokio::test]
async fn by_a_list_that_cannot_be_believed_nobody_comes_in() {
    let town = Town::new();
    let administrator = Member::joining(&town, Case::Administrator).await;
    let member = Member::joining(&town, Case::Normal).await;
    revoke(&town, &administrator, Case::Normal).await;
    let good = fs::read(published(&town)).unwrap();
    let ago = |hours: u64| Time::try_from(SystemTime::now() - Duration::from_secs(hours * 60 * 60)).unwrap();
    let tomorrow = Time::try_from(SystemTime::now() + Duration::from_secs(24 * 60 * 60)).unwrap();
    let as_it_is = |_: &mut CertificateList| {};
    let without_entries = {
        let mut list: CertificateList = CertificateList::from_der(&good).unwrap();
        list.tbs_cert_list.revoked_certificates = None;
        list.to_der().unwrap()
    };
    let bad = [
        ("out of date", resigned(&town, "issuer", |list| list.tbs_cert_list.next_update = Some(ago(1)))),
        ("without a last day", resigned(&town, "issuer", |list| list.tbs_cert_list.next_update = None)),
        ("from the future", resigned(&town, "issuer", |list| list.tbs_cert_list.this_update = tomorrow)),
        ("signed by another key", resigned(&town, "issuer-root", as_it_is)),
        ("other than what was signed", without_entries),
        ("no list", b"-".to_vec()),
    ];
    // Signing anew is not itself what is refused.
    fs::write(published(&town), resigned(&town, "issuer", as_it_is)).unwrap();
    assert_eq!(standing(&administrator).await, (200, "logged-in".to_owned()));
    for (flaw, list) in bad {
        fs::write(published(&town), list).unwrap();
        for somebody in [&member, &administrator] {
            assert_eq!(standing(somebody).await, (503, "refused; unsure".to_owned()), "{flaw}");
        }
    }
    let town = town.reopened();
    let administrator = Member::with(town.bank.ready(), administrator.chain, administrator.key);
    assert_eq!(standing(&administrator).await, (200, "logged-in".to_owned()), "the authority publishes anew");
}

#[tokio::test]
async fn a_list_is_published_before_the_answer_that_ends_a_certificate() {
    let town = Town::new();
    let member = Member::joining(&town, Case::Normal).await;
    let before = fs::read(published(&town)).unwrap();
    let renewed = member.renewed().await;
    assert_eq!(fs::read(published(&town)).unwrap(), before, "the next one is not in use yet");
    assert!(renewed.logs_in().await);
    assert_ne!(fs::read(published(&town)).unwrap(), before);
    assert_eq!(standing(&member).await, (403, "refused; superseded".to_owned()));
}

//! Pick-up later at the old pages: what the bank gives out comes back as it was, and a PIN is not tried for ever.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{
    Key, Town,
    old_browser::{Form, OldBrowser, Page},
};
use practice_bank::{Account, Bank, Letter, Manners, Pickup};

const PAGE: &str = "/sscm//client/userPickup.htm?b_c=9901&c_e=1&a_u=1";

fn late() -> Manners {
    Manners { pickup: Pickup::WhenPrepared, ..Manners::default() }
}

fn late_town() -> Town {
    Town::mannered(late())
}

fn counter(bank: &Bank) -> String {
    let start = &bank.ready().webform;
    format!("{}{PAGE}", &start[..start.find("/sscm").unwrap()])
}

async fn applied(town: &Town, key: &Key) -> (Account, Letter) {
    let account = town.customer(practice_bank::Case::Normal).account;
    let page = OldBrowser::of(town.bank.ready()).asks(&town.bank.ready().webform, &account, key).await;
    let letter = town.bank.letters(&account).pop().unwrap();
    assert!(page.html.contains("お申し込みを受け付けました") && page.html.contains(&letter.reference), "{}", page.html);
    assert!(page.html.contains("練習用") && !page.html.contains(&letter.pin), "{}", page.html);
    (account, letter)
}

async fn filled(browser: &mut OldBrowser, bank: &Bank, reference: &str, pin: &str) -> Form {
    let mut form = browser.open(&counter(bank)).await.form();
    form.fill("uketsuke", reference);
    form.fill("pin", pin);
    form
}

async fn claims(bank: &Bank, reference: &str, pin: &str) -> (OldBrowser, Page) {
    let mut browser = OldBrowser::of(bank.ready());
    let form = filled(&mut browser, bank, reference, pin).await;
    let page = browser.submit(&form).await;
    (browser, page)
}

#[tokio::test]
async fn the_pin_of_the_letter_brings_the_certificate_once_it_is_prepared_also_after_a_restart() {
    let (town, key) = (late_town(), Key::new());
    let (account, letter) = applied(&town, &key).await;
    let (_, early) = claims(&town.bank, &letter.reference, &letter.pin).await;
    assert!(early.html.contains("電子証明書を作成しています。あと2分"), "{}", early.html);
    town.bank.prepare_pickups().unwrap();
    let town = town.reopened_like(late());
    assert_eq!(town.bank.letters(&account), std::slice::from_ref(&letter));
    let (mut browser, wait) = claims(&town.bank, &letter.reference, &letter.pin).await;
    assert!(wait.html.contains("しばらくお待ちください"), "{}", wait.html);
    assert_eq!(browser.go_on(&wait).await.unwrap().certificates().len(), 2);
    let counters = town.bank.counters();
    let own = &counters.by_account[&account.id()];
    assert_eq!((own.first, own.poll, own.issued), (1, 2, 1));
}

#[tokio::test]
async fn the_third_wrong_pin_locks_and_nobodys_reference_tells_nothing() {
    let (town, key) = (late_town(), Key::new());
    let (_, letter) = applied(&town, &key).await;
    for left in [2, 1] {
        let (_, page) = claims(&town.bank, &letter.reference, "1").await;
        assert!(page.html.contains(&format!("PINが違います。<br>\nあと{left}回")), "{}", page.html);
    }
    for pin in ["1", &letter.pin] {
        let (_, page) = claims(&town.bank, &letter.reference, pin).await;
        assert!(page.html.contains("ロックされています"), "{}", page.html);
    }
    let (_, page) = claims(&town.bank, "R-0", "1").await;
    assert!(page.html.contains("PINが違います") && !page.html.contains("あと"), "{}", page.html);
}

#[tokio::test]
async fn a_form_that_is_not_as_it_was_given_out_is_no_try() {
    let (town, key) = (late_town(), Key::new());
    let (_, letter) = applied(&town, &key).await;
    town.bank.prepare_pickups().unwrap();
    let changes: [fn(&mut Form); 4] = [
        |form| form.inputs[0].1.push('0'),
        |form| drop(form.inputs.pop()),
        |form| form.inputs.push(("more".to_owned(), String::new())),
        |form| form.fill("pin", " 1"),
    ];
    for change in changes {
        let mut browser = OldBrowser::of(town.bank.ready());
        let mut form = filled(&mut browser, &town.bank, &letter.reference, "1").await;
        change(&mut form);
        assert!(browser.submit(&form).await.html.contains("400 端末の認証"));
        // And the page was good for one answer.
        assert!(browser.submit(&form).await.html.contains("400 端末の認証"));
    }
    let (_, page) = claims(&town.bank, &letter.reference, "1").await;
    assert!(page.html.contains("あと2回"), "{}", page.html);
}

#[tokio::test]
async fn an_expired_pick_up_is_told_in_the_usual_words() {
    let (town, key) = (late_town(), Key::new());
    let (_, letter) = applied(&town, &key).await;
    town.bank.expire_pickups().unwrap();
    let (_, page) = claims(&town.bank, &letter.reference, &letter.pin).await;
    assert!(page.html.contains("80日間を過ぎますと"), "{}", page.html);
}

//! 利用者ログイン where the user cannot act alone: no number is asked for, and the request to others is written out.

#[path = "support/mod.rs"]
mod support;

use std::sync::Arc;

use shirushi::{
    domain::{Afterwards, Profile},
    page::{self, Control, Event, login::Action},
};
use support::{found, noon, old_certificate, profile, tokyo, words};

fn bank(reacquire: i32, afterwards: Afterwards) -> Profile {
    let mut bank = profile();
    (bank.windows.reacquire, bank.windows.afterwards) = (reacquire, afterwards);
    bank
}

fn long_after(bank: Profile) -> page::Login {
    page::Login::new(Arc::new(bank), vec![found(vec![old_certificate()])], noon("2027-06-01"), tokyo())
}

fn said(page: &page::Login) -> String {
    page.view(&words()[0]).spoken().join("\n")
}

#[test]
fn where_the_bank_wants_the_old_one_revoked_first_no_numbers_are_asked_for() {
    for reacquire in [0, 90] {
        let mut page = long_after(bank(reacquire, Afterwards::Revoke));
        assert!(said(&page).contains("失効のお手続きが必要です") && !said(&page).contains("再発行"));
        assert_eq!(page.update(Event::Pressed(Control::Primary)), None, "first it says what to do");
        assert!(said(&page).contains("古い電子証明書の「失効」をお申し出ください"));
        let start = page.update(Event::Pressed(Control::Second));
        assert!(matches!(start, Some(Action::Start { .. })), "the bank may have revoked it meanwhile");
    }
}

#[test]
fn a_bank_without_a_grace_period_is_not_said_to_have_had_one() {
    let page = long_after(bank(0, Afterwards::Reissue));
    assert!(said(&page).contains("切れました") && !said(&page).contains("再取得できる期間"));
}

#[test]
fn the_request_names_bank_role_and_the_way_through_the_menus() {
    for (afterwards, task, menu) in [
        (Afterwards::Reissue, "再発行してください", "電子証明書「再発行」"),
        (Afterwards::Revoke, "失効にしてください", "電子証明書「失効」"),
    ] {
        let mut page = long_after(bank(90, afterwards));
        page.update(Event::Pressed(Control::Primary));
        let request = page.request_text(&words()[0]);
        for part in ["管理者の方へ", "対象: 利用者の電子証明書", task, menu, "契約者ID(利用者番号): (ご記入ください)"]
        {
            assert!(request.contains(part), "{part} in {request}");
        }
        assert!(!request.contains("暗証番号: "), "no place for a secret");
        assert_eq!(page.update(Event::Pressed(Control::Copy)), Some(Action::Copy));
        assert_eq!(page.update(Event::Pressed(Control::SaveRequest)), Some(Action::SaveRequest));
    }
}

#[test]
fn an_administrator_is_sent_to_the_branch_with_its_paper() {
    let mut page = long_after(bank(90, Afterwards::Reissue));
    page.update(Event::Pressed(Control::Role(1)));
    page.update(Event::Pressed(Control::Primary));
    assert!(page.request_text(&words()[0]).contains("電子証明書再発行依頼書"));
}

#[test]
fn after_the_last_hour_for_renewing_nothing_is_proposed_but_to_wait() {
    let mut bank = bank(90, Afterwards::Reissue);
    bank.windows.renewal_ends = Some(jiff::civil::time(0, 0, 0, 0));
    let ends = old_certificate().not_after();
    let mut page = page::Login::new(Arc::new(bank), vec![found(vec![old_certificate()])], ends, tokyo());
    assert!(said(&page).contains("更新の受付は終わりました") && said(&page).contains("再取得してください"));
    assert_eq!(page.update(Event::Pressed(Control::Primary)), Some(Action::Close));
}

//! Who may take a certificate: the customer's case, and what the 管理者 said since.

use crate::{
    Account, Case,
    ledger::{Books, Page},
};

/// The n-th wrong number locks.
pub(crate) const TRIES: u32 = 7;

/// Why a customer with right numbers gets no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    /// E03: taken before, or never made.
    NothingThere,
    /// E04: not picked up in time.
    PickupExpired,
    /// E05: expired too long ago.
    AfterExpiryPassed,
    /// E19: the expired one must be revoked first.
    MustRevokeFirst,
}

/// For a customer who holds nothing that the bank gave since it opened.
pub(crate) fn closed(case: Case, page: &Page) -> Option<Closed> {
    match (page.right, case) {
        (Some(true), _) => None,
        // Only the branch can help here, whatever the 管理者 does.
        (_, Case::AfterExpiryPassed) => Some(Closed::AfterExpiryPassed),
        (Some(false), _) | (None, Case::Taken | Case::NotIssued | Case::Revoked) => Some(Closed::NothingThere),
        (None, Case::PickupExpired) => Some(Closed::PickupExpired),
        (None, Case::MustRevokeFirst) => Some(Closed::MustRevokeFirst),
        (None, _) => None,
    }
}

/// How a customer stands, in a word for the 管理者's list.
pub(crate) fn condition(account: &Account, books: &Books) -> &'static str {
    let page = books.page(&account.id());
    if books.held_by(&account.id()).is_some() {
        return "取得済み";
    }
    match (closed(account.case, &page), account.case) {
        (None, _) => "未取得(取得できます)",
        (Some(Closed::PickupExpired), _) => "取得期限切れ",
        (Some(Closed::AfterExpiryPassed), _) => "有効期限経過後90日超過",
        (Some(Closed::MustRevokeFirst), _) => "有効期限切れ(失効が必要)",
        (Some(Closed::NothingThere), _) if page.right == Some(false) => "失効",
        (Some(Closed::NothingThere), Case::Revoked) => "失効",
        (Some(Closed::NothingThere), Case::Taken) => "取得済み",
        (Some(Closed::NothingThere), _) => "未発行",
    }
}

//! What the 管理者 does for the others: 再発行・失効・ロック解除. All of it is on the disk on return.

use crate::{
    Account, Case, Error,
    ledger::{Event, Ledger},
    office::{Count, Office, count, now},
    rules::{self, Closed},
};

/// One choice on the page of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// 継続する
    Continue,
    /// 再発行
    Reissue,
    /// 失効
    Revoke,
    /// ロック解除
    Unlock,
}

impl Act {
    pub const ALL: [Self; 4] = [Self::Continue, Self::Reissue, Self::Revoke, Self::Unlock];

    /// The word in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::Reissue => "reissue",
            Self::Revoke => "revoke",
            Self::Unlock => "unlock",
        }
    }

    /// The word on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Continue => "継続する",
            Self::Reissue => "再発行",
            Self::Revoke => "失効",
            Self::Unlock => "ロック解除",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done(Act),
    /// ご契約先確認暗証番号 was wrong.
    WrongNumber {
        tries_left: u32,
    },
    /// The 管理者 is locked.
    Locked,
    /// Only the branch can help this customer.
    AfterExpiryPassed,
    /// 失効 comes before 再発行.
    MustRevokeFirst,
    NothingToRevoke,
    NotLocked,
}

/// One line of 利用者一覧.
#[derive(Debug)]
pub(crate) struct Line {
    pub user_id: String,
    pub condition: &'static str,
    pub locked: bool,
}

impl Office {
    /// 利用者一覧 of the 管理者's contract.
    pub fn users(&self, administrator: &Account) -> Vec<Line> {
        let ledger = self.ledger();
        let users = self.accounts.iter().filter(|account| looks_after(administrator, account));
        let line = |account: &Account| Line {
            user_id: account.user_id.clone(),
            condition: rules::condition(account, ledger.books()),
            locked: ledger.books().page(&account.id()).is_locked(),
        };
        users.map(line).collect()
    }

    /// The 管理者's choice for one user; `None` when there is no such user.
    pub fn act(
        &self,
        administrator: &Account,
        user_id: &str,
        act: Act,
        confirmation: &str,
    ) -> Result<Option<Outcome>, Error> {
        let mut users = self.accounts.iter().filter(|account| looks_after(administrator, account));
        let Some(user) = users.find(|account| account.user_id == user_id) else {
            return Ok(None);
        };
        let mut ledger = self.ledger();
        let outcome = match count(&mut ledger, administrator, confirmation == administrator.confirmation)? {
            Count::Locked => Outcome::Locked,
            Count::Wrong { tries_left } => Outcome::WrongNumber { tries_left },
            Count::Right => {
                let outcome = perform(&mut ledger, user, act)?;
                self.publish(&ledger)?;
                outcome
            }
        };
        Ok(Some(outcome))
    }
}

fn looks_after(administrator: &Account, account: &Account) -> bool {
    !account.is_administrator() && account.contract_id == administrator.contract_id
}

fn perform(ledger: &mut Ledger, user: &Account, act: Act) -> Result<Outcome, Error> {
    let page = ledger.books().page(&user.id());
    let alive: Vec<String> = ledger.books().standing_by(&user.id()).map(|issued| issued.serial.clone()).collect();
    let closed = rules::closed(user.case, &page);
    let right = |open| Event::Right { account: user.id(), open };
    let events = match act {
        Act::Continue => Vec::new(),
        Act::Reissue if closed == Some(Closed::AfterExpiryPassed) => return Ok(Outcome::AfterExpiryPassed),
        Act::Reissue if closed == Some(Closed::MustRevokeFirst) => return Ok(Outcome::MustRevokeFirst),
        Act::Reissue => revoked(alive).chain([right(true)]).collect(),
        Act::Revoke if alive.is_empty() => return Ok(Outcome::NothingToRevoke),
        // Once the expired certificate is revoked, this customer may take the next.
        Act::Revoke => {
            let open = user.case == Case::MustRevokeFirst && page.right.is_none();
            revoked(alive).chain([right(open)]).collect()
        }
        Act::Unlock if !page.is_locked() => return Ok(Outcome::NotLocked),
        Act::Unlock => vec![Event::Unlocked { account: user.id() }],
    };
    ledger.record(events)?;
    Ok(Outcome::Done(act))
}

fn revoked(serials: Vec<String>) -> impl Iterator<Item = Event> {
    serials.into_iter().map(|serial| Event::Revoked { serial, at: now() })
}

//! The fictional customers: the same for the same seed, on every machine.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a customer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// Gets a certificate.
    Normal,
    /// Meant for wrong numbers; any customer locks at the seventh, this one is spare.
    WrongNumberLocks,
    /// Somebody took the certificate before.
    Taken,
    /// The service is down for this customer.
    Maintenance,
    /// Too many wrong numbers before the bank opened.
    Locked,
    /// Nobody has issued anything yet.
    NotIssued,
    /// Issued, and not picked up in time.
    PickupExpired,
    /// Had a certificate whose expiry is too long ago.
    AfterExpiryPassed,
    /// Had a certificate that was revoked.
    Revoked,
    /// Has an expired certificate that must be revoked before there is another.
    MustRevokeFirst,
    /// Has an expired certificate and gets another.
    Expired,
    /// The 管理者: gets a certificate, and with it 再発行・失効・ロック解除 for the others.
    Administrator,
}

/// Role of those who make the transactions.
pub(crate) const USER: &str = "user";
/// Role of the one who looks after them.
pub(crate) const ADMIN: &str = "admin";

/// One fictional customer with numbers that open nothing anywhere else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// What the customer is for.
    pub case: Case,
    /// The profile's role.
    pub role: String,
    /// 契約者ID(利用者番号)
    pub contract_id: String,
    /// 利用者ID; empty for the 管理者
    pub user_id: String,
    /// 利用者暗証番号, or ご契約先暗証番号
    pub password: String,
    /// 利用者確認暗証番号, or ご契約先確認暗証番号
    pub confirmation: String,
}

impl Account {
    /// `contract_id/user_id`, for the 管理者 `contract_id`: the HTTP Basic user, and the name in
    /// ledger and counters.
    #[must_use]
    pub fn id(&self) -> String {
        self.joined('/')
    }

    /// The HTTP Basic password that belongs to [`Account::id`].
    #[must_use]
    pub fn basic_password(&self) -> String {
        format!("{}/{}", self.password, self.confirmation)
    }

    /// Common name of this customer's certificates.
    #[must_use]
    pub fn common_name(&self) -> String {
        self.joined(' ')
    }

    pub(crate) fn is_administrator(&self) -> bool {
        self.role == ADMIN
    }

    fn joined(&self, between: char) -> String {
        match self.user_id.as_str() {
            "" => self.contract_id.clone(),
            user_id => format!("{}{between}{user_id}", self.contract_id),
        }
    }
}

const CUSTOMERS: [(&str, Case); 17] = [
    ("hanako01", Case::Normal),
    ("taro02", Case::Normal),
    ("midori03", Case::Normal),
    ("kenji04", Case::Normal),
    ("yuki05", Case::Normal),
    ("haruka06", Case::Normal),
    ("nanami07", Case::WrongNumberLocks),
    ("shiro08", Case::Taken),
    ("aoi09", Case::Maintenance),
    ("sakura10", Case::Locked),
    ("daiki11", Case::NotIssued),
    ("rin12", Case::PickupExpired),
    ("makoto13", Case::AfterExpiryPassed),
    ("sora14", Case::Revoked),
    ("hina15", Case::MustRevokeFirst),
    ("naoki16", Case::Expired),
    ("", Case::Administrator),
];

/// All customers of the bank with this seed; one company, many users. `guests` more of them are [`Case::Normal`].
pub(crate) fn customers(seed: u64, guests: usize) -> Vec<Account> {
    let contract_id = draw(seed, "contract", b"0123456789", 10);
    let known = CUSTOMERS.map(|(user_id, case)| (user_id.to_owned(), case)).into_iter();
    let guests = (1..=guests).map(|number| (format!("guest{number:03}"), Case::Normal));
    known
        .chain(guests)
        .map(|(user_id, case)| Account {
            case,
            role: if user_id.is_empty() { ADMIN } else { USER }.to_owned(),
            contract_id: contract_id.clone(),
            password: number(seed, &user_id, "password"),
            confirmation: number(seed, &user_id, "confirmation"),
            user_id,
        })
        .collect()
}

/// Without letters and digits that are mistaken for each other when typed from paper.
fn number(seed: u64, user_id: &str, what: &str) -> String {
    draw(seed, &format!("{user_id}/{what}"), b"abcdefghjkmnpqrstuvwxyz23456789", 10)
}

fn draw(seed: u64, label: &str, alphabet: &[u8], length: usize) -> String {
    let digest = Sha256::digest(format!("practice-bank/{seed}/{label}").as_bytes());
    digest.iter().take(length).map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_six_and_every_guest_get_a_certificate() {
        let all = customers(1, 2);
        let normal: Vec<&str> =
            all.iter().filter(|one| one.case == Case::Normal).map(|one| one.user_id.as_str()).collect();
        let first = ["hanako01", "taro02", "midori03", "kenji04", "yuki05", "haruka06"];
        assert_eq!(normal, [&first[..], &["guest001", "guest002"]].concat());
        assert_eq!(all[0].user_id, "hanako01");
    }

    #[test]
    fn the_administrator_is_named_by_the_contract_alone() {
        let all = customers(1, 0);
        let administrators: Vec<&Account> = all.iter().filter(|one| one.is_administrator()).collect();
        assert_eq!(administrators.len(), 1);
        assert_eq!(administrators[0].id(), all[0].contract_id);
        assert_eq!(administrators[0].common_name(), all[0].contract_id);
    }

    #[test]
    fn the_seed_alone_decides_the_numbers() {
        let [once, again, other] = [1, 1, 2].map(|seed| customers(seed, 0)[0].basic_password());
        assert_eq!(once, again);
        assert_ne!(once, other);
    }
}

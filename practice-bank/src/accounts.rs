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
}

/// One fictional customer with numbers that open nothing anywhere else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// What the customer is for.
    pub case: Case,
    /// The profile's role.
    pub role: String,
    /// 契約者ID(利用者番号)
    pub contract_id: String,
    /// 利用者ID
    pub user_id: String,
    /// 利用者暗証番号
    pub password: String,
    /// 利用者確認暗証番号
    pub confirmation: String,
}

impl Account {
    /// `contract_id/user_id`: the HTTP Basic user, and the name in ledger and counters.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.contract_id, self.user_id)
    }

    /// The HTTP Basic password that belongs to [`Account::id`].
    #[must_use]
    pub fn basic_password(&self) -> String {
        format!("{}/{}", self.password, self.confirmation)
    }

    /// Common name of this customer's certificates.
    #[must_use]
    pub fn common_name(&self) -> String {
        format!("{} {}", self.contract_id, self.user_id)
    }
}

const CUSTOMERS: [(&str, Case); 9] = [
    ("hanako01", Case::Normal),
    ("taro02", Case::Normal),
    ("midori03", Case::Normal),
    ("kenji04", Case::Normal),
    ("yuki05", Case::Normal),
    ("haruka06", Case::Normal),
    ("nanami07", Case::WrongNumberLocks),
    ("shiro08", Case::Taken),
    ("aoi09", Case::Maintenance),
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
            role: "user".to_owned(),
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
    fn the_seed_alone_decides_the_numbers() {
        let [once, again, other] = [1, 1, 2].map(|seed| customers(seed, 0)[0].basic_password());
        assert_eq!(once, again);
        assert_ne!(once, other);
    }
}

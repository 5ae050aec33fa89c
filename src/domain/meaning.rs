//! What a bank's refusal means.

use serde::Deserialize;

/// What banks say by code or by wording, as far as it changes what a user does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Meaning {
    WrongNumbers,
    Locked,
    NothingToTake,
    PickupExpired,
    AfterExpiryPassed,
    Expired,
    OtherCertificate,
    MustRevokeFirst,
    NotAuthorized,
    Maintenance,
}

impl Meaning {
    /// By the number of the error catalogue.
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "E01" => Some(Self::WrongNumbers),
            "E02" => Some(Self::Locked),
            "E03" => Some(Self::NothingToTake),
            "E04" => Some(Self::PickupExpired),
            "E05" => Some(Self::AfterExpiryPassed),
            "E06" => Some(Self::Expired),
            "E07" => Some(Self::OtherCertificate),
            "E19" => Some(Self::MustRevokeFirst),
            "E12" => Some(Self::NotAuthorized),
            "E13" => Some(Self::Maintenance),
            _ => None,
        }
    }
}

/// Written in a profile where nobody could have refused anything by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not the code of a refusal (E01 to E07, E12, E13 or E19)")]
pub struct NoRefusal(String);

impl TryFrom<String> for Meaning {
    type Error = NoRefusal;

    fn try_from(code: String) -> Result<Self, NoRefusal> {
        Self::of_code(&code).ok_or(NoRefusal(code))
    }
}

//! The error catalogue by number.

use crate::{domain::DiskFault, journal::JournalError};

/// One row of the error catalogue: E… as Japanese banks number them, S… for safety and N… for the network on the
/// user's side, our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
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
    Rejected,
    BankFailed,
    Unreachable,
    ProxyLogin,
    ProxyKind,
    ProxyStopped,
    Inspected,
    NotGenuine,
    OtherServer,
    ClockWrong,
    AnswerUnknown,
    AnswerNotBelieved,
    KeyNotMade,
    NotStored,
    StoreLocked,
    StoreSecretLocked,
    StoreOccupied,
    WhichToken,
    TokenMissing,
    NoRoomBeside,
    WeakStore,
    ProofFailed,
    JournalFailed,
    DiskFull,
    ReadOnly,
    RecordNewer,
    RecordDamaged,
    StoreBusy,
    StillWaiting,
    RequestImpossible,
    Entry,
    NotRenewable,
    OurFault,
}

impl Code {
    pub const ALL: [Self; 43] = [
        Self::WrongNumbers,
        Self::Locked,
        Self::NothingToTake,
        Self::PickupExpired,
        Self::AfterExpiryPassed,
        Self::Expired,
        Self::OtherCertificate,
        Self::MustRevokeFirst,
        Self::NotAuthorized,
        Self::Maintenance,
        Self::Rejected,
        Self::BankFailed,
        Self::Unreachable,
        Self::ProxyLogin,
        Self::ProxyKind,
        Self::ProxyStopped,
        Self::Inspected,
        Self::NotGenuine,
        Self::OtherServer,
        Self::ClockWrong,
        Self::AnswerUnknown,
        Self::AnswerNotBelieved,
        Self::KeyNotMade,
        Self::NotStored,
        Self::StoreLocked,
        Self::StoreSecretLocked,
        Self::StoreOccupied,
        Self::WhichToken,
        Self::TokenMissing,
        Self::NoRoomBeside,
        Self::WeakStore,
        Self::ProofFailed,
        Self::JournalFailed,
        Self::DiskFull,
        Self::ReadOnly,
        Self::RecordNewer,
        Self::RecordDamaged,
        Self::StoreBusy,
        Self::StillWaiting,
        Self::RequestImpossible,
        Self::Entry,
        Self::NotRenewable,
        Self::OurFault,
    ];

    /// Stable over versions; users read it out on the telephone.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongNumbers => "E01",
            Self::Locked => "E02",
            Self::NothingToTake => "E03",
            Self::PickupExpired => "E04",
            Self::AfterExpiryPassed => "E05",
            Self::Expired => "E06",
            Self::OtherCertificate => "E07",
            Self::Unreachable => "E10",
            Self::NotStored => "E11",
            Self::NotAuthorized => "E12",
            Self::Maintenance => "E13",
            Self::AnswerUnknown => "E14",
            Self::KeyNotMade => "E17",
            Self::MustRevokeFirst => "E19",
            Self::Rejected => "E20",
            Self::BankFailed => "E21",
            Self::ProxyLogin => "N01",
            Self::ProxyKind => "N02",
            Self::ProxyStopped => "N03",
            Self::Inspected => "N04",
            Self::NotGenuine => "S01",
            Self::ClockWrong => "S02",
            Self::OtherServer => "S03",
            Self::AnswerNotBelieved => "S04",
            Self::ProofFailed => "S05",
            Self::WeakStore => "S06",
            Self::StoreLocked => "M01",
            Self::JournalFailed => "M02",
            Self::StoreSecretLocked => "M06",
            Self::StoreOccupied => "M07",
            Self::WhichToken => "M08",
            Self::TokenMissing => "M09",
            Self::NoRoomBeside => "M10",
            Self::DiskFull => "M11",
            Self::ReadOnly => "M12",
            Self::RecordNewer => "M13",
            Self::RecordDamaged => "M14",
            Self::StoreBusy => "M15",
            Self::StillWaiting => "E22",
            Self::RequestImpossible => "E23",
            Self::Entry => "U01",
            Self::NotRenewable => "U02",
            Self::OurFault => "X01",
        }
    }
}

impl From<DiskFault> for Code {
    fn from(fault: DiskFault) -> Self {
        match fault {
            DiskFault::Full => Self::DiskFull,
            DiskFault::ReadOnly => Self::ReadOnly,
            DiskFault::Failing => Self::JournalFailed,
        }
    }
}

impl From<&JournalError> for Code {
    fn from(error: &JournalError) -> Self {
        match error {
            JournalError::Newer(_) => Self::RecordNewer,
            JournalError::Damaged(_) => Self::RecordDamaged,
            error => error.disk().into(),
        }
    }
}

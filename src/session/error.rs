//! What went wrong, in the three words a user needs: during what, whose turn it is, which button.

use jiff::{Timestamp, civil::Date};

use super::{Code, Means, NotRenewable, Standing};
use crate::{
    domain::{CredentialsError, SignError},
    journal::{JournalError, Stage},
    keystore::StoreError,
    protocol::{
        ConnectError, ProtocolError, Refusal, RefusalKind, TransportError,
        csr::RequestError,
        csr_attributes::Unsatisfiable,
        transport::{LostCause, ProxyStop, StopReason},
        validate::Rule,
    },
};

/// A session that stopped: where, and why.
#[derive(Debug, thiserror::Error)]
#[error("during {during:?}: {cause}")]
pub struct Error {
    pub during: During,
    #[source]
    pub cause: Cause,
    /// What is known about the certificate at this moment.
    pub issued: Issued,
    pub standing: Standing,
    /// A renewal is mended in other ways: there are no numbers.
    pub means: Means,
}

/// The part of the story in which it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum During {
    Introduction,
    KeyCreation,
    Request,
    Submission,
    Reading,
    Validation,
    Installation,
    Proof,
    Resume,
}

/// Whether the bank has issued a certificate in this enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Issued {
    No,
    Yes,
    Unknown,
}

impl Issued {
    /// What is known when an enrollment stands here.
    pub fn at(stage: Stage) -> Self {
        match stage {
            Stage::Intent | Stage::KeyMade | Stage::CsrReady | Stage::Refused | Stage::Abandoned => Self::No,
            Stage::Submitting | Stage::Pending { .. } | Stage::Unknown | Stage::Answer | Stage::Rejected => {
                Self::Unknown
            }
            Stage::Validated | Stage::Installed | Stage::Proven | Stage::Done => Self::Yes,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Cause {
    #[error("{0}")]
    Credentials(#[from] CredentialsError),
    #[error("{0}")]
    Connect(#[from] ConnectError),
    #[error("the answer was lost: {0:?}")]
    AnswerLost(LostCause),
    #[error("the bank refused: {:?} {}", .0.kind, .0.text)]
    Refused(Refusal),
    #[error("the clock of this PC is wrong")]
    Clock { here: Timestamp, server: Timestamp },
    /// All is right with what came, but by this PC's clock it is over.
    #[error("the certificate is valid from {from} until {until}, and this PC's clock shows {here}")]
    OutOfDate { here: Timestamp, from: Timestamp, until: Timestamp },
    /// Seen before anybody was asked.
    #[error("the clock of this PC shows {here}, and this program was built on {built}")]
    ClockBeforeBuild { here: Timestamp, built: Date },
    /// The answer is not a certificate this program believes in.
    #[error("the answer breaks the rule {0:?}")]
    NotBelieved(Rule),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Sign(#[from] SignError),
    /// The request could not be made.
    #[error("{0}")]
    Request(#[from] RequestError),
    /// The CA wants something in the request that this program cannot put there.
    #[error("{0}")]
    Unsatisfiable(#[from] Unsatisfiable),
    #[error("{0}")]
    NotRenewable(#[from] NotRenewable),
    /// What was to be renewed has expired: that is 再取得.
    #[error("the certificate that was to be renewed has expired")]
    PresentExpired,
    /// A store for one key cannot hold the old and the new one.
    #[error("the store holds one key only: a renewal needs room for a second one")]
    NoRoomBeside,
    /// The stored key is not the certificate's.
    #[error("the stored key does not prove the certificate")]
    ProofFailed,
    /// The store cannot honour the level, and the profile says refuse.
    #[error("the key store is weaker than the bank allows")]
    WeakStore,
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The entries are not those of the request that is asked for again.
    #[error("the entries differ from the earlier request's")]
    OtherApplicant,
    /// The CA has asked for patience more often than the profile allows.
    #[error("the bank is still preparing the certificate")]
    StillWaiting,
    /// An earlier request is out; nothing was asked now.
    #[error("an earlier request has had no answer yet")]
    AnswerMissing,
    /// Another bank's, role's or store's enrollment is open, and goes first.
    #[error("an enrollment of another bank, role or store is open: it goes on with resume")]
    OtherOpen,
    /// What was handed over as the answer is not the certificate that was asked for; nothing has changed.
    #[error("the file is not the certificate that was asked for: it breaks the rule {0:?}")]
    WrongFile(Rule),
    #[error("the bank asks for a higher security level")]
    LevelTooLow,
    /// An earlier answer is here and cannot be believed.
    #[error("an earlier answer cannot be used")]
    AnswerUnusable,
    /// A task died: our fault.
    #[error("the background task ended without a result")]
    TaskDied,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    User,
    Network,
    Bank,
    Machine,
    Us,
}

/// The one button that helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recovery {
    /// Numbers again, IDs kept.
    EnterAgain,
    /// The same thing again: nothing was sent.
    TryAgain,
    /// The stored answer again, without the network.
    StoreAgain,
    /// Ask the CA with the same request (replay rule `same`).
    AskAgain,
    /// Nothing to press: somebody else acts first.
    Close,
}

/// What has come from the CA, when the outcome is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    NoneCame,
    /// No certificate could be read from it: as good as lost.
    Unreadable,
    /// A certificate that breaks a rule: asked again, it would only come again.
    NotBelieved,
}

impl Error {
    pub fn new(during: During, issued: Issued, cause: impl Into<Cause>) -> Self {
        Self { during, cause: cause.into(), issued, standing: Standing::Other, means: Means::Numbers }
    }

    /// What was asked with.
    pub(super) fn by(self, means: Means) -> Self {
        Self { means, ..self }
    }

    pub fn code(&self) -> Code {
        match &self.cause {
            Cause::Credentials(_) | Cause::OtherApplicant | Cause::LevelTooLow | Cause::WrongFile(_) => Code::Entry,
            Cause::StillWaiting => Code::StillWaiting,
            Cause::Connect(error) => connect_code(error),
            Cause::AnswerLost(_) | Cause::AnswerMissing | Cause::OtherOpen => Code::AnswerUnknown,
            Cause::AnswerUnusable => Code::AnswerNotBelieved,
            Cause::Refused(refusal) => refusal_code(refusal.kind),
            Cause::Clock { .. } | Cause::ClockBeforeBuild { .. } | Cause::OutOfDate { .. } => Code::ClockWrong,
            Cause::NotBelieved(_) => Code::AnswerNotBelieved,
            Cause::Store(StoreError::SecretNeeded | StoreError::SecretWrong(_)) => Code::StoreLocked,
            Cause::Store(StoreError::SecretLocked) => Code::StoreSecretLocked,
            Cause::Store(StoreError::Occupied) => Code::StoreOccupied,
            Cause::Store(StoreError::WhichToken(_)) => Code::WhichToken,
            Cause::Store(StoreError::TokenMissing(_)) => Code::TokenMissing,
            Cause::Store(StoreError::DiskFull) => Code::DiskFull,
            Cause::Store(StoreError::ReadOnly) => Code::ReadOnly,
            Cause::Store(StoreError::Busy) => Code::StoreBusy,
            Cause::Store(_) if self.during == During::KeyCreation => Code::KeyNotMade,
            Cause::Store(_) if self.during == During::Proof => Code::ProofFailed,
            Cause::Store(_) => Code::NotStored,
            Cause::Sign(_) if self.during == During::Proof => Code::ProofFailed,
            Cause::Sign(_) | Cause::Request(_) => Code::KeyNotMade,
            Cause::Unsatisfiable(_) => Code::RequestImpossible,
            Cause::NotRenewable(_) => Code::NotRenewable,
            Cause::PresentExpired => Code::Expired,
            Cause::NoRoomBeside => Code::NoRoomBeside,
            Cause::ProofFailed => Code::ProofFailed,
            Cause::WeakStore => Code::WeakStore,
            Cause::Journal(error) => error.into(),
            Cause::TaskDied => Code::OurFault,
        }
    }

    pub fn answer(&self) -> Answer {
        match &self.cause {
            Cause::NotBelieved(Rule::Readable) => Answer::Unreadable,
            Cause::NotBelieved(_) | Cause::AnswerUnusable => Answer::NotBelieved,
            _ => Answer::NoneCame,
        }
    }

    /// How many wrong entries are left before the lock, when the CA has told it.
    pub fn tries_left(&self) -> Option<u32> {
        match &self.cause {
            Cause::Refused(Refusal { kind: RefusalKind::WrongNumbers { tries_left }, .. }) => *tries_left,
            _ => None,
        }
    }

    pub fn blame(&self) -> Blame {
        match self.code() {
            Code::WrongNumbers
            | Code::Entry
            | Code::NotAuthorized
            | Code::Expired
            | Code::OtherCertificate
            | Code::NotRenewable => Blame::User,
            Code::Unreachable
            | Code::ProxyLogin
            | Code::ProxyKind
            | Code::ProxyStopped
            | Code::Inspected
            | Code::NotGenuine
            | Code::OtherServer
            | Code::AnswerUnknown => Blame::Network,
            Code::Locked
            | Code::NothingToTake
            | Code::PickupExpired
            | Code::AfterExpiryPassed
            | Code::MustRevokeFirst
            | Code::Maintenance
            | Code::Rejected
            | Code::BankFailed
            | Code::StillWaiting
            | Code::RequestImpossible
            | Code::AnswerNotBelieved => Blame::Bank,
            Code::ClockWrong
            | Code::KeyNotMade
            | Code::NotStored
            | Code::StoreLocked
            | Code::StoreSecretLocked
            | Code::StoreOccupied
            | Code::NoRoomBeside
            | Code::WhichToken
            | Code::TokenMissing
            | Code::WeakStore
            | Code::ProofFailed
            | Code::JournalFailed
            | Code::DiskFull
            | Code::ReadOnly
            | Code::RecordNewer
            | Code::RecordDamaged
            | Code::StoreBusy => Blame::Machine,
            Code::OurFault => Blame::Us,
        }
    }

    /// Which button helps. `AskAgain` only makes sense where the profile's replay rule is harmless; the page asks that.
    pub fn recovery(&self) -> Recovery {
        Recovery::of(self.code(), self.issued, self.means)
    }
}

impl Recovery {
    pub fn of(code: Code, issued: Issued, means: Means) -> Self {
        match code {
            // There are no numbers to enter again.
            Code::WrongNumbers | Code::Entry | Code::NotAuthorized if means == Means::Certificate => Self::Close,
            Code::WrongNumbers | Code::Entry | Code::NotAuthorized => Self::EnterAgain,
            Code::Unreachable
            | Code::ProxyLogin
            | Code::ProxyKind
            | Code::ProxyStopped
            | Code::Inspected
            | Code::ClockWrong
            | Code::KeyNotMade
            | Code::StoreLocked
            | Code::WhichToken
            | Code::TokenMissing
            | Code::JournalFailed
            | Code::DiskFull
            | Code::ReadOnly
            | Code::StoreBusy
            | Code::RecordNewer
            | Code::OurFault => match issued {
                Issued::Yes => Self::StoreAgain,
                Issued::Unknown => Self::AskAgain,
                Issued::No => Self::TryAgain,
            },
            Code::NotStored | Code::ProofFailed => Self::StoreAgain,
            Code::AnswerUnknown | Code::BankFailed => Self::AskAgain,
            Code::Locked
            | Code::NothingToTake
            | Code::PickupExpired
            | Code::AfterExpiryPassed
            | Code::Expired
            | Code::OtherCertificate
            | Code::MustRevokeFirst
            | Code::Maintenance
            | Code::Rejected
            | Code::NotGenuine
            | Code::OtherServer
            | Code::AnswerNotBelieved
            | Code::StillWaiting
            | Code::StoreSecretLocked
            | Code::StoreOccupied
            | Code::RequestImpossible
            | Code::NotRenewable
            | Code::NoRoomBeside
            | Code::RecordDamaged
            | Code::WeakStore => Self::Close,
        }
    }
}

impl Error {
    /// A protocol error during `during`: only an answer that was lost after sending leaves the outcome unknown.
    pub(super) fn from_protocol(during: During, error: ProtocolError) -> Self {
        match error {
            ProtocolError::NotSent(TransportError::Connect(cause)) => Self::new(during, Issued::No, cause),
            ProtocolError::NotSent(TransportError::Lost(cause)) => {
                Self::new(during, Issued::No, Cause::AnswerLost(cause))
            }
            ProtocolError::NotAccepting(refusal) => Self::new(during, Issued::No, Cause::Refused(refusal)),
            // A later connection of the same application: what those words say of sending would not be true any more.
            ProtocolError::AnswerLost(TransportError::Connect(_)) => {
                Self::new(during, Issued::Unknown, Cause::AnswerLost(LostCause::Cut))
            }
            ProtocolError::AnswerLost(TransportError::Lost(cause)) => {
                Self::new(during, Issued::Unknown, Cause::AnswerLost(cause))
            }
        }
    }
}

fn connect_code(error: &ConnectError) -> Code {
    match error {
        ConnectError::Unreachable | ConnectError::NameNotFound | ConnectError::TlsFailed | ConnectError::Timeout => {
            Code::Unreachable
        }
        ConnectError::ClientCertificateRefused => Code::NotAuthorized,
        ConnectError::ProxyWantsLogin(_) => Code::ProxyLogin,
        ConnectError::ProxyStopped(ProxyStop { reason, .. }) => match reason {
            StopReason::OtherLogin(_) | StopReason::OtherKind(_) => Code::ProxyKind,
            StopReason::Refused(_) | StopReason::NoAnswer | StopReason::NotTrusted => Code::ProxyStopped,
        },
        ConnectError::Inspected { .. } => Code::Inspected,
        ConnectError::NotTrusted | ConnectError::WrongName => Code::NotGenuine,
        ConnectError::OutsideDates { .. } => Code::ClockWrong,
        ConnectError::OtherServer => Code::OtherServer,
        ConnectError::Journal { disk, .. } => (*disk).into(),
    }
}

fn refusal_code(kind: RefusalKind) -> Code {
    match kind {
        RefusalKind::WrongNumbers { .. } => Code::WrongNumbers,
        RefusalKind::Locked => Code::Locked,
        RefusalKind::NothingToTake => Code::NothingToTake,
        RefusalKind::PickupExpired => Code::PickupExpired,
        RefusalKind::AfterExpiryPassed => Code::AfterExpiryPassed,
        RefusalKind::Expired => Code::Expired,
        RefusalKind::OtherCertificate => Code::OtherCertificate,
        RefusalKind::MustRevokeFirst => Code::MustRevokeFirst,
        RefusalKind::Maintenance { .. } => Code::Maintenance,
        RefusalKind::NotAuthorized => Code::NotAuthorized,
        RefusalKind::Rejected { .. } => Code::Rejected,
        RefusalKind::ServerFailed { .. } => Code::BankFailed,
    }
}

//! One enrollment: states that own exactly what they know and consume themselves.
//!
//! ```text
//! Applicant ─introduce→ Introduced ─allow→ Allowed ─apply→ Received ─install→ Complete
//!   the numbers           trust page 1       level   ↘ Waiting ─poll↗    trust page 2
//! ```
//!
//! A renewal is the same story with another beginning: the present certificate takes the place of the numbers.
//!
//! The order of the types is the order of security: nothing of the user's can leave before [`Allowed`], which only
//! trust page 1 makes, and nothing can be stored before [`Received`]. Whatever stops comes back as a [`Setback`] with
//! the state that can go on; what the program was doing when it was killed comes back through [`resume`].

mod apply;
mod bookkeeper;
mod by_hand;
mod claim;
mod code;
mod desk;
mod envelope;
mod error;
mod import;
mod install;
mod introduce;
mod pickup;
mod renewal;
mod report;
mod resume;
mod standing;

pub use apply::{Answered, Applied, Waiting};
pub use code::Code;
pub use desk::{Desk, Ports, Progress};
pub use error::{Answer, Blame, Cause, During, Error, Issued, Recovery};
pub use import::{NoAnswer, read_answer};
pub use install::{Complete, Received};
pub use introduce::{Allowed, Applicant, Introduced};
pub use renewal::{NotRenewable, renewable};
pub use report::{LevelRecord, LoginProof, Means, Receipt, Step, Stopped, Unfinished};
pub use resume::{Asked, Interrupted, Resumed, resume, tidy_up, unfinished};
pub use standing::Standing;

/// A session that stopped, with the state that can go on.
#[derive(Debug)]
pub struct Setback {
    pub error: Error,
    pub session: Stuck,
}

/// What is left after a setback.
#[derive(Debug)]
pub enum Stuck {
    /// Nothing in memory: the numbers are wiped. What matters is in the journal.
    Over,
    /// Nothing has been sent: the same numbers can be used.
    Applicant(Applicant),
    /// An answer came and could not be kept yet.
    Answered(Answered),
    /// Everything is here but the installation.
    Received(Received),
    /// The CA is still preparing.
    Waiting(Waiting),
    /// A request is out, as it was before.
    Asked(Asked),
}

impl Setback {
    fn over(error: Error) -> Self {
        Self { error, session: Stuck::Over }
    }
}

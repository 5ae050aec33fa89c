//! The command line: the same session without a window, one JSON event per line.
//!
//! ```text
//! shirushi enroll --profile FILE --store STORE [--role R] [--level low|medium|high] [--credentials FILE|-] [--yes] --json
//! shirushi renew  --profile FILE --store STORE [--certificate THUMBPRINT] [--level …] [--credentials FILE|-] [--yes] --json
//! shirushi resume [--answer FILE] [--credentials FILE|-] [--yes] --json
//! shirushi status --json
//! shirushi profile check|probe FILE
//! ```

mod args;
mod consent;
mod credentials;
mod enroll;
mod event;
mod mistake;
mod status;

pub use args::{
    Command, EnrollArgs, GivenConsent, Look, Misunderstood, ProfileArgs, RenewArgs, ResumeArgs, UsageError, Verb,
    WindowArgs, parse,
};
pub use consent::{Answer, Consent, NoTerminal, terminal_language};
pub use credentials::{CredentialsFile, EntryError, Numbers, ProxyLogin, read_credentials};
pub use enroll::{Entries, Run, level};
pub use event::{Exit, Report, Reporter};
pub use mistake::place_of;
pub use status::{EnrollmentStatus, Status, Unreadable, status};

/// What `--help` prints.
pub const HELP: &str = include_str!("help.txt");

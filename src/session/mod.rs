//! One enrollment: states that consume themselves.

mod error;
mod report;

pub use error::{Blame, Cause, Code, During, Error, Issued, Recovery};
pub use report::{LevelRecord, LoginProof, Receipt, Step, Stopped, Unfinished};

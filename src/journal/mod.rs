#[derive(Debug, thiserror::Error)]
#[error("j")]
pub struct JournalError;

//! A certificate that came by another road than the network: a file, believed by the same rules as an answer.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use tokio::sync::mpsc;
use url::Url;

use super::{
    Answered, Asked, Cause, Desk, During, Error, Issued, Received, Setback, Stuck, Waiting, desk::JournalFile,
};
use crate::{
    domain::RawAnswer,
    journal::{Delivery, Event, Stage},
    protocol::validate::Rule,
};

/// No chain of certificates is longer than that, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// Why a file cannot even be read.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("there is no such file")]
    Gone,
    /// What it leads to can change between choosing and reading.
    #[error("this is a link and not the file itself")]
    Link,
    #[error("this is a folder or a device and not a file")]
    NotAFile,
    #[error("no certificate is larger than {LONGEST} bytes")]
    TooLarge,
    #[error("the file cannot be read: {0}")]
    Io(io::Error),
}

impl From<io::Error> for NoAnswer {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Gone,
            io::ErrorKind::IsADirectory => Self::NotAFile,
            _ => Self::Io(error),
        }
    }
}

/// A file as if it had come off the wire. May block.
pub fn read_answer(path: &Path) -> Result<RawAnswer, NoAnswer> {
    let path = std::path::absolute(path)?;
    let found = fs::symlink_metadata(&path)?;
    if found.is_symlink() {
        return Err(NoAnswer::Link);
    }
    // A pipe would wait for ever: it is not even opened.
    if !found.is_file() {
        return Err(NoAnswer::NotAFile);
    }
    let mut body = Vec::new();
    File::open(&path)?.take(LONGEST + 1).read_to_end(&mut body)?;
    if body.len() as u64 > LONGEST {
        return Err(NoAnswer::TooLarge);
    }
    let url = Url::from_file_path(&path).map_err(|()| NoAnswer::NotAFile)?;
    Ok(RawAnswer { url, content_type: None, body })
}

impl Asked {
    /// A certificate that arrived by another road. The key is still here. A wrong file gives the state back as it was.
    pub async fn import(self, answer: RawAnswer) -> Result<Received, Setback> {
        let refused = kept_already(&self.desk, &self.file).or_else(|| misfit(&self.desk, &self.file, &answer));
        match refused {
            Some(error) => Err(Setback { error, session: Stuck::Asked(self) }),
            None => accept(self.desk, self.file, answer).await,
        }
    }
}

impl Waiting {
    /// The same while the CA prepares it: what it has sent by mail can be here before its own door opens.
    pub async fn import(self, answer: RawAnswer) -> Result<Received, Setback> {
        match misfit(self.desk(), self.file(), &answer) {
            Some(error) => Err(Setback { error, session: Stuck::Waiting(self) }),
            None => accept(self.desk().clone(), self.file().clone(), answer).await,
        }
    }
}

/// What was believed once is kept, also when it is not believed now: no other answer takes its place.
fn kept_already(desk: &Desk, file: &JournalFile) -> Option<Error> {
    let enrollment = file.enrollment();
    if !matches!(enrollment.stage(), Stage::Validated | Stage::Installed) {
        return None;
    }
    let kept = enrollment.delivery().map(|kept| (&kept.answer, desk.read(file, &kept.answer, &kept.published)));
    let cause = match kept {
        Some((answer, Err(Rule::Dates))) => desk.disbelief(file, answer, Rule::Dates).cause,
        _ => Cause::AnswerUnusable,
    };
    Some(file.error(During::Resume, cause))
}

/// A wrong file is not an answer: the enrollment stays as open as it was. Dates decide last, as always.
fn misfit(desk: &Desk, file: &JournalFile, answer: &RawAnswer) -> Option<Error> {
    match desk.read(file, answer, file.enrollment().published()) {
        Ok(_) | Err(Rule::Dates) => None,
        Err(rule) => Some(file.error(During::Validation, Cause::WrongFile(rule))),
    }
}

async fn accept(desk: Desk, file: JournalFile, answer: RawAnswer) -> Result<Received, Setback> {
    let delivery = Delivery { answer, published: file.enrollment().published().to_vec() };
    let recorded = file.record(Event::Answer(delivery.clone()));
    let answered = Answered { desk, file, delivery };
    if let Err(error) = recorded {
        let error = Error::new(During::Reading, Issued::Yes, error).by(answered.file.means());
        return Err(Setback { error, session: Stuck::Answered(answered) });
    }
    let (silent, _) = mpsc::unbounded_channel();
    answered.keep(&silent).await
}

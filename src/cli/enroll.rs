//! `enroll` and `resume`: the session, told what it needs at once instead of page by page.

use std::{future::Future, io::Write, path::Path};

use tokio::sync::mpsc;
use url::Url;

use super::{Answer, Consent, Report, Reporter};
use crate::{
    domain::{Credentials, RawAnswer, Secret, SecurityLevel},
    session::{
        Applicant, Applied, Cause, Desk, During, Error, Interrupted, Issued, Progress, Received, Resumed, Setback,
        Stopped, resume as resume_session,
    },
};

/// Everything a person would have typed and chosen.
#[derive(Debug)]
pub struct Entries {
    pub credentials: Credentials,
    pub level: SecurityLevel,
    pub store_secret: Option<Secret>,
}

/// Gets a certificate. What an earlier run left goes on first: there is never a second request beside an open one.
pub async fn enroll<W: Write>(
    desk: &Desk,
    entries: Entries,
    consent: &mut dyn Consent,
    reporter: &mut Reporter<W>,
) -> Result<Report, Error> {
    match resume_session(desk).await? {
        None => {
            apply(
                Applicant::new(desk.clone(), entries.credentials),
                entries.level,
                entries.store_secret,
                consent,
                reporter,
            )
            .await
        }
        Some(resumed) => go_on(resumed, Some(entries), consent, reporter).await,
    }
}

/// Goes on with what an earlier run left. `answer` is a certificate that came by another road.
pub async fn resume<W: Write>(
    desk: &Desk,
    answer: Option<RawAnswer>,
    entries: Option<Entries>,
    consent: &mut dyn Consent,
    reporter: &mut Reporter<W>,
) -> Result<Report, Error> {
    let Some(resumed) = resume_session(desk).await? else {
        return Ok(Report::Nothing);
    };
    match (answer, resumed.interrupted) {
        (Some(answer), Interrupted::Asked(asked) | Interrupted::NotBelieved(asked)) => {
            let received = asked.import(answer).await.map_err(|setback| setback.error)?;
            install(received, consent, reporter).await
        }
        (_, interrupted) => {
            let resumed = Resumed { unfinished: resumed.unfinished, interrupted };
            go_on(resumed, entries, consent, reporter).await
        }
    }
}

/// The certificate file of `--answer`, as if it had come off the wire.
pub fn read_answer(path: &Path) -> std::io::Result<RawAnswer> {
    let path = std::path::absolute(path)?;
    let url = Url::from_file_path(&path).map_err(|()| std::io::ErrorKind::InvalidInput)?;
    Ok(RawAnswer { url, content_type: None, body: std::fs::read(&path)? })
}

async fn go_on<W: Write>(
    resumed: Resumed,
    entries: Option<Entries>,
    consent: &mut dyn Consent,
    reporter: &mut Reporter<W>,
) -> Result<Report, Error> {
    match (resumed.interrupted, entries) {
        (Interrupted::Received(received), _) => install(received, consent, reporter).await,
        (Interrupted::Asked(asked), Some(Entries { credentials, level, store_secret })) => {
            let applicant = asked.ask_again(credentials).map_err(|setback| setback.error)?;
            apply(applicant, level, store_secret, consent, reporter).await
        }
        (Interrupted::Asked(_), None) if matches!(resumed.unfinished.stopped, Stopped::Waiting { .. }) => {
            Err(Error::new(During::Resume, Issued::Unknown, Cause::StillWaiting))
        }
        (Interrupted::Asked(_), _) => Err(Error::new(During::Resume, Issued::Unknown, Cause::AnswerMissing)),
        (Interrupted::NotBelieved(_), _) => Err(Error::new(During::Resume, Issued::Unknown, Cause::AnswerUnusable)),
    }
}

async fn apply<W: Write>(
    applicant: Applicant,
    level: SecurityLevel,
    store_secret: Option<Secret>,
    consent: &mut dyn Consent,
    reporter: &mut Reporter<W>,
) -> Result<Report, Error> {
    let profile = applicant.profile();
    let introduced = applicant.introduce().await.map_err(|setback| setback.error)?;
    if consent.allow(&profile, introduced.introduction()) == Answer::No {
        return Ok(Report::cancelled(introduced.issued()));
    }
    let allowed = introduced.allow();
    match with_steps(reporter, |progress| allowed.apply(level, store_secret, progress)).await? {
        Applied::Received(received) => install(received, consent, reporter).await,
        Applied::Waiting(waiting) => Ok(Report::Pending { retry_at: waiting.until() }),
    }
}

async fn install<W: Write>(
    received: Received,
    consent: &mut dyn Consent,
    reporter: &mut Reporter<W>,
) -> Result<Report, Error> {
    if consent.install(received.certificate()) == Answer::No {
        return Ok(Report::cancelled(Issued::Yes));
    }
    let complete = with_steps(reporter, |progress| received.install(progress)).await?;
    Ok(Report::installed(complete.receipt()))
}

/// Prints each step while the work goes on.
async fn with_steps<W, T, F>(reporter: &mut Reporter<W>, work: impl FnOnce(Progress) -> F) -> Result<T, Error>
where
    W: Write,
    F: Future<Output = Result<T, Setback>>,
{
    let (progress, mut steps) = mpsc::unbounded_channel();
    let work = work(progress);
    tokio::pin!(work);
    let result = loop {
        tokio::select! {
            biased;
            Some(step) = steps.recv() => reporter.step(step),
            result = &mut work => break result,
        }
    };
    while let Ok(step) = steps.try_recv() {
        reporter.step(step);
    }
    result.map_err(|setback| setback.error)
}

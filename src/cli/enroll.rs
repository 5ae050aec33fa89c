//! `enroll`, `renew` and `resume`: the session, told what it needs at once instead of page by page.

use std::{future::Future, io::Write};

use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::{Answer, Consent, EntryError, Report, Reporter};
use crate::{
    domain::{Credentials, RawAnswer, Secret, SecurityLevel, Thumbprint},
    session::{
        Applicant, Applied, Asked, Cause, Desk, During, Error, Interrupted, Issued, Progress, Received, Resumed,
        Setback, Stopped, Stuck, renewable, resume as resume_session,
    },
};

/// Everything a person would have typed and chosen.
#[derive(Debug)]
pub struct Entries {
    pub credentials: Credentials,
    pub level: SecurityLevel,
}

impl Entries {
    pub fn new(
        desk: &Desk,
        credentials: Option<Credentials>,
        wanted: Option<SecurityLevel>,
    ) -> Result<Self, EntryError> {
        let credentials = credentials.ok_or(EntryError::Missing)?;
        Ok(Self { credentials, level: level(desk, wanted)? })
    }
}

/// Without a wish the level is 中, or what the bank asks for at least.
pub fn level(desk: &Desk, wanted: Option<SecurityLevel>) -> Result<SecurityLevel, EntryError> {
    let least = desk.profile.key.minimum_level;
    match wanted {
        Some(level) if level < least => Err(EntryError::LevelTooLow),
        wanted => Ok(wanted.unwrap_or(SecurityLevel::Medium.max(least))),
    }
}

/// One run of the program without a window.
#[derive(Debug)]
pub struct Run<'a, W> {
    pub desk: &'a Desk,
    pub store_secret: Option<Secret>,
    /// For what the bank keeps under a reference.
    pub pickup_pin: Option<Secret>,
    pub consent: &'a mut dyn Consent,
    pub reporter: &'a mut Reporter<W>,
}

impl<W: Write> Run<'_, W> {
    /// Gets a certificate. What an earlier run left goes on first: there is never a second request beside an open one.
    pub async fn enroll(mut self, entries: Entries) -> Result<Report, Error> {
        match resume_session(self.desk).await? {
            None => self.apply(Applicant::new(self.desk.clone(), entries.credentials), entries.level).await,
            Some(resumed) => self.go_on(resumed, Some(entries)).await,
        }
    }

    /// Renews the certificate with this thumbprint, or the only one that can be. Here, too, what is open goes first.
    pub async fn renew(mut self, wanted: Option<Thumbprint>, level: SecurityLevel) -> Result<Report, Error> {
        if let Some(resumed) = resume_session(self.desk).await? {
            return self.go_on(resumed, None).await;
        }
        let present = renewable(self.desk, wanted, self.store_secret.clone(), &TimeZone::system()).await?;
        self.apply(Applicant::renewing(self.desk.clone(), present)?, level).await
    }

    /// Goes on with what an earlier run left. `answer` is a certificate that came by another road.
    pub async fn resume(mut self, answer: Option<RawAnswer>, entries: Option<Entries>) -> Result<Report, Error> {
        let Some(Resumed { unfinished, interrupted }) = resume_session(self.desk).await? else {
            return Ok(Report::Nothing);
        };
        match (answer, interrupted) {
            (Some(answer), Interrupted::Asked(asked) | Interrupted::NotBelieved(asked)) => {
                let imported = asked.import(answer).await;
                let received = self.or_stop(imported)?;
                self.install(received).await
            }
            (_, interrupted) => self.go_on(Resumed { unfinished, interrupted }, entries).await,
        }
    }

    async fn go_on(&mut self, resumed: Resumed, entries: Option<Entries>) -> Result<Report, Error> {
        let stopped = &resumed.unfinished.stopped;
        let waits = matches!(stopped, Stopped::Waiting { .. } | Stopped::HandedOut);
        if let (Stopped::Registered { .. } | Stopped::PickupUnknown { .. }, Interrupted::Asked(_)) =
            (stopped, &resumed.interrupted)
        {
            return self.pick_up(resumed).await;
        }
        let failed = |asked: Asked, cause| Err(Error::new(During::Resume, asked.issued(), cause));
        let expired = matches!(stopped, Stopped::PickupExpired { .. });
        match (resumed.interrupted, entries) {
            (Interrupted::Asked(asked), _) if expired => Err(asked.expired()),
            (Interrupted::Received(received), _) => self.install(received).await,
            (Interrupted::NotBelieved(asked), _) => match resumed.unfinished.stopped {
                Stopped::OutOfDate { here, from, until } => failed(asked, Cause::OutOfDate { here, from, until }),
                _ => failed(asked, Cause::AnswerUnusable),
            },
            (Interrupted::Asked(asked), _) if waits && self.desk.ports.clock.now() < asked.until() => {
                Ok(Report::pending(asked.until()))
            }
            (Interrupted::Asked(asked), _) if asked.renews().is_some() => self.renew_again(asked).await,
            (Interrupted::Asked(asked), None) if waits => Ok(Report::pending(asked.until())),
            (Interrupted::Asked(asked), Some(entries)) => self.ask_again(asked, entries).await,
            (Interrupted::Asked(asked), None) => failed(asked, Cause::AnswerMissing),
        }
    }

    /// Without its PIN nothing is asked, and nothing before the time that the bank has named. After a lost answer it
    /// has named none.
    async fn pick_up(&mut self, resumed: Resumed) -> Result<Report, Error> {
        let Interrupted::Asked(asked) = resumed.interrupted else { return Ok(Report::Nothing) };
        let has_a_time = matches!(resumed.unfinished.stopped, Stopped::Registered { .. });
        match self.pickup_pin.take() {
            Some(pin) if !has_a_time || self.desk.ports.clock.now() >= asked.until() => {
                let level = asked.level();
                let applicant = self.or_stop(asked.pick_up(pin))?;
                self.apply(applicant, level).await
            }
            _ => Ok(Report::registered(&asked)),
        }
    }

    async fn ask_again(&mut self, asked: Asked, entries: Entries) -> Result<Report, Error> {
        let applicant = self.or_stop(asked.ask_again(entries.credentials))?;
        self.apply(applicant, entries.level).await
    }

    /// A renewal needs nothing of its user but the store's password.
    async fn renew_again(&mut self, asked: Asked) -> Result<Report, Error> {
        let level = asked.level();
        let applicant = self.or_stop(asked.renew_again())?;
        self.apply(applicant, level).await
    }

    async fn apply(&mut self, applicant: Applicant, level: SecurityLevel) -> Result<Report, Error> {
        let introduced = applicant.introduce().await;
        let introduced = self.or_stop(introduced)?;
        if self.consent.allow(self.desk, &introduced) == Answer::No {
            return Ok(Report::cancelled(introduced.issued(), introduced.means()));
        }
        let (allowed, secret) = (introduced.allow(), self.store_secret.clone());
        match self.with_steps(|progress| allowed.apply(level, secret, progress)).await? {
            Applied::Received(received) => self.install(received).await,
            Applied::Waiting(waiting) => Ok(Report::pending(waiting.until())),
            Applied::Registered(asked) => Ok(Report::registered(&asked)),
        }
    }

    async fn install(&mut self, received: Received) -> Result<Report, Error> {
        if self.consent.install(self.desk, &received) == Answer::No {
            return Ok(Report::cancelled(Issued::Yes, received.means()));
        }
        let secret = self.store_secret.clone();
        let complete = self.with_steps(|progress| received.install(secret, progress)).await?;
        Ok(Report::installed(complete.receipt()))
    }

    /// Prints each step while the work goes on.
    async fn with_steps<T, F>(&mut self, work: impl FnOnce(Progress) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Setback>>,
    {
        let (progress, mut steps) = mpsc::unbounded_channel();
        let work = work(progress);
        tokio::pin!(work);
        let result = loop {
            tokio::select! {
                biased;
                Some(step) = steps.recv() => self.reporter.step(step),
                result = &mut work => break result,
            }
        };
        while let Ok(step) = steps.try_recv() {
            self.reporter.step(step);
        }
        self.or_stop(result)
    }

    /// Without a window nobody can press "again": what only this process holds is printed before it goes.
    fn or_stop<T>(&mut self, result: Result<T, Setback>) -> Result<T, Error> {
        result.map_err(|Setback { error, session }| {
            if let Stuck::Answered(answered) = &session
                && let Some(answer) = answered.unkept()
            {
                self.reporter.unkept(answer);
            }
            error
        })
    }
}

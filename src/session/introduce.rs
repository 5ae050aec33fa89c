//! Before anything is sent: the numbers are here, the server has shown who it is, the user has said yes.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{Asked, Cause, Desk, During, Error, Issued, Setback, Stuck, desk::JournalFile};
use crate::{
    domain::{Credentials, Profile, SecurityLevel, build_day, is_before_build},
    keystore::KeyStore,
    protocol::Introduction,
};

/// More than this between the two clocks, and a fresh certificate would not be valid yet on this PC.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Somebody with numbers.
#[derive(Debug)]
pub struct Applicant {
    pub(super) desk: Desk,
    pub(super) credentials: Credentials,
    /// The enrollment whose lost answer is asked for again; `None`: a new one.
    pub(super) earlier: Option<JournalFile>,
}

impl Applicant {
    pub fn new(desk: Desk, credentials: Credentials) -> Self {
        Self { desk, credentials, earlier: None }
    }

    pub fn profile(&self) -> Arc<Profile> {
        Arc::clone(&self.desk.profile)
    }

    /// Looks at the server without sending anything of the user's. With a clock that cannot be right, nobody is asked.
    pub async fn introduce(self) -> Result<Introduced, Setback> {
        let here = self.desk.ports.clock.now();
        if is_before_build(here) {
            let cause = Cause::ClockBeforeBuild { here, built: build_day() };
            return Err(self.stuck(Error::new(During::Introduction, Issued::No, cause)));
        }
        match self.desk.ports.protocol.introduce().await {
            Ok(introduction) => self.check_clock(introduction),
            Err(error) => {
                let error = Error::from_protocol(During::Introduction, error);
                Err(self.stuck(Error { issued: Issued::No, ..error }))
            }
        }
    }

    fn settled_level(&self) -> Option<SecurityLevel> {
        self.earlier.as_ref().map(|file| file.enrollment().intent().level)
    }

    /// Wipes the numbers. What is left is the earlier request, if there was one.
    pub fn withdraw(self) -> Option<Asked> {
        self.earlier.map(|file| Asked::new(self.desk, file))
    }

    fn check_clock(self, introduction: Introduction) -> Result<Introduced, Setback> {
        let here = self.desk.ports.clock.now();
        match introduction.server_time {
            Some(server) if here.duration_since(server).abs() > CLOCK_TOLERANCE => {
                let error = Error::new(During::Introduction, Issued::No, Cause::Clock { here, server });
                Err(self.stuck(error))
            }
            _ => Ok(Introduced { applicant: self, introduction }),
        }
    }

    /// An earlier request stays as open as it was.
    fn stuck(self, error: Error) -> Setback {
        let issued = self.earlier.as_ref().map_or(error.issued, JournalFile::issued);
        Setback { error: Error { issued, ..error }, session: Stuck::Applicant(self) }
    }
}

/// The server has shown who it is: trust page 1.
#[derive(Debug)]
pub struct Introduced {
    applicant: Applicant,
    introduction: Introduction,
}

impl Introduced {
    pub fn introduction(&self) -> &Introduction {
        &self.introduction
    }

    /// The level of the key that exists already, when an earlier request is asked for again.
    pub fn settled_level(&self) -> Option<SecurityLevel> {
        self.applicant.settled_level()
    }

    /// What is known of the certificate: an earlier request stays as open as it was.
    pub fn issued(&self) -> Issued {
        self.applicant.earlier.as_ref().map_or(Issued::No, JournalFile::issued)
    }

    /// いいえ(N), or back.
    pub fn withdraw(self) -> Option<Asked> {
        self.applicant.withdraw()
    }

    /// はい(Y)
    pub fn allow(self) -> Allowed {
        Allowed { applicant: self.applicant, introduction: self.introduction }
    }
}

/// The user has allowed this server. Only this state can send.
#[derive(Debug)]
pub struct Allowed {
    pub(super) applicant: Applicant,
    pub(super) introduction: Introduction,
}

impl Allowed {
    /// The level of the key that exists already, when an earlier request is asked for again.
    pub fn settled_level(&self) -> Option<SecurityLevel> {
        self.applicant.settled_level()
    }

    pub fn introduction(&self) -> &Introduction {
        &self.introduction
    }

    /// Where the key will live.
    pub fn store(&self) -> &dyn KeyStore {
        self.applicant.desk.ports.store.as_ref()
    }

    /// Back to trust page 1.
    pub fn step_back(self) -> Introduced {
        Introduced { applicant: self.applicant, introduction: self.introduction }
    }
}

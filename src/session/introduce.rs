//! Before anything is sent: numbers, certificate or PIN are here, the server has shown who it is, the user has said yes.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{Asked, Cause, Desk, During, Error, Issued, Means, Setback, Stuck, claim::Claim, desk::JournalFile};
use crate::{
    domain::{Certificate, Credentials, Profile, SecurityLevel, WantedExtensions, build_day, is_before_build},
    keystore::KeyStore,
    protocol::{Introduction, Wishes},
};

/// More than this between the two clocks, and a fresh certificate would not be valid yet on this PC.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Somebody with numbers, or with the certificate that is to be renewed.
#[derive(Debug)]
pub struct Applicant {
    pub(super) desk: Desk,
    pub(super) claim: Claim,
    /// The enrollment that is asked for again, or picked up; `None`: a new one.
    pub(super) earlier: Option<JournalFile>,
}

impl Applicant {
    pub fn new(desk: Desk, credentials: Credentials) -> Self {
        Self { desk, claim: Claim::Numbers(credentials), earlier: None }
    }

    pub fn profile(&self) -> Arc<Profile> {
        Arc::clone(&self.desk.profile)
    }

    pub fn means(&self) -> Means {
        self.claim.means()
    }

    /// The certificate that is to be renewed.
    pub fn renews(&self) -> Option<&Certificate> {
        self.claim.renews()
    }

    /// Looks at the server without sending anything of the user's. With a clock that cannot be right, nobody is asked.
    pub async fn introduce(self) -> Result<Introduced, Setback> {
        match self.look().await {
            Ok((introduction, wanted)) => Ok(Introduced { applicant: self, introduction, wanted }),
            Err(error) => Err(self.stuck(error)),
        }
    }

    async fn look(&self) -> Result<(Introduction, WantedExtensions), Error> {
        let here = self.desk.ports.clock.now();
        if is_before_build(here) {
            let cause = Cause::ClockBeforeBuild { here, built: build_day() };
            return Err(Error::new(During::Introduction, Issued::No, cause));
        }
        let unseen = |error| Error { issued: Issued::No, ..Error::from_protocol(During::Introduction, error) };
        let introduction = self.desk.ports.protocol.introduce().await.map_err(unseen)?;
        self.check_clock(&introduction)?;
        // An earlier request is made again as it was, whatever the CA wants by now.
        if !self.desk.profile.ca.csrattrs || self.earlier.is_some() {
            return Ok((introduction, WantedExtensions::default()));
        }
        let failed = |cause| Error::new(During::Introduction, Issued::No, cause);
        match self.desk.ports.protocol.wishes(introduction.peer.key).await.map_err(unseen)? {
            Wishes::Refused(refusal) => Err(failed(Cause::Refused(refusal))),
            Wishes::These(attributes) => {
                let wanted = attributes.extensions(self.desk.profile.key.bits, self.renews());
                Ok((introduction, wanted.map_err(|error| failed(error.into()))?))
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

    fn check_clock(&self, introduction: &Introduction) -> Result<(), Error> {
        let here = self.desk.ports.clock.now();
        match introduction.server_time {
            Some(server) if here.duration_since(server).abs() > CLOCK_TOLERANCE => {
                Err(Error::new(During::Introduction, Issued::No, Cause::Clock { here, server }))
            }
            _ => Ok(()),
        }
    }

    /// An earlier request stays as open as it was.
    fn stuck(self, error: Error) -> Setback {
        let error = match &self.earlier {
            Some(file) => error.standing_at(file.stage()),
            None => error,
        };
        Setback { error: error.by(self.claim.means()), session: Stuck::Applicant(self) }
    }
}

/// The server has shown who it is: trust page 1.
#[derive(Debug)]
pub struct Introduced {
    applicant: Applicant,
    introduction: Introduction,
    wanted: WantedExtensions,
}

impl Introduced {
    pub fn introduction(&self) -> &Introduction {
        &self.introduction
    }

    pub fn means(&self) -> Means {
        self.applicant.claim.means()
    }

    /// The certificate that will be shown to the CA: the one that is to be renewed.
    pub fn renews(&self) -> Option<&Certificate> {
        self.applicant.renews()
    }

    /// Where the key will live.
    pub fn store(&self) -> &dyn KeyStore {
        self.applicant.desk.ports.store.as_ref()
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
        Allowed { applicant: self.applicant, introduction: self.introduction, wanted: self.wanted }
    }
}

/// The user has allowed this server. Only this state can send.
#[derive(Debug)]
pub struct Allowed {
    pub(super) applicant: Applicant,
    pub(super) introduction: Introduction,
    /// What the CA wants in the request.
    pub(super) wanted: WantedExtensions,
}

impl Allowed {
    pub fn means(&self) -> Means {
        self.applicant.claim.means()
    }

    /// The level of the key that exists already, when an earlier request is asked for again.
    pub fn settled_level(&self) -> Option<SecurityLevel> {
        self.applicant.settled_level()
    }

    pub fn introduction(&self) -> &Introduction {
        &self.introduction
    }

    /// Back to trust page 1.
    pub fn step_back(self) -> Introduced {
        Introduced { applicant: self.applicant, introduction: self.introduction, wanted: self.wanted }
    }
}

//! A CA that takes a request by mail or over a counter: there is no server to look at, and nothing leaves this PC by
//! itself. The user carries the request there and the certificate back.

use super::{
    Applicant, Asked, During, Progress, Setback, Step, Stuck, Unfinished,
    apply::{before_the_key, open, prepare},
    resume::without_answer,
};
use crate::{
    domain::{Secret, SecurityLevel, WantedExtensions},
    journal::Event,
    keystore::KeyStore,
    protocol::csr,
};

impl Applicant {
    /// Where the key will live.
    pub fn store(&self) -> &dyn KeyStore {
        self.desk.ports.store.as_ref()
    }

    /// Makes key and request. Sends nothing. From here on the key is kept: the request may be with the bank.
    pub async fn draft(
        self,
        level: SecurityLevel,
        store_secret: Option<Secret>,
        progress: Progress,
    ) -> Result<Asked, Setback> {
        let Self { desk, claim, earlier } = self;
        let stuck = |desk, claim, error| {
            Err(Setback { error, session: Stuck::Applicant(Self { desk, claim, earlier: earlier.clone() }) })
        };
        let _ = progress.send(Step::MakeKey);
        let evidence = match open(&desk, claim, &[], store_secret).await {
            Ok(evidence) => evidence,
            Err((claim, cause)) => return stuck(desk, claim, before_the_key(cause)),
        };
        let (file, request) = match prepare(&desk, &evidence, level, WantedExtensions::default(), &progress).await {
            Ok(prepared) => prepared,
            Err(error) => return stuck(desk, evidence.into_claim(), error),
        };
        match file.record(Event::HandedOut { request }) {
            Ok(()) => Ok(Asked::new(desk, file)),
            Err(error) => {
                let error = file.error(During::Request, error);
                // Nobody has seen the request: the key goes now, or at the next start.
                let _ = desk.abandon(&file).await;
                stuck(desk, evidence.into_claim(), error)
            }
        }
    }
}

impl Asked {
    /// The request that the user carries to the bank, as a file holds it.
    pub fn request(&self) -> Option<String> {
        self.file.enrollment().handed_out().map(csr::pem)
    }

    /// How the enrollment looks on a page: the same as at a later start.
    pub fn unfinished(&self) -> Unfinished {
        let enrollment = self.file.enrollment();
        Unfinished {
            stopped: without_answer(&self.desk, &enrollment),
            last_action: enrollment.last_action(),
            level: enrollment.intent().level,
            means: self.file.means(),
        }
    }
}

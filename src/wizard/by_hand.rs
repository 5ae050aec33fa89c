//! A CA without a door on the network: from the numbers straight to the level, and from there to a request that the user
//! carries.

use std::sync::Arc;

use super::{Does, Effects, Outcome, Wizard, job, stage::Stage};
use crate::{
    keystore::{StoreDescription, StoreError},
    page::{
        self, Purpose,
        progress::{Kind, Progress},
        security,
    },
    session::{Applicant, Asked, Cause, Error, Interrupted, Means, Setback, Stuck},
};

impl Wizard {
    /// No server is looked at: what the level page says of the store is all that is asked before it.
    pub(super) fn look_at_the_store(&mut self, applicant: Applicant) -> Does {
        self.stage = Stage::Introducing { means: Means::Numbers };
        self.job(job::in_background(move || {
            let store = applicant.store().description();
            Outcome::Described(Box::new((applicant, store)))
        }))
    }

    pub(super) fn ask_for_level_by_hand(&mut self, (session, store): (Applicant, StoreDescription)) -> Does {
        let page = page::Security::new(Arc::clone(&self.world.profile), store, Purpose::ByHand);
        self.stage = Stage::Draft { page, session };
        Effects::default()
    }

    pub(super) fn draft(&mut self, action: security::Action) -> Does {
        let Stage::Draft { page: level, session } = self.take_stage() else { return Effects::default() };
        match action {
            security::Action::Back => {
                self.enter_again(session.withdraw());
                Effects::default()
            }
            security::Action::Issue { level: chosen, store_secret } => {
                self.begin_act();
                let page = Progress::new(Arc::clone(&self.world.profile), Kind::Drafting);
                self.stage = Stage::Drafting { page, level };
                self.job_with_steps(|progress| async move {
                    Outcome::Drafted(session.draft(chosen, store_secret, progress).await)
                })
            }
        }
    }

    pub(super) fn drafted(&mut self, result: Result<Asked, Setback>) -> Does {
        match result {
            Ok(asked) => {
                let (profile, now) = (Arc::clone(&self.world.profile), self.world.clock.now());
                let page = page::Resume::new(profile, asked.unfinished(), now, self.world.zone.clone());
                self.stage = Stage::Resume { page: page.just_drafted(), interrupted: Some(Interrupted::Asked(asked)) };
                Effects::default()
            }
            Err(Setback {
                error: Error { cause: Cause::Store(StoreError::SecretWrong(tries)), .. },
                session: Stuck::Applicant(session),
            }) => {
                if let Stage::Drafting { level, .. } = self.take_stage() {
                    self.stage = Stage::Draft { page: level.with_wrong_secret(tries), session };
                }
                Effects::default()
            }
            Err(setback) => self.stuck(setback),
        }
    }
}

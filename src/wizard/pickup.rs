//! Pick-up later: from the page with the PIN over trust page 1 straight to the one request; nothing else is to choose.

use std::sync::Arc;

use super::{Does, Outcome, Wizard, stage::Stage};
use crate::{
    domain::Secret,
    page::{
        self,
        progress::{Kind, Progress},
    },
    session::{Allowed, Asked, Error, Interrupted, Setback, Stuck},
};

impl Wizard {
    pub(super) fn come_with_pin(&mut self, asked: Asked, pin: Secret) -> Does {
        match asked.pick_up(pin) {
            Ok(applicant) => self.look_at_the_server(applicant),
            Err(setback) => self.stuck(setback),
        }
    }

    /// The click that sends.
    pub(super) fn pick_up(&mut self, session: Allowed) -> Does {
        self.begin_act();
        let page = Progress::new(Arc::clone(&self.world.profile), Kind::PickingUp);
        let level = session.settled_level().unwrap_or(self.world.profile.key.minimum_level);
        self.stage = Stage::Issuing { page, shown: session.introduction().clone(), level: None };
        self.job_with_steps(|progress| async move { Outcome::Applied(session.apply(level, None, progress).await) })
    }

    /// A receipt, or a "not yet" to the PIN.
    pub(super) fn registered(&mut self, asked: Asked) {
        let was_picking_up = matches!(self.stage, Stage::Issuing { level: None, .. });
        let page = self.counter(&asked);
        let page = if was_picking_up { page.not_ready() } else { page.just_registered() };
        self.stage = Stage::Resume { page, interrupted: Some(Interrupted::Asked(asked)) };
    }

    /// What is settled at the page with the PIN is told there; everything else has its own page.
    pub(super) fn not_picked_up(&mut self, error: Error, asked: Asked) -> Does {
        let page = self.counter(&asked);
        let page = match error.wrong_pin() {
            Some(tries_left) => page.with_wrong_pin(tries_left),
            None if error.is_expired_pickup() => page,
            None => return self.stuck(Setback { error, session: Stuck::Asked(asked) }),
        };
        self.stage = Stage::Resume { page, interrupted: Some(Interrupted::Asked(asked)) };
        Does::default()
    }

    fn counter(&self, asked: &Asked) -> page::Resume {
        let (profile, now) = (Arc::clone(&self.world.profile), self.world.clock.now());
        page::Resume::new(profile, asked.unfinished(), now, self.world.zone.clone())
    }
}

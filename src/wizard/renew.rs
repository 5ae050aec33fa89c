//! 更新: the present certificate takes the place of the numbers, and everything after that is the same.

use super::{Does, Wizard};
use crate::{
    domain::{Certificate, RoleId},
    session::{Applicant, Asked, Setback, Stuck},
};

impl Wizard {
    /// With this certificate out of that place.
    pub(super) fn renew(&mut self, role: &RoleId, place: usize, present: Certificate) -> Does {
        let role = self.world.profile.role(role).cloned();
        self.choose(role.unwrap_or_else(|| self.role.clone()), place);
        let Some(desk) = self.desk() else { return self.open_again() };
        match Applicant::renewing(desk, present) {
            Ok(applicant) => self.look_at_the_server(applicant),
            Err(error) => self.stuck(Setback { error, session: Stuck::Over }),
        }
    }

    /// The same request once more, without a page of numbers.
    pub(super) fn renew_again(&mut self, asked: Asked) -> Does {
        match asked.renew_again() {
            Ok(applicant) => self.look_at_the_server(applicant),
            Err(setback) => self.stuck(setback),
        }
    }
}

//! The proxy on the way: it asks, the user answers, and the look at the server goes on where it stopped.

use std::sync::Arc;

use super::{Does, Effects, Wizard, job, stage::Stage};
use crate::{
    page::{self, proxy_login},
    protocol::transport::{Basic, LoginDemand},
    session::Applicant,
};

impl Wizard {
    pub(super) fn show_proxy_login(&mut self, demand: LoginDemand, applicant: Applicant) -> Does {
        let page = match self.take_stage() {
            Stage::ProxyLogin { page, .. } => page.refused(demand),
            _ => page::ProxyLogin::new(Arc::clone(&self.world.profile), demand, self.caps_lock),
        };
        self.stage = Stage::ProxyLogin { page, session: Some(applicant) };
        Effects::default()
    }

    pub(super) fn proxy_login(&mut self, action: proxy_login::Action) -> Does {
        let Stage::ProxyLogin { session, .. } = &mut self.stage else { return Effects::default() };
        let Some(applicant) = session.take() else { return Effects::default() };
        match action {
            proxy_login::Action::Connect { user, password } => {
                // One transport serves the portal and the CA.
                self.world.portal.log_in_at_proxy(Basic { user, password });
                self.job(job::introduce(applicant))
            }
            proxy_login::Action::Back => {
                self.enter_again(applicant.withdraw());
                Effects::default()
            }
        }
    }
}

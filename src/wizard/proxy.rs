//! The proxy on the way: it asks, the user answers, and what was stopped goes on.

use std::sync::Arc;

use super::{
    Does, Effects, Outcome, Wizard, job,
    stage::{Errand, Stage},
};
use crate::{
    page::{self, proxy_login},
    protocol::{LoginDemand, transport::Basic},
    session::{Complete, Means},
};

impl Wizard {
    pub(super) fn show_proxy_login(&mut self, demand: LoginDemand, errand: Errand) -> Does {
        let page = match self.take_stage() {
            Stage::ProxyLogin { page, .. } => page.refused(demand),
            _ => page::ProxyLogin::new(Arc::clone(&self.world.profile), demand, self.caps_lock),
        };
        self.stage = Stage::ProxyLogin { page, errand };
        Effects::default()
    }

    pub(super) fn proxy_login(&mut self, action: proxy_login::Action) -> Does {
        let Stage::ProxyLogin { errand, .. } = &mut self.stage else { return Effects::default() };
        match (action, errand.take()) {
            (proxy_login::Action::Connect { user, password }, errand) => {
                // One transport serves the portal and the CA.
                self.world.portal.log_in_at_proxy(Basic { user, password });
                self.set_out_again(errand)
            }
            (proxy_login::Action::Back, Errand::Introduction(Some(applicant)))
                if applicant.means() != Means::Numbers =>
            {
                self.open_again()
            }
            (proxy_login::Action::Back, Errand::Introduction(Some(applicant))) => {
                self.enter_again(applicant.withdraw());
                Effects::default()
            }
            (proxy_login::Action::Back, Errand::Login { page, session: Some(complete) }) => {
                self.show_complete(page, complete);
                Effects::default()
            }
            (proxy_login::Action::Back, _) => Effects::default(),
        }
    }

    fn set_out_again(&mut self, errand: Errand) -> Does {
        match errand {
            Errand::Introduction(Some(applicant)) => self.job(job::introduce(applicant)),
            Errand::Login { session: Some(complete), .. } => self.prove_login(complete),
            Errand::Introduction(None) | Errand::Login { session: None, .. } => Effects::default(),
        }
    }

    pub(super) fn prove_login(&self, complete: Complete) -> Does {
        self.job(async move { Outcome::LoginTried(Complete::prove_login(complete).await) })
    }
}

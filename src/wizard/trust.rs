//! From trust page 1 to the level page, and back.

use std::sync::Arc;

use super::{Does, Effects, Wizard, stage::Stage};
use crate::{
    keystore::StoreDescription,
    page::{self, Purpose, trust},
    session::{Allowed, Introduced, Means},
};

impl Wizard {
    pub(super) fn trust(&mut self, action: trust::Action) -> Does {
        let Stage::Trust { session, store, .. } = self.take_stage() else { return Effects::default() };
        match action {
            trust::Action::Allow if session.means() == Means::Pin => return self.pick_up(session.allow()),
            trust::Action::Allow => self.ask_for_level(session.allow(), store),
            trust::Action::Back if session.means() != Means::Numbers => return self.open_again(),
            trust::Action::Back => self.enter_again(session.withdraw()),
            trust::Action::Refuse => {
                let purpose = Purpose::of(session.settled_level(), session.means());
                self.stage = Stage::Refused { page: page::Refused::new(purpose) };
            }
        }
        Effects::default()
    }

    fn ask_for_level(&mut self, session: Allowed, store: StoreDescription) {
        let purpose = Purpose::of(session.settled_level(), session.means());
        let page = page::Security::new(Arc::clone(&self.world.profile), store, purpose);
        self.stage = Stage::Security { page, session };
    }

    pub(super) fn back_to_trust(&mut self) -> Does {
        if let Stage::Security { page, session } = self.take_stage() {
            self.show_trust(session.step_back(), page.store().clone());
        }
        Effects::default()
    }

    pub(super) fn show_trust(&mut self, session: Introduced, store: StoreDescription) {
        let profile = Arc::clone(&self.world.profile);
        let purpose = Purpose::of(session.settled_level(), session.means());
        let page = page::Trust::new(profile, session.introduction(), purpose, self.world.zone.clone());
        self.stage = Stage::Trust { page: page.presenting(session.renews()), session, store };
    }
}

//! What a person does where an earlier run has stopped.

use super::{Does, Effects, Outcome, Wizard, act::close, stage::Stage};
use crate::{page::resume, session::Interrupted};

impl Wizard {
    pub(super) fn resume(&mut self, action: resume::Action) -> Does {
        let Stage::Resume { page, interrupted } = &mut self.stage else { return Effects::default() };
        match &action {
            resume::Action::Later => return close(),
            resume::Action::Copy => {
                let text = page.copy_text(&self.words);
                return self.copied(text);
            }
            resume::Action::Carry(errand) => return self.run(errand.clone()),
            resume::Action::GoOn
            | resume::Action::LookAgain
            | resume::Action::AskAgain
            | resume::Action::ApplyAnew
            | resume::Action::PickUp(_) => {}
        }
        match (action, interrupted.take()) {
            (resume::Action::GoOn, Some(Interrupted::Received(received))) => {
                self.stage = Stage::Settling;
                self.look(received)
            }
            (resume::Action::AskAgain, Some(Interrupted::Asked(asked))) if asked.renews().is_some() => {
                self.renew_again(asked)
            }
            (resume::Action::AskAgain, Some(Interrupted::Asked(asked))) => {
                self.enter_again(Some(asked));
                Effects::default()
            }
            (resume::Action::PickUp(pin), Some(Interrupted::Asked(asked))) => self.come_with_pin(asked, pin),
            (resume::Action::ApplyAnew, Some(Interrupted::Asked(asked) | Interrupted::NotBelieved(asked))) => {
                self.stage = Stage::Settling;
                self.job(async move { Outcome::GivenUp(asked.abandon().await) })
            }
            _ => self.open_again(),
        }
    }
}

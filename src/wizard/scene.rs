//! What there is to see now.

use super::{Does, Input, Outcome, Story, Ticking, Wizard, stage::Stage};
use crate::{
    page::{self, Page, Scene, Topic},
    session::{Means, Step},
};

impl Wizard {
    /// The page under dialogs and help.
    pub(super) fn page(&self) -> Page {
        let words = &self.words;
        match &self.stage {
            Stage::Opening | Stage::Settling => page::opening::view(words),
            Stage::Login(page) => page.view(words),
            Stage::Resume { page, .. } => page.view(words),
            Stage::Credentials { .. } => self.entry.view(words),
            Stage::Introducing { means: Means::Numbers } => page::opening::busy(self.entry.view(words), words),
            Stage::Introducing { means: Means::Certificate | Means::Pin } => page::opening::connecting(words),
            Stage::Telephone { page, .. } => page.view(words),
            Stage::ProxyLogin { page, errand } if errand.is_under_way() => page::opening::busy(page.view(words), words),
            Stage::ProxyLogin { page, .. } => page.view(words),
            Stage::Trust { page, .. } => page.view(words),
            Stage::Refused { page } => page.view(words),
            Stage::Security { page, .. } | Stage::Draft { page, .. } => page.view(words),
            Stage::Issuing { page, .. } | Stage::Drafting { page, .. } | Stage::Installing { page } => page.view(words),
            Stage::Waiting { page, .. } => page.view(words),
            Stage::Install { page, .. } => page.view(words),
            Stage::Complete { page, .. } => page.view(words),
            Stage::Setback { page, .. } => page.view(words),
        }
    }

    /// What the help is about.
    pub(super) fn topic(&self) -> Topic {
        match &self.stage {
            Stage::Opening | Stage::Settling => Topic::Opening,
            Stage::Login(_) => Topic::Login,
            Stage::Resume { page, .. } => page.topic(),
            Stage::Credentials { .. } | Stage::Introducing { .. } => self.entry.topic(),
            Stage::Telephone { .. } => Topic::Telephone,
            Stage::ProxyLogin { .. } => Topic::ProxyLogin,
            Stage::Trust { .. } => Topic::Trust,
            Stage::Refused { .. } => Topic::Refused,
            Stage::Security { .. } => Topic::Security,
            Stage::Draft { .. } => Topic::Draft,
            Stage::Issuing { .. } => Topic::Issuing,
            Stage::Drafting { .. } => Topic::Drafting,
            Stage::Waiting { .. } => Topic::Waiting,
            Stage::Install { .. } => Topic::Install,
            Stage::Installing { .. } => Topic::Installing,
            Stage::Complete { .. } => Topic::Complete,
            Stage::Setback { .. } => Topic::Setback,
        }
    }

    pub fn scene(&self) -> Scene {
        let words = &self.words;
        let page = match &self.help {
            Some(help) => help.view(words),
            None => self.keyboard.attach(self.page(), words),
        };
        let question = match &self.stage {
            Stage::Resume { page, .. } => page.dialog(words),
            Stage::Install { page, .. } => page.dialog(words),
            _ => None,
        };
        let dialog = self.dialog.and_then(|closing| closing.dialog(words)).or(question);
        let frame = page::frame(&self.world.profile, page.step, words);
        Scene { frame, page, dialog, toast: self.toast.clone() }
    }
}

impl Story for Wizard {
    type Outcome = Outcome;
    type Progress = Step;

    fn scene(&self) -> Scene {
        Self::scene(self)
    }

    fn handle(&mut self, input: Input<Outcome, Step>) -> Does {
        Self::handle(self, input)
    }

    fn ticking(&self) -> Ticking {
        Self::ticking(self)
    }
}

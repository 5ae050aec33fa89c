//! What a person does, page by page: an action of the page becomes a verb of the session.

use std::sync::Arc;

use super::{
    Does, Effects, Input, Outcome, Place, WindowClosing, Wizard, guard::Wish, job, job::LookedFor, stage::Stage,
};
use crate::{
    domain::{Credentials, ProtocolName, Role, Secret, SecurityLevel},
    i18n::Words,
    page::{
        self, Closing, Control, Event, Help, closing, complete, credentials, help, install, login, pending,
        progress::{Kind, Progress},
        refused, security, setback, telephone,
    },
    session::{Applicant, Asked, Desk, Received, Step, Stuck},
};

impl Wizard {
    /// Everything that can happen to a wizard comes through here.
    pub fn handle(&mut self, input: Input<Outcome, Step>) -> Does {
        let before = self.stage.name();
        let does = match input {
            Input::Event(event) => self.touched(event),
            Input::CloseRequested => self.close_requested(),
            Input::EndRequested => self.end_requested(),
            Input::Tick => self.ticked(),
            Input::Progress(step) => self.reached(step),
            Input::Finished(outcome) => self.finished(outcome),
        };
        self.close_keyboard_after(before);
        self.guarded(does)
    }

    fn touched(&mut self, event: Event) -> Does {
        self.last_touched = self.world.clock.now();
        self.ending = self.ending.map(|_| self.last_touched); // somebody is there
        self.toast = None;
        if let Event::CapsLock(caps_lock) = event {
            self.caps_lock = caps_lock;
        }
        if let Some(closing) = self.dialog {
            return self.answer_closing(closing, event);
        }
        match event {
            Event::Pressed(Control::Language) => self.words = Words::new(self.words.language().other()),
            Event::Pressed(Control::Help) => self.toggle_help(),
            event if self.help.is_some() => self.help_event(event),
            event => return self.typed(event),
        }
        Effects::default()
    }

    fn toggle_help(&mut self) {
        self.help = match self.help.take() {
            Some(_) => None,
            None => {
                let (profile, hands) = (Arc::clone(&self.world.profile), self.world.hands);
                Some(Help::new(profile, self.topic(), self.page().step, hands))
            }
        };
    }

    fn help_event(&mut self, event: Event) {
        if self.help.as_mut().and_then(|page| page.update(event)) == Some(help::Action::Close) {
            self.help = None;
        }
    }

    fn answer_closing(&mut self, closing: Closing, event: Event) -> Does {
        match closing.update(event) {
            Some(closing::Action::Stay) => {
                self.dialog = None;
                self.ending = None;
                Effects::default()
            }
            Some(closing::Action::AskWhenSafe) => {
                self.dialog = None;
                self.close_when_safe = Wish::Close;
                Effects::default()
            }
            Some(closing::Action::Leave) => close(),
            None => Effects::default(),
        }
    }

    pub(super) fn page_event(&mut self, event: Event) -> Does {
        match &mut self.stage {
            Stage::Opening
            | Stage::Settling
            | Stage::Introducing { .. }
            | Stage::Issuing { .. }
            | Stage::Drafting { .. }
            | Stage::Installing { .. } => Effects::default(),
            Stage::Login(page) => match page.update(event) {
                Some(action) => self.login(action),
                None => Effects::default(),
            },
            Stage::Credentials { .. } => match self.entry.update(event) {
                Some(action) => self.credentials(action),
                None => Effects::default(),
            },
            Stage::Telephone { page, .. } => match page.update(event) {
                Some(telephone::Action::Back) => self.back_from_telephone(),
                Some(telephone::Action::Close) => close(),
                None => Effects::default(),
            },
            Stage::ProxyLogin { errand, .. } if errand.is_under_way() => Effects::default(),
            Stage::ProxyLogin { page, .. } => match page.update(event) {
                Some(action) => self.proxy_login(action),
                None => Effects::default(),
            },
            Stage::Trust { page, .. } => match page.update(event) {
                Some(action) => self.trust(action),
                None => Effects::default(),
            },
            Stage::Refused { page } => match page.update(event) {
                Some(refused::Action::ToStart) => self.open_again(),
                Some(refused::Action::Close) => close(),
                None => Effects::default(),
            },
            Stage::Security { page, .. } => match page.update(event) {
                Some(security::Action::Issue { level, store_secret }) => self.issue(level, store_secret),
                Some(security::Action::Back) => self.back_to_trust(),
                None => Effects::default(),
            },
            Stage::Draft { page, .. } => match page.update(event) {
                Some(action) => self.draft(action),
                None => Effects::default(),
            },
            Stage::Waiting { page, .. } => match page.update(event) {
                Some(pending::Action::AskAgain) => self.poll(),
                Some(pending::Action::Later) => close(),
                Some(pending::Action::Carry(errand)) => self.run(errand),
                None => Effects::default(),
            },
            Stage::Install { page, .. } => match page.update(event) {
                Some(action) => self.installation(action),
                None => Effects::default(),
            },
            Stage::Complete { page, .. } => match page.update(event) {
                Some(action) => self.completion(action),
                None => Effects::default(),
            },
            Stage::Setback { page, .. } => match page.update(event) {
                Some(action) => self.mend(action),
                None => Effects::default(),
            },
            Stage::Resume { page, .. } => match page.update(event) {
                Some(action) => self.resume(action),
                None => Effects::default(),
            },
        }
    }

    fn login(&mut self, action: login::Action) -> Does {
        match action {
            login::Action::Start { role, store } => {
                let role = self.world.profile.role(&role).cloned();
                self.choose(role.unwrap_or_else(|| self.role.clone()), store);
                self.stage = Stage::Credentials { earlier: None };
                Effects::default()
            }
            login::Action::Renew { role, store, certificate } => self.renew(&role, store, certificate),
            login::Action::LookAgain => self.open_again(),
            login::Action::LookElsewhere(elsewhere) => self.look_elsewhere(elsewhere),
            login::Action::UseFile(file) => self.use_file(file),
            login::Action::Copy => self.copy_request(),
            login::Action::SaveRequest => self.save_request_to_issuer(),
            login::Action::Close => close(),
        }
    }

    /// Another role has other fields: what was typed for the one is not shown for the other.
    pub(super) fn choose(&mut self, role: Role, place: usize) {
        if role.id != self.role.id {
            self.entry = page::Credentials::new(Arc::clone(&self.world.profile), role.clone());
            self.entry.update(Event::CapsLock(self.caps_lock));
        }
        self.role = role;
        self.place = place;
    }

    fn credentials(&mut self, action: credentials::Action) -> Does {
        let Stage::Credentials { earlier } = &mut self.stage else { return Effects::default() };
        let earlier = earlier.take();
        match action {
            credentials::Action::Submit(credentials) => self.introduce(credentials, earlier),
            credentials::Action::Back => self.open_again(),
            credentials::Action::Telephone => {
                let page = page::Telephone::new(Arc::clone(&self.world.profile));
                self.stage = Stage::Telephone { page, earlier };
                Effects::default()
            }
        }
    }

    fn introduce(&mut self, credentials: Credentials, earlier: Option<Asked>) -> Does {
        self.entry.clear_secrets();
        let applicant = match earlier {
            Some(asked) => match asked.ask_again(credentials) {
                Ok(applicant) => applicant,
                Err(setback) => return self.stuck(setback),
            },
            None => match self.desk() {
                Some(desk) => Applicant::new(desk, credentials),
                None => return self.open_again(),
            },
        };
        match self.world.profile.ca.protocol {
            ProtocolName::Byhand => self.look_at_the_store(applicant),
            ProtocolName::Est | ProtocolName::Webform => self.look_at_the_server(applicant),
        }
    }

    pub(super) fn look_at_the_server(&mut self, applicant: Applicant) -> Does {
        self.stage = Stage::Introducing { means: applicant.means() };
        self.job(job::introduce(applicant))
    }

    pub(super) fn desk(&self) -> Option<Desk> {
        let Place { store, .. } = self.places.get(self.place)?;
        Some(self.world.desk(self.role.clone(), Arc::clone(store)))
    }

    fn back_from_telephone(&mut self) -> Does {
        if let Stage::Telephone { earlier, .. } = self.take_stage() {
            self.stage = Stage::Credentials { earlier };
        }
        Effects::default()
    }

    pub(super) fn enter_again(&mut self, earlier: Option<Asked>) {
        self.unsent = None;
        self.entry = self.entry.clone().with_ids_kept();
        self.stage = Stage::Credentials { earlier };
    }

    /// The only act that sends.
    fn issue(&mut self, level: SecurityLevel, store_secret: Option<Secret>) -> Does {
        let Stage::Security { page: chosen, session } = self.take_stage() else { return Effects::default() };
        self.begin_act();
        let page = Progress::new(Arc::clone(&self.world.profile), Kind::Issuing);
        self.stage = Stage::Issuing { page, shown: session.introduction().clone(), level: Some(chosen) };
        self.job_with_steps(
            |progress| async move { Outcome::Applied(session.apply(level, store_secret, progress).await) },
        )
    }

    pub(super) fn poll(&mut self) -> Does {
        let Stage::Waiting { session, .. } = &mut self.stage else { return Effects::default() };
        let Some(waiting) = session.take() else { return Effects::default() };
        self.job_with_steps(|progress| async move { Outcome::Applied(waiting.poll(progress).await) })
    }

    fn installation(&mut self, action: install::Action) -> Does {
        let Stage::Install { session, .. } = self.take_stage() else { return Effects::default() };
        match action {
            install::Action::Install { store_secret } => self.install(session, store_secret),
            // The answer stays on disk; the next start asks again.
            install::Action::Later => close(),
            install::Action::Discard => {
                self.stage = Stage::Settling;
                self.job(async move { Outcome::GivenUp(session.discard().await) })
            }
        }
    }

    pub(super) fn install(&mut self, received: Received, store_secret: Option<Secret>) -> Does {
        self.begin_act();
        self.stage = Stage::Installing { page: Progress::new(Arc::clone(&self.world.profile), Kind::Installing) };
        self.job_with_steps(|progress| job::install(received, store_secret, progress))
    }

    fn completion(&mut self, action: complete::Action) -> Does {
        let Stage::Complete { page, session } = &mut self.stage else { return Effects::default() };
        match action {
            complete::Action::Close => close(),
            complete::Action::SaveReceipt => {
                let (saver, text) = (Arc::clone(&self.world.saver), page.receipt_text(&self.words));
                let name = page.receipt_file_name();
                self.job(async move { Outcome::ReceiptSaved(saver.save(name, text).await) })
            }
            complete::Action::ProveLogin => match session.take() {
                Some(complete) => self.prove_login(complete),
                None => Effects::default(),
            },
        }
    }

    /// The button of a setback page.
    fn mend(&mut self, action: setback::Action) -> Does {
        if let (setback::Action::Copy | setback::Action::CopyServers, Stage::Setback { page, .. }) =
            (action, &self.stage)
        {
            let text = if action == setback::Action::Copy { page.copy_text(&self.words) } else { page.servers() };
            return self.copied(text);
        }
        let Stage::Setback { page, session } = self.take_stage() else { return Effects::default() };
        match (action, session) {
            (setback::Action::Close, _) => close(),
            (setback::Action::Import, _) => self.import_where_it_is_open(),
            (setback::Action::TryAgain, Stuck::Applicant(applicant)) => self.look_at_the_server(applicant),
            (setback::Action::EnterAgain, Stuck::Applicant(applicant)) if page.is_about_numbers() => {
                self.enter_again(applicant.withdraw());
                Effects::default()
            }
            (setback::Action::EnterAgain | setback::Action::TryAgain, Stuck::Over)
                if !self.places.is_empty() && page.is_about_numbers() =>
            {
                self.enter_again(None);
                Effects::default()
            }
            (setback::Action::StoreAgain, Stuck::Received(received)) => {
                self.stage = Stage::Settling;
                self.job(job::look(received, LookedFor::StoringAgain))
            }
            (setback::Action::StoreAgain, Stuck::Answered(answered)) => {
                self.begin_act();
                self.stage = Stage::Settling;
                self.job_with_steps(|progress| job::keep(answered, progress))
            }
            // What is in the journal decides what comes next.
            _ => self.open_again(),
        }
    }

    pub(super) fn copied(&mut self, text: String) -> Does {
        self.toast = Some(page::parts::copied(&self.words));
        Effects { clipboard: Some(text), ..Effects::default() }
    }

    /// Back to the beginning: the PC and the journal are looked at once more.
    pub(super) fn open_again(&mut self) -> Does {
        self.stage = Stage::Opening;
        self.unsent = None; // what comes next is another visit, and begins with trust page 1
        self.entry.clear_secrets();
        self.job(job::open(self.world.clone()))
    }

    pub(super) fn take_stage(&mut self) -> Stage {
        std::mem::replace(&mut self.stage, Stage::Opening)
    }

    pub(super) fn begin_act(&mut self) {
        self.began = self.world.clock.now();
    }
}

pub(super) fn close() -> Does {
    Effects { closing: WindowClosing::Close, ..Effects::default() }
}

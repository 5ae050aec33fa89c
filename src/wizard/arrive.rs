//! What a job brings back, and the page that follows.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    Does, Effects, Outcome, Saved, Wizard,
    job::{self, Looked, LookedFor, Opened},
    stage::{Errand, Stage, Unsent},
};
use crate::{
    domain::Certificate,
    keystore::{StoreDescription, StoreError},
    page::{
        self, Purpose, SetbackFacts,
        install::Arrived,
        login::{Check, Preflight},
        pending::Due,
    },
    protocol::{ConnectError, Introduction},
    session::{
        self, Applied, Cause, Complete, During, Error, Introduced, Issued, Received, Resumed, Setback, Step, Stuck,
    },
};

impl Wizard {
    pub(super) fn finished(&mut self, outcome: Outcome) -> Does {
        let does = match outcome {
            Outcome::Opened(opened) => self.opened(*opened),
            Outcome::Elsewhere(detour) => self.came_from_elsewhere(detour),
            Outcome::Introduced(result) => self.introduced(result),
            Outcome::Described(described) => self.ask_for_level_by_hand(*described),
            Outcome::Drafted(result) => self.drafted(result),
            Outcome::Carried(delivered) => self.delivered(delivered),
            Outcome::Applied(result) => self.applied(result),
            Outcome::Kept(result) => self.received(result),
            Outcome::Looked(looked) => self.looked(*looked),
            Outcome::Installed(result) => self.installed(result),
            Outcome::LoginTried(complete) => self.login_tried(complete),
            Outcome::GivenUp(Ok(())) => self.open_again(),
            Outcome::GivenUp(Err(error)) => self.stuck(Setback { error, session: Stuck::Over }),
            Outcome::ReceiptSaved(saved) => self.receipt_saved(&saved),
            Outcome::LetterSaved(saved) => self.letter_saved(&saved),
            Outcome::Died => self.died(),
        };
        self.ask_again_whether_to_close();
        does
    }

    pub(super) fn reached(&mut self, step: Step) -> Does {
        match &mut self.stage {
            Stage::Issuing { page, .. } | Stage::Drafting { page, .. } | Stage::Installing { page } => {
                page.reached(step)
            }
            _ => {}
        }
        Effects::default()
    }

    fn opened(&mut self, opened: Opened) -> Does {
        let Opened { places, found, elsewhere, hindrance, unfinished } = opened;
        let errand = self.errand.take();
        self.browsers = found.len();
        self.places = places;
        match unfinished {
            Ok(None) => {
                let zone = self.world.zone.clone();
                let now = self.world.clock.now();
                let store = if found.is_empty() { Check::Bad } else { Check::Good };
                let mut page = page::Login::new(Arc::clone(&self.world.profile), found, now, zone).offering(elsewhere);
                page.checked(Preflight { store, ..Preflight::default() });
                if let Some(error) = hindrance {
                    page = page.hindered_by(self.setback(&error));
                }
                self.stage = Stage::Login(page);
                Effects::default()
            }
            Ok(Some((place, role, Resumed { unfinished, interrupted }))) => {
                self.choose(role, place);
                let profile = Arc::clone(&self.world.profile);
                let now = self.world.clock.now();
                let page = page::Resume::new(profile, unfinished, now, self.world.zone.clone());
                self.stage = Stage::Resume { page, interrupted: Some(interrupted) };
                self.go_on_with(errand)
            }
            Err(error) => self.stuck(Setback { error, session: Stuck::Over }),
        }
    }

    fn introduced(&mut self, result: Result<(Introduced, StoreDescription), Setback>) -> Does {
        match (result, self.unsent.take()) {
            (Ok((session, _)), Some(Unsent::WrongSecret { shown, level })) if same_server(&session, &shown) => {
                self.stage = Stage::Security { page: level, session: session.allow() };
            }
            (Ok((session, store)), Some(Unsent::OtherServer { shown } | Unsent::WrongSecret { shown, .. })) => {
                self.show_other_server(session, store, shown);
            }
            (Ok((session, store)), None) => self.show_trust(session, store),
            (Err(setback), unsent) => {
                let does = self.stuck(setback);
                if matches!(self.stage, Stage::ProxyLogin { .. }) {
                    self.unsent = unsent; // the look goes on after the login
                }
                return does;
            }
        }
        Effects::default()
    }

    fn show_other_server(&mut self, session: Introduced, store: StoreDescription, shown: Introduction) {
        let purpose = Purpose::of(session.settled_level(), session.means());
        let profile = Arc::clone(&self.world.profile);
        let zone = self.world.zone.clone();
        let page = page::Trust::other_server(profile, shown.peer, session.introduction(), purpose, zone);
        self.stage = Stage::Trust { page: page.presenting(session.renews()), session, store };
    }

    fn applied(&mut self, result: Result<Applied, Setback>) -> Does {
        match result {
            Ok(Applied::Received(received)) => self.look(received),
            Ok(Applied::Registered(asked)) => {
                self.registered(asked);
                Effects::default()
            }
            Ok(Applied::Waiting(waiting)) => {
                let mut page = page::Pending::new(Some(waiting.until()), self.world.zone.clone());
                page.due(due(waiting.until(), self.world.clock.now()));
                self.stage = Stage::Waiting { page, session: Some(waiting) };
                Effects::default()
            }
            // Another server answers than the one that was allowed: its page comes back with both.
            Err(Setback {
                error: Error { cause: Cause::Connect(other), .. },
                session: Stuck::Applicant(applicant),
            }) if other.is_other_server() => {
                if let Stage::Issuing { shown, .. } = self.take_stage() {
                    self.unsent = Some(Unsent::OtherServer { shown });
                }
                self.look_at_the_server(applicant)
            }
            Err(Setback {
                error: Error { cause: Cause::Store(StoreError::SecretWrong(tries)), .. },
                session: Stuck::Applicant(applicant),
            }) => {
                if let Stage::Issuing { shown, level: Some(level), .. } = self.take_stage() {
                    self.unsent = Some(Unsent::WrongSecret { shown, level: level.with_wrong_secret(tries) });
                }
                self.look_at_the_server(applicant)
            }
            Err(Setback { error, session: Stuck::Asked(asked) }) => self.not_picked_up(error, asked),
            Err(setback) => self.stuck(setback),
        }
    }

    fn received(&mut self, result: Result<Received, Setback>) -> Does {
        match result {
            Ok(received) => self.look(received),
            Err(setback) => self.stuck(setback),
        }
    }

    /// What trust page 2 says of the store is asked before it is shown.
    pub(super) fn look(&self, received: Received) -> Does {
        self.job(job::look(received, LookedFor::Showing))
    }

    fn looked(&mut self, looked: Looked) -> Does {
        let Looked { received: session, store, old, why } = looked;
        // A store that waits for its password is asked on the page that has the field for it.
        if why == LookedFor::StoringAgain && !store.lock.waits() {
            return self.install(session, None);
        }
        let arrived = Arrived {
            certificate: session.certificate().clone(),
            answered: session.url().to_owned(),
            browser: self.places.get(self.place).map(|place| place.name.clone()).unwrap_or_default(),
            store,
            old,
            means: session.means(),
        };
        let mut page = page::Install::new(Arc::clone(&self.world.profile), arrived, self.world.zone.clone());
        if let LookedFor::AskingAgain(tries) = why {
            page = page.with_wrong_secret(tries);
        }
        self.stage = Stage::Install { page, session };
        Effects::default()
    }

    fn installed(&mut self, result: Result<(Complete, Option<Certificate>), Setback>) -> Does {
        match result {
            Ok((complete, old)) => {
                let receipt = complete.receipt().clone();
                let profile = Arc::clone(&self.world.profile);
                let page = page::Complete::new(profile, receipt, old, self.world.zone.clone()).by(complete.means());
                self.show_complete(page, complete);
                Effects::default()
            }
            Err(Setback {
                error: Error { cause: Cause::Store(StoreError::SecretWrong(tries)), .. },
                session: Stuck::Received(session),
            }) => self.job(job::look(session, LookedFor::AskingAgain(tries))),
            Err(setback) => self.stuck(setback),
        }
    }

    pub(super) fn show_complete(&mut self, page: page::Complete, complete: Complete) {
        self.stage = Stage::Complete { page, session: Some(complete) };
    }

    fn login_tried(&mut self, complete: Complete) -> Does {
        let mut page = match &self.stage {
            Stage::Complete { page, .. } | Stage::ProxyLogin { errand: Errand::Login { page, .. }, .. } => page.clone(),
            _ => return Effects::default(),
        };
        if let Some(demand) = complete.proxy().cloned() {
            return self.show_proxy_login(demand, Errand::Login { page, session: Some(complete) });
        }
        page.login_tried(complete.receipt().login);
        self.show_complete(page, complete);
        Effects::default()
    }

    fn receipt_saved(&mut self, saved: &Saved) -> Does {
        self.toast = match saved {
            Saved::To(_) => Some(page::parts::receipt_saved(&self.words)),
            Saved::Failed => Some(page::parts::receipt_not_saved(&self.words)),
            Saved::Cancelled => None,
        };
        Effects::default()
    }

    pub(super) fn stuck(&mut self, setback: Setback) -> Does {
        let Setback { error, session } = setback;
        let (error, session) = match (error, session) {
            (
                Error { cause: Cause::Connect(ConnectError::ProxyWantsLogin(demand)), .. },
                Stuck::Applicant(applicant),
            ) => return self.show_proxy_login(demand, Errand::Introduction(Some(applicant))),
            other => other,
        };
        let page = self.setback(&error);
        self.entry.clear_secrets();
        self.stage = Stage::Setback { page, session };
        Effects::default()
    }

    fn setback(&self, error: &Error) -> page::Setback {
        let facts = SetbackFacts::new(error, self.world.profile.ca.replay);
        page::Setback::new(Arc::clone(&self.world.profile), self.role.clone(), facts, self.world.zone.clone())
    }

    /// Nothing in memory can be trusted any more; the journal says what is known.
    fn died(&mut self) -> Does {
        let error = match session::unfinished(&self.world.journal) {
            Ok(Some(open)) => Error::about(&open, During::Resume, Cause::TaskDied),
            Ok(None) => Error::new(During::Resume, Issued::No, Cause::TaskDied),
            Err(_) => Error::at_start(Cause::TaskDied),
        };
        self.stuck(Setback { error, session: Stuck::Over })
    }

    /// The CA may be asked again: the page says so, and asks by itself while it is open.
    pub(super) fn check_whether_due(&mut self) -> Does {
        let now = self.world.clock.now();
        match &mut self.stage {
            Stage::Waiting { session: Some(waiting), .. } if waiting.until() <= now => self.poll(),
            _ => Effects::default(),
        }
    }
}

fn same_server(session: &Introduced, shown: &Introduction) -> bool {
    session.introduction().peer.key == shown.peer.key
}

fn due(until: Timestamp, now: Timestamp) -> Due {
    if until <= now { Due::Now } else { Due::NotYet }
}

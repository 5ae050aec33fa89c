//! 利用者ログイン: which bank, whose certificate, what was found on this PC and what is therefore the right thing to do.

mod elsewhere;
mod held;
mod hindered;
mod issuer;
mod preflight;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Arrangement, Block, ChoiceState, Control, Event, Footer, Icon, Page, RadioCard, Setback, Tone,
    parts::{back, current, item, notice, place, primary, second},
};
use crate::{
    domain::{Actor, AfterEnd, Certificate, FieldId, FieldKind, Profile, Renewal, Role, RoleId, Route},
    i18n::{Words, lines, say},
    keystore::StoreDescription,
};
use elsewhere::{Detour, Wish};

pub use elsewhere::{Elsewhere, Miss};
pub use preflight::{Check, Preflight};

/// One store of this PC, mostly a browser's, and this bank's certificates in it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Only those that chain to the bank.
    pub certificates: Vec<Certificate>,
    pub store: StoreDescription,
    /// What its user calls it.
    pub browser: String,
}

impl Found {
    /// The one a person means by "my certificate".
    fn newest(&self) -> Option<&Certificate> {
        self.certificates.iter().max_by_key(|certificate| certificate.not_after())
    }
}

#[derive(Debug, Clone)]
pub struct Login {
    profile: Arc<Profile>,
    found: Vec<Found>,
    /// How many of them were there from the beginning; behind them stand those that were looked for.
    browsers: usize,
    detour: Detour,
    /// Why there is none, where one is there.
    hindrance: Option<Setback>,
    now: Timestamp,
    zone: TimeZone,
    preflight: Preflight,
    role: usize,
    store: usize,
    body: Body,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Offer,
    /// What to do when others have to act first.
    Instructions,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `store` counts in the order of `found`.
    Start {
        role: RoleId,
        store: usize,
    },
    /// 更新, with this certificate out of that store.
    Renew {
        role: RoleId,
        store: usize,
        certificate: Certificate,
    },
    /// No browser store was there: look once more.
    LookAgain,
    /// Ask for a file, or look for the cards behind a module.
    LookElsewhere(Elsewhere),
    UseFile(PathBuf),
    /// [`Login::copy_text`] to the clipboard.
    Copy,
    /// The same into a file.
    SaveRequest,
    Close,
}

impl From<Wish> for Action {
    fn from(wish: Wish) -> Self {
        match wish {
            Wish::Look(elsewhere) => Self::LookElsewhere(elsewhere),
            Wish::Use(file) => Self::UseFile(file),
        }
    }
}

impl Login {
    pub fn new(profile: Arc<Profile>, found: Vec<Found>, now: Timestamp, zone: TimeZone) -> Self {
        // The store that already holds the bank's newest certificate is the one the person works with.
        let newest = |found: &Found| found.newest().map(Certificate::not_after);
        let by_age = |&(_, a): &(usize, &Found), &(_, b): &(usize, &Found)| newest(a).cmp(&newest(b));
        let store = found.iter().enumerate().rev().max_by(by_age).map_or(0, |(index, _)| index);
        let (browsers, preflight, detour) = (found.len(), Preflight::default(), Detour::default());
        let (role, body, hindrance) = (0, Body::Offer, None);
        Self { profile, found, browsers, detour, hindrance, now, zone, preflight, role, store, body }
    }

    /// Where else a key can be kept.
    pub fn offering(self, elsewhere: Vec<Elsewhere>) -> Self {
        Self { detour: Detour::offering(elsewhere), ..self }
    }

    /// The id of the field for the name of a file.
    pub fn file_field() -> FieldId {
        Detour::file_field()
    }

    /// The stores of another place stand behind the browsers, in the place of those that were looked for before.
    pub fn found_elsewhere(&mut self, found: Vec<Found>) {
        self.detour.end();
        self.found.truncate(self.browsers);
        self.store = self.found.len();
        self.found.extend(found);
        self.body = Body::Offer;
    }

    /// The dialog was closed, or none could be opened.
    pub fn no_file_chosen(&mut self, suggested: &Path) {
        self.detour.let_type(suggested);
    }

    pub fn missed(&mut self, miss: Miss, file: Option<&Path>) {
        self.detour.missed(miss, file);
    }

    pub fn checked(&mut self, preflight: Preflight) {
        self.preflight = preflight;
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Pressed(Control::Role(index)) if index < self.profile.roles.len() => self.role = index,
            Event::Pressed(Control::Store(index)) if index < self.found.len() => {
                self.detour.end();
                self.store = index;
            }
            Event::Pressed(Control::Back) => self.body = Body::Offer,
            Event::Pressed(Control::Primary) => return self.primary_pressed(),
            // There is nothing to start with: the way to the beginning is this page again.
            Event::Pressed(Control::Second) if self.found.is_empty() => return Some(Action::LookAgain),
            Event::Pressed(Control::Second) => return self.start(),
            Event::Pressed(Control::Copy) => return Some(Action::Copy),
            Event::Pressed(Control::SaveRequest) => return Some(Action::SaveRequest),
            event => return self.detour.update(event).map(Action::from),
        }
        None
    }

    fn primary_pressed(&mut self) -> Option<Action> {
        if self.detour.is_typing() {
            return self.detour.use_typed().map(Action::from);
        }
        if self.found.is_empty() {
            return Some(Action::LookAgain);
        }
        if let Some(certificate) = self.renewed_here() {
            let (role, certificate) = (self.chosen_role()?.id.clone(), certificate.clone());
            return Some(Action::Renew { role, store: self.store, certificate });
        }
        match (self.route(), self.body) {
            (route, Body::Offer) if route.actor() == Actor::Issuer => {
                self.body = Body::Instructions;
                None
            }
            (Route::Get | Route::GetAgain { .. }, _) => self.start(),
            _ => Some(Action::Close),
        }
    }

    fn start(&self) -> Option<Action> {
        let role = self.chosen_role()?.id.clone();
        Some(Action::Start { role, store: self.store })
    }

    fn chosen_role(&self) -> Option<&Role> {
        self.profile.roles.get(self.role)
    }

    fn day(&self, moment: Timestamp) -> Date {
        self.zone.to_datetime(moment).date()
    }

    fn newest(&self) -> Option<&Certificate> {
        self.found.get(self.store).and_then(Found::newest)
    }

    /// What this wizard renews by itself; other banks have a page of their own for it.
    fn renewed_here(&self) -> Option<&Certificate> {
        let here = self.profile.ca.renewal == Renewal::Est && matches!(self.route(), Route::Renew { .. });
        self.newest().filter(|_| here)
    }

    fn route(&self) -> Route {
        let ends = self.newest().map(Certificate::not_after);
        Route::of(&self.profile, ends, self.now, &self.zone)
    }

    pub fn view(&self, words: &Words) -> Page {
        match &self.hindrance {
            Some(hindrance) if self.found.is_empty() => return self.hindered(hindrance, words),
            None if self.found.is_empty() => return self.no_store(words),
            _ => {}
        }
        let (title, lead) = self.statement(words);
        let mut blocks = self.found_cards(words);
        match self.body {
            Body::Offer => blocks.extend(self.questions(words)),
            Body::Instructions => blocks.extend(self.instructions(words)),
        }
        let footer = self.footer(words);
        Page { step: current(place::LOGIN), title, lead, blocks, footer, ..Page::default() }
    }

    fn statement(&self, words: &Words) -> (String, Vec<String>) {
        match self.route() {
            Route::Get => (say!(words, "login-get"), lines!(words, "login-get", "lead")),
            Route::NotYet { days_left, opens } => {
                let date = words.date(opens);
                (say!(words, "login-valid"), lines!(words, "login-valid", "lead", days = days_left, date = date))
            }
            Route::Renew { days_left: 0 } if self.renewed_here().is_some() => {
                (say!(words, "login-renew"), lines!(words, "login-renew", "lead-here-today"))
            }
            Route::Renew { days_left } if self.renewed_here().is_some() => {
                (say!(words, "login-renew"), lines!(words, "login-renew", "lead-here", days = days_left))
            }
            Route::Renew { days_left: 0 } => (say!(words, "login-renew"), lines!(words, "login-renew", "lead-today")),
            Route::Renew { days_left } => {
                (say!(words, "login-renew"), lines!(words, "login-renew", "lead", days = days_left))
            }
            Route::GetAgain { until, .. } => {
                (say!(words, "login-again"), lines!(words, "login-again", "lead", until = words.date(until)))
            }
            Route::RenewalOver { ends, then } => (say!(words, "login-over"), self.over(ends, then, words)),
            Route::RevokeFirst { until } | Route::ReissueNeeded { until } => self.issuers_turn(until, words),
        }
    }

    fn over(&self, ends: Timestamp, then: AfterEnd, words: &Words) -> Vec<String> {
        let (ends, who) = (words.moment(ends, &self.zone), self.issuer(words));
        match then {
            AfterEnd::GetAgain => lines!(words, "login-over", "lead-again", ends = ends),
            AfterEnd::Revocation => lines!(words, "login-over", "lead-revoke", ends = ends, who = who),
            AfterEnd::Reissue => lines!(words, "login-over", "lead-reissue", ends = ends, who = who),
        }
    }

    fn questions(&self, words: &Words) -> Vec<Block> {
        let mut blocks: Vec<Block> = self.renewed_here().map(|_| self.nobody_calls(words)).into_iter().collect();
        if self.profile.roles.len() > 1 {
            let card = |(index, role): (usize, &Role)| RadioCard {
                control: Control::Role(index),
                title: words.text(&role.label).to_owned(),
                badge: None,
                lines: vec![words.text(&role.hint).to_owned()],
                picture: None,
                state: chosen(index, self.role),
            };
            let cards = self.profile.roles.iter().enumerate().map(card).collect();
            blocks.push(Block::Choice {
                legend: Some(say!(words, "login", "role")),
                arrangement: Arrangement::SideBySide,
                cards,
            });
        }
        blocks.extend(self.stores(words));
        blocks.extend(self.detour.view(words));
        blocks.push(Block::Columns(self.have(words), self.preflight.view(words)));
        blocks
    }

    /// One place needs no question, unless the way to another one is to be left again.
    fn stores(&self, words: &Words) -> Option<Block> {
        let is_asked = self.found.len() > 1 || self.detour.is_typing();
        let legend = match self.found.len() == self.browsers {
            true => say!(words, "login", "store"),
            false => say!(words, "elsewhere", "legend"),
        };
        let arrangement = match self.found.len() {
            ..=2 => Arrangement::SideBySide,
            _ => Arrangement::Stacked,
        };
        let cards = self.found.iter().enumerate().map(|found| elsewhere::card(found, self.store, words)).collect();
        is_asked.then_some(Block::Choice { legend: Some(legend), arrangement, cards })
    }

    fn have(&self, words: &Words) -> Vec<Block> {
        if self.renewed_here().is_some() {
            let items = vec![item(Icon::Certificate, say!(words, "login-renew", "no-numbers"))];
            return vec![Block::Heading(say!(words, "login-renew", "have")), Block::List(items)];
        }
        let labels = |kind: FieldKind| -> Vec<&str> {
            let fields = self.chosen_role().into_iter().flat_map(|role| &role.fields);
            fields.filter(|field| field.kind == kind).map(|field| words.text(&field.label)).collect()
        };
        let items = [(Icon::Person, FieldKind::Id), (Icon::Key, FieldKind::Secret)];
        let named = items.into_iter().map(|(icon, kind)| item(icon, words.list(&labels(kind))));
        let items = named.filter(|item| !item.text.is_empty()).collect();
        vec![Block::Heading(say!(words, "login", "have")), Block::List(items)]
    }

    /// What the page of the numbers says in every other case: renewals are what callers ask for.
    fn nobody_calls(&self, words: &Words) -> Block {
        let own = words.text(&self.profile.institution.own_name);
        notice(
            Tone::Warning,
            vec![say!(words, "credentials", "stop-1"), say!(words, "credentials", "stop-2", own = own)],
        )
    }

    fn footer(&self, words: &Words) -> Footer {
        let go = |label| Footer { primary: Some(primary(label)), ..Footer::default() };
        match (self.route(), self.body) {
            (Route::Get, _) => go(say!(words, "login-get", "start")),
            (Route::GetAgain { .. }, _) => go(say!(words, "login-again", "start")),
            (Route::Renew { .. }, _) if self.renewed_here().is_some() => Footer {
                second: Some(second(say!(words, "login-renew", "get"))),
                ..go(say!(words, "login-renew", "start"))
            },
            // The bank may have issued another one: the way there stays open, but is not proposed.
            (Route::NotYet { .. } | Route::Renew { .. } | Route::RenewalOver { .. }, _) => {
                Footer { second: Some(second(say!(words, "login-get", "start"))), ..go(say!(words, "act", "close")) }
            }
            (Route::RevokeFirst { .. } | Route::ReissueNeeded { .. }, Body::Offer) => {
                Footer { second: Some(second(self.done_already(words))), ..go(say!(words, "login-reissue", "start")) }
            }
            (Route::RevokeFirst { .. } | Route::ReissueNeeded { .. }, Body::Instructions) => Footer {
                back: Some(back(words)),
                second: Some(second(self.done_already(words))),
                ..go(say!(words, "act", "close"))
            },
        }
    }

    /// No browser has made its key store yet.
    fn no_store(&self, words: &Words) -> Page {
        let steps = vec![lines!(words, "login-no-store", "next-1"), lines!(words, "login-no-store", "next-2")];
        let mut blocks = vec![Block::Heading(say!(words, "act", "next")), Block::Numbered(steps)];
        blocks.extend(self.detour.view(words));
        Page {
            step: current(place::LOGIN),
            title: say!(words, "login-no-store"),
            lead: lines!(words, "login-no-store", "lead"),
            blocks,
            footer: Footer { primary: Some(primary(say!(words, "login-no-store", "look"))), ..Footer::default() },
            ..Page::default()
        }
    }
}

/// The name that is proposed for the request to those who have to act first.
pub fn request_file(words: &Words) -> String {
    say!(words, "issuer-request", "file-name")
}

/// The name that is proposed for a file.
pub fn suggested_file(words: &Words) -> String {
    say!(words, "elsewhere", "file-name")
}

fn chosen(index: usize, selected: usize) -> ChoiceState {
    if index == selected { ChoiceState::Selected } else { ChoiceState::Free }
}

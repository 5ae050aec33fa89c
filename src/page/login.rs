//! 利用者ログイン: which bank, whose certificate, what was found on this PC and what is therefore the right thing to do.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Arrangement, Badge, Block, ChoiceState, Control, Event, Footer, FoundCard, Icon, Item, Page, RadioCard, Tone,
    parts::{back, current, item, notice, place, primary, second},
};
use crate::{
    domain::{Certificate, FieldKind, Profile, Renewal, Role, RoleId, Route, route},
    i18n::{Words, lines, say},
    keystore::StoreDescription,
};

/// One browser of this PC and this bank's certificates in it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Only those that chain to the bank.
    pub certificates: Vec<Certificate>,
    pub store: StoreDescription,
    pub browser: String,
}

impl Found {
    /// The one a person means by "my certificate".
    fn newest(&self) -> Option<&Certificate> {
        self.certificates.iter().max_by_key(|certificate| certificate.not_after())
    }
}

/// What is already known of this PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preflight {
    pub server: Check,
    pub store: Check,
    pub clock: Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Check {
    /// Nobody has looked: nothing is said about it.
    #[default]
    NotYet,
    Good,
    Bad,
}

#[derive(Debug, Clone)]
pub struct Login {
    profile: Arc<Profile>,
    found: Vec<Found>,
    today: Date,
    zone: TimeZone,
    preflight: Preflight,
    role: usize,
    store: usize,
    body: Body,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Offer,
    /// What to do when the bank has to issue again first.
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
    Close,
}

impl Login {
    pub fn new(profile: Arc<Profile>, found: Vec<Found>, today: Date, zone: TimeZone) -> Self {
        // The store that already holds the bank's newest certificate is the one the person works with.
        let newest = |found: &Found| found.newest().map(Certificate::not_after);
        let by_age = |&(_, a): &(usize, &Found), &(_, b): &(usize, &Found)| newest(a).cmp(&newest(b));
        let store = found.iter().enumerate().rev().max_by(by_age).map_or(0, |(index, _)| index);
        Self { profile, found, today, zone, preflight: Preflight::default(), role: 0, store, body: Body::Offer }
    }

    pub fn checked(&mut self, preflight: Preflight) {
        self.preflight = preflight;
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Pressed(Control::Role(index)) if index < self.profile.roles.len() => self.role = index,
            Event::Pressed(Control::Store(index)) if index < self.found.len() => self.store = index,
            Event::Pressed(Control::Back) => self.body = Body::Offer,
            Event::Pressed(Control::Primary) => return self.primary_pressed(),
            Event::Pressed(Control::Second) => return self.start(),
            _ => {}
        }
        None
    }

    fn primary_pressed(&mut self) -> Option<Action> {
        if self.found.is_empty() {
            return Some(Action::LookAgain);
        }
        if let Some(certificate) = self.renewed_here() {
            let (role, certificate) = (self.chosen_role()?.id.clone(), certificate.clone());
            return Some(Action::Renew { role, store: self.store, certificate });
        }
        match (self.route(), self.body) {
            (Route::ReissueNeeded { .. }, Body::Offer) => {
                self.body = Body::Instructions;
                None
            }
            (Route::ReissueNeeded { .. }, Body::Instructions) | (Route::NotYet { .. } | Route::Renew { .. }, _) => {
                Some(Action::Close)
            }
            (Route::Get | Route::GetAgain { .. }, _) => self.start(),
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
        let newest = self.newest();
        route(&self.profile, newest.map(|certificate| self.day(certificate.not_after())), self.today)
    }

    pub fn view(&self, words: &Words) -> Page {
        if self.found.is_empty() {
            return no_store(words);
        }
        let (title, lead) = self.statement(words);
        let mut blocks = self.found_cards(words);
        match self.body {
            Body::Offer => blocks.extend(self.questions(words)),
            Body::Instructions => {
                blocks.push(Block::Heading(say!(words, "act", "next")));
                blocks.push(Block::Numbered(self.instructions(words)));
            }
        }
        let footer = self.footer(words);
        Page { step: current(place::LOGIN), title, lead, blocks, footer, ..Page::default() }
    }

    /// Who issues again, in the words of the chosen role.
    fn issuer_again<'a>(&'a self, words: &'a Words) -> &'a str {
        self.chosen_role().map_or("", |role| words.text(&role.unlocks))
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
            Route::ReissueNeeded { ended } => {
                let (date, who) = (words.date(ended), self.issuer_again(words));
                (say!(words, "login-reissue"), lines!(words, "login-reissue", "lead", date = date, who = who))
            }
        }
    }

    fn instructions(&self, words: &Words) -> Vec<Vec<String>> {
        let who = self.issuer_again(words);
        vec![
            lines!(words, "login-reissue", "next-1", who = who),
            lines!(words, "login-reissue", "next-2"),
            lines!(words, "login-reissue", "next-3", pickup = self.profile.windows.pickup),
        ]
    }

    fn found_cards(&self, words: &Words) -> Vec<Block> {
        let Some(found) = self.found.get(self.store) else { return Vec::new() };
        let mut certificates: Vec<&Certificate> = found.certificates.iter().collect();
        certificates.sort_by_key(|certificate| std::cmp::Reverse(certificate.not_after()));
        certificates.into_iter().map(|certificate| Block::Found(self.found_card(certificate, words))).collect()
    }

    fn found_card(&self, certificate: &Certificate, words: &Words) -> FoundCard {
        let title = match self.profile.roles.as_slice() {
            [only] => say!(words, "login", "found-role", role = words.text(&only.label)),
            // The certificate does not say which role it is for.
            _ => say!(words, "login", "found-any"),
        };
        let expiry = self.day(certificate.not_after());
        FoundCard {
            title,
            subject: certificate.subject().readable(),
            expiry_label: say!(words, "login", "expiry"),
            expiry: words.date(expiry),
            badge: Some(self.badge(expiry, words)),
        }
    }

    fn badge(&self, expiry: Date, words: &Words) -> Badge {
        let days = (expiry - self.today).get_days();
        let (tone, text) = match days {
            ..0 => (Tone::Error, say!(words, "login", "ended", n = -days)),
            0 => (Tone::Warning, say!(words, "login", "today")),
            _ if days <= self.profile.windows.renewal_opens => (Tone::Warning, say!(words, "login", "left", n = days)),
            _ => (Tone::Info, say!(words, "login", "left", n = days)),
        };
        Badge { tone, text }
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
        if self.found.len() > 1 {
            let card = |(index, found): (usize, &Found)| RadioCard {
                control: Control::Store(index),
                title: found.browser.clone(),
                badge: None,
                lines: Vec::new(),
                picture: None,
                state: chosen(index, self.store),
            };
            let cards = self.found.iter().enumerate().map(card).collect();
            blocks.push(Block::Choice {
                legend: Some(say!(words, "login", "store")),
                arrangement: Arrangement::SideBySide,
                cards,
            });
        }
        blocks.push(Block::Columns(self.have(words), self.ready(words)));
        blocks
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

    fn ready(&self, words: &Words) -> Vec<Block> {
        let Preflight { server, store, clock } = self.preflight;
        let server = match server {
            Check::Good => Some(say!(words, "login", "server-good")),
            Check::Bad => Some(say!(words, "login", "server-bad")),
            Check::NotYet => None,
        };
        let store = match store {
            Check::Good => Some(say!(words, "login", "store-good")),
            Check::Bad => Some(say!(words, "login", "store-bad")),
            Check::NotYet => None,
        };
        let clock = match clock {
            Check::Good => Some(say!(words, "login", "clock-good")),
            Check::Bad => Some(say!(words, "login", "clock-bad")),
            Check::NotYet => None,
        };
        let checks = [(self.preflight.server, server), (self.preflight.store, store), (self.preflight.clock, clock)];
        let mut items: Vec<Item> =
            checks.into_iter().filter_map(|(check, text)| Some(item(check_icon(check), text?))).collect();
        items.push(item(Icon::Info, say!(words, "login", "no-explorer")));
        vec![Block::Heading(say!(words, "login", "ready")), Block::List(items)]
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
            (Route::NotYet { .. } | Route::Renew { .. }, _) => {
                Footer { second: Some(second(say!(words, "login-get", "start"))), ..go(say!(words, "act", "close")) }
            }
            (Route::ReissueNeeded { .. }, Body::Offer) => Footer {
                second: Some(second(say!(words, "login-reissue", "issued-already"))),
                ..go(say!(words, "login-reissue", "start"))
            },
            (Route::ReissueNeeded { .. }, Body::Instructions) => Footer {
                back: Some(back(words)),
                second: Some(second(say!(words, "login-reissue", "issued-already"))),
                ..go(say!(words, "act", "close"))
            },
        }
    }
}

fn chosen(index: usize, selected: usize) -> ChoiceState {
    if index == selected { ChoiceState::Selected } else { ChoiceState::Free }
}

fn check_icon(check: Check) -> Icon {
    match check {
        Check::NotYet => Icon::Wait,
        Check::Good => Icon::CheckCircle,
        Check::Bad => Icon::Warning,
    }
}

/// No browser has made its key store yet.
fn no_store(words: &Words) -> Page {
    Page {
        step: current(place::LOGIN),
        title: say!(words, "login-no-store"),
        lead: lines!(words, "login-no-store", "lead"),
        blocks: vec![
            Block::Heading(say!(words, "act", "next")),
            Block::Numbered(vec![lines!(words, "login-no-store", "next-1"), lines!(words, "login-no-store", "next-2")]),
        ],
        footer: Footer { primary: Some(primary(say!(words, "login-no-store", "look"))), ..Footer::default() },
        ..Page::default()
    }
}

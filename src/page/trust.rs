//! 接続先の確認 (the manual's first 「Web アクセスの確認」): who is asking, at which address, and what will be done.

use std::sync::Arc;

use jiff::tz::TimeZone;
use url::{Position, Url};

use super::{
    Address, Block, Button, Control, Disclosure, EnterKey, Event, Footer, Icon, Page, Purpose, Row, ServerCard, Tone,
    parts::{back, current, item, notice, passed, place, primary, row, second},
};
use crate::{
    domain::{Certificate, DistinguishedName, PeerIdentity, Profile},
    i18n::{Words, lines, say},
    protocol::Introduction,
};

#[derive(Debug, Clone)]
pub struct Trust {
    profile: Arc<Profile>,
    url: Url,
    now: PeerIdentity,
    /// Who was shown the first time, when somebody else answers now.
    before: Option<PeerIdentity>,
    /// 更新: what the server will be shown.
    present: Option<Certificate>,
    purpose: Purpose,
    zone: TimeZone,
    details: Disclosure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// はい(Y)
    Allow,
    /// いいえ(N)
    Refuse,
    Back,
}

impl Trust {
    pub fn new(profile: Arc<Profile>, introduction: &Introduction, purpose: Purpose, zone: TimeZone) -> Self {
        Self {
            profile,
            url: introduction.url.clone(),
            now: introduction.peer.clone(),
            before: None,
            present: None,
            purpose,
            zone,
            details: Disclosure::Closed,
        }
    }

    /// The page comes back: another server answers than the one that was shown. Nothing was sent.
    pub fn other_server(
        profile: Arc<Profile>,
        shown: PeerIdentity,
        introduction: &Introduction,
        purpose: Purpose,
        zone: TimeZone,
    ) -> Self {
        Self { before: Some(shown), ..Self::new(profile, introduction, purpose, zone) }
    }

    /// With the certificate that will be shown in the place of numbers, if it is a renewal.
    pub fn presenting(self, present: Option<&Certificate>) -> Self {
        Self { present: present.cloned(), ..self }
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        let Event::Pressed(control) = event else { return None };
        match (control, &self.before) {
            // With another server the safe answer is the filled button.
            (Control::Primary, None) | (Control::Second, Some(_)) => Some(Action::Allow),
            (Control::Second, None) | (Control::Primary, Some(_)) => Some(Action::Refuse),
            (Control::Back, _) => Some(Action::Back),
            (Control::Details, _) => {
                self.details = turned(self.details);
                None
            }
            _ => None,
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        match &self.before {
            None => self.first_view(words),
            Some(before) => self.other_view(before, words),
        }
    }

    fn first_view(&self, words: &Words) -> Page {
        let bank = words.text(&self.profile.institution.name);
        Page {
            step: current(place::SERVER),
            title: say!(words, "trust"),
            lead: lines!(words, "trust", "lead", bank = bank),
            blocks: vec![
                self.server_card(words),
                Block::Heading(say!(words, "trust", "will")),
                self.will_do(words),
                self.details(words),
            ],
            footer: Footer {
                back: Some(back(words)),
                second: Some(second(say!(words, "trust", "refuse")).with_accelerator('N')),
                primary: Some(primary(say!(words, "trust", "allow")).with_accelerator('Y')),
                note: None,
            },
            enter: EnterKey::AfterASecond,
            ..Page::default()
        }
    }

    fn other_view(&self, before: &PeerIdentity, words: &Words) -> Page {
        let identities = vec![
            self.identity_row(say!(words, "trust-other", "before"), before, words),
            self.identity_row(say!(words, "trust-other", "now"), &self.now, words),
        ];
        Page {
            step: current(place::SERVER),
            title: say!(words, "trust-other"),
            title_icon: Some(Icon::Warning),
            lead: match self.present {
                None => lines!(words, "trust-other", "lead"),
                Some(_) => lines!(words, "trust-other", "lead-renew"),
            },
            blocks: vec![
                self.server_card(words),
                Block::Rows(identities),
                notice(Tone::Warning, lines!(words, "trust-other", "warning")),
            ],
            footer: Footer {
                back: Some(back(words)),
                second: Some(second(say!(words, "trust", "allow")).with_accelerator('Y')),
                primary: Some(primary(say!(words, "trust", "refuse")).with_accelerator('N')),
                note: None,
            },
            enter: EnterKey::AfterASecond,
            ..Page::default()
        }
    }

    fn server_card(&self, words: &Words) -> Block {
        let bank = words.text(&self.profile.institution.name);
        Block::Server(ServerCard {
            name: words.text(&self.profile.ca.name).to_owned(),
            address_label: say!(words, "trust", "address"),
            address: address(&self.url),
            checks: vec![
                passed(say!(words, "trust", "matches", bank = bank)),
                passed(say!(words, "trust", "genuine")),
                passed(say!(words, "trust", "encrypted")),
            ],
        })
    }

    fn will_do(&self, words: &Words) -> Block {
        let key = match self.purpose {
            Purpose::New | Purpose::Renew | Purpose::ByHand => say!(words, "trust", "will-key"),
            Purpose::AskAgain { .. } | Purpose::PickUp => say!(words, "trust", "will-same-key"),
        };
        let send = match &self.present {
            None if self.purpose == Purpose::PickUp => self.will_pick_up(words),
            None => say!(words, "trust", "will-send"),
            Some(present) => self.will_present(present, words),
        };
        Block::List(vec![
            item(Icon::Key, key),
            item(Icon::Network, send),
            item(Icon::Certificate, say!(words, "trust", "will-show")),
        ])
    }

    fn will_pick_up(&self, words: &Words) -> String {
        let Some(pickup) = self.profile.webform.as_ref().and_then(|pages| pages.pickup.as_ref()) else {
            return say!(words, "trust", "will-send");
        };
        let (reference, pin) = (words.text(&pickup.label), words.text(&pickup.pin.label));
        say!(words, "trust", "will-pick-up", reference = reference, pin = pin)
    }

    /// And which one it is, as far as a person needs that to say yes; its numbers are among the details.
    fn will_present(&self, present: &Certificate, words: &Words) -> String {
        let (name, date) = (present.subject().readable(), words.day_of(present.not_after(), &self.zone));
        say!(words, "trust", "will-present", name = name, date = date)
    }

    fn details(&self, words: &Words) -> Block {
        let (label, rows) = match &self.present {
            None => (say!(words, "trust", "details"), self.server_rows(words)),
            Some(present) => (say!(words, "trust", "details-both"), self.both_rows(present, words)),
        };
        Block::Disclosure {
            button: Button::new(Control::Details, label).with_icon(Icon::Down),
            open: self.details,
            rows,
        }
    }

    fn server_rows(&self, words: &Words) -> Vec<Row> {
        let until = words.day_of(self.now.not_after, &self.zone);
        vec![
            row(say!(words, "trust", "subject"), vec![readable(&self.now.subject)]),
            row(say!(words, "trust", "valid"), lines!(words, "trust", "valid-until", date = until)),
            row(say!(words, "trust", "print"), vec![grouped(&self.now)]),
        ]
    }

    fn both_rows(&self, present: &Certificate, words: &Words) -> Vec<Row> {
        let [first, second] = present.thumbprint().lines();
        vec![
            row(say!(words, "trust", "present-serial"), vec![words.serial(&present.serial())]),
            row(say!(words, "trust", "present-print"), vec![first, second]),
            self.identity_row(say!(words, "trust", "server"), &self.now, words),
        ]
    }

    fn identity_row(&self, key: String, peer: &PeerIdentity, words: &Words) -> Row {
        let until = words.day_of(peer.not_after, &self.zone);
        let valid = say!(words, "trust", "valid-until", date = until);
        row(key, vec![readable(&peer.subject), valid, grouped(peer)])
    }
}

pub(super) fn turned(disclosure: Disclosure) -> Disclosure {
    match disclosure {
        Disclosure::Closed => Disclosure::Open,
        Disclosure::Open => Disclosure::Closed,
    }
}

/// The whole address, byte for byte, with its host apart.
pub(super) fn address(url: &Url) -> Address {
    Address {
        before_host: url[..Position::BeforeHost].to_owned(),
        host: url[Position::BeforeHost..Position::AfterHost].to_owned(),
        after_host: url[Position::AfterHost..].to_owned(),
    }
}

/// A server's name as a person reads it, without the types of its parts.
fn readable(subject: &str) -> String {
    let mut attributes: Vec<(String, String)> = Vec::new();
    for part in subject.split(", ") {
        match (part.split_once('='), attributes.last_mut()) {
            (Some((kind, value)), _) => attributes.push((kind.to_owned(), value.to_owned())),
            (None, Some((_, value))) => *value = format!("{value}, {part}"),
            (None, None) => return subject.to_owned(),
        }
    }
    DistinguishedName::from_attributes(attributes).readable()
}

/// The fingerprint of a server's key in groups of four, as people compare it.
fn grouped(peer: &PeerIdentity) -> String {
    let digits: Vec<char> = peer.key.to_string().to_uppercase().chars().collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_servers_name_is_read_without_the_types_of_its_parts() {
        assert_eq!(readable("CN=ra.example, OU=1, O=Hinode, Inc., C=JP"), "Hinode, Inc. ra.example");
        assert_eq!(readable("ra.example"), "ra.example");
    }
}

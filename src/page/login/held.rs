//! The bank's certificates that this PC has already.

use super::Login;
use crate::{
    domain::Certificate,
    i18n::{Words, say},
    page::{Badge, Block, FoundCard, Tone},
};

impl Login {
    pub(super) fn found_cards(&self, words: &Words) -> Vec<Block> {
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
            badge: Some(self.badge(certificate, words)),
        }
    }

    fn badge(&self, certificate: &Certificate, words: &Words) -> Badge {
        let expiry = self.day(certificate.not_after());
        let days = (expiry - self.day(self.now)).get_days();
        let (tone, text) = match days {
            ..0 => (Tone::Error, say!(words, "login", "ended", n = -days)),
            0 if self.now > certificate.not_after() => (Tone::Error, say!(words, "login", "ended-today")),
            0 => (Tone::Warning, say!(words, "login", "today")),
            _ if days <= self.profile.windows.renewal_opens => (Tone::Warning, say!(words, "login", "left", n = days)),
            _ => (Tone::Info, say!(words, "login", "left", n = days)),
        };
        Badge { tone, text }
    }
}

//! What to do where others have to act before the user can: who, what to ask them for, and the request written out.

use super::Login;
use crate::{
    domain::{FieldKind, LastDay, Role, Route, Text},
    i18n::{Words, lines, say},
    page::{Block, Button, Control, Icon, Tone, parts::headed_notice},
};

/// What the others have to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Reissue,
    Revoke,
}

impl Login {
    /// Who issues again and revokes, in the words of the chosen role.
    pub(super) fn issuer<'a>(&'a self, words: &'a Words) -> &'a str {
        self.chosen_role().map_or("", |role| words.text(&role.unlocks))
    }

    fn task(&self) -> Option<Task> {
        match self.route() {
            Route::RevokeFirst { .. } => Some(Task::Revoke),
            Route::ReissueNeeded { .. } => Some(Task::Reissue),
            _ => None,
        }
    }

    pub(super) fn issuers_turn(&self, until: LastDay, words: &Words) -> (String, Vec<String>) {
        let who = self.issuer(words);
        match (self.task(), until) {
            (Some(Task::Revoke), LastDay::GetAgain(date)) => {
                (say!(words, "login-revoke"), lines!(words, "login-revoke", "lead", date = words.date(date), who = who))
            }
            (Some(Task::Revoke), LastDay::Expiry(date)) => (
                say!(words, "login-revoke"),
                lines!(words, "login-revoke", "lead-at-once", date = words.date(date), who = who),
            ),
            (_, LastDay::GetAgain(date)) => (
                say!(words, "login-reissue"),
                lines!(words, "login-reissue", "lead", date = words.date(date), who = who),
            ),
            (_, LastDay::Expiry(date)) => (
                say!(words, "login-reissue"),
                lines!(words, "login-reissue", "lead-at-once", date = words.date(date), who = who),
            ),
        }
    }

    /// The button for those whose bank has acted already.
    pub(super) fn done_already(&self, words: &Words) -> String {
        match self.task() {
            Some(Task::Revoke) => say!(words, "login-revoke", "revoked-already"),
            _ => say!(words, "login-reissue", "issued-already"),
        }
    }

    pub(super) fn instructions(&self, words: &Words) -> Vec<Block> {
        let (who, pickup) = (self.issuer(words), self.profile.windows.pickup);
        let steps = match self.task() {
            Some(Task::Revoke) => {
                vec![lines!(words, "login-revoke", "next-1", who = who), lines!(words, "login-revoke", "next-2")]
            }
            _ => vec![
                lines!(words, "login-reissue", "next-1", who = who),
                lines!(words, "login-reissue", "next-2"),
                lines!(words, "login-reissue", "next-3", pickup = pickup),
            ],
        };
        let copy = Button::new(Control::Copy, say!(words, "issuer-request", "copy")).with_icon(Icon::Copy);
        let save = Button::new(Control::SaveRequest, say!(words, "issuer-request", "save")).with_icon(Icon::Save);
        vec![
            Block::Heading(say!(words, "act", "next")),
            Block::Numbered(steps),
            headed_notice(Tone::Info, self.request_title(words), self.request(words)),
            Block::Columns(vec![Block::Link(copy)], vec![Block::Link(save)]),
        ]
    }

    /// The request as a text of its own.
    pub fn request_text(&self, words: &Words) -> String {
        let lines = std::iter::once(self.request_title(words)).chain(self.request(words));
        lines.map(|line| crate::i18n::plain(&line) + "\n").collect()
    }

    fn request_title(&self, words: &Words) -> String {
        match self.task() {
            Some(Task::Revoke) => say!(words, "issuer-request", "revoke"),
            _ => say!(words, "issuer-request", "reissue"),
        }
    }

    /// Ready to be handed over. The IDs are left for the user to fill in: nothing typed is kept.
    fn request(&self, words: &Words) -> Vec<String> {
        let Some(role) = self.chosen_role() else { return Vec::new() };
        let (bank, whose) = (words.text(&self.profile.institution.name), words.text(&role.label));
        let mut text = vec![say!(words, "issuer-request", "to", who = words.text(&role.unlocks))];
        text.extend(match self.task() {
            Some(Task::Revoke) => lines!(words, "issuer-request", "text-revoke", bank = bank, role = whose),
            _ => lines!(words, "issuer-request", "text-reissue", bank = bank, role = whose),
        });
        if let Some(certificate) = self.newest() {
            let date = words.date(self.day(certificate.not_after()));
            text.push(say!(words, "issuer-request", "expired", date = date));
        }
        let ids = role.fields.iter().filter(|field| field.kind == FieldKind::Id);
        text.extend(ids.map(|field| say!(words, "reissue-request", "id", label = words.text(&field.label))));
        text.extend(self.menu(role).map(|menu| say!(words, "issuer-request", "menu", menu = words.text(menu))));
        text
    }

    fn menu<'a>(&self, role: &'a Role) -> Option<&'a Text> {
        match self.task()? {
            Task::Reissue => role.menu.reissue.as_ref(),
            Task::Revoke => role.menu.revoke.as_ref(),
        }
    }
}

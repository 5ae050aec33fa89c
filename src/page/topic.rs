//! What the help says of the page under it: what it is for, what to have at hand, what comes, and who helps.

use super::{Row, parts::row};
use crate::i18n::{Words, lines, say};

/// The pages, as the help tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Opening,
    Login,
    Credentials,
    Telephone,
    Trust,
    Refused,
    Security,
    Issuing,
    Waiting,
    Install,
    Installing,
    Complete,
    Setback,
    Resume,
}

type Lines = Vec<String>;

/// The four answers of one message. Whom to ask is told with the bank's own name for itself.
macro_rules! answers {
    ($words:expr, $id:literal) => {
        [
            lines!($words, $id, "for"),
            lines!($words, $id, "have"),
            lines!($words, $id, "next"),
            lines!($words, $id, "wrong"),
        ]
    };
    ($words:expr, $id:literal, $own:expr) => {
        [
            lines!($words, $id, "for"),
            lines!($words, $id, "have"),
            lines!($words, $id, "next"),
            lines!($words, $id, "wrong", own = $own),
        ]
    };
}

impl Topic {
    pub const ALL: [Self; 14] = [
        Self::Opening,
        Self::Login,
        Self::Credentials,
        Self::Telephone,
        Self::Trust,
        Self::Refused,
        Self::Security,
        Self::Issuing,
        Self::Waiting,
        Self::Install,
        Self::Installing,
        Self::Complete,
        Self::Setback,
        Self::Resume,
    ];

    /// `own`: what the bank calls itself.
    pub(super) fn rows(self, own: &str, words: &Words) -> Vec<Row> {
        let [purpose, at_hand, next, wrong] = self.answers(own, words);
        vec![
            row(say!(words, "help", "page-for"), purpose),
            row(say!(words, "help", "page-have"), at_hand),
            row(say!(words, "help", "page-next"), next),
            row(say!(words, "help", "page-wrong"), wrong),
        ]
    }

    fn answers(self, own: &str, words: &Words) -> [Lines; 4] {
        match self {
            Self::Opening => answers!(words, "help-opening"),
            Self::Login => answers!(words, "help-login", own),
            Self::Credentials => answers!(words, "help-credentials", own),
            Self::Telephone => answers!(words, "help-telephone"),
            Self::Trust => answers!(words, "help-trust"),
            Self::Refused => answers!(words, "help-refused", own),
            Self::Security => answers!(words, "help-security"),
            Self::Issuing => answers!(words, "help-issuing"),
            Self::Waiting => answers!(words, "help-waiting", own),
            Self::Install => answers!(words, "help-install"),
            Self::Installing => answers!(words, "help-installing"),
            Self::Complete => answers!(words, "help-complete", own),
            Self::Setback => answers!(words, "help-setback"),
            Self::Resume => answers!(words, "help-resume", own),
        }
    }
}

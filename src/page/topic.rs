//! What the help says of the page under it: what it is for, what to have at hand, what comes, and who helps.

use super::{Row, parts::row};
use crate::i18n::{Words, lines, say};

/// The pages, as the help tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Opening,
    Login,
    Credentials,
    /// By hand: the IDs alone.
    Ids,
    Telephone,
    ProxyLogin,
    Trust,
    Refused,
    Security,
    /// By hand: the level of a request that the user carries.
    Draft,
    Issuing,
    Drafting,
    Waiting,
    Install,
    Installing,
    Complete,
    Setback,
    Resume,
    /// By hand: the request goes, and the certificate comes.
    HandedOut,
}

impl Topic {
    pub const ALL: [Self; 19] = [
        Self::Opening,
        Self::Login,
        Self::Credentials,
        Self::Ids,
        Self::Telephone,
        Self::ProxyLogin,
        Self::Trust,
        Self::Refused,
        Self::Security,
        Self::Draft,
        Self::Issuing,
        Self::Drafting,
        Self::Waiting,
        Self::Install,
        Self::Installing,
        Self::Complete,
        Self::Setback,
        Self::Resume,
        Self::HandedOut,
    ];

    /// `own`: what the bank calls itself.
    pub(super) fn rows(self, own: &str, words: &Words) -> Vec<Row> {
        vec![
            row(say!(words, "help", "page-for"), self.purpose(words)),
            row(say!(words, "help", "page-have"), self.at_hand(words)),
            row(say!(words, "help", "page-next"), self.next(words)),
            row(say!(words, "help", "page-wrong"), self.wrong(own, words)),
        ]
    }

    /// What the page is for.
    fn purpose(self, words: &Words) -> Vec<String> {
        match self {
            Self::Opening => lines!(words, "help-opening", "for"),
            Self::Login => lines!(words, "help-login", "for"),
            Self::Credentials => lines!(words, "help-credentials", "for"),
            Self::Ids => lines!(words, "help-ids", "for"),
            Self::Telephone => lines!(words, "help-telephone", "for"),
            Self::ProxyLogin => lines!(words, "help-proxy-login", "for"),
            Self::Trust => lines!(words, "help-trust", "for"),
            Self::Refused => lines!(words, "help-refused", "for"),
            Self::Security => lines!(words, "help-security", "for"),
            Self::Draft => lines!(words, "help-draft", "for"),
            Self::Issuing => lines!(words, "help-issuing", "for"),
            Self::Drafting => lines!(words, "help-drafting", "for"),
            Self::Waiting => lines!(words, "help-waiting", "for"),
            Self::Install => lines!(words, "help-install", "for"),
            Self::Installing => lines!(words, "help-installing", "for"),
            Self::Complete => lines!(words, "help-complete", "for"),
            Self::Setback => lines!(words, "help-setback", "for"),
            Self::Resume => lines!(words, "help-resume", "for"),
            Self::HandedOut => lines!(words, "help-handed-out", "for"),
        }
    }

    /// What has to be there before anything is typed.
    fn at_hand(self, words: &Words) -> Vec<String> {
        match self {
            Self::Opening => lines!(words, "help-opening", "have"),
            Self::Login => lines!(words, "help-login", "have"),
            Self::Credentials => lines!(words, "help-credentials", "have"),
            Self::Ids => lines!(words, "help-ids", "have"),
            Self::Telephone => lines!(words, "help-telephone", "have"),
            Self::ProxyLogin => lines!(words, "help-proxy-login", "have"),
            Self::Trust => lines!(words, "help-trust", "have"),
            Self::Refused => lines!(words, "help-refused", "have"),
            Self::Security => lines!(words, "help-security", "have"),
            Self::Draft => lines!(words, "help-draft", "have"),
            Self::Issuing => lines!(words, "help-issuing", "have"),
            Self::Drafting => lines!(words, "help-drafting", "have"),
            Self::Waiting => lines!(words, "help-waiting", "have"),
            Self::Install => lines!(words, "help-install", "have"),
            Self::Installing => lines!(words, "help-installing", "have"),
            Self::Complete => lines!(words, "help-complete", "have"),
            Self::Setback => lines!(words, "help-setback", "have"),
            Self::Resume => lines!(words, "help-resume", "have"),
            Self::HandedOut => lines!(words, "help-handed-out", "have"),
        }
    }

    /// What comes.
    fn next(self, words: &Words) -> Vec<String> {
        match self {
            Self::Opening => lines!(words, "help-opening", "next"),
            Self::Login => lines!(words, "help-login", "next"),
            Self::Credentials => lines!(words, "help-credentials", "next"),
            Self::Ids => lines!(words, "help-ids", "next"),
            Self::Telephone => lines!(words, "help-telephone", "next"),
            Self::ProxyLogin => lines!(words, "help-proxy-login", "next"),
            Self::Trust => lines!(words, "help-trust", "next"),
            Self::Refused => lines!(words, "help-refused", "next"),
            Self::Security => lines!(words, "help-security", "next"),
            Self::Draft => lines!(words, "help-draft", "next"),
            Self::Issuing => lines!(words, "help-issuing", "next"),
            Self::Drafting => lines!(words, "help-drafting", "next"),
            Self::Waiting => lines!(words, "help-waiting", "next"),
            Self::Install => lines!(words, "help-install", "next"),
            Self::Installing => lines!(words, "help-installing", "next"),
            Self::Complete => lines!(words, "help-complete", "next"),
            Self::Setback => lines!(words, "help-setback", "next"),
            Self::Resume => lines!(words, "help-resume", "next"),
            Self::HandedOut => lines!(words, "help-handed-out", "next"),
        }
    }

    /// What to do when it does not, and whom to ask.
    fn wrong(self, own: &str, words: &Words) -> Vec<String> {
        match self {
            Self::Opening => lines!(words, "help-opening", "wrong"),
            Self::Login => lines!(words, "help-login", "wrong", own = own),
            Self::Credentials => lines!(words, "help-credentials", "wrong", own = own),
            Self::Ids => lines!(words, "help-ids", "wrong", own = own),
            Self::Telephone => lines!(words, "help-telephone", "wrong"),
            Self::ProxyLogin => lines!(words, "help-proxy-login", "wrong"),
            Self::Trust => lines!(words, "help-trust", "wrong"),
            Self::Refused => lines!(words, "help-refused", "wrong", own = own),
            Self::Security => lines!(words, "help-security", "wrong"),
            Self::Draft => lines!(words, "help-draft", "wrong"),
            Self::Issuing => lines!(words, "help-issuing", "wrong"),
            Self::Drafting => lines!(words, "help-drafting", "wrong"),
            Self::Waiting => lines!(words, "help-waiting", "wrong", own = own),
            Self::Install => lines!(words, "help-install", "wrong"),
            Self::Installing => lines!(words, "help-installing", "wrong"),
            Self::Complete => lines!(words, "help-complete", "wrong", own = own),
            Self::Setback => lines!(words, "help-setback", "wrong"),
            Self::Resume => lines!(words, "help-resume", "wrong", own = own),
            Self::HandedOut => lines!(words, "help-handed-out", "wrong", own = own),
        }
    }
}

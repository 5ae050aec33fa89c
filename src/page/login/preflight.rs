//! パソコンの準備: what is known of this PC before anything is typed.

use crate::{
    i18n::{Words, say},
    page::{Block, Icon, Item, parts::item},
};

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

impl Preflight {
    pub(super) fn view(self, words: &Words) -> Vec<Block> {
        let Self { server, store, clock } = self;
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
        let checks = [(self.server, server), (self.store, store), (self.clock, clock)];
        let mut items: Vec<Item> =
            checks.into_iter().filter_map(|(check, text)| Some(item(check_icon(check), text?))).collect();
        items.push(item(Icon::Info, say!(words, "login", "no-explorer")));
        vec![Block::Heading(say!(words, "login", "ready")), Block::List(items)]
    }
}

fn check_icon(check: Check) -> Icon {
    match check {
        Check::NotYet => Icon::Wait,
        Check::Good => Icon::CheckCircle,
        Check::Bad => Icon::Warning,
    }
}

//! What the pages gave out and wait to see again; forgotten when the bank closes.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{fields::Pairs, markup::Quirks};
use crate::{Error, Fault, Oddity, certificate::hex, reply::About};

/// Everybody who is on the way from one page to the next.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    pub forms: Shelf<Form>,
    /// Of those who come with a PIN.
    pub counters: Shelf<Form>,
    pub waits: Shelf<Wait>,
}

/// Visitors that never come back make room for those who do.
const ROOM: usize = 500;

/// What is kept under a cookie.
#[derive(Debug)]
pub(crate) struct Shelf<T>(Mutex<VecDeque<(String, T)>>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Shelf<T> {
    /// Keeps it, and tells the cookie.
    pub fn keep(&self, thing: T) -> Result<String, Error> {
        let cookie = random()?;
        let mut kept = self.lock();
        if kept.len() == ROOM {
            kept.pop_front();
        }
        kept.push_back((cookie.clone(), thing));
        Ok(cookie)
    }

    /// A page is good for one answer.
    pub fn take(&self, cookie: &str) -> Option<T> {
        let mut kept = self.lock();
        let at = kept.iter().position(|(known, _)| known == cookie)?;
        kept.remove(at).map(|(_, thing)| thing)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, T)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose page it is. The page of 利用者 takes the 管理者's numbers too, without 利用者ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    User,
    Administrator,
}

impl Variant {
    /// Values of this bank's own invention: two say nothing, the last one whose page it is.
    fn values(self) -> [(&'static str, &'static str); 3] {
        let whose = if self == Self::User { "1" } else { "2" };
        [("b_c", "9901"), ("c_e", "1"), ("a_u", whose)]
    }

    pub fn query(self) -> String {
        self.values().map(|(name, value)| format!("{name}={value}")).join("&")
    }

    pub fn at(query: &str) -> Option<Self> {
        [Self::User, Self::Administrator].into_iter().find(|variant| variant.query() == query)
    }
}

/// The first page as it was given out.
#[derive(Debug)]
pub(crate) struct Form {
    pub variant: Variant,
    pub quirks: Quirks,
    pub hidden: Pairs,
}

impl Form {
    pub fn new(variant: Variant, quirks: Quirks) -> Result<Self, Error> {
        Self::of_page(variant, quirks, "userEnrollMS")
    }

    pub fn of_page(variant: Variant, quirks: Quirks, page: &str) -> Result<Self, Error> {
        let mut hidden = hidden(variant, page)?;
        if quirks.is(Oddity::FormExtraInputs) {
            hidden.extend(EXTRA.map(owned));
        }
        Ok(Self { variant, quirks, hidden })
    }
}

/// Empty, twice, with everything HTML, URLs and Shift_JIS have of their own: 表 and ソ hold a backslash.
const EXTRA: [(&str, &str); 5] = [
    ("yobi", ""),
    ("kubun", "1"),
    ("kubun", "2"),
    ("hyouji", "ﾚﾝｼｭｳ <表示> \"ソ\" & 'ﾎﾞﾀﾝ' 100% + = ;#"),
    ("modori", "../client/?a=1&b=%41"),
];

/// The "please wait" page as it was given out, and what waits.
#[derive(Debug)]
pub(crate) struct Wait {
    pub quirks: Quirks,
    pub hidden: Pairs,
    pub issued: Issued,
}

impl Wait {
    pub fn new(variant: Variant, quirks: Quirks, issued: Issued) -> Result<Self, Error> {
        Ok(Self { quirks, hidden: hidden(variant, "userWait")?, issued })
    }

    /// Whether the next request is a form's and not an address's.
    pub fn is_posted(&self) -> bool {
        !self.quirks.is(Oddity::WaitRedirect) && !self.quirks.is(Oddity::WaitMetaRefresh)
    }
}

/// A certificate that is in the ledger already, and what will go wrong with handing it over.
#[derive(Debug)]
pub(crate) struct Issued {
    pub chain: Vec<Vec<u8>>,
    pub fault: Option<Fault>,
    pub about: Option<About>,
}

fn hidden(variant: Variant, page: &str) -> Result<Pairs, Error> {
    let mut pairs = vec![("session".to_owned(), random()?), ("page_id".to_owned(), page.to_owned())];
    pairs.extend(variant.values().map(owned));
    Ok(pairs)
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn random() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_given_back_once_and_the_oldest_makes_room() {
        let shelf = Shelf::default();
        let cookies: Vec<String> = (0..=ROOM).map(|number| shelf.keep(number).expect("a cookie")).collect();
        assert_eq!(shelf.take(&cookies[0]), None);
        assert_eq!(shelf.take(&cookies[ROOM]), Some(ROOM));
        assert_eq!(shelf.take(&cookies[ROOM]), None);
    }

    #[test]
    fn only_the_two_queries_of_this_bank_lead_to_a_page() {
        assert_eq!(Variant::at("b_c=9901&c_e=1&a_u=1"), Some(Variant::User));
        assert_eq!(Variant::at("b_c=9901&c_e=1&a_u=2"), Some(Variant::Administrator));
        assert_eq!(Variant::at("b_c=9901&c_e=1"), None);
        assert_eq!(Variant::at("c_e=1&b_c=9901&a_u=1"), None);
    }
}

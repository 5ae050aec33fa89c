//! Pick-up later: the CA answers an application with a receipt, and hands the certificate out for a reference and a PIN.

use serde::Deserialize;
use url::Url;

use super::{TriesPattern, WebPagesError, Wording};
use crate::domain::{Reference, Text};

/// The table `[webform.pickup]` of a profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Pickup {
    /// Words of the receipt.
    pub contains: Wording,
    pub reference: ReferencePlace,
    /// What the bank calls the reference.
    pub label: Text,
    pub pin: PinField,
    /// Where the certificate is handed out, at the server of `ca.url`.
    pub page: PagePath,
    pub form: Option<String>,
    pub inputs: PickupInputs,
    pub submit: Option<String>,
    /// Words that mean: not yet.
    pub not_ready: Wording,
    pub ready_in: Option<Span>,
    pub retry_after_seconds: Option<u32>,
}

/// Where a receipt has its reference.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferencePlace {
    /// The value of this input, mostly a hidden one.
    Input(Name),
    /// What stands right after these words.
    After(Wording),
}

/// How the bank speaks of the PIN, which it sends by another road.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinField {
    pub label: Text,
    pub support: Text,
    /// Longest entry, in characters.
    pub max: usize,
}

/// Which inputs of the pick-up form take what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickupInputs {
    pub reference: Name,
    pub pin: Name,
}

/// A name that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(pub String);

/// Path and query, byte for byte, from the root of the server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PagePath(String);

/// `{ says = "あと{n}日", unit = "days" }`: when to come again, in the words of the page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    says: TriesPattern,
    unit: SpanUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SpanUnit {
    Minutes,
    Hours,
    Days,
}

impl Span {
    /// In seconds, where the page says it.
    pub fn find(&self, packed: &str) -> Option<u32> {
        let seconds = match self.unit {
            SpanUnit::Minutes => 60,
            SpanUnit::Hours => 60 * 60,
            SpanUnit::Days => 24 * 60 * 60,
        };
        self.says.find(packed)?.checked_mul(seconds)
    }
}

impl PagePath {
    /// `None` where the page is not on the server of `start`, which no path that has been checked can bring about.
    pub fn at(&self, start: &Url) -> Option<Url> {
        start.join(&self.0).ok().filter(|url| url.origin() == start.origin())
    }
}

impl ReferencePlace {
    /// What stands after the words in `text`, whatever white space the page puts between their characters.
    pub fn after(words: &Wording, text: &str) -> Option<Reference> {
        let mut starts = text.char_indices().filter(|(_, c)| !c.is_whitespace());
        starts.find_map(|(start, _)| Reference::leading(words.cut_from(text.get(start..)?)?))
    }
}

impl TryFrom<String> for Name {
    type Error = WebPagesError;

    fn try_from(name: String) -> Result<Self, WebPagesError> {
        if name.is_empty() { Err(WebPagesError::EmptyName) } else { Ok(Self(name)) }
    }
}

impl TryFrom<String> for PagePath {
    type Error = WebPagesError;

    /// What begins with two slashes, or with a backslash, which browsers take for one, leads to another server.
    fn try_from(path: String) -> Result<Self, WebPagesError> {
        let leads_away = path.starts_with("//") || path.contains(['\\', '#']) || path.contains(char::is_whitespace);
        if path.starts_with('/') && !leads_away { Ok(Self(path)) } else { Err(WebPagesError::PagePath(path)) }
    }
}

/// The table as it is written, before its parts have been held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    contains: Wording,
    reference: ReferencePlace,
    label: Text,
    pin: PinField,
    page: PagePath,
    form: Option<Name>,
    inputs: PickupInputs,
    submit: Option<Name>,
    not_ready: Wording,
    ready_in: Option<Span>,
    retry_after_seconds: Option<u32>,
}

impl TryFrom<Written> for Pickup {
    type Error = WebPagesError;

    fn try_from(written: Written) -> Result<Self, WebPagesError> {
        let Written { contains, reference, label, pin, page, form, inputs, submit, not_ready, .. } = written;
        if inputs.reference == inputs.pin {
            return Err(WebPagesError::OneInput(inputs.pin.0));
        }
        if pin.max == 0 {
            return Err(WebPagesError::NoPin);
        }
        let (form, submit) = (form.map(|name| name.0), submit.map(|name| name.0));
        let (ready_in, retry_after_seconds) = (written.ready_in, written.retry_after_seconds);
        Ok(Self {
            contains,
            reference,
            label,
            pin,
            page,
            form,
            inputs,
            submit,
            not_ready,
            ready_in,
            retry_after_seconds,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [pickup]
        contains = "受け付けました"
        reference = { after = "受付番号" }
        label = { ja = "受付番号", en = "Reference number" }
        pin = { label = { ja = "PIN", en = "PIN" }, support = { ja = "", en = "" }, max = 12 }
        page = "/sscm//client/pickup.htm?b_c=1"
        form = "uketori"
        inputs = { reference = "uketsuke", pin = "pin" }
        not_ready = "準備しています"
        ready_in = { says = "あと{n}日", unit = "days" }
    "#;

    #[derive(Debug, Deserialize)]
    struct Table {
        pickup: Pickup,
    }

    fn read(text: &str) -> Result<Pickup, String> {
        toml::from_str::<Table>(text).map(|table| table.pickup).map_err(|error| error.to_string())
    }

    #[test]
    fn the_table_is_read_as_it_is_written() {
        let pickup = read(GOOD).expect("good");
        let start = Url::parse("https://ca.example:4433/sscm//client/start.htm?x").expect("a url");
        let page = pickup.page.at(&start).expect("the same server");
        assert_eq!(page.as_str(), "https://ca.example:4433/sscm//client/pickup.htm?b_c=1");
        assert_eq!(pickup.ready_in.and_then(|span| span.find("あと２日です")), Some(172_800));
        assert!(pickup.not_ready.is_in("準備しています。"));
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let mistakes = [
            ("reference = { after = \"受付番号\" }", "reference = { beside = \"x\" }", "after"),
            ("\"受付番号\" }\n        label", "\" \" }\n        label", "fit every page"),
            ("page = \"/", "page = \"//elsewhere/", "begins with one slash"),
            ("page = \"/", "page = \"https://elsewhere/", "begins with one slash"),
            ("page = \"/", "page = \"/\\\\elsewhere/", "begins with one slash"),
            ("pin = \"pin\" }", "pin = \"uketsuke\" }", "reference and the PIN"),
            ("pin = \"pin\" }", "pin = \"\" }", "empty"),
            ("max = 12", "max = 0", "a PIN has at least one character"),
            ("form = \"uketori\"", "form = \"\"", "empty"),
            ("not_ready = \"準備しています\"", "", "not_ready"),
            ("あと{n}日", "あと", "{n}"),
            ("\"days\"", "\"weeks\"", "weeks"),
            ("form =", "formular =", "formular"),
        ];
        for (good, bad, says) in mistakes {
            let text = GOOD.replacen(good, bad, 1);
            assert_ne!(text, GOOD, "{good}");
            let error = read(&text).expect_err(bad);
            assert!(error.contains(says) && error.contains("at line"), "{bad}: {error}");
        }
    }

    #[test]
    fn a_reference_stands_after_its_words_wherever_the_page_breaks_them() {
        let words = Wording::try_from("受付番号".to_owned()).expect("words");
        let after = |text: &str| ReferencePlace::after(&words, text).map(|found| found.to_string());
        assert_eq!(after("受付 番号は、受付 番号 ： R-77 です").as_deref(), Some("R-77"));
        assert_eq!(after("受付番号は郵送します"), None);
    }
}

//! The enrollment pages of a CA that only speaks to browsers, as the bank's own staff describe them.
//!
//! Nothing has a default that a bank would decide: what the profile does not say is not done.

mod pickup;

use std::{collections::BTreeMap, fmt};

use encoding_rs::Encoding;
use serde::Deserialize;

use super::{Certificate, Meaning, Template, profile::certificates};
pub use pickup::{Pickup, PinField, ReferencePlace};

/// The table `[webform]` of a profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct WebPages {
    /// Stronger than what the pages say of themselves.
    pub charset: Option<Charset>,
    /// In order; exactly one carries the request.
    pub steps: Vec<FormStep>,
    /// The bank's words; the first that fit count.
    pub refusals: Vec<RefusalWords>,
    pub later: Option<PickupLater>,
    /// A receipt comes first, and the certificate later, for a PIN.
    pub pickup: Option<Pickup>,
    /// The authorities between certificate and anchor, for pages that hand out the certificate alone. Nobody believes in
    /// them by themselves.
    pub intermediates: Vec<Certificate>,
}

/// One form of one page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormStep {
    /// Its name or id; the first form of the page without one.
    pub form: Option<String>,
    /// Input → what is entered. An input that names a field which a role does not have stays as the page has it.
    #[serde(default)]
    pub fill: BTreeMap<String, Template>,
    pub request: Option<RequestInput>,
    /// Name of the button that is pressed: its value is sent along.
    pub submit: Option<String>,
}

/// Where the PKCS#10 request goes, and how it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestInput {
    pub input: String,
    pub armour: Armour,
    pub line_ending: LineEnding,
    /// Columns of base64; 0 is one line.
    pub wrap: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Armour {
    /// Base64 alone.
    None,
    /// `CERTIFICATE REQUEST` (RFC 7468 §7).
    Pem,
    /// `NEW CERTIFICATE REQUEST`, as older programs have it.
    PemNew,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineEnding {
    Lf,
    Crlf,
    /// One line, and nothing after it.
    None,
}

/// Words of a page that mean no.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalWords {
    pub contains: Wording,
    pub code: Meaning,
    pub tries_left: Option<TriesPattern>,
}

/// Words of a page that mean: the certificate is made, pick it up later.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickupLater {
    pub contains: Wording,
    pub retry_after_seconds: Option<u32>,
}

/// Text without white space, to be looked for in text without white space: pages break lines anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Wording(String);

impl Wording {
    /// `packed` has been through [`packed`].
    pub fn is_in(&self, packed: &str) -> bool {
        packed.contains(&self.0)
    }

    /// What follows in `text`, which begins with these words.
    fn cut_from<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut rest = text;
        for wanted in self.0.chars() {
            rest = rest.trim_start().strip_prefix(wanted)?;
        }
        Some(rest)
    }
}

/// `text` as a [`Wording`] is compared with it.
pub fn packed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// `あと{n}回`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TriesPattern {
    before: String,
    after: String,
}

impl TriesPattern {
    /// The number at the first place that fits, in digits of either width.
    pub fn find(&self, packed: &str) -> Option<u32> {
        packed.match_indices(&self.before).find_map(|(at, before)| {
            let rest = packed.get(at + before.len()..)?;
            let digits: String = rest.chars().map_while(digit).collect();
            let after: String = rest.chars().skip(digits.chars().count()).collect();
            after.starts_with(&self.after).then(|| digits.parse().ok())?
        })
    }
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

/// A character set as browsers know it, by its label.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Charset(&'static Encoding);

impl Charset {
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);

    pub fn of_label(label: &str) -> Option<Self> {
        Encoding::for_label_no_replacement(label.trim().as_bytes()).map(Self)
    }

    pub fn encoding(self) -> &'static Encoding {
        self.0
    }
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// What is wrong with the table, in the words of the person who writes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebPagesError {
    #[error("{0} is not a character set of the web")]
    Charset(String),
    #[error("`contains` is empty: it would fit every page")]
    EmptyWording,
    #[error("a pattern of tries holds {{n}} once, with words before or after it")]
    TriesPattern,
    #[error("a name of a form, an input or a button is empty")]
    EmptyName,
    #[error("the input {0} would be filled twice: with the request, and by `fill`")]
    FilledTwice(String),
    #[error("a page begins with one slash, on the server of ca.url; here it is {0}")]
    PagePath(String),
    #[error("the input {0} would take both the reference and the PIN")]
    OneInput(String),
    #[error("a PIN has at least one character")]
    NoPin,
    #[error("line_ending is \"none\", so wrap is 0")]
    WrapWithoutLines,
    #[error("exactly one [[webform.step]] has `request`; here it is {0}")]
    Requests(usize),
}

impl TryFrom<String> for Charset {
    type Error = WebPagesError;

    fn try_from(label: String) -> Result<Self, WebPagesError> {
        Self::of_label(&label).ok_or(WebPagesError::Charset(label))
    }
}

impl TryFrom<String> for Wording {
    type Error = WebPagesError;

    fn try_from(text: String) -> Result<Self, WebPagesError> {
        let text = packed(&text);
        if text.is_empty() { Err(WebPagesError::EmptyWording) } else { Ok(Self(text)) }
    }
}

impl TryFrom<String> for TriesPattern {
    type Error = WebPagesError;

    fn try_from(text: String) -> Result<Self, WebPagesError> {
        let text = packed(&text);
        match text.split_once("{n}") {
            Some((before, after)) if text.len() > 3 && !after.contains("{n}") => {
                Ok(Self { before: before.to_owned(), after: after.to_owned() })
            }
            _ => Err(WebPagesError::TriesPattern),
        }
    }
}

/// The table as it is written, before its parts have been held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    charset: Option<Charset>,
    #[serde(rename = "step")]
    steps: Vec<FormStep>,
    #[serde(rename = "error", default)]
    refusals: Vec<RefusalWords>,
    later: Option<PickupLater>,
    pickup: Option<Pickup>,
    #[serde(default, deserialize_with = "certificates")]
    intermediates: Vec<Certificate>,
}

impl TryFrom<Written> for WebPages {
    type Error = WebPagesError;

    fn try_from(written: Written) -> Result<Self, WebPagesError> {
        let Written { charset, steps, refusals, later, pickup, intermediates } = written;
        steps.iter().try_for_each(FormStep::check)?;
        match steps.iter().filter(|step| step.request.is_some()).count() {
            1 => Ok(Self { charset, steps, refusals, later, pickup, intermediates }),
            other => Err(WebPagesError::Requests(other)),
        }
    }
}

impl FormStep {
    fn check(&self) -> Result<(), WebPagesError> {
        let request = self.request.as_ref().map(|request| &request.input);
        let names = self.form.iter().chain(&self.submit).chain(self.fill.keys()).chain(request);
        if names.into_iter().any(String::is_empty) {
            return Err(WebPagesError::EmptyName);
        }
        let Some(RequestInput { input, line_ending, wrap, .. }) = &self.request else { return Ok(()) };
        if self.fill.contains_key(input) {
            return Err(WebPagesError::FilledTwice(input.clone()));
        }
        if *line_ending == LineEnding::None && *wrap != 0 { Err(WebPagesError::WrapWithoutLines) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [webform]
        charset = "shift_jis"
        [[webform.step]]
        form = "enroll"
        fill = { ansho = "{password}" }
        request = { input = "public_key", armour = "none", line_ending = "crlf", wrap = 64 }
        submit = "btn"
        [[webform.error]]
        contains = "認証に失敗 しました"
        code = "E01"
        tries_left = "あと{n}回"
        [webform.later]
        contains = "後ほど"
    "#;

    #[derive(Debug, Deserialize)]
    struct Profile {
        webform: WebPages,
    }

    fn read(text: &str) -> Result<WebPages, String> {
        toml::from_str::<Profile>(text).map(|profile| profile.webform).map_err(|error| error.to_string())
    }

    #[test]
    fn the_table_is_read_as_it_is_written() {
        let pages = read(GOOD).expect("good");
        assert_eq!(pages.charset.map(Charset::encoding), Some(encoding_rs::SHIFT_JIS));
        assert!(pages.refusals[0].contains.is_in("認証に失敗しました。"));
        assert_eq!(pages.steps[0].request.as_ref().map(|request| request.armour), Some(Armour::None));
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let mistakes = [
            ("shift_jis", "shift-jiss", "not a character set"),
            ("charset", "intermediates = [\"x\"]\n        charset", "PEM"),
            ("E01", "E99", "not the code of a refusal"),
            ("E01", "E21", "not the code of a refusal"),
            ("\"後ほど\"", "\" \"", "fit every page"),
            ("あと{n}回", "あと", "{n}"),
            ("あと{n}回", "{n}", "{n}"),
            ("{ ansho", "{ public_key", "filled twice"),
            ("crlf\", wrap = 64", "none\", wrap = 64", "wrap is 0"),
            ("request = {", "#", "exactly one"),
            (
                "wrap = 64 }",
                "wrap = 64 }\n[[webform.step]]\nrequest = { input = \"p\", armour = \"pem\", line_ending = \"lf\", wrap = 0 }",
                "here it is 2",
            ),
            (", wrap = 64", "", "wrap"),
            ("armour = \"none\"", "armour = \"pgp\"", "pem-new"),
            ("form = \"enroll\"", "form = \"\"", "empty"),
            ("{password}", "{password", "brace"),
            ("submit = \"btn\"", "button = \"btn\"", "button"),
        ];
        for (good, bad, says) in mistakes {
            let text = GOOD.replacen(good, bad, 1);
            assert_ne!(text, GOOD);
            let error = read(&text).expect_err(bad);
            assert!(error.contains(says) && error.contains("at line"), "{bad}: {error}");
        }
    }

    const PROFILE: &str = include_str!("../../tests/support/profile.toml");

    /// The sample profile with another protocol and the table in its place.
    fn with_pages(table: &str) -> Result<crate::domain::Profile, crate::domain::ProfileError> {
        let text = PROFILE.replace("protocol = \"est\"", "protocol = \"webform\"");
        crate::domain::Profile::from_toml(&text.replacen("[[role]]", &format!("{table}\n[[role]]"), 1))
    }

    #[test]
    fn the_table_belongs_to_its_protocol() {
        use crate::domain::{Profile, ProfileError};
        assert!(with_pages(GOOD).is_ok());
        assert_eq!(with_pages("").err(), Some(ProfileError::WebformTable));
        let beside_est = PROFILE.replacen("[[role]]", &format!("{GOOD}\n[[role]]"), 1);
        assert_eq!(Profile::from_toml(&beside_est).err(), Some(ProfileError::WebformTable));
    }

    #[test]
    fn pages_do_not_renew() {
        use crate::domain::{Profile, ProfileError};
        let text = PROFILE.replace("protocol = \"est\"", "protocol = \"webform\"\nrenewal = \"est\"");
        let text = text.replacen("[[role]]", &format!("{GOOD}\n[[role]]"), 1);
        assert_eq!(Profile::from_toml(&text).err(), Some(ProfileError::RenewalByPages));
    }

    #[test]
    fn only_est_needs_the_numbers_as_user_and_password() {
        use crate::domain::{Profile, ProfileError};
        let basic = "[role.basic]\nuser = \"{contract_id}\"\npassword = \"{password}/{confirmation}\"\n";
        assert!(PROFILE.contains(basic));
        let without = PROFILE.replace(basic, "");
        assert_eq!(Profile::from_toml(&without).err(), Some(ProfileError::NoBasic { role: "admin".to_owned() }));
        let text = without.replace("protocol = \"est\"", "protocol = \"webform\"");
        assert!(Profile::from_toml(&text.replacen("[[role]]", &format!("{GOOD}\n[[role]]"), 1)).is_ok());
    }

    #[test]
    fn an_input_is_filled_from_fields_that_some_role_has() {
        use crate::domain::{FieldId, ProfileError};
        assert!(with_pages(&GOOD.replace("{password}", "{user_id}")).is_ok());
        let unknown = ProfileError::WebformField(FieldId("pin".to_owned()));
        assert_eq!(with_pages(&GOOD.replace("{password}", "{pin}")).err(), Some(unknown));
    }

    #[test]
    fn tries_are_found_in_digits_of_either_width() {
        let pattern = TriesPattern::try_from("あと {n} 回".to_owned()).expect("pattern");
        assert_eq!(pattern.find("あとで、あと3回です"), Some(3));
        assert_eq!(pattern.find("あと１２回"), Some(12));
        for none in ["", "あと", "あと回", "あと3", "あと99999999999回"] {
            assert_eq!(pattern.find(none), None, "{none}");
        }
    }
}

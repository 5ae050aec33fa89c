use std::{
    collections::BTreeSet,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{
    Deserialize, Serialize,
    de::{IntoDeserializer, value::Error as UnreadableWord},
};

/// Something that real authorities do and that a client has to bear; no certificate is wrong for it.
///
/// For good at the opening of the bank, or once: it then waits for the first answer to
/// simpleenroll or simplereenroll, or on the old enrollment pages, on which it can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// 202 first; Retry-After in seconds.
    RetryAfterSeconds,
    /// 202 first; Retry-After as a date.
    RetryAfterDate,
    /// 202 first, without Retry-After.
    RetryAfterMissing,
    /// Another 202, in seconds, for whoever comes back after a 202.
    RetryAfterAgain,
    /// PKCS#7 in BER with indefinite lengths.
    BerIndefinite,
    /// The issuer stands before the leaf.
    ShuffledChain,
    /// Only the leaf.
    MissingChain,
    /// `-----BEGIN PKCS7-----`
    PemArmour,
    /// Base64 in one line.
    UnwrappedBase64,
    /// Base64 as mail has it: lines of 76 that end with CR LF.
    MimeBase64,
    /// A zero byte after the base64.
    NulAtEnd,
    /// `text/plain`
    WrongContentType,
    /// No Content-Type at all.
    NoContentType,
    /// Every refusal is JSON.
    ErrorJson,
    /// Every refusal is `application/problem+json` (RFC 9457).
    ErrorProblemJson,
    /// Every refusal is a web page.
    ErrorHtml,
    /// Every refusal is a web page that shows what was sent, numbers included.
    ErrorEchoesInputs,
    /// 401 with three challenges.
    SeveralWwwAuthenticate,
    /// The answer arrives in crumbs.
    SlowDrip,
    /// More attributes in the certificate's subject than anybody asked for.
    ExtraAttributes,
    /// HTTP/1.0, and the connection ends with the answer.
    #[serde(rename = "http_1_0")]
    Http10,
    /// Inputs of the enrollment form with their attributes in another order, quoted in three ways.
    FormAttributesMixed,
    /// Inputs nobody would expect in the enrollment form: empty, twice, with special characters, disabled.
    FormExtraInputs,
    /// The enrollment form is `multipart/form-data`.
    FormMultipart,
    /// The enrollment pages have upper-case tags, and paragraphs that never end.
    HtmlUpperCase,
    /// The lines of the enrollment pages end with CRLF.
    HtmlCrlf,
    /// "Please wait" is submitted by the body's `onload`, by the name of its form.
    WaitOnload,
    /// "Please wait" is a META refresh.
    WaitMetaRefresh,
    /// "Please wait" is a 302.
    WaitRedirect,
    /// The certificate stands in single-quoted literals, the plus signs at the beginning of the lines.
    LiteralsSingleQuoted,
    /// The certificate stands in one literal with escapes in it.
    LiteralEscaped,
    /// No TLS 1.3 on any listener; only for good.
    #[serde(rename = "tls_1_2_only")]
    Tls12Only,
}

impl Oddity {
    /// Each of them once.
    pub const ALL: [Self; 32] = [
        Self::RetryAfterSeconds,
        Self::RetryAfterDate,
        Self::RetryAfterMissing,
        Self::RetryAfterAgain,
        Self::BerIndefinite,
        Self::ShuffledChain,
        Self::MissingChain,
        Self::PemArmour,
        Self::UnwrappedBase64,
        Self::MimeBase64,
        Self::NulAtEnd,
        Self::WrongContentType,
        Self::NoContentType,
        Self::ErrorJson,
        Self::ErrorProblemJson,
        Self::ErrorHtml,
        Self::ErrorEchoesInputs,
        Self::SeveralWwwAuthenticate,
        Self::SlowDrip,
        Self::ExtraAttributes,
        Self::Http10,
        Self::FormAttributesMixed,
        Self::FormExtraInputs,
        Self::FormMultipart,
        Self::HtmlUpperCase,
        Self::HtmlCrlf,
        Self::WaitOnload,
        Self::WaitMetaRefresh,
        Self::WaitRedirect,
        Self::LiteralsSingleQuoted,
        Self::LiteralEscaped,
        Self::Tls12Only,
    ];
}

/// A word that names no [`Oddity`].
#[derive(Debug, Clone, thiserror::Error)]
#[error("there is no oddity named {0}")]
pub struct UnknownOddity(String);

impl FromStr for Oddity {
    type Err = UnknownOddity;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let unknown = |_: UnreadableWord| UnknownOddity(word.to_owned());
        Self::deserialize(word.into_deserializer()).map_err(unknown)
    }
}

/// Those of one bank.
#[derive(Debug)]
pub(crate) struct Oddities {
    always: BTreeSet<Oddity>,
    once: Mutex<BTreeSet<Oddity>>,
}

impl Oddities {
    pub fn new(always: impl IntoIterator<Item = Oddity>) -> Self {
        Self { always: always.into_iter().collect(), once: Mutex::default() }
    }

    /// Whether the bank is always like that.
    pub fn has(&self, oddity: Oddity) -> bool {
        self.always.contains(&oddity)
    }

    /// Whether it would show on this answer; it stays on order.
    pub fn shows(&self, oddity: Oddity) -> bool {
        self.once().contains(&oddity) || self.has(oddity)
    }

    /// Whether it shows on this answer, where it can; used up if it was for once.
    pub fn take(&self, oddity: Oddity) -> bool {
        self.once().remove(&oddity) || self.has(oddity)
    }

    /// The first of these that shows.
    pub fn take_one_of(&self, oddities: &[Oddity]) -> Option<Oddity> {
        oddities.iter().copied().find(|oddity| self.take(*oddity))
    }

    pub fn arm(&self, oddity: Oddity) {
        self.once().insert(oddity);
    }

    /// What is on order and has not shown yet.
    pub fn waiting(&self) -> BTreeSet<Oddity> {
        self.once().clone()
    }

    pub fn disarm(&self) {
        self.once().clear();
    }

    fn once(&self) -> MutexGuard<'_, BTreeSet<Oddity>> {
        self.once.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reader of the words knows every one of them, and names them when it is given none of them.
    #[test]
    fn the_list_of_all_leaves_none_out() {
        let read = |word: &str| Oddity::deserialize(word.into_deserializer());
        let words = UnreadableWord::to_string(&read("?").expect_err("no oddity"));
        let known: BTreeSet<Oddity> = words.split('`').filter_map(|word| read(word).ok()).collect();
        assert_eq!(known, BTreeSet::from(Oddity::ALL), "{words}");
    }
}

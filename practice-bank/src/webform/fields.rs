//! What a form of these pages sends: every input once, in Shift_JIS, in the page's own way of sending.

use encoding_rs::SHIFT_JIS;
use hyper::{HeaderMap, header::CONTENT_TYPE};

use super::{
    page::BUTTON,
    sessions::{Form, Variant},
};
use crate::{Oddity, credentials::Credentials, form::unescaped};

/// Names and values in the order of the page.
pub(crate) type Pairs = Vec<(String, String)>;

/// How a POST differs from what its page asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breach {
    /// Something is missing, changed, or of another making.
    Changed,
    /// Filled in by hand, without a request.
    NoRequest,
}

/// How a form sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enctype {
    Urlencoded,
    Multipart,
}

impl Enctype {
    pub fn of(form: &Form) -> Self {
        if form.quirks.is(Oddity::FormMultipart) { Self::Multipart } else { Self::Urlencoded }
    }

    /// The word in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urlencoded => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
        }
    }
}

/// All fields of a POST.
pub(crate) fn read(headers: &HeaderMap, body: &[u8], enctype: Enctype) -> Result<Pairs, Breach> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or(Breach::Changed)?;
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    if !essence.trim().eq_ignore_ascii_case(enctype.as_str()) {
        return Err(Breach::Changed);
    }
    match enctype {
        Enctype::Urlencoded => urlencoded(body),
        Enctype::Multipart => boundary(parameters).and_then(|boundary| multipart(body, boundary)),
    }
    .ok_or(Breach::Changed)
}

/// All fields of an address.
pub(crate) fn of_query(query: &str) -> Result<Pairs, Breach> {
    urlencoded(query.as_bytes()).ok_or(Breach::Changed)
}

/// The other way round; for values that need no escaping.
pub(crate) fn query(pairs: &Pairs) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn urlencoded(body: &[u8]) -> Option<Pairs> {
    if !body.is_ascii() {
        return None;
    }
    let field = |field: &[u8]| {
        let at = field.iter().position(|byte| *byte == b'=')?;
        Some((text(&unescaped(&field[..at])?)?, text(&unescaped(&field[at + 1..])?)?))
    };
    body.split(|byte| *byte == b'&').map(field).collect()
}

/// RFC 2046 §5.1.1.
fn boundary(parameters: &str) -> Option<&str> {
    let (name, value) = parameters.trim().split_once('=')?;
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let fits = |value: &&str| (1..=70).contains(&value.len()) && !value.contains(['"', ';']);
    name.eq_ignore_ascii_case("boundary").then_some(value).filter(fits)
}

/// RFC 7578: text fields alone, nothing before the first and nothing after the last.
fn multipart(body: &[u8], boundary: &str) -> Option<Pairs> {
    let between = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(&between.as_bytes()[2..])?;
    let mut pairs = Pairs::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, between.as_bytes())?;
        pairs.push(part_of_form(&part[..end])?);
        rest = &part[end + between.len()..];
    }
    matches!(rest, b"--" | b"--\r\n").then_some(pairs)
}

fn part_of_form(part: &[u8]) -> Option<(String, String)> {
    let head = find(part, b"\r\n\r\n")?;
    let name = part[..head].strip_prefix(b"Content-Disposition: form-data; name=\"")?.strip_suffix(b"\"")?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"';
    name.iter().all(is_plain).then_some(())?;
    Some((text(name)?, text(&part[head + 4..])?))
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// `None` when it is not Shift_JIS.
fn text(bytes: &[u8]) -> Option<String> {
    SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// What was filled into a form that is otherwise as it was given out; never printed.
pub(crate) struct Entered {
    contract_id: String,
    user_id: String,
    password: String,
    confirmation: String,
    /// Base64, as the page wants it.
    pub request: String,
}

impl Entered {
    pub fn read(form: &Form, pairs: &Pairs) -> Result<Self, Breach> {
        let is_hidden = |name: &str| form.hidden.iter().any(|(hidden, _)| hidden == name);
        let (hidden, filled): (Pairs, Pairs) = pairs.iter().cloned().partition(|(name, _)| is_hidden(name));
        if hidden != form.hidden {
            return Err(Breach::Changed);
        }
        let mut filled = Filled(filled);
        let entered = Self {
            contract_id: filled.number("keiyakusha")?,
            user_id: match form.variant {
                Variant::User => filled.number("riyousha")?,
                Variant::Administrator => String::new(),
            },
            password: filled.number("ansho")?,
            confirmation: filled.number("kakunin")?,
            request: filled.once("public_key")?,
        };
        if filled.once("btn")? != BUTTON || !filled.0.is_empty() {
            return Err(Breach::Changed);
        }
        if entered.request.is_empty() { Err(Breach::NoRequest) } else { Ok(entered) }
    }

    /// As HTTP Basic would have brought them.
    pub fn credentials(&self) -> Credentials {
        let user = match self.user_id.as_str() {
            "" => self.contract_id.clone(),
            user_id => format!("{}/{user_id}", self.contract_id),
        };
        Credentials { user, password: format!("{}/{}", self.password, self.confirmation) }
    }
}

/// Fields that nobody has looked at yet.
struct Filled(Pairs);

impl Filled {
    fn once(&mut self, name: &str) -> Result<String, Breach> {
        let at = self.0.iter().position(|(found, _)| found == name).ok_or(Breach::Changed)?;
        Ok(self.0.swap_remove(at).1)
    }

    /// Copied spaces are refused before they count as a wrong number.
    fn number(&mut self, name: &str) -> Result<String, Breach> {
        let value = self.once(name)?;
        if value.trim() == value { Ok(value) } else { Err(Breach::Changed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urlencoded_is_read_as_shift_jis_and_nothing_else() {
        let both = urlencoded(b"a=%95%5C+%83%5C&b=").expect("two fields");
        assert_eq!(both, [("a".to_owned(), "表 ソ".to_owned()), ("b".to_owned(), String::new())]);
        for bad in [&b"a"[..], b"a=%8", b"a=\x95\x5c", b"a=%E8%A1%A8%FF", b""] {
            assert_eq!(urlencoded(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn multipart_is_read_strictly() {
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let good = part("a", "1\r\n2") + &part("b", "") + "--x--\r\n";
        let both = multipart(good.as_bytes(), "x").expect("two fields");
        assert_eq!(both, [("a".to_owned(), "1\r\n2".to_owned()), ("b".to_owned(), String::new())]);
        let file = good.replacen("name=\"a\"", "name=\"a\"; filename=\"f\"", 1);
        for bad in [&good[..good.len() - 5], &format!("before{good}"), &format!("{good}after"), &file] {
            assert_eq!(multipart(bad.as_bytes(), "x"), None, "{bad}");
        }
    }

    #[test]
    fn a_boundary_is_one_parameter() {
        assert_eq!(boundary(" boundary=abc"), Some("abc"));
        assert_eq!(boundary(" boundary=\"a b\""), Some("a b"));
        assert_eq!(boundary(" boundary="), None);
        assert_eq!(boundary(" charset=utf-8"), None);
    }
}

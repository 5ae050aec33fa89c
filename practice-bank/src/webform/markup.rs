//! HTML as it was written then: plainly, or in the ways in which a parser can go wrong.

use std::collections::BTreeSet;

use encoding_rs::SHIFT_JIS;

use crate::Oddity;

/// Seen on the form and on every page of the visit.
const OF_FORMS: [Oddity; 5] = [
    Oddity::FormAttributesMixed,
    Oddity::FormExtraInputs,
    Oddity::FormMultipart,
    Oddity::HtmlUpperCase,
    Oddity::HtmlCrlf,
];

/// Seen once there is a certificate.
const OF_ANSWERS: [Oddity; 5] = [
    Oddity::WaitOnload,
    Oddity::WaitMetaRefresh,
    Oddity::WaitRedirect,
    Oddity::LiteralsSingleQuoted,
    Oddity::LiteralEscaped,
];

/// What is odd about the pages of one visit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quirks(BTreeSet<Oddity>);

impl Quirks {
    pub fn of_forms(shows: impl Fn(Oddity) -> bool) -> Self {
        Self(OF_FORMS.into_iter().filter(|oddity| shows(*oddity)).collect())
    }

    pub fn and_of_answers(mut self, shows: impl Fn(Oddity) -> bool) -> Self {
        self.0.extend(OF_ANSWERS.into_iter().filter(|oddity| shows(*oddity)));
        self
    }

    pub fn is(&self, oddity: Oddity) -> bool {
        self.0.contains(&oddity)
    }

    pub fn all(&self) -> impl Iterator<Item = Oddity> {
        self.0.iter().copied()
    }
}

/// One `<input>`; a name without a value is an attribute that stands alone.
pub(crate) fn input(attributes: &[(&str, Option<&str>)], quirks: &Quirks) -> String {
    let written: Vec<String> = match quirks.is(Oddity::FormAttributesMixed) {
        false => attributes.iter().map(|attribute| written(*attribute, Quotes::Double)).collect(),
        true => {
            // Another beginning for each input.
            let first = attributes.iter().filter_map(|(_, value)| *value).map(str::len).sum();
            let quotes = [Quotes::None, Quotes::Single, Quotes::Spaced].into_iter().cycle().skip(first);
            attributes.iter().rev().zip(quotes).map(|(attribute, quotes)| written(*attribute, quotes)).collect()
        }
    };
    format!("<input {}>", written.join(" "))
}

#[derive(Debug, Clone, Copy)]
enum Quotes {
    Double,
    Single,
    /// Double, with white space around the equals sign.
    Spaced,
    /// Where the value allows it.
    None,
}

fn written((name, value): (&str, Option<&str>), quotes: Quotes) -> String {
    let Some(value) = value else {
        return name.to_owned();
    };
    let bare = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = attribute(value);
    match quotes {
        Quotes::None if bare => format!("{name}={value}"),
        Quotes::Single | Quotes::None => format!("{name}='{value}'"),
        Quotes::Spaced => format!("{name} = \"{value}\""),
        Quotes::Double => format!("{name}=\"{value}\""),
    }
}

/// Good between either kind of quotation marks, by name and by number.
pub(crate) fn attribute(text: &str) -> String {
    crate::page::escaped(text).replace('\'', "&#39;")
}

/// The bytes of the page.
pub(crate) fn finished(page: &str, quirks: &Quirks) -> Vec<u8> {
    let page = if quirks.is(Oddity::HtmlUpperCase) { shouted(page) } else { page.to_owned() };
    let page = if quirks.is(Oddity::HtmlCrlf) { page.replace('\n', "\r\n") } else { page };
    SHIFT_JIS.encode(&page).0.into_owned()
}

/// Ends that HTML allows to be left out (HTML 4.01 §B.3.3 and the index of elements).
const NEVER_ENDED: [&str; 3] = ["</p>", "</dt>", "</dd>"];

/// Upper-case names of tags and attributes, and only the ends that must be there.
fn shouted(page: &str) -> String {
    let page = NEVER_ENDED.iter().fold(page.to_owned(), |page, end| page.replace(end, ""));
    let mut out = String::with_capacity(page.len());
    let mut rest = page.as_str();
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        let (tag, after) = tag.split_at(end_of_tag(tag));
        out += text;
        out += &shouted_tag(tag);
        // What a script says is none of HTML's business.
        let script = if tag.starts_with("<script") { after.find("</script").unwrap_or(after.len()) } else { 0 };
        out += &after[..script];
        rest = &after[script..];
    }
    out + rest
}

fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, character) in tag.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (None, '>') => return at + 1,
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn shouted_tag(tag: &str) -> String {
    let (mut quote, mut value) = (None, false);
    let shout = |character: char| {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (None, '=') => value = true,
            (None, ' ') => value = false,
            _ => {}
        }
        if quote.is_none() && !value { character.to_ascii_uppercase() } else { character }
    };
    tag.chars().map(shout).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quirks(oddity: Oddity) -> Quirks {
        Quirks(BTreeSet::from([oddity]))
    }

    #[test]
    fn attributes_are_mixed_in_order_and_quotes() {
        let attributes =
            [("type", Some("hidden")), ("name", Some("a")), ("value", Some("'x' > \"y\"")), ("disabled", None)];
        let plain = input(&attributes, &Quirks::default());
        assert_eq!(plain, r#"<input type="hidden" name="a" value="&#39;x&#39; &gt; &quot;y&quot;" disabled>"#);
        let mixed = input(&attributes, &quirks(Oddity::FormAttributesMixed));
        assert_eq!(mixed, r#"<input disabled value = "&#39;x&#39; &gt; &quot;y&quot;" name=a type='hidden'>"#);
    }

    #[test]
    fn shouting_leaves_values_text_and_scripts_alone() {
        let page = "<p class=\"bad\" title='a > b'>text</p><form name=enroll><script>if (a<b) '<b>'</script></form>";
        let loud = "<P CLASS=\"bad\" TITLE='a > b'>text<FORM NAME=enroll><SCRIPT>if (a<b) '<b>'</SCRIPT></FORM>";
        assert_eq!(shouted(page), loud);
    }

    #[test]
    fn pages_are_written_in_shift_jis() {
        assert_eq!(finished("表\n", &quirks(Oddity::HtmlCrlf)), b"\x95\x5c\r\n");
    }
}

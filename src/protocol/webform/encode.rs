//! Entries as bytes, as a browser sends them (HTML Standard §4.10.21).
//!
//! A character that the page's character set does not have becomes `&#NNN;`, which is what old servers expect.

use std::fmt;

use url::form_urlencoded::Serializer;

use super::form::{Encoding, Entry};
use crate::domain::Charset;

/// A body and its type.
#[derive(PartialEq, Eq)]
pub struct Encoded {
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

/// The body holds what a user typed.
impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({} bytes of {})", self.body.len(), self.content_type)
    }
}

/// Sixteen random bytes, drawn once: what holds them by chance does not exist, and what holds them on purpose is not sent.
const BOUNDARY: &str = "shirushi-b7c81f0d5e2a4936a1d4e86fc03b9257";
const MULTIPART: &str = "multipart/form-data; boundary=shirushi-b7c81f0d5e2a4936a1d4e86fc03b9257";

/// `None`: an entry holds the border between entries.
pub fn encode(entries: &[Entry], encoding: Encoding, charset: Charset) -> Option<Encoded> {
    match encoding {
        Encoding::UrlEncoded => {
            let body = url_encoded(entries, charset).into_bytes();
            Some(Encoded { content_type: "application/x-www-form-urlencoded", body })
        }
        Encoding::Multipart => multipart(entries, charset).map(|body| Encoded { content_type: MULTIPART, body }),
    }
}

pub fn url_encoded(entries: &[Entry], charset: Charset) -> String {
    Serializer::new(String::new())
        .encoding_override(Some(&|text| charset.encoding().encode(text).0))
        .extend_pairs(entries.iter().map(|entry| (entry.name.as_str(), entry.value.reveal())))
        .finish()
}

/// RFC 7578, with the names escaped as browsers do it.
fn multipart(entries: &[Entry], charset: Charset) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    for Entry { name, value } in entries {
        if name.contains(BOUNDARY) || value.reveal().contains(BOUNDARY) {
            return None;
        }
        let name = name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22");
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(&charset.encoding().encode(&head).0);
        body.extend_from_slice(&charset.encoding().encode(value.reveal()).0);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;

    fn entry(name: &str, value: &str) -> Entry {
        Entry { name: name.to_owned(), value: Secret::new(value) }
    }

    fn charset(label: &str) -> Charset {
        Charset::of_label(label).expect("a label")
    }

    #[test]
    fn a_form_is_written_in_the_characters_of_its_page() {
        let entries = [entry("名", "取得 a+b&c=d"), entry("x", "*-._~\r\n")];
        let sjis = "%96%BC=%8E%E6%93%BE+a%2Bb%26c%3Dd&x=*-._%7E%0D%0A";
        assert_eq!(url_encoded(&entries, charset("shift_jis")), sjis);
        assert_eq!(url_encoded(&entries[..1], charset("euc-jp")), "%CC%BE=%BC%E8%C6%C0+a%2Bb%26c%3Dd");
        assert!(url_encoded(&entries[..1], charset("utf-8")).starts_with("%E5%90%8D="));
    }

    #[test]
    fn a_character_that_the_page_does_not_have_is_written_by_number() {
        let entries = [entry("a", "é😀髙")];
        assert_eq!(url_encoded(&entries, charset("shift_jis")), "a=%26%23233%3B%26%23128512%3B%FB%FC");
        let body = multipart(&entries, charset("euc-jp")).expect("a body");
        assert!(body.windows(6).any(|window| window == b"&#128512;".get(..6).expect("six")));
    }

    #[test]
    fn parts_have_borders_and_their_names_cannot_break_out() {
        let body = multipart(&[entry("a\"\r\nX: y", "1"), entry("表", "表")], charset("sjis")).expect("a body");
        let (text, ..) = encoding_rs::SHIFT_JIS.decode(&body);
        let part = |name: &str, value: &str| {
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        assert_eq!(text, format!("{}{}--{BOUNDARY}--\r\n", part("a%22%0D%0AX: y", "1"), part("表", "表")));
        assert!(MULTIPART.ends_with(BOUNDARY));
    }

    #[test]
    fn an_entry_that_holds_the_border_is_not_sent() {
        assert_eq!(encode(&[entry("a", &format!("--{BOUNDARY}"))], Encoding::Multipart, Charset::UTF_8), None);
        assert_eq!(encode(&[entry(BOUNDARY, "")], Encoding::Multipart, Charset::UTF_8), None);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(url_encoded(&[], Charset::UTF_8), "");
    }
}

//! In which characters a page is written.

use super::page::Page;
use crate::domain::Charset;

/// A page names its characters near its beginning, if at all.
const WHERE_PAGES_SAY_IT: usize = 4096;

/// A byte order mark is stronger than anything (Encoding Standard §6.1); then the profile, then the header, then the
/// page itself. Who says nothing at all is read as UTF-8.
pub fn decide(profile: Option<Charset>, content_type: Option<&str>, body: &[u8]) -> Charset {
    let mark = encoding_rs::Encoding::for_bom(body).and_then(|(encoding, _)| Charset::of_label(encoding.name()));
    mark.or(profile)
        .or_else(|| content_type.and_then(of_content_type))
        .or_else(|| of_page(body))
        .unwrap_or(Charset::UTF_8)
}

pub fn decode(charset: Charset, body: &[u8]) -> String {
    charset.encoding().decode(body).0.into_owned()
}

/// The parameter of `text/html; charset=Shift_JIS`.
pub fn of_content_type(value: &str) -> Option<Charset> {
    value
        .split(';')
        .skip(1)
        .find_map(|parameter| {
            let (name, label) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| label.trim().trim_matches(['"', '\'']))
        })
        .and_then(Charset::of_label)
}

/// Tags are ASCII in every character set that a page can say of itself.
fn of_page(body: &[u8]) -> Option<Charset> {
    let beginning = body.get(..WHERE_PAGES_SAY_IT).unwrap_or(body);
    let said = Page::read(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(beginning).0).charset?;
    // A page that says UTF-16 in single bytes is wrong about that (HTML Standard §13.2.3.2).
    if said.encoding().output_encoding() == said.encoding() { Some(said) } else { Some(Charset::UTF_8) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(profile: Option<&str>, header: Option<&str>, body: &[u8]) -> &'static str {
        decide(profile.and_then(Charset::of_label), header, body).encoding().name()
    }

    const SAYS_EUC: &[u8] = b"<html><head><META http-equiv='Content-Type' content='text/html; charset=EUC-JP'>";

    #[test]
    fn the_profile_is_stronger_than_the_header_and_the_header_than_the_page() {
        let header = Some("text/html; Charset=\"x-sjis\"");
        assert_eq!(name(Some("utf-8"), header, SAYS_EUC), "UTF-8");
        assert_eq!(name(None, header, SAYS_EUC), "Shift_JIS");
        assert_eq!(name(None, Some("text/html"), SAYS_EUC), "EUC-JP");
        assert_eq!(name(None, Some("text/html; charset=klingon"), SAYS_EUC), "EUC-JP");
        assert_eq!(name(None, None, b"<meta charset=windows-31j>"), "Shift_JIS");
        assert_eq!(name(None, None, b"<p>nothing"), "UTF-8");
    }

    #[test]
    fn a_byte_order_mark_is_stronger_than_everything() {
        assert_eq!(name(Some("shift_jis"), None, b"\xef\xbb\xbf<p>"), "UTF-8");
    }

    #[test]
    fn a_page_that_says_utf_16_in_single_bytes_is_utf_8() {
        assert_eq!(name(None, None, b"<meta charset=utf-16le>"), "UTF-8");
    }

    #[test]
    fn what_only_looks_like_it_says_nothing() {
        for body in [&b"<!-- <meta charset=shift_jis> -->"[..], b"<script>'<meta charset=shift_jis>'</script>", b""] {
            assert_eq!(name(None, None, body), "UTF-8");
        }
    }

    #[test]
    fn a_backslash_inside_a_character_is_no_backslash() {
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode("表");
        assert_eq!(bytes[1], b'\\');
        assert_eq!(decode(decide(Charset::of_label("sjis"), None, &bytes), &bytes), "表");
    }
}

//! The PKCS#10 request as the text that a page expects in its field.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::domain::{Armour, LineEnding, RequestInput, Secret};

/// Every line has its ending, the last one too, as programs that write such texts do it.
pub fn text(der: &[u8], input: &RequestInput) -> Secret {
    let ending = match input.line_ending {
        LineEnding::Lf => "\n",
        LineEnding::Crlf => "\r\n",
        LineEnding::None => "",
    };
    let base64 = STANDARD.encode(der);
    let width = if input.wrap == 0 { base64.len().max(1) } else { input.wrap };
    let label = match input.armour {
        Armour::None => None,
        Armour::Pem => Some("CERTIFICATE REQUEST"),
        Armour::PemNew => Some("NEW CERTIFICATE REQUEST"),
    };
    let mut text = label.map(|label| format!("-----BEGIN {label}-----{ending}")).unwrap_or_default();
    for line in base64.as_bytes().chunks(width) {
        text.extend(line.iter().copied().map(char::from));
        text.push_str(ending);
    }
    text.extend(label.map(|label| format!("-----END {label}-----{ending}")));
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(armour: Armour, line_ending: LineEnding, wrap: usize) -> String {
        let input = RequestInput { input: "public_key".to_owned(), armour, line_ending, wrap };
        text(&[7; 6], &input).reveal().to_owned()
    }

    #[test]
    fn the_text_is_written_as_the_profile_says() {
        assert_eq!(written(Armour::None, LineEnding::None, 0), "BwcHBwcH");
        assert_eq!(written(Armour::None, LineEnding::Crlf, 4), "BwcH\r\nBwcH\r\n");
        assert_eq!(written(Armour::None, LineEnding::Lf, 0), "BwcHBwcH\n");
        assert_eq!(
            written(Armour::Pem, LineEnding::Lf, 5),
            "-----BEGIN CERTIFICATE REQUEST-----\nBwcHB\nwcH\n-----END CERTIFICATE REQUEST-----\n"
        );
        assert!(
            written(Armour::PemNew, LineEnding::Crlf, 64).starts_with("-----BEGIN NEW CERTIFICATE REQUEST-----\r\nB")
        );
    }

    #[test]
    fn an_empty_request_is_an_empty_text() {
        let input =
            RequestInput { input: "p".to_owned(), armour: Armour::None, line_ending: LineEnding::None, wrap: 0 };
        assert_eq!(text(&[], &input).reveal(), "");
    }
}

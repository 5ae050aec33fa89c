//! Certificates as text, and the one date that is read from them without any other program.

use std::fmt::Write;

/// Base64 of DER, wrapped for people and for OpenSSL (RFC 7468).
pub fn certificate(base64: &str) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (at, character) in base64.chars().filter(|character| !character.is_whitespace()).enumerate() {
        if at > 0 && at % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

/// The end of the validity of a certificate, as it is written inside: `2027-04-01 08:30:00 UTC`.
///
/// It is the second of the two times that stand side by side in every certificate (RFC 5280 §4.1.2.5), each a UTCTime
/// of 13 bytes or a GeneralizedTime of 15.
pub fn not_after(base64: &str) -> Option<String> {
    let der = decode(base64)?;
    let starts = 0..der.len();
    starts.filter_map(|at| time(der.get(at..)?)).find_map(|(_, rest)| time(rest).map(|(end, _)| end))
}

fn time(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (tag, length, rest) = (bytes.first()?, usize::from(*bytes.get(1)?), bytes.get(2..)?);
    let digits = std::str::from_utf8(rest.get(..length)?).ok()?;
    let digits = digits.strip_suffix('Z').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let full = match (tag, length) {
        (0x17, 13) if digits < "50" => format!("20{digits}"),
        (0x17, 13) => format!("19{digits}"),
        (0x18, 15) => digits.to_owned(),
        _ => return None,
    };
    let mut text = String::new();
    for (at, digit) in full.chars().enumerate() {
        let before = match at {
            4 | 6 => "-",
            8 => " ",
            10 | 12 => ":",
            _ => "",
        };
        write!(text, "{before}{digit}").ok()?;
    }
    Some((format!("{text} UTC"), rest.get(length..)?))
}

fn decode(base64: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for character in base64.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = ALPHABET.iter().position(|known| *known == character)?;
        held = (held << 6) | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEQUENCE { UTCTime 250101000000Z, UTCTime 260102030405Z }
    const VALIDITY: &str = "MB4XDTI1MDEwMTAwMDAwMFoXDTI2MDEwMjAzMDQwNVo=";

    #[test]
    fn the_second_time_is_the_end() {
        assert_eq!(not_after(VALIDITY).as_deref(), Some("2026-01-02 03:04:05 UTC"));
    }

    #[test]
    fn long_text_is_wrapped_at_64() {
        let pem = certificate(&"A".repeat(65));
        assert_eq!(pem.lines().map(str::len).collect::<Vec<_>>(), [27, 64, 1, 25]);
    }
}

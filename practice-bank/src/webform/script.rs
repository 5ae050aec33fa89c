//! The certificate inside a script, as a page handed it to the browser's key store.

use super::markup::Quirks;
use crate::{Fault, Oddity, packaging};

/// What an authority may do to its PKCS#7; the others are about EST's way of sending it.
const OF_CERTIFICATES: [Oddity; 5] =
    [Oddity::BerIndefinite, Oddity::ShuffledChain, Oddity::MissingChain, Oddity::PemArmour, Oddity::UnwrappedBase64];

/// `installCert("MII…" + "…")`.
pub(crate) fn install_call(
    chain: &[Vec<u8>],
    fault: Option<Fault>,
    quirks: &Quirks,
    take: impl Fn(Oddity) -> bool,
) -> String {
    let parcel = packaging::enrolled(chain, |oddity| OF_CERTIFICATES.contains(&oddity) && take(oddity));
    let content = if fault == Some(Fault::Garbage) { packaging::garbage() } else { parcel.content };
    let armoured = content.starts_with('-');
    let lines: Vec<&str> = content.lines().collect();
    if quirks.is(Oddity::LiteralEscaped) {
        return format!("installCert(\"{}\");", escaped(&lines.join("\\n")));
    }
    // Armour is nothing without its lines.
    let line_end = if armoured { "\\n" } else { "" };
    let (quote, between) = match quirks.is(Oddity::LiteralsSingleQuoted) {
        true => ('\'', "\n  +"),
        false => ('"', " +\n  "),
    };
    let literals: Vec<String> = lines.iter().map(|line| format!("{quote}{line}{line_end}{quote}")).collect();
    format!("installCert({});", literals.join(between))
}

/// Every way to write a slash and a plus sign (ECMA-262 §12.9.4).
fn escaped(text: &str) -> String {
    let mut plus = ["\\x2B", "\\u002b", "+"].into_iter().cycle();
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        match character {
            '/' => out += "\\/",
            '+' => out.extend(plus.next()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slash_and_plus_are_escaped_in_every_way() {
        assert_eq!(escaped("a/+b+\\n+="), "a\\/\\x2Bb\\u002b\\n+=");
    }
}

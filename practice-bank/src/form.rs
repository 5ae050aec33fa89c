//! What a web form sends (`application/x-www-form-urlencoded`).

/// The first field with this name.
pub(crate) fn field(body: &[u8], name: &str) -> Option<String> {
    let mut fields = body.split(|byte| *byte == b'&').map(|field| {
        let at = field.iter().position(|byte| *byte == b'=').unwrap_or(field.len());
        (&field[..at], field.get(at + 1..).unwrap_or_default())
    });
    let (_, value) = fields.find(|(found, _)| decoded(found).as_deref() == Some(name))?;
    decoded(value)
}

/// `None` when it is not UTF-8 or a percent sign stands alone.
fn decoded(text: &[u8]) -> Option<String> {
    String::from_utf8(unescaped(text)?).ok()
}

/// `None` when a percent sign stands alone.
pub(crate) fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(*rest.next()?)? << 4 | digit(*rest.next()?)?,
            other => *other,
        });
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_and_decoded() {
        let body = b"act=reissue&confirmation=a%2Bb+c&word=%E5%BA%97";
        assert_eq!(field(body, "confirmation").as_deref(), Some("a+b c"));
        assert_eq!(field(body, "word").as_deref(), Some("店"));
        assert_eq!(field(body, "nothing"), None);
        assert_eq!(field(b"broken=%4", "broken"), None);
    }
}

//! `Proxy-Authenticate`: by which schemes somebody may show who they are (RFC 9110 §11.6.1).

/// Longest text of a stranger that is shown.
const MAX_REALM: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scheme {
    pub(super) name: String,
    pub(super) realm: Option<String>,
}

/// The schemes of every header in order. One header may hold several, and each its own list of parameters.
pub(super) fn schemes(challenges: &[String]) -> Vec<Scheme> {
    let mut found: Vec<Scheme> = Vec::new();
    for part in challenges.iter().flat_map(|text| split(text)) {
        let (first, rest) = part.split_once(' ').unwrap_or((part, ""));
        let parameter = if is_parameter(part) {
            part
        } else {
            found.push(Scheme { name: printable(first), realm: None });
            rest.trim()
        };
        if let (Some(scheme), Some(realm)) = (found.last_mut(), realm(parameter)) {
            scheme.realm = Some(realm);
        }
    }
    found
}

/// At the commas outside quotes.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    let at_comma = move |c: char| {
        let was_escaped = escaped;
        escaped = quoted && !was_escaped && c == '\\';
        quoted ^= c == '"' && !was_escaped;
        c == ',' && !quoted
    };
    text.split(at_comma).map(str::trim).filter(|part| !part.is_empty())
}

/// `name = value`; a scheme stands alone or before a space.
fn is_parameter(part: &str) -> bool {
    part.split_once('=').is_some_and(|(name, _)| !name.trim_end().contains(' '))
}

fn realm(parameter: &str) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    let text = printable(value.trim().trim_matches('"').replace('\\', "").as_str());
    (name.trim().eq_ignore_ascii_case("realm") && !text.is_empty()).then_some(text)
}

/// Printable ASCII, and not much of it: it is shown, and a stranger wrote it.
fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(MAX_REALM).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(challenges: &[&str]) -> Vec<(String, Option<String>)> {
        let challenges: Vec<String> = challenges.iter().map(|&text| text.to_owned()).collect();
        schemes(&challenges).into_iter().map(|scheme| (scheme.name, scheme.realm)).collect()
    }

    fn scheme(name: &str, realm: Option<&str>) -> (String, Option<String>) {
        (name.to_owned(), realm.map(str::to_owned))
    }

    #[test]
    fn each_scheme_has_its_own_realm() {
        let expected = [scheme("Negotiate", None), scheme("NTLM", None), scheme("Basic", Some("Head office, 3F"))];
        assert_eq!(read(&["Negotiate, NTLM, Basic realm=\"Head office, 3F\", charset=\"UTF-8\""]), expected);
        assert_eq!(read(&["Negotiate", "NTLM", "Basic charset=UTF-8 , realm = \"Head office, 3F\""]), expected);
    }

    #[test]
    fn a_token_with_padding_is_no_scheme_of_its_own() {
        assert_eq!(read(&["Negotiate YII=", "NTLM TlRM=="]), [scheme("Negotiate", None), scheme("NTLM", None)]);
    }

    #[test]
    fn a_realm_that_would_draw_over_the_page_is_cut_down() {
        let realm = format!("Basic realm=\"\u{202e}銀行 bank\u{7} {}\"", "x".repeat(500));
        let shown = read(&[&realm]).remove(0).1.expect("a realm");
        assert!(shown.starts_with("bank x") && shown.len() <= MAX_REALM, "{shown}");
    }

    #[test]
    fn nothing_offered_is_nothing_found() {
        assert_eq!(read(&[]), []);
        assert_eq!(read(&["", " , "]), []);
        assert_eq!(read(&["realm=\"of nobody\""]), []);
    }
}

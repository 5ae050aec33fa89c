//! Where in a profile a mistake is, for those that the reader of TOML does not place by itself.

use crate::domain::{ProfileError, TemplateError};

/// Line and column, counted from one, of what the mistake is about; `None` where its own words name the place, or where
/// what is missing stands nowhere.
pub fn place_of(error: &ProfileError, text: &str) -> Option<(usize, usize)> {
    let wanted = match error {
        ProfileError::Syntax(_) => return None,
        ProfileError::Version(_) => "version".to_owned(),
        ProfileError::InstitutionId => "id".to_owned(),
        ProfileError::NoAnchors(set) => (*set).to_owned(),
        ProfileError::SharedAnchor => "[anchors]".to_owned(),
        ProfileError::NotHttps(place) => (*place).rsplit('.').next().unwrap_or_default().to_owned(),
        ProfileError::Windows => "[windows]".to_owned(),
        ProfileError::KeyBits => "bits".to_owned(),
        ProfileError::Roles | ProfileError::NoBasic { .. } => "[[role]]".to_owned(),
        ProfileError::Attribute { kind, .. } => kind.clone(),
        ProfileError::ReservedName { name, .. } => return anywhere(&format!("\"{name}\""), text),
        ProfileError::BasicUser { .. } | ProfileError::BasicByHand { .. } => "[role.basic]".to_owned(),
        ProfileError::SecretByHand { field, .. } => return anywhere(&format!("\"{field}\""), text),
        ProfileError::RenewalByPages => "renewal".to_owned(),
        ProfileError::WebformTable => "protocol".to_owned(),
        ProfileError::WebformField(id) => return anywhere(&format!("{{{id}}}"), text),
        ProfileError::Template { error, .. } => match error {
            TemplateError::UnknownField(id) | TemplateError::SecretWouldBeKept(id) => {
                return anywhere(&format!("{{{id}}}"), text);
            }
            TemplateError::Braces => return None,
        },
    };
    let begins = |line: &str| {
        let rest = line.trim_start().strip_prefix(&wanted);
        rest.is_some_and(|rest| wanted.starts_with('[') || rest.trim_start().starts_with('='))
    };
    let (number, line) = text.lines().enumerate().find(|(_, line)| begins(line))?;
    Some((number + 1, line.chars().take_while(|c| c.is_whitespace()).count() + 1))
}

fn anywhere(wanted: &str, text: &str) -> Option<(usize, usize)> {
    let code = |line: &'_ str| line.find('#').unwrap_or(line.len());
    text.lines().enumerate().find_map(|(number, line)| {
        let at = line.find(wanted).filter(|at| *at < code(line))?;
        Some((number + 1, line.get(..at)?.chars().count() + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Profile;

    const GOOD: &str = include_str!("../../tests/support/profile.toml");

    #[test]
    fn every_mistake_has_its_place() {
        let mistakes = [
            ("version = 1", "version = 2", "version = 2"),
            ("\"practice\"", "\"Practice\"", "id = "),
            ("https://localhost:3", "http://localhost:3", "url = "),
            ("bits = 2048", "bits = 1024", "bits = "),
            ("pickup = 80", "pickup = -1", "[windows]"),
            ("protocol = \"est\"", "protocol = \"webform\"", "protocol"),
            ("CN = \"{contract_id} {user_id}\"", "CN = \"{password}\"", "{password}"),
            ("user = \"{contract_id}/{user_id}\"", "user = \"{nobody}\"", "{nobody}"),
            ("[role.request]", "[role.request]\nNOTHING = \"x\"", "NOTHING"),
        ];
        for (good, bad, at) in mistakes {
            let text = GOOD.replacen(good, bad, 1);
            let error = Profile::from_toml(&text).expect_err(bad);
            let (line, column) = place_of(&error, &text).expect(bad);
            let rest: String =
                text.lines().nth(line - 1).into_iter().flat_map(|line| line.chars().skip(column - 1)).collect();
            assert!(rest.starts_with(at), "{error}: {rest}");
        }
    }
}

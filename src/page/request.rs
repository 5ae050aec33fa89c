//! The request for 再発行, written out: when an answer was lost and the CA's rule forbids to ask, a person has to.

use super::{Block, Tone, parts::headed_notice};
use crate::{
    domain::{FieldKind, Profile, Role},
    i18n::{Words, lines, say},
    session::{Answer, Means},
};

/// Ready to be copied and handed over. The IDs are left for the user to fill in: nothing typed is kept.
pub(super) fn request(
    profile: &Profile,
    role: Option<&Role>,
    (means, answer, code): (Means, Answer, Option<&str>),
    words: &Words,
) -> Block {
    let bank = words.text(&profile.institution.name);
    let labels: Vec<&str> = match role {
        Some(role) => vec![words.text(&role.label)],
        None => profile.roles.iter().map(|role| words.text(&role.label)).collect(),
    };
    let whose = labels.into_iter().map(str::to_owned).reduce(|first, second| either(&first, &second, words));
    let whose = whose.unwrap_or_default();
    let doing = match means {
        Means::Numbers | Means::Pin => say!(words, "reissue-request", "getting"),
        Means::Certificate => say!(words, "reissue-request", "renewing"),
    };
    let mut text = match answer {
        Answer::NoneCame => lines!(words, "reissue-request", "text", bank = bank, doing = doing, role = whose),
        Answer::Unreadable | Answer::NotBelieved => {
            lines!(words, "reissue-request", "text-came", bank = bank, doing = doing, role = whose)
        }
    };
    let fields = role.or(profile.roles.first()).into_iter().flat_map(|role| &role.fields);
    text.extend(
        fields
            .filter(|field| field.kind == FieldKind::Id)
            .map(|field| say!(words, "reissue-request", "id", label = words.text(&field.label))),
    );
    text.extend(code.map(|code| say!(words, "reissue-request", "code", code = code)));
    headed_notice(Tone::Info, say!(words, "reissue-request"), text)
}

fn either(first: &str, second: &str, words: &Words) -> String {
    say!(words, "level", "or", first = first, second = second)
}

/// Who issues again: this role's, or the bank when the role is not known.
pub(super) fn issues_again<'a>(profile: &'a Profile, role: Option<&'a Role>, words: &'a Words) -> &'a str {
    let only = match profile.roles.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    role.or(only).map_or(words.text(&profile.institution.own_name), |role| words.text(&role.unlocks))
}

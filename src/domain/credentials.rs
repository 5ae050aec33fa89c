//! What the user typed, and the templates that put it where the bank expects it.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

use super::{DistinguishedName, FieldId, FieldKind, Role, Secret};

/// The entries of one role, complete and within the bank's lengths. IDs may be shown again; secrets may not, and all of
/// it is wiped when dropped.
#[derive(Debug, Clone)]
pub struct Credentials(BTreeMap<FieldId, Secret>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    #[error("{0} is missing")]
    Missing(FieldId),
    #[error("{0} is longer than the bank accepts")]
    TooLong(FieldId),
    #[error("{0} holds a character that cannot be sent")]
    Unsendable(FieldId),
    #[error("{0} is not a field of this role")]
    Unknown(FieldId),
}

impl Credentials {
    pub fn new(role: &Role, entries: BTreeMap<FieldId, Secret>) -> Result<Self, CredentialsError> {
        if let Some(stranger) = entries.keys().find(|id| role.field(id).is_none()) {
            return Err(CredentialsError::Unknown(stranger.clone()));
        }
        for field in &role.fields {
            let entry = entries.get(&field.id).filter(|entry| !entry.is_empty());
            let text = entry.ok_or_else(|| CredentialsError::Missing(field.id.clone()))?.reveal();
            if text.chars().count() > field.max {
                return Err(CredentialsError::TooLong(field.id.clone()));
            }
            // A colon would move the border between user and password of HTTP Basic (RFC 7617 §2).
            let colon_in_id = field.kind == FieldKind::Id && text.contains(':');
            if colon_in_id || text.chars().any(|c| c.is_control() || !c.is_ascii()) {
                return Err(CredentialsError::Unsendable(field.id.clone()));
            }
        }
        Ok(Self(entries))
    }

    /// Every entry that must not be found again anywhere.
    pub fn secrets<'a>(&'a self, role: &'a Role) -> impl Iterator<Item = &'a Secret> {
        let secret = |id: &FieldId| role.field(id).is_some_and(|field| field.kind == FieldKind::Secret);
        self.0.iter().filter(move |(id, _)| secret(id)).map(|(_, entry)| entry)
    }

    /// The entry of a field that is not secret.
    pub fn id_entry(&self, role: &Role, id: &FieldId) -> Option<&str> {
        let field = role.field(id)?;
        (field.kind == FieldKind::Id).then(|| self.0.get(id).map(Secret::reveal)).flatten()
    }
}

/// Text with `{field}` places, as in `"{contract_id}/{user_id}"`. Braces cannot be written otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Field(FieldId),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("a brace is opened but not closed, or closed but not opened")]
    Braces,
    #[error("{{{0}}} is not a field of this role")]
    UnknownField(FieldId),
    #[error("{{{0}}} is secret and would be kept here")]
    SecretWouldBeKept(FieldId),
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((literal, tail)) = rest.split_once('{') {
            let (field, tail) = tail.split_once('}').ok_or(TemplateError::Braces)?;
            pieces.push(Piece::Literal(literal.to_owned()));
            pieces.push(Piece::Field(FieldId(field.to_owned())));
            rest = tail;
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        let stray = |piece: &Piece| matches!(piece, Piece::Literal(text) if text.contains(['{', '}']));
        if pieces.iter().any(stray) { Err(TemplateError::Braces) } else { Ok(Self(pieces)) }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Literal(text) => f.write_str(text),
            Piece::Field(id) => write!(f, "{{{id}}}"),
        })
    }
}

impl Template {
    pub fn field_ids(&self) -> impl Iterator<Item = &FieldId> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field(id) => Some(id),
            Piece::Literal(_) => None,
        })
    }

    pub fn fill(&self, credentials: &Credentials) -> Secret {
        let value = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Field(id) => credentials.0.get(id).map(|s| s.reveal().to_owned()).unwrap_or_default(),
        };
        Secret::new(self.0.iter().map(value).collect::<String>())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Literal(text) if text.is_empty()))
    }

    pub(super) fn has_literal(&self, wanted: char) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains(wanted)))
    }
}

impl Role {
    /// Subject of the request. Holds no secret: the profile check refuses that.
    pub fn request_subject(&self, credentials: &Credentials) -> DistinguishedName {
        fill_name(&self.request, credentials)
    }

    /// What the issued certificate's subject must have.
    pub fn issued_subject(&self, credentials: &Credentials) -> DistinguishedName {
        fill_name(&self.issued, credentials)
    }
}

fn fill_name(templates: &BTreeMap<String, Template>, credentials: &Credentials) -> DistinguishedName {
    DistinguishedName::from_attributes(
        templates.iter().map(|(kind, template)| (kind.clone(), template.fill(credentials).reveal().to_owned())),
    )
}

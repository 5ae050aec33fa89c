//! Who gets a certificate, and with what: the fields of a page, and what becomes of their entries.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use super::{ProfileError, Template, TemplateError, Text, certificate::is_attribute};

/// Where numbers come as a table, the key store's password has this name among them.
pub const STORE_SECRET: &str = "store_secret";
/// And these are the login of a proxy on the way.
pub const PROXY_USER: &str = "proxy_user";
pub const PROXY_PASSWORD: &str = "proxy_password";
/// In the same table: the PIN that the bank sends for a receipt.
pub const PICKUP_PIN: &str = "pickup_pin";
const RESERVED: [&str; 4] = [STORE_SECRET, PROXY_USER, PROXY_PASSWORD, PICKUP_PIN];

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleId(pub String);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub id: RoleId,
    pub label: Text,
    pub hint: Text,
    /// Who releases this role's lock and issues again.
    pub unlocks: Text,
    /// Where they find it in the bank's menus.
    #[serde(default)]
    pub menu: Menu,
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// EST needs it; a web form has its own places for the numbers.
    pub basic: Option<BasicMapping>,
    /// Subject of the PKCS#10 request.
    pub request: BTreeMap<String, Template>,
    /// Attributes that the issued certificate's subject must have.
    pub issued: BTreeMap<String, Template>,
}

/// The way through the bank's menus, or the paper to hand in, for those who act for this role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    pub reissue: Option<Text>,
    pub revoke: Option<Text>,
}

/// HTTP Basic (RFC 7617) out of the role's fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasicMapping {
    pub user: Template,
    pub password: Template,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldId(pub String);

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub id: FieldId,
    pub label: Text,
    pub support: Text,
    pub kind: FieldKind,
    /// Longest entry the bank accepts, in characters.
    pub max: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    Id,
    Secret,
}

impl Role {
    pub fn field(&self, id: &FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == *id)
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let ids: BTreeSet<&FieldId> = self.fields.iter().map(|field| &field.id).collect();
        if ids.is_empty() || ids.len() != self.fields.len() {
            return Err(ProfileError::Roles);
        }
        let role = self.id.0.clone();
        if let Some(name) = RESERVED.into_iter().find(|name| ids.iter().any(|id| id.0 == *name)) {
            return Err(ProfileError::ReservedName { role, name });
        }
        if let Some(kind) = self.request.keys().chain(self.issued.keys()).find(|kind| !is_attribute(kind)).cloned() {
            return Err(ProfileError::Attribute { role, kind });
        }
        for (place, templates) in [("request", &self.request), ("issued", &self.issued)] {
            self.check_templates(place, templates.values(), &[FieldKind::Id])?;
        }
        self.basic.as_ref().map_or(Ok(()), |basic| self.check_basic(basic))
    }

    fn check_basic(&self, basic: &BasicMapping) -> Result<(), ProfileError> {
        if basic.user.is_blank() || basic.user.has_literal(':') {
            return Err(ProfileError::BasicUser { role: self.id.0.clone() });
        }
        self.check_templates("basic.user", [&basic.user], &[FieldKind::Id])?;
        self.check_templates("basic.password", [&basic.password], &[FieldKind::Id, FieldKind::Secret])
    }

    fn check_templates<'a>(
        &self,
        place: &'static str,
        templates: impl IntoIterator<Item = &'a Template>,
        allowed: &[FieldKind],
    ) -> Result<(), ProfileError> {
        for name in templates.into_iter().flat_map(Template::field_ids) {
            let error = match self.field(name) {
                Some(field) if allowed.contains(&field.kind) => continue,
                Some(_) => TemplateError::SecretWouldBeKept(name.clone()),
                None => TemplateError::UnknownField(name.clone()),
            };
            return Err(ProfileError::Template { role: self.id.0.clone(), place, error });
        }
        Ok(())
    }
}

//! The institution profile: every name, address, span and rule that a bank decides, as data (TOML, `version = 1`).
//!
//! Unknown and missing fields are mistakes, reported with their line. A profile that exists has been checked: both
//! anchor sets hold certificates, templates name only fields of their role, and no secret goes where it would be kept.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Certificate, Endpoint, FieldId, FieldKind, Role, RoleId, SecurityLevel, Template, TemplateError, Text, WebPages,
};

const VERSION: u32 = 1;

/// A hundred years; what is longer is a slip of the keyboard, and no calendar can count it.
const LONGEST_WINDOW: i32 = 36_525;

/// One institution, as its profile describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    version: u32,
    pub institution: Institution,
    pub portal: Portal,
    pub ca: CertificateAuthority,
    pub anchors: Anchors,
    pub key: KeyPolicy,
    pub windows: TimeWindows,
    pub lock: LockRule,
    /// There exactly when `ca.protocol` is `webform`.
    pub webform: Option<WebPages>,
    #[serde(rename = "role")]
    pub roles: Vec<Role>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// `[a-z0-9-]+`: names this institution's state on the PC.
    pub id: String,
    pub name: Text,
    /// How the bank calls itself in a sentence: 当金庫, 当行.
    #[serde(rename = "self")]
    pub own_name: Text,
    /// Whom to ask, as one sentence.
    pub help_desk: Text,
    /// Practice institutions carry 「練習用」 across every page.
    #[serde(default)]
    pub practice: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    /// The bank's top page; only ever shown.
    pub top: Url,
    /// Demands the client certificate; asked for proof of use.
    pub login: Url,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateAuthority {
    pub name: Text,
    pub protocol: ProtocolName,
    /// EST: the base to which `/cacerts` and `/simpleenroll` are appended (RFC 7030 §3.2.2). Web form: the page to start
    /// from. By hand: the page on which the bank tells how a request reaches it, which is only ever shown.
    pub url: Url,
    pub replay: Replay,
    /// How often a 202 may be answered before a person is asked.
    pub max_polls: u32,
    /// Whether the CA says in `/csrattrs` what a request must hold (RFC 7030 §4.5).
    #[serde(default)]
    pub csrattrs: bool,
    #[serde(default)]
    pub renewal: Renewal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProtocolName {
    Est,
    Webform,
    /// Neither: the user carries the request to the bank and the certificate back.
    Byhand,
}

/// Where a certificate that is about to expire is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Renewal {
    /// On the bank's own pages.
    #[default]
    None,
    /// Here: `/simplereenroll` with the present certificate (RFC 7030 §4.2.2).
    Est,
}

/// What the CA does when the very same request arrives a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Replay {
    /// The same certificate again: a lost answer can be asked for.
    Same,
    Refuse,
    /// Another certificate: asking again could make two.
    New,
    Unknown,
}

impl Replay {
    /// Asking again can neither harm nor make a second certificate.
    pub fn is_harmless(self) -> bool {
        self == Self::Same
    }
}

/// Two separate sets of roots: mixing them up must fail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchors {
    /// Roots of the web servers (portal and CA).
    #[serde(deserialize_with = "certificates")]
    pub tls: Vec<Certificate>,
    /// Roots of the client certificates.
    #[serde(deserialize_with = "certificates")]
    pub issuer: Vec<Certificate>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPolicy {
    /// RSA modulus length: 2048, 3072 or 4096.
    pub bits: u16,
    pub minimum_level: SecurityLevel,
    pub weaker_store: WeakerStore,
}

/// What happens when a store cannot honour the chosen level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeakerStore {
    Warn,
    Refuse,
}

/// Spans in days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeWindows {
    pub validity: i32,
    /// Renewal opens so many days before expiry.
    pub renewal_opens: i32,
    /// The hour on the day of expiry at which renewals end (`"08:59"`); without it they end with the certificate.
    pub renewal_ends: Option<Time>,
    /// After expiry the user may still get a new one for so many days; 0: not at all.
    pub reacquire: i32,
    /// What the bank wants after those days.
    #[serde(default)]
    pub afterwards: Afterwards,
    /// After issue the certificate must be picked up within so many days.
    pub pickup: i32,
}

/// What has to be done by others once the user can no longer act alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Afterwards {
    /// 再発行: issue again.
    #[default]
    Reissue,
    /// 失効 of the old one; then the user can get a new one.
    Revoke,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockRule {
    /// The wrong entry with this number locks.
    pub tries: u32,
}

/// What is wrong with a profile, in the words of the person who writes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Syntax, unknown or missing field: the text carries line and column.
    #[error("{0}")]
    Syntax(String),
    #[error("version {0} is not known to this program (it knows {VERSION})")]
    Version(u32),
    #[error("institution.id may hold a-z, 0-9 and - only")]
    InstitutionId,
    #[error("anchors.{0} is empty: both sets of roots are needed")]
    NoAnchors(&'static str),
    #[error("anchors.tls and anchors.issuer share a certificate")]
    SharedAnchor,
    #[error("{0} must be an https address")]
    NotHttps(&'static str),
    #[error("windows are days between 0 and {LONGEST_WINDOW}")]
    Windows,
    #[error("key.bits must be 2048, 3072 or 4096")]
    KeyBits,
    #[error("a profile needs at least one [[role]] with at least one field, and role and field ids may not repeat")]
    Roles,
    #[error("role {role}: {kind} is not an attribute of a name")]
    Attribute { role: String, kind: String },
    #[error("role {role}: a field may not be called {name}: that is the key store's or a proxy's own")]
    ReservedName { role: String, name: &'static str },
    #[error("role {role}: {place}: {error}")]
    Template { role: String, place: &'static str, error: TemplateError },
    #[error("role {role}: basic.user may neither be empty nor hold a colon (RFC 7617 §2)")]
    BasicUser { role: String },
    #[error("role {role}: ca.protocol = \"est\" needs [role.basic]")]
    NoBasic { role: String },
    #[error("role {role}: {field} is secret, and by hand no secret is of any use")]
    SecretByHand { role: String, field: FieldId },
    #[error("role {role}: [role.basic] belongs to ca.protocol = \"est\"")]
    BasicByHand { role: String },
    #[error("the table [webform] belongs to ca.protocol = \"webform\", and is needed there")]
    WebformTable,
    #[error("ca.renewal = \"est\" needs ca.protocol = \"est\": no page renews")]
    RenewalByPages,
    #[error("webform: {{{0}}} is not a field of any role")]
    WebformField(FieldId),
}

impl Profile {
    /// Reads and checks a profile.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text).map_err(|error| ProfileError::Syntax(error.to_string()))?;
        profile.check()?;
        Ok(profile)
    }

    pub fn role(&self, id: &RoleId) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == *id)
    }

    /// Whether a certificate says that this bank issued it. Only used to find it; nothing is believed because of it.
    pub fn names_its_issuer(&self, certificate: &Certificate) -> bool {
        let issuer = certificate.issuer();
        let organization = issuer.attribute("O");
        let is_banks = |anchor: &Certificate| organization.is_some() && anchor.subject().attribute("O") == organization;
        self.anchors.issuer.iter().any(is_banks)
    }

    /// First day on which a certificate that ends on `expiry` may be renewed.
    pub fn renewal_opens(&self, expiry: Date) -> Date {
        expiry.saturating_sub(jiff::Span::new().days(self.windows.renewal_opens))
    }

    /// Every server that this program talks to: what a company's network has to let through.
    pub fn servers(&self) -> Vec<Endpoint> {
        let mut servers: Vec<Endpoint> =
            [&self.ca.url, &self.portal.login].into_iter().filter_map(Endpoint::of).collect();
        servers.dedup();
        servers
    }

    fn check(&self) -> Result<(), ProfileError> {
        if self.version != VERSION {
            return Err(ProfileError::Version(self.version));
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.institution.id.is_empty() || !self.institution.id.chars().all(plain) {
            return Err(ProfileError::InstitutionId);
        }
        self.check_addresses()?;
        self.check_anchors()?;
        if ![2048, 3072, 4096].contains(&self.key.bits) {
            return Err(ProfileError::KeyBits);
        }
        let TimeWindows { validity, renewal_opens, reacquire, pickup, .. } = self.windows;
        if ![validity, renewal_opens, reacquire, pickup].iter().all(|days| (0..=LONGEST_WINDOW).contains(days)) {
            return Err(ProfileError::Windows);
        }
        self.check_protocol()?;
        self.check_roles()
    }

    fn check_addresses(&self) -> Result<(), ProfileError> {
        for (place, url) in [("ca.url", &self.ca.url), ("portal.login", &self.portal.login)] {
            if url.scheme() != "https" || url.host_str().is_none() {
                return Err(ProfileError::NotHttps(place));
            }
        }
        Ok(())
    }

    fn check_anchors(&self) -> Result<(), ProfileError> {
        for (place, set) in [("tls", &self.anchors.tls), ("issuer", &self.anchors.issuer)] {
            if set.is_empty() {
                return Err(ProfileError::NoAnchors(place));
            }
        }
        let shared = self.anchors.tls.iter().any(|anchor| self.anchors.issuer.contains(anchor));
        if shared { Err(ProfileError::SharedAnchor) } else { Ok(()) }
    }

    fn check_protocol(&self) -> Result<(), ProfileError> {
        match (self.ca.protocol, &self.webform) {
            (ProtocolName::Webform, Some(_)) if self.ca.renewal == Renewal::Est => Err(ProfileError::RenewalByPages),
            (ProtocolName::Webform, Some(pages)) => {
                let unknown = |id: &&FieldId| self.roles.iter().all(|role| role.field(id).is_none());
                let mut named = pages.steps.iter().flat_map(|step| step.fill.values()).flat_map(Template::field_ids);
                named.find(unknown).map_or(Ok(()), |id| Err(ProfileError::WebformField(id.clone())))
            }
            (ProtocolName::Byhand, None) if self.ca.renewal == Renewal::Est => Err(ProfileError::RenewalByPages),
            (ProtocolName::Byhand, None) => self.roles.iter().try_for_each(check_by_hand),
            (ProtocolName::Est, None) => match self.roles.iter().find(|role| role.basic.is_none()) {
                Some(role) => Err(ProfileError::NoBasic { role: role.id.0.clone() }),
                None => Ok(()),
            },
            _ => Err(ProfileError::WebformTable),
        }
    }

    fn check_roles(&self) -> Result<(), ProfileError> {
        let ids: BTreeSet<&str> = self.roles.iter().map(|role| role.id.0.as_str()).collect();
        if ids.is_empty() || ids.len() != self.roles.len() {
            return Err(ProfileError::Roles);
        }
        self.roles.iter().try_for_each(Role::check)
    }
}

/// What is typed only goes into the name of the request, and that is no place for a secret.
fn check_by_hand(role: &Role) -> Result<(), ProfileError> {
    let (id, secret) = (role.id.0.clone(), role.fields.iter().find(|field| field.kind == FieldKind::Secret));
    match (secret, &role.basic) {
        (Some(field), _) => Err(ProfileError::SecretByHand { role: id, field: field.id.clone() }),
        (None, Some(_)) => Err(ProfileError::BasicByHand { role: id }),
        (None, None) => Ok(()),
    }
}

pub(super) fn certificates<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Certificate>, D::Error> {
    let pems = Vec::<String>::deserialize(from)?;
    pems.iter().map(|pem| Certificate::from_pem(pem).map_err(serde::de::Error::custom)).collect()
}

#[cfg(test)]
mod tests;

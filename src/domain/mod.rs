//! Values that are valid once they exist: no I/O, no async, no toolkit.

mod answer;
mod certificate;
mod clock;
mod credentials;
mod endpoint;
mod identity;
mod key;
mod profile;
mod route;
mod secret;
mod signer;
mod text;

pub use answer::RawAnswer;
pub use certificate::{Certificate, CertificateError, Serial, Thumbprint, attribute_type};
pub use clock::{Clock, SystemClock, build_day, is_before_build};
pub use credentials::{Credentials, CredentialsError, Template, TemplateError};
pub use endpoint::Endpoint;
pub use identity::{DistinguishedName, PeerIdentity};
pub use key::{KeyLabel, LabelError, SecurityLevel, SpkiHash};
pub use profile::{
    Anchors, CertificateAuthority, Field, FieldId, FieldKind, Institution, KeyPolicy, LockRule, PROXY_PASSWORD,
    PROXY_USER, Portal, Profile, ProfileError, ProtocolName, Replay, Role, RoleId, STORE_SECRET, TimeWindows,
    WeakerStore,
};
pub use route::{Route, route};
pub use secret::Secret;
pub use signer::{SignError, SignatureScheme, Signer};
pub use text::{Language, Text};

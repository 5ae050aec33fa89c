//! Values that are valid once they exist: no I/O, no async, no toolkit.

mod answer;
mod certificate;
mod chance;
mod clock;
mod credentials;
mod disk;
mod endpoint;
mod extensions;
mod identity;
mod key;
mod meaning;
mod profile;
mod reference;
mod role;
mod rules;
mod secret;
mod signer;
mod text;
mod vigil;
mod webform;

pub use answer::{Extent, RawAnswer};
pub use certificate::{Certificate, CertificateError, Serial, Thumbprint, attribute_type};
pub use chance::{Chance, SystemChance};
pub use clock::{Clock, SystemClock, build_day, is_before_build};
pub use credentials::{Credentials, CredentialsError, Template, TemplateError};
pub use disk::DiskFault;
pub use endpoint::Endpoint;
pub use extensions::WantedExtensions;
pub use identity::{DistinguishedName, PeerIdentity};
pub use key::{KeyLabel, LabelError, SecurityLevel, SpkiHash};
pub use meaning::{Meaning, NoRefusal};
pub use profile::{
    Afterwards, Anchors, CertificateAuthority, Institution, KeyPolicy, LockRule, Portal, Profile, ProfileError,
    ProtocolName, Renewal, Replay, TimeWindows, WeakerStore,
};
pub use reference::{Reference, ReferenceError};
pub use role::{
    BasicMapping, Field, FieldId, FieldKind, Menu, PICKUP_PIN, PROXY_PASSWORD, PROXY_USER, Role, RoleId, STORE_SECRET,
};
pub use rules::{Actor, AfterEnd, LastDay, Route};
pub use secret::Secret;
pub use signer::{SignError, SignatureScheme, Signer};
pub use text::{Language, Text};
pub use vigil::{NoVigil, Vigil, Watch};
pub use webform::{
    Armour, Charset, FormStep, LineEnding, Pickup, PickupLater, PinField, ReferencePlace, RefusalWords, RequestInput,
    TriesPattern, WebPages, WebPagesError, Wording, packed,
};

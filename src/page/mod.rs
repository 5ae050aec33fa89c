//! What each page says and offers, without any toolkit. ONE model, read by the window, the text interface, the
//! accessibility tree and the help.
//!
//! Every page is a small pure machine: state, `update(Event) -> Option<Action>`, `view(&Words) -> Page`. No task, no
//! session, no clock, no store. In reading order, as a person meets them: [`login`] → [`credentials`] (→ [`telephone`],
//! [`proxy_login`]) → [`trust`] (→ [`refused`]) → [`security`] → [`progress`] (→ [`pending`]) → [`install`] → [`complete`]; and
//! [`setback`], [`resume`], [`help`], [`closing`] from wherever they are needed, inside the [`frame()`]. Under each page
//! that has a secret field the [`Dock`] lays its software keyboard.

pub mod closing;
pub mod complete;
mod controls;
pub mod courier;
pub mod credentials;
mod dock;
mod entry;
pub mod explain;
pub mod frame;
pub mod help;
pub mod hindrance;
mod icon;
pub mod install;
pub mod keyboard;
pub mod login;
pub mod model;
pub mod obstacle;
pub mod opening;
pub(crate) mod parts;
pub mod pending;
pub mod progress;
pub mod proxy_login;
pub mod refused;
mod repeat;
mod request;
pub mod resume;
pub mod security;
pub mod setback;
mod store_secret;
pub mod telephone;
mod text;
mod topic;
pub mod trust;

use crate::{domain::SecurityLevel, session::Means};

pub use closing::Closing;
pub use complete::Complete;
pub use controls::Control;
pub use courier::Courier;
pub use credentials::Credentials;
pub use dock::Dock;
pub use frame::frame;
pub use help::Help;
pub use hindrance::{Clocks, Roadblock};
pub use icon::Icon;
pub use install::Install;
pub use keyboard::KeyboardModel;
pub use login::Login;
pub use model::*;
pub use obstacle::Obstacle;
pub use pending::Pending;
pub use progress::Progress;
pub use proxy_login::ProxyLogin;
pub use refused::Refused;
pub use resume::Resume;
pub use security::Security;
pub use setback::{Setback, SetbackFacts};
pub use telephone::Telephone;
pub use topic::Topic;
pub use trust::Trust;

/// What a visit to the CA is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new key and a new application.
    New,
    /// 更新: the same, with the present certificate in the place of numbers.
    Renew,
    /// By hand: key and request are made, and nothing is sent.
    ByHand,
    /// The same application once more, with the key and the level of the first time.
    AskAgain { level: SecurityLevel },
    /// What the CA has already is picked up with a PIN.
    PickUp,
}

impl Purpose {
    /// `settled`: the level of the key that exists already.
    pub fn of(settled: Option<SecurityLevel>, means: Means) -> Self {
        match (settled, means) {
            (_, Means::Pin) => Self::PickUp,
            (Some(level), _) => Self::AskAgain { level },
            (None, Means::Numbers) => Self::New,
            (None, Means::Certificate) => Self::Renew,
        }
    }
}

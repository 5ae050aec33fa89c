//! Everything outside the wizard, one port each.

use std::{fmt, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use jiff::tz::TimeZone;

use crate::{
    domain::{Chance, Clock, Profile, Role, Vigil},
    journal::Journal,
    keystore::{KeyStore, StoreError, TokenModule},
    page::{help::Hands, login::Elsewhere},
    protocol::{EnrollmentProtocol, Transport},
    session::{Desk, Ports},
};

/// One key store of this PC, and what its user calls it.
#[derive(Debug, Clone)]
pub struct Place {
    pub store: Arc<dyn KeyStore>,
    /// The browser's name, or the card's, or the file's.
    pub name: String,
}

/// Where key stores come from. May block: called off the window's thread.
pub trait Shelf: Send + Sync + fmt::Debug {
    /// The stores of the browsers on this PC, the one to offer first.
    fn places(&self) -> Vec<Place>;

    /// Why there is no place, where one is there and can only not be used now.
    fn hindrance(&self) -> Option<StoreError> {
        None
    }

    /// The store with this address, wherever it is.
    fn place(&self, address: &str) -> Result<Place, StoreError>;

    /// Where else this PC can keep a key. Nothing is loaded by asking.
    fn elsewhere(&self) -> Vec<Elsewhere>;

    /// The tokens that are plugged in behind a module, which is loaded for it.
    fn tokens(&self, module: &TokenModule) -> Result<Vec<Place>, StoreError>;
}

/// Knows which file the user means.
#[async_trait]
pub trait Saver: Send + Sync + fmt::Debug {
    /// Writes a text there.
    async fn save(&self, suggested_name: String, text: String) -> Saved;

    /// Asks for the name of a file that is still to be made. Writes nothing.
    async fn choose(&self, suggested_name: String) -> Chosen;

    /// Asks for a file that is there. Reads nothing.
    async fn pick(&self, kind: FileKind) -> Chosen;
}

/// Which files a dialog shows, and what it calls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileKind {
    pub name: String,
    pub extensions: &'static [&'static str],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    File(PathBuf),
    /// Refused by the user, or no dialog could be opened: these cannot always be told apart. Where the file would have
    /// gone, or might be.
    Nothing {
        suggested: PathBuf,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    To(PathBuf),
    Cancelled,
    Failed,
}

/// The ports of a wizard.
#[derive(Debug, Clone)]
pub struct World {
    pub profile: Arc<Profile>,
    pub shelf: Arc<dyn Shelf>,
    pub protocol: Arc<dyn EnrollmentProtocol>,
    pub portal: Arc<dyn Transport>,
    pub journal: Arc<Journal>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub vigil: Arc<dyn Vigil>,
    pub saver: Arc<dyn Saver>,
    pub hands: Hands,
    pub zone: TimeZone,
}

impl World {
    pub(super) fn desk(&self, role: Role, store: Arc<dyn KeyStore>) -> Desk {
        Desk {
            profile: Arc::clone(&self.profile),
            role,
            ports: Ports {
                protocol: Arc::clone(&self.protocol),
                portal: Arc::clone(&self.portal),
                store,
                journal: Arc::clone(&self.journal),
                clock: Arc::clone(&self.clock),
            },
        }
    }
}

//! Numbers from a file or from standard input: TOML whose keys are the role's field ids.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::domain::{
    Credentials, CredentialsError, FieldId, PICKUP_PIN, PROXY_PASSWORD, PROXY_USER, Role, STORE_SECRET, Secret,
};

/// Where the numbers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialsFile {
    StandardInput,
    Path(PathBuf),
}

impl From<PathBuf> for CredentialsFile {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::StandardInput } else { Self::Path(path) }
    }
}

/// What a credentials file holds.
#[derive(Debug, Default)]
pub struct Numbers {
    /// `None`: nothing but the store's secret, a PIN or the proxy's login is in it, which is enough where no number is needed any more.
    pub credentials: Option<Credentials>,
    pub store_secret: Option<Secret>,
    /// What the bank has sent for a receipt.
    pub pickup_pin: Option<Secret>,
    pub proxy_login: Option<ProxyLogin>,
}

/// Who this is, for a proxy that asks.
#[derive(Debug)]
pub struct ProxyLogin {
    pub user: Secret,
    pub password: Secret,
}

/// Why the numbers cannot be used: exit 2. No message holds an entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("the credentials cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("the credentials file may be read by others: its mode must be 0600")]
    ReadableByOthers,
    #[error("the credentials are not a TOML table of texts")]
    Syntax,
    #[error("{0}")]
    Entries(#[from] CredentialsError),
    #[error("the credentials are missing")]
    Missing,
    #[error("{PROXY_USER} and {PROXY_PASSWORD} only go together, and the user has no colon")]
    ProxyLogin,
    #[error("the bank asks for a higher level")]
    LevelTooLow,
}

/// The role's numbers, and the key store's own secret and the proxy's login when they were given.
pub fn read_credentials(from: &CredentialsFile, role: &Role) -> Result<Numbers, EntryError> {
    let text = Zeroizing::new(match from {
        CredentialsFile::StandardInput => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text)?;
            text
        }
        CredentialsFile::Path(path) => read_private(path)?,
    });
    let table: BTreeMap<String, String> = toml::from_str(&text).map_err(|_| EntryError::Syntax)?;
    let mut entries: BTreeMap<FieldId, Secret> =
        table.into_iter().map(|(id, entry)| (FieldId(id), Secret::new(entry))).collect();
    let mut take = |name: &str| entries.remove(&FieldId(name.to_owned()));
    let (store_secret, pickup_pin) = (take(STORE_SECRET), take(PICKUP_PIN));
    let proxy_login = match (take(PROXY_USER), take(PROXY_PASSWORD)) {
        (Some(user), Some(password)) if !user.reveal().contains(':') => Some(ProxyLogin { user, password }),
        (None, None) => None,
        _ => return Err(EntryError::ProxyLogin),
    };
    let credentials = if entries.is_empty() { None } else { Some(Credentials::new(role, entries)?) };
    Ok(Numbers { credentials, store_secret, pickup_pin, proxy_login })
}

fn read_private(path: &Path) -> Result<String, EntryError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if fs::metadata(path)?.mode() & 0o077 != 0 {
            return Err(EntryError::ReadableByOthers);
        }
    }
    Ok(fs::read_to_string(path)?)
}

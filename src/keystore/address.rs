//! Addresses of stores, as `--store` and the journal have them.

use std::{fmt, path::PathBuf, sync::Arc};

use super::{Encryption, KeyStore, NssStore, Pkcs11Store, Pkcs12Store, StoreError};

/// Why an address leads to no store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("{0}: not a key store of this program (nss:DIR, pkcs12:FILE[?old-systems], pkcs11:MODULE[?token=LABEL])")]
    Address(String),
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// Opens the store that `address` names. Nothing is made by looking.
pub fn open(address: &str) -> Result<Arc<dyn KeyStore>, OpenError> {
    let parsed = Address::parse(address).ok_or_else(|| OpenError::Address(address.to_owned()))?;
    Ok(match parsed {
        Address::Nss { dir } => Arc::new(NssStore::open(&dir)?),
        Address::Pkcs12 { file, encryption } => Arc::new(Pkcs12Store::open(&file, encryption)?),
        Address::Pkcs11 { module, token } => Arc::new(Pkcs11Store::open(&module, token.as_deref())?),
    })
}

/// Where a store is: what `--store` takes, the journal keeps, and a page tells in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Nss { dir: PathBuf },
    Pkcs12 { file: PathBuf, encryption: Encryption },
    Pkcs11 { module: PathBuf, token: Option<String> },
}

impl Address {
    /// Paths are taken as they are: a question mark belongs to the path unless a word of ours stands behind it.
    pub fn parse(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once(':')?;
        let address = match scheme {
            "nss" => Self::Nss { dir: rest.into() },
            "pkcs12" => match rest.strip_suffix(Encryption::OLD_SYSTEMS) {
                Some(file) => Self::Pkcs12 { file: file.into(), encryption: Encryption::OldSystems },
                None => Self::Pkcs12 { file: rest.into(), encryption: Encryption::Modern },
            },
            "pkcs11" => match rest.rsplit_once(Pkcs11Store::TOKEN) {
                Some((module, token)) => Self::Pkcs11 { module: module.into(), token: Some(token.to_owned()) },
                None => Self::Pkcs11 { module: rest.into(), token: None },
            },
            _ => return None,
        };
        address.is_whole().then_some(address)
    }

    fn is_whole(&self) -> bool {
        match self {
            Self::Nss { dir: path } | Self::Pkcs12 { file: path, .. } => !path.as_os_str().is_empty(),
            Self::Pkcs11 { module, token } => {
                !module.as_os_str().is_empty() && token.as_ref().is_none_or(|token| !token.is_empty())
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nss { dir } => write!(f, "nss:{}", dir.display()),
            Self::Pkcs12 { file, encryption: Encryption::Modern } => write!(f, "pkcs12:{}", file.display()),
            Self::Pkcs12 { file, encryption: Encryption::OldSystems } => {
                write!(f, "pkcs12:{}{}", file.display(), Encryption::OLD_SYSTEMS)
            }
            Self::Pkcs11 { module, token: Some(token) } => {
                write!(f, "pkcs11:{}{}{token}", module.display(), Pkcs11Store::TOKEN)
            }
            Self::Pkcs11 { module, token: None } => write!(f, "pkcs11:{}", module.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Encryption, OpenError, open};

    #[test]
    fn every_kind_of_address_is_read() {
        let pkcs12 = |file: &str, encryption| Some(Address::Pkcs12 { file: file.into(), encryption });
        let pkcs11 = |module: &str, token: Option<&str>| {
            Some(Address::Pkcs11 { module: module.into(), token: token.map(str::to_owned) })
        };
        assert_eq!(Address::parse("nss:/a:b"), Some(Address::Nss { dir: "/a:b".into() }));
        assert_eq!(Address::parse("pkcs12:/a?b.p12"), pkcs12("/a?b.p12", Encryption::Modern));
        assert_eq!(Address::parse("pkcs12:/a.p12?old-systems"), pkcs12("/a.p12", Encryption::OldSystems));
        assert_eq!(Address::parse("pkcs11:/m.so"), pkcs11("/m.so", None));
        assert_eq!(Address::parse("pkcs11:/m.so?token=銀行 = 1"), pkcs11("/m.so", Some("銀行 = 1")));
    }

    #[test]
    fn an_address_is_written_as_it_is_read() {
        let all =
            ["nss:/a:b", "pkcs12:/a?b.p12", "pkcs12:/a.p12?old-systems", "pkcs11:/m.so", "pkcs11:/m.so?token=銀行 = 1"];
        for address in all {
            assert_eq!(Address::parse(address).expect("an address").to_string(), address);
        }
    }

    #[test]
    fn what_is_no_address_is_said_to_be_none() {
        for text in
            ["", "nss", "nss:", "pkcs12:", "pkcs12:?old-systems", "pkcs11:", "pkcs11:?token=a", "file:/a", "memory"]
        {
            assert_eq!(open(text).err(), Some(OpenError::Address(text.to_owned())));
        }
        assert_eq!(Address::parse("pkcs11:/m.so?token="), None);
    }
}

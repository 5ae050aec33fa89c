//! What happened to some customers before the bank opened: certificates taken, expired and revoked, and locks.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use der::{
    Encode,
    pem::{self, LineEnding},
};
use rsa::{
    PrivateKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};

use crate::{
    Account, Case, Error,
    authority::{Authority, Commission, DAY, Flavour, Issue},
    certificate::{self, new_key, public_half},
    files,
    ledger::{Event, Issued, Ledger},
};

/// The customers' old PC: `USER_ID.pem` with key, certificate and issuer, where a case has an old certificate.
pub(crate) fn old_pc(state: &Path) -> PathBuf {
    state.join("old-pc")
}

/// Enters into the ledger what is not there yet.
pub(crate) fn remember(
    ledger: &mut Ledger,
    authority: &Authority,
    accounts: &[Account],
    state: &Path,
) -> Result<(), Error> {
    let folder = old_pc(state);
    files::private_folder(&folder)?;
    for account in accounts {
        if ledger.books().page(&account.id()).has_past {
            continue;
        }
        if account.case == Case::Locked {
            ledger.record(vec![Event::LockedBefore { account: account.id() }])?;
        } else if let Some(began) = began_days_ago(account.case) {
            let key = old_key(&folder)?;
            let old = old_certificate(authority, account, &key, began)?;
            keep(&folder, account, &key, &old)?;
            ledger.record(events(account, old))?;
        }
    }
    Ok(())
}

/// A certificate is good for 365 days; after expiry the customer has 90 more.
fn began_days_ago(case: Case) -> Option<u32> {
    match case {
        Case::Expired | Case::MustRevokeFirst => Some(365 + 10),
        Case::AfterExpiryPassed => Some(365 + 100),
        Case::Revoked => Some(200),
        // On somebody's PC, and still good.
        Case::Taken => Some(30),
        _ => None,
    }
}

/// One key for all of them: making one takes time, and nothing here hangs on it.
fn old_key(folder: &Path) -> Result<PrivateKey, Error> {
    let path = folder.join("key");
    if let Ok(bytes) = std::fs::read(&path) {
        return Ok(PrivateKey::from_pkcs8_der(&bytes)?);
    }
    let key = new_key()?;
    files::replace(&path, key.to_pkcs8_der()?.as_bytes())?;
    Ok(key)
}

fn old_certificate(authority: &Authority, account: &Account, key: &PrivateKey, began: u32) -> Result<Issue, Error> {
    authority.issue(Commission {
        subject: certificate::customer_name(&account.common_name(), false)?,
        key: &public_half(key)?.to_der()?,
        flavour: Flavour::Regular,
        since: SystemTime::now() - DAY * began,
    })
}

fn keep(folder: &Path, account: &Account, key: &PrivateKey, old: &Issue) -> Result<(), Error> {
    let armoured = |label, der: &[u8]| pem::encode_string(label, LineEnding::LF, der).map_err(der::Error::from);
    let mut text = armoured("PRIVATE KEY", key.to_pkcs8_der()?.as_bytes())?;
    for certificate in &old.chain {
        text += &armoured("CERTIFICATE", certificate)?;
    }
    files::replace(&folder.join(&account.user_id).with_added_extension("pem"), text.as_bytes())
}

/// Revoked first: half of a write that a kill left must not bring a revoked certificate back to life.
fn events(account: &Account, old: Issue) -> Vec<Event> {
    let revoked =
        (account.case == Case::Revoked).then(|| Event::Revoked { serial: old.serial.clone(), at: five_days_ago() });
    let on_record = Event::OnRecord(Issued {
        account: account.id(),
        asked_key: old.spki_sha256.clone(),
        spki_sha256: old.spki_sha256,
        serial: old.serial,
        replaces: None,
        chain: old.chain.iter().map(|der| STANDARD.encode(der)).collect(),
    });
    revoked.into_iter().chain([on_record]).collect()
}

fn five_days_ago() -> u64 {
    let since = (SystemTime::now() - DAY * 5).duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

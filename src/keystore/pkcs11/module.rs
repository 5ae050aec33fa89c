//! PKCS#11 modules of this process. Each can be initialised once, so it is kept; the process ends it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
};

use crate::keystore::StoreError;

static MODULES: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The module from wherever this program is started later. A name without a folder is the system's to find.
pub(super) fn place(module: &Path) -> PathBuf {
    match module.components().count() {
        1 => module.to_owned(),
        _ => std::path::absolute(module).unwrap_or_else(|_| module.to_owned()),
    }
}

/// The module in this file, or of this name where the system keeps its libraries. A failure is not remembered: the user
/// may install the package and try again.
pub(super) fn load(module: &Path) -> Result<Pkcs11, StoreError> {
    let path = module.canonicalize().unwrap_or_else(|_| module.to_owned());
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(loaded) = modules.get(&path) {
        return Ok(loaded.clone());
    }
    let unavailable = |error: Error| StoreError::Unavailable(format!("{}: {error}", module.display()));
    let loaded = Pkcs11::new(&path).map_err(unavailable)?;
    match loaded.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(unavailable(error)),
    }
    modules.insert(path, loaded.clone());
    Ok(loaded)
}

//! NSS's own PKCS#11 library: loaded once in a process, with one slot for each database folder.
//!
//! The softoken takes a `configdir` only when it is initialised, and it can be initialised once. It is therefore
//! started without any database; each folder then becomes a slot of its own, in the way NSS's `SECMOD_OpenUserDB` adds
//! one: by "creating an object" of the class `CKO_NSS_NEWSLOT` that carries a module specification.

use std::{
    collections::BTreeMap,
    ffi::{CString, OsStr, c_void},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    ptr::NonNull,
    sync::{Arc, Mutex, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    object::{Attribute, AttributeType},
    slot::Slot,
};

use super::{
    disk::{self, FileIdentity},
    token::Token,
};
use crate::keystore::{StoreError, disk::explain};

const CKA_CLASS: u64 = 0;
/// `CKO_NSS + 5` and `CKA_NSS + 24` of NSS's pkcs11n.h.
const CKO_NSS_NEWSLOT: u64 = 0xCE53_4355;
const CKA_NSS_MODULE_SPEC: u64 = 0xCE53_4368;

/// The range that the softoken leaves to its callers (`SFTK_MIN_USER_SLOT_ID` to `SFTK_MAX_USER_SLOT_ID`).
const FIRST_SLOT: u64 = 4;
const LAST_SLOT: u64 = 100;

/// Starts the softoken with neither certificate, key nor module database.
const NO_DATABASE: &std::ffi::CStr =
    c"configdir='' certPrefix='' keyPrefix='' secmod='' flags=readOnly,noCertDB,noModDB,forceOpen,optimizeSpace";

const FILE_NAME: &str = "libsoftokn3.so";

/// Where distributions keep the library; the bare name at the end asks the dynamic linker.
const FOLDERS: [&str; 12] = [
    "/usr/lib/x86_64-linux-gnu/nss",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu/nss",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64/nss",
    "/usr/lib64",
    "/usr/lib/nss",
    "/usr/lib",
    "/lib64",
    "/lib",
    "/usr/local/lib",
    "",
];

/// The library and its open databases. Never finalised: the process ends it.
#[derive(Debug)]
struct Softoken {
    context: Pkcs11,
    tokens: BTreeMap<PathBuf, (FileIdentity, Arc<Token>)>,
    next_slot: u64,
}

static SOFTOKEN: Mutex<Option<Softoken>> = Mutex::new(None);

/// Whether the library is here. A failure is not remembered: the user may install the package and try again.
pub(super) fn load() -> Result<(), StoreError> {
    with_softoken(|_| Ok(()))
}

/// The token of the database in `dir`, which must exist. The same one for every spelling of the path.
pub(super) fn token(dir: &Path) -> Result<Arc<Token>, StoreError> {
    let dir = dir.canonicalize().map_err(|error| explain(&error))?;
    with_softoken(|softoken| softoken.token(&dir))
}

fn with_softoken<T>(act: impl FnOnce(&mut Softoken) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut slot = SOFTOKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let softoken = match slot.as_mut() {
        Some(softoken) => softoken,
        None => slot.insert(Softoken::start()?),
    };
    act(softoken)
}

impl Softoken {
    fn start() -> Result<Self, StoreError> {
        let context = find_library()?;
        // SAFETY: the softoken reads the reserved pointer as a C string, during C_Initialize only; this one is static.
        let arguments = unsafe {
            let reserved = NonNull::from(NO_DATABASE.to_bytes_with_nul()).cast::<c_void>();
            CInitializeArgs::new_with_reserved(CInitializeFlags::OS_LOCKING_OK, reserved)
        };
        match context.initialize(arguments) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(unavailable(&error)),
        }
        Ok(Self { context, tokens: BTreeMap::new(), next_slot: FIRST_SLOT })
    }

    fn token(&mut self, dir: &Path) -> Result<Arc<Token>, StoreError> {
        // A folder that was deleted and made again is another database: the open one writes to files without a name.
        if let Some((identity, token)) = self.tokens.get(dir)
            && *identity == FileIdentity::of_database(dir)
        {
            return Ok(Arc::clone(token));
        }
        let slot = match self.add_slot(dir, Access::Write) {
            // What may only be read can still be read: certificates are listed, keys sign. Not what was half made.
            Err(StoreError::ReadOnly) if disk::has_database(dir) => {
                self.add_slot(dir, Access::Read).map_err(|_| StoreError::ReadOnly)?
            }
            slot => slot?,
        };
        let session = match self.context.open_rw_session(slot) {
            Err(Error::Pkcs11(RvError::TokenWriteProtected, _)) => self.context.open_ro_session(slot),
            session => session,
        };
        let session = session.map_err(|error| unavailable(&error))?;
        let token = Arc::new(Token::new(dir, self.context.clone(), slot, session));
        self.tokens.insert(dir.to_owned(), (FileIdentity::of_database(dir), Arc::clone(&token)));
        Ok(token)
    }

    fn add_slot(&mut self, dir: &Path, access: Access) -> Result<Slot, StoreError> {
        let id = self.next_slot;
        if id > LAST_SLOT {
            return Err(StoreError::Unavailable("too many databases in one run of this program".to_owned()));
        }
        self.next_slot += 1;
        let add = || {
            let internal = self.context.get_slots_with_token()?.into_iter().next().ok_or(Error::NotSupported)?;
            let session = self.context.open_ro_session(internal)?;
            let vendor = |kind, value| Attribute::VendorDefined((AttributeType::VendorDefined(kind), value));
            session.create_object(&[
                vendor(CKA_CLASS, CKO_NSS_NEWSLOT.to_ne_bytes().to_vec()),
                vendor(CKA_NSS_MODULE_SPEC, module_spec(id, dir, access)?.into_bytes_with_nul()),
            ])?;
            Slot::try_from(id)
        };
        add().map_err(|error| match access {
            Access::Write => disk::find_cause(dir).unwrap_or_else(|| unavailable(&error)),
            Access::Read => unavailable(&error),
        })
    }
}

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
enum Access {
    Write,
    Read,
}

fn find_library() -> Result<Pkcs11, StoreError> {
    let mut last = None;
    for folder in FOLDERS {
        let candidate = Path::new(folder).join(FILE_NAME);
        if !folder.is_empty() && !candidate.exists() {
            continue;
        }
        match Pkcs11::new(&candidate) {
            Ok(context) => return Ok(context),
            Err(error) => last = Some(error),
        }
    }
    let cause = last.map(|error| format!(" ({error})")).unwrap_or_default();
    Err(StoreError::Unavailable(format!(
        "{FILE_NAME} was not found: install libnss3 (Debian, Ubuntu), nss (Fedora, Arch) or mozilla-nss (SUSE){cause}"
    )))
}

fn unavailable(error: &Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// `tokens=[0x4=<configDir='sql:/folder' …>]`, each level with its closing sign and the backslash escaped.
fn module_spec(slot: u64, dir: &Path, access: Access) -> Result<CString, Error> {
    let mut config_dir = b"sql:".to_vec();
    config_dir.extend_from_slice(OsStr::as_bytes(dir.as_os_str()));
    let mut token = b"configDir=".to_vec();
    token.extend(quoted(&config_dir, b'\'', b'\''));
    token.extend_from_slice(match access {
        Access::Write => b" tokenDescription='Shirushi' flags=optimizeSpace",
        Access::Read => b" tokenDescription='Shirushi' flags=optimizeSpace,readOnly",
    });
    let mut list = format!("0x{slot:x}=").into_bytes();
    list.extend(quoted(&token, b'<', b'>'));
    let mut spec = b"tokens=".to_vec();
    spec.extend(quoted(&list, b'[', b']'));
    CString::new(spec).map_err(Error::NulError)
}

fn quoted(text: &[u8], open: u8, close: u8) -> Vec<u8> {
    let mut quoted = vec![open];
    for &byte in text {
        if byte == close || byte == b'\\' {
            quoted.push(b'\\');
        }
        quoted.push(byte);
    }
    quoted.push(close);
    quoted
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Access, module_spec};

    #[test]
    fn a_folder_with_quotes_and_brackets_stays_one_parameter() {
        let spec = module_spec(5, Path::new("/a'b>c]d"), Access::Write).expect("no NUL");
        let expected =
            r"tokens=[0x5=<configDir='sql:/a\\\\'b\\>c\]d' tokenDescription='Shirushi' flags=optimizeSpace>]";
        assert_eq!(spec.to_str(), Ok(expected));
    }
}

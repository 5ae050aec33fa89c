//! One token: found by its label, entered by its PIN, gone when it is pulled out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::{
    context::Pkcs11,
    error::{Error, RvError},
    session::{Session, SessionState, UserType},
    slot::{Slot, TokenInfo},
    types::AuthPin,
};

use crate::{
    domain::Secret,
    keystore::{
        StoreError, StoreLock, TriesLeft,
        objects::{self, Skills},
    },
};

#[derive(Debug)]
pub(super) struct Token {
    module: Pkcs11,
    label: Option<String>,
    skills: Skills,
    /// `None` while the token is pulled out.
    entry: Mutex<Option<Entry>>,
    /// For those who must not wait for the token.
    last: Mutex<Seen>,
}

/// A token as it was seen last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) lock: StoreLock,
    pub(super) tries: TriesLeft,
}

/// A session with a token that is there.
#[derive(Debug)]
struct Entry {
    slot: Slot,
    session: Session,
}

/// Why a call failed, before it is known what that means.
enum Failure {
    Token(Error),
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Token {
    pub(super) fn open(module: Pkcs11, label: Option<&str>) -> Result<Self, StoreError> {
        let entry = Entry::find(&module, label)?;
        let found = module.get_token_info(entry.slot).map_err(unavailable)?;
        let skills = Skills::among(&module.get_mechanism_list(entry.slot).map_err(unavailable)?);
        let last = Mutex::new(Seen {
            lock: entry.lock(&module).map_err(unavailable)?,
            tries: PinCount::of(&found).tries_left(),
        });
        let label = Some(found.label().to_owned()).filter(|label| !label.is_empty());
        Ok(Self { module, label, skills, entry: Mutex::new(Some(entry)), last })
    }

    /// The label of the token that was found. From here on no other one takes its place.
    pub(super) fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    pub(super) fn seen(&self) -> Seen {
        *lock(&self.last)
    }

    pub(super) fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.with(|entry| {
            if entry.lock(&self.module)? != StoreLock::Closed {
                return Ok(());
            }
            let count = || self.module.get_token_info(entry.slot).map(|info| PinCount::of(&info));
            if secret.is_empty() {
                // Never sent: a card would count it.
                return Err(refusal(RvError::PinIncorrect, count()?).into());
            }
            let pin = AuthPin::new(secret.reveal().into());
            match entry.session.login(UserType::User, Some(&pin)) {
                Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
                Err(Error::Pkcs11(code, _)) if is_about_the_pin(code) => Err(refusal(code, count()?).into()),
                Err(error) => Err(error.into()),
            }
        })
    }

    /// Runs `act` with the session, which is made anew when the token has been put back.
    fn with<T>(&self, act: impl FnOnce(&Entry) -> Result<T, Failure>) -> Result<T, StoreError> {
        let mut place = lock(&self.entry);
        let entry = match place.take() {
            Some(entry) => entry,
            None => Entry::find(&self.module, self.label.as_deref())?,
        };
        let failure = match act(&entry) {
            Ok(done) => {
                self.keep(&mut place, entry);
                return Ok(done);
            }
            Err(failure) => failure,
        };
        match failure {
            Failure::Token(error) if is_gone(&error) => {
                drop(entry);
                self.forget_login();
                let entry = Entry::find(&self.module, self.label.as_deref())?;
                let closed = matches!(entry.lock(&self.module), Ok(StoreLock::Closed));
                self.keep(&mut place, entry);
                Err(if closed { StoreError::SecretNeeded } else { unavailable(error) })
            }
            Failure::Token(error) => {
                self.keep(&mut place, entry);
                Err(explain(&error))
            }
            Failure::Store(error) => {
                self.keep(&mut place, entry);
                Err(error)
            }
        }
    }

    /// Whoever was logged in must log in again when the token comes back.
    fn forget_login(&self) {
        let mut last = lock(&self.last);
        if last.lock == StoreLock::Open {
            last.lock = StoreLock::Closed;
        }
    }

    fn keep(&self, place: &mut Option<Entry>, entry: Entry) {
        let told = self.module.get_token_info(entry.slot);
        *lock(&self.last) = Seen {
            lock: entry.lock(&self.module).unwrap_or(StoreLock::Closed),
            tries: told.map_or(TriesLeft::Unknown, |info| PinCount::of(&info).tries_left()),
        };
        *place = Some(entry);
    }
}

impl objects::Token for Token {
    fn read<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError> {
        self.with(|entry| {
            if entry.lock(&self.module)? == StoreLock::Closed {
                return Err(StoreError::SecretNeeded.into());
            }
            Ok(act(&entry.session)?)
        })
    }

    /// What a token has taken it has kept: nothing of it waits in this PC.
    fn write<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError> {
        self.read(act)
    }

    fn skills(&self) -> Skills {
        self.skills
    }
}

impl Entry {
    fn find(module: &Pkcs11, label: Option<&str>) -> Result<Self, StoreError> {
        let slot = find_slot(module, label)?;
        let session = match module.open_rw_session(slot) {
            // What may only be read can still be read.
            Err(Error::Pkcs11(RvError::TokenWriteProtected, _)) => module.open_ro_session(slot),
            session => session,
        };
        Ok(Self { slot, session: session.map_err(unavailable)? })
    }

    fn lock(&self, module: &Pkcs11) -> Result<StoreLock, Error> {
        if !module.get_token_info(self.slot)?.login_required() {
            return Ok(StoreLock::None);
        }
        let logged_in = match self.session.get_session_info()?.session_state() {
            SessionState::RwUser | SessionState::RoUser => true,
            SessionState::RwPublic | SessionState::RoPublic | SessionState::RwSecurityOfficer => false,
        };
        Ok(if logged_in { StoreLock::Open } else { StoreLock::Closed })
    }
}

/// What the tokens that are plugged in are called.
pub(super) fn labels(module: &Pkcs11) -> Result<Vec<String>, StoreError> {
    let found = ready_tokens(module)?;
    if found.is_empty() {
        Err(StoreError::TokenMissing(None))
    } else {
        Ok(found.into_iter().map(|(_, label)| label).collect())
    }
}

fn ready_tokens(module: &Pkcs11) -> Result<Vec<(Slot, String)>, StoreError> {
    let mut found = Vec::new();
    for slot in module.get_slots_with_token().map_err(unavailable)? {
        // A token that is pulled out at this moment is not there.
        let Ok(info) = module.get_token_info(slot) else { continue };
        if info.token_initialized() {
            found.push((slot, info.label().to_owned()));
        }
    }
    Ok(found)
}

fn find_slot(module: &Pkcs11, label: Option<&str>) -> Result<Slot, StoreError> {
    let mut found = ready_tokens(module)?;
    found.retain(|(_, of_token)| label.is_none_or(|label| of_token == label));
    match (found.as_slice(), label) {
        ([(slot, _)], _) => Ok(*slot),
        ([], label) => Err(StoreError::TokenMissing(label.map(str::to_owned))),
        (several, _) => Err(StoreError::WhichToken(several.iter().map(|(_, label)| label.clone()).collect())),
    }
}

fn is_about_the_pin(code: RvError) -> bool {
    use RvError::{PinIncorrect, PinInvalid, PinLenRange, PinLocked};
    matches!(code, PinIncorrect | PinInvalid | PinLenRange | PinLocked)
}

/// What a token tells of the wrong PINs that it still takes (PKCS#11 §3.2, `CKF_USER_PIN_…`).
#[derive(Debug, Clone, Copy, Default)]
struct PinCount {
    low: bool,
    final_try: bool,
    locked: bool,
}

impl PinCount {
    fn of(info: &TokenInfo) -> Self {
        Self { low: info.user_pin_count_low(), final_try: info.user_pin_final_try(), locked: info.user_pin_locked() }
    }

    fn tries_left(self) -> TriesLeft {
        match self {
            Self { final_try: true, .. } => TriesLeft::One,
            Self { low: true, .. } => TriesLeft::Fewer,
            Self { .. } => TriesLeft::Unknown,
        }
    }
}

fn refusal(code: RvError, count: PinCount) -> StoreError {
    match count {
        _ if code == RvError::PinLocked => StoreError::SecretLocked,
        PinCount { locked: true, .. } => StoreError::SecretLocked,
        count => StoreError::SecretWrong(count.tries_left()),
    }
}

fn is_gone(error: &Error) -> bool {
    use RvError::{
        DeviceError, DeviceRemoved, SessionClosed, SessionHandleInvalid, SlotIdInvalid, TokenNotPresent,
        TokenNotRecognized,
    };
    matches!(
        error,
        Error::Pkcs11(
            DeviceError
                | DeviceRemoved
                | SessionClosed
                | SessionHandleInvalid
                | SlotIdInvalid
                | TokenNotPresent
                | TokenNotRecognized,
            _
        )
    )
}

fn explain(error: &Error) -> StoreError {
    use RvError::{
        DeviceMemory, PinExpired, PinLocked, SessionReadOnly, TokenWriteProtected, UserNotLoggedIn,
        UserPinNotInitialized,
    };
    match error {
        Error::Pkcs11(UserNotLoggedIn, _) => StoreError::SecretNeeded,
        Error::Pkcs11(PinLocked, _) => StoreError::SecretLocked,
        Error::Pkcs11(TokenWriteProtected | SessionReadOnly, _) => StoreError::ReadOnly,
        Error::Pkcs11(DeviceMemory, _) => StoreError::DiskFull,
        Error::Pkcs11(PinExpired, _) => StoreError::Unavailable("the token wants its PIN changed first".to_owned()),
        Error::Pkcs11(UserPinNotInitialized, _) => StoreError::Unavailable("the token has no PIN yet".to_owned()),
        other => StoreError::Failed(other.to_string()),
    }
}

fn unavailable(error: Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use cryptoki::error::RvError;

    use super::{PinCount, refusal};
    use crate::keystore::{StoreError, TriesLeft};

    #[test]
    fn a_token_tells_how_many_tries_are_left() {
        let count = PinCount::default();
        let wrong = |count| refusal(RvError::PinIncorrect, count);
        assert_eq!(wrong(count), StoreError::SecretWrong(TriesLeft::Unknown));
        assert_eq!(wrong(PinCount { low: true, ..count }), StoreError::SecretWrong(TriesLeft::Fewer));
        assert_eq!(wrong(PinCount { low: true, final_try: true, ..count }), StoreError::SecretWrong(TriesLeft::One));
        assert_eq!(wrong(PinCount { low: true, final_try: true, locked: true }), StoreError::SecretLocked);
        assert_eq!(refusal(RvError::PinLocked, count), StoreError::SecretLocked);
    }
}

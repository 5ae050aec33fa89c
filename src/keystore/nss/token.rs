//! One open NSS database: its lock and what its error codes mean.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use cryptoki::{
    context::Pkcs11,
    error::{Error, RvError},
    session::{Session, SessionState, UserType},
    slot::Slot,
    types::AuthPin,
};

use super::disk;
use crate::{
    domain::Secret,
    keystore::{
        StoreError, StoreLock, TriesLeft,
        objects::{self, Digester, Skills},
    },
};

/// A slot of the softoken. Calls take turns: PKCS#11 allows one operation of a kind in a session.
#[derive(Debug)]
pub(super) struct Token {
    dir: PathBuf,
    context: Pkcs11,
    slot: Slot,
    session: Mutex<Session>,
}

impl Token {
    pub(super) fn new(dir: &Path, context: Pkcs11, slot: Slot, session: Session) -> Self {
        Self { dir: dir.to_owned(), context, slot, session: Mutex::new(session) }
    }

    pub(super) fn lock(&self) -> Result<StoreLock, StoreError> {
        let token = self.context.get_token_info(self.slot).map_err(|error| self.explain(error))?;
        if !(token.user_pin_initialized() && token.login_required()) {
            return Ok(StoreLock::None);
        }
        let state = self.session().get_session_info().map_err(|error| self.explain(error))?.session_state();
        let logged_in = matches!(state, SessionState::RwUser | SessionState::RoUser);
        Ok(if logged_in { StoreLock::Open } else { StoreLock::Closed })
    }

    pub(super) fn unlock(&self, secret: &Secret) -> Result<(), StoreError> {
        self.log_in(&self.session(), secret.reveal()).map_err(|error| self.explain(error))
    }

    /// A database that has never held a key has no password yet, not even the empty one. Giving it the empty one is
    /// what browsers do; an existing password is never touched.
    fn prepare_for_writing(&self) -> Result<(), StoreError> {
        let token = self.context.get_token_info(self.slot).map_err(|error| self.explain(error))?;
        if token.write_protected() {
            return Err(StoreError::ReadOnly);
        }
        if token.user_pin_initialized() {
            return Ok(());
        }
        let session = self.session();
        let prepare = || {
            session.login(UserType::So, Some(&AuthPin::new("".into())))?;
            let made = session.init_pin(&AuthPin::new("".into()));
            session.logout()?;
            made?;
            self.log_in(&session, "")
        };
        // The password here is ours: what sounds like a wrong one is a file that could not be written.
        prepare().map_err(|error| self.not_written(&error))
    }

    fn log_in(&self, session: &Session, password: &str) -> Result<(), Error> {
        match session.login(UserType::User, Some(&AuthPin::new(password.into()))) {
            Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            result => result,
        }
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn explain(&self, error: Error) -> StoreError {
        let Error::Pkcs11(code, _) = error else {
            return StoreError::Failed(error.to_string());
        };
        match code {
            RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => {
                StoreError::SecretWrong(TriesLeft::Unlimited)
            }
            RvError::UserNotLoggedIn => StoreError::SecretNeeded,
            RvError::TokenWriteProtected | RvError::SessionReadOnly => StoreError::ReadOnly,
            _ => self.not_written(&error),
        }
    }

    fn not_written(&self, error: &Error) -> StoreError {
        disk::find_cause(&self.dir).unwrap_or_else(|| StoreError::Failed(error.to_string()))
    }
}

impl objects::Token for Token {
    fn read<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError> {
        if self.lock()? == StoreLock::Closed {
            return Err(StoreError::SecretNeeded);
        }
        act(&self.session()).map_err(|error| self.explain(error))
    }

    fn write<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, StoreError> {
        self.prepare_for_writing()?;
        let done = self.read(act)?;
        disk::sync(&self.dir)?;
        Ok(done)
    }

    fn skills(&self) -> Skills {
        Skills { pkcs1: Digester::Token, pss: Some(Digester::Token) }
    }
}

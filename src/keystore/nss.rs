//! nss
use super::*;
use std::path::Path;
#[derive(Debug)]
pub struct NssStore;
impl NssStore {
    pub fn open(_: &Path) -> Result<Self, StoreError> {
        Err(StoreError::ReadOnly)
    }
}
impl KeyStore for NssStore {
    fn description(&self) -> StoreDescription {
        loop {}
    }
    fn unlock(&self, _: &Secret) -> Result<(), StoreError> {
        Ok(())
    }
    fn create(&self, _: &KeyLabel, _: u16, _: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        Err(StoreError::ReadOnly)
    }
    fn open(&self, _: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        Err(StoreError::ReadOnly)
    }
    fn install(&self, _: &KeyLabel, _: &Certificate, _: &[Certificate]) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly)
    }
    fn destroy(&self, _: &KeyLabel) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly)
    }
    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        Err(StoreError::ReadOnly)
    }
    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        Err(StoreError::ReadOnly)
    }
}

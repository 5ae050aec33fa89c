//! nss
#[derive(Debug)]
pub struct NssStore;

//! Faults that the tests of `peers.rs` must see. One is planted by its name in `SHIRUSHI_PLANT`.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// The browser's database is emptied before the login.
    NoCertificate,
    /// OpenSSL is given the web servers' root for the issuing one.
    OtherRoot,
    /// One bit of the request's signature is turned over.
    DamagedRequest,
    /// curl logs in with a key that the certificate is not for.
    OtherKey,
    /// The table of meetings says something else than what is seen.
    UntrueTable,
}

impl Plant {
    pub fn is_planted(self) -> bool {
        let name = match self {
            Self::NoCertificate => "peer-no-certificate",
            Self::OtherRoot => "peer-other-root",
            Self::DamagedRequest => "peer-damaged-request",
            Self::OtherKey => "peer-other-key",
            Self::UntrueTable => "peer-untrue-table",
        };
        std::env::var("SHIRUSHI_PLANT").is_ok_and(|planted| planted == name)
    }
}

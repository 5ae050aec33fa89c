use std::{io, net::SocketAddr, path::PathBuf};

use crate::Unbelievable;

/// Why the practice bank cannot open or carry on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bank is for this machine only.
    #[error("only 127.0.0.1 is served, not {0}")]
    NotLoopback(SocketAddr),
    /// Two banks over one ledger would both be wrong.
    #[error("the state folder {0} is in use by another practice bank")]
    Busy(PathBuf),
    /// A file of the state folder refused.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was tried, as a verb.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line of the ledger, other than a torn last one, makes no sense.
    #[error("line {line} of {path} cannot be read: {source}")]
    Ledger {
        /// The ledger.
        path: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The address is taken or forbidden.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The wanted address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The server's own runtime did not start.
    #[error("cannot start the runtime: {0}")]
    Runtime(io::Error),
    /// A certificate could not be built.
    #[error("cannot build a certificate: {0}")]
    Certificate(#[from] x509_cert::builder::Error),
    /// Something that should be DER is not, or does not fit into it.
    #[error("cannot encode or decode: {0}")]
    Der(#[from] der::Error),
    /// A key could not be made.
    #[error("cannot make a key: {0}")]
    Key(#[from] rsa::Error),
    /// A stored key could not be read, or a fresh one not be written.
    #[error("cannot keep a key: {0}")]
    KeyFile(#[from] rsa::pkcs8::Error),
    /// A public key could not be encoded.
    #[error("cannot encode a public key: {0}")]
    PublicKey(#[from] rsa::pkcs8::spki::Error),
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// The TLS listeners could not be set up.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The demand for a client certificate could not be set up.
    #[error("cannot demand client certificates: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
    /// Nobody can be let in by the published list.
    #[error("the published revocation list is not believed: {0}")]
    RevocationList(#[from] Unbelievable),
    /// A record could not be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}

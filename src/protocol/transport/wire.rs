//! Bytes to the other end: names into addresses, addresses into a connection.

use std::{error::Error as StdError, io, net::SocketAddr, time::Duration};

use rustls::AlertDescription;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};

use super::ConnectError;
use crate::domain::Endpoint;

/// A connection, whatever it goes through.
pub(super) type Wire = Box<dyn Duplex>;

pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// An address may keep silent for so long before the next one is tried as well (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);

pub(super) async fn connect(to: &Endpoint) -> Result<TcpStream, ConnectError> {
    let found = lookup_host((to.host.as_str(), to.port)).await.map_err(|_| ConnectError::NameNotFound)?;
    let stream = first_to_answer(found.collect()).await.map_err(|error| unreachable_by(&error))?;
    let _ = stream.set_nodelay(true); // slower without, never wrong
    Ok(stream)
}

async fn first_to_answer(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut untried = addresses.into_iter();
    let mut tries = JoinSet::new();
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        match untried.next() {
            Some(address) => drop(tries.spawn(TcpStream::connect(address))),
            None if tries.is_empty() => return Err(last),
            None => {}
        }
        match timeout(HEAD_START, tries.join_next()).await {
            Ok(Some(Ok(Ok(stream)))) => return Ok(stream),
            Ok(Some(Ok(Err(error)))) => last = error,
            _ => {}
        }
    }
}

/// Why there is no connection, or no TLS over it, when nobody here has said no.
pub(super) fn unreachable_by(error: &io::Error) -> ConnectError {
    if error.kind() == io::ErrorKind::TimedOut {
        return ConnectError::Timeout;
    }
    match causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        Some(tls) if refuses_client_certificate(tls) => ConnectError::ClientCertificateRefused,
        Some(_) => ConnectError::TlsFailed,
        None => ConnectError::Unreachable,
    }
}

pub(super) fn is_bad_certificate(error: &io::Error) -> bool {
    causes(error).any(|cause| matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))))
}

/// The other end has sent an alert about the client's certificate.
pub(super) fn is_about_client_certificate(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<rustls::Error>().is_some_and(refuses_client_certificate))
}

/// The alerts a server sends about the client's certificate (RFC 8446 §6.2).
fn refuses_client_certificate(error: &rustls::Error) -> bool {
    use AlertDescription as A;
    let rustls::Error::AlertReceived(alert) = error else {
        return false;
    };
    matches!(
        alert,
        A::NoCertificate
            | A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateExpired
            | A::CertificateUnknown
            | A::CertificateRequired
            | A::UnknownCA
            | A::AccessDenied
            | A::DecryptError // its signature or its issuer's does not verify
    )
}

/// The error and everything that caused it. `io::Error` hides what it wraps from `source`, so it is asked separately.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

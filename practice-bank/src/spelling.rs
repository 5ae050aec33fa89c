//! Names of header fields, spelt as on paper.
//!
//! No letter's case matters in them (RFC 9110 §5.1), yet clients in use compare byte by byte. `hyper` spells every word
//! with one capital; the one name with three is mended on its way out.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const REFUSALS: [&[u8]; 2] = [b"HTTP/1.0 401 ", b"HTTP/1.1 401 "];
const SPELT: &[u8] = b"\r\nWww-Authenticate: ";
const MEANT: &[u8] = b"\r\nWWW-Authenticate: ";

/// A connection whose refusals name `WWW-Authenticate` in the usual letters. Both spellings have the same length, so a
/// write that takes only a part of its bytes goes on where it stopped.
pub(crate) struct Spelt<S>(pub S);

impl<S: AsyncRead + Unpin> AsyncRead for Spelt<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Spelt<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let connection = Pin::new(&mut self.get_mut().0);
        match spelt(bytes) {
            Some(spelt) => connection.poll_write(context, &spelt),
            None => connection.poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(context)
    }
}

/// `None` where there is nothing to mend.
fn spelt(bytes: &[u8]) -> Option<Vec<u8>> {
    if !REFUSALS.iter().any(|refusal| bytes.starts_with(refusal)) {
        return None;
    }
    let mut mended = bytes.to_vec();
    for at in 0..mended.len().saturating_sub(SPELT.len()) {
        if let Some(name) = mended.get_mut(at..at + SPELT.len())
            && name == SPELT
        {
            name.copy_from_slice(MEANT);
        }
    }
    Some(mended)
}

#[cfg(test)]
mod tests {
    use super::spelt;

    #[test]
    fn only_the_refusal_is_mended_and_every_field_of_it() {
        let refusal = b"HTTP/1.0 401 Unauthorized\r\nWww-Authenticate: Negotiate\r\nWww-Authenticate: Basic\r\n\r\n";
        let mended = String::from_utf8(spelt(refusal).expect("mended")).expect("ASCII");
        assert_eq!((mended.matches("\r\nWWW-Authenticate: ").count(), mended.len()), (2, refusal.len()));
        assert_eq!(spelt(b"HTTP/1.1 200 OK\r\nWww-Authenticate: Basic\r\n\r\n"), None);
    }
}

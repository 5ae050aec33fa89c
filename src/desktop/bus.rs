//! A connection to a message bus: opened for one call, which blocks and has a deadline.

use std::{
    env,
    io::{self, IoSliceMut, Read, Write},
    mem::MaybeUninit,
    os::{
        fd::OwnedFd,
        linux::net::SocketAddrExt,
        unix::{ffi::OsStringExt, net::SocketAddr, net::UnixStream},
    },
    path::PathBuf,
    time::Duration,
};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

use super::wire::{self, Argument, FIXED, Kind, Malformed, Method};

/// A bus that is silent for so long is not there.
const DEADLINE: Duration = Duration::from_secs(5);

/// Lines of the greeting are short.
const LONGEST_LINE: usize = 512;

const HELLO: Method<'_> = Method {
    destination: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
    member: "Hello",
};

#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("no bus is named")]
    Nowhere,
    #[error("the bus cannot be reached: {0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Malformed(#[from] Malformed),
    #[error("refused")]
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bus {
    System,
    Session,
}

impl Bus {
    fn addresses(self) -> String {
        let named = |name| env::var(name).ok().filter(|value| !value.is_empty());
        match self {
            Self::System => named("DBUS_SYSTEM_BUS_ADDRESS").unwrap_or_else(|| {
                "unix:path=/run/dbus/system_bus_socket;unix:path=/var/run/dbus/system_bus_socket".to_owned()
            }),
            Self::Session => named("DBUS_SESSION_BUS_ADDRESS")
                .or_else(|| named("XDG_RUNTIME_DIR").map(|folder| format!("unix:path={folder}/bus")))
                .unwrap_or_default(),
        }
    }
}

#[derive(Debug)]
pub struct Connection {
    stream: UnixStream,
    /// What has come and belongs to the next message.
    ahead: Vec<u8>,
    descriptors: Vec<OwnedFd>,
    serial: u32,
}

impl Connection {
    /// Connects to the first of the bus's addresses that answers, and says who we are.
    pub fn open(bus: Bus) -> Result<Self, BusError> {
        let addresses = bus.addresses();
        let mut last = BusError::Nowhere;
        for address in addresses.split(';').filter_map(place) {
            match UnixStream::connect_addr(&address).map_err(BusError::from).and_then(Self::greet) {
                Ok(connection) => return Ok(connection),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn greet(mut stream: UnixStream) -> Result<Self, BusError> {
        stream.set_read_timeout(Some(DEADLINE))?;
        stream.set_write_timeout(Some(DEADLINE))?;
        let user: String =
            rustix::process::geteuid().as_raw().to_string().bytes().map(|digit| format!("{digit:02x}")).collect();
        stream.write_all(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
        expect(&mut stream, "OK ")?;
        stream.write_all(b"NEGOTIATE_UNIX_FD\r\n")?;
        expect(&mut stream, "AGREE_UNIX_FD")?;
        stream.write_all(b"BEGIN\r\n")?;
        let mut connection = Self { stream, ahead: Vec::new(), descriptors: Vec::new(), serial: 0 };
        connection.call(HELLO, &[])?;
        Ok(connection)
    }

    /// Calls, waits for the answer, and gives back the file descriptors that came with it.
    pub fn call(&mut self, method: Method<'_>, arguments: &[Argument<'_>]) -> Result<Vec<OwnedFd>, BusError> {
        self.serial += 1;
        self.stream.write_all(&wire::call(method, arguments, self.serial))?;
        loop {
            match self.next()? {
                Kind::Return { of } if of == self.serial => return Ok(std::mem::take(&mut self.descriptors)),
                Kind::Error { of } if of == self.serial => return Err(BusError::Refused),
                _ => self.descriptors.clear(),
            }
        }
    }

    fn next(&mut self) -> Result<Kind, BusError> {
        self.fill(FIXED)?;
        let length = wire::length(self.ahead.first_chunk().ok_or(Malformed)?)?;
        self.fill(length)?;
        let message: Vec<u8> = self.ahead.drain(..length).collect();
        Ok(wire::kind(&message)?)
    }

    /// Reads until so many bytes are there.
    fn fill(&mut self, wanted: usize) -> Result<(), BusError> {
        while self.ahead.len() < wanted {
            let mut bytes = [0; 4096];
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
            let mut control = RecvAncillaryBuffer::new(&mut space);
            let flags = RecvFlags::CMSG_CLOEXEC;
            let came = recvmsg(&self.stream, &mut [IoSliceMut::new(&mut bytes)], &mut control, flags);
            let came = came.map_err(io::Error::from)?.bytes;
            for message in control.drain() {
                if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                    self.descriptors.extend(descriptors);
                }
            }
            if came == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            self.ahead.extend_from_slice(&bytes[..came]);
        }
        Ok(())
    }
}

/// One line of the greeting. Nothing comes behind it before we say more.
fn expect(stream: &mut UnixStream, beginning: &str) -> Result<(), BusError> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while !line.ends_with(b"\r\n") {
        if line.len() > LONGEST_LINE {
            return Err(Malformed.into());
        }
        stream.read_exact(&mut byte)?;
        line.push(byte[0]);
    }
    if line.starts_with(beginning.as_bytes()) { Ok(()) } else { Err(BusError::Refused) }
}

/// `unix:path=…` or `unix:abstract=…`; other kinds of bus are not spoken to.
fn place(address: &str) -> Option<SocketAddr> {
    let keys = address.strip_prefix("unix:")?;
    keys.split(',').find_map(|key| match key.split_once('=')? {
        ("path", path) => SocketAddr::from_pathname(PathBuf::from(std::ffi::OsString::from_vec(unescaped(path)))).ok(),
        ("abstract", name) => SocketAddr::from_abstract_name(unescaped(name)).ok(),
        _ => None,
    })
}

/// `%20` and the like.
fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(code.unwrap_or(b'%'));
        plain.extend_from_slice(&part.as_bytes()[if code.is_some() { 2 } else { 0 }..]);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{place, unescaped};

    #[test]
    fn an_address_names_a_file_or_an_abstract_socket_and_nothing_else_is_spoken_to() {
        let file = place("unix:guid=1,path=/run/a%20bus").expect("a place");
        assert_eq!(file.as_pathname(), Some(std::path::Path::new("/run/a bus")));
        assert!(place("unix:abstract=/tmp/bus").is_some_and(|place| place.as_pathname().is_none()));
        for other in ["", "tcp:host=localhost,port=1", "unix:tmpdir=/tmp", "unix:path", "autolaunch:"] {
            assert!(place(other).is_none(), "{other}");
        }
    }

    #[test]
    fn half_an_escape_stands_for_itself() {
        assert_eq!(unescaped("%"), b"%");
        assert_eq!(unescaped("a%4"), b"a%4");
        assert_eq!(unescaped("%\u{5370}%20"), "%\u{5370} ".as_bytes());
    }
}

//! The relay itself, between two plain ends that say a record each.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::fault_proxy::{Kind, Mishap, Obedience, Place, Relay, Way};

/// Longer than a record of the echo takes, and short for one that never comes.
const SILENCE: Duration = Duration::from_millis(200);

/// A record as TLS frames it (RFC 8446 §5.1).
fn record(content: &[u8]) -> Vec<u8> {
    [&[23, 3, 3, 0, content.len() as u8], content].concat()
}

/// Gives every byte back; ends with how much it was given and whether its peer broke off.
fn echo() -> (u16, JoinHandle<(usize, Option<ErrorKind>)>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody");
        let (mut heard, mut buffer) = (0, [0; 512]);
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return (heard, None),
                Ok(read) => {
                    heard += read;
                    let _ = stream.write_all(&buffer[..read]);
                }
                Err(error) => return (heard, Some(error.kind())),
            }
        }
    });
    (port, thread)
}

/// What comes back of two records, how it ended, and what the other end says of it.
fn talk(mishap: Mishap, obedience: Obedience) -> (Vec<u8>, Option<ErrorKind>, usize, Option<ErrorKind>) {
    let (port, other) = echo();
    let relay = Relay::start_with(port, vec![Some(mishap)], obedience);
    let mut stream = TcpStream::connect(("127.0.0.1", relay.port)).expect("the relay");
    stream.set_read_timeout(Some(SILENCE)).expect("a timeout");
    let said = [record(b"first"), record(b"second")].concat();
    stream.write_all(&said).expect("said");
    let (mut back, mut buffer) = (Vec::new(), [0; 512]);
    let end = loop {
        if back.len() == said.len() {
            break None;
        }
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(read) => back.extend_from_slice(&buffer[..read]),
            Err(error) => break Some(error.kind()),
        }
    };
    drop((stream, relay));
    let (heard, ended) = other.join().expect("an end");
    (back, end, heard, ended)
}

fn at(way: Way, byte: usize, kind: Kind) -> Mishap {
    Mishap { place: Place::Byte(way, byte), kind }
}

fn said() -> Vec<u8> {
    [record(b"first"), record(b"second")].concat()
}

#[test]
fn a_cut_at_any_byte_passes_exactly_those_before_it() {
    for byte in [0, 1, 9, 10, 20] {
        let (back, end, ..) = talk(at(Way::ToWizard, byte, Kind::Cut), Obedience::AsTold);
        assert_eq!((back.as_slice(), end), (&said()[..byte], None), "towards the wizard at {byte}");
        let (_, _, heard, ended) = talk(at(Way::ToBank, byte, Kind::Cut), Obedience::AsTold);
        assert_eq!((heard, ended), (byte, None), "towards the bank at {byte}");
    }
}

#[test]
fn a_reset_is_one_for_both() {
    let (_, end, _, ended) = talk(at(Way::ToWizard, 3, Kind::Reset), Obedience::AsTold);
    assert_eq!((end, ended), (Some(ErrorKind::ConnectionReset), Some(ErrorKind::ConnectionReset)));
}

#[test]
fn a_stall_says_nothing_more_and_does_not_end() {
    let (back, end, ..) = talk(at(Way::ToWizard, 12, Kind::Stall), Obedience::AsTold);
    assert_eq!((back.as_slice(), end), (&said()[..12], Some(ErrorKind::WouldBlock)));
    let never = Mishap { place: Place::BeforeTls, kind: Kind::Stall };
    let (port, _) = echo();
    let relay = Relay::start(port, vec![Some(never)]);
    let mut stream = TcpStream::connect(("127.0.0.1", relay.port)).expect("the relay");
    stream.set_read_timeout(Some(SILENCE)).expect("a timeout");
    let error = stream.read(&mut [0; 8]).expect_err("nothing comes");
    assert_eq!((error.kind(), relay.met()), (ErrorKind::WouldBlock, 1));
}

#[test]
fn garbage_takes_the_place_of_what_follows() {
    let (back, ..) = talk(at(Way::ToWizard, 10, Kind::Garbage), Obedience::AsTold);
    assert_eq!(back[..10], said()[..10]);
    assert!(back.len() >= said().len() && !back.starts_with(&said()), "{back:?}");
}

#[test]
fn a_delay_and_a_drip_lose_nothing() {
    for kind in [Kind::Delay(Duration::from_millis(5)), Kind::Drip(Duration::from_millis(1))] {
        let (back, end, heard, _) = talk(at(Way::ToBank, 5, kind), Obedience::AsTold);
        assert_eq!((back, end, heard), (said(), None, said().len()), "{kind:?}");
    }
}

#[test]
fn a_relay_that_does_not_obey_passes_everything() {
    let (back, end, ..) = talk(at(Way::ToWizard, 0, Kind::Cut), Obedience::LetsEverythingThrough);
    assert_eq!((back, end), (said(), None));
}

//! Where the answers come from: standard input, a line at a time, without echo where a secret is asked for.

use std::{
    io::{self, IsTerminal, Read},
    sync::mpsc as orders,
    thread,
};

use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::domain::Secret;

/// No answer is longer.
const LONGEST: usize = 4096;

/// What a person did.
#[derive(Debug)]
pub enum Typed {
    /// Kept like a secret whatever was asked.
    Line(Secret),
    /// Ctrl-D, or nothing more comes.
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    Shown,
    Hidden,
}

/// Secrets are not asked for where everybody can read along.
#[derive(Debug, thiserror::Error)]
#[error("this terminal cannot hide what is typed: {0}")]
pub struct NotHidden(io::Error);

/// Whether standard input is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Idle,
    Waiting,
}

/// Reads when it is asked to and not before: what comes later stays in the pipe. The echo stays as the last prompt
/// wanted it, so that between two secrets nothing is shown either.
#[derive(Debug)]
pub struct Keyboard {
    orders: orders::Sender<()>,
    typed: mpsc::UnboundedReceiver<Typed>,
    reading: Reading,
    echo: echo::Terminal,
}

impl Keyboard {
    pub fn open() -> Self {
        let (orders, ordered) = orders::channel();
        let (sender, typed) = mpsc::unbounded_channel();
        // Not a task of the runtime: nobody could end it while it reads.
        thread::spawn(move || {
            while ordered.recv().is_ok() {
                if sender.send(line(input())).is_err() {
                    break;
                }
            }
        });
        Self { orders, typed, reading: Reading::Idle, echo: echo::Terminal::of_stdin() }
    }

    /// The next line is wanted. A line that is waited for already will be the answer.
    pub fn ask(&mut self, echo: Echo) -> Result<(), NotHidden> {
        if io::stdin().is_terminal() {
            self.echo.set(echo).map_err(NotHidden)?;
        }
        if self.reading == Reading::Idle && self.orders.send(()).is_ok() {
            self.reading = Reading::Waiting;
        }
        Ok(())
    }

    /// Never, where nothing was asked.
    pub async fn typed(&mut self) -> Typed {
        if self.reading == Reading::Idle {
            return std::future::pending().await;
        }
        let typed = self.typed.recv().await.unwrap_or(Typed::Ended);
        self.reading = Reading::Idle;
        typed
    }
}

/// Byte by byte, so that nothing is read ahead and no secret stays in a buffer.
fn line(mut input: impl Read) -> Typed {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = Zeroizing::new([0_u8]);
    loop {
        match input.read(&mut *byte) {
            Ok(0) if bytes.is_empty() => return Typed::Ended,
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) if bytes.len() < LONGEST => bytes.push(byte[0]),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Typed::Ended,
        }
    }
    let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
    Typed::Line(Secret::new(text.trim_end_matches('\r')))
}

/// The library's own standard input keeps a buffer for ever; the file under it does not.
#[cfg(unix)]
fn input() -> impl Read {
    use std::{fs::File, os::fd::AsFd};
    let own = io::stdin().as_fd().try_clone_to_owned().map(File::from);
    own.map_or_else(|_| Box::new(io::empty()) as Box<dyn Read>, |file| Box::new(file))
}

#[cfg(not(unix))]
fn input() -> impl Read {
    io::stdin()
}

#[cfg(unix)]
mod echo {
    use std::io;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::Echo;

    /// The terminal as it was found, which it is again at the end.
    #[derive(Debug)]
    pub struct Terminal {
        found: Option<Termios>,
    }

    impl Terminal {
        pub fn of_stdin() -> Self {
            Self { found: tcgetattr(io::stdin()).ok() }
        }

        pub fn set(&self, echo: Echo) -> io::Result<()> {
            let mut wanted = match (&self.found, echo) {
                (Some(found), _) => found.clone(),
                (None, Echo::Shown) => return Ok(()),
                (None, Echo::Hidden) => return Err(io::ErrorKind::Unsupported.into()),
            };
            if echo == Echo::Hidden {
                wanted.local_modes.remove(LocalModes::ECHO);
                wanted.local_modes.insert(LocalModes::ECHONL);
            }
            Ok(tcsetattr(io::stdin(), OptionalActions::Now, &wanted)?)
        }
    }

    impl Drop for Terminal {
        fn drop(&mut self) {
            let _ = self.set(Echo::Shown);
        }
    }
}

#[cfg(not(unix))]
mod echo {
    use std::io;

    use super::Echo;

    #[derive(Debug)]
    pub struct Terminal;

    impl Terminal {
        pub fn of_stdin() -> Self {
            Self
        }

        pub fn set(&self, echo: Echo) -> io::Result<()> {
            match echo {
                Echo::Shown => Ok(()),
                Echo::Hidden => Err(io::ErrorKind::Unsupported.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Typed, line};

    fn text(typed: Typed) -> Option<String> {
        match typed {
            Typed::Line(text) => Some(text.reveal().to_owned()),
            Typed::Ended => None,
        }
    }

    #[test]
    fn a_line_ends_where_it_ends_and_the_rest_stays() {
        let mut input = "one\r\ntwo".as_bytes();
        assert_eq!(text(line(&mut input)), Some("one".to_owned()));
        assert_eq!(text(line(&mut input)), Some("two".to_owned()));
        assert_eq!(text(line(&mut input)), None);
    }
}

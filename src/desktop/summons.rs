//! What comes to the window from outside: another start, or a signal.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A window that hears nothing for so long hangs. Opening it on a busy PC takes less.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Somebody has started the program once more: the window comes to the front.
    Raise,
    /// The system, or whoever may, wishes that the program ends.
    End,
}

/// A wish that waits to be heard.
#[derive(Debug)]
pub struct Summons {
    pub wish: Wish,
    heard: mpsc::Sender<()>,
}

impl Summons {
    /// The window has done what it can.
    pub fn hear(self) -> Wish {
        let _ = self.heard.send(()); // whoever called may have gone
        self.wish
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Heard,
    /// It hangs.
    Silence,
    /// It has closed.
    Nobody,
}

#[derive(Debug, Clone)]
pub struct Caller(UnboundedSender<Summons>);

impl Caller {
    /// Waits until the window has heard.
    pub fn call(&self, wish: Wish) -> Answer {
        let (heard, answer) = mpsc::channel();
        if self.0.send(Summons { wish, heard }).is_err() {
            return Answer::Nobody;
        }
        match answer.recv_timeout(PATIENCE) {
            Ok(()) => Answer::Heard,
            Err(RecvTimeoutError::Timeout) => Answer::Silence,
            Err(RecvTimeoutError::Disconnected) => Answer::Nobody,
        }
    }
}

/// From whoever calls to the window.
pub fn line() -> (Caller, UnboundedReceiver<Summons>) {
    let (sender, receiver) = unbounded_channel();
    (Caller(sender), receiver)
}

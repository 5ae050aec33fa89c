//! Where no desktop is asked yet: other systems than Linux.

use std::{io, path::Path};

use super::summons::Caller;

/// What came of asking the program that is open already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Raised,
    Hangs,
    Nobody,
}

pub fn listen(_: &Path, _: Caller) -> io::Result<()> {
    Ok(())
}

pub fn ask_the_first(_: &Path) -> First {
    First::Nobody
}

pub fn end_the_first(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[derive(Debug)]
pub struct Signals;

impl Signals {
    pub fn keep_back() -> Self {
        Self
    }

    pub fn pass_on(self, _: Caller) {}
}

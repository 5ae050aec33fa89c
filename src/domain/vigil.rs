//! Keeping the PC from stopping is a port: tests look whether it was asked for.

use std::{any::Any, fmt};

pub trait Vigil: Send + Sync + fmt::Debug {
    /// Asks this PC not to switch off, not to sleep and not to log its user off, until the value is dropped. Both texts
    /// are for the user. May block, but comes back soon whether or not anybody hears: what is kept must not wait for it.
    fn keep(&self, who: &str, why: &str) -> Watch;
}

/// Over when it is dropped.
#[derive(Default)]
#[must_use]
pub struct Watch(Option<Box<dyn Any + Send>>);

impl Watch {
    pub fn holding(what: impl Any + Send) -> Self {
        Self(Some(Box::new(what)))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Watch({})", if self.0.is_some() { "kept" } else { "nothing" })
    }
}

/// Nobody to ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoVigil;

impl Vigil for NoVigil {
    fn keep(&self, _: &str, _: &str) -> Watch {
        Watch::default()
    }
}

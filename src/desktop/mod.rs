//! The desktop around the program: what is asked of it, and what it says to us.
//!
//! [`vigil()`] asks that nobody switches the PC off; [`ask_the_first`] finds the window that is open already, and
//! [`listen`] is found; [`Signals`] hear that we shall end. A [`Summons`] is what comes in from outside. A desktop that
//! lacks something, or does not answer, changes nothing.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod fault;
#[cfg(target_os = "linux")]
mod signals;
#[cfg(target_os = "linux")]
mod sole;
mod summons;
#[cfg(target_os = "linux")]
mod vigil;
#[cfg(target_os = "linux")]
mod wire;

use std::sync::Arc;

use crate::domain::Vigil;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{First, Signals, ask_the_first, end_the_first, listen};
pub use fault::{apologize, begin_again, begins_after_fault, tell_of_faults};
#[cfg(target_os = "linux")]
pub use signals::Signals;
#[cfg(target_os = "linux")]
pub use sole::{First, ask_the_first, end_the_first, listen};
pub use summons::{Answer, Caller, Summons, Wish, line};

/// What keeps this PC from stopping.
#[cfg(target_os = "linux")]
pub fn vigil() -> Arc<dyn Vigil> {
    Arc::new(vigil::DesktopVigil::default())
}

#[cfg(not(target_os = "linux"))]
pub fn vigil() -> Arc<dyn Vigil> {
    Arc::new(crate::domain::NoVigil)
}

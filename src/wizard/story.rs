//! The seam between the window and the story that it shows.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::page::{Event, Scene};

/// What happens, page after page. Draws nothing and waits for nothing: long acts are jobs.
pub trait Story: 'static {
    /// What a job comes back with.
    type Outcome: Send + 'static;
    /// What a job says on its way.
    type Progress: Send + 'static;

    fn scene(&self) -> Scene;

    fn handle(&mut self, input: Input<Self::Outcome, Self::Progress>) -> Effects<Self::Outcome, Self::Progress>;

    /// Whether something on the page changes by the second. No page ticks for nothing: an idle window sleeps.
    fn ticking(&self) -> Ticking {
        Ticking::Still
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ticking {
    #[default]
    Still,
    EverySecond,
}

#[derive(Debug)]
pub enum Input<Outcome, Progress> {
    /// Never of `TextSize` and `MoreBelow`, which are the window's own business.
    Event(Event),
    /// The window was asked to close. It closes only when the effects say so.
    CloseRequested,
    /// The system, or whoever may, wishes that the program ends: as closing, and not for ever unanswered.
    EndRequested,
    Tick,
    Progress(Progress),
    Finished(Outcome),
}

pub type Job<Outcome> = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// What the window does for the story.
#[allow(missing_debug_implementations, reason = "a future has no Debug")]
#[must_use]
pub struct Effects<Outcome, Progress> {
    pub job: Option<Job<Outcome>>,
    /// What the job will say: ends when its sender is dropped.
    pub progress: Option<UnboundedReceiver<Progress>>,
    pub clipboard: Option<String>,
    pub closing: Closing,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Closing {
    #[default]
    StayOpen,
    Close,
}

impl<Outcome, Progress> Default for Effects<Outcome, Progress> {
    fn default() -> Self {
        Self { job: None, progress: None, clipboard: None, closing: Closing::StayOpen }
    }
}

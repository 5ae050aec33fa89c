//! What the player waits for besides the keyboard.

#[cfg(unix)]
use nix::sys::signal::{
    SigSet,
    Signal::{self, SIGINT, SIGTERM},
};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle},
};

/// Ctrl-C, from now on.
pub fn interrupts() -> mpsc::UnboundedReceiver<()> {
    #[cfg(unix)]
    unblock(SIGINT);
    let (sender, interrupts) = mpsc::unbounded_channel();
    tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).is_ok() {} });
    interrupts
}

/// SIGTERM, from now on. Whoever sends it has the last word; but the terminal is put back first, which a program that
/// simply dies leaves without echo.
#[cfg(unix)]
pub fn terminations() -> mpsc::UnboundedReceiver<()> {
    use tokio::signal::unix::{SignalKind, signal};
    unblock(SIGTERM);
    let (sender, terminations) = mpsc::unbounded_channel();
    if let Ok(mut signals) = signal(SignalKind::terminate()) {
        tokio::spawn(async move { while signals.recv().await.is_some() && sender.send(()).is_ok() {} });
    }
    terminations
}

#[cfg(not(unix))]
pub fn terminations() -> mpsc::UnboundedReceiver<()> {
    mpsc::unbounded_channel().1
}

/// A program that starts this one may have blocked the signal, and what is blocked stays so in its children.
#[cfg(unix)]
fn unblock(signal: Signal) {
    let _ = SigSet::from(signal).thread_unblock();
}

/// What a job says; nothing where none does.
pub async fn next<T>(steps: &mut Option<mpsc::UnboundedReceiver<T>>) -> Option<T> {
    match steps {
        Some(steps) => steps.recv().await,
        None => None,
    }
}

/// Never, where nothing runs.
pub async fn end_of<T>(job: &mut Option<JoinHandle<T>>) -> Result<T, JoinError> {
    match job {
        Some(job) => job.await,
        None => std::future::pending().await,
    }
}

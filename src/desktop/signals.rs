//! SIGTERM, SIGINT and SIGHUP become a wish to end, which the window answers.

use std::{fs, process, thread};

use nix::sys::signal::{
    SigSet,
    Signal::{self, SIGHUP, SIGINT, SIGTERM},
};

use super::summons::{Answer, Caller, Wish};

/// What a shell says of a program that a signal has ended.
const BY_SIGNAL: i32 = 128;

/// Signals that wait until somebody takes them.
#[derive(Debug)]
pub struct Signals(SigSet);

impl Signals {
    /// Keeps them back. Before any thread has been started: each inherits what its parent keeps back.
    pub fn keep_back() -> Self {
        let ignored = ignored();
        let wanted = [SIGTERM, SIGINT, SIGHUP].into_iter().filter(|signal| !is_in(ignored, *signal));
        let signals: SigSet = wanted.collect();
        let _ = signals.thread_block(); // where that fails a signal ends us, as it ends any program
        Self(signals)
    }

    /// From now on each of them is a wish. A window that does not hear two of them hangs: then the signal does what it
    /// does to any program. The journal survives it.
    pub fn pass_on(self, caller: Caller) {
        let thread = thread::Builder::new().name("signals".to_owned());
        let heard = thread.spawn(move || {
            let mut silences = 0;
            while let Ok(signal) = self.0.wait() {
                silences = match caller.call(Wish::End) {
                    Answer::Heard => 0,
                    Answer::Silence => silences + 1,
                    Answer::Nobody => 2,
                };
                if silences >= 2 {
                    process::exit(BY_SIGNAL + signal as i32);
                }
            }
        });
        if heard.is_err() {
            let _ = SigSet::all().thread_unblock();
        }
    }
}

/// Whoever starts a program may wish that it ignores a signal, as `nohup` does.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

fn is_in(mask: u64, signal: Signal) -> bool {
    mask >> (signal as u32 - 1) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::{SIGHUP, SIGTERM, is_in};

    #[test]
    fn a_mask_of_the_kernel_names_signals_from_one_on() {
        assert!(is_in(0x1, SIGHUP));
        assert!(is_in(0x4000, SIGTERM));
        assert!(!is_in(0x4000, SIGHUP));
    }
}

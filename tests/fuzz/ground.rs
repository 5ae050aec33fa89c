//! What a target costs: bytes it holds at once, and time on the processor.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    time::Duration,
};

/// Counts for the thread that asks.
pub struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that ends frees its last values when its counters are gone.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        MOST.with(|most| most.set(most.get().max(held.get())));
    });
}

// SAFETY: everything is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Bytes held at once, beyond those that were held before.
    pub bytes: usize,
    pub time: Duration,
}

pub fn cost_of(act: impl FnOnce()) -> Cost {
    let before = HELD.get();
    MOST.set(before);
    let begun = on_the_processor();
    act();
    Cost { bytes: usize::try_from(MOST.get() - before).unwrap_or_default(), time: on_the_processor() - begun }
}

/// Time that this thread has really run: what else runs on the machine does not count.
fn on_the_processor() -> Duration {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = schedule.split_whitespace().next().and_then(|word| word.parse().ok());
    nanoseconds.map_or_else(|| Duration::from_nanos(0), Duration::from_nanos)
}

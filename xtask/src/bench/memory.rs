//! What a process holds, as the kernel counts it.

use std::fs;

/// In bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    pub resident: u64,
    /// What nobody shares with it.
    pub private: u64,
}

pub fn of(process: u32) -> Option<Memory> {
    read(&fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?)
}

/// How often the threads of a process have gone to sleep and come back.
pub fn wake_ups(process: u32) -> Option<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let statuses = threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok());
    Some(statuses.filter_map(|status| number(&status, "voluntary_ctxt_switches:")).sum())
}

fn read(rollup: &str) -> Option<Memory> {
    let bytes = |name| number(rollup, name).map(|kibibytes| u64::from(kibibytes) * 1024);
    Some(Memory { resident: bytes("Rss:")?, private: bytes("Private_Clean:")? + bytes("Private_Dirty:")? })
}

fn number(text: &str, name: &str) -> Option<u32> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_in_kibibytes() {
        let rollup = "5 [rollup]\nRss:  100 kB\nPss: 90 kB\nPrivate_Clean: 10 kB\nPrivate_Dirty: 20 kB\n";
        assert_eq!(read(rollup), Some(Memory { resident: 102_400, private: 30_720 }));
        assert_eq!(read("Rss: 1 kB\n"), None);
    }
}

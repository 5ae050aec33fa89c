//! The control: the same program, in which nothing but the wiping of freed memory does nothing.
//!
//! The shipped program has no switch for it, so the copy is made from outside: the one function that wipes returns at
//! once. That this changes what the search finds also proves that the wiping allocator is the one in use.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

/// What overwrites memory, inside `zeroizing-alloc`.
const WIPER: &str = "zeroizing_alloc11clear_bytes";

#[cfg(target_arch = "x86_64")]
const RETURN: [u8; 1] = [0xC3];
#[cfg(target_arch = "aarch64")]
const RETURN: [u8; 4] = [0xC0, 0x03, 0x5F, 0xD6];

/// Where the program header of a 64-bit ELF file says where its segments are, and the parts of one.
mod elf {
    pub const TABLE: usize = 0x20;
    pub const ENTRY_SIZE: usize = 0x36;
    pub const ENTRIES: usize = 0x38;
    pub const OFFSET: usize = 0x08;
    pub const ADDRESS: usize = 0x10;
    pub const LENGTH: usize = 0x20;
    pub const LOADED: u64 = 1;
}

/// A copy of the program in this folder, which does not wipe what it frees.
pub fn program(folder: &Path) -> PathBuf {
    let shipped = env!("CARGO_BIN_EXE_shirushi");
    let mut bytes = fs::read(shipped).expect("the program");
    let at = offset(&bytes, address(shipped));
    bytes[at..at + RETURN.len()].copy_from_slice(&RETURN);
    let deaf = folder.join("deaf");
    fs::write(&deaf, bytes).expect("a copy");
    fs::set_permissions(&deaf, fs::Permissions::from_mode(0o755)).expect("a mode");
    deaf
}

fn address(program: &str) -> u64 {
    let names = Command::new("nm").arg(program).output().expect("nm runs").stdout;
    let names = String::from_utf8_lossy(&names);
    let mut found = names.lines().filter(|line| line.contains(WIPER));
    let line = found.next().expect("the wiping allocator is in the program");
    assert_eq!(found.next(), None, "one function wipes");
    u64::from_str_radix(line.split(' ').next().expect("an address"), 16).expect("a number")
}

/// Of an address in the file.
fn offset(file: &[u8], address: u64) -> usize {
    let number = |at: usize, length: usize| {
        file[at..at + length].iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (table, size) = (number(elf::TABLE, 8) as usize, number(elf::ENTRY_SIZE, 2) as usize);
    let segments = (0..number(elf::ENTRIES, 2) as usize).map(|index| table + index * size);
    let mut loaded = segments.filter(|segment| number(*segment, 4) == elf::LOADED);
    let holds = |segment: &usize| {
        let begin = number(segment + elf::ADDRESS, 8);
        (begin..begin + number(segment + elf::LENGTH, 8)).contains(&address)
    };
    let segment = loaded.find(holds).expect("a segment holds it");
    (address - number(segment + elf::ADDRESS, 8) + number(segment + elf::OFFSET, 8)) as usize
}

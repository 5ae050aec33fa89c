//! The search: through bytes, through folders, and through a process while it lives.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use crate::canary::Canary;

/// What nobody has written to.
const EMPTY: [u8; 4096] = [0; 4096];
/// How much of a process is read at once.
const PIECE: usize = 1 << 22;

pub struct Search {
    /// By the first two bytes: the forms that begin so, each with what it is called.
    beginnings: Vec<Vec<usize>>,
    forms: Vec<(String, Vec<u8>)>,
    longest: usize,
}

/// Where something was left behind, and how often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found(BTreeMap<(String, String), usize>);

impl Found {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn add(&mut self, other: Self) {
        for (what, times) in other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }

    /// Whether this was found in a place of this kind.
    pub fn has(&self, what: &str, place: &str) -> bool {
        self.0.keys().any(|(form, where_)| form.contains(what) && where_.contains(place))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|((what, place), times)| writeln!(f, "  {what} {times}× in {place}"))
    }
}

impl Search {
    pub fn of(canaries: &[Canary]) -> Self {
        let named = |canary: &Canary| {
            let name = canary.name;
            canary.forms().iter().map(move |form| (format!("{name} ({})", form.name), form.bytes.clone())).collect()
        };
        let forms: Vec<(String, Vec<u8>)> = canaries.iter().flat_map(|one| -> Vec<_> { named(one) }).collect();
        let mut beginnings = vec![Vec::new(); 1 << 16];
        for (index, (_, bytes)) in forms.iter().enumerate() {
            beginnings[beginning(bytes[0], bytes[1])].push(index);
        }
        let longest = forms.iter().map(|(_, bytes)| bytes.len()).max().unwrap_or_default();
        Self { beginnings, forms, longest }
    }

    pub fn bytes(&self, place: &str, bytes: &[u8]) -> Found {
        let mut found = Found::default();
        let mut at = 0;
        while at + 1 < bytes.len() {
            if bytes[at] == 0 && bytes.get(at..at + EMPTY.len()) == Some(&EMPTY[..]) {
                at += EMPTY.len();
                continue;
            }
            for index in &self.beginnings[beginning(bytes[at], bytes[at + 1])] {
                let (what, form) = &self.forms[*index];
                if bytes[at..].starts_with(form) {
                    *found.0.entry((what.clone(), place.to_owned())).or_default() += 1;
                }
            }
            at += 1;
        }
        found
    }

    /// Every file below, and every name.
    pub fn folder(&self, folder: &Path) -> Found {
        let mut found = Found::default();
        for path in files(folder) {
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            found.add(self.bytes("the name of a file", name.as_bytes()));
            found.add(self.bytes(&format!("file {name}"), &fs::read(&path).unwrap_or_default()));
        }
        found
    }

    /// Memory, arguments and environment of a process that lives or has been stopped.
    pub fn process(&self, process: u32) -> Found {
        let mut found = Found::default();
        let of = |name: &str| PathBuf::from(format!("/proc/{process}/{name}"));
        for name in ["cmdline", "environ"] {
            found.add(self.bytes(name, &fs::read(of(name)).expect("it is there")));
        }
        let memory = fs::File::open(of("mem")).expect("whoever tests may look");
        let mut seen = 0;
        for Region { start, end, name } in regions(&of("maps")) {
            let (piece, place) = (PIECE - self.longest, format!("memory {name}"));
            for from in (start..end).step_by(piece) {
                let mut bytes = vec![0; (end - from).min(PIECE)];
                // What is reserved and has never been touched may not be readable.
                if read_at(&memory, &mut bytes, from as u64).is_ok() {
                    seen += bytes.len();
                    found.add(self.bytes(&place, &bytes));
                }
            }
        }
        assert!(seen > 1 << 18, "only {seen} bytes of memory were seen");
        found
    }
}

fn beginning(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

fn read_at(memory: &fs::File, bytes: &mut [u8], from: u64) -> io::Result<()> {
    memory.read_exact_at(bytes, from)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files
}

struct Region {
    start: usize,
    end: usize,
    name: String,
}

/// What a process can write to, or has made itself: a program's own text holds nothing of a user's.
fn regions(maps: &Path) -> Vec<Region> {
    let text = fs::read_to_string(maps).expect("its map");
    text.lines().filter_map(region).collect()
}

fn region(line: &str) -> Option<Region> {
    let mut words = line.split_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let name = words.nth(3).unwrap_or("anonymous").to_owned();
    let (start, end) = range.split_once('-')?;
    let number = |text| usize::from_str_radix(text, 16).ok();
    let is_system = name.starts_with("[v");
    let is_ours = rights.starts_with("rw") || rights.starts_with('r') && !name.starts_with('/');
    (is_ours && !is_system).then_some(Region { start: number(start)?, end: number(end)?, name })
}

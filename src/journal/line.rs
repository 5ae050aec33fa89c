//! One event as one line: `<first 8 bytes of SHA-256, hex> <JSON>\n`. The sum tells a torn line from a whole one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Event, JournalError};
use crate::domain::KeyLabel;

/// The newest that this program reads. A line says the least that is needed for it, see `Event::version`.
const VERSION: u32 = 2;

#[derive(Serialize, Deserialize)]
struct Line {
    v: u32,
    at: Timestamp,
    event: Event,
}

/// Enough of a line to tell that a later version wrote it.
#[derive(Deserialize)]
struct Versioned {
    v: u32,
}

/// One whole line.
pub(super) struct Decoded {
    pub at: Timestamp,
    pub event: Event,
    /// In bytes, with its end.
    pub length: usize,
}

pub(super) fn encode(at: Timestamp, event: &Event) -> Vec<u8> {
    let json = serde_json::to_string(&Line { v: event.version(), at, event: event.clone() }).unwrap_or_default(); // no map keys, no failing Serialize
    format!("{} {json}\n", sum(&json)).into_bytes()
}

/// Every whole line. A torn last one is left out: it is an event that never happened.
pub(super) fn decode_all(label: &KeyLabel, bytes: &[u8]) -> Result<Vec<Decoded>, JournalError> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').peekable();
    let mut decoded = Vec::new();
    while let Some(line) = lines.next() {
        match decode(label, line)? {
            Some(line) => decoded.push(line),
            None if lines.peek().is_none() && is_torn(line) => break,
            None => return Err(JournalError::Damaged(label.clone())),
        }
    }
    Ok(decoded)
}

/// Whether the last line says by itself that everything is over, whatever became of the lines before it.
pub(super) fn ends_finished(label: &KeyLabel, bytes: &[u8]) -> bool {
    let last = bytes.split_inclusive(|byte| *byte == b'\n').next_back().unwrap_or_default();
    let event = decode(label, last).ok().flatten().map(|line| line.event);
    matches!(event, Some(Event::Done | Event::Abandoned | Event::Shrunk { .. }))
}

/// A write that was cut off lacks its end, or has blocks that never reached the disk. A whole line with a wrong sum was
/// written and synced, and has been changed since: what it named has happened.
fn is_torn(line: &[u8]) -> bool {
    !line.ends_with(b"\n") || line.contains(&0)
}

/// `None`: not a whole line.
fn decode(label: &KeyLabel, line: &[u8]) -> Result<Option<Decoded>, JournalError> {
    let length = line.len();
    let text = std::str::from_utf8(line).ok().and_then(|text| text.strip_suffix('\n'));
    let Some((stated, json)) = text.and_then(|text| text.split_once(' ')) else {
        return Ok(None);
    };
    if stated != sum(json) {
        return Ok(None);
    }
    if let Ok(Versioned { v }) = serde_json::from_str(json)
        && v > VERSION
    {
        return Err(JournalError::Newer(label.clone()));
    }
    let line: Line = serde_json::from_str(json).map_err(|_| JournalError::Damaged(label.clone()))?;
    Ok(Some(Decoded { at: line.at, event: line.event, length }))
}

fn sum(json: &str) -> String {
    Sha256::digest(json).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

//! The two lists in `.ci`: what may be skipped, and which faults are planted.

use std::fs;

use crate::{build, error::Error};

/// `name: rest` of each line that is no comment.
fn lines(file: &str) -> Result<Vec<(String, String)>, Error> {
    let path = build::repository().join(".ci").join(file);
    let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let parts = line.split_once(": ").map(|(name, rest)| (name.trim().to_owned(), rest.trim().to_owned()));
            parts.ok_or_else(|| Error::unexpected(&format!(".ci/{file}"), format!("{line} (wanted: name: text)")))
        })
        .collect()
}

/// Names of tests that may be skipped; each stands with its reason.
pub fn skips() -> Result<Vec<String>, Error> {
    Ok(lines("skips")?.into_iter().map(|(name, _)| name).collect())
}

/// A fault and the arguments of the `cargo test` that must see it.
pub fn faults() -> Result<Vec<(String, Vec<String>)>, Error> {
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect();
    Ok(lines("faults")?.into_iter().map(|(name, arguments)| (name, words(arguments))).collect())
}

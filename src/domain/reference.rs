//! Under which number an authority keeps an application.

use std::fmt;

use serde::{Deserialize, Serialize};

/// No number that a person reads out is longer.
const LONGEST: usize = 64;

/// What a receipt names: letters, digits and what stands between them. It is no secret, and alone it opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Reference(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reference has 1 to {LONGEST} letters, digits and - _ . /")]
pub struct ReferenceError;

impl Reference {
    /// What stands at the beginning of `text`, up to the first sign that no reference has.
    pub fn leading(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || ":：".contains(c));
        let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
        let (own, _) = text.split_at(end);
        Self::try_from(own.trim_end_matches(['.', '/']).to_owned()).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_./".contains(c)
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        let fits = (1..=LONGEST).contains(&text.len()) && text.chars().all(is_part);
        if fits { Ok(Self(text)) } else { Err(ReferenceError) }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn a_reference_ends_where_words_begin() {
        let leading = |text: &str| Reference::leading(text).map(|reference| reference.to_string());
        assert_eq!(leading("： R-2026/07_1です").as_deref(), Some("R-2026/07_1"));
        assert_eq!(leading("12345. Thank you").as_deref(), Some("12345"));
        for none in ["", " ", "。123", "です", &"1".repeat(65)] {
            assert_eq!(leading(none), None, "{none}");
        }
    }
}

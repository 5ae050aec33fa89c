//! What came back from a CA, before anybody believes it.

use serde::{Deserialize, Serialize};
use url::Url;

/// An answer as it came off the wire (or out of a file), kept before it is read. Credentials that the server echoed
/// have been blanked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The address that answered; trust page 2 names it.
    pub url: Url,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

/// How much of a page is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    #[default]
    Whole,
    /// The connection ended, or the time, before the page did.
    Torn,
    /// Only the beginning was kept.
    Clipped,
}

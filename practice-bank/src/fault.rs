use serde::{Deserialize, Serialize};

/// Something that goes wrong with the next enrollment that would otherwise succeed.
///
/// A fault waits until a customer with right numbers and a right request comes; it strikes once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Issued; half of the answer arrives, then the connection ends.
    Truncate,
    /// Issued for a key of the bank's own making.
    OtherKey,
    /// Nothing issued; no answer, and the connection stays open.
    Hang,
    /// 202 with Retry-After (RFC 7030 §4.2.3), at the old pages 「後ほど」; issued at the same request's next visit.
    Pending,
    /// Nothing issued; 500.
    ServerError,
    /// Nothing issued; a web page where a certificate was expected, at the old pages 「(115)」 (E10).
    HtmlError,
    /// Issued; the answer is base64 of nonsense.
    Garbage,
    /// Issued; the connection ends without an answer.
    DropBeforeAnswer,
    /// Issued for servers instead of clients.
    NotClientAuth,
    /// Issued by an authority nobody knows.
    OtherIssuer,
}

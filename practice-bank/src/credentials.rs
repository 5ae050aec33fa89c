use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::{HeaderMap, header::AUTHORIZATION};

/// What HTTP Basic brought (RFC 7617, RFC 7030 §3.2.3); never printed.
pub(crate) struct Credentials {
    pub user: String,
    pub password: String,
}

impl Credentials {
    /// `None` when there are none, or none that can be read.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("Basic") {
            return None;
        }
        let pair = String::from_utf8(STANDARD.decode(token.trim()).ok()?).ok()?;
        let (user, password) = pair.split_once(':')?;
        Some(Self { user: user.to_owned(), password: password.to_owned() })
    }
}

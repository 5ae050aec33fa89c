//! The few response headers that mean something here.

use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::header::{HeaderMap, HeaderName};

pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

pub(super) fn texts(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
}

/// An IMF-fixdate (RFC 9110 §5.6.7). A wrong day of the week is not worth losing the date for.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    const PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
    PARSER.parse_timestamp(text.trim()).ok()
}

/// `Retry-After` is a date or a number of seconds (RFC 9110 §10.2.3), counted from `now`.
pub(super) fn retry_after(text: &str, now: Timestamp) -> Option<Timestamp> {
    match text.trim().parse::<u32>() {
        Ok(seconds) => now.checked_add(SignedDuration::from_secs(i64::from(seconds))).ok(),
        Err(_) => date(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_retry_after_may_be_seconds_or_a_date() {
        let now = at("2026-04-01T00:00:00Z");
        assert_eq!(retry_after(" 120 ", now), Some(at("2026-04-01T00:02:00Z")));
        assert_eq!(retry_after("Wed, 01 Apr 2026 09:30:00 GMT", now), Some(at("2026-04-01T09:30:00Z")));
    }

    #[test]
    fn a_retry_after_that_means_nothing_is_none() {
        let now = at("2026-04-01T00:00:00Z");
        for text in ["", "soon", "-5", "99999999999999999999"] {
            assert_eq!(retry_after(text, now), None, "{text:?}");
        }
    }

    #[test]
    fn a_date_with_the_wrong_weekday_is_still_a_date() {
        assert_eq!(date("Mon, 01 Apr 2026 09:30:00 GMT"), Some(at("2026-04-01T09:30:00Z")));
    }
}

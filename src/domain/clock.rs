//! Time is a port: tests hold the clock.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

pub trait Clock: Send + Sync + std::fmt::Debug {
    fn now(&self) -> Timestamp;
}

/// The clock of this PC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The day on which this program was built, in UTC. A clock that shows an earlier one is wrong.
pub fn build_day() -> Date {
    let seconds = env!("SHIRUSHI_BUILT_AT").parse().unwrap_or_default();
    TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).unwrap_or_default()).date()
}

/// Whether a clock that shows `now` is before the day on which this program was built.
pub fn is_before_build(now: Timestamp) -> bool {
    TimeZone::UTC.to_datetime(now).date() < build_day()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_day_of_the_build_itself_is_not_before_it() {
        let midnight = TimeZone::UTC.to_timestamp(build_day().at(0, 0, 0, 0)).expect("a day");
        assert!(!is_before_build(midnight));
        assert!(is_before_build(midnight - SignedDuration::from_secs(1)));
    }

    #[test]
    fn the_build_is_neither_in_the_distant_past_nor_to_come() {
        assert!(build_day() > jiff::civil::date(2025, 1, 1));
        assert!(!is_before_build(Timestamp::now()));
    }
}

//! Which of the bank's words is the right one today, from the certificate on this PC and the bank's time windows:
//! 取得, 更新, 再取得, 失効 and then 取得, or 再発行. Who has to act, and until when.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::{Afterwards, Profile};

/// What comes next for the user of this PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// 取得: none found.
    Get,
    /// A valid one is here and renewal has not opened.
    NotYet { days_left: i32, opens: Date },
    /// 更新: still valid, and the bank still takes renewals.
    Renew { days_left: i32 },
    /// Still valid, but renewals are over. What comes after its end is `then`.
    RenewalOver { ends: Timestamp, then: AfterEnd },
    /// 再取得: expired, and the bank still lets the user get a new one.
    GetAgain { days_ago: i32, until: Date },
    /// 失効, then 取得: expired too long ago at a bank that wants the old one revoked first.
    RevokeFirst { until: LastDay },
    /// 再発行が必要: expired too long ago.
    ReissueNeeded { until: LastDay },
}

/// What waits behind the end of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterEnd {
    GetAgain,
    Revocation,
    Reissue,
}

/// When the last day was on which the user could have acted alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastDay {
    /// Of the days after expiry in which 再取得 is possible.
    GetAgain(Date),
    /// At this bank there are none: the day of expiry.
    Expiry(Date),
}

/// Who has to act first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Nobody has to, yet.
    Nobody,
    /// Whoever sits at this PC.
    User,
    /// Who releases this role's lock and issues again: 管理者, or the bank.
    Issuer,
}

impl Route {
    /// The route at `now` for a certificate that ends at `ends` (`None`: there is none), with days as in `zone`.
    pub fn of(profile: &Profile, ends: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> Self {
        let Some(ends) = ends else { return Self::Get };
        let local = zone.to_datetime(now);
        if now > ends {
            Self::after(profile, zone.to_datetime(ends).date(), local.date())
        } else {
            Self::before(profile, (ends, zone.to_datetime(ends).date()), local)
        }
    }

    fn before(profile: &Profile, (ends, expiry): (Timestamp, Date), now: DateTime) -> Self {
        let opens = profile.renewal_opens(expiry);
        let days_left = days_between(now.date(), expiry);
        let windows = &profile.windows;
        let closes = windows.renewal_ends.map(|time| expiry.to_datetime(time));
        if now.date() < opens {
            Self::NotYet { days_left, opens }
        } else if closes.is_some_and(|closes| now > closes) {
            let then = match (windows.reacquire, windows.afterwards) {
                (1.., _) => AfterEnd::GetAgain,
                (_, Afterwards::Revoke) => AfterEnd::Revocation,
                (_, Afterwards::Reissue) => AfterEnd::Reissue,
            };
            Self::RenewalOver { ends, then }
        } else {
            Self::Renew { days_left }
        }
    }

    fn after(profile: &Profile, expiry: Date, today: Date) -> Self {
        let windows = &profile.windows;
        let until = match windows.reacquire {
            0 => LastDay::Expiry(expiry),
            days => LastDay::GetAgain(expiry.saturating_add(jiff::Span::new().days(days))),
        };
        match (until, windows.afterwards) {
            (LastDay::GetAgain(until), _) if today <= until => {
                Self::GetAgain { days_ago: days_between(expiry, today), until }
            }
            (until, Afterwards::Revoke) => Self::RevokeFirst { until },
            (until, Afterwards::Reissue) => Self::ReissueNeeded { until },
        }
    }

    pub fn actor(&self) -> Actor {
        match self {
            Self::NotYet { .. } | Self::RenewalOver { .. } => Actor::Nobody,
            Self::Get | Self::Renew { .. } | Self::GetAgain { .. } => Actor::User,
            Self::RevokeFirst { .. } | Self::ReissueNeeded { .. } => Actor::Issuer,
        }
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

#[cfg(test)]
mod tests;

//! Which of the bank's words is the right one today: 取得, 更新, 再取得 or 再発行.

use jiff::civil::Date;

use super::Profile;

/// What the user of this PC should do, from the certificate that is found and the bank's time windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// 取得: none found.
    Get,
    /// A valid one is here and renewal has not opened.
    NotYet { days_left: i32, opens: Date },
    /// 更新: still valid, within the renewal window.
    Renew { days_left: i32 },
    /// 再取得: expired, and the bank still lets the user get a new one.
    GetAgain { days_ago: i32, until: Date },
    /// 再発行が必要: expired too long ago.
    ReissueNeeded { ended: Date },
}

/// The route for a certificate that ends on `expiry` (`None`: there is none), seen on `today`.
pub fn route(profile: &Profile, expiry: Option<Date>, today: Date) -> Route {
    let Some(expiry) = expiry else {
        return Route::Get;
    };
    let days_left = (expiry - today).get_days();
    let opens = profile.renewal_opens(expiry);
    let until = expiry.saturating_add(jiff::Span::new().days(profile.windows.reacquire));
    if today < opens {
        Route::NotYet { days_left, opens }
    } else if days_left >= 0 {
        Route::Renew { days_left }
    } else if today <= until {
        Route::GetAgain { days_ago: -days_left, until }
    } else {
        Route::ReissueNeeded { ended: until }
    }
}

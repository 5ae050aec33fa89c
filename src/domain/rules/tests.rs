use jiff::{SignedDuration, civil::time};

use super::*;
use crate::domain::TimeWindows;

/// Every span that banks were seen to have: when renewal opens, when it ends, how long 再取得 is possible, what then.
fn banks() -> Vec<Profile> {
    let mut all = Vec::new();
    for renewal_opens in [28, 30, 40, 45, 90] {
        for renewal_ends in [None, Some(time(8, 59, 0, 0))] {
            for reacquire in [0, 80, 90, 180] {
                for afterwards in [Afterwards::Reissue, Afterwards::Revoke] {
                    all.push(bank(renewal_opens, renewal_ends, reacquire, afterwards));
                }
            }
        }
    }
    all
}

fn bank(
    renewal_opens: i32,
    renewal_ends: Option<jiff::civil::Time>,
    reacquire: i32,
    afterwards: Afterwards,
) -> Profile {
    let text = include_str!("../../../tests/support/profile.toml");
    let mut profile = Profile::from_toml(text).expect("a profile");
    profile.windows = TimeWindows { validity: 365, renewal_opens, renewal_ends, reacquire, afterwards, pickup: 80 };
    profile
}

fn tokyo() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(9))
}

fn at(moment: &str) -> Timestamp {
    format!("{moment}+09:00").parse().expect("a moment")
}

/// The end of every certificate here.
fn ends() -> Timestamp {
    at("2027-03-15T23:59:59")
}

fn route(bank: &Profile, moment: &str) -> Route {
    Route::of(bank, Some(ends()), at(moment), &tokyo())
}

/// Where on the road of a year a route stands.
fn place(route: &Route) -> usize {
    match route {
        Route::Get => 0,
        Route::NotYet { .. } => 1,
        Route::Renew { .. } => 2,
        Route::RenewalOver { .. } => 3,
        Route::GetAgain { .. } => 4,
        Route::RevokeFirst { .. } | Route::ReissueNeeded { .. } => 5,
    }
}

/// All hours from half a year before the end to most of a year after it.
fn hours() -> impl Iterator<Item = Timestamp> {
    (-180 * 24..300 * 24).filter_map(|hours| ends().checked_add(SignedDuration::from_hours(hours)).ok())
}

#[test]
fn a_pc_without_a_certificate_gets_one() {
    for bank in banks() {
        assert_eq!(Route::of(&bank, None, ends(), &tokyo()), Route::Get);
    }
}

#[test]
fn time_only_leads_onwards_at_every_bank() {
    for bank in banks() {
        let places: Vec<usize> = hours().map(|now| place(&Route::of(&bank, Some(ends()), now, &tokyo()))).collect();
        assert!(places.is_sorted(), "{:?}", bank.windows);
        assert_eq!((places.first(), places.last()), (Some(&1), Some(&5)), "{:?}", bank.windows);
    }
}

#[test]
fn a_road_is_only_offered_while_the_bank_keeps_it_open() {
    for bank in banks() {
        let windows = &bank.windows;
        for now in hours() {
            let days = (tokyo().to_datetime(now).date() - tokyo().to_datetime(ends()).date()).get_days();
            match Route::of(&bank, Some(ends()), now, &tokyo()) {
                Route::Renew { days_left } => {
                    assert!(now <= ends() && days_left <= windows.renewal_opens && days_left == -days);
                    let hour = tokyo().to_datetime(now).time();
                    assert!(days < 0 || windows.renewal_ends.is_none_or(|closes| hour <= closes));
                }
                Route::GetAgain { days_ago, until } => {
                    assert!(now > ends() && days_ago == days && days <= windows.reacquire);
                    assert!(tokyo().to_datetime(now).date() <= until);
                }
                Route::NotYet { opens, .. } => assert!(tokyo().to_datetime(now).date() < opens),
                Route::RenewalOver { .. } => assert!(now <= ends() && windows.renewal_ends.is_some() && days == 0),
                Route::RevokeFirst { .. } => {
                    assert!(days >= windows.reacquire && windows.afterwards == Afterwards::Revoke);
                }
                Route::ReissueNeeded { .. } => {
                    assert!(days >= windows.reacquire && windows.afterwards == Afterwards::Reissue);
                }
                Route::Get => panic!("there is a certificate"),
            }
        }
    }
}

#[test]
fn renewal_opens_on_its_day_and_ends_at_its_minute() {
    let bank = bank(30, Some(time(8, 59, 0, 0)), 90, Afterwards::Reissue);
    let opens = jiff::civil::date(2027, 2, 13);
    assert_eq!(route(&bank, "2027-02-12T23:59:59"), Route::NotYet { days_left: 31, opens });
    assert_eq!(route(&bank, "2027-02-13T00:00:00"), Route::Renew { days_left: 30 });
    assert_eq!(route(&bank, "2027-03-15T08:59:00"), Route::Renew { days_left: 0 });
    assert_eq!(route(&bank, "2027-03-15T08:59:01"), Route::RenewalOver { ends: ends(), then: AfterEnd::GetAgain });
}

#[test]
fn a_missed_renewal_says_what_comes_after_the_end() {
    let then =
        |reacquire, afterwards| route(&bank(30, Some(time(8, 59, 0, 0)), reacquire, afterwards), "2027-03-15T12:00:00");
    let over = |then| Route::RenewalOver { ends: ends(), then };
    assert_eq!(then(90, Afterwards::Revoke), over(AfterEnd::GetAgain));
    assert_eq!(then(0, Afterwards::Revoke), over(AfterEnd::Revocation));
    assert_eq!(then(0, Afterwards::Reissue), over(AfterEnd::Reissue));
}

#[test]
fn the_user_may_get_it_again_up_to_the_last_day_and_then_others_must_act() {
    let (until, after) = (jiff::civil::date(2027, 6, 13), jiff::civil::date(2027, 6, 14));
    assert_eq!((after - until).get_days(), 1);
    let reissue = bank(30, None, 90, Afterwards::Reissue);
    assert_eq!(route(&reissue, "2027-03-16T00:00:00"), Route::GetAgain { days_ago: 1, until });
    assert_eq!(route(&reissue, "2027-06-13T23:59:59"), Route::GetAgain { days_ago: 90, until });
    let needed = Route::ReissueNeeded { until: LastDay::GetAgain(until) };
    assert_eq!(route(&reissue, "2027-06-14T00:00:00"), needed);
    let revoke = bank(30, None, 0, Afterwards::Revoke);
    let at_once = Route::RevokeFirst { until: LastDay::Expiry(jiff::civil::date(2027, 3, 15)) };
    assert_eq!(route(&revoke, "2027-03-16T00:00:00"), at_once);
    assert_eq!((needed.actor(), at_once.actor()), (Actor::Issuer, Actor::Issuer));
}

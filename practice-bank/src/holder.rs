use std::time::Duration;

use der::{Decode, Encode};
use jiff::{Timestamp, civil::Weekday, tz::Offset};
use x509_cert::Certificate;

use crate::certificate::serial_hex;

/// Who stands behind a shown certificate, in words for the status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub name: String,
    /// Lower-case hex.
    pub serial: String,
    pub expiry: String,
    /// DER.
    pub subject: Vec<u8>,
    /// Unix seconds.
    not_after: i64,
}

impl Holder {
    pub fn read(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        let tbs = certificate.tbs_certificate();
        let not_after = i64::try_from(tbs.validity().not_after.to_unix_duration().as_secs()).ok()?;
        Some(Self {
            name: tbs.subject().common_name().ok()??.value().into_owned(),
            serial: serial_hex(&certificate),
            expiry: japanese_date(not_after)?,
            subject: tbs.subject().to_der().ok()?,
            not_after,
        })
    }

    pub fn is_expired(&self) -> bool {
        Timestamp::now().as_second() > self.not_after
    }

    /// Of its validity, since 1970.
    pub fn last_second(&self) -> Option<Duration> {
        u64::try_from(self.not_after).ok().map(Duration::from_secs)
    }

    /// As it stands on paper: upper case, in groups of four.
    pub fn grouped_serial(&self) -> String {
        let upper = self.serial.to_uppercase();
        let digits: Vec<char> = upper.chars().collect();
        let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }
}

/// 2027年11月23日(火) 15時04分, in Japan, where the customers are.
fn japanese_date(unix_seconds: i64) -> Option<String> {
    let there = Offset::constant(9).to_datetime(Timestamp::from_second(unix_seconds).ok()?);
    let weekday = match there.date().weekday() {
        Weekday::Monday => '月',
        Weekday::Tuesday => '火',
        Weekday::Wednesday => '水',
        Weekday::Thursday => '木',
        Weekday::Friday => '金',
        Weekday::Saturday => '土',
        Weekday::Sunday => '日',
    };
    Some(format!(
        "{}年{}月{}日({weekday}) {}時{:02}分",
        there.year(),
        there.month(),
        there.day(),
        there.hour(),
        there.minute()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_the_one_in_japan() {
        let new_year_in_japan = 1_798_729_200;
        let words = japanese_date(new_year_in_japan);
        assert_eq!(words.as_deref(), Some("2027年1月1日(金) 0時00分"));
    }

    #[test]
    fn the_serial_is_read_out_in_groups_of_four() {
        let holder = Holder {
            name: String::new(),
            serial: "40ab12cd34".to_owned(),
            expiry: String::new(),
            subject: Vec::new(),
            not_after: 0,
        };
        assert_eq!(holder.grouped_serial(), "40AB 12CD 34");
    }
}

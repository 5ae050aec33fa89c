//! 更新: which certificate can be renewed here, and why one cannot.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Applicant, Cause, Desk, During, Error, Issued, Means, claim::Claim};
use crate::{
    domain::{Certificate, Profile, Renewal, Route, Secret, Thumbprint},
    keystore::Capacity,
};

/// Why nothing is renewed. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRenewable {
    #[error("the bank renews certificates on its own pages only")]
    NotOffered,
    #[error("no certificate of this bank that can be renewed is in the store")]
    None,
    #[error("several certificates of this bank can be renewed: say which one")]
    Several,
    /// The one that was named is not in the store, or its key is not.
    #[error("the certificate, or its key, is not in the store")]
    NotHere,
    #[error("it can be renewed from {opens}")]
    TooEarly { opens: Date },
    /// Valid still, but the bank's hour is over.
    #[error("renewals of it are over")]
    TooLate,
}

impl Applicant {
    /// 更新: the holder of `present` asks for the next one. What would be refused for certain stops here.
    pub fn renewing(desk: Desk, present: Certificate) -> Result<Self, Error> {
        check_possible(&desk).map_err(failed)?;
        if desk.ports.clock.now() > present.not_after() {
            return Err(failed(Cause::PresentExpired));
        }
        Ok(Self { desk, claim: Claim::Renewal(present), earlier: None })
    }
}

/// Whether this bank and this store know renewals at all.
fn check_possible(desk: &Desk) -> Result<(), Cause> {
    if desk.profile.ca.renewal != Renewal::Est {
        return Err(Cause::NotRenewable(NotRenewable::NotOffered));
    }
    // The new key stands beside the old one until it is proven.
    match desk.ports.store.description().capacity {
        Capacity::OneKey => Err(Cause::NoRoomBeside),
        Capacity::ManyKeys => Ok(()),
    }
}

/// The certificate of this bank that can be renewed today: the one with this thumbprint, or the only one. A store that
/// has a password is opened with it. `zone` decides which day it is.
pub async fn renewable(
    desk: &Desk,
    wanted: Option<Thumbprint>,
    store_secret: Option<Secret>,
    zone: &TimeZone,
) -> Result<Certificate, Error> {
    check_possible(desk).map_err(failed)?;
    desk.unlock(store_secret).await.map_err(failed)?;
    let certificates = desk.with_store(|store| store.certificates()).await.map_err(failed)?;
    choose(&desk.profile, certificates, wanted, &Today { zone, now: desk.ports.clock.now() }).map_err(failed)
}

struct Today<'a> {
    zone: &'a TimeZone,
    now: Timestamp,
}

impl Today<'_> {
    fn route(&self, profile: &Profile, certificate: &Certificate) -> Route {
        Route::of(profile, Some(certificate.not_after()), self.now, self.zone)
    }
}

fn choose(
    profile: &Profile,
    certificates: Vec<Certificate>,
    wanted: Option<Thumbprint>,
    today: &Today<'_>,
) -> Result<Certificate, Cause> {
    let mut ours = certificates.into_iter().filter(|certificate| profile.names_its_issuer(certificate));
    if let Some(wanted) = wanted {
        let named = ours.find(|certificate| certificate.thumbprint() == wanted);
        let named = named.ok_or(Cause::NotRenewable(NotRenewable::NotHere))?;
        return match today.route(profile, &named) {
            Route::NotYet { opens, .. } => Err(Cause::NotRenewable(NotRenewable::TooEarly { opens })),
            Route::RenewalOver { .. } => Err(Cause::NotRenewable(NotRenewable::TooLate)),
            Route::GetAgain { .. } | Route::RevokeFirst { .. } | Route::ReissueNeeded { .. } => {
                Err(Cause::PresentExpired)
            }
            Route::Get | Route::Renew { .. } => Ok(named),
        };
    }
    let ours: Vec<Certificate> = ours.collect();
    let due = |certificate: &&Certificate| matches!(today.route(profile, certificate), Route::Renew { .. });
    // One that has been followed by a newer one of the same holder is not what anybody means.
    let followed =
        |one: &Certificate| ours.iter().any(|other| other.has_subject_of(one) && other.not_after() > one.not_after());
    let mut due = ours.iter().filter(due).filter(|certificate| !followed(certificate));
    match (due.next(), due.next()) {
        (Some(only), None) => Ok(only.clone()),
        (Some(_), Some(_)) => Err(Cause::NotRenewable(NotRenewable::Several)),
        (None, _) => Err(why_none(profile, &ours, today)),
    }
}

/// The newest one says why.
fn why_none(profile: &Profile, ours: &[Certificate], today: &Today<'_>) -> Cause {
    let newest = ours.iter().max_by_key(|certificate| certificate.not_after());
    match newest.map(|newest| today.route(profile, newest)) {
        Some(Route::NotYet { opens, .. }) => Cause::NotRenewable(NotRenewable::TooEarly { opens }),
        Some(Route::RenewalOver { .. }) => Cause::NotRenewable(NotRenewable::TooLate),
        Some(Route::GetAgain { .. } | Route::RevokeFirst { .. } | Route::ReissueNeeded { .. }) => Cause::PresentExpired,
        Some(Route::Get | Route::Renew { .. }) | None => Cause::NotRenewable(NotRenewable::None),
    }
}

fn failed(cause: Cause) -> Error {
    Error::new(During::Introduction, Issued::No, cause).by(Means::Certificate)
}

//! What runs in the background, and what it comes back with.

use std::{future::Future, sync::Arc};

use tokio::sync::mpsc;

use super::{Does, Effects, Job, Place, Saved, Wizard, World, courier::Delivered, detour::Detour};
use crate::{
    domain::{Certificate, Profile, Role, Secret},
    journal::Enrollment,
    keystore::{StoreDescription, StoreError, TriesLeft},
    page::login::{Elsewhere, Found},
    session::{
        self, Answered, Applicant, Applied, Asked, Complete, During, Introduced, Issued, Progress, Received, Resumed,
        Setback,
    },
};

/// How a job ended.
#[derive(Debug)]
pub enum Outcome {
    Opened(Box<Opened>),
    /// A file or a card instead of a browser.
    Elsewhere(Detour),
    /// With the store as it is now.
    Introduced(Result<(Introduced, StoreDescription), Setback>),
    /// By hand: the store before the key is made.
    Described(Box<(Applicant, StoreDescription)>),
    Drafted(Result<Asked, Setback>),
    Carried(Delivered),
    Applied(Result<Applied, Setback>),
    Kept(Result<Received, Setback>),
    /// The store of a certificate that has come, looked at.
    Looked(Box<Looked>),
    /// With the certificate that was in use before.
    Installed(Result<(Complete, Option<Certificate>), Setback>),
    LoginTried(Complete),
    GivenUp(Result<(), session::Error>),
    ReceiptSaved(Saved),
    LetterSaved(Saved),
    /// It ended without a result: our fault. The journal knows how far it came.
    Died,
}

/// What was found on this PC.
#[derive(Debug)]
pub struct Opened {
    pub places: Vec<Place>,
    pub found: Vec<Found>,
    pub elsewhere: Vec<Elsewhere>,
    /// Why there is no place, where one is there and cannot be used now.
    pub hindrance: Option<session::Error>,
    /// What an earlier run left, and in which of the places.
    pub unfinished: Result<Option<(usize, Role, Resumed)>, session::Error>,
}

/// A certificate that has come, and its store as it is now.
#[derive(Debug)]
pub struct Looked {
    pub received: Received,
    pub store: StoreDescription,
    pub old: Option<Certificate>,
    pub why: LookedFor,
}

/// What the store was looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookedFor {
    /// Trust page 2.
    Showing,
    /// The same page with the field red.
    AskingAgain(TriesLeft),
    /// Storing once more, unless the store waits for its password.
    StoringAgain,
}

impl Wizard {
    pub(super) fn job(&self, work: impl Future<Output = Outcome> + Send + 'static) -> Does {
        Effects { job: Some(survived(work)), ..Effects::default() }
    }

    /// A job that tells its steps.
    pub(super) fn job_with_steps<F>(&self, work: impl FnOnce(Progress) -> F) -> Does
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (progress, steps) = mpsc::unbounded_channel();
        Effects { job: Some(survived(work(progress))), progress: Some(steps), ..Effects::default() }
    }
}

/// A panic in a job must not leave a window that waits, and holds, for ever.
fn survived(work: impl Future<Output = Outcome> + Send + 'static) -> Job<Outcome> {
    Box::pin(async move { tokio::spawn(work).await.unwrap_or(Outcome::Died) })
}

/// Opens the stores, looks for certificates, and finds what an earlier run left.
pub(super) async fn open(world: World) -> Outcome {
    let looking = world.clone();
    let around = tokio::task::spawn_blocking(move || look_around(&looking)).await;
    let Around { mut places, found, elsewhere, hindrance, unfinished } = around.unwrap_or_else(|_| Around::nothing());
    let unfinished = match unfinished {
        Ok(None) => tidy_up(&world, &places).await.map(|()| None),
        Ok(Some(enrollment)) => resume(&world, &mut places, enrollment).await,
        Err(error) => Err(error),
    };
    Outcome::Opened(Box::new(Opened { places, found, elsewhere, hindrance, unfinished }))
}

/// What is on this PC before anything of it is touched.
struct Around {
    places: Vec<Place>,
    found: Vec<Found>,
    elsewhere: Vec<Elsewhere>,
    hindrance: Option<session::Error>,
    unfinished: Result<Option<Enrollment>, session::Error>,
}

impl Around {
    fn nothing() -> Self {
        let unfinished = Err(session::Error::at_start(session::Cause::TaskDied));
        Self { places: Vec::new(), found: Vec::new(), elsewhere: Vec::new(), hindrance: None, unfinished }
    }
}

fn look_around(world: &World) -> Around {
    let unfinished = session::unfinished(&world.journal).map_err(session::Error::at_start);
    let places = world.shelf.places().into_iter();
    let (places, found): (Vec<Place>, _) = places.map(|place| with_certificates(place, &world.profile)).unzip();
    let hindrance = places.is_empty().then(|| world.shelf.hindrance()).flatten();
    let hindrance = hindrance.map(|error| session::Error::new(During::KeyCreation, Issued::No, error));
    Around { places, found, elsewhere: world.shelf.elsewhere(), hindrance, unfinished }
}

/// What earlier runs left in any store of this PC.
async fn tidy_up(world: &World, places: &[Place]) -> Result<(), session::Error> {
    for place in places {
        let role = world.profile.roles[0].clone(); // tidying asks for no role; a profile without any does not exist
        session::tidy_up(&world.desk(role, Arc::clone(&place.store))).await?;
    }
    Ok(())
}

async fn resume(
    world: &World,
    places: &mut Vec<Place>,
    enrollment: Enrollment,
) -> Result<Option<(usize, Role, Resumed)>, session::Error> {
    let (shelf, known, address) = (Arc::clone(&world.shelf), places.clone(), enrollment.intent().store.clone());
    let looked = tokio::task::spawn_blocking(move || {
        match known.iter().position(|place| place.store.description().address == address) {
            Some(index) => Ok((index, None)),
            None => shelf.place(&address).map(|place| (known.len(), Some(place))),
        }
    });
    let missing = |error: StoreError| session::Error::about(&enrollment, During::Resume, error);
    let died = |_| session::Error::at_start(session::Cause::TaskDied);
    let (index, more) = looked.await.map_err(died)?.map_err(missing)?;
    places.extend(more);
    let role = world.profile.role(&enrollment.intent().role).unwrap_or(&world.profile.roles[0]).clone();
    let desk = world.desk(role.clone(), Arc::clone(&places[index].store));
    Ok(session::resume(&desk).await?.map(|resumed| (index, role, resumed)))
}

/// A store, and the bank's certificates that can be seen in it: one that is closed shows nothing.
pub(super) fn with_certificates(place: Place, profile: &Profile) -> (Place, Found) {
    let certificates = place.store.certificates().unwrap_or_default().into_iter();
    let certificates = certificates.filter(|certificate| profile.names_its_issuer(certificate)).collect();
    let found = Found { certificates, store: place.store.description(), browser: place.name.clone() };
    (place, found)
}

pub(super) async fn introduce(applicant: Applicant) -> Outcome {
    let introduced = match applicant.introduce().await {
        Ok(introduced) => introduced,
        Err(setback) => return Outcome::Introduced(Err(setback)),
    };
    in_background(move || {
        let store = introduced.store().description();
        Outcome::Introduced(Ok((introduced, store)))
    })
    .await
}

/// A store may be slow: it is looked at off the window's thread.
pub(super) async fn look(received: Received, why: LookedFor) -> Outcome {
    in_background(move || {
        let (store, old) = (received.store().description(), received.predecessor());
        Outcome::Looked(Box::new(Looked { received, store, old, why }))
    })
    .await
}

pub(super) async fn in_background(look: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    tokio::task::spawn_blocking(look).await.unwrap_or(Outcome::Died)
}

pub(super) async fn keep(answered: Answered, progress: Progress) -> Outcome {
    Outcome::Kept(answered.keep(&progress).await)
}

pub(super) async fn install(received: Received, store_secret: Option<Secret>, progress: Progress) -> Outcome {
    match received.install(store_secret, progress).await {
        Ok(complete) => {
            in_background(move || {
                let old = complete.predecessor();
                Outcome::Installed(Ok((complete, old)))
            })
            .await
        }
        Err(setback) => Outcome::Installed(Err(setback)),
    }
}

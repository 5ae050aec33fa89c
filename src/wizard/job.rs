//! What runs in the background, and what it comes back with.

use std::{future::Future, sync::Arc};

use tokio::sync::mpsc;

use super::{Does, Effects, Job, Place, Saved, Wizard, World};
use crate::{
    domain::{Profile, Role, Secret},
    journal::Intent,
    keystore::StoreError,
    page::login::Found,
    session::{self, Answered, Applicant, Applied, Complete, Introduced, Progress, Received, Resumed, Setback},
};

/// How a job ended.
#[derive(Debug)]
pub enum Outcome {
    Opened(Box<Opened>),
    Introduced(Result<Introduced, Setback>),
    Applied(Result<Applied, Setback>),
    Kept(Result<Received, Setback>),
    Installed(Result<Complete, Setback>),
    LoginTried(Complete),
    GivenUp(Result<(), session::Error>),
    ReceiptSaved(Saved),
    /// It ended without a result: our fault. The journal knows how far it came.
    Died,
}

/// What was found on this PC.
#[derive(Debug)]
pub struct Opened {
    pub places: Vec<Place>,
    pub found: Vec<Found>,
    /// What an earlier run left, and in which of the places.
    pub unfinished: Result<Option<(usize, Role, Resumed)>, session::Error>,
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
    let looked = tokio::task::spawn_blocking(move || look_around(&looking)).await;
    let (mut places, unfinished) =
        looked.unwrap_or_else(|_| (Vec::new(), Err(session::Error::at_start(session::Cause::TaskDied))));
    let found = places.iter().map(|place| found_in(place, &world.profile)).collect();
    let unfinished = match unfinished {
        Ok(None) => tidy_up(&world, &places).await.map(|()| None),
        Ok(Some(intent)) => resume(&world, &mut places, intent).await,
        Err(error) => Err(error),
    };
    Outcome::Opened(Box::new(Opened { places, found, unfinished }))
}

type Looked = (Vec<Place>, Result<Option<Intent>, session::Error>);

fn look_around(world: &World) -> Looked {
    let unfinished = session::unfinished(&world.journal).map_err(session::Error::at_start);
    (world.shelf.places(), unfinished.map(|open| open.map(|enrollment| enrollment.intent().clone())))
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
    intent: Intent,
) -> Result<Option<(usize, Role, Resumed)>, session::Error> {
    let index = match places.iter().position(|place| place.store.description().address == intent.store) {
        Some(index) => index,
        None => {
            places.push(world.shelf.place(&intent.store).map_err(session::Error::at_start)?);
            places.len() - 1
        }
    };
    let role = world.profile.role(&intent.role).unwrap_or(&world.profile.roles[0]).clone();
    let desk = world.desk(role.clone(), Arc::clone(&places[index].store));
    Ok(session::resume(&desk).await?.map(|resumed| (index, role, resumed)))
}

fn found_in(place: &Place, profile: &Profile) -> Found {
    let certificates = match place.store.certificates() {
        Ok(certificates) => certificates,
        Err(StoreError::SecretNeeded) => Vec::new(), // a locked store shows nothing before it is opened
        Err(_) => Vec::new(),
    };
    let ours = certificates.into_iter().filter(|certificate| profile.names_its_issuer(certificate)).collect();
    Found { certificates: ours, store: place.store.description(), browser: place.name.clone() }
}

pub(super) async fn introduce(applicant: Applicant) -> Outcome {
    Outcome::Introduced(applicant.introduce().await)
}

pub(super) async fn keep(answered: Answered, progress: Progress) -> Outcome {
    Outcome::Kept(answered.keep(&progress).await)
}

pub(super) async fn install(received: Received, store_secret: Option<Secret>, progress: Progress) -> Outcome {
    Outcome::Installed(received.install(store_secret, progress).await)
}

//! The way to another place for the key than a browser: what runs in the background, and what it comes back with.

use std::path::PathBuf;

use super::{Chosen, Does, Effects, Outcome, Place, Wizard, World, job, stage::Stage};
use crate::{
    keystore::{Address, Encryption, StoreError, StoreLock, TokenModule},
    page::{
        self,
        login::{Elsewhere, Found, Miss},
    },
};

/// How the way ended.
#[derive(Debug)]
pub enum Detour {
    Found(Vec<(Place, Found)>),
    NoFileChosen {
        suggested: PathBuf,
    },
    /// `file`: the one that cannot be used.
    Missed {
        miss: Miss,
        file: Option<PathBuf>,
    },
}

impl Wizard {
    pub(super) fn look_elsewhere(&self, elsewhere: Elsewhere) -> Does {
        let world = self.world.clone();
        match elsewhere {
            Elsewhere::File => {
                let name = page::login::suggested_file(&self.words);
                self.job(async move { Outcome::Elsewhere(choose_file(world, name).await) })
            }
            Elsewhere::Token(module) => {
                self.job(async move { Outcome::Elsewhere(in_background(move || tokens(&world, &module)).await) })
            }
        }
    }

    pub(super) fn use_file(&self, file: PathBuf) -> Does {
        let world = self.world.clone();
        self.job(async move { Outcome::Elsewhere(in_background(move || file_stores(&world, file)).await) })
    }

    /// Somebody who has gone on meanwhile has chosen already.
    pub(super) fn came_from_elsewhere(&mut self, detour: Detour) -> Does {
        let Stage::Login(page) = &mut self.stage else { return Effects::default() };
        match detour {
            Detour::Found(found) => {
                let (places, found): (Vec<Place>, Vec<Found>) = found.into_iter().unzip();
                self.places.truncate(self.browsers);
                self.places.extend(places);
                page.found_elsewhere(found);
            }
            Detour::NoFileChosen { suggested } => page.no_file_chosen(&suggested),
            Detour::Missed { miss, file } => page.missed(miss, file.as_deref()),
        }
        Effects::default()
    }
}

async fn choose_file(world: World, suggested_name: String) -> Detour {
    match world.saver.choose(suggested_name).await {
        Chosen::File(file) => in_background(move || file_stores(&world, file)).await,
        Chosen::Nothing { suggested } => Detour::NoFileChosen { suggested },
    }
}

/// A module may take its time, and a disk too.
async fn in_background(look: impl FnOnce() -> Detour + Send + 'static) -> Detour {
    let looked = tokio::task::spawn_blocking(look).await;
    looked.unwrap_or(Detour::Missed { miss: Miss::ModuleFailed, file: None })
}

/// The same file in both ways to encrypt it.
fn file_stores(world: &World, file: PathBuf) -> Detour {
    let file = with_extension(file);
    let open = |encryption| {
        let place = world.shelf.place(&Address::Pkcs12 { file: file.clone(), encryption }.to_string())?;
        Ok::<_, StoreError>(job::with_certificates(place, &world.profile))
    };
    let missed = |miss| Detour::Missed { miss, file: Some(file.clone()) };
    match (open(Encryption::Modern), open(Encryption::OldSystems)) {
        (Ok(modern), Ok(_)) if modern.1.store.lock != StoreLock::New => missed(Miss::FileTaken),
        (Ok(modern), Ok(old)) => Detour::Found(vec![modern, old]),
        _ if file.symlink_metadata().is_ok() => missed(Miss::FileTaken),
        _ => missed(Miss::FolderMissing),
    }
}

/// Other programs know such a file by the end of its name.
fn with_extension(file: PathBuf) -> PathBuf {
    match file.extension() {
        Some(_) => file,
        None => file.with_extension("p12"),
    }
}

fn tokens(world: &World, module: &TokenModule) -> Detour {
    match world.shelf.tokens(module) {
        Ok(places) => {
            Detour::Found(places.into_iter().map(|place| job::with_certificates(place, &world.profile)).collect())
        }
        Err(StoreError::TokenMissing(_)) => Detour::Missed { miss: Miss::TokenMissing, file: None },
        Err(_) => Detour::Missed { miss: Miss::ModuleFailed, file: None },
    }
}

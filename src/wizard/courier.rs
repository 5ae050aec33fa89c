//! Files that are carried by hand: which one the user means, what is read from it or written to it, and what follows.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Chosen, Does, Effects, FileKind, Outcome, Wizard, World, stage::Stage};
use crate::{
    domain::RawAnswer,
    page::{
        Courier,
        courier::{self, Carried, Errand, Mishap},
    },
    protocol::validate::Rule,
    session::{self, Cause, Error, Interrupted, Received, Setback, Stuck},
};

/// How far an errand has come.
#[derive(Debug)]
pub enum Delivered {
    NothingChosen {
        carried: Carried,
        suggested: PathBuf,
    },
    /// In the dialog.
    Chosen(Carried, PathBuf),
    Read {
        file: PathBuf,
        answer: RawAnswer,
    },
    Imported {
        file: PathBuf,
        result: Result<Received, Setback>,
    },
    Saved(PathBuf),
    Missed {
        carried: Carried,
        file: PathBuf,
        mishap: Mishap,
    },
}

impl Wizard {
    pub(super) fn run(&mut self, errand: Errand) -> Does {
        let world = self.world.clone();
        match errand {
            Errand::Ask(Carried::Certificate) => {
                let kind = FileKind { name: courier::file_kind(&self.words), extensions: &courier::CERTIFICATE_FILES };
                self.job(async move { Outcome::Carried(pick(world, kind).await) })
            }
            Errand::Ask(Carried::Request) => {
                let name = courier::suggested_file(&self.words);
                self.job(async move { Outcome::Carried(choose(world, name).await) })
            }
            Errand::Use(Carried::Certificate, file) => self.job(async move { Outcome::Carried(read(file).await) }),
            Errand::Use(Carried::Request, file) => self.save_request(file),
        }
    }

    /// Where no open request is in memory, the journal has it.
    pub(super) fn import_where_it_is_open(&mut self) -> Does {
        self.errand = Some(Carried::Certificate);
        self.open_again()
    }

    pub(super) fn go_on_with(&mut self, errand: Option<Carried>) -> Does {
        match (errand, self.courier()) {
            (Some(carried), Some(courier)) => {
                courier.ask(carried);
                self.run(Errand::Ask(carried))
            }
            _ => Effects::default(),
        }
    }

    /// Somebody who has gone on meanwhile has decided: what comes then changes nothing.
    pub(super) fn delivered(&mut self, delivered: Delivered) -> Does {
        match delivered {
            Delivered::Read { file, answer } => return self.import(file, answer),
            Delivered::Imported { file, result } => return self.imported(&file, result),
            Delivered::Chosen(carried, file) => {
                self.tell(Courier::begin);
                return self.run(Errand::Use(carried, file));
            }
            Delivered::NothingChosen { carried, suggested } => {
                self.tell(|courier| courier.let_type(carried, &suggested));
            }
            Delivered::Saved(file) => {
                self.tell(|courier| courier.saved(file));
                self.toast = Some(courier::saved(&self.words));
            }
            Delivered::Missed { carried, file, mishap } => self.tell(|courier| courier.missed(carried, &file, mishap)),
        }
        Effects::default()
    }

    fn courier(&mut self) -> Option<&mut Courier> {
        match &mut self.stage {
            Stage::Resume { page, .. } => Some(page.courier()),
            Stage::Waiting { page, .. } => Some(page.courier()),
            _ => None,
        }
    }

    fn tell(&mut self, what: impl FnOnce(&mut Courier)) {
        if let Some(courier) = self.courier() {
            what(courier);
        }
    }

    /// The state is with the job until it is known what the file is.
    fn import(&mut self, file: PathBuf, answer: RawAnswer) -> Does {
        self.tell(Courier::begin);
        match &mut self.stage {
            Stage::Resume { interrupted, .. } => match interrupted.take() {
                Some(Interrupted::Asked(asked) | Interrupted::NotBelieved(asked)) => {
                    self.job(async move { imported(file, asked.import(answer).await) })
                }
                other => {
                    *interrupted = other;
                    Effects::default()
                }
            },
            Stage::Waiting { session, .. } => match session.take() {
                Some(waiting) => self.job(async move { imported(file, waiting.import(answer).await) }),
                // The CA is being asked at this moment, and what it says comes first.
                None => Effects::default(),
            },
            _ => Effects::default(),
        }
    }

    fn imported(&mut self, file: &Path, result: Result<Received, Setback>) -> Does {
        let (mishap, left) = match result {
            Ok(received) => return self.look(received),
            Err(Setback { error: Error { cause: Cause::WrongFile(rule), .. }, session }) => (mishap(rule), session),
            Err(setback) => return self.stuck(setback),
        };
        match (&mut self.stage, left) {
            (Stage::Resume { interrupted, .. }, Stuck::Asked(asked)) => *interrupted = Some(Interrupted::Asked(asked)),
            (Stage::Waiting { session, .. }, Stuck::Waiting(waiting)) => *session = Some(waiting),
            _ => {}
        }
        self.tell(|courier| courier.missed(Carried::Certificate, file, mishap));
        Effects::default()
    }

    fn save_request(&mut self, file: PathBuf) -> Does {
        let Stage::Resume { page, interrupted: Some(Interrupted::Asked(asked)) } = &mut self.stage else {
            return Effects::default();
        };
        let Some(request) = asked.request() else { return Effects::default() };
        page.courier().begin();
        self.job(async move { Outcome::Carried(write(file, request).await) })
    }
}

fn mishap(broken: Rule) -> Mishap {
    match broken {
        Rule::Readable => Mishap::NoCertificate,
        Rule::OurKey => Mishap::OtherKey,
        Rule::Chain => Mishap::OtherIssuer,
        Rule::ClientAuth
        | Rule::KeyUsage
        | Rule::NotACa
        | Rule::Dates
        | Rule::Subject
        | Rule::Algorithm
        | Rule::CriticalExtension
        | Rule::WellFormed => Mishap::NotAskedFor,
    }
}

async fn pick(world: World, kind: FileKind) -> Delivered {
    match Arc::clone(&world.saver).pick(kind).await {
        Chosen::File(file) => Delivered::Chosen(Carried::Certificate, file),
        Chosen::Nothing { suggested } => Delivered::NothingChosen { carried: Carried::Certificate, suggested },
    }
}

async fn choose(world: World, suggested_name: String) -> Delivered {
    match world.saver.choose(suggested_name).await {
        Chosen::File(file) => Delivered::Chosen(Carried::Request, file),
        Chosen::Nothing { suggested } => Delivered::NothingChosen { carried: Carried::Request, suggested },
    }
}

fn imported(file: PathBuf, result: Result<Received, Setback>) -> Outcome {
    Outcome::Carried(Delivered::Imported { file, result })
}

/// A disk may take its time.
async fn in_background(
    carried: Carried,
    file: PathBuf,
    work: impl FnOnce(&Path) -> Result<Delivered, Mishap> + Send + 'static,
) -> Delivered {
    let at_work = file.clone();
    let done = tokio::task::spawn_blocking(move || work(&at_work)).await.unwrap_or(Err(Mishap::Unreadable));
    done.unwrap_or_else(|mishap| Delivered::Missed { carried, file, mishap })
}

async fn read(file: PathBuf) -> Delivered {
    in_background(Carried::Certificate, file, |file| match session::read_answer(file) {
        Ok(answer) => Ok(Delivered::Read { file: file.to_owned(), answer }),
        Err(reason) => Err(Mishap::from(&reason)),
    })
    .await
}

async fn write(file: PathBuf, request: String) -> Delivered {
    in_background(Carried::Request, file, move |file| {
        write_once(file, &request)?;
        Ok(Delivered::Saved(file.to_owned()))
    })
    .await
}

/// Never over another file. The same request once more is no other file.
fn write_once(file: &Path, request: &str) -> Result<(), Mishap> {
    match write_new(file, request) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match fs::read(file) {
            Ok(there) if there == request.as_bytes() => Ok(()),
            _ => Err(Mishap::Taken),
        },
        Err(_) => Err(Mishap::NotWritten),
    }
}

/// Half a request would be handed over as a whole one.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

//! The numbers as a script gives them: after a certificate and after everything that can go wrong.

use std::path::Path;

use practice_bank::{Account, Case, Fault, Oddity, Replay};

use crate::{
    canary::Canary,
    deaf,
    process::{Run, may_look, with_program},
    search::{Found, Search},
    table::{Depth, Row},
    town::{Pc, Town, numbers},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Est,
    OldPages,
}

#[test]
fn trial() {
    if !may_look("trial") { return }
    let town = Town::build(Replay::Same);
    for program in [None, Some(())] {
        let pc = Pc::new("trial").unwrap();
        let guest = town.guest();
        let search = Search::of(&[Canary::new("password", &guest.password), Canary::new("confirmation", &guest.confirmation)]);
        let folder = tempfile::tempdir().unwrap();
        let command = pc.enrollment(&town.profile());
        let mut command = match program { None => command, Some(()) => with_program(&command, &deaf::program(folder.path())) };
        let run = Run::to_its_end(&mut command, &pc, &numbers(&guest));
        let t = std::time::Instant::now();
        let mut found = search.process(run.id());
        eprintln!("searched {:?}", t.elapsed());
        eprintln!("{}", run.said());
        eprintln!("{:?}", run.end());
        found.add(search.folder(&pc.path("")));
        eprintln!("FOUND {program:?}:\n{found}");
    }
}

//! The numbers as a script gives them: after a certificate and after everything that can go wrong.

use std::{path::Path, process::Command};

use practice_bank::Replay;

use crate::{
    canary::Canary,
    deaf,
    mishap::{AT_HOME, AT_THE_BANK, Asks, Mishap, Scene},
    process::{Run, may_look, with_program},
    search::{Found, Search},
    table::{Depth, Row},
    town::Town,
};

/// How the authority is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Est,
    OldPages,
}

/// What came of one run.
struct Outcome {
    said: String,
    found: Found,
}

fn profile(town: &Town, door: Door) -> String {
    match door {
        Door::Est => town.bank.profile_toml(),
        Door::OldPages => town.bank.profile_webform_toml(),
    }
}

/// To the end of a run of this program.
fn run(scene: &Scene<'_>, program: &Path) -> Outcome {
    let (numbers, more) = canaries(scene);
    let (search, at_the_end) = (Search::of(&numbers), Search::of(&[numbers, more].concat()));
    let run = Run::with_stops(&mut enrollment(scene, program), &scene.pc.path(""), &scene.numbers());
    let (mut found, mut looks, mut said) = (Found::default(), 0, String::new());
    run.look_at_stops(|run| {
        let search = if run.said().contains("\"result\":") { &at_the_end } else { &search };
        found.add(search.process(run.id()));
        (looks, said) = (looks + 1, run.said());
    });
    assert!(looks > 0, "it was never looked at");
    found.add(at_the_end.folder(&scene.pc.path("")));
    Outcome { said, found }
}

fn enrollment(scene: &Scene<'_>, program: &Path) -> Command {
    let mut command = with_program(&scene.pc.program(), program);
    command.args(["enroll", "--json", "--credentials", "-", "--store", &scene.store, "--profile"]);
    command.arg(scene.pc.write("profile.toml", &scene.profile));
    command.envs(scene.environment.iter().map(|(name, value)| (*name, value)));
    if scene.asks == Asks::Nothing {
        command.arg("--yes");
    }
    command
}

/// The numbers, and what a run keeps up to its end: a store may ask for its password and a proxy for its login as long
/// as anything is asked of them.
fn canaries(scene: &Scene<'_>) -> (Vec<Canary>, Vec<Canary>) {
    let customer = &scene.customer;
    let numbers = [("the password", &customer.password), ("the confirmation", &customer.confirmation)];
    let more = scene.planted.iter().map(|(name, secret)| Canary::new(name, secret));
    (numbers.map(|(name, secret)| Canary::new(name, secret)).into(), more.collect())
}

fn everywhere(test: &str, door: Door, mishaps: &[&Mishap], few: usize) {
    if !may_look(test) {
        return;
    }
    let town = Town::build(Replay::Same);
    let points = Depth::wanted().choose(mishaps.len(), few);
    let mut broken = Vec::new();
    for point in &points {
        let Mishap { name, says, arrange } = mishaps[*point];
        let Some(mut scene) = Scene::new(test, &town, profile(&town, door)) else { return };
        arrange(&mut scene);
        let Outcome { said, found } = run(&scene, Path::new(env!("CARGO_BIN_EXE_shirushi")));
        if !said.contains(says) || !found.is_empty() {
            broken.push(format!("{name}: {says} in {said}\n{found}"));
        }
    }
    let case = format!("numbers from a script, {door:?}: memory, files, arguments, environment");
    let (points, tried) = (mishaps.len(), points.len());
    Row {
        harness: "secrets",
        case: &case,
        points,
        tried,
        broken: broken.len(),
        note: "when it is stored, when all is said, when all is over",
    }
    .enter();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_script_over_est_leaves_nothing_behind() {
    let mishaps: Vec<&Mishap> = AT_THE_BANK.iter().chain(&AT_HOME).collect();
    everywhere("a_script_over_est_leaves_nothing_behind", Door::Est, &mishaps, 5);
}

#[test]
fn a_script_at_the_old_pages_leaves_nothing_behind() {
    let mishaps: Vec<&Mishap> = AT_THE_BANK.iter().collect();
    everywhere("a_script_at_the_old_pages_leaves_nothing_behind", Door::OldPages, &mishaps, 4);
}

/// What is freed is soon used again, and not every run leaves something for the search to find.
const OFTEN: usize = 40;

/// The control: freed memory that is not wiped keeps what was in it, as long as nothing else needs the place.
#[test]
fn without_the_wiping_the_search_finds_what_is_left() {
    let test = "without_the_wiping_the_search_finds_what_is_left";
    if !may_look(test) {
        return;
    }
    let (town, folder) = (Town::build(Replay::Same), tempfile::tempdir().expect("a folder"));
    let program = deaf::program(folder.path());
    for door in [Door::Est, Door::OldPages] {
        let is_found = || {
            let Some(scene) = Scene::new(test, &town, profile(&town, door)) else { return true };
            let Outcome { said, found } = run(&scene, &program);
            assert!(said.contains("installed"), "it works as ever: {said}");
            found.has("the ", "memory")
        };
        assert!((0..OFTEN).any(|_| is_found()), "{door:?}: nothing is found");
    }
}

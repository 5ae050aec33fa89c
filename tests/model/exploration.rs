//! The model to its end: every promise, with every rule of a CA, and that the check sees a program which breaks one.

use shirushi::domain::Replay;

use crate::{
    grammar::Stage,
    promises::{Explored, Map, explore, page_due},
    table::{Depth, Row},
    world::{Key, Plant, Program, Road, State, World},
};

pub const REPLAYS: [Replay; 4] = [Replay::Same, Replay::Refuse, Replay::New, Replay::Unknown];

/// Every rule of a CA on every road; by hand no request is ever repeated.
pub fn worlds(misfortunes: u8, clicks: u8) -> Vec<World> {
    let world = |road, replay| World { replay, road, misfortunes, clicks, plant: None };
    let repeated =
        [Road::Numbers, Road::Renewal].into_iter().flat_map(|road| REPLAYS.map(|replay| world(road, replay)));
    repeated.chain([world(Road::ByHand, Replay::Unknown)]).collect()
}

fn depth() -> u8 {
    if Depth::wanted() == Depth::Full { 5 } else { 3 }
}

#[test]
fn no_way_through_the_model_breaks_a_promise() {
    let mut told = Vec::new();
    for world in worlds(depth(), 2) {
        let Explored { states, transitions, broken } = explore(world);
        let case = format!("every state: {:?}, replay = {:?}", world.road, world.replay);
        let note = format!("{transitions} transitions, {} misfortunes, {} clicks", world.misfortunes, world.clicks);
        Row { harness: "model", case: &case, points: states, tried: states, broken: broken.len(), note: &note }.enter();
        told.extend(broken.into_iter().map(|(promise, way)| format!("{case}: {promise}: {way}")));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Also that nothing is left over: a start at which nothing goes wrong leaves no key but those of what goes on or is in use.
#[test]
fn every_state_on_the_disk_has_one_page_at_the_next_start() {
    let mut told = Vec::new();
    for world in worlds(depth() - 1, 2) {
        let map = Map::of(&world);
        let starts = map.first_pages();
        assert!(starts.len() > 10, "the program stopped somewhere");
        let before = told.len();
        for (from, to) in &starts {
            let state = &map.states[*to];
            let due = Program::Page(page_due(state, world.replay.is_harmless()));
            if state.program != due || !is_tidy(state) {
                told.push(format!("{:?} → {:?}, and not {due:?}", map.states[*from].records, state));
            }
        }
        let case = format!("next starts: {:?}, replay = {:?}", world.road, world.replay);
        Row {
            harness: "model",
            case: &case,
            points: starts.len(),
            tried: starts.len(),
            broken: told.len() - before,
            note: "",
        }
        .enter();
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

fn is_tidy(state: &State) -> bool {
    let over = state.records.iter().filter(|record| record.is_harmless() || record.stage == Stage::Abandoned);
    over.into_iter().all(|record| state.keys[usize::from(record.label)] == Key::None && !record.is_harmless())
}

#[test]
fn from_everywhere_a_healthy_world_leads_to_a_certificate_or_to_who_must_act() {
    for world in worlds(depth() - 1, 2) {
        let map = Map::of(&world);
        let ends = map.dead_ends(&world);
        let case = format!("a good end from everywhere: {:?}, replay = {:?}", world.road, world.replay);
        let points = map.states.len();
        Row { harness: "model", case: &case, points, tried: points, broken: ends.len(), note: "" }.enter();
        let first = ends.first().map(|at| (&map.states[*at], map.way_to(*at)));
        assert!(ends.is_empty(), "{case}: {} dead ends, {first:?}", ends.len());
    }
}

/// What is planted, where it shows, and which promise must be reported.
const PLANTS: [(Plant, Replay, &str); 7] = [
    (Plant::CreatesBeforeIntent, Replay::Same, "no key that no entry names"),
    (Plant::SendsBeforeSubmitting, Replay::Same, "Submitting on disk before the first byte"),
    (Plant::AsksByItselfAtTheStart, Replay::Same, "never a POST without a click"),
    (Plant::AsksWhereItMayDouble, Replay::New, "never two certificates for one click"),
    (Plant::ForgetsAnAnswerThatItCannotJudge, Replay::Same, "an answer on disk is never lost"),
    (Plant::DestroysBeforeAbandoned, Replay::Same, "a key is destroyed when Abandoned is on disk"),
    (Plant::TakesTheOldOneAway, Replay::Same, "the old certificate stays until Proven"),
];

#[test]
fn a_model_that_breaks_a_promise_is_reported_with_the_way_to_it() {
    for (plant, replay, promise) in PLANTS {
        let world = World { replay, road: Road::Numbers, misfortunes: 2, clicks: 1, plant: Some(plant) };
        let broken = explore(world).broken;
        let found = broken.iter().find(|(name, _)| name == promise);
        assert!(found.is_some_and(|(_, way)| way.contains("Click")), "{plant:?}: {broken:?}");
    }
}

#[test]
fn a_model_that_leaves_keys_behind_or_shows_nothing_is_seen() {
    for plant in [Plant::LeavesKeysBehind, Plant::ShowsNothingForRejected] {
        let world = World { replay: Replay::Same, road: Road::Numbers, misfortunes: 2, clicks: 1, plant: Some(plant) };
        let map = Map::of(&world);
        let wrong = map.first_pages().into_iter().filter(|(_, to)| {
            let state = &map.states[*to];
            !is_tidy(state) || state.program != Program::Page(page_due(state, true))
        });
        assert!(wrong.count() > 0, "{plant:?}: nobody saw it");
    }
}

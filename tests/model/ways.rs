//! Which ways of the model are driven: every short one, and long ones that are drawn.

use stateright::Model;

use crate::{
    drive::along,
    exploration::worlds,
    ports::Announces,
    promises::Map,
    table::{Chance, Depth, Row, seed},
    world::{Act, Luck, Program, Reply, State, World},
};

/// One enrollment, and how much may befall it on its shortest ways.
fn one_click(world: &World) -> World {
    World { misfortunes: if Depth::wanted() == Depth::Full { 2 } else { 1 }, clicks: 1, ..*world }
}

/// The shortest way to everything that can be then, up to where the program rests.
fn short(world: &World) -> Vec<Vec<Act>> {
    let map = Map::of(&one_click(world));
    let rests = (0..map.states.len()).filter(|at| rests(&map.states[*at]));
    rests.map(|at| map.way_to(at)).filter(|way| !way.is_empty()).collect()
}

fn rests(state: &State) -> bool {
    !matches!(state.program, Program::Next(_))
}

/// A walk of at least so many acts.
fn long(world: &World, chance: &mut Chance) -> Vec<Act> {
    const ACTS: usize = 60;
    let mut state = world.init_states().remove(0);
    let mut way = Vec::new();
    while way.len() < ACTS || !rests(&state) {
        let mut steps = world.next_steps(&state);
        // Mostly it goes well, or the ways would all end at their beginning.
        if chance.below(5) != 0 {
            let well = |act: &Act| {
                matches!(act, Act::User(_) | Act::Call(_, Luck::Fine | Luck::Said(Reply::Issued | Reply::Later)))
            };
            steps.retain(|(act, _)| well(act));
        }
        if steps.is_empty() {
            continue;
        }
        let (act, next) = steps.swap_remove(chance.below(steps.len()));
        way.push(act);
        state = next;
    }
    way
}

#[test]
fn the_session_goes_every_way_of_the_model() {
    let mut told = Vec::new();
    let mut chance = Chance::new(seed());
    for world in worlds(4, 2) {
        let (short, walks) = (short(&world), if Depth::wanted() == Depth::Full { 500 } else { 6 });
        let points = short.len() + walks;
        let mut ways: Vec<(World, Vec<Act>)> = short.into_iter().map(|way| (one_click(&world), way)).collect();
        ways.extend((0..walks).map(|_| (world, long(&world, &mut chance))));
        let (mut acts, before) = (0, told.len());
        for (world, way) in &ways {
            match along(world, way, Announces::Before) {
                Ok(verbs) => acts += verbs,
                Err(parted) => told.push(format!("{:?}, replay = {:?}: {parted}", world.road, world.replay)),
            }
        }
        let case = format!("the session driven: {:?}, replay = {:?}", world.road, world.replay);
        let note = format!("{acts} acts of a user");
        Row { harness: "model", case: &case, points, tried: ways.len(), broken: told.len() - before, note: &note }
            .enter();
    }
    assert!(told.is_empty(), "SHIRUSHI_SEED={}\n{} ways, the first: {}", seed(), told.len(), told[0]);
}

/// Planted: a server whose journal is told too late.
#[test]
fn a_session_that_leaves_the_model_is_seen() {
    let world = one_click(&worlds(1, 1)[0]);
    let parted = short(&world).iter().find_map(|way| along(&world, way, Announces::Afterwards).err());
    assert!(parted.is_some_and(|parted| parted.contains("the program calls send")), "nobody saw it");
}

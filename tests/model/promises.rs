//! What must be true in every state that can be reached, and what must stay reachable.

use std::collections::{HashMap, HashSet, VecDeque};

use stateright::{Checker, Model, Property};

use crate::{
    grammar::{Answer, Record, Stage},
    world::{Act, Key, Luck, MOST_POLLS, Old, Page, Program, Promise, Reply, State, Stopped, Stuck, User, World},
};

/// The promises that one state can break, by the name under which the check reports them.
pub fn properties() -> Vec<Property<World>> {
    vec![
        Property::always("never two certificates for one click", |_, state| {
            keeps(state, Promise::OneCertificateForOneClick)
        }),
        Property::always("never a POST without a click", |_, state| keeps(state, Promise::NoPostWithoutAClick)),
        Property::always("Submitting on disk before the first byte", |_, state| {
            keeps(state, Promise::SubmittingBeforeTheFirstByte)
        }),
        Property::always("an answer on disk is never lost", |_, state| keeps(state, Promise::NoAnswerLost)),
        Property::always("no key that no entry names", |_, state| keeps(state, Promise::NoKeyWithoutAName)),
        Property::always("a key is destroyed when Abandoned is on disk", |_, state| {
            keeps(state, Promise::NoKeyDestroyedUnlessAbandoned)
        }),
        Property::always("the old certificate stays until Proven", |_, state| keeps(state, Promise::TheOldOneStays)),
        Property::always("one enrollment is open", |_, state| keeps(state, Promise::OneIsOpen)),
        Property::always("the journal keeps its grammar", |_, state| keeps(state, Promise::TheGrammarIsKept)),
    ]
}

fn keeps(state: &State, promise: Promise) -> bool {
    state.broken != Some(promise) && standing(state) != Some(promise)
}

/// What a state shows by itself.
fn standing(state: &State) -> Option<Promise> {
    let label = |at: usize| u8::try_from(at).expect("few labels");
    let nameless = |at: usize| state.keys[at] != Key::None && state.record(label(at)).is_none();
    let proven = state.records.iter().any(|record| matches!(record.stage, Stage::Proven | Stage::Done));
    let lost = |record: &Record| record.kept == Some(Answer::Good) && !record.given_up && !still_there(state, record);
    match () {
        () if state.issued.iter().any(|issued| *issued > 1) => Some(Promise::OneCertificateForOneClick),
        () if state.records.iter().any(lost) => Some(Promise::NoAnswerLost),
        () if (0..state.keys.len()).any(nameless) => Some(Promise::NoKeyWithoutAName),
        () if state.old == Old::Gone && !proven => Some(Promise::TheOldOneStays),
        () if state.open().count() > 1 => Some(Promise::OneIsOpen),
        () => None,
    }
}

fn still_there(state: &State, record: &Record) -> bool {
    let stages = [Stage::Answer, Stage::Validated, Stage::Installed, Stage::Proven, Stage::Done];
    stages.contains(&record.stage) && state.keys[usize::from(record.label)] != Key::None
}

/// What an exploration came to.
#[derive(Debug, Default)]
pub struct Explored {
    pub states: usize,
    pub transitions: usize,
    /// The promises that were broken, by name, with the acts that lead there.
    pub broken: Vec<(String, String)>,
}

/// Every state, to the end.
pub fn explore(world: World) -> Explored {
    let checker = world.checker().threads(1).spawn_bfs().join();
    let told = |(name, path): (&'static str, stateright::Path<State, Act>)| {
        let acts: Vec<String> = path.into_actions().iter().map(|act| format!("{act:?}")).collect();
        (name.to_owned(), acts.join(" → "))
    };
    let mut broken: Vec<_> = checker.discoveries().into_iter().map(told).collect();
    broken.sort();
    Explored { states: checker.unique_state_count(), transitions: checker.state_count(), broken }
}

/// Every reachable state with the shortest way to it.
pub struct Map {
    pub states: Vec<State>,
    index: HashMap<State, usize>,
    /// From which state and by which act it was first reached.
    from: Vec<Option<(usize, Act)>>,
    /// By which acts one goes on.
    pub on: Vec<Vec<(Act, usize)>>,
}

impl Map {
    pub fn of(world: &World) -> Self {
        let mut map = Self { states: Vec::new(), index: HashMap::new(), from: Vec::new(), on: Vec::new() };
        let mut waiting: VecDeque<usize> =
            world.init_states().into_iter().map(|state| map.enter(state, None)).collect();
        while let Some(at) = waiting.pop_front() {
            for (act, next) in world.next_steps(&map.states[at]) {
                let known = map.states.len();
                let to = map.enter(next, Some((at, act)));
                map.on[at].push((act, to));
                waiting.extend((to == known).then_some(to));
            }
        }
        map
    }

    fn enter(&mut self, state: State, from: Option<(usize, Act)>) -> usize {
        if let Some(at) = self.index.get(&state) {
            return *at;
        }
        let at = self.states.len();
        self.index.insert(state.clone(), at);
        self.states.push(state);
        self.from.push(from);
        self.on.push(Vec::new());
        at
    }

    pub fn way_to(&self, mut at: usize) -> Vec<Act> {
        let mut acts = Vec::new();
        while let Some((before, act)) = self.from[at] {
            acts.push(act);
            at = before;
        }
        acts.reverse();
        acts
    }

    /// States from which no good ending can be reached when nothing goes wrong any more and nobody gives up.
    pub fn dead_ends(&self, world: &World) -> Vec<usize> {
        let mut back: Vec<Vec<usize>> = vec![Vec::new(); self.states.len()];
        for (at, on) in self.on.iter().enumerate() {
            on.iter().filter(|(act, _)| is_healthy(*act)).for_each(|(_, to)| back[*to].push(at));
        }
        let mut good: HashSet<usize> =
            (0..self.states.len()).filter(|at| ends_well(world, &self.states[*at])).collect();
        let mut waiting: VecDeque<usize> = good.iter().copied().collect();
        while let Some(at) = waiting.pop_front() {
            for &before in &back[at] {
                if good.insert(before) {
                    waiting.push_back(before);
                }
            }
        }
        (0..self.states.len()).filter(|at| !good.contains(at)).collect()
    }

    /// The page of a start at which nothing goes wrong, for every state in which the program is not running.
    pub fn first_pages(&self) -> Vec<(usize, usize)> {
        let off = (0..self.states.len()).filter(|at| self.states[*at].program == Program::Off);
        off.map(|at| (at, self.first_page(at))).collect()
    }

    fn first_page(&self, mut at: usize) -> usize {
        loop {
            let fine: Vec<usize> = self.on[at].iter().filter(|(act, _)| is_fine(*act)).map(|(_, to)| *to).collect();
            let [next] = fine[..] else { panic!("{} ways to start", fine.len()) };
            at = next;
            if matches!(self.states[at].program, Program::Page(_)) {
                return at;
            }
        }
    }
}

fn is_fine(act: Act) -> bool {
    matches!(act, Act::User(User::Start) | Act::Call(_, Luck::Fine))
}

fn is_healthy(act: Act) -> bool {
    match act {
        Act::User(User::ApplyAnew | User::Discard) => false,
        Act::User(_) => true,
        Act::Call(_, luck) => matches!(luck, Luck::Fine | Luck::Said(Reply::Issued | Reply::Refused)),
    }
}

/// In use, or a page that says who must act: the bank where it has said something wrong, where its answer is lost and it
/// gives none twice, or where it prepares for too long; the user, with another click than this model allows.
fn ends_well(world: &World, state: &State) -> bool {
    let asked = |label| state.record(label).map_or(0, |record| record.attempts);
    match state.program {
        Program::Page(Page::Complete(_)) => true,
        Program::Page(Page::Resume(stopped, label)) => match stopped {
            Stopped::AnswerUnknown => !world.replay.is_harmless(),
            Stopped::NotBelieved => true,
            Stopped::Waiting => asked(label) > MOST_POLLS,
            _ => false,
        },
        Program::Page(Page::Login) => state.clicks == 0,
        Program::Page(Page::Stuck(Stuck::Applicant(_)) | Page::Ready(_)) => {
            state.clicks == 0 && state.open().next().is_none()
        }
        Program::Page(_) | Program::Off | Program::Next(_) => false,
    }
}

/// What the first page must be, said without the program.
pub fn page_due(state: &State, is_harmless: bool) -> Page {
    let Some(record) = state.open().last() else { return Page::Login };
    let stopped = match record.stage {
        Stage::Pending => {
            if record.by_hand {
                Stopped::HandedOut
            } else {
                Stopped::Waiting
            }
        }
        Stage::Unknown => Stopped::AnswerUnknown,
        Stage::Rejected => match (record.kept, is_harmless) {
            (Some(Answer::Garbage), true) => Stopped::AnswerUnreadable,
            _ => Stopped::NotBelieved,
        },
        Stage::Validated => Stopped::Received,
        Stage::Installed => Stopped::Installed,
        other => panic!("{other:?} has no page of its own after a start"),
    };
    Page::Resume(stopped, record.label)
}

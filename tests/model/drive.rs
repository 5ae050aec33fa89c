//! The real session along a way of the model: after everything that a user does, journal, store and page are compared.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use shirushi::{
    domain::{Certificate, Credentials, FieldId, KeyLabel, Profile, Renewal, Replay, RoleId, Secret, SecurityLevel},
    journal::{Enrollment, Journal, Stage as RealStage},
    keystore::{KeyStore, MemoryStore},
    page::{self, Control, Event, courier::Carried, resume::Action},
    session::{
        self, Allowed, Applicant, Applied, Asked, Desk, Interrupted, Ports, Progress, Received, Resumed, Setback,
        Stopped as RealStopped, Stuck as RealStuck, Waiting,
    },
};
use stateright::Model;
use tokio::{runtime::Runtime, sync::mpsc};

use crate::{
    ca::ca,
    grammar::{Answer, Record, Stage},
    ports::{Announces, Disk, NoPortal, Script, Server, Ticking, Vault, answer},
    world::{Act, Call, Key, Luck, MOST_POLLS, Old, Page, Program, Road, State, Stopped, Stuck, User, World},
};

/// What the user has before him.
#[derive(Debug)]
enum Held {
    Off,
    Login,
    Ready(Allowed),
    /// By hand there is no server to agree to.
    Draft(Applicant),
    Resume(Option<Stopped>, Interrupted),
    Waiting(Waiting),
    Install(Received),
    Complete,
    Stuck(RealStuck),
}

/// One PC on one way.
pub struct Drive<'a> {
    world: &'a World,
    script: Arc<Script>,
    disk: Arc<Disk>,
    store: MemoryStore,
    clock: Arc<Ticking>,
    old: Certificate,
    desk: Desk,
    runtime: Runtime,
    held: Held,
    pub verbs: usize,
}

/// Drives the whole way. `Err`: where program and model part.
pub fn along(world: &World, way: &[Act], announces: Announces) -> Result<usize, String> {
    let mut drive = Drive::new(world, announces);
    let mut state = world.init_states().remove(0);
    let mut at = 0;
    while let Some(Act::User(user)) = way.get(at).copied() {
        let calls: Vec<(Call, Luck)> = way[at + 1..]
            .iter()
            .map_while(|act| match act {
                Act::Call(call, luck) => Some((*call, *luck)),
                Act::User(_) => None,
            })
            .collect();
        for act in &way[at..=at + calls.len()] {
            state = world.next_state(&state, *act).expect("a way of the model");
        }
        at += 1 + calls.len();
        let told = |what: String| format!("after {at} of {way:?}: {what}");
        drive.does(user, calls).map_err(told)?;
        drive.is_at(&state).map_err(told)?;
    }
    let verbs = drive.verbs;
    drive.refuses_what_is_not_offered(&state)?;
    Ok(verbs)
}

impl<'a> Drive<'a> {
    fn new(world: &'a World, announces: Announces) -> Self {
        let script = Arc::new(Script::default());
        let (disk, clock) = (Arc::new(Disk::new(Arc::clone(&script))), Arc::new(Ticking::default()));
        let store = MemoryStore::new();
        let label = KeyLabel::from_random(u64::MAX);
        let present = store.create(&label, 2048, SecurityLevel::Medium).expect("a key");
        let old = ca().certifies(present.spki_der());
        store.install(&label, &old, &[]).expect("in use");
        let ports = Ports {
            protocol: Arc::new(Server { script: Arc::clone(&script), announces }),
            portal: Arc::new(NoPortal),
            store: Arc::new(Vault { inner: store.clone(), script: Arc::clone(&script) }),
            journal: Arc::new(Journal::new(disk.clone(), clock.clone())),
            clock: clock.clone(),
        };
        let profile = Arc::new(profile(world));
        let role = profile.role(&RoleId("user".into())).expect("users").clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let desk = Desk { profile, role, ports };
        Self { world, script, disk, store, clock, old, desk, runtime, held: Held::Off, verbs: 0 }
    }

    /// One act of the user's, with what befalls it.
    fn does(&mut self, user: User, calls: Vec<(Call, Luck)>) -> Result<(), String> {
        self.script.load(calls);
        self.verbs += 1;
        let held = std::mem::replace(&mut self.held, Held::Off);
        let (progress, _steps) = mpsc::unbounded_channel();
        // A CA that prepares is not asked before a minute is over.
        self.clock.advance(SignedDuration::from_mins(2));
        let act = self.act(user, held, progress);
        let ended = catch_unwind(AssertUnwindSafe(|| self.runtime.block_on(act)));
        let killed = self.script.has_killed();
        self.script.is_kept()?;
        self.held = match ended {
            Ok(held) if !killed => held?,
            Ok(_) => Held::Off,
            Err(_) if killed => Held::Off,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        Ok(())
    }

    fn act(&self, user: User, held: Held, progress: Progress) -> impl Future<Output = Result<Held, String>> + use<> {
        let (desk, road, old) = (self.desk.clone(), self.world.road, self.old.clone());
        let leaf = self.leaf();
        async move {
            Ok(match (user, held) {
                (User::Start, _) => resumed(&desk, session::resume(&desk).await)?,
                (User::Close, _) => Held::Off,
                (User::Enter, Held::Login) => enter(applicant(&desk, road, old), road).await,
                (User::Enter, Held::Stuck(RealStuck::Applicant(applicant))) => enter(applicant, road).await,
                (User::Withdraw, Held::Ready(allowed)) => withdrawn(allowed.step_back().withdraw()),
                (User::Withdraw, Held::Draft(applicant)) => withdrawn(applicant.withdraw()),
                (User::Click, Held::Ready(allowed)) => {
                    applied(allowed.apply(SecurityLevel::Medium, None, progress).await)
                }
                (User::Click, Held::Draft(applicant)) => match applicant
                    .draft(SecurityLevel::Medium, None, progress)
                    .await
                {
                    Ok(asked) => Held::Resume(Some(stopped(&asked.unfinished().stopped)), Interrupted::Asked(asked)),
                    Err(setback) => Held::Stuck(setback.session),
                },
                (User::AskAgain, Held::Resume(_, Interrupted::Asked(asked))) => {
                    match asked.ask_again(credentials(&desk)) {
                        Ok(applicant) => enter(applicant, road).await,
                        Err(setback) => return Err(format!("asking again is refused: {}", setback.error)),
                    }
                }
                (User::Poll, Held::Waiting(waiting)) => applied(waiting.poll(progress).await),
                (User::Import, Held::Waiting(waiting)) => received(waiting.import(answer(Answer::Good, leaf)).await),
                (User::Import, Held::Resume(_, Interrupted::Asked(asked) | Interrupted::NotBelieved(asked))) => {
                    received(asked.import(answer(Answer::Good, leaf)).await)
                }
                (User::GoOn, Held::Resume(_, Interrupted::Received(received))) => Held::Install(received),
                (User::Install, Held::Install(received) | Held::Stuck(RealStuck::Received(received))) => {
                    match received.install(None, progress).await {
                        Ok(_) => Held::Complete,
                        Err(setback) => Held::Stuck(setback.session),
                    }
                }
                (User::Discard, Held::Install(received)) => over(received.discard().await),
                (User::ApplyAnew, Held::Resume(_, Interrupted::Asked(asked) | Interrupted::NotBelieved(asked))) => {
                    over(asked.abandon().await)
                }
                (User::KeepAgain, Held::Stuck(RealStuck::Answered(answered))) => {
                    received(answered.keep(&progress).await)
                }
                (user, held) => return Err(format!("{user:?} cannot be done with {held:?}")),
            })
        }
    }

    /// What the bank would send by mail for the newest open request.
    fn leaf(&self) -> impl FnOnce() -> Certificate + use<> {
        let open = self.enrollments().into_iter().rfind(|enrollment| !is_over(enrollment));
        let label = open.map(|enrollment| enrollment.label().clone());
        let store = self.store.clone();
        move || {
            let key = store.open(&label.expect("a request is out")).expect("its key");
            ca().certifies(key.spki_der())
        }
    }

    fn enrollments(&self) -> Vec<Enrollment> {
        Journal::new(self.disk.clone(), self.clock.clone()).enrollments().expect("the disk is read")
    }

    /// The same page, the same records, the same keys.
    fn is_at(&self, state: &State) -> Result<(), String> {
        let same_page = match (&state.program, &self.held) {
            (Program::Off, Held::Off) | (Program::Page(Page::Login), Held::Login) => true,
            (Program::Page(Page::Ready(_)), Held::Ready(_) | Held::Draft(_)) => true,
            (Program::Page(Page::Resume(model, _)), Held::Resume(real, _)) => real.is_none_or(|real| real == *model),
            (Program::Page(Page::Waiting(_)), Held::Waiting(_))
            | (Program::Page(Page::Install(_)), Held::Install(_)) => true,
            (Program::Page(Page::Complete(_)), Held::Complete) => true,
            (Program::Page(Page::Stuck(model)), Held::Stuck(real)) => is_stuck_alike(*model, real),
            _ => false,
        };
        if !same_page {
            return Err(format!("the model is at {:?}, and the program at {:?}", state.program, self.held));
        }
        let enrollments = self.enrollments();
        let real: Vec<_> = enrollments.iter().map(seen).collect();
        let model: Vec<_> = state.records.iter().map(recorded).collect();
        if real != model {
            return Err(format!("the model has {model:?} on its disk, and the program {real:?}"));
        }
        self.has_the_keys_of(state, &enrollments)
    }

    /// Asking again where that could do harm, or too often.
    fn refuses_what_is_not_offered(self, state: &State) -> Result<(), String> {
        let (
            Program::Page(page @ Page::Resume(..)),
            Held::Resume(_, Interrupted::Asked(asked) | Interrupted::NotBelieved(asked)),
        ) = (&state.program, self.held)
        else {
            return Ok(());
        };
        let offered = self.world.choices(state, *page).contains(&User::AskAgain);
        match asked.ask_again(credentials(&self.desk)) {
            Ok(_) if !offered => Err(format!("asking again is possible on {page:?}")),
            Err(setback) if offered => Err(format!("asking again is refused on {page:?}: {}", setback.error)),
            _ => Ok(()),
        }
    }

    fn has_the_keys_of(&self, state: &State, enrollments: &[Enrollment]) -> Result<(), String> {
        let keys = self.store.keys().expect("keys");
        for (enrollment, record) in enrollments.iter().zip(&state.records) {
            let model = state.keys[usize::from(record.label)] != Key::None;
            if keys.contains(enrollment.label()) != model {
                return Err(format!("the key of {record:?}: in the model it is there: {model}"));
            }
        }
        let named = state.keys.iter().filter(|key| **key != Key::None).count();
        let certificates = self.store.certificates().expect("certificates");
        let installed = state.keys.iter().filter(|key| **key == Key::WithCertificate).count();
        let old_is_there = certificates.contains(&self.old) && self.store.key_of(&self.old).is_ok();
        match () {
            () if keys.len() != named + 1 => Err(format!("{} keys, and {named} in the model", keys.len() - 1)),
            () if certificates.len() != installed + 1 => {
                Err(format!("{} certificates were stored", certificates.len() - 1))
            }
            () if old_is_there != (state.old == Old::InUse) => Err("the old certificate is gone".into()),
            () => Ok(()),
        }
    }
}

fn profile(world: &World) -> Profile {
    let mut profile = Profile::from_toml(include_str!("../support/profile.toml")).expect("the sample bank");
    profile.ca.replay = world.replay;
    profile.ca.max_polls = u32::from(MOST_POLLS);
    profile.ca.renewal = Renewal::Est;
    profile.anchors.issuer = vec![ca().root.clone()];
    profile
}

fn credentials(desk: &Desk) -> Credentials {
    let entries = [("contract_id", "1234567"), ("user_id", "taro"), ("password", "4711"), ("confirmation", "0815")];
    let entries: BTreeMap<FieldId, Secret> =
        entries.into_iter().map(|(id, entry)| (FieldId(id.into()), Secret::new(entry))).collect();
    Credentials::new(&desk.role, entries).expect("complete")
}

fn applicant(desk: &Desk, road: Road, old: Certificate) -> Applicant {
    match road {
        Road::Numbers | Road::ByHand => Applicant::new(desk.clone(), credentials(desk)),
        Road::Renewal => Applicant::renewing(desk.clone(), old).expect("renewable"),
    }
}

async fn enter(applicant: Applicant, road: Road) -> Held {
    if road == Road::ByHand {
        return Held::Draft(applicant);
    }
    match applicant.introduce().await {
        Ok(introduced) => Held::Ready(introduced.allow()),
        Err(setback) => Held::Stuck(setback.session),
    }
}

fn withdrawn(asked: Option<Asked>) -> Held {
    asked.map_or(Held::Login, |asked| Held::Resume(None, Interrupted::Asked(asked)))
}

fn resumed(desk: &Desk, resumed: Result<Option<Resumed>, session::Error>) -> Result<Held, String> {
    match resumed {
        Ok(None) => Ok(Held::Login),
        Ok(Some(Resumed { unfinished, interrupted })) => {
            let stopped = stopped(&unfinished.stopped);
            let page = page::Resume::new(Arc::clone(&desk.profile), unfinished, Timestamp::MAX, TimeZone::UTC);
            match (offers(&page), due(stopped, desk.profile.ca.replay)) {
                (shown, due) if shown == due => Ok(Held::Resume(Some(stopped), interrupted)),
                (shown, due) => Err(format!("the page of {stopped:?} offers {shown:?}, and not {due:?}")),
            }
        }
        Err(_) => Ok(Held::Stuck(RealStuck::Over)),
    }
}

/// What the page of an open request lets a user do.
fn offers(page: &page::Resume) -> Vec<User> {
    let pressed = |controls: &[Control]| {
        let mut page = page.clone();
        controls.iter().filter_map(|control| page.update(Event::Pressed(control.clone()))).last()
    };
    let given_up = |control| pressed(&[control, Control::DialogSecond]) == Some(Action::ApplyAnew);
    let offered = [
        (User::GoOn, pressed(&[Control::Primary]) == Some(Action::GoOn)),
        (User::AskAgain, pressed(&[Control::Primary]) == Some(Action::AskAgain)),
        (User::Import, matches!(pressed(&[Control::Carry(Carried::Certificate)]), Some(Action::Carry(_)))),
        (User::ApplyAnew, given_up(Control::Second) || given_up(Control::ApplyAnew)),
    ];
    offered.into_iter().filter(|(_, offered)| *offered).map(|(user, _)| user).collect()
}

/// What it has to offer. Whether the bank has something to import, and whether it may be asked once more, is seen later.
fn due(stopped: Stopped, replay: Replay) -> Vec<User> {
    match stopped {
        Stopped::Received | Stopped::Installed => vec![User::GoOn],
        Stopped::AnswerUnknown | Stopped::AnswerUnreadable if replay.is_harmless() => {
            vec![User::AskAgain, User::Import]
        }
        Stopped::Waiting => vec![User::AskAgain, User::Import],
        Stopped::AnswerUnknown | Stopped::AnswerUnreadable | Stopped::NotBelieved | Stopped::HandedOut => {
            vec![User::Import, User::ApplyAnew]
        }
    }
}

/// Pick-up with a PIN is played in the stories.
const NO_RECEIPTS: &str = "no authority of the model hands out receipts";

fn applied(applied: Result<Applied, Setback>) -> Held {
    match applied {
        Ok(Applied::Received(received)) => Held::Install(received),
        Ok(Applied::Waiting(waiting)) => Held::Waiting(waiting),
        Ok(Applied::Registered(_)) => panic!("{NO_RECEIPTS}"),
        Err(setback) => Held::Stuck(setback.session),
    }
}

fn received(received: Result<Received, Setback>) -> Held {
    received.map_or_else(|setback| Held::Stuck(setback.session), Held::Install)
}

/// Given up, or not: the program begins anew either way.
fn over(_: Result<(), session::Error>) -> Held {
    Held::Stuck(RealStuck::Over)
}

pub fn stopped(stopped: &RealStopped) -> Stopped {
    match stopped {
        RealStopped::AnswerUnknown => Stopped::AnswerUnknown,
        RealStopped::AnswerUnreadable => Stopped::AnswerUnreadable,
        RealStopped::Waiting { .. } => Stopped::Waiting,
        RealStopped::HandedOut => Stopped::HandedOut,
        RealStopped::Received(_) => Stopped::Received,
        RealStopped::Installed(_) => Stopped::Installed,
        RealStopped::NotBelieved => Stopped::NotBelieved,
        RealStopped::OutOfDate { .. } => panic!("the clock of the model is right"),
        RealStopped::Registered { .. } | RealStopped::PickupUnknown { .. } | RealStopped::PickupExpired { .. } => {
            panic!("{NO_RECEIPTS}")
        }
    }
}

fn is_stuck_alike(model: Stuck, real: &RealStuck) -> bool {
    matches!(
        (model, real),
        (Stuck::Over, RealStuck::Over)
            | (Stuck::Applicant(_), RealStuck::Applicant(_))
            | (Stuck::Answered(..), RealStuck::Answered(_))
            | (Stuck::Received(_), RealStuck::Received(_))
    )
}

fn is_over(enrollment: &Enrollment) -> bool {
    let stage = enrollment.stage();
    stage.is_finished() || stage.is_harmless() || stage == RealStage::Proven
}

/// What is compared of a record.
type Compared = (Stage, u32, Option<Answer>, bool);

pub fn seen(enrollment: &Enrollment) -> Compared {
    let kept = enrollment.delivery().map(|delivery| match delivery.answer.body.as_slice() {
        b"no certificate" => Answer::Garbage,
        body if body == ca().stranger.der() => Answer::Wrong,
        _ => Answer::Good,
    });
    (stage(enrollment.stage()), enrollment.attempts(), kept, enrollment.handed_out().is_some())
}

pub fn recorded(record: &Record) -> Compared {
    (record.stage, u32::from(record.attempts), record.kept, record.by_hand)
}

pub fn stage(stage: RealStage) -> Stage {
    match stage {
        RealStage::Intent => Stage::Intent,
        RealStage::KeyMade => Stage::KeyMade,
        RealStage::CsrReady => Stage::CsrReady,
        RealStage::Submitting => Stage::Submitting,
        RealStage::Refused => Stage::Refused,
        RealStage::Pending { .. } => Stage::Pending,
        RealStage::Unknown => Stage::Unknown,
        RealStage::Answer => Stage::Answer,
        RealStage::Rejected => Stage::Rejected,
        RealStage::Validated => Stage::Validated,
        RealStage::Installed => Stage::Installed,
        RealStage::Proven => Stage::Proven,
        RealStage::Done => Stage::Done,
        RealStage::Abandoned => Stage::Abandoned,
    }
}

//! The story of the pages: which page follows which, and which session state goes with it. Knows no toolkit.
//!
//! [`Wizard::handle`] takes what happened and says what shall be done; the window, the text interface and the tests are
//! its players. The session state is taken out of its [`Stage`] when a job begins: that alone makes a second click
//! impossible.

mod act;
mod arrive;
mod blocked;
mod by_hand;
mod courier;
mod detour;
mod guard;
mod issuer;
mod job;
mod keys;
mod pickup;
mod proxy;
mod renew;
mod resume;
mod scene;
mod stage;
mod story;
#[cfg(feature = "demo")]
mod trace;
mod trust;
mod world;

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    domain::{Language, Role},
    i18n::Words,
    page::{self, CapsLock, Closing, Help, courier::Carried},
    session::Step,
};

pub use blocked::{Answer, Blocked};
pub use job::Outcome;
pub use stage::StageName;
pub use story::{Closing as WindowClosing, Effects, Input, Job, Story, Ticking};
#[cfg(feature = "demo")]
pub use trace::Traced;
pub use world::{Chosen, FileKind, Place, Saved, Saver, Shelf, World};

use guard::Wish;
use stage::{Stage, Unsent};

/// What a wizard says back to its player.
pub type Does = Effects<Outcome, Step>;

/// One run of the program, from the first page to the last.
#[derive(Debug)]
pub struct Wizard {
    world: World,
    words: Words,
    stage: Stage,
    /// The browser stores of this PC, once they have been opened, and behind them those of another place.
    places: Vec<Place>,
    /// How many of them are browsers'.
    browsers: usize,
    /// Which of them and which role this run is about.
    place: usize,
    role: Role,
    /// What has been typed, kept while other pages are shown: IDs stay, secrets never do.
    entry: page::Credentials,
    dialog: Option<Closing>,
    close_when_safe: Wish,
    /// The system wishes that the program ends, and has had no answer since then.
    ending: Option<Timestamp>,
    /// A click that could send nothing: the server is looked at again, and compared with the one that was shown.
    unsent: Option<Unsent>,
    help: Option<Help>,
    /// 「取り込む」 was pressed where the request is not open: it goes on where the journal opens it.
    errand: Option<Carried>,
    /// The software keyboard of the window.
    keyboard: page::Dock,
    toast: Option<String>,
    caps_lock: CapsLock,
    last_touched: Timestamp,
    /// When the running act began.
    began: Timestamp,
}

impl Wizard {
    /// A wizard on its first page, and the job that looks around on this PC.
    pub fn start(world: World, language: Language) -> (Self, Does) {
        let role = world.profile.roles[0].clone(); // a profile without roles does not exist
        let now = world.clock.now();
        let entry = page::Credentials::new(Arc::clone(&world.profile), role.clone());
        let wizard = Self {
            words: Words::new(language),
            stage: Stage::Opening,
            places: Vec::new(),
            browsers: 0,
            place: 0,
            role,
            entry,
            dialog: None,
            close_when_safe: Wish::None,
            ending: None,
            unsent: None,
            help: None,
            errand: None,
            keyboard: page::Dock::new(Arc::clone(&world.chance)),
            toast: None,
            caps_lock: CapsLock::default(),
            last_touched: now,
            began: now,
            world,
        };
        let look_around = wizard.job(job::open(wizard.world.clone()));
        (wizard, look_around)
    }

    pub fn stage_name(&self) -> StageName {
        self.stage.name()
    }
}

//! Which page is shown, one line per page turn: for the scripted person of the demonstration and for tests of the window.

use std::{fs::OpenOptions, io::Write, path::PathBuf};

use super::{Does, Effects, Input, Outcome, StageName, Story, Ticking, Wizard, World};
use crate::{domain::Language, page::Scene, session::Step};

/// The page on which the window dies, where a test plants that.
const FAULT: &str = "SHIRUSHI_PLANT_FAULT";

/// A wizard that writes the name of each page into a file as it turns.
#[derive(Debug)]
pub struct Traced {
    wizard: Wizard,
    /// `None`: nobody wants to know.
    file: Option<PathBuf>,
    shown: Option<StageName>,
    fault: Option<String>,
}

impl Traced {
    /// Writes into the file that `SHIRUSHI_TRACE` names.
    pub fn start(world: World, language: Language) -> (Self, Does) {
        let (wizard, begun) = Wizard::start(world, language);
        let file = std::env::var_os("SHIRUSHI_TRACE").map(PathBuf::from);
        let mut traced = Self { wizard, file, shown: None, fault: std::env::var(FAULT).ok() };
        traced.write();
        (traced, begun)
    }

    fn write(&mut self) {
        let now = self.wizard.stage_name();
        let Some(path) = self.file.as_ref().filter(|_| self.shown != Some(now)) else { return };
        self.shown = Some(now);
        let opened = OpenOptions::new().create(true).append(true).open(path);
        let _ = opened.and_then(|mut file| writeln!(file, "{}", now.as_str()));
    }
}

impl Story for Traced {
    type Outcome = Outcome;
    type Progress = Step;

    fn scene(&self) -> Scene {
        assert!(self.fault.as_deref() != Some(self.wizard.stage_name().as_str()), "a planted fault");
        self.wizard.scene()
    }

    fn handle(&mut self, input: Input<Outcome, Step>) -> Effects<Outcome, Step> {
        let effects = self.wizard.handle(input);
        self.write();
        effects
    }

    fn ticking(&self) -> Ticking {
        self.wizard.ticking()
    }
}

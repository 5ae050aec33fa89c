//! A person at the wizard, without a window: presses, types, and waits for what runs in the background.

use practice_bank::Account;
use shirushi::{
    domain::{FieldId, Language, Secret},
    page::{Closing, Control, Event, Page, Scene},
    session::Step,
    wizard::{Does, Input, Job, Outcome, StageName, WindowClosing, Wizard, World},
};
use tokio::runtime::Runtime;

pub struct Player {
    wizard: Wizard,
    runtime: Runtime,
    /// A job that has been begun and not yet waited for.
    running: Option<Running>,
    pub window: Window,
    pub clipboard: Option<String>,
}

struct Running {
    job: Job<Outcome>,
    steps: Option<tokio::sync::mpsc::UnboundedReceiver<Step>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Open,
    Closed,
}

impl Player {
    /// Opens the program and waits for its first page.
    pub fn open(world: World) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let (wizard, does) = Wizard::start(world, Language::Japanese);
        let runtime = runtime.expect("a runtime");
        let mut player = Self { wizard, runtime, running: None, window: Window::Open, clipboard: None };
        player.does(does);
        player.wait();
        player
    }

    pub fn stage(&self) -> StageName {
        self.wizard.stage_name()
    }

    pub fn closing(&self) -> Closing {
        self.wizard.closing()
    }

    pub fn scene(&self) -> Scene {
        self.wizard.scene()
    }

    pub fn page(&self) -> Page {
        self.scene().page
    }

    /// Everything on the page, as it would be read out.
    pub fn text(&self) -> String {
        self.page().spoken().join("\n").replace('\u{200B}', "")
    }

    /// Presses and does not wait.
    pub fn begin(&mut self, control: Control) {
        let does = self.wizard.handle(Input::Event(Event::Pressed(control)));
        self.does(does);
    }

    /// Presses, and takes the job away that begins with it.
    pub fn begin_aside(&mut self, control: Control) -> Option<Job<Outcome>> {
        self.wizard.handle(Input::Event(Event::Pressed(control))).job
    }

    /// Waits for a job that was taken away.
    pub fn finish(&mut self, job: Job<Outcome>) {
        let outcome = self.runtime.block_on(job);
        let does = self.wizard.handle(Input::Finished(outcome));
        self.does(does);
        self.wait();
    }

    /// Presses and waits until nothing runs any more.
    pub fn press(&mut self, control: Control) {
        self.begin(control);
        self.wait();
    }

    pub fn request_close(&mut self) {
        let does = self.wizard.handle(Input::CloseRequested);
        self.does(does);
    }

    /// A signal.
    pub fn request_end(&mut self) {
        let does = self.wizard.handle(Input::EndRequested);
        self.does(does);
    }

    pub fn tick(&mut self) {
        self.tick_now();
        self.wait();
    }

    /// While something runs.
    pub fn tick_now(&mut self) {
        let does = self.wizard.handle(Input::Tick);
        self.does(does);
    }

    pub fn fill(&mut self, account: &Account) {
        // The page takes what it has a field for.
        let entries = [
            ("contract_id", &account.contract_id),
            ("user_id", &account.user_id),
            ("password", &account.password),
            ("confirmation", &account.confirmation),
            ("contract_password", &account.password),
            ("contract_confirmation", &account.confirmation),
        ];
        for (field, value) in entries {
            self.type_into(field, value);
        }
    }

    pub fn type_into(&mut self, field: &str, value: &str) {
        let id = FieldId(field.to_owned());
        for event in [Event::Edited(id.clone(), Secret::new(value)), Event::Left(id)] {
            let does = self.wizard.handle(Input::Event(event));
            self.does(does);
        }
    }

    /// Walks on with the answer a confident person gives, until something stops or it is done.
    pub fn walk(&mut self, account: &Account) -> StageName {
        for _ in 0..12 {
            match self.stage() {
                StageName::Complete | StageName::Setback => break,
                StageName::Credentials => {
                    self.fill(account);
                    self.press(Control::Primary);
                }
                _ if self.window == Window::Closed => break,
                _ => self.press(Control::Primary),
            }
        }
        self.stage()
    }

    /// Walks to `stage` and stops there.
    pub fn walk_to(&mut self, stage: StageName, account: &Account) {
        for _ in 0..12 {
            if self.stage() == stage {
                return;
            }
            if self.stage() == StageName::Credentials {
                self.fill(account);
            }
            self.press(Control::Primary);
        }
        panic!("never came to {stage:?}, stopped at {:?}: {}", self.stage(), self.text());
    }

    /// Waits for everything that runs.
    pub fn wait(&mut self) {
        while let Some(Running { job, steps }) = self.running.take() {
            let outcome = self.runtime.block_on(job);
            let mut steps = steps;
            while let Some(step) = steps.as_mut().and_then(|steps| steps.try_recv().ok()) {
                let does = self.wizard.handle(Input::Progress(step));
                self.does(does);
            }
            let does = self.wizard.handle(Input::Finished(outcome));
            self.does(does);
        }
    }

    fn does(&mut self, does: Does) {
        if let Some(job) = does.job {
            assert!(self.running.is_none(), "two jobs at once");
            self.running = Some(Running { job, steps: does.progress });
        }
        if does.closing == WindowClosing::Close {
            self.window = Window::Closed;
        }
        self.clipboard = does.clipboard.or(self.clipboard.take());
    }
}

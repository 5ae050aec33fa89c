//! This test program started again as another process: a store must keep what it has beyond its process.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use shirushi::{
    domain::{KeyLabel, Secret, SecurityLevel},
    keystore::{self, KeyStore},
};

use crate::{contract::Later, memory::sign_with};

const TASK: &str = "KEYSTORE_TEST_TASK";
const ADDRESS: &str = "KEYSTORE_TEST_ADDRESS";
const PASSWORD: &str = "KEYSTORE_TEST_PASSWORD";
const LABEL: &str = "KEYSTORE_TEST_LABEL";
/// The test that is started again.
const HOST: &str = "process::a_task_of_another_process";

#[derive(Debug, Clone, Copy)]
pub enum Task {
    /// Opens the key and signs.
    Sign,
    /// Makes the key, tells and waits to be killed.
    Create,
    /// Makes the key and tells what the store said.
    TryCreate,
}

impl Task {
    fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Create => "create",
            Self::TryCreate => "try",
        }
    }
}

/// A store as another process finds it.
#[derive(Debug, Clone)]
pub struct Place {
    pub address: String,
    pub password: Option<&'static str>,
}

impl Place {
    pub fn nss(dir: &Path) -> Self {
        Self { address: format!("nss:{}", dir.display()), password: None }
    }

    /// The store, open.
    pub fn open(&self) -> Arc<dyn KeyStore> {
        let store = self.open_closed();
        if let Some(password) = self.password {
            store.unlock(&Secret::new(password)).expect("the password is right");
        }
        store
    }

    /// The store before its password is given.
    pub fn open_closed(&self) -> Arc<dyn KeyStore> {
        keystore::open(&self.address).expect("the store opens")
    }

    pub fn sign(&self, label: &KeyLabel) -> Later {
        let mut child = command(&this_program(), Task::Sign, self, label).spawn().expect("a child");
        let answer = answer(&mut child);
        child.wait().expect("it ends");
        later(&answer)
    }

    /// Makes the key in a process that is killed as soon as it has told the public key.
    pub fn make_and_die(&self, label: &KeyLabel) -> Vec<u8> {
        let mut child = command(&this_program(), Task::Create, self, label).spawn().expect("a child");
        let spki_der = from_hex(&answer(&mut child));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
        spki_der
    }
}

/// The command for a child process with `task` on the store at `place`. Nothing of a desktop is there to ask anybody.
pub fn command(program: &Path, task: Task, place: &Place, label: &KeyLabel) -> Command {
    let mut command = Command::new(program);
    command.args(["--exact", HOST, "--nocapture", "--test-threads=1"]);
    command.env(TASK, task.name()).env(ADDRESS, &place.address).env(LABEL, label.as_str());
    command.envs(place.password.map(|password| (PASSWORD, password)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
        command.env_remove(name);
    }
    command
}

pub fn this_program() -> PathBuf {
    env::current_exe().expect("this program")
}

pub fn later(answer: &str) -> Later {
    let (spki, signature) = answer.split_once(' ').expect("two values");
    Later { spki_der: from_hex(spki), signature: from_hex(signature) }
}

/// The line that the child has for its parent.
pub fn answer(child: &mut Child) -> String {
    let lines = BufReader::new(child.stdout.as_mut().expect("a pipe")).lines().map_while(Result::ok);
    lines
        .filter_map(|line| line.split_once("answer=").map(|(_, answer)| answer.to_owned()))
        .next()
        .expect("the child answers")
}

fn run(task: &str) {
    let label = KeyLabel::try_from(env::var(LABEL).expect("a label")).expect("a label of ours");
    let address = env::var(ADDRESS).expect("an address");
    let store = keystore::open(&address).expect("the store opens");
    if let Ok(password) = env::var(PASSWORD) {
        store.unlock(&Secret::new(password)).expect("the password is right");
    }
    match task {
        "sign" => {
            let later = sign_with(&*store, &label);
            tell(&format!("{} {}", to_hex(&later.spki_der), to_hex(&later.signature)));
        }
        "create" => {
            let signer = store.create(&label, 2048, SecurityLevel::Low).expect("a key");
            tell(&to_hex(signer.spki_der()));
            let _ = std::io::stdin().read(&mut [0]); // until the parent kills this process
        }
        _ => {
            let made = store.create(&label, 2048, SecurityLevel::Low);
            tell(&format!("{:?}", made.map(|signer| signer.spki_der().len())));
        }
    }
}

fn tell(answer: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "\nanswer={answer}").and_then(|()| out.flush()).expect("the parent listens");
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn from_hex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(text.get(at..at + 2).expect("two digits"), 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(byte).collect()
}

/// A process that is started again as this one starts itself. By itself it does nothing.
#[test]
fn a_task_of_another_process() {
    if let Ok(task) = env::var(TASK) {
        run(&task);
    }
}

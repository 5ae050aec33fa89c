//! This test program started again as another process: a store must keep what it has beyond its process.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use shirushi::{
    domain::{KeyLabel, SecurityLevel},
    keystore::{KeyStore as _, NssStore},
};

use crate::{
    contract::{Later, label},
    memory::sign_with,
};

const TASK: &str = "KEYSTORE_TEST_TASK";
const FOLDER: &str = "KEYSTORE_TEST_FOLDER";
const LABEL: &str = "KEYSTORE_TEST_LABEL";
/// The test that is started again.
const HOST: &str = "process::a_key_made_in_another_process_is_there";

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

/// The command for a child process with `task` on the database in `dir`.
pub fn command(program: &Path, task: Task, dir: &Path, label: &KeyLabel) -> Command {
    let mut command = Command::new(program);
    command.args(["--exact", HOST, "--nocapture", "--test-threads=1"]);
    command.env(TASK, task.name()).env(FOLDER, dir).env(LABEL, label.as_str());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

pub fn this_program() -> PathBuf {
    env::current_exe().expect("this program")
}

pub fn sign(dir: &Path, label: &KeyLabel) -> Later {
    let mut child = command(&this_program(), Task::Sign, dir, label).spawn().expect("a child");
    let answer = answer(&mut child);
    child.wait().expect("it ends");
    later(&answer)
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
    let dir = PathBuf::from(env::var_os(FOLDER).expect("a folder"));
    let label = KeyLabel::try_from(env::var(LABEL).expect("a label")).expect("a label of ours");
    let store = NssStore::open(&dir).expect("the database opens");
    match task {
        "sign" => {
            let later = sign_with(&store, &label);
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

#[test]
fn a_key_made_in_another_process_is_there() {
    if let Ok(task) = env::var(TASK) {
        return run(&task);
    }
    crate::nss::with_bench("a_key_made_in_another_process_is_there", |bench| {
        let mut child = command(&this_program(), Task::Create, &bench.dir(), &label(1)).spawn().expect("a child");
        let spki_der = from_hex(&answer(&mut child));
        drop(child.stdin.take());
        child.wait().expect("it ends");
        let opened = NssStore::open(&bench.dir()).and_then(|store| store.open(&label(1)));
        assert_eq!(opened.expect("the key is there").spki_der(), spki_der);
    });
}

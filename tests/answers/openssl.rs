//! `openssl verify`, about many certificates at once.

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use shirushi::domain::Certificate;
use tempfile::TempDir;

use crate::make::now;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub leaf: Vec<u8>,
    pub untrusted: Vec<Vec<u8>>,
}

#[derive(Debug)]
pub struct Openssl {
    folder: TempDir,
    files: AtomicUsize,
}

fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

impl Openssl {
    pub fn new(root: &Certificate) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("root.pem"), pem(root.der())).expect("written");
        Self { folder, files: AtomicUsize::new(0) }
    }

    /// Whether each is accepted. Those with the same certificates beside them share a process.
    pub fn verify(&self, questions: &[Option<Question>]) -> Vec<Option<bool>> {
        let mut together = BTreeMap::<&[Vec<u8>], Vec<usize>>::new();
        for (place, question) in questions.iter().enumerate() {
            if let Some(question) = question {
                together.entry(&question.untrusted).or_default().push(place);
            }
        }
        let mut verdicts = vec![None; questions.len()];
        for (untrusted, places) in together {
            let leaves: Vec<&[u8]> =
                places.iter().filter_map(|place| questions[*place].as_ref()).map(|it| it.leaf.as_slice()).collect();
            for (place, accepted) in places.iter().zip(self.run(&leaves, untrusted, now().as_second())) {
                verdicts[*place] = Some(accepted);
            }
        }
        verdicts
    }

    /// The same with a clock that is ahead by as much as ours may differ from the CA's, or a second behind: OpenSSL calls
    /// a certificate expired in its last second, which RFC 5280 §4.1.2.5 includes.
    pub fn accepts_by_another_clock(&self, question: &Question) -> bool {
        let accepts =
            |later: i64| self.run(&[&question.leaf], &question.untrusted, now().as_second() + later) == [true];
        accepts(300) || accepts(-1)
    }

    /// What it says of one, and the certificate itself.
    pub fn explained(&self, question: &Question) -> String {
        let [beside, leaf] = [question.untrusted.as_slice(), std::slice::from_ref(&question.leaf)]
            .map(|some| self.write(&some.iter().map(|der| pem(der)).collect::<String>()));
        let output = self.command(Some(&beside), now().as_second()).arg(leaf).output().expect("openssl");
        let certificates = question.untrusted.iter().chain([&question.leaf]).map(|der| pem(der)).collect::<String>();
        format!("{}\n{certificates}", String::from_utf8_lossy(&output.stderr))
    }

    fn write(&self, text: &str) -> String {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let name = format!("{number}.pem");
        fs::write(self.folder.path().join(&name), text).expect("written");
        name
    }

    fn run(&self, leaves: &[&[u8]], untrusted: &[Vec<u8>], time: i64) -> Vec<bool> {
        let beside = self.write(&untrusted.iter().map(|der| pem(der)).collect::<String>());
        let names: Vec<String> = leaves.iter().map(|leaf| self.write(&pem(leaf))).collect();
        let mut command = self.command((!untrusted.is_empty()).then_some(&beside), time);
        let output = command.args(&names).stderr(Stdio::null()).output().expect("openssl");
        let text = String::from_utf8_lossy(&output.stdout);
        let good: Vec<&str> = text.lines().filter_map(|line| line.strip_suffix(": OK")).collect();
        for name in names.iter().chain([&beside]) {
            fs::remove_file(self.folder.path().join(name)).expect("removed");
        }
        names.iter().map(|name| good.contains(&name.as_str())).collect()
    }

    fn command(&self, untrusted: Option<&String>, time: i64) -> Command {
        let mut command = Command::new("openssl");
        command.current_dir(self.folder.path()).args(["verify", "-no-CApath", "-no-CAstore", "-CAfile", "root.pem"]);
        command.args(["-purpose", "sslclient", "-attime", &time.to_string()]);
        if let Some(untrusted) = untrusted {
            command.args(["-untrusted", untrusted]);
        }
        command
    }
}

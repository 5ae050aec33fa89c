//! Every kind of answer that a CA could give, made with the CA's own keys, and what it must come to.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use shirushi::protocol::validate::Rule;

use crate::{judge::Asked, paper::Paper};

mod chains;
mod envelopes;
mod leaves;

/// What must become of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Odd perhaps, and harmless.
    Accepted,
    Refused(Rule),
}

#[derive(Debug, Clone)]
pub struct Kind {
    pub name: &'static str,
    pub verdict: Verdict,
    pub body: Vec<u8>,
    pub asked: Asked,
}

impl Kind {
    fn new(name: &'static str, verdict: Verdict, body: impl Into<Vec<u8>>) -> Self {
        Self { name, verdict, body: body.into(), asked: Asked::default() }
    }

    fn asked(self, change: impl FnOnce(&mut Asked)) -> Self {
        let mut asked = self.asked;
        change(&mut asked);
        Self { asked, ..self }
    }
}

fn good(name: &'static str, body: impl Into<Vec<u8>>) -> Kind {
    Kind::new(name, Verdict::Accepted, body)
}

fn bad(rule: Rule, name: &'static str, body: impl Into<Vec<u8>>) -> Kind {
    Kind::new(name, Verdict::Refused(rule), body)
}

/// As EST sends it: leaf and CA in base64.
fn answer(leaf: &Paper) -> Vec<u8> {
    chain(&[leaf, &Paper::ca()])
}

fn chain(papers: &[&Paper]) -> Vec<u8> {
    base64(&crate::paper::envelope(&papers.iter().map(|paper| paper.der()).collect::<Vec<_>>()))
}

fn base64(der: &[u8]) -> Vec<u8> {
    BASE64_STANDARD.encode(der).into_bytes()
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der)).into_bytes()
}

pub fn all() -> Vec<Kind> {
    let kinds = [envelopes::refused(), envelopes::accepted(), leaves::refused(), leaves::accepted()];
    kinds.into_iter().flatten().chain(chains::refused()).chain(chains::accepted()).collect()
}

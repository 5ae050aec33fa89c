//! What the product makes of an answer: read, then believed or not, exactly as a session does it.

use std::sync::LazyLock;

use jiff::Timestamp;
use shirushi::{
    domain::{Certificate, DistinguishedName},
    protocol::{
        RawAnswer, pkcs7,
        validate::{Believed, Expectation, Rule, believe},
    },
};

use crate::{
    make::{TestKey, keys, now},
    paper::Paper,
};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub key: &'static TestKey,
    pub bits: u16,
    pub renews: Option<Certificate>,
    pub anchors: Vec<Certificate>,
    /// What `cacerts` has brought.
    pub intermediates: Vec<Certificate>,
    pub now: Timestamp,
}

/// The applicant's name in every answer here.
pub static SUBJECT: LazyLock<DistinguishedName> = LazyLock::new(|| {
    let attributes = [("CN".to_owned(), "1234567 taro".to_owned()), ("O".to_owned(), "Renshu".to_owned())];
    DistinguishedName::from_attributes(attributes)
});

/// The anchor of the profile.
pub static ROOT: LazyLock<Certificate> = LazyLock::new(|| Paper::root().certificate());

impl Default for Asked {
    fn default() -> Self {
        let (anchors, intermediates) = (vec![ROOT.clone()], Vec::new());
        Self { key: &keys().leaf, bits: 2048, renews: None, anchors, intermediates, now: now() }
    }
}

/// Whoever says what an answer is worth.
pub type Judge = fn(&RawAnswer, &Asked) -> Result<Believed, Rule>;

pub fn ours(answer: &RawAnswer, asked: &Asked) -> Result<Believed, Rule> {
    let certificates = pkcs7::certificates(answer).map_err(|_| Rule::Readable)?;
    let expectation = Expectation {
        key: asked.key.hash(),
        subject: &SUBJECT,
        renews: asked.renews.as_ref(),
        issuer_anchors: &asked.anchors,
        intermediates: &asked.intermediates,
        bits: asked.bits,
        now: asked.now,
    };
    believe(certificates, &expectation)
}

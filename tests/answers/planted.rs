//! Planted: judges that have forgotten a rule. What they let through must be seen.

use shirushi::protocol::{
    RawAnswer, pkcs7,
    validate::{Believed, Rule},
};

use crate::judge::{Asked, ours};

/// As ours, and whoever breaks `forgotten` is believed.
pub fn without(forgotten: Rule, answer: &RawAnswer, asked: &Asked) -> Result<Believed, Rule> {
    match ours(answer, asked) {
        Err(rule) if rule == forgotten => {
            // Where nothing can be read, something is made up.
            let mut certificates = pkcs7::certificates(answer).unwrap_or_else(|_| asked.anchors.clone());
            let ours = certificates.iter().position(|certificate| certificate.spki_hash() == asked.key.hash());
            let leaf = certificates.remove(ours.unwrap_or(0));
            Ok(Believed { leaf, intermediates: certificates })
        }
        verdict => verdict,
    }
}

/// Every rule; whoever adds one says so here.
pub const RULES: [Rule; 11] = [
    Rule::Readable,
    Rule::OurKey,
    Rule::Chain,
    Rule::ClientAuth,
    Rule::KeyUsage,
    Rule::NotACa,
    Rule::Dates,
    Rule::Subject,
    Rule::Algorithm,
    Rule::CriticalExtension,
    Rule::WellFormed,
];

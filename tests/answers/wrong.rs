//! Every kind of answer comes to what it must.

use std::collections::{BTreeMap, BTreeSet};

use shirushi::protocol::{
    RawAnswer,
    validate::{Believed, Rule},
};

use crate::{
    judge::{Asked, ROOT, ours},
    kinds::{Kind, Verdict, all},
    make::raw,
    openssl::{Openssl, Question},
    planted::{RULES, without},
    table::Row,
};

/// What `judge` gets wrong, in words.
fn wrong(judge: impl Fn(&RawAnswer, &Asked) -> Result<Believed, Rule>, kinds: &[Kind]) -> Vec<String> {
    let verdict = |kind: &Kind| match judge(&raw(kind.body.clone()), &kind.asked) {
        Ok(_) => Verdict::Accepted,
        Err(rule) => Verdict::Refused(rule),
    };
    let judged = kinds.iter().map(|kind| (kind, verdict(kind)));
    judged
        .filter(|(kind, got)| *got != kind.verdict)
        .map(|(kind, got)| format!("{}: {got:?} and not {:?}", kind.name, kind.verdict))
        .collect()
}

#[test]
fn every_wrong_answer_breaks_its_rule_and_every_harmless_oddity_is_accepted() {
    let kinds = all();
    let wrong = wrong(ours, &kinds);
    let names: BTreeSet<&str> = kinds.iter().map(|kind| kind.name).collect();
    assert_eq!(names.len(), kinds.len(), "every name says another thing");
    let mut by_verdict = BTreeMap::<String, Vec<Kind>>::new();
    for kind in &kinds {
        by_verdict.entry(format!("{:?}", kind.verdict)).or_default().push(kind.clone());
    }
    for (verdict, kinds) in &by_verdict {
        let case = format!("answers of the CA: {verdict}");
        let (count, broken) = (kinds.len(), self::wrong(ours, kinds).len());
        Row { harness: "answers", case: &case, points: count, tried: count, broken, note: "" }.enter();
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), kinds.len(), wrong.join("\n"));
}

/// Planted: whoever forgets one rule, whichever it is, and whoever refuses what is harmless.
#[test]
fn a_rule_that_is_forgotten_is_seen_by_the_kinds() {
    let kinds = all();
    for rule in RULES {
        let seen = wrong(|answer, asked| without(rule, answer, asked), &kinds);
        assert!(seen.len() >= 3, "without {rule:?}: {seen:?}");
    }
    let accepted = kinds.iter().filter(|kind| kind.verdict == Verdict::Accepted).count();
    let strict = wrong(|answer, asked| ours(answer, asked).and(Err(Rule::Readable)), &kinds);
    assert!(strict.len() >= accepted, "whoever believes nothing must be seen");
}

#[test]
fn every_harmless_oddity_is_harmless_to_openssl_too() {
    let (openssl, mut wrong) = (Openssl::new(&ROOT), Vec::new());
    for kind in all().iter().filter(|kind| kind.verdict == Verdict::Accepted) {
        let believed = ours(&raw(kind.body.clone()), &kind.asked).expect("accepted");
        let untrusted = believed.intermediates.iter().map(|ca| ca.der().to_vec()).collect();
        let question = Question { leaf: believed.leaf.der().to_vec(), untrusted };
        if !openssl.accepts_by_another_clock(&question) {
            wrong.push(format!("{}: {}", kind.name, openssl.explained(&question)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

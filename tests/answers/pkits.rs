//! NIST's Public Key Interoperability Test Suite (PKITS): the path alone, against the verdict on each of its 246 cases.
//! Every disagreement stands with its reason in docs/pkits.md, and nothing else does.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;
use shirushi::{
    domain::Certificate,
    protocol::validate::{Rule, path},
};

use crate::{make::now, programs::skip, table::Row};

/// Where `cargo xtask test` unpacks it.
fn suite(test: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers").join("pkits");
    let here = folder.join("pkits.json").is_file();
    (here || skip(test, "PKITS is not in target/peers, where cargo xtask test unpacks it")).then_some(folder)
}

struct Case {
    number: String,
    name: String,
    is_valid: bool,
    verdict: Result<(), Rule>,
}

fn cases(suite: &std::path::Path) -> Vec<Case> {
    let text = fs::read_to_string(suite.join("pkits.json")).expect("the verdicts");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let read = |name: &str| {
        let der = fs::read(suite.join("certs").join(name)).expect("a certificate");
        Certificate::from_der(der).map_err(|_| Rule::Readable)
    };
    let anchors = [read("TrustAnchorRootCertificate.crt").expect("the anchor")];
    let judge = |case: &Value| {
        let leaf = read(case["cert"].as_str().expect("a name"))?;
        let names = ["path_intermediates", "other_certs"].iter().find_map(|field| case[field].as_array());
        let others = names.into_iter().flatten().filter_map(Value::as_str).map(read);
        // A session leaves an answer alone of which one certificate cannot be read.
        let others = others.collect::<Result<Vec<_>, _>>()?;
        path(&leaf, &others.iter().collect::<Vec<_>>(), &anchors, now()).map(drop)
    };
    let text = |case: &Value, field: &str| case[field].as_str().expect("text").to_owned();
    let case = |case: &Value| Case {
        number: number(&text(case, "id")),
        name: text(case, "name"),
        is_valid: case["error"].is_null(),
        verdict: judge(case),
    };
    cases.iter().map(case).collect()
}

/// As NIST writes it: 4.8.1 for 40801.
fn number(id: &str) -> String {
    let part = |digits: &str| digits.trim_start_matches('0').to_owned();
    format!("{}.{}.{}", &id[..1], part(&id[1..3]), part(&id[3..]))
}

/// A row of the list: number, name, what NIST says, what is said here.
fn row(case: &Case) -> String {
    let nist = if case.is_valid { "valid" } else { "invalid" };
    let here = case.verdict.map_or_else(|rule| format!("{rule:?}"), |()| "accepted".to_owned());
    format!("| {} | {} | {nist} | {here} |", case.number, case.name.replace('_', " "))
}

fn disagreements(cases: &[Case]) -> Vec<String> {
    cases.iter().filter(|case| case.verdict.is_ok() != case.is_valid).map(row).collect()
}

/// The rows of the document that begin with a number.
fn listed(document: &str) -> Vec<String> {
    let is_row =
        |line: &&str| line.strip_prefix("| ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut rows: Vec<String> = document.lines().filter(is_row).map(str::to_owned).collect();
    rows.sort_unstable();
    rows
}

const DOCUMENT: &str = include_str!("../../docs/pkits.md");

fn untrue(cases: &[Case], document: &str) -> BTreeMap<&'static str, Vec<String>> {
    let (seen, listed) = (disagreements(cases), listed(document));
    let missing = seen.iter().filter(|row| !listed.contains(row)).cloned().collect();
    let gone = listed.iter().filter(|row| !seen.contains(row)).cloned().collect();
    [("not in the list", missing), ("no longer true", gone)]
        .into_iter()
        .filter(|(_, rows): &(_, Vec<_>)| !rows.is_empty())
        .collect()
}

#[test]
fn every_disagreement_with_nist_stands_in_the_list_with_its_reason() {
    let Some(suite) = suite("every_disagreement_with_nist_stands_in_the_list_with_its_reason") else { return };
    let mut cases = cases(&suite);
    assert_eq!(cases.len(), 246);
    let untrue = untrue(&cases, DOCUMENT);
    let accepted_wrongly = cases.iter().filter(|case| case.verdict.is_ok() && !case.is_valid).count();
    let refused_wrongly = cases.iter().filter(|case| case.verdict.is_err() && case.is_valid).count();
    let note = format!("invalid and accepted: {accepted_wrongly}, valid and refused: {refused_wrongly}; docs/pkits.md");
    let broken = untrue.values().map(Vec::len).sum();
    Row { harness: "answers", case: "NIST PKITS: the path alone", points: 246, tried: 246, broken, note: &note }
        .enter();
    assert!(untrue.is_empty(), "{untrue:#?}");
    the_planted_are_seen(&mut cases);
}

/// Planted: a validator that accepts a forged signature, and a list that has lost a row or kept one.
fn the_planted_are_seen(cases: &mut [Case]) {
    let forged = cases.iter_mut().find(|case| case.number == "4.1.2").expect("a forged signature");
    assert!(!forged.is_valid);
    forged.verdict = Ok(());
    assert!(!untrue(cases, DOCUMENT).is_empty(), "whoever accepts a forged signature must be seen");
    let forged = cases.iter_mut().find(|case| case.number == "4.1.2").expect("a forged signature");
    forged.verdict = Err(Rule::Chain);
    let rows = listed(DOCUMENT);
    assert!(!untrue(cases, &rows[1..].join("\n")).is_empty(), "a row that is lost must be seen");
    let more = format!("{DOCUMENT}\n| 4.1.1 | valid signatures test1 | valid | Chain |\n");
    assert!(!untrue(cases, &more).is_empty(), "a row that is not true must be seen");
}

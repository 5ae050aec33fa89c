//! Readers that break a promise: the smoke run must find the input that shows it.

use shirushi::{
    domain::Certificate,
    protocol::{
        problem::Problem,
        validate::{Believed, Expectation, Rule},
    },
};

use crate::{
    smoke::{run, seeds},
    targets::{ALL, Target, check_certificates, fixture},
};

const CASES: usize = 1_500;

fn target(name: &str) -> Target {
    ALL.into_iter().find(|target| target.name == name).expect("such a target")
}

/// Stops dead at a string that comes in pieces (X.690 §8.7.3).
fn knows_no_pieces(data: &[u8]) {
    assert!(!data.windows(2).any(|window| window == [0x24, 0x80]), "planted: a string in pieces");
}

#[test]
fn a_reader_that_panics_at_a_string_in_pieces_is_found() {
    let target = Target { run: knows_no_pieces, ..target("certificates") };
    let finding = run(&target, CASES).expect("nobody saw it");
    assert_eq!(finding.said, "planted: a string in pieces");
    assert!(!seeds("certificates").contains(&finding.input), "mutations are needed for it");
}

/// Believes in whichever certificate stands first.
fn takes_the_first(mut certificates: Vec<Certificate>, _: &Expectation<'_>) -> Result<Believed, Rule> {
    Ok(Believed { leaf: certificates.remove(0), intermediates: Vec::new() })
}

#[test]
fn a_program_that_believes_without_our_key_is_found() {
    let target = Target { run: |data| check_certificates(data, takes_the_first), ..target("certificates") };
    let finding = run(&target, CASES).expect("nobody saw it");
    assert!(finding.said.contains("believed"), "{}", finding.said);
}

/// Shows what the bank has said as it is.
fn repeats_what_it_is_told(data: &[u8]) {
    let problem = Problem::read(None, data);
    assert!(
        !fixture().gives_away(&fixture().credentials, problem.text.as_bytes()),
        "planted: a secret stands in the report"
    );
}

#[test]
fn a_report_that_repeats_a_number_is_found() {
    let target = Target { run: repeats_what_it_is_told, ..target("est") };
    assert!(run(&target, CASES).is_some(), "nobody saw it");
}

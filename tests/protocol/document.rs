//! docs/protocol.md: every rule says which test shows it or why none does, and every test that it names is there.

use std::{collections::BTreeMap, fs, path::Path};

/// The rows of rules: those that begin with an RFC, or with a dash where there is none.
fn rows(document: &str) -> Vec<&str> {
    let rule = |line: &&str| ["| 7030", "| 8951", "| 9908", "| –"].iter().any(|start| line.starts_with(start));
    document.lines().filter(rule).collect()
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2).filter(|text| text.contains("::"))
}

/// The files in which `program::module::function` may stand.
fn files(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split("::").collect();
    match parts.as_slice() {
        ["bank", file, _] => vec![format!("practice-bank/tests/{file}.rs")],
        ["src", path @ .., _] => vec![format!("src/{}.rs", path.join("/"))],
        [program, _] => vec![format!("tests/{program}.rs"), format!("tests/{program}/main.rs")],
        [program, file, _] => vec![format!("tests/{program}/{file}.rs")],
        _ => Vec::new(),
    }
}

/// Whether the source has a test of this name.
fn has_test(source: &str, function: &str) -> bool {
    let named = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ")
            .is_some_and(|rest| rest.strip_prefix(function).is_some_and(|end| end.starts_with("()")))
    };
    let lines: Vec<&str> = source.lines().collect();
    let is_mark = |line: &&str| ["#[test]", "#[tokio::test"].iter().any(|mark| line.trim_start().starts_with(mark));
    let marked = |at: usize| lines[..at].last().is_some_and(is_mark);
    lines.iter().enumerate().any(|(at, line)| named(line) && marked(at))
}

/// What is wrong with a document, whose tests are looked up with `read`.
fn breaches(document: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows(document) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, _, client, bank] = cells.as_slice() else {
            found.push(format!("four cells: {row}"));
            continue;
        };
        for cell in [client, bank] {
            if cell.is_empty() {
                found.push(format!("neither test nor reason: {row}"));
            }
            for name in quoted(cell) {
                let function = name.rsplit("::").next().unwrap_or_default();
                let is_there = files(name).iter().filter_map(|file| read(file)).any(|text| has_test(&text, function));
                if !is_there {
                    found.push(format!("no such test: {name}"));
                }
            }
        }
    }
    found
}

#[test]
fn every_rule_names_tests_that_exist_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("docs/protocol.md")).unwrap();
    assert!(rows(&document).len() > 80, "the rules were found");
    let breaches = breaches(&document, |file| fs::read_to_string(root.join(file)).ok());
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn a_document_that_promises_too_much_is_seen() {
    let sources = BTreeMap::from([
        ("tests/story/trust.rs", "#[test]\nfn nothing_is_sent() {\n}\nfn helper() {}\n"),
        ("practice-bank/tests/replay.rs", "#[tokio::test]\nasync fn once_only() {\n"),
    ]);
    let read = |file: &str| sources.get(file).map(|text| (*text).to_owned());
    let good = "| 7030 §1 | rule | `story::trust::nothing_is_sent` | none: see `bank::replay::once_only` |";
    assert_eq!(breaches(good, read), Vec::<String>::new());
    let bad = [
        "| 7030 §1 | rule | `story::trust::nothing_is` | none |",
        "| 7030 §1 | rule | `story::trust::helper` | none |",
        "| 7030 §1 | rule | none | `bank::nowhere::once_only` |",
        "| 8951 §3 | rule | none | |",
        "| – | rule | none |",
    ];
    for row in bad {
        assert_eq!(breaches(row, read).len(), 1, "{row}");
    }
}

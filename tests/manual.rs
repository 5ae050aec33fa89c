//! docs/manual-map.md: every sentence of the manual is on the page that the table says, with the words it says.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use shirushi::{
    domain::Language,
    i18n::Words,
    page::{Dialog, StepMark, frame},
};
use support::{every_dialog, every_page, profile};

const TABLE: &str = include_str!("../docs/manual-map.md");
const MESSAGES: &str = include_str!("../i18n/ja/shirushi.ftl");
const BEHAVIOURS: &str = concat!(
    include_str!("pages.rs"),
    include_str!("keyboard.rs"),
    include_str!("ending_pages.rs"),
    include_str!("recovery_pages.rs")
);

struct Row<'a> {
    sentence: &'a str,
    page: &'a str,
    message: &'a str,
    words: &'a str,
    test: &'a str,
}

fn rows(table: &str) -> Vec<Row<'_>> {
    let body = table.lines().filter(|line| line.starts_with('|')).skip(2);
    body.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, sentence, page, message, words, test] = cells.as_slice() else { panic!("six cells: {line}") };
        Row { sentence, page, message, words, test }
    })
    .collect()
}

/// What each page says in all its shapes.
fn pages(words: &Words) -> BTreeMap<&'static str, Vec<String>> {
    let mut said: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for sample in every_page(words) {
        said.entry(sample.name).or_default().extend(sample.page.spoken());
    }
    said.insert("frame", frame(&profile(), StepMark::default(), words).spoken());
    said.insert("closing", every_dialog(words).iter().flat_map(Dialog::spoken).collect());
    said
}

fn has_message(id: &str) -> bool {
    let (message, attribute) = id.split_once('.').unwrap_or((id, ""));
    let mut block = MESSAGES.lines().skip_while(|line| !line.starts_with(&format!("{message} =")));
    let first = block.next().is_some();
    first
        && (attribute.is_empty()
            || block
                .take_while(|line| line.starts_with(' ') || line.is_empty())
                .any(|line| line.trim_start().starts_with(&format!(".{attribute} ="))))
}

/// Whatever is wrong with the table.
fn complaints(table: &str) -> Vec<String> {
    let said = pages(&Words::new(Language::Japanese));
    let mut found = Vec::new();
    for row in rows(table) {
        let texts = said.get(row.page).map_or(&[][..], Vec::as_slice);
        if row.words.is_empty() || !texts.iter().any(|text| text.contains(row.words)) {
            found.push(format!("{}: 「{}」 is not on the page {}", row.sentence, row.words, row.page));
        }
        if row.message != "profile" && !has_message(row.message) {
            found.push(format!("{}: no message {}", row.sentence, row.message));
        }
        if !BEHAVIOURS.contains(&format!("fn {}()", row.test)) {
            found.push(format!("{}: no test {}", row.sentence, row.test));
        }
    }
    found
}

#[test]
fn every_sentence_of_the_manual_has_its_place() {
    assert_eq!(complaints(TABLE), Vec::<String>::new());
    assert!(rows(TABLE).len() >= 50, "rows have gone");
}

#[test]
fn planted_wrong_words_a_wrong_message_and_a_missing_test_are_reported() {
    let words = TABLE.replacen("| このウィンドウを閉じる | the_last", "| このウィンドウを開ける | the_last", 1);
    assert_eq!(complaints(&words).len(), 1);
    let page = TABLE.replacen("| complete | complete.close |", "| login | complete.close |", 1);
    assert_eq!(complaints(&page).len(), 1);
    let message = TABLE.replacen("| complete.close |", "| complete.open |", 1);
    assert_eq!(complaints(&message).len(), 1);
    let test = TABLE.replacen("| the_frame_names_seven_steps |", "| the_frame_names_eight_steps |", 1);
    assert_eq!(complaints(&test).len(), 1);
}

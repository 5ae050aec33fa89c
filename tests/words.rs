//! The words themselves: both languages say the same things, nothing is said that no page uses, every character has a
//! glyph, and no page uses a word that its reader cannot know. Each checker is shown a planted fault.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use shirushi::{
    domain::Language,
    i18n::{BREAK, Words, plain},
    page::{Block, Frame, Page, Row, frame},
};
use support::{every_dialog, every_page, profile, words};

const JAPANESE: &str = include_str!("../i18n/ja/shirushi.ftl");
const ENGLISH: &str = include_str!("../i18n/en/shirushi.ftl");
const FONT: &[u8] = include_bytes!("../assets/fonts/ShirushiGothic-Regular.ttf");

/// `id` or `id.attribute` → the names of its places.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn messages(file: &str) -> Messages {
    let resource = fluent_syntax::parser::parse(file).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut found = Messages::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        if let Some(pattern) = &message.value {
            found.insert(message.id.name.to_owned(), places(pattern));
        }
        for attribute in &message.attributes {
            found.insert(format!("{}.{}", message.id.name, attribute.id.name), places(&attribute.value));
        }
    }
    found
}

fn places(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => found.extend(variable(inline)),
            Expression::Select { selector, variants } => {
                found.extend(variable(selector));
                variants.iter().for_each(|variant| found.extend(places(&variant.value)));
            }
        }
    }
    found
}

fn variable(inline: &InlineExpression<&str>) -> Option<String> {
    match inline {
        InlineExpression::VariableReference { id } => Some(id.name.to_owned()),
        _ => None,
    }
}

/// What one language says and the other does not.
fn differences(one: &Messages, other: &Messages) -> Vec<String> {
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    keys.into_iter().filter(|key| one.get(*key) != other.get(*key)).cloned().collect()
}

#[test]
fn both_languages_have_the_same_messages_attributes_and_places() {
    assert_eq!(differences(&messages(JAPANESE), &messages(ENGLISH)), Vec::<String>::new());
}

#[test]
fn planted_a_missing_attribute_and_a_renamed_place_are_seen() {
    let missing = ENGLISH.replacen("    .help = Help (F1)\n", "", 1);
    assert_eq!(differences(&messages(JAPANESE), &messages(&missing)), ["frame.help"]);
    let renamed = ENGLISH.replacen("{ $n } of { $of }", "{ $m } of { $of }", 1);
    assert_eq!(differences(&messages(JAPANESE), &messages(&renamed)), ["frame.count"]);
}

/// The message ids and attributes that the sources name: in each call, the first literal that is an id, and the other
/// literals as its attributes.
fn used(sources: &str, known: &Messages) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, always) in [("say!(", &[][..]), ("lines!(", &[]), ("advice!(", &["lead", "again", "who"])] {
        for (at, _) in sources.match_indices(name) {
            let literals = literals(&sources[at + name.len() - 1..]);
            let is_id = |text: &String| known.keys().any(|key| key.split('.').next() == Some(text.as_str()));
            let Some(index) = literals.iter().position(is_id) else { continue };
            let id = &literals[index];
            let attributes = literals[index + 1..].iter().map(String::as_str).chain(always.iter().copied());
            found.extend(attributes.map(|attribute| format!("{id}.{attribute}")));
            found.insert(id.clone());
        }
    }
    found
}

/// The string literals up to the parenthesis that closes the first one.
fn literals(call: &str) -> Vec<String> {
    let (mut depth, mut inside, mut found) = (0, None::<String>, Vec::new());
    for c in call.chars() {
        match (c, &mut inside) {
            ('"', None) => inside = Some(String::new()),
            ('"', Some(_)) => found.extend(inside.take()),
            (_, Some(text)) => text.push(c),
            ('(', None) => depth += 1,
            (')', None) if depth == 1 => break,
            (')', None) => depth -= 1,
            _ => {}
        }
    }
    found
}

fn sources() -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root];
    let mut all = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|end| end == "rs") {
                all.push_str(&std::fs::read_to_string(entry).unwrap());
            }
        }
    }
    all
}

fn unused(sources: &str, file: &str) -> Vec<String> {
    let known = messages(file);
    let used = used(sources, &known);
    known.into_keys().filter(|key| !used.contains(key)).collect()
}

#[test]
fn every_message_is_used() {
    assert_eq!(unused(&sources(), JAPANESE), Vec::<String>::new());
}

#[test]
fn planted_a_message_that_nobody_uses_is_seen() {
    let planted = format!("{JAPANESE}\nnobody = 誰も\n    .says = 言わない\n");
    assert_eq!(unused(&sources(), &planted), ["nobody", "nobody.says"]);
}

/// Everything the product can say with the sample data, as it is drawn.
fn everything(words: &Words) -> Vec<String> {
    let mut all: Vec<String> = every_page(words).iter().flat_map(|sample| sample.page.spoken()).collect();
    all.extend(every_dialog(words).iter().flat_map(shirushi::page::Dialog::spoken));
    all.extend(sample_frame(words).spoken());
    all
}

fn sample_frame(words: &Words) -> Frame {
    frame(&profile(), shirushi::page::StepMark::default(), words)
}

fn without_glyph<'a>(texts: impl IntoIterator<Item = &'a String>) -> BTreeSet<char> {
    let face = ttf_parser::Face::parse(FONT, 0).unwrap();
    let drawn = texts.into_iter().flat_map(|text| text.chars()).filter(|c| *c != BREAK && *c != '\n');
    drawn.filter(|c| face.glyph_index(*c).is_none()).collect()
}

#[test]
fn every_character_has_a_glyph() {
    for words in words() {
        assert_eq!(without_glyph(&everything(&words)), BTreeSet::new());
    }
    assert_eq!(without_glyph([&JAPANESE.to_owned(), &ENGLISH.to_owned()]), BTreeSet::new());
}

#[test]
fn planted_a_character_without_a_glyph_is_seen() {
    assert_eq!(without_glyph([&"完了🎉".to_owned()]), BTreeSet::from(['🎉']));
}

/// Words that a customer of a bank need not know, and words that say nothing.
const JARGON: [&str; 15] = [
    "CSR",
    "PKCS",
    "TLS",
    "SSL",
    "HTTP",
    "CA",
    "RSA",
    "EST",
    "token",
    "トークン",
    "timeout",
    "タイムアウト",
    "retry",
    "不明な",
    "unknown error",
];
const NEVER_IN_A_TITLE: [&str; 3] = ["エラー", "Error", "失敗"];

/// Latin words only count as whole words: "SCALE" is not "CA".
fn says(text: &str, word: &str) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, found)| {
        !word.is_ascii() || !latin(text[..at].chars().last()) && !latin(text[at + found.len()..].chars().next())
    })
}

fn jargon(texts: &[String]) -> Vec<&String> {
    texts.iter().filter(|text| JARGON.iter().any(|word| says(text, word))).collect()
}

fn bad_titles(titles: &[String]) -> Vec<&String> {
    titles.iter().filter(|title| NEVER_IN_A_TITLE.iter().any(|word| title.contains(word))).collect()
}

/// The details are for those who ask for them: there the method of the key may be named.
fn without_details(mut page: Page) -> Page {
    page.blocks.retain(|block| !matches!(block, Block::Disclosure { .. }));
    page
}

#[test]
fn no_page_uses_jargon() {
    for words in words() {
        for sample in every_page(&words) {
            let said = without_details(sample.page.clone()).spoken();
            assert_eq!(jargon(&said), Vec::<&String>::new(), "{}", sample.name);
        }
        let dialogs: Vec<String> = every_dialog(&words).iter().flat_map(shirushi::page::Dialog::spoken).collect();
        assert_eq!(jargon(&dialogs), Vec::<&String>::new());
    }
}

#[test]
fn no_title_speaks_of_errors() {
    for words in words() {
        let titles: Vec<String> = every_page(&words).iter().map(|sample| sample.page.title.clone()).collect();
        assert_eq!(bad_titles(&titles), Vec::<&String>::new());
    }
}

#[test]
fn planted_jargon_is_seen() {
    let bad = ["CSRを送りました".to_owned(), "The CA said no".to_owned(), "不明な原因".to_owned()];
    assert_eq!(jargon(&bad).len(), 3);
    assert_eq!(bad_titles(&["エラーが起きました".to_owned()]).len(), 1);
    assert!(jargon(&["SCALE of a CAR".to_owned()]).is_empty());
}

fn length(text: &str) -> usize {
    plain(text).chars().count()
}

/// What is longer than the layout can hold without growing.
fn too_long(page: &Page) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |text: &str, limit: usize| {
        if length(text) > limit {
            found.push(format!("{} > {limit}: {}", length(text), plain(text)));
        }
    };
    check(&page.title, 24);
    for button in [&page.footer.back, &page.footer.second, &page.footer.primary].into_iter().flatten() {
        check(&button.label, 12);
    }
    rows(&page.blocks).into_iter().for_each(|row| check(&row.key, 8));
    found
}

fn rows(blocks: &[Block]) -> Vec<&Row> {
    let mut found = Vec::new();
    for block in blocks {
        if let Block::Rows(rows) | Block::Disclosure { rows, .. } = block {
            found.extend(rows);
        }
    }
    found
}

#[test]
fn japanese_titles_buttons_row_keys_and_steps_keep_their_limits() {
    let words = Words::new(Language::Japanese);
    for sample in every_page(&words) {
        let mut page = sample.page.clone();
        if sample.name == "help" {
            // Names of keys are not words of ours.
            page.blocks.retain(|block| !rows(std::slice::from_ref(block)).iter().any(|row| row.key == "Enter"));
        }
        assert_eq!(too_long(&page), Vec::<String>::new(), "{}", sample.name);
    }
    for dialog in every_dialog(&words) {
        assert!(length(&dialog.title) <= 24, "{}", dialog.title);
        assert!(length(&dialog.primary.label) <= 12, "{}", dialog.primary.label);
        assert!(length(&dialog.second.label) <= 12, "{}", dialog.second.label);
    }
    assert!(sample_frame(&words).steps.iter().all(|step| length(step) <= 9));
}

#[test]
fn planted_a_title_of_25_characters_is_seen() {
    let page = Page { title: "あ".repeat(25), ..Page::default() };
    assert_eq!(too_long(&page).len(), 1);
    let marked = Page { title: format!("{}{BREAK}", "あ".repeat(24)), ..Page::default() };
    assert!(too_long(&marked).is_empty(), "a mark is no character");
}

#[test]
fn every_page_has_a_title_and_at_most_one_filled_button_and_no_place_stays_open() {
    for words in words() {
        for sample in every_page(&words) {
            let page = &sample.page;
            assert!(!page.title.is_empty(), "{}", sample.name);
            let pressable = page.footer.primary.is_some() || page.footer.note.is_some();
            assert!(pressable, "{}: nothing to press and nothing said about it", sample.name);
            for text in page.spoken() {
                assert!(!text.contains(['{', '}', '\u{FDD0}', '\u{2068}']), "{}: {text}", sample.name);
                assert!(!text.starts_with("No localization"), "{}: {text}", sample.name);
                assert!(!text.trim().is_empty() || text.is_empty(), "{}: blank line", sample.name);
            }
        }
    }
}

#[test]
fn english_pages_hold_no_japanese_but_the_banks_own_words() {
    let words = Words::new(Language::English);
    // Terms that a reader of English meets on the bank's own pages, and names out of the sample certificate.
    let terms = ["再発行", "失効", "ロック解除", "証明書更新", "れんしゅう信用金庫"];
    // What its menus and its papers are called.
    let menu = ["ご契約先管理情報変更", "利用者情報登録/変更", "電子証明書再発行依頼書", "変更届", "変更"];
    let own = [&menu[..], &terms].concat();
    for sample in every_page(&words).iter().filter(|sample| sample.name != "help") {
        for text in sample.page.spoken() {
            let left = own.iter().fold(text.clone(), |text, term| text.replace(term, ""));
            let japanese = left.chars().any(|c| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'));
            assert!(!japanese, "{}: {text}", sample.name);
        }
    }
}

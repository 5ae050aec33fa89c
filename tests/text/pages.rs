//! Every page and every question says on a terminal what it says elsewhere, and its controls are offered.

use shirushi::{
    i18n::{Words, plain},
    page::{Control, Page, Scene, frame},
    text::transcript,
};

use crate::support::{every_dialog, every_page, profile, words};

/// What the page says and the terminal does not. There is no eye on a terminal, no keyboard to click, no clock, and nothing to press that is
/// busy; what a page offers when it is open is pressed by its number.
fn unsaid(page: &Page, shown: &str) -> Vec<String> {
    let busy = page.buttons().into_iter().filter(|button| {
        matches!(button.control, Control::Reveal(_) | Control::KeyboardToggle(_))
            || button.readiness == shirushi::page::Readiness::Busy
    });
    let silent: Vec<String> =
        busy.map(|button| plain(&button.label)).chain(page.aside.iter().map(|a| plain(a))).collect();
    let said = page.spoken().into_iter().flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    said.filter(|text| !shown.contains(text.as_str()) && !silent.contains(text)).collect()
}

fn scene(page: &Page, words: &Words) -> Scene {
    Scene { frame: frame(&profile(), page.step, words), page: page.clone(), dialog: None, toast: None }
}

#[test]
fn every_page_says_everything_and_offers_every_control() {
    for words in words() {
        // Nobody can open the keyboard on a terminal.
        for sample in every_page(&words).iter().filter(|sample| sample.page.keyboard.is_none()) {
            let shown = transcript(&scene(&sample.page, &words), &words);
            assert_eq!(unsaid(&sample.page, &shown), Vec::<String>::new(), "{shown}");
        }
    }
}

#[test]
fn every_question_says_everything_and_offers_both_answers() {
    for words in words() {
        let page = &every_page(&words)[0].page;
        for dialog in every_dialog(&words) {
            let asked = Scene { dialog: Some(dialog.clone()), ..scene(page, &words) };
            let shown = transcript(&asked, &words);
            let unsaid: Vec<String> =
                dialog.spoken().into_iter().filter(|text| text.lines().any(|line| !shown.contains(line))).collect();
            assert_eq!(unsaid, Vec::<String>::new(), "{shown}");
        }
    }
}

#[test]
fn planted_a_page_without_its_lead_is_seen() {
    let [words, _] = words();
    let page = &every_page(&words)[0].page;
    let silent = Page { lead: Vec::new(), ..page.clone() };
    let shown = transcript(&scene(&silent, &words), &words);
    assert!(!unsaid(page, &shown).is_empty());
}

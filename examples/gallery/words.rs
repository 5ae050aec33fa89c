//! Sample words. `|` stands for an allowed break, as the message files write it.

use shirushi::domain::Language;
use shirushi::page::{Line, Weight};

pub fn of(language: Language, ja: &str, en: &str) -> String {
    let text = match language {
        Language::Japanese => ja,
        Language::English => en,
    };
    text.replace('|', "\u{200b}")
}

/// One line for each part between `/`.
pub fn lines(language: Language, ja: &str, en: &str) -> Vec<String> {
    of(language, ja, en).split('/').map(str::to_owned).collect()
}

pub fn plain(text: impl Into<String>) -> Line {
    Line { text: text.into(), weight: Weight::Regular }
}

pub fn strong(text: impl Into<String>) -> Line {
    Line { text: text.into(), weight: Weight::Bold }
}

//! Where the words go: standard output, in bold where it is a terminal.

use std::io::{self, IsTerminal, Write};

use super::print::Said;
use crate::{i18n::plain, page::Weight};

#[derive(Debug)]
pub struct Screen {
    boldness: Boldness,
    characters: Characters,
    cursor: Cursor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Boldness {
    Marked,
    None,
}

/// What the terminal of this locale can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Characters {
    All,
    /// Quotation marks and dashes of an English text have plain forms.
    Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    AtLineStart,
    AfterPrompt,
}

impl Screen {
    pub fn from_environment() -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|name| name == "dumb");
        let boldness = if io::stdout().is_terminal() && !dumb { Boldness::Marked } else { Boldness::None };
        let mut set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
        let locale = set.find(|locale| !locale.is_empty()).unwrap_or_default().to_ascii_lowercase();
        let characters = if locale.contains("utf") { Characters::All } else { Characters::Plain };
        Self { boldness, characters, cursor: Cursor::AtLineStart }
    }

    pub fn lines(&mut self, said: &[Said]) {
        said.iter().for_each(|said| self.line(&said.text, said.weight));
    }

    pub fn line(&mut self, text: &str, weight: Weight) {
        let text = self.shown(text);
        let start = self.line_start();
        match (weight, self.boldness) {
            (Weight::Bold, Boldness::Marked) => write(&format!("{start}\x1b[1m{text}\x1b[0m\n")),
            _ => write(&format!("{start}{text}\n")),
        }
    }

    /// The answer is typed behind it.
    pub fn prompt(&mut self, text: &str) {
        let text = self.shown(text);
        let start = self.line_start();
        write(&format!("{start}{text} "));
        self.cursor = Cursor::AfterPrompt;
    }

    /// An answer has come; only a terminal has shown its line end.
    pub fn answered(&mut self) {
        if io::stdin().is_terminal() {
            self.cursor = Cursor::AtLineStart;
        } else {
            write(self.line_start());
        }
    }

    fn line_start(&mut self) -> &'static str {
        match std::mem::replace(&mut self.cursor, Cursor::AtLineStart) {
            Cursor::AtLineStart => "",
            Cursor::AfterPrompt => "\n",
        }
    }

    fn shown(&self, text: &str) -> String {
        let harmless: String = plain(text).chars().map(harmless).collect();
        match self.characters {
            Characters::All => harmless,
            Characters::Plain => harmless.chars().fold(String::new(), |text, c| text + &plainer(c)),
        }
    }
}

/// A name in a certificate is written by others: it gives no orders to the terminal.
fn harmless(c: char) -> char {
    match c {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' => '\u{FFFD}',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    }
}

fn plainer(c: char) -> String {
    match c {
        '\u{201C}' | '\u{201D}' => "\"".to_owned(),
        '\u{2018}' | '\u{2019}' => "'".to_owned(),
        '\u{2013}' | '\u{2014}' | '\u{2212}' => "-".to_owned(),
        '\u{2026}' => "...".to_owned(),
        '\u{2190}' => "<-".to_owned(),
        '\u{2192}' => "->".to_owned(),
        '\u{FFFD}' => "?".to_owned(),
        other => other.to_string(),
    }
}

/// Who cannot be told goes on all the same: what runs must not stop because nobody reads along.
fn write(text: &str) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

#[cfg(test)]
mod tests {
    use super::{Boldness, Characters, Cursor, Screen};

    fn screen(characters: Characters) -> Screen {
        Screen { boldness: Boldness::None, characters, cursor: Cursor::AtLineStart }
    }

    #[test]
    fn a_name_gives_no_orders_to_the_terminal() {
        assert_eq!(screen(Characters::All).shown("a\u{1b}[2Jb\u{202E}c"), "a\u{FFFD}[2Jb\u{FFFD}c");
    }

    #[test]
    fn a_plain_terminal_gets_plain_quotation_marks_and_its_japanese_unharmed() {
        assert_eq!(screen(Characters::Plain).shown("“Start” – don’t"), "\"Start\" - don't");
        assert_eq!(screen(Characters::Plain).shown("「次へ」"), "「次へ」");
    }
}

//! The product's words. Knows no other layer than the language.
//!
//! `i18n/ja/shirushi.ftl` is the original, `i18n/en/shirushi.ftl` its translation; ids and arguments are checked when
//! compiling ([`say!`]). In Japanese a `|` marks where a line may break: it becomes U+200B, which is for the layout and
//! is never drawn or spoken. A line end in a message is a line start on the page.

use std::borrow::Cow;

use i18n_embed::{I18nAssets, LanguageLoader, fluent::FluentLanguageLoader, unic_langid::LanguageIdentifier};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::domain::{Language, Serial, Text};

/// Where a line may break; see [`plain`].
pub const BREAK: char = '\u{200B}';
/// Stands for a `|` that came in an argument while the marks are exchanged: a noncharacter, so no name can hold it.
const LITERAL_BAR: char = '\u{FDD0}';

/// `say!(words, "id")`, `say!(words, "id", "attribute", name = value)`: one text, checked when compiling.
macro_rules! say {
    ($words:expr, $id:literal) => {
        $words.finish(i18n_embed_fl::fl!($words.loader(), $id))
    };
    ($words:expr, $id:literal, $attribute:literal) => {
        $words.finish(i18n_embed_fl::fl!($words.loader(), $id, $attribute))
    };
    ($words:expr, $id:literal, $($key:ident = $value:expr),+ $(,)?) => {
        $words.finish(i18n_embed_fl::fl!($words.loader(), $id, $($key = $crate::i18n::Argument::protect($value)),+))
    };
    ($words:expr, $id:literal, $attribute:literal, $($key:ident = $value:expr),+ $(,)?) => {
        $words.finish(i18n_embed_fl::fl!(
            $words.loader(), $id, $attribute, $($key = $crate::i18n::Argument::protect($value)),+
        ))
    };
}

/// As [`say!`], one `String` for each line of the message.
macro_rules! lines {
    ($($all:tt)+) => { $crate::i18n::lines_of(&$crate::i18n::say!($($all)+)) };
}

pub(crate) use {lines, say};

/// All words in one language.
#[derive(Debug)]
pub struct Words {
    language: Language,
    loader: FluentLanguageLoader,
}

impl Words {
    pub fn new(language: Language) -> Self {
        let original = tag(Language::Japanese);
        let loader = FluentLanguageLoader::new("shirushi", original.clone());
        let loaded = loader.load_languages(&Messages, &[tag(language), original]);
        debug_assert!(loaded.is_ok(), "the message files are part of the program and are read in a test");
        // Isolation marks are for mixed writing directions, which neither language has, and no font draws them.
        loader.set_use_isolating(false);
        Self { language, loader }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    pub(crate) fn loader(&self) -> &FluentLanguageLoader {
        &self.loader
    }

    /// Exchanges the phrase marks of a formatted message.
    pub(crate) fn finish(&self, formatted: String) -> String {
        formatted.replace('|', "\u{200B}").replace(LITERAL_BAR, "|")
    }

    /// Words of an institution: as they are, never with marks.
    pub fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.in_language(self.language)
    }

    /// 2027年11月24日(水)
    pub fn date(&self, date: Date) -> String {
        let weekday = say!(self, "weekday", n = date.weekday().to_monday_one_offset());
        let month = say!(self, "month", n = date.month());
        say!(self, "date", year = date.year(), month = month, day = date.day(), weekday = weekday)
    }

    /// The day on which a moment falls where the user lives.
    pub fn day_of(&self, moment: Timestamp, zone: &TimeZone) -> String {
        self.date(zone.to_datetime(moment).date())
    }

    /// 2027年11月24日(水) 10時32分
    pub fn moment(&self, moment: Timestamp, zone: &TimeZone) -> String {
        let local = zone.to_datetime(moment);
        let time = self.time_of_day(moment, zone);
        say!(self, "moment", date = self.date(local.date()), time = time)
    }

    /// 10時32分
    pub fn time_of_day(&self, moment: Timestamp, zone: &TimeZone) -> String {
        let local = zone.to_datetime(moment);
        let minute = format!("{:02}", local.minute());
        say!(self, "time-of-day", hour = local.hour(), minute = minute)
    }

    /// 経過 1分12秒
    pub fn elapsed(&self, seconds: u64) -> String {
        match (seconds / 60, seconds % 60) {
            (0, seconds) => say!(self, "elapsed", seconds = seconds),
            (minutes, seconds) => say!(self, "elapsed-long", minutes = minutes, seconds = seconds),
        }
    }

    /// Groups of four; a long number may break between them.
    pub fn serial(&self, serial: &Serial) -> String {
        serial.to_string()
    }

    /// 1年間, or the days when the bank counts otherwise.
    pub fn span(&self, days: i32) -> String {
        match days {
            365 | 366 => say!(self, "one-year"),
            days => say!(self, "days", n = days),
        }
    }

    /// 「A、BとC」
    pub fn list(&self, names: &[&str]) -> String {
        match names {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [first @ .., last] => {
                let first = first.join(&say!(self, "list-comma", "between"));
                say!(self, "list-and", first = first, last = *last)
            }
        }
    }
}

fn tag(language: Language) -> LanguageIdentifier {
    let code = match language {
        Language::Japanese => "ja",
        Language::English => "en",
    };
    code.parse().unwrap_or_default() // both are well formed; a test loads both
}

/// What can stand in a `{ $name }` place.
pub(crate) trait Argument {
    type Protected;
    /// Keeps a literal `|` from being taken for a phrase mark.
    fn protect(self) -> Self::Protected;
}

impl Argument for &str {
    type Protected = String;
    fn protect(self) -> String {
        // A text that went through `finish` may be an argument itself: its marks stay marks.
        self.replace('|', "\u{FDD0}")
    }
}

impl Argument for String {
    type Protected = String;
    fn protect(self) -> String {
        self.as_str().protect()
    }
}

impl Argument for &String {
    type Protected = String;
    fn protect(self) -> String {
        self.as_str().protect()
    }
}

macro_rules! numbers {
    ($($kind:ty),+) => { $(impl Argument for $kind {
        type Protected = Self;
        fn protect(self) -> Self { self }
    })+ };
}
numbers!(i8, i16, i32, u16, u32, u64, usize);

/// One `String` for each line.
pub(crate) fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Without the marks of the layout: for the ear, the clipboard and files.
pub fn plain(text: &str) -> String {
    text.replace(BREAK, "")
}

/// The message files, inside the program.
struct Messages;

const FILES: [(&str, &str); 2] = [
    ("ja/shirushi.ftl", include_str!("../i18n/ja/shirushi.ftl")),
    ("en/shirushi.ftl", include_str!("../i18n/en/shirushi.ftl")),
];

impl I18nAssets for Messages {
    fn get_files(&self, file_path: &str) -> Vec<Cow<'_, [u8]>> {
        let wanted = FILES.iter().filter(|(path, _)| *path == file_path);
        wanted.map(|(_, text)| Cow::Borrowed(text.as_bytes())).collect()
    }

    fn filenames_iter(&self) -> Box<dyn Iterator<Item = String> + '_> {
        Box::new(FILES.iter().map(|(path, _)| (*path).to_owned()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};

    use super::{BREAK, Messages, Words, plain};
    use crate::domain::Language;

    #[test]
    fn both_message_files_load() {
        use i18n_embed::{LanguageLoader, fluent::FluentLanguageLoader};
        for language in [super::tag(Language::Japanese), super::tag(Language::English)] {
            let loader = FluentLanguageLoader::new("shirushi", language.clone());
            loader.load_languages(&Messages, std::slice::from_ref(&language)).unwrap();
            assert_eq!(loader.current_language(), language);
        }
    }

    #[test]
    fn dates_carry_their_weekday() {
        let day = date(2027, 11, 24);
        assert_eq!(Words::new(Language::Japanese).date(day), "2027年11月24日(水)");
        assert_eq!(Words::new(Language::English).date(day), "Wed, 24 November 2027");
    }

    #[test]
    fn a_moment_is_told_in_the_users_own_time_zone() {
        let moment = "2026-11-24T01:32:00Z".parse().unwrap();
        let tokyo = TimeZone::fixed(jiff::tz::offset(9));
        assert_eq!(Words::new(Language::Japanese).moment(moment, &tokyo), "2026年11月24日(火) 10時32分");
        assert_eq!(Words::new(Language::English).moment(moment, &tokyo), "Tue, 24 November 2026, 10:32");
    }

    #[test]
    fn a_bar_in_an_argument_is_a_bar_and_a_bar_in_a_message_is_a_break() {
        let words = Words::new(Language::Japanese);
        let text = say!(words, "credentials", "empty", field = "a|b");
        assert!(text.contains("a|b"), "{text}");
        assert!(text.contains(BREAK), "{text}");
        assert!(!plain(&text).contains(BREAK));
    }

    #[test]
    fn the_last_two_of_a_list_are_joined_by_a_word() {
        let words = Words::new(Language::Japanese);
        assert_eq!(plain(&words.list(&["A", "B"])), "AとB");
        assert_eq!(plain(&words.list(&["A", "B", "C"])), "A、BとC");
        assert_eq!(Words::new(Language::English).list(&["A", "B", "C"]), "A, B and C");
    }

    #[test]
    fn a_year_is_called_a_year_and_other_spans_count_days() {
        let words = Words::new(Language::Japanese);
        assert_eq!(words.span(365), "1年間");
        assert_eq!(words.span(387), "387日間");
    }
}

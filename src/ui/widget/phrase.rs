//! Where a line may end, and which of these places are taken. No measuring and no drawing.

use std::ops::Range;

/// The message files mark allowed breaks with it. Never drawn.
pub const BREAK: char = '\u{200b}';

/// A line's last words stand alone from this many characters on.
const ORPHAN: usize = 4;

const NEVER_FIRST: &str =
    "、。，．・：；？！)]}）］｝」』】〉》〕ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々…‥〜～%％";
const NEVER_LAST: &str = "([{（［｛「『【〈《〔※＊";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Breaks {
    /// Between phrases and words.
    Words,
    /// Only after `/`, `?` and `&`.
    Address,
    /// One line, whatever happens.
    Never,
}

/// What stays together on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    pub text: String,
    pub after: After,
}

/// What stands after a phrase that is not the last of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    Nothing,
    Space,
}

impl Phrase {
    pub fn characters(&self) -> usize {
        self.text.chars().count()
    }
}

pub fn phrases(text: &str, breaks: Breaks) -> Vec<Phrase> {
    match breaks {
        Breaks::Never => vec![Phrase { text: text.replace(BREAK, ""), after: After::Nothing }],
        Breaks::Address => collect(text, |left, right| "/?&".contains(left) && !"/?&".contains(right)),
        Breaks::Words if text.contains(BREAK) => collect(text, |_, _| false),
        Breaks::Words => collect(text, between_characters),
    }
}

/// The parts of an address inside a text, which may be anything that ends at a slash. A single one for all else.
pub fn address_parts(phrase: &Phrase) -> Vec<Phrase> {
    with_end(phrases(&phrase.text, Breaks::Address), phrase.after)
}

/// A phrase that alone is wider than a line, in the smallest pieces.
pub fn pieces(phrase: &Phrase) -> Vec<Phrase> {
    let latin = phrase.text.is_ascii();
    with_end(collect(&phrase.text, |left, right| latin || between_characters(left, right)), phrase.after)
}

fn with_end(mut pieces: Vec<Phrase>, after: After) -> Vec<Phrase> {
    if let Some(last) = pieces.last_mut() {
        last.after = after;
    }
    pieces
}

fn collect(text: &str, may_break: impl Fn(char, char) -> bool) -> Vec<Phrase> {
    let mut found: Vec<Phrase> = Vec::new();
    let mut current = String::new();
    let mut characters = text.chars().peekable();
    let mut close = |current: &mut String, after: After| {
        let text = std::mem::take(current);
        match found.last_mut() {
            // What a line may not begin with belongs to what stands before it, wherever a break was marked.
            Some(before) if before.after == After::Nothing && text.starts_with(|c| NEVER_FIRST.contains(c)) => {
                before.text.push_str(&text);
                before.after = after;
            }
            Some(before) if text.is_empty() && after == After::Space => before.after = after,
            _ if text.is_empty() => {}
            _ => found.push(Phrase { text, after }),
        }
    };
    while let Some(c) = characters.next() {
        match c {
            BREAK => close(&mut current, After::Nothing),
            ' ' => close(&mut current, After::Space),
            c => {
                current.push(c);
                if characters.peek().is_some_and(|next| may_break(c, *next)) {
                    close(&mut current, After::Nothing);
                }
            }
        }
    }
    close(&mut current, After::Nothing);
    found
}

fn between_characters(left: char, right: char) -> bool {
    (is_wide(left) || is_wide(right)) && !NEVER_LAST.contains(left) && !NEVER_FIRST.contains(right)
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}

/// A phrase that has been measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    pub width: f32,
    /// Width of the space after it, 0 if there is none.
    pub space: f32,
    pub characters: usize,
}

/// Fills lines one after another, then sees to it that the last one is no orphan.
pub fn fill(phrases: &[Measured], limit: f32) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for end in 1..=phrases.len() {
        if end - start > 1 && width(&phrases[start..end]) > limit {
            lines.push(start..end - 1);
            start = end - 1;
        }
    }
    lines.push(start..phrases.len());
    adopt_orphan(&mut lines, phrases, limit);
    lines
}

fn adopt_orphan(lines: &mut [Range<usize>], phrases: &[Measured], limit: f32) {
    let [.., before, last] = lines else { return };
    while before.len() > 1
        && phrases[last.clone()].iter().map(|phrase| phrase.characters).sum::<usize>() < ORPHAN
        && width(&phrases[last.start - 1..last.end]) <= limit
    {
        before.end -= 1;
        last.start -= 1;
    }
}

pub fn width(line: &[Measured]) -> f32 {
    let spaces = line.split_last().map_or(0.0, |(_, before)| before.iter().map(|phrase| phrase.space).sum());
    line.iter().map(|phrase| phrase.width).sum::<f32>() + spaces
}

#[cfg(test)]
mod tests {
    use super::{After, Breaks, Measured, address_parts, fill, phrases, pieces};

    fn split(text: &str, breaks: Breaks) -> Vec<String> {
        phrases(text, breaks).into_iter().map(|phrase| phrase.text).collect()
    }

    /// Sets text as if every character were 1 wide.
    fn set(text: &str, limit: f32) -> Vec<String> {
        let phrases = phrases(text, Breaks::Words);
        let measured: Vec<Measured> = phrases
            .iter()
            .map(|phrase| Measured {
                width: phrase.characters() as f32,
                space: if phrase.after == After::Space { 1.0 } else { 0.0 },
                characters: phrase.characters(),
            })
            .collect();
        let line = |range: std::ops::Range<usize>| phrases[range].iter().map(|p| p.text.as_str()).collect();
        fill(&measured, limit).into_iter().map(line).collect()
    }

    #[test]
    fn marked_text_breaks_at_its_marks_only() {
        assert_eq!(split("電子証明書を\u{200b}発行する", Breaks::Words), ["電子証明書を", "発行する"]);
    }

    #[test]
    fn unmarked_text_follows_kinsoku() {
        assert_eq!(split("「中」です。", Breaks::Words), ["「中」", "で", "す。"]);
        assert_eq!(split("チャート", Breaks::Words), ["チャー", "ト"]);
    }

    #[test]
    fn a_mark_before_a_full_stop_does_not_count() {
        assert_eq!(split("終わり\u{200b}。次", Breaks::Words), ["終わり。次"]);
    }

    #[test]
    fn latin_words_stay_whole() {
        assert_eq!(split("Allow and continue", Breaks::Words), ["Allow", "and", "continue"]);
        assert_eq!(split("日の出 yamada01", Breaks::Words), ["日", "の", "出", "yamada01"]);
    }

    #[test]
    fn a_space_after_japanese_is_kept() {
        let spaces = phrases("手順 1 / 7", Breaks::Words).into_iter().map(|phrase| phrase.after == After::Space);
        assert_eq!(spaces.collect::<Vec<_>>(), [false, true, true, true, false]);
    }

    #[test]
    fn addresses_break_after_slash_question_mark_and_ampersand() {
        let parts = split("https://ra.example/a//b.htm?c=1&d=2", Breaks::Address);
        assert_eq!(parts, ["https://", "ra.example/", "a//", "b.htm?", "c=1&", "d=2"]);
    }

    #[test]
    fn an_address_inside_a_text_falls_into_its_parts_first() {
        let whole = phrases("https://localhost:3/est/simpleenroll", Breaks::Words);
        let parts: Vec<String> = address_parts(&whole[0]).into_iter().map(|phrase| phrase.text).collect();
        assert_eq!(parts, ["https://", "localhost:3/", "est/", "simpleenroll"]);
    }

    #[test]
    fn no_line_is_longer_than_its_limit() {
        assert_eq!(set("一二三\u{200b}四五六\u{200b}七八九十", 7.0), ["一二三四五六", "七八九十"]);
    }

    #[test]
    fn an_orphan_takes_one_phrase_with_it() {
        assert_eq!(set("一二三\u{200b}四五六\u{200b}です。", 6.0), ["一二三", "四五六です。"]);
        assert_eq!(set("一二三四五六七八九です", 10.0).last().map(|l| l.chars().count()), Some(4));
    }

    #[test]
    fn a_phrase_too_wide_for_a_line_falls_into_pieces() {
        let whole = phrases("あいう\u{200b}", Breaks::Words);
        assert_eq!(pieces(&whole[0]).len(), 3);
    }
}

//! A script as words, strings and marks.

use std::{iter::Peekable, str::Chars};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name, a key word or a number.
    Word(String),
    /// A string literal, with its escapes resolved.
    Text(String),
    Mark(char),
}

impl Token {
    pub fn is_word(&self, wanted: &str) -> bool {
        matches!(self, Self::Word(word) if word == wanted)
    }

    pub fn is_mark(&self, wanted: char) -> bool {
        *self == Self::Mark(wanted)
    }
}

/// Comments are left out, also the arrows by which old pages hide a script from older browsers. A literal that is not
/// closed ends with its line, as every literal does.
pub fn lex(script: &str) -> Vec<Token> {
    let mut rest = script.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => skip_line(&mut rest),
            '/' if rest.peek() == Some(&'*') => skip_block(&mut rest),
            '<' if follows(&rest, "!--") => skip_line(&mut rest),
            '"' | '\'' | '`' => tokens.push(Token::Text(literal(c, &mut rest))),
            _ if is_of_a_word(c) => {
                let mut word = String::from(c);
                while let Some(more) = rest.next_if(|c| is_of_a_word(*c)) {
                    word.push(more);
                }
                tokens.push(Token::Word(word));
            }
            _ if c.is_whitespace() => {}
            _ => tokens.push(Token::Mark(c)),
        }
    }
    tokens
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn follows(rest: &Peekable<Chars<'_>>, text: &str) -> bool {
    rest.clone().take(text.chars().count()).eq(text.chars())
}

fn skip_line(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(|c| *c != '\n').is_some() {}
}

fn skip_block(rest: &mut Peekable<Chars<'_>>) {
    rest.next();
    let mut last = ' ';
    for c in rest {
        if last == '*' && c == '/' {
            break;
        }
        last = c;
    }
}

fn literal(quote: char, rest: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(c) = rest.next_if(|c| *c != '\n' || quote == '`') {
        match c {
            _ if c == quote => break,
            '\\' => text.extend(escaped(rest)),
            _ => text.push(c),
        }
    }
    text
}

/// ECMA-262 §12.9.4.
fn escaped(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    match rest.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        '0' => Some('\0'),
        'x' => hexadecimal(rest, 2),
        'u' if rest.next_if_eq(&'{').is_some() => {
            let character = hexadecimal(rest, 6);
            rest.next_if_eq(&'}');
            character
        }
        'u' => hexadecimal(rest, 4),
        '\n' => None, // the line goes on
        '\r' => {
            rest.next_if_eq(&'\n');
            None
        }
        other => Some(other),
    }
}

fn hexadecimal(rest: &mut Peekable<Chars<'_>>, most: usize) -> Option<char> {
    let mut value = 0;
    for _ in 0..most {
        let Some(digit) = rest.next_if(char::is_ascii_hexdigit).and_then(|c| c.to_digit(16)) else { break };
        value = value * 16 + digit;
    }
    char::from_u32(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_strings_and_marks_are_told_apart() {
        let tokens = lex("document.f['a\\'b'].x1 = \"c\" // d");
        let word = |text: &str| Token::Word(text.to_owned());
        let text = |text: &str| Token::Text(text.to_owned());
        let mark = Token::Mark;
        let wanted = [
            word("document"),
            mark('.'),
            word("f"),
            mark('['),
            text("a'b"),
            mark(']'),
            mark('.'),
            word("x1"),
            mark('='),
            text("c"),
        ];
        assert_eq!(tokens, wanted);
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(lex(r#""\n\/\x2B\u002b\u{2f}\q\0""#), [Token::Text("\n/++/q\0".to_owned())]);
    }

    #[test]
    fn a_literal_that_is_not_closed_ends_with_its_line() {
        assert_eq!(lex("'a\n'b'"), [Token::Text("a".to_owned()), Token::Text("b".to_owned())]);
    }

    #[test]
    fn anything_at_all_is_survived() {
        for script in
            ["", "'", "\"\\", "'\\u", "'\\x", "'\\u{110000}'", "/*", "/", "//", "<!--", "\\", "`", "\u{0}'\u{0}"]
        {
            let _ = lex(script);
        }
    }
}

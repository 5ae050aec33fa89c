//! The words and signs of a source, without comments and literals.

#[derive(Clone)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

pub fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    while at < characters.len() {
        let length = skipped(&characters[at..]);
        let (length, is_kept) = match length {
            0 => (word(&characters[at..]).max(1), true),
            length => (length, false),
        };
        let piece = &characters[at..(at + length).min(characters.len())];
        if is_kept {
            found.push(Token { text: piece.iter().collect(), line });
        }
        line += piece.iter().filter(|character| **character == '\n').count();
        at += length;
    }
    found
}

fn word(rest: &[char]) -> usize {
    rest.iter().take_while(|character| character.is_alphanumeric() || **character == '_').count()
}

/// How many characters from here on are white space, a comment or a literal.
fn skipped(rest: &[char]) -> usize {
    match rest {
        [first, ..] if first.is_whitespace() => 1,
        ['/', '/', ..] => rest.iter().take_while(|character| **character != '\n').count(),
        ['/', '*', ..] => block_comment(rest),
        ['"', ..] => literal(rest, '"'),
        ['b' | 'c', '"', ..] => 1 + literal(&rest[1..], '"'),
        ['r', '"' | '#', ..] => raw_literal(rest, 1),
        ['b' | 'c', 'r', '"' | '#', ..] => raw_literal(rest, 2),
        // 'a' and '\n' are characters, 'a is a lifetime.
        ['\'', '\\', ..] => literal(rest, '\''),
        ['\'', _, '\'', ..] => 3,
        ['\'', ..] => 1,
        _ => 0,
    }
}

fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn literal(rest: &[char], end: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != end {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// `r"…"`, `r#"…"#` and so on; 0 for a raw name as in `r#type`.
fn raw_literal(rest: &[char], prefix: usize) -> usize {
    let hashes = rest[prefix..].iter().take_while(|character| **character == '#').count();
    if rest.get(prefix + hashes) != Some(&'"') {
        return 0;
    }
    let start = prefix + hashes + 1;
    let ends = |window: &[char]| window[0] == '"' && window[1..].iter().all(|character| *character == '#');
    let end = rest[start..].windows(hashes + 1).position(ends).unwrap_or(rest.len());
    start + end + hashes + 1
}

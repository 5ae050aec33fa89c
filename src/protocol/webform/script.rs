//! What a script would do, told from its text alone: which string it puts together, which form it sends.
//!
//! A script is read as words, strings and marks. Nothing is evaluated; what is not written the usual way is not
//! recognised, and then the page is only the bank's message.

mod lex;
mod submit;

use lex::{Token, lex};
pub use submit::submitted_form;

/// The string literals of a script, those together that it adds up: `"a" + 'b'`, `x = "a"; x += "b"`, and `&` where
/// the script is VBScript.
pub fn joined_literals(script: &str) -> Vec<String> {
    let mut literals: Vec<String> = Vec::new();
    let mut between: Vec<Token> = Vec::new();
    for token in lex(script) {
        let Token::Text(text) = token else {
            between.push(token);
            continue;
        };
        match literals.last_mut() {
            Some(last) if adds(&between) => last.push_str(&text),
            _ => literals.push(text),
        }
        between.clear();
    }
    literals
}

/// Whether what stands between two literals adds the second to the first.
fn adds(between: &[Token]) -> bool {
    let line_ends = ["vbCrLf", "vbNewLine", "vbLf", "_"];
    let meaning: Vec<&Token> =
        between.iter().filter(|token| !line_ends.iter().any(|word| token.is_word(word))).collect();
    let signs =
        |tokens: &[&Token]| !tokens.is_empty() && tokens.iter().all(|token| token.is_mark('+') || token.is_mark('&'));
    if signs(&meaning) {
        return true;
    }
    let statement = match meaning.as_slice() {
        [end, rest @ ..] if end.is_mark(';') => rest,
        all => all,
    };
    match statement {
        [Token::Word(_), plus, equal] => plus.is_mark('+') && equal.is_mark('='),
        [Token::Word(to), equal, Token::Word(from), rest @ ..] => equal.is_mark('=') && to == from && signs(rest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::joined_literals;

    #[test]
    fn literals_are_joined_where_the_script_joins_them() {
        let cases = [
            (r#"var p = "MII" + "abc";"#, "MIIabc"),
            ("p='MII'\n\t+ 'abc' /* + 'no' */\n+'def'", "MIIabcdef"),
            ("var p = 'MII';\np += 'abc';\np += 'def'", "MIIabcdef"),
            ("p = \"MII\"\np = p + \"abc\"", "MIIabc"),
            ("p = \"MII\" & vbCrLf & _\n \"abc\"\np = p & \"def\"", "MIIabcdef"),
            (r#"p = "MII\n\x2B\u002b\/""#, "MII\n++/"),
            ("p = `MII` + `abc`", "MIIabc"),
        ];
        for (script, joined) in cases {
            assert_eq!(joined_literals(script).last().map(String::as_str), Some(joined), "{script}");
        }
    }

    #[test]
    fn literals_that_have_nothing_to_do_with_each_other_stay_apart() {
        for script in ["f('a', 'b')", "x = 'a'; y = 'b'", "x = 'a'; y += z + 'b'", "x['a'] = 'b'", "'a' - 'b'"] {
            assert_eq!(joined_literals(script), ["a", "b"], "{script}");
        }
    }

    #[test]
    fn comments_hold_no_literals() {
        assert_eq!(joined_literals("<!-- 'a'\n// 'b'\n/* 'c' */ 'd'\n//-->"), ["d"]);
    }
}

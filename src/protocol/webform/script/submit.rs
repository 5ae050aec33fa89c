//! Which form a page sends by itself when it has loaded.
//!
//! Many pages have a function that sends their form when somebody presses a button; only what runs without anybody
//! counts: statements of the script itself, what `onload` names, timers, and functions that those call.

use std::collections::BTreeSet;

use super::super::{form::FormReference, page::Page};
use super::lex::{Token, lex};

/// The form that the page's own scripts send; the first one when there are several.
pub fn submitted_form(page: &Page) -> Option<FormReference> {
    let mut acts = Acts::default();
    for code in page.scripts.iter().chain(&page.onload) {
        acts.read(&lex(code), &[]);
    }
    let called = acts.called();
    let runs = |act: &&Act<FormReference>| runs(&act.inside, &called);
    acts.submits.iter().find(runs).map(|act| act.of.clone())
}

/// A function around a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    /// Runs with what stands around it: loading, a timer, at once.
    ByItself,
    WhenCalled(String),
    /// When somebody does something.
    Never,
}

/// A statement, and the functions it stands in.
#[derive(Debug)]
struct Act<T> {
    of: T,
    inside: Vec<Scope>,
}

#[derive(Debug, Default)]
struct Acts {
    submits: Vec<Act<FormReference>>,
    calls: Vec<Act<String>>,
}

fn runs(inside: &[Scope], called: &BTreeSet<&str>) -> bool {
    inside.iter().all(|scope| match scope {
        Scope::ByItself => true,
        Scope::WhenCalled(name) => called.contains(name.as_str()),
        Scope::Never => false,
    })
}

/// Chains of functions, functions in functions, and brackets that are longer than that are nobody's waiting page.
const LONGEST_CHAIN: usize = 8;
const DEEPEST: usize = 16;
const LONGEST_BRACKETS: usize = 32;

impl Acts {
    /// Names of the functions that run by themselves.
    fn called(&self) -> BTreeSet<&str> {
        let mut called = BTreeSet::new();
        for _ in 0..LONGEST_CHAIN {
            let more = self.calls.iter().filter(|call| runs(&call.inside, &called)).map(|call| call.of.as_str());
            called = more.collect();
        }
        called
    }

    fn read(&mut self, tokens: &[Token], around: &[Scope]) {
        let mut inside = around.to_vec();
        let mut depths: Vec<usize> = Vec::new(); // of `inside`, before each open brace
        for (at, token) in tokens.iter().enumerate() {
            let before = tokens.get(..at).unwrap_or_default();
            match token {
                Token::Mark('{') => {
                    depths.push(inside.len());
                    inside.extend(function_before(before));
                }
                Token::Mark('}') => inside.truncate(depths.pop().unwrap_or(around.len())),
                Token::Mark('(') => self.call(before, &inside),
                Token::Word(name) => self.handler(before, name, &inside),
                Token::Text(code) if is_timer(before) && around.is_empty() => {
                    self.read(&lex(code), &[inside.clone(), vec![Scope::ByItself]].concat());
                }
                _ => {}
            }
        }
    }

    /// `before` is what stands before an opening bracket.
    fn call(&mut self, before: &[Token], inside: &[Scope]) {
        if inside.len() > DEEPEST {
            return;
        }
        let inside = inside.to_vec();
        match before {
            [receiver @ .., Token::Mark('.'), Token::Word(verb)] if verb == "submit" => {
                self.submits.push(Act { of: receiver_of(receiver), inside });
            }
            [.., Token::Word(function), Token::Word(_)] if function == "function" => {}
            [.., Token::Word(object), Token::Mark('.'), Token::Word(_)] if object != "window" => {}
            [.., Token::Word(name)] => self.calls.push(Act { of: name.clone(), inside }),
            _ => {}
        }
    }

    /// `onload = name`, `setTimeout(name`, `addEventListener("load", name`: called without a bracket of its own.
    fn handler(&mut self, before: &[Token], name: &str, inside: &[Scope]) {
        if name != "function"
            && inside.len() <= DEEPEST
            && (is_onload(before) || is_timer(before) || is_listener(before))
        {
            self.calls.push(Act { of: name.to_owned(), inside: inside.to_vec() });
        }
    }
}

/// Whether the brace after `before` opens a function, and when that runs.
fn function_before(before: &[Token]) -> Option<Scope> {
    let (arrow, head) = match before {
        [head @ .., Token::Mark('='), Token::Mark('>')] => (true, head),
        head => (false, head),
    };
    let head = before_brackets(head)?;
    let (name, place) = match head {
        place if arrow => (None, place),
        [place @ .., Token::Word(function)] if function == "function" => (None, place),
        [place @ .., Token::Word(function), Token::Word(name)] if function == "function" => (Some(name), place),
        _ => return None, // if, for, while: runs as what stands around it
    };
    let at_once = matches!(place, [.., Token::Mark('(')]) && !matches!(place, [.., Token::Word(_), Token::Mark('(')]);
    if is_onload(place) || is_timer(place) || is_listener(place) || at_once {
        return Some(Scope::ByItself);
    }
    Some(name.map_or(Scope::Never, |name| Scope::WhenCalled(name.clone())))
}

/// What stands before the brackets at the end; `None` when there are none.
fn before_brackets(tokens: &[Token]) -> Option<&[Token]> {
    let (last, _) = tokens.split_last()?;
    if !last.is_mark(')') {
        return None;
    }
    // Parameters of a function hold no brackets, and the conditions that do are no functions.
    let open = tokens.iter().rev().take(LONGEST_BRACKETS).position(|token| token.is_mark('('))?;
    tokens.get(..tokens.len() - 1 - open)
}

fn is_onload(before: &[Token]) -> bool {
    matches!(before, [.., Token::Word(onload), Token::Mark('=')] if onload == "onload")
}

fn is_timer(before: &[Token]) -> bool {
    matches!(before, [.., Token::Word(timer), Token::Mark('(')] if timer == "setTimeout")
}

fn is_listener(before: &[Token]) -> bool {
    let [.., Token::Word(listen), Token::Mark('('), Token::Text(event), Token::Mark(',')] = before else {
        return false;
    };
    let loading = ["load", "onload", "DOMContentLoaded"];
    (listen == "addEventListener" || listen == "attachEvent") && loading.contains(&event.as_str())
}

/// `document.f`, `document.forms[0]`, `document.forms["f"]`, `document.forms.f`, `document.getElementById("f")`, `f`.
fn receiver_of(tokens: &[Token]) -> FormReference {
    match tokens {
        [.., Token::Word(forms), Token::Mark('['), Token::Word(place), Token::Mark(']')] if forms == "forms" => {
            place.parse().map_or(FormReference::Unclear, FormReference::Place)
        }
        [.., Token::Word(forms), Token::Mark('['), Token::Text(name), Token::Mark(']')]
            if forms == "forms" || forms == "document" || forms == "all" =>
        {
            FormReference::Named(name.clone())
        }
        [.., Token::Word(get), Token::Mark('('), Token::Text(id), Token::Mark(')')] if get == "getElementById" => {
            FormReference::Named(id.clone())
        }
        [.., Token::Word(of), Token::Mark('.'), Token::Word(name)]
            if of == "document" || of == "forms" || of == "all" =>
        {
            FormReference::Named(name.clone())
        }
        [.., Token::Mark('.') | Token::Mark(']') | Token::Mark(')')] => FormReference::Unclear,
        [.., Token::Mark('.'), Token::Word(_)] => FormReference::Unclear,
        [.., Token::Word(name)] => FormReference::Named(name.clone()),
        _ => FormReference::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(html: &str) -> Option<String> {
        let page = Page::read(&format!("<form name=other></form><form name=f id=i></form>{html}"));
        let form = submitted_form(&page)?.of(&page)?;
        form.name.clone()
    }

    #[test]
    fn what_runs_when_the_page_has_loaded_is_recognised() {
        let pages = [
            "<script>document.f.submit()</script>",
            "<script>document.forms[1].submit();</script>",
            "<script>document.forms['f'].submit();</script>",
            "<script>document.forms.f.submit();</script>",
            "<script>document.getElementById(\"i\").submit()</script>",
            "<script>f.submit()</script>",
            "<script>if (document.f) { document.f.submit(); }</script>",
            "<script><!--\nwindow.onload = function () { document.f.submit(); }\n//--></script>",
            "<script>window.onload = () => { document.f.submit() }</script>",
            "<script>window.addEventListener('load', function(e) { document.f.submit() }, false)</script>",
            "<script>function go(){document.f.submit()} onload = go</script>",
            "<script>function go(){document.f.submit()} setTimeout(go, 100)</script>",
            "<script>function go(){document.f.submit()} setTimeout('go()', 100)</script>",
            "<script>setTimeout(\"document.f.submit()\", 1000)</script>",
            "<script>setTimeout(function(){document.f.submit()}, 10)</script>",
            "<script>(function(){ document.f.submit() })()</script>",
            "<script>function a(){b()} function b(){document.f.submit()} a();</script>",
            "<body onload='document.f.submit();'>",
            "<script>function go(){document.f.submit()}</script><body onload='javascript:go()'>",
        ];
        for html in pages {
            assert_eq!(sent(html).as_deref(), Some("f"), "{html}");
        }
    }

    #[test]
    fn what_waits_for_somebody_is_not() {
        let pages = [
            "",
            "<script>function go(){document.f.submit()}</script><a onclick='go()'>",
            "<script>button.onclick = function(){document.f.submit()}</script>",
            "<script>b.addEventListener('click', function(){document.f.submit()})</script>",
            "<script>function a(){go()} function go(){document.f.submit()}</script>",
            "<script>// document.f.submit()\n'document.f.submit()'</script>",
            "<noscript>document.f.submit()</noscript>document.f.submit()",
            "<script>document.f.submit</script>",
            "<script>document.nobody.submit()</script>",
            "<script>x[1].form.submit()</script>",
        ];
        for html in pages {
            assert_eq!(sent(html), None, "{html}");
        }
    }

    #[test]
    fn what_is_unclear_is_clear_where_there_is_one_form() {
        let page = Page::read("<form name=only></form><script>x[1].form.submit()</script>");
        assert_eq!(submitted_form(&page), Some(FormReference::Unclear));
        assert!(FormReference::Unclear.of(&page).is_some());
    }

    #[test]
    fn scripts_that_never_end_are_survived() {
        for script in
            ["}}}{{{", "function function ( {", "=> {", ") => {", ".submit(", "submit(", "setTimeout('setTimeout("]
        {
            let _ = sent(&format!("<script>{script}</script>"));
        }
        let _ = sent(&format!("<script>{}</script>", "function a(){a();".repeat(20_000)));
    }
}

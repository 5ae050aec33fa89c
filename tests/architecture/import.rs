//! Paths that begin with `crate`, `super` or `self`, made absolute.

use crate::tokens::Token;

pub struct Import {
    pub path: Vec<String>,
    pub line: usize,
}

pub fn imports(file: &[String], tokens: &[Token]) -> Vec<Import> {
    let (mut module, mut open, mut depth, mut found) = (file.to_vec(), Vec::new(), 0, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        let text = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
        let follows_path = at >= 2 && tokens[at - 1].text == ":" && tokens[at - 2].text == ":";
        match token.text.as_str() {
            "mod" if text(2) == "{" => {
                module.push(text(1).to_owned());
                open.push(depth);
            }
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if open.last() == Some(&depth) {
                    open.pop();
                    module.pop();
                }
            }
            "crate" | "super" | "self" if !follows_path && text(1) == ":" && text(2) == ":" => {
                let mut tree = Tree { rest: &tokens[at..], found: Vec::new() };
                tree.read(&module);
                found.append(&mut tree.found);
            }
            _ => {}
        }
    }
    found
}

/// `crate::{a::{B, c}, d}`, one branch after another.
struct Tree<'a> {
    rest: &'a [Token],
    found: Vec<Import>,
}

impl Tree<'_> {
    fn read(&mut self, start: &[String]) {
        let mut path = start.to_vec();
        while let Some(token) = self.next() {
            match token.text.as_str() {
                "crate" => path.clear(),
                "super" => drop(path.pop()),
                "self" => {}
                "{" => return self.read_branches(&path),
                name => path.push(name.to_owned()),
            }
            if !self.takes(":") {
                return self.found.push(Import { path, line: token.line });
            }
            self.takes(":");
        }
    }

    fn read_branches(&mut self, path: &[String]) {
        while !self.takes("}") && !self.rest.is_empty() {
            self.read(path);
            while self.rest.first().is_some_and(|token| !matches!(token.text.as_str(), "," | "}")) {
                self.next(); // as another_name
            }
            self.takes(",");
        }
    }

    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first.clone())
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_next = self.rest.first().is_some_and(|token| token.text == text);
        if is_next {
            self.next();
        }
        is_next
    }
}

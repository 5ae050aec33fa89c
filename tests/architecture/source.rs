//! The files of `src/`, and what of them belongs to the program rather than to its tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::tokens::{Token, tokens};

/// A file of `src/`: its path from there, and what is in it.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), text: text.into() }
    }

    /// `page/model.rs` is `["page", "model"]`; `page/mod.rs` is `["page"]`; the roots of the two crates are `[]`.
    pub fn module(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let mut names: Vec<String> = stem.split('/').map(str::to_owned).collect();
        if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            names.pop();
        }
        names
    }

    pub fn layer(&self) -> Option<String> {
        self.module().into_iter().next()
    }
}

struct Code {
    tokens: Vec<Token>,
    /// Modules in files of their own that exist for tests alone.
    test_modules: Vec<String>,
}

fn code(text: &str) -> Code {
    const TEST_ONLY: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let all = tokens(text);
    let (mut at, mut kept, mut test_modules) = (0, Vec::new(), Vec::new());
    while at < all.len() {
        let here = &all[at..];
        if here.len() >= TEST_ONLY.len() && here.iter().zip(TEST_ONLY).all(|(token, text)| token.text == text) {
            let item = &here[TEST_ONLY.len()..];
            let length = item_length(item);
            test_modules.extend(module_file(&item[..length]));
            at += TEST_ONLY.len() + length;
        } else {
            kept.push(here[0].clone());
            at += 1;
        }
    }
    Code { tokens: kept, test_modules }
}

/// Up to the `;` of a declaration or the `}` of a body.
fn item_length(item: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in item.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(token.text.as_str(), ";" | "}") {
            return at + 1;
        }
    }
    item.len()
}

fn module_file(item: &[Token]) -> Option<String> {
    let [.., keyword, name, end] = item else { return None };
    (keyword.text == "mod" && end.text == ";").then(|| name.text.clone())
}

/// The files that are part of the program: all but the test modules and what lies below them.
pub fn program(sources: &[Source]) -> Vec<(&Source, Vec<Token>)> {
    let codes: Vec<(&Source, Code)> = sources.iter().map(|source| (source, code(&source.text))).collect();
    let below = |source: &Source, name: &String| [source.module(), vec![name.clone()]].concat();
    let tests: Vec<Vec<String>> = codes
        .iter()
        .flat_map(|(source, code)| code.test_modules.iter().map(|name| below(source, name)).collect::<Vec<_>>())
        .collect();
    let is_test = |source: &Source| tests.iter().any(|test| source.module().starts_with(test));
    codes.into_iter().filter(|(source, _)| !is_test(source)).map(|(source, code)| (source, code.tokens)).collect()
}

/// The program as it is.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "only {} files were found in {}", paths.len(), root.display());
    let from_root = |path: &PathBuf| {
        let names = path.strip_prefix(&root).expect("below src").iter();
        names.map(|name| name.to_str().expect("UTF-8")).collect::<Vec<_>>().join("/")
    };
    paths.iter().map(|path| Source::new(&from_root(path), fs::read_to_string(path).expect("readable"))).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

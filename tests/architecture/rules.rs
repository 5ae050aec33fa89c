//! Who may import whom, and three rules more.

use std::collections::BTreeSet;

use crate::{
    import::{Import, imports},
    source::{Source, program},
    tokens::tokens,
};

/// Each layer and what it may import. `layer::Item` permits that item alone: a value that is passed on, not an act.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("process", &[]),
    ("i18n", &["domain"]),
    ("desktop", &["domain", "process"]),
    ("journal", &["domain"]),
    ("keystore", &["domain"]),
    ("protocol", &["domain"]),
    ("session", &["domain", "journal", "keystore", "protocol"]),
    (
        "page",
        &[
            "domain",
            "i18n",
            "session",
            "keystore::Address",
            "keystore::Encryption",
            "keystore::Export",
            "keystore::StoreDescription",
            "keystore::StoreKind",
            "keystore::StoreLock",
            "keystore::TokenModule",
            "keystore::TriesLeft",
            "protocol::ConnectError",
            "protocol::Introduction",
            "protocol::LoginDemand",
            "protocol::ProxyStop",
            "protocol::RefusalKind",
            "protocol::StopReason",
            "protocol::Tried",
        ],
    ),
    ("wizard", &["domain", "i18n", "journal", "keystore", "protocol", "session", "page"]),
    ("ui", &["desktop::Summons", "desktop::Wish", "domain", "i18n", "page", "process", "wizard"]),
    ("text", &["domain", "i18n", "page", "wizard"]),
    ("cli", &["domain", "i18n", "journal", "session", "page", "compose", "protocol::Introduction"]),
    (
        "compose",
        &["desktop", "domain", "i18n", "journal", "keystore", "protocol", "session", "page", "wizard", "ui", "cli"],
    ),
    ("script", &["domain", "session", "cli", "compose"]),
];

/// No file of `src/` is longer.
const LONGEST: usize = 400;

// Each rule gives back the places that break it.

pub fn forbidden_imports(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for (source, tokens) in program(sources) {
        let Some(layer) = source.layer() else { continue }; // the roots see everything
        let permitted = LAYERS.iter().find(|(name, _)| *name == layer).map_or(&[][..], |(_, permitted)| permitted);
        for Import { path, line } in imports(&source.module(), &tokens) {
            let target = path.first().map_or("*", String::as_str);
            let item = path.get(1).map(|item| format!("{target}::{item}"));
            let fits = |name: &&str| *name == target || Some(*name) == item.as_deref();
            if target != layer && !permitted.iter().any(fits) {
                broken.push(format!("src/{}:{line}: {layer} may not import {}", source.path, path.join("::")));
            }
        }
    }
    broken
}

pub fn strangers_to_the_table(sources: &[Source]) -> Vec<String> {
    let layers: BTreeSet<String> = sources.iter().filter_map(Source::layer).collect();
    layers.into_iter().filter(|layer| LAYERS.iter().all(|(name, _)| name != layer)).collect()
}

pub fn toolkit_outside_the_window(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.iter().filter(|source| source.layer().as_deref() != Some("ui")) {
        let all = tokens(&source.text);
        let named = all.iter().filter(|token| token.text == "iced" || token.text.starts_with("iced_"));
        broken.extend(named.map(|token| format!("src/{}:{}: names {}", source.path, token.line, token.text)));
    }
    broken
}

pub fn long_files(sources: &[Source]) -> Vec<String> {
    let lines = |source: &Source| source.text.lines().count();
    let long = sources.iter().filter(|source| lines(source) > LONGEST);
    long.map(|source| format!("src/{}: {} lines", source.path, lines(source))).collect()
}

pub fn unwraps(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for (source, tokens) in program(sources) {
        let calls = tokens.windows(3).filter(|three| three.iter().map(|t| t.text.as_str()).eq([".", "unwrap", "("]));
        broken.extend(calls.map(|three| format!("src/{}:{}: unwraps", source.path, three[0].line)));
    }
    broken
}

//! What holds after every mishap, read from the page and from the journal.

use practice_bank::Account;
use shirushi::{
    domain::KeyLabel,
    journal::Stage,
    keystore::KeyStore,
    page::{Block, Page},
    session::Issued,
    wizard::StageName,
};

use crate::{
    player::Player,
    world::{Pc, SharedBank},
};

/// What a page or a last line says has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub code: String,
    pub issued: Issued,
}

/// Which promise was broken.
pub type Promise<T = ()> = Result<T, String>;

pub fn promise(holds: bool, otherwise: impl FnOnce() -> String) -> Promise {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// The page has a title, says what happened, whether something was issued, what next, and a code.
pub fn told_on(page: &Page) -> Promise<Told> {
    let text = page.spoken().join("\n").replace('\u{200B}', "");
    let code = page.blocks.iter().find_map(|block| match block {
        Block::Inquiry { code, .. } if !code.is_empty() => Some(code.clone()),
        _ => None,
    });
    let steps = page.blocks.iter().any(|block| matches!(block, Block::Numbered(steps) if !steps.is_empty()));
    promise(!page.title.is_empty() && !page.lead.is_empty(), || format!("what happened is not said: {text}"))?;
    promise(steps && page.footer.primary.is_some(), || format!("what comes next is not said: {text}"))?;
    let issued = [
        ("まだ発行されていません", Issued::No),
        ("発行済みです", Issued::Yes),
        ("発行されたかどうか、まだ分かりません", Issued::Unknown),
        ("届きましたが、使わずに保管しています", Issued::Unknown),
    ];
    let issued = issued.into_iter().find(|(words, _)| text.contains(words)).map(|(_, issued)| issued);
    let issued = issued.ok_or_else(|| format!("whether something was issued is not said: {text}"))?;
    Ok(Told { code: code.ok_or_else(|| format!("there is no code: {text}"))?, issued })
}

/// What an earlier run has left in the journal, at most one enrollment.
pub fn open_enrollment(pc: &Pc) -> Promise<Option<(KeyLabel, Stage)>> {
    let enrollments = pc.journal().enrollments().map_err(|error| error.to_string())?;
    let live = enrollments.iter().filter(|one| !one.stage().is_harmless() && one.stage() != Stage::Abandoned);
    let live: Vec<_> = live.map(|one| (one.label().clone(), one.stage())).collect();
    promise(live.len() < 2, || format!("{} enrollments are open", live.len()))?;
    Ok(live.into_iter().next())
}

/// Everything is there once: enrollment, key, certificate.
pub fn one_of_everything(pc: &Pc, bank: &SharedBank, guest: &Account) -> Promise {
    let (label, stage) = open_enrollment(pc)?.ok_or("no enrollment")?;
    promise(matches!(stage, Stage::Done | Stage::Proven), || format!("the journal ends at {stage:?}"))?;
    let keys = pc.store.keys().map_err(|error| error.to_string())?;
    promise(keys == [label], || format!("keys that should be gone: {keys:?}"))?;
    let certificates = pc.store.certificates().map_err(|error| error.to_string())?.len();
    promise(certificates == 1, || format!("{certificates} certificates are in the store"))?;
    let issued = bank.issued(guest);
    promise(issued == 1, || format!("the bank has issued {issued}"))
}

/// The first page of a PC whose certificate is in use.
pub fn is_proven(player: &Player) -> bool {
    let has_certificate = |block: &Block| matches!(block, Block::Found(_));
    player.stage() == StageName::Login && player.page().blocks.iter().any(has_certificate)
}

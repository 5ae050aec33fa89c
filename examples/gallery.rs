//! Draws every page of the page tests as a picture, for people who want to look at all of them:
//! `cargo run --features demo --example gallery -- FOLDER [en] [dark|high-contrast] [150] [1024x768] [only=NAME]`
//!
//! A picture is named after its page and its number; `only=setback-E2` draws those whose name begins so.

#[path = "../tests/support/mod.rs"]
mod support;

use std::{collections::HashSet, error::Error, ffi::OsString, fs, io::BufWriter, path::Path, path::PathBuf};

use shirushi::{
    domain::{Language, Replay},
    i18n::Words,
    page::{self, Block, Dialog, Page, Scene, SetbackFacts},
    session::{Code, Means, Recovery},
    ui::{
        Shade,
        still::{self, Setting},
    },
};

struct Wish {
    folder: PathBuf,
    language: Language,
    setting: Setting,
    only: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let wish = wish(std::env::args_os().skip(1))?;
    fs::create_dir_all(&wish.folder)?;
    let words = Words::new(wish.language);
    let mut shown = HashSet::new();
    for (number, (name, page, dialog)) in sights(&words).into_iter().enumerate() {
        // Digits are shuffled anew each time, and nobody wants to see that twice.
        let seen = format!("{:?} {dialog:?}", Page { keyboard: None, ..page.clone() });
        if !name.starts_with(&wish.only) || !shown.insert((seen, page.keyboard.is_some())) {
            continue;
        }
        let profile = support::profile();
        let scene = Scene { frame: page::frame(&profile, page.step, &words), page, dialog, toast: None };
        let picture = still::draw(&scene, wish.setting).ok_or("there is no renderer")?;
        write(&wish.folder.join(format!("{name}-{number:04}.png")), &picture, wish.setting)?;
    }
    Ok(())
}

/// Every page by its name, setbacks with their code as far as they can happen; then every question, over a page.
fn sights(words: &Words) -> Vec<(String, Page, Option<Dialog>)> {
    let pages = support::every_page(words);
    let under = pages.iter().find(|sample| sample.name == "install").map(|sample| sample.page.clone());
    let dialogs = support::every_dialog(words);
    let dialogs =
        dialogs.into_iter().map(|dialog| ("dialog".to_owned(), under.clone().unwrap_or_default(), Some(dialog)));
    let pages = pages.iter().filter(|sample| sample.name != "setback").map(|sample| (sample.name, sample.page.clone()));
    let pages = pages.chain(setbacks(words).map(|page| ("setback", page)));
    pages.map(|(name, page)| (full_name(name, &page), page, None)).chain(dialogs).collect()
}

fn setbacks(words: &Words) -> impl Iterator<Item = Page> {
    let mut all = support::every_hindrance();
    for code in Code::ALL {
        for issued in support::ISSUED {
            for means in [Means::Numbers, Means::Certificate] {
                let recovery = Recovery::of(code, issued, means);
                let facts = support::facts(code, issued, recovery, Replay::Same);
                all.push(SetbackFacts { means, ..facts });
            }
        }
    }
    let told =
        |facts: &SetbackFacts| SetbackFacts { said: Some("503 Service Unavailable".to_owned()), ..facts.clone() };
    all.extend(all.iter().filter(|facts| facts.code == Code::BankFailed).map(told).collect::<Vec<_>>());
    all.into_iter().map(|facts| support::setback(facts).view(words))
}

fn full_name(name: &str, page: &Page) -> String {
    let code = page.blocks.iter().rev().find_map(|block| match block {
        Block::Inquiry { code, .. } if name == "setback" => Some(code),
        _ => None,
    });
    code.map_or_else(|| name.to_owned(), |code| format!("{name}-{code}"))
}

fn wish(arguments: impl Iterator<Item = OsString>) -> Result<Wish, Box<dyn Error>> {
    let setting = Setting { shade: Shade::Light, width: 960, height: 680, text_size: 1.0 };
    let mut wish = Wish { folder: PathBuf::new(), language: Language::Japanese, setting, only: String::new() };
    for argument in arguments {
        let argument = argument.into_string().map_err(|_| "an argument is no text")?;
        if let Some(name) = argument.strip_prefix("only=") {
            wish.only = name.to_owned();
        } else if let Some(shade) = Shade::named(&argument) {
            wish.setting.shade = shade;
        } else if let Ok(percent) = argument.parse::<f32>() {
            wish.setting.text_size = percent / 100.0;
        } else if let Some((Ok(width), Ok(height))) = argument.split_once('x').map(|(w, h)| (w.parse(), h.parse())) {
            (wish.setting.width, wish.setting.height) = (width, height);
        } else if argument == "ja" || argument == "en" {
            wish.language = if argument == "en" { Language::English } else { Language::Japanese };
        } else {
            wish.folder = argument.into();
        }
    }
    if wish.folder.as_os_str().is_empty() { Err("where shall the pictures go?".into()) } else { Ok(wish) }
}

fn write(path: &Path, rgba: &[u8], setting: Setting) -> Result<(), Box<dyn Error>> {
    let mut encoder = png::Encoder::new(BufWriter::new(fs::File::create(path)?), setting.width, setting.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(rgba)?;
    Ok(())
}

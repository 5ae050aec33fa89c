//! One typeface, embedded: the window looks the same on every machine, and kanji never take Chinese forms.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;
use std::sync::OnceLock;

use iced::font::{Family, Weight};
use iced::{Font, Pixels, Settings};

const REGULAR_FACE: &[u8] = include_bytes!("../../assets/fonts/ShirushiGothic-Regular.ttf");
const BOLD_FACE: &[u8] = include_bytes!("../../assets/fonts/ShirushiGothic-Bold.ttf");
const BOLD_CHARACTERS: &str = include_str!("../../assets/fonts/bold-characters.txt");

pub const REGULAR: Font = Font { family: Family::Name("Shirushi Gothic"), ..Font::DEFAULT };
pub const BOLD: Font = Font { weight: Weight::Bold, ..REGULAR };

/// The same for the window and for tests.
pub fn settings() -> Settings {
    Settings {
        id: Some("shirushi".to_owned()),
        fonts: vec![Cow::Borrowed(REGULAR_FACE), Cow::Borrowed(BOLD_FACE)],
        default_font: REGULAR,
        default_text_size: Pixels(16.0),
        ..Settings::default()
    }
}

/// Bold when every character is in the bold face, otherwise regular: faces are never mixed inside a label.
pub fn bold_or_regular(text: &str) -> Font {
    static CHARACTERS: OnceLock<HashSet<char>> = OnceLock::new();
    // Only the line feed goes: the spaces at the beginning of the line are characters of the face.
    let bold = CHARACTERS.get_or_init(|| BOLD_CHARACTERS.trim_end_matches('\n').chars().collect());
    let allowed_break = '\u{200b}';
    if text.chars().all(|c| c == allowed_break || bold.contains(&c)) { BOLD } else { REGULAR }
}

/// Keeps fontconfig from listing every font of the system at start, which costs 80 ms with 2,000 fonts and brings no
/// glyph that is used. To be called first thing in `main`; leaves things as they are when anything is in the way.
///
/// # Safety
///
/// No other thread may run yet: the environment is changed.
pub unsafe fn quiet_font_scan(state_dir: &Path) -> std::io::Result<()> {
    if std::env::var_os("FONTCONFIG_FILE").is_some() {
        return Ok(());
    }
    let fonts = state_dir.join("fonts");
    std::fs::create_dir_all(&fonts)?;
    // An empty list would bring the full scan back, hence one small real face.
    let face = fonts.join("ShirushiGothic-Bold.ttf");
    if !face.exists() {
        std::fs::write(&face, BOLD_FACE)?;
    }
    let list = fonts.join("fonts.conf");
    let folder = escaped(&fonts.to_string_lossy());
    std::fs::write(&list, format!("<?xml version=\"1.0\"?>\n<fontconfig><dir>{folder}</dir></fontconfig>\n"))?;
    // SAFETY: the caller promises that this is the only thread.
    unsafe { std::env::set_var("FONTCONFIG_FILE", &list) };
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::{BOLD, REGULAR, bold_or_regular};

    #[test]
    fn our_own_words_are_bold() {
        assert_eq!(bold_or_regular("次へ進む"), BOLD);
        assert_eq!(bold_or_regular("Allow and continue"), BOLD);
    }

    #[test]
    fn one_character_outside_makes_the_whole_label_regular() {
        assert_eq!(bold_or_regular("髙島屋の次へ進む"), REGULAR);
    }

    #[test]
    fn allowed_breaks_do_not_count() {
        assert_eq!(bold_or_regular("電子証明書を\u{200b}発行する"), BOLD);
    }
}

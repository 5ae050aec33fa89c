//! The pictures of `assets/icons`, parsed once.

use std::collections::HashMap;
use std::sync::OnceLock;

use iced::advanced::svg::Handle;

use crate::page::Icon;

macro_rules! pictures {
    ($($icon:ident $file:literal),* $(,)?) => {
        const PICTURES: &[(Icon, &[u8])] =
            &[$((Icon::$icon, include_bytes!(concat!("../../assets/icons/", $file, ".svg")))),*];
    };
}

pictures! {
    Back "back", Backspace "backspace", Bank "bank", Bell "bell", Calendar "calendar", Certificate "certificate", Check "check",
    CheckCircle "check-circle", Clock "clock", Close "close", Computer "computer", Copy "copy", Down "down",
    Error "error", Eye "eye", EyeOff "eye-off", Help "help", Info "info", Key "key", Keyboard "keyboard",
    LaterAsk "later-ask", LaterNone "later-none", LaterPassword "later-password", LetterSize "letter-size",
    Lock "lock", Network "network", Next "next", Person "person", Restart "restart", Save "save", Seal "seal",
    SealDone "seal-done", StopCall "stop-call", Wait "wait", Warning "warning",
}

/// How the theme may colour a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// One colour, the theme's.
    Themed,
    /// Colours of its own.
    Own,
}

pub(super) fn ink(icon: Icon) -> Ink {
    match icon {
        Icon::Seal => Ink::Own,
        _ => Ink::Themed,
    }
}

/// The handle keeps its identity, which is what the renderer's cache goes by.
pub(super) fn handle(icon: Icon) -> Handle {
    static HANDLES: OnceLock<HashMap<Icon, Handle>> = OnceLock::new();
    let handles =
        HANDLES.get_or_init(|| PICTURES.iter().map(|(icon, bytes)| (*icon, Handle::from_memory(*bytes))).collect());
    // Icon has no case without a picture: the test below walks them all.
    handles.get(&icon).cloned().unwrap_or_else(|| Handle::from_memory(PICTURES[0].1))
}

#[cfg(test)]
mod tests {
    use super::{Icon, PICTURES};

    #[test]
    fn every_icon_has_a_picture_of_its_own() {
        // `Wait` and `Warning` are the last cases of the enum.
        assert_eq!(PICTURES.len(), Icon::Warning as usize + 1);
        let mut icons: Vec<usize> = PICTURES.iter().map(|(icon, _)| *icon as usize).collect();
        icons.sort_unstable();
        icons.dedup();
        assert_eq!(icons.len(), PICTURES.len());
    }
}

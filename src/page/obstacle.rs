//! The program cannot begin: one page that says why, and nothing to lose.

use super::{
    Block, Button, Control, Footer, Frame, Icon, Page, Scene, StepMark,
    frame::frame_of,
    parts::{place, primary, stopped},
};
use crate::i18n::{Words, lines, say};

/// Why it cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Another window of this program is at work.
    InUse,
    /// The same, and it does not answer.
    Hangs,
    /// This program has ended by a fault of its own.
    Died,
    /// No institution is set up on this PC.
    NoProfile,
    /// The institution's file cannot be used.
    Profile,
    /// The records of this program cannot be read or written.
    Records,
    /// There is no room for them.
    DiskFull,
    /// Their folder may only be read.
    ReadOnly,
}

impl Obstacle {
    pub const ALL: [Self; 8] = [
        Self::InUse,
        Self::Hangs,
        Self::Died,
        Self::NoProfile,
        Self::Profile,
        Self::Records,
        Self::DiskFull,
        Self::ReadOnly,
    ];

    /// Stable; users read it out on the telephone.
    pub fn code(self) -> &'static str {
        match self {
            Self::InUse | Self::Hangs => "M03",
            Self::Died => "X01",
            Self::NoProfile => "M04",
            Self::Profile => "M05",
            Self::Records => "M02",
            Self::DiskFull => "M11",
            Self::ReadOnly => "M12",
        }
    }

    /// The page in its frame. There may be no institution to name.
    pub fn scene(self, words: &Words) -> Scene {
        let page = self.view(words);
        Scene { frame: self.frame(page.step, words), page, dialog: None, toast: None }
    }

    fn frame(self, mark: StepMark, words: &Words) -> Frame {
        frame_of(String::new(), None, mark, words)
    }

    pub fn view(self, words: &Words) -> Page {
        let (title, lead, next) = match self {
            Self::InUse => (
                say!(words, "obstacle-in-use"),
                lines!(words, "obstacle-in-use", "lead"),
                lines!(words, "obstacle-in-use", "next"),
            ),
            Self::Hangs => (
                say!(words, "obstacle-hangs"),
                lines!(words, "obstacle-hangs", "lead"),
                lines!(words, "obstacle-hangs", "next"),
            ),
            Self::Died => (
                say!(words, "obstacle-died"),
                lines!(words, "obstacle-died", "lead"),
                lines!(words, "obstacle-died", "next"),
            ),
            Self::NoProfile => (
                say!(words, "obstacle-no-profile"),
                lines!(words, "obstacle-no-profile", "lead"),
                lines!(words, "obstacle-no-profile", "next"),
            ),
            Self::Profile => (
                say!(words, "obstacle-profile"),
                lines!(words, "obstacle-profile", "lead"),
                lines!(words, "obstacle-profile", "next"),
            ),
            Self::Records => (
                say!(words, "obstacle-records"),
                lines!(words, "obstacle-records", "lead"),
                lines!(words, "obstacle-records", "next"),
            ),
            Self::DiskFull => (
                say!(words, "obstacle-disk-full"),
                lines!(words, "obstacle-disk-full", "lead"),
                lines!(words, "obstacle-disk-full", "next"),
            ),
            Self::ReadOnly => (
                say!(words, "obstacle-read-only"),
                lines!(words, "obstacle-read-only", "lead"),
                lines!(words, "obstacle-read-only", "next"),
            ),
        };
        let copy = Button::new(Control::Copy, say!(words, "act", "copy")).with_icon(Icon::Copy);
        Page {
            step: stopped(place::LOGIN),
            title,
            title_icon: Some(Icon::Error),
            lead,
            blocks: vec![
                Block::Heading(say!(words, "act", "next")),
                Block::Numbered(vec![next]),
                Block::Inquiry { label: say!(words, "setback", "inquiry"), code: self.code().to_owned(), copy },
            ],
            footer: Footer {
                primary: Some(primary(say!(words, "act", "close"))),
                second: (self == Self::Hangs)
                    .then(|| Button::new(Control::Second, say!(words, "obstacle-hangs", "end"))),
                ..Footer::default()
            },
            ..Page::default()
        }
    }
}

//! The frame around every page.

use super::{Button, Control, Frame, Icon, StepMark};
use crate::{
    domain::Profile,
    i18n::{Words, say},
};

/// The same seven names on every page; `mark` says which of them is now.
pub fn frame(profile: &Profile, mark: StepMark, words: &Words) -> Frame {
    let institution = &profile.institution;
    let practice = institution.practice.then(|| say!(words, "frame", "practice"));
    frame_of(words.text(&institution.name).to_owned(), practice, mark, words)
}

pub(super) fn frame_of(bank: String, practice: Option<String>, mark: StepMark, words: &Words) -> Frame {
    let steps = step_names(words);
    Frame {
        product: say!(words, "frame"),
        bank,
        practice,
        text_size: Button::new(Control::TextSize, say!(words, "frame", "text-size")).with_icon(Icon::LetterSize),
        language: Button::new(Control::Language, say!(words, "frame", "language")),
        help: Button::new(Control::Help, say!(words, "frame", "help")).with_icon(Icon::Help),
        count: say!(words, "frame", "count", n = mark.number, of = steps.len()),
        steps,
        more_below: say!(words, "frame", "more-below"),
    }
}

fn step_names(words: &Words) -> Vec<String> {
    vec![
        say!(words, "step", "login"),
        say!(words, "step", "identity"),
        say!(words, "step", "server"),
        say!(words, "step", "level"),
        say!(words, "step", "issue"),
        say!(words, "step", "install"),
        say!(words, "step", "done"),
    ]
}

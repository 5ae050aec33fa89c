//! Pieces that several pages are built from.

use super::{Block, Button, Control, FieldModel, Icon, Item, Line, Masking, Row, StepMark, StepState, Tone, Weight};
use crate::{
    domain::{FieldId, Secret, SecurityLevel},
    i18n::{Words, say},
};

/// The place of each page among the seven steps.
pub(super) mod place {
    pub const LOGIN: usize = 1;
    pub const IDENTITY: usize = 2;
    pub const SERVER: usize = 3;
    pub const LEVEL: usize = 4;
    pub const ISSUE: usize = 5;
    pub const INSTALL: usize = 6;
    pub const DONE: usize = 7;
}

pub(super) fn current(number: usize) -> StepMark {
    StepMark { number, state: StepState::Current }
}

pub(super) fn stopped(number: usize) -> StepMark {
    StepMark { number, state: StepState::Stopped }
}

pub(super) fn primary(label: String) -> Button {
    Button::new(Control::Primary, label)
}

pub(super) fn second(label: String) -> Button {
    Button::new(Control::Second, label)
}

pub(super) fn back(words: &Words) -> Button {
    Button::new(Control::Back, say!(words, "act", "back")).with_icon(Icon::Back)
}

pub(super) fn item(icon: Icon, text: String) -> Item {
    Item { icon, text }
}

/// A check that was passed.
pub(super) fn passed(text: String) -> Item {
    item(Icon::CheckCircle, text)
}

pub(super) fn regular(text: impl Into<String>) -> Line {
    Line { text: text.into(), weight: Weight::Regular, then: None }
}

pub(super) fn bold(text: impl Into<String>) -> Line {
    Line { text: text.into(), weight: Weight::Bold, then: None }
}

/// A row whose lines are all regular.
pub(super) fn row(key: String, lines: Vec<String>) -> Row {
    Row { key, lines: lines.into_iter().map(regular).collect() }
}

/// A row whose first line is the answer.
pub(super) fn answer_row(key: String, answer: String, more: Vec<String>) -> Row {
    let lines = std::iter::once(bold(answer)).chain(more.into_iter().map(regular)).collect();
    Row { key, lines }
}

/// A field that hides nothing, with nothing to say about its entry yet.
pub(super) fn plain_field(
    id: FieldId,
    (label, support): (String, String),
    entry: &Secret,
    words: &Words,
) -> FieldModel {
    FieldModel {
        id,
        label,
        required: say!(words, "credentials", "required"),
        support,
        entry: entry.clone(),
        masking: Masking::Never,
        keyboard: None,
        error: None,
        mend: None,
        note: None,
    }
}

pub(super) fn notice(tone: Tone, lines: Vec<String>) -> Block {
    Block::Notice { tone, lines: lines.into_iter().map(regular).collect() }
}

/// A notice whose first line says it all.
pub(super) fn headed_notice(tone: Tone, head: String, more: Vec<String>) -> Block {
    let lines = std::iter::once(bold(head)).chain(more.into_iter().map(regular)).collect();
    Block::Notice { tone, lines }
}

pub(super) fn level_name(level: SecurityLevel, words: &Words) -> String {
    match level {
        SecurityLevel::Low => say!(words, "level", "low"),
        SecurityLevel::Medium => say!(words, "level", "medium"),
        SecurityLevel::High => say!(words, "level", "high"),
    }
}

/// What a toast says.
pub fn copied(words: &Words) -> String {
    say!(words, "toast", "copied")
}

pub fn receipt_saved(words: &Words) -> String {
    say!(words, "toast", "saved")
}

pub fn letter_saved(words: &Words) -> String {
    say!(words, "toast", "letter-saved")
}

pub fn letter_not_saved(words: &Words) -> String {
    say!(words, "toast", "letter-not-saved")
}

pub fn receipt_not_saved(words: &Words) -> String {
    say!(words, "toast", "not-saved")
}

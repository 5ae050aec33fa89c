//! The vocabulary of a page.
//!
//! All text is ready to be shown. Allowed breaks inside a line are U+200B, which is for the layout and is never drawn
//! or spoken. One `String` in a `Vec<String>` of lines is one line start.

use super::{Control, Icon, KeyboardModel};
use crate::domain::{FieldId, Secret};

/// One page, ready to be drawn, spoken or printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    pub step: StepMark,
    pub title: String,
    /// Stands before the title: setback pages only.
    pub title_icon: Option<Icon>,
    pub lead: Vec<String>,
    /// Right of the lead's first line: the elapsed time.
    pub aside: Option<String>,
    pub blocks: Vec<Block>,
    pub footer: Footer,
    /// Docked between content and footer, by the dock and not by the page.
    pub keyboard: Option<KeyboardModel>,
    /// Pages whose primary button decides: Enter is deaf for the first second, so that a doubled key never decides.
    pub enter: EnterKey,
    /// Keys of the manual that move the focus instead of pressing: S goes to the level choice.
    pub focus_keys: Vec<(char, Control)>,
    /// What Esc presses when no question lies over the page.
    pub escape: Option<Control>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EnterKey {
    #[default]
    AtOnce,
    AfterASecond,
}

/// Where the story stands: 1–7, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepMark {
    pub number: usize,
    pub state: StepState,
}

impl Default for StepMark {
    fn default() -> Self {
        Self { number: 1, state: StepState::Current }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Current,
    /// The last step, with its check mark.
    Done,
    /// It stopped here: red.
    Stopped,
}

/// What a person does to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A button, link or disclosure was used, or a radio card was chosen.
    Pressed(Control),
    Edited(FieldId, Secret),
    /// The focus has left a field: now mistakes may be told.
    Left(FieldId),
    CapsLock(CapsLock),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CapsLock {
    #[default]
    Off,
    On,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Heading(String),
    Paragraph(Vec<String>),
    /// Two halves side by side; one under another when it is narrow.
    Columns(Vec<Block>, Vec<Block>),
    /// Icon and sentence.
    List(Vec<Item>),
    /// 1, 2, 3 …; each entry is its lines.
    Numbered(Vec<Vec<String>>),
    /// Card of key and value rows.
    Rows(Vec<Row>),
    /// The certificate found on this PC.
    Found(FoundCard),
    /// Who is asking, at which address, and what was checked.
    Server(ServerCard),
    /// The stamped certificate of the last page.
    Sealed(SealedCard),
    /// One radio group.
    Choice {
        /// Nothing when the lead has said it.
        legend: Option<String>,
        arrangement: Arrangement,
        cards: Vec<RadioCard>,
    },
    Fields(Vec<FieldModel>),
    Notice {
        tone: Tone,
        lines: Vec<Line>,
    },
    /// A sentence with its icon, and at its right the one thing to do about it.
    Remark {
        remark: Item,
        link: Button,
    },
    StopSign {
        lines: Vec<Line>,
        link: Button,
    },
    Disclosure {
        button: Button,
        open: Disclosure,
        rows: Vec<Row>,
    },
    Progress(Vec<ProgressRow>),
    /// お問い合わせ番号
    Inquiry {
        label: String,
        code: String,
        copy: Button,
    },
    /// A third thing to do that is no decision of the footer.
    Link(Button),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Disclosure {
    #[default]
    Closed,
    Open,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    SideBySide,
    Stacked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    #[default]
    Regular,
    Bold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Info,
    Warning,
    Error,
    Success,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub weight: Weight,
    /// Goes on in bold on the same line.
    pub then: Option<String>,
}

impl Line {
    pub fn then(self, text: String) -> Self {
        Self { then: Some(text), ..self }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub icon: Icon,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCard {
    /// 利用者の電子証明書
    pub title: String,
    pub subject: String,
    /// 有効期限
    pub expiry_label: String,
    pub expiry: String,
    pub badge: Option<Badge>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    pub tone: Tone,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCard {
    pub name: String,
    pub address_label: String,
    /// Shown whole, the host in bold; broken only after / ? &.
    pub address: Address,
    pub checks: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub before_host: String,
    pub host: String,
    pub after_host: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedCard {
    pub label: String,
    pub figure: String,
    pub subject: String,
    pub checks: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioCard {
    pub control: Control,
    pub title: String,
    pub badge: Option<Badge>,
    pub lines: Vec<String>,
    pub picture: Option<Icon>,
    pub state: ChoiceState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceState {
    Selected,
    Free,
    /// Cannot be chosen; the word that says so (選べません). The reason is in the card's lines.
    Unavailable(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct FieldModel {
    pub id: FieldId,
    pub label: String,
    /// ※必須
    pub required: String,
    pub support: String,
    pub entry: Secret,
    pub masking: Masking,
    /// Opens the software keyboard for this field, and closes it. A page leaves it empty: the dock fills it in.
    pub keyboard: Option<Button>,
    /// Red line, starts with 「＊」.
    pub error: Option<String>,
    /// A mend that goes with the error: 入れ替える.
    pub mend: Option<Button>,
    /// Grey line: what was changed for the user, Caps Lock.
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Masking {
    /// An ID: always in clear.
    Never,
    /// Dots; the button shows.
    Hidden(Button),
    /// In clear by the reader's act; the button hides.
    Shown(Button),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressRow {
    pub name: String,
    pub state: ProgressState,
    /// 完了・行っています・これから
    pub word: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressState {
    Done,
    Current,
    ToCome,
}

/// Something to press. `control` is its identity on the page, `label` what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub control: Control,
    pub label: String,
    pub icon: Option<Icon>,
    /// The manual's key for the same answer: Y, N, S, D.
    pub accelerator: Option<char>,
    pub readiness: Readiness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Readiness {
    #[default]
    Ready,
    /// A running act: shown, deaf.
    Busy,
}

impl Button {
    pub fn new(control: Control, label: impl Into<String>) -> Self {
        Self { control, label: label.into(), icon: None, accelerator: None, readiness: Readiness::Ready }
    }

    pub fn with_icon(self, icon: Icon) -> Self {
        Self { icon: Some(icon), ..self }
    }

    pub fn with_accelerator(self, key: char) -> Self {
        Self { accelerator: Some(key), ..self }
    }
}

/// At most one filled button. `note` stands where nothing can be pressed, or before the primary button.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footer {
    pub back: Option<Button>,
    pub second: Option<Button>,
    pub primary: Option<Button>,
    pub note: Option<String>,
}

/// A question over the page. Focus starts on `primary`, which is the safe answer; Esc gives it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    pub icon: Icon,
    pub title: String,
    pub lines: Vec<String>,
    pub notice: Option<String>,
    pub second: Button,
    pub primary: Button,
}

/// Everything the window shows at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    pub frame: Frame,
    pub page: Page,
    pub dialog: Option<Dialog>,
    /// Something that has been done: 内容を写し取りました. The next input clears it.
    pub toast: Option<String>,
}

/// The frame around every page.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub product: String,
    pub bank: String,
    /// 練習用, on every page of a practice institution.
    pub practice: Option<String>,
    pub text_size: Button,
    pub language: Button,
    pub help: Button,
    /// 手順 3 / 7
    pub count: String,
    pub steps: Vec<String>,
    /// 下に続きがあります
    pub more_below: String,
}

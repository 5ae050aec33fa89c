//! The pages of the product with made-up people, numbers and dates.

mod after;
mod before;

use std::collections::BTreeMap;

use shirushi::domain::{FieldId, Language, Secret, SecurityLevel};
use shirushi::page::*;

use crate::words::{lines, of};

pub const PAGES: usize = 12;

#[derive(Debug, Clone)]
pub struct State {
    pub entries: BTreeMap<FieldId, Secret>,
    role: usize,
    level: SecurityLevel,
    details: Disclosure,
    revealed: Option<FieldId>,
}

impl Default for State {
    fn default() -> Self {
        let entries = [("contract_id", "7001234567"), ("pin", "12345678"), ("second_pin", "123")];
        let entry = |(id, text): (&str, &str)| (FieldId(id.to_owned()), Secret::new(text));
        Self {
            entries: entries.into_iter().map(entry).collect(),
            role: 0,
            level: SecurityLevel::Medium,
            details: Disclosure::Closed,
            revealed: None,
        }
    }
}

impl State {
    pub fn press(&mut self, control: Control) {
        match control {
            Control::Role(role) => self.role = role,
            Control::Level(level) => self.level = level,
            Control::Reveal(id) => self.revealed = (self.revealed.as_ref() != Some(&id)).then_some(id),
            Control::Details if self.details == Disclosure::Closed => self.details = Disclosure::Open,
            Control::Details => self.details = Disclosure::Closed,
            _ => {}
        }
    }
}

pub fn scene(page: usize, language: Language, state: &State) -> Scene {
    let page = match page {
        0 => before::start(language, state),
        1 => before::credentials(language, state),
        2 => before::credentials_wrong(language, state),
        3 => before::trust(language),
        4 => before::security(language, state),
        5 => after::progress(language),
        6 => after::install(language),
        7 => after::complete(language),
        8 => after::setback(language),
        9 => after::resume(language),
        10 => after::telephone(language),
        _ => after::notices(language),
    };
    Scene { frame: frame(language, page.step.number), page, dialog: None, toast: None }
}

fn frame(l: Language, number: usize) -> Frame {
    let ja = ["はじめに", "本人認証", "接続先の確認", "セキュリティレベル", "発行", "インストール", "完了"];
    let en = ["Start", "Your identity", "Server check", "Security level", "Issue", "Install", "Done"];
    let steps = if l == Language::Japanese { ja } else { en };
    Frame {
        product: of(l, "電子証明書取得ウィザード", "Certificate Wizard"),
        bank: of(l, "れんしゅう信用金庫", "Renshu Shinkin Bank"),
        practice: Some(of(l, "練習用", "Practice")),
        text_size: Button::new(Control::TextSize, of(l, "文字の大きさ", "Text size")).with_icon(Icon::LetterSize),
        language: Button::new(Control::Language, of(l, "English", "日本語")),
        help: Button::new(Control::Help, of(l, "ヘルプ(F1)", "Help (F1)")).with_icon(Icon::Help),
        count: of(l, &format!("手順 {number} / 7"), &format!("Step {number} of 7")),
        steps: steps.map(str::to_owned).to_vec(),
        more_below: of(l, "下に続きがあります", "There is more below"),
    }
}

fn at(number: usize) -> StepMark {
    StepMark { number, state: StepState::Current }
}

fn stopped(number: usize) -> StepMark {
    StepMark { number, state: StepState::Stopped }
}

fn back(l: Language) -> Option<Button> {
    Some(Button::new(Control::Back, of(l, "戻る", "Back")).with_icon(Icon::Back))
}

fn primary(l: Language, ja: &str, en: &str) -> Option<Button> {
    Some(Button::new(Control::Primary, of(l, ja, en)).with_accelerator('Y'))
}

fn second(l: Language, ja: &str, en: &str) -> Option<Button> {
    Some(Button::new(Control::Second, of(l, ja, en)).with_accelerator('N'))
}

fn item(icon: Icon, text: String) -> Item {
    Item { icon, text }
}

fn check(l: Language, ja: &str, en: &str) -> Item {
    item(Icon::CheckCircle, of(l, ja, en))
}

fn row(key: String, lines: Vec<Line>) -> Row {
    Row { key, lines }
}

pub fn dialog(l: Language) -> Dialog {
    Dialog {
        icon: Icon::Lock,
        title: of(l, "いまは|閉じることが|できません", "The window cannot be closed now"),
        lines: lines(
            l,
            "認証局が、|電子証明書を|発行しています。/安全に|閉じられるまで、|もう少し|お待ちください。",
            "Your certificate is being issued./Please wait until it is safe to close.",
        ),
        notice: Some(of(
            l,
            "いま、認証局に申請しています\nふつうは1分ほどで終わります。",
            "Applying to the authority\nIt usually takes about a minute.",
        )),
        second: Button::new(Control::DialogSecond, of(l, "終わったら自動で閉じる", "Close when done")),
        primary: Button::new(Control::DialogPrimary, of(l, "このまま待つ", "Keep waiting")),
    }
}

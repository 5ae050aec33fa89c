//! What on a page can be pressed, in Tab order.

use super::{Block, Button, ChoiceState, FieldModel, KeyboardModel, Masking, Page, RadioCard, courier::Carried};
use crate::domain::{FieldId, SecurityLevel};

/// Everything that can be pressed, chosen or typed into, and so can have the focus. Tab order is the order on the page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Control {
    Primary,
    Second,
    Back,
    Help,
    TextSize,
    Language,
    Field(FieldId),
    /// The eye inside a secret field.
    Reveal(FieldId),
    /// The keyboard inside a secret field.
    KeyboardToggle(FieldId),
    /// One key of the software keyboard.
    Key(char),
    /// 大文字・小文字
    KeyboardCase,
    /// 記号・数字
    KeyboardSymbols,
    /// 数字の並びを変える・数字を順番に並べる
    KeyboardOrder,
    /// 1字消す
    KeyboardDelete,
    KeyboardClose,
    Role(usize),
    Store(usize),
    /// ファイルに保存する・カードに保存する
    Elsewhere(usize),
    /// このファイルに保存する
    UseFile,
    /// 申請データを保存・受け取った証明書ファイルを取り込む
    Carry(Carried),
    /// 新しく申請する, where the footer has no room for it.
    ApplyAnew,
    Level(SecurityLevel),
    /// くわしい設定を見る
    Details,
    /// はい、受けています
    Telephone,
    /// 入れ替える
    Swap,
    Copy,
    /// お願い文を保存する
    SaveRequest,
    /// The servers that a network has to let through, to the clipboard.
    CopyServers,
    /// この証明書は違う
    WrongCertificate,
    /// ログインを確かめる
    ProveLogin,
    DialogPrimary,
    DialogSecond,
    /// 下に続きがあります
    MoreBelow,
}

impl Page {
    /// Every control in Tab order, as read from top to bottom; a radio group is one stop, its chosen card. The software
    /// keyboard comes after the button that opened it.
    pub fn controls(&self) -> Vec<Control> {
        let mut found = Vec::new();
        self.blocks.iter().for_each(|block| block.collect_controls(&mut found));
        if let Some(keyboard) = &self.keyboard {
            let toggle = Control::KeyboardToggle(keyboard.field.clone());
            let after = found.iter().position(|control| *control == toggle).map_or(found.len(), |place| place + 1);
            found.splice(after..after, keyboard.stops());
        }
        let footer = [&self.footer.back, &self.footer.second, &self.footer.primary];
        found.extend(footer.into_iter().flatten().map(|button| button.control.clone()));
        found
    }

    /// Every button of the page, to find accelerators and labels.
    pub fn buttons(&self) -> Vec<&Button> {
        let mut found: Vec<&Button> = self.blocks.iter().flat_map(Block::buttons).collect();
        found.extend(self.keyboard.iter().flat_map(KeyboardModel::buttons));
        found.extend([&self.footer.back, &self.footer.second, &self.footer.primary].into_iter().flatten());
        found
    }
}

impl Block {
    fn collect_controls(&self, found: &mut Vec<Control>) {
        match self {
            Self::Columns(left, right) => {
                left.iter().chain(right).for_each(|block| block.collect_controls(found));
            }
            Self::Choice { cards, .. } => found.extend(chosen(cards).map(|card| card.control.clone())),
            Self::Fields(fields) => fields.iter().for_each(|field| field.collect_controls(found)),
            other => found.extend(other.buttons().into_iter().map(|button| button.control.clone())),
        }
    }

    fn buttons(&self) -> Vec<&Button> {
        match self {
            Self::StopSign { link: button, .. }
            | Self::Remark { link: button, .. }
            | Self::Disclosure { button, .. }
            | Self::Inquiry { copy: button, .. }
            | Self::Link(button) => vec![button],
            Self::Columns(left, right) => left.iter().chain(right).flat_map(Self::buttons).collect(),
            Self::Fields(fields) => fields.iter().flat_map(FieldModel::buttons).collect(),
            _ => Vec::new(),
        }
    }
}

impl FieldModel {
    fn buttons(&self) -> Vec<&Button> {
        let reveal = match &self.masking {
            Masking::Never => None,
            Masking::Hidden(button) | Masking::Shown(button) => Some(button),
        };
        reveal.into_iter().chain(&self.keyboard).chain(&self.mend).collect()
    }

    fn collect_controls(&self, found: &mut Vec<Control>) {
        found.push(Control::Field(self.id.clone()));
        found.extend(self.buttons().into_iter().map(|button| button.control.clone()));
    }
}

fn chosen(cards: &[RadioCard]) -> Option<&RadioCard> {
    cards.iter().find(|card| card.state == ChoiceState::Selected).or_else(|| cards.first())
}

//! A page as text: everything it says, in reading order. For the text interface, the screen reader and the tests.

use super::{
    Address, Badge, Block, Button, ChoiceState, Dialog, Disclosure, FieldModel, FoundCard, Frame, Line, Masking, Page,
    ProgressRow, RadioCard, Row, SealedCard, ServerCard,
};
use crate::i18n::plain;

impl Page {
    /// Every text of the page from top to bottom, without marks. What a person typed is not part of it.
    pub fn spoken(&self) -> Vec<String> {
        let mut said = Said::default();
        said.line(&self.title);
        said.lines(&self.lead);
        said.lines(self.aside.as_slice());
        self.blocks.iter().for_each(|block| said.block(block));
        // One line: what its keys are called would tell which of them is used.
        self.keyboard.iter().for_each(|keyboard| said.line(&keyboard.caption.whole()));
        let footer = &self.footer;
        [&footer.back, &footer.second, &footer.primary].into_iter().flatten().for_each(|button| said.button(button));
        said.lines(footer.note.as_slice());
        said.0
    }
}

impl Dialog {
    pub fn spoken(&self) -> Vec<String> {
        let mut said = Said::default();
        said.line(&self.title);
        said.lines(&self.lines);
        said.lines(self.notice.as_slice());
        said.button(&self.second);
        said.button(&self.primary);
        said.0
    }
}

impl Frame {
    pub fn spoken(&self) -> Vec<String> {
        let mut said = Said::default();
        said.line(&self.product);
        said.line(&self.bank);
        said.lines(self.practice.as_slice());
        said.button(&self.text_size);
        said.button(&self.language);
        said.line(&self.count);
        said.lines(&self.steps);
        said.button(&self.help);
        said.line(&self.more_below);
        said.0
    }
}

impl Address {
    pub fn whole(&self) -> String {
        format!("{}{}{}", self.before_host, self.host, self.after_host)
    }
}

#[derive(Default)]
struct Said(Vec<String>);

impl Said {
    fn line(&mut self, text: &str) {
        self.0.push(plain(text));
    }

    fn lines(&mut self, texts: &[String]) {
        texts.iter().for_each(|text| self.line(text));
    }

    fn button(&mut self, button: &Button) {
        self.line(&button.label);
    }

    fn badge(&mut self, badge: Option<&Badge>) {
        badge.into_iter().for_each(|badge| self.line(&badge.text));
    }

    fn rows(&mut self, rows: &[Row]) {
        for row in rows {
            self.line(&row.key);
            self.weighted(&row.lines);
        }
    }

    fn weighted(&mut self, lines: &[Line]) {
        for line in lines {
            self.line(&line.text);
            self.lines(line.then.as_slice());
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.line(text),
            Block::Paragraph(lines) => self.lines(lines),
            Block::Columns(left, right) => left.iter().chain(right).for_each(|block| self.block(block)),
            Block::List(items) => items.iter().for_each(|item| self.line(&item.text)),
            Block::Numbered(entries) => entries.iter().for_each(|lines| self.lines(lines)),
            Block::Rows(rows) => self.rows(rows),
            Block::Found(card) => self.found(card),
            Block::Server(card) => self.server(card),
            Block::Sealed(card) => self.sealed(card),
            Block::Choice { legend, cards, .. } => {
                self.lines(legend.as_slice());
                cards.iter().for_each(|card| self.card(card));
            }
            Block::Fields(fields) => fields.iter().for_each(|field| self.field(field)),
            Block::Notice { lines, .. } => self.weighted(lines),
            Block::Remark { remark, link } => {
                self.line(&remark.text);
                self.button(link);
            }
            Block::StopSign { lines, link } => {
                self.weighted(lines);
                self.button(link);
            }
            Block::Disclosure { button, open, rows } => {
                self.button(button);
                if *open == Disclosure::Open {
                    self.rows(rows);
                }
            }
            Block::Progress(rows) => rows.iter().for_each(|row| self.progress(row)),
            Block::Inquiry { label, code, copy } => {
                self.line(label);
                self.line(code);
                self.button(copy);
            }
            Block::Link(button) => self.button(button),
        }
    }

    fn found(&mut self, card: &FoundCard) {
        [&card.title, &card.subject, &card.expiry_label, &card.expiry].into_iter().for_each(|text| self.line(text));
        self.badge(card.badge.as_ref());
    }

    fn server(&mut self, card: &ServerCard) {
        self.line(&card.name);
        self.line(&card.address_label);
        self.line(&card.address.whole());
        card.checks.iter().for_each(|check| self.line(&check.text));
    }

    fn sealed(&mut self, card: &SealedCard) {
        [&card.label, &card.figure, &card.subject].into_iter().for_each(|text| self.line(text));
        card.checks.iter().for_each(|check| self.line(&check.text));
    }

    fn card(&mut self, card: &RadioCard) {
        self.line(&card.title);
        self.badge(card.badge.as_ref());
        if let ChoiceState::Unavailable(word) = &card.state {
            self.line(word);
        }
        self.lines(&card.lines);
    }

    fn field(&mut self, field: &FieldModel) {
        [&field.label, &field.required, &field.support].into_iter().for_each(|text| self.line(text));
        if let Masking::Hidden(button) | Masking::Shown(button) = &field.masking {
            self.button(button);
        }
        field.keyboard.iter().for_each(|button| self.button(button));
        self.lines(field.error.as_slice());
        field.mend.iter().for_each(|button| self.button(button));
        self.lines(field.note.as_slice());
    }

    fn progress(&mut self, row: &ProgressRow) {
        self.line(&row.name);
        self.line(&row.word);
    }
}

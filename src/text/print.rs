//! A page as lines of a terminal, in reading order. Buttons are not among them: they are offered at the prompt.

use crate::page::{
    Block, ChoiceState, Dialog, Disclosure, FieldModel, FoundCard, Frame, Icon, Item, Line, Page, ProgressRow,
    ProgressState, RadioCard, Row, Scene, SealedCard, ServerCard, Tone, Weight,
};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub weight: Weight,
}

impl Said {
    pub fn gap() -> Self {
        Self { text: String::new(), weight: Weight::Regular }
    }

    pub fn bold(text: &str) -> Self {
        Self { text: text.to_owned(), weight: Weight::Bold }
    }
}

/// What stands over every page: where one is, at which bank, and whether it is practice.
pub fn head(frame: &Frame) -> Said {
    let parts = [Some(&frame.count), Some(&frame.bank), frame.practice.as_ref()];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).map(String::as_str).collect();
    Said { text: parts.join(" | "), weight: Weight::Regular }
}

pub fn page(page: &Page) -> Vec<Said> {
    let mut lines = Lines::default();
    lines.bold(&page.title);
    page.lead.iter().for_each(|text| lines.regular(text));
    page.blocks.iter().for_each(|block| lines.block(block));
    page.footer.note.iter().for_each(|text| lines.regular(text));
    lines.said
}

pub fn dialog(dialog: &Dialog) -> Vec<Said> {
    let mut lines = Lines::default();
    lines.bold(&dialog.title);
    dialog.lines.iter().for_each(|text| lines.regular(text));
    dialog.notice.iter().flat_map(|notice| notice.lines()).for_each(|text| lines.regular(text));
    lines.said
}

/// What `after` says and `before` did not. The clock beside the lead is for the window.
pub fn news(before: &Page, after: &Page) -> Vec<Said> {
    let known = page(before);
    page(after).into_iter().filter(|said| !said.text.is_empty() && !known.contains(said)).collect()
}

/// A title is the page's statement: another one is another page.
pub fn is_another_page(before: &Scene, after: &Scene) -> bool {
    before.page.step.number != after.page.step.number || before.page.title != after.page.title
}

#[derive(Default)]
struct Lines {
    said: Vec<Said>,
    place: Place,
}

/// What belongs to a heading stands close to it.
#[derive(Default, PartialEq, Eq)]
enum Place {
    UnderHeading,
    #[default]
    Elsewhere,
}

impl Lines {
    fn regular(&mut self, text: &str) {
        self.said.push(Said { text: text.to_owned(), weight: Weight::Regular });
    }

    fn bold(&mut self, text: &str) {
        self.said.push(Said::bold(text));
    }

    fn gap(&mut self) {
        self.said.push(Said::gap());
    }

    fn block(&mut self, block: &Block) {
        if !matches!(block, Block::Link(_) | Block::Columns(..)) && self.place != Place::UnderHeading {
            self.gap();
        }
        self.place = if matches!(block, Block::Heading(_)) { Place::UnderHeading } else { Place::Elsewhere };
        match block {
            Block::Heading(text) => self.bold(text),
            Block::Paragraph(lines) => lines.iter().for_each(|text| self.regular(text)),
            Block::Columns(left, right) => left.iter().chain(right).for_each(|block| self.block(block)),
            Block::List(items) => items.iter().for_each(|item| self.item(item)),
            Block::Numbered(entries) => self.numbered(entries),
            Block::Rows(rows) => self.rows(rows),
            Block::Found(card) => self.found(card),
            Block::Server(card) => self.server(card),
            Block::Sealed(card) => self.sealed(card),
            Block::Choice { legend, cards, .. } => {
                legend.iter().for_each(|text| self.bold(text));
                cards.iter().for_each(|card| self.card(card));
            }
            Block::Fields(fields) => fields.iter().for_each(|field| self.field(field)),
            Block::Notice { tone, lines } => self.noted(tone_mark(*tone), lines),
            Block::Remark { remark, .. } => self.item(remark),
            Block::StopSign { lines, .. } => self.noted(tone_mark(Tone::Warning), lines),
            Block::Disclosure { open: Disclosure::Open, rows, .. } => self.rows(rows),
            Block::Progress(rows) => rows.iter().for_each(|row| self.progress(row)),
            Block::Inquiry { label, code, .. } => self.bold(&format!("{label}: {code}")),
            Block::Disclosure { open: Disclosure::Closed, .. } | Block::Link(_) => {}
        }
    }

    fn item(&mut self, item: &Item) {
        self.marked(item_mark(item.icon), &item.text);
    }

    fn marked(&mut self, mark: &str, text: &str) {
        self.regular(&format!("  {mark} {text}"));
    }

    fn noted(&mut self, mark: &str, lines: &[Line]) {
        let mut mark = mark.to_owned();
        for line in lines {
            let said = Said { text: format!("  {mark} {}", whole(line)), weight: line.weight };
            self.said.push(said);
            mark = " ".repeat(mark.len());
        }
    }

    fn numbered(&mut self, entries: &[Vec<String>]) {
        for (index, lines) in entries.iter().enumerate() {
            let mut mark = format!("{}.", index + 1);
            for text in lines {
                self.marked(&mark, text);
                mark = " ".repeat(mark.len());
            }
        }
    }

    fn rows(&mut self, rows: &[Row]) {
        for row in rows {
            match row.lines.as_slice() {
                [one] => self.regular(&format!("  {}: {}", row.key, whole(one))),
                lines => {
                    self.regular(&format!("  {}:", row.key));
                    lines.iter().for_each(|line| self.regular(&format!("    {}", whole(line))));
                }
            }
        }
    }

    fn found(&mut self, card: &FoundCard) {
        self.bold(&card.title);
        self.regular(&format!("  {}", card.subject));
        let badge = card.badge.as_ref().map(|badge| format!(" ({})", badge.text)).unwrap_or_default();
        self.regular(&format!("  {}: {}{badge}", card.expiry_label, card.expiry));
    }

    fn server(&mut self, card: &ServerCard) {
        self.bold(&card.name);
        self.regular(&format!("  {}: {}", card.address_label, card.address.whole()));
        card.checks.iter().for_each(|check| self.item(check));
    }

    fn sealed(&mut self, card: &SealedCard) {
        self.regular(&format!("  {}", card.subject));
        self.regular(&format!("  {}: {}", card.label, card.figure));
        card.checks.iter().for_each(|check| self.item(check));
    }

    fn card(&mut self, card: &RadioCard) {
        let mark = match card.state {
            ChoiceState::Selected => "(*)",
            ChoiceState::Free => "( )",
            ChoiceState::Unavailable(_) => "(-)",
        };
        let mut title = card.title.clone();
        if let ChoiceState::Unavailable(word) = &card.state {
            title += &format!(" [{word}]");
        }
        title.extend(card.badge.iter().map(|badge| format!(" [{}]", badge.text)));
        self.marked(mark, &title);
        card.lines.iter().for_each(|text| self.regular(&format!("      {text}")));
    }

    /// What has been typed is not part of it.
    fn field(&mut self, field: &FieldModel) {
        self.regular(&format!("  {} ({}) {}", field.label, field.required, field.support));
        field.error.iter().for_each(|text| self.bold(&format!("    {}: {text}", field.label)));
        field.note.iter().for_each(|text| self.regular(&format!("    {}: {text}", field.label)));
    }

    fn progress(&mut self, row: &ProgressRow) {
        let mark = match row.state {
            ProgressState::Done => "[x]",
            ProgressState::Current => "[>]",
            ProgressState::ToCome => "[ ]",
        };
        self.marked(mark, &format!("{}: {}", row.name, row.word));
    }
}

fn whole(line: &Line) -> String {
    match &line.then {
        Some(then) => format!("{} {then}", line.text),
        None => line.text.clone(),
    }
}

fn item_mark(icon: Icon) -> &'static str {
    match icon {
        Icon::Check | Icon::CheckCircle => "[x]",
        Icon::Warning | Icon::Error | Icon::StopCall => "[!]",
        _ => "-",
    }
}

fn tone_mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Info => "-",
        Tone::Success => "[x]",
        Tone::Warning | Tone::Error => "[!]",
    }
}

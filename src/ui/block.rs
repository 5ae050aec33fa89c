//! The vocabulary of a page, drawn.

use iced::widget::{Column, column, container, row};
use iced::{Center, Color, Fill, Length, Padding};

use super::display::{Display, Shape};
use super::operation::DETAILS_ID;
use super::parts::{self, BODY, HEADING, NAME, RADIUS, border, card};
use super::widget::flow::Gap;
use super::widget::picture::Picture;
use super::{Element, card as cards, choice, field};
use crate::page::{Block, Button, Disclosure, Icon, Item, Line, Row, Tone, Weight};

/// Content of the cards starts here.
pub const INSET: f32 = 21.0;

pub fn block<'a>(block: &'a Block, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    match block {
        Block::Heading(text) => parts::bold(text, HEADING).color(look.text).into(),
        Block::Paragraph(texts) => parts::lines(texts, BODY, look.text),
        Block::Columns(left, right) => columns(left, right, display),
        Block::List(items) => parts::list(items, look),
        Block::Numbered(entries) => numbered(entries, display),
        Block::Rows(rows) => cards::rows(rows, look),
        Block::Found(found) => cards::found(found, display),
        Block::Server(server) => cards::server(server, look),
        Block::Sealed(sealed) => cards::sealed(sealed, display),
        Block::Choice { legend, arrangement, cards } => {
            let legend = legend.as_ref().map(|legend| parts::bold(legend, HEADING).color(look.text));
            Column::new().push(legend).push(choice::group(*arrangement, cards, display)).spacing(8).into()
        }
        Block::Fields(fields) => field::grid(fields, display),
        Block::Notice { tone, lines } => parts::notice(*tone, parts::tone_icon(*tone), lines, look),
        Block::Remark { remark, link } => noted(remark, link, display),
        Block::StopSign { lines, link } => stop_sign(lines, link, display),
        Block::Link(button) => parts::quiet(button, display).into(),
        Block::Disclosure { button, open, rows } => disclosure(button, *open, rows, display),
        Block::Progress(steps) => cards::progress(steps, look),
        Block::Inquiry { label, code, copy } => inquiry(label, code, copy, display),
    }
}

/// Over a block: what belongs to a heading stands close to it.
pub fn gap(before: Option<&Block>, block: &Block) -> Gap {
    match (before, block) {
        (None, Block::Heading(_)) => Gap::new(20.0, 16.0),
        (None, _) => Gap::new(16.0, 14.0),
        (Some(Block::Heading(_)), _) => Gap::new(8.0, 6.0),
        (Some(Block::Disclosure { .. }), _) | (_, Block::Disclosure { .. }) => Gap::new(8.0, 6.0),
        (_, Block::Remark { .. }) => Gap::new(8.0, 4.0),
        (Some(Block::Rows(_) | Block::Server(_)), Block::List(_)) => Gap::new(16.0, 16.0),
        _ => Gap::new(20.0, 16.0),
    }
}

fn columns<'a>(left: &'a [Block], right: &'a [Block], display: Display<'a>) -> Element<'a> {
    let halves = [left, right].map(|blocks| half(blocks, display));
    let [left, right] = halves;
    match display.room.shape() {
        Shape::Narrow => column![left, right].spacing(20).into(),
        Shape::Wide | Shape::Compact => parts::halves(left, right, 16.0),
    }
}

fn half<'a>(blocks: &'a [Block], display: Display<'a>) -> Element<'a> {
    let mut column = Column::new();
    let mut before = None;
    for one in blocks {
        let above = before.map_or(0.0, |before| gap(Some(before), one).roomy);
        column = column.push(container(block(one, display)).padding(Padding::ZERO.top(above)));
        before = Some(one);
    }
    column.into()
}

fn numbered<'a>(entries: &[Vec<String>], display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let entry = |(index, texts): (usize, &Vec<String>)| {
        let number = parts::bold(&(index + 1).to_string(), BODY).color(look.primary);
        row![container(number).width(28), parts::lines(texts, BODY, look.text)].into()
    };
    Column::with_children(entries.iter().enumerate().map(entry)).spacing(8).into()
}

fn stop_sign<'a>(lines: &[Line], link: &Button, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let (side, edge) = if display.is_tight() { (32.0, 2.0) } else { (48.0, 13.0) };
    let sign = Picture::square(Icon::StopCall, side).color(look.error);
    let words = parts::weighted_lines(lines, look.text);
    let link = parts::link(link, display);
    let content: Element<'a> = match display.room.shape() {
        Shape::Narrow => row![sign, column![words, link]].spacing(12).into(),
        Shape::Wide | Shape::Compact => {
            row![sign, container(words).width(Fill), link].spacing(12).align_y(Center).into()
        }
    };
    card(content, look.error_bg, border(look.error, 1.0, RADIUS), Padding::from([edge, 19.0]).left(17))
}

fn noted<'a>(remark: &Item, link: &Button, display: Display<'a>) -> Element<'a> {
    let remark = parts::list(std::slice::from_ref(remark), display.look);
    let link = parts::link(link, display);
    match display.room.shape() {
        Shape::Narrow => column![remark, link].into(),
        Shape::Wide | Shape::Compact => row![container(remark).width(Fill), link].spacing(16).align_y(Center).into(),
    }
}

fn disclosure<'a>(button: &Button, open: Disclosure, rows: &[Row], display: Display<'a>) -> Element<'a> {
    // Its icon stands on the vertical of all icons.
    let handle = parts::quiet(button, display).padding(Padding::from([0, 12]).left(1));
    match open {
        Disclosure::Closed => handle.into(),
        Disclosure::Open => {
            let rows = container(cards::rows(rows, display.look)).id(DETAILS_ID);
            column![handle, rows].spacing(8).into()
        }
    }
}

fn inquiry<'a>(label: &str, code: &str, copy: &Button, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let words = row![parts::regular(label, BODY).color(look.text2), parts::bold(code, NAME).color(look.text),]
        .spacing(16)
        .align_y(Center)
        .wrap();
    let content = row![container(words).width(Fill), parts::quiet(copy, display)].spacing(12).align_y(Center);
    let frame = border(look.divider, 1.0, RADIUS);
    card(content, look.sunk, frame, Padding::from([6.0, 13.0]).left(INSET))
}

/// A notice of plain lines, the first bold when there are two.
pub fn plain_notice<'a>(tone: Tone, icon: Icon, text: &str, display: Display<'a>) -> Element<'a> {
    let parts: Vec<&str> = text.lines().collect();
    let weight = |index: usize| if index == 0 && parts.len() > 1 { Weight::Bold } else { Weight::Regular };
    let lines: Vec<Line> = parts
        .iter()
        .enumerate()
        .map(|(index, text)| Line { text: (*text).to_owned(), weight: weight(index), then: None })
        .collect();
    parts::notice(tone, icon, &lines, display.look)
}

/// A round mark of a radio card, a step or a row.
pub fn mark<'a>(content: Option<Element<'a>>, side: f32, ground: Color, edge: Color) -> Element<'a> {
    let style = container::Style { border: border(edge, 2.0, side / 2.0), ..container::background(ground) };
    let inside = content.unwrap_or_else(|| iced::widget::space().into());
    container(inside).center(Length::Fixed(side)).style(move |_| style).into()
}

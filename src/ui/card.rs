//! The cards: rows, the certificate found, the server, the sealed certificate, the progress.

use iced::widget::{Column, Row as Line, column, container, row};
use iced::{Border, Center, Color, Fill, Padding, border};

use super::Element;
use super::block::{INSET, mark};
use super::display::{Display, Shape};
use super::font::{REGULAR, bold_or_regular};
use super::parts::{self, BODY, FIGURE, NAME, RADIUS, card};
use super::theme::Look;
use super::widget::phrase::Breaks;
use super::widget::picture::Picture;
use super::widget::prose::Prose;
use crate::page::{FoundCard, Icon, ProgressRow, ProgressState, Row, SealedCard, ServerCard};

const KEYS: f32 = 144.0;

fn frame(look: Look) -> Border {
    parts::border(look.divider, 1.0, RADIUS)
}

/// Rules go from edge to edge, which is why the card itself has only its border for a padding.
fn ruled<'a>(entries: impl Iterator<Item = Element<'a>>, look: Look) -> Element<'a> {
    let mut column = Column::new();
    for (index, entry) in entries.enumerate() {
        let rule = (index > 0).then(|| parts::rule(look));
        column = column.push(rule).push(entry);
    }
    card(column, look.card, frame(look), 1)
}

pub fn rows<'a>(rows: &[Row], look: Look) -> Element<'a> {
    let entry = |row: &Row| -> Element<'a> {
        let key = container(parts::regular(&row.key, BODY).color(look.text2)).width(KEYS - 12.0);
        let value = container(parts::weighted_lines(&row.lines, look.text)).width(Fill);
        let line = iced::widget::row![key, value].spacing(12);
        container(line).padding([8.0, INSET - 1.0]).into()
    };
    ruled(rows.iter().map(entry), look)
}

pub fn found<'a>(found: &FoundCard, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let icon = Picture::square(Icon::Certificate, 32.0).color(look.text2);
    let role = parts::bold(&found.title, BODY).color(look.text);
    let who = parts::regular(&found.subject, BODY).color(look.text2);
    let until = row![
        parts::regular(&found.expiry_label, BODY).color(look.text2),
        parts::regular(&found.expiry, BODY).color(look.text).breaks(Breaks::Never),
    ]
    .spacing(6);
    let badge = found.badge.as_ref().map(|badge| parts::badge(badge, look));
    let content: Element<'a> = match display.room.shape() {
        Shape::Narrow => {
            let when = Column::new().push(until).push(badge).spacing(4);
            row![icon, column![role, who, container(when).padding(Padding::ZERO.top(8))]].spacing(12).into()
        }
        Shape::Wide | Shape::Compact => {
            // The name beside the badge, which is shorter than the date: it seldom needs a second line.
            let upper = row![container(role).width(Fill), until].spacing(12);
            let lower = Line::new().push(container(who).width(Fill)).push(badge).spacing(12).align_y(Center);
            row![icon, column![upper, lower].spacing(2)].spacing(12).align_y(Center).into()
        }
    };
    card(content, look.card, frame(look), [16, 17])
}

pub fn server<'a>(server: &ServerCard, look: Look) -> Element<'a> {
    let icon = Picture::square(Icon::Bank, 32.0).color(look.primary);
    let name = row![icon, parts::regular(&server.name, NAME).color(look.text)].spacing(12).align_y(Center);
    let address = &server.address;
    let url = Prose::new(&address.before_host, REGULAR, BODY)
        .followed_by(&address.host, bold_or_regular(&address.host))
        .followed_by(&address.after_host, REGULAR)
        .breaks(Breaks::Address)
        .color(look.text);
    let where_to = column![parts::regular(&server.address_label, BODY).color(look.text2), url];
    let upper = container(column![name, where_to].spacing(8)).width(Fill);
    let upper = upper.padding(Padding::new(INSET - 1.0).top(14).bottom(11));
    let lower = container(parts::list(&server.checks, look)).width(Fill);
    let lower = lower.padding(Padding::new(INSET - 1.0).top(11).bottom(14));
    ruled([upper.into(), lower.into()].into_iter(), look)
}

pub fn sealed<'a>(sealed: &SealedCard, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let words = column![
        parts::regular(&sealed.label, BODY).color(look.text2),
        parts::bold(&sealed.figure, FIGURE).color(look.text),
        parts::regular(&sealed.subject, BODY).color(look.text),
        container(parts::list(&sealed.checks, look)).padding(Padding::ZERO.top(12)),
    ];
    let side = if display.room.shape() == Shape::Narrow { 96.0 } else { 128.0 };
    let seal = Picture::square(Icon::SealDone, side).color(look.seal);
    let content = row![container(words).width(Fill), seal].spacing(12).align_y(Center);
    card(content, look.card, frame(look), Padding::from([19.0, 33.0]).left(INSET))
}

pub fn progress<'a>(steps: &[ProgressRow], look: Look) -> Element<'a> {
    let last = steps.len().saturating_sub(1);
    ruled(steps.iter().enumerate().map(|(index, step)| progress_row(step, corners(index, last), look)), look)
}

/// A tinted row at an end of the card follows its corners.
fn corners(index: usize, last: usize) -> border::Radius {
    let inside = RADIUS - 1.0;
    let radius = border::Radius::default();
    let radius = if index == 0 { radius.top(inside) } else { radius };
    if index == last { radius.bottom(inside) } else { radius }
}

fn progress_row<'a>(step: &ProgressRow, corners: border::Radius, look: Look) -> Element<'a> {
    let (ground, name, word) = match step.state {
        ProgressState::Done => (Color::TRANSPARENT, look.text, look.success),
        ProgressState::Current => (look.tint, look.primary, look.primary),
        ProgressState::ToCome => (Color::TRANSPARENT, look.text2, look.text2),
    };
    let write = |text: &str, color| match step.state {
        ProgressState::Current => parts::bold(text, BODY).color(color),
        ProgressState::Done | ProgressState::ToCome => parts::regular(text, BODY).color(color),
    };
    let picture: Element<'a> = match step.state {
        ProgressState::Done => Picture::square(Icon::CheckCircle, 28.0).color(look.success).into(),
        ProgressState::Current => Picture::square(Icon::Wait, 28.0).color(look.primary).into(),
        ProgressState::ToCome => container(mark(None, 24.0, look.card, look.border)).padding(2).into(),
    };
    let content =
        row![picture, container(write(&step.name, name)).width(Fill), write(&step.word, word).breaks(Breaks::Never)]
            .spacing(16)
            .align_y(Center);
    let border = Border { radius: corners, ..Border::default() };
    let style = container::Style { border, ..container::background(ground) };
    container(content).width(Fill).padding([14.0, INSET - 1.0]).style(move |_| style).into()
}

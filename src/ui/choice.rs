//! One radio group: cards side by side, or one under another with a picture of what will happen.

use iced::alignment::Horizontal;
use iced::widget::{Column, Row, column, container, row};
use iced::{Center, Color, Fill, Size};

use super::Element;
use super::block::mark;
use super::display::{Display, Shape};
use super::parts::{self, BODY, HEADING, RADIUS, border};
use super::theme::Look;
use super::widget::picture::Picture;
use super::widget::pressable::{Pressable, Skin, Status};
use crate::page::{Arrangement, ChoiceState, Icon, RadioCard, Readiness};

const PICTURE: Size = Size::new(64.0, 48.0);

pub fn group<'a>(arrangement: Arrangement, cards: &'a [RadioCard], display: Display<'a>) -> Element<'a> {
    match (arrangement, display.room.shape()) {
        (Arrangement::SideBySide, Shape::Wide | Shape::Compact) => {
            Row::with_children(cards.iter().map(|card| side_by_side(card, display))).spacing(16).into()
        }
        (Arrangement::SideBySide, Shape::Narrow) => {
            Column::with_children(cards.iter().map(|card| side_by_side(card, display))).spacing(10).into()
        }
        (Arrangement::Stacked, _) => {
            Column::with_children(cards.iter().map(|card| stacked(card, display))).spacing(10).into()
        }
    }
}

fn ink(card: &RadioCard, look: &Look) -> Color {
    match card.state {
        ChoiceState::Unavailable(_) => look.unavailable(),
        ChoiceState::Selected | ChoiceState::Free => look.text,
    }
}

fn side_by_side<'a>(card: &'a RadioCard, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let support = match card.state {
        ChoiceState::Unavailable(_) => look.unavailable(),
        _ => look.text2,
    };
    let words = column![title(card, display, BODY), parts::lines(&card.lines, BODY, support)];
    let content = row![radio(card, look), container(words).width(Fill)].spacing(14).align_y(Center);
    pressable(card, display, content).padding([15, 17]).into()
}

fn stacked<'a>(card: &'a RadioCard, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let words = column![
        container(title(card, display, HEADING)).height(28).align_y(Center),
        parts::lines(&card.lines, BODY, ink(card, &look))
    ];
    let mark = container(radio(card, look)).padding([2, 0]);
    let picture_color = match card.state {
        ChoiceState::Unavailable(_) => look.unavailable(),
        _ => look.primary,
    };
    let room_for_picture = display.room.shape() != Shape::Narrow;
    let picture = card.picture.filter(|_| room_for_picture);
    let picture = picture.map(|picture| Picture::new(picture, PICTURE).color(picture_color));
    let content = row![mark, container(words).width(Fill)].spacing(14);
    let content = Row::new().push(content).push(picture).spacing(12).align_y(Center);
    pressable(card, display, content).padding([9, 17]).into()
}

fn title<'a>(card: &'a RadioCard, display: Display<'a>, style: parts::Style) -> Element<'a> {
    let look = display.look;
    let title = parts::bold(&card.title, style).color(ink(card, &look));
    let badge = card.badge.as_ref().map(|badge| parts::badge(badge, look));
    let lock = match &card.state {
        ChoiceState::Unavailable(word) => {
            let color = look.unavailable();
            let lock = Picture::square(Icon::Lock, 20.0).color(color);
            Some(row![lock, parts::regular(word, BODY).color(color)].spacing(8).align_y(Center))
        }
        _ => None,
    };
    Row::new().push(title).push(badge).push(lock).spacing(12).align_y(Center).into()
}

fn radio<'a>(card: &RadioCard, look: Look) -> Element<'a> {
    let dot = || parts::dot(12.0, look.primary);
    match card.state {
        ChoiceState::Selected => mark(Some(dot()), 24.0, look.card, look.primary),
        ChoiceState::Free => mark(None, 24.0, look.card, look.border),
        ChoiceState::Unavailable(_) => mark(None, 24.0, look.sunk, look.unavailable()),
    }
}

fn pressable<'a>(card: &RadioCard, display: Display<'a>, content: impl Into<Element<'a>>) -> Pressable<'a> {
    let look = display.look;
    let state = card.state.clone();
    let skin = move |status| skin(&look, &state, status);
    let readiness = match card.state {
        ChoiceState::Unavailable(_) => Readiness::Busy,
        _ => Readiness::Ready,
    };
    Pressable::new(card.control.clone(), look, content, skin)
        .readiness(readiness)
        .focus(display.ring(&card.control))
        .width(Fill)
        .align(Horizontal::Left)
}

fn skin(look: &Look, state: &ChoiceState, status: Status) -> Skin {
    let ink = look.text;
    match (state, status) {
        (ChoiceState::Selected, _) => {
            Skin { ground: look.tint, ink, border: border(look.primary, look.selected_border(), RADIUS) }
        }
        (ChoiceState::Unavailable(_), _) => {
            let edge = if look.sunk == look.canvas { look.unavailable() } else { look.divider };
            Skin { ground: look.sunk, ink, border: border(edge, 1.0, RADIUS) }
        }
        (ChoiceState::Free, Status::Hover | Status::Pressed) => {
            Skin { ground: look.tint, ink, border: border(look.primary, 1.0, RADIUS) }
        }
        (ChoiceState::Free, Status::Rest | Status::Busy) => {
            Skin { ground: look.card, ink, border: border(look.border, 1.0, RADIUS) }
        }
    }
}

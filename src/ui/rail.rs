//! The steps: a rail at the left, or one line under the header when it is narrow.

use iced::widget::{Column, Row, column, container, row, space};
use iced::{Center, Color, Fill, Length, Padding};

use super::Element;
use super::block::mark;
use super::display::{Display, RAIL_LINE, Room, Shape};
use super::parts::{self, BODY};
use super::theme::{Look, Shade};
use super::widget::phrase::Breaks;
use super::widget::picture::Picture;
use crate::page::{Icon, StepState};

const MARK: f32 = 28.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Done,
    Current,
    CurrentDone,
    Stopped,
    ToCome,
}

fn place(number: usize, display: Display<'_>) -> Place {
    let here = display.scene.page.step;
    match (number.cmp(&here.number), here.state) {
        (std::cmp::Ordering::Less, _) => Place::Done,
        (std::cmp::Ordering::Greater, _) => Place::ToCome,
        (std::cmp::Ordering::Equal, StepState::Current) => Place::Current,
        (std::cmp::Ordering::Equal, StepState::Done) => Place::CurrentDone,
        (std::cmp::Ordering::Equal, StepState::Stopped) => Place::Stopped,
    }
}

pub fn rail<'a>(display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let frame = &display.scene.frame;
    let count = container(parts::regular(&frame.count, BODY).color(look.text2));
    let count = count.padding(Padding::from([24.0, 20.0]).bottom(14));
    let mut steps = Column::new().push(count);
    for (index, name) in frame.steps.iter().enumerate() {
        let place = place(index + 1, display);
        let is_last = index + 1 == frame.steps.len();
        let line = (!is_last).then(|| connection(place, display.room, look));
        steps = steps.push(step(index + 1, name, place, look)).push(line);
    }
    let ground = container(steps).width(Fill).height(Fill).clip(true).style(move |_| container::background(look.rail));
    row![ground, parts::upright(look, Fill)].width(display.room.rail()).height(Fill).into()
}

fn connection<'a>(place: Place, room: Room, look: Look) -> Element<'a> {
    let pitch = match room.shape() {
        Shape::Wide => 52.0,
        Shape::Compact | Shape::Narrow => 46.0,
    };
    let color = match place {
        Place::Done | Place::CurrentDone => look.primary,
        Place::Current | Place::Stopped | Place::ToCome => look.divider,
    };
    let line = parts::block_of(color, Length::Fixed(2.0), Length::Fixed(pitch - MARK));
    container(line).padding(Padding::ZERO.left(20.0 + MARK / 2.0 - 1.0)).into()
}

fn step<'a>(number: usize, name: &str, place: Place, look: Look) -> Element<'a> {
    let name = match place {
        Place::Done => parts::regular(name, BODY).color(look.text),
        Place::ToCome => parts::regular(name, BODY).color(look.text2),
        Place::Current | Place::CurrentDone => parts::bold(name, BODY).color(look.primary),
        Place::Stopped => parts::bold(name, BODY).color(look.error),
    };
    let line = row![step_mark(number, place, look), container(name).width(Fill)];
    let line = line.spacing(12).height(MARK).align_y(Center);
    container(line).padding(Padding::ZERO.left(20).right(4)).into()
}

fn step_mark<'a>(number: usize, place: Place, look: Look) -> Element<'a> {
    let picture = |icon, color| Picture::square(icon, 18.0).color(color).into();
    let digit = number.to_string();
    match place {
        Place::Done => mark(Some(picture(Icon::Check, look.primary)), MARK, Color::TRANSPARENT, look.primary),
        Place::Current => {
            let digit = parts::bold(&digit, BODY).color(look.on_primary);
            mark(Some(digit.into()), MARK, look.primary, look.primary)
        }
        Place::CurrentDone => mark(Some(picture(Icon::Check, look.on_primary)), MARK, look.primary, look.primary),
        Place::Stopped => mark(Some(picture(Icon::Close, look.canvas)), MARK, look.error, look.error),
        Place::ToCome => {
            let digit = parts::regular(&digit, BODY).color(look.text2);
            mark(Some(digit.into()), MARK, Color::TRANSPARENT, look.border)
        }
    }
}

/// 手順 4 / 7 セキュリティレベル, and whose counter this is.
pub fn line<'a>(display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let scene = display.scene;
    let number = scene.page.step.number;
    let name = scene.frame.steps.get(number.saturating_sub(1)).map(String::as_str).unwrap_or_default();
    let color = match scene.page.step.state {
        StepState::Stopped => look.error,
        StepState::Current | StepState::Done => look.primary,
    };
    let words = Row::new()
        .push(parts::regular(&scene.frame.count, BODY).color(look.text2).breaks(Breaks::Never))
        .push(parts::bold(name, BODY).color(color).breaks(Breaks::Never))
        .push(space().width(Fill))
        .push(parts::regular(&scene.frame.bank, BODY).color(look.text))
        .spacing(12)
        .align_y(Center);
    let height = RAIL_LINE - 1.0;
    let line = container(words).width(Fill).height(height).align_y(Center).padding([0.0, display.room.margin()]);
    let under = match look.shade {
        Shade::HighContrast => look.border,
        Shade::Light | Shade::Dark => look.divider,
    };
    column![line.style(move |_| container::background(look.rail)), parts::block_of(under, Fill, Length::Fixed(1.0))]
        .into()
}

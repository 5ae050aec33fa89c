//! What stands over the page: a question with its scrim, and the word that something has been done.

use iced::widget::{Column, container, mouse_area, opaque, row, scrollable};
use iced::{Center, Fill, Length, Padding, Right, Top};

use super::Element;
use super::block::plain_notice;
use super::display::{Display, FOOTER, Shape};
use super::frame::{scroll_bar, scroll_style};
use super::parts::{self, BODY, DIALOG_TITLE, LEAD, RADIUS, border, card};
use super::widget::picture::Picture;
use crate::page::{Dialog, Icon, Tone};

/// The scrolling inside, for operations.
pub const DIALOG_ID: &str = "dialog";

const WIDTH: f32 = 600.0;
const MARGIN: f32 = 24.0;
/// Where it begins when there is room.
const TOP: f32 = 168.0;
/// It is seldom higher than this.
const USUAL_HEIGHT: f32 = 330.0;

pub fn dialog<'a>(dialog: &'a Dialog, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let room = display.room;
    let title = row![
        Picture::square(dialog.icon, 32.0).color(if dialog.icon == Icon::Warning {
            look.warning
        } else {
            look.primary
        }),
        container(parts::bold(&dialog.title, DIALOG_TITLE).color(look.text)).width(Fill),
    ]
    .spacing(12);
    // Only while something runs is there something to wait for.
    let noticed = if dialog.icon == Icon::Lock { Icon::Wait } else { Icon::Info };
    let notice = dialog.notice.as_ref().map(|notice| plain_notice(Tone::Info, noticed, notice, display));
    let notice = notice.map(|notice| container(notice).padding(Padding::ZERO.top(16)));
    let lines = container(parts::lines(&dialog.lines, LEAD, look.text)).padding(Padding::ZERO.top(12));
    let content = Column::new().push(title).push(lines).push(notice).push(buttons(dialog, display));
    let side = if room.shape() == Shape::Narrow { MARGIN } else { 32.0 };
    let content = container(content).padding(Padding::from([28.0, side]).bottom(24));
    // Larger text may make it higher than the window.
    let content =
        scrollable(content).id(DIALOG_ID).direction(scroll_bar()).style(move |_, status| scroll_style(&look, status));
    let edge = if look.shade == super::theme::Shade::HighContrast { look.border } else { look.divider };
    let panel = card(content, look.card, border(edge, look.dialog_border(), 12.0), look.dialog_border());
    let panel = container(panel).max_width(WIDTH);
    let top = TOP.min((room.height - USUAL_HEIGHT) / 2.0).max(MARGIN);
    let over = container(panel).center_x(Fill).height(Fill).align_y(Top);
    let over = over.padding(Padding::new(MARGIN).top(top)).style(move |_| container::background(look.scrim));
    opaque(mouse_area(over))
}

fn buttons<'a>(dialog: &'a Dialog, display: Display<'a>) -> Element<'a> {
    let second = parts::secondary(&dialog.second, display);
    let primary = parts::primary(&dialog.primary, display);
    let buttons: Element<'a> = match display.room.shape() {
        Shape::Narrow => Column::new().push(primary.width(Fill)).push(second.width(Fill)).spacing(16).into(),
        Shape::Wide | Shape::Compact => row![second, primary].spacing(16).into(),
    };
    container(buttons).width(Fill).align_x(Right).padding(Padding::ZERO.top(24)).into()
}

/// Bottom left of the content.
pub fn toast<'a>(text: &str, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let room = display.room;
    let words = row![
        Picture::square(Icon::CheckCircle, 24.0).color(look.success),
        parts::regular(text, BODY).color(look.text),
    ];
    let words = words.spacing(8).align_y(Center);
    let style = container::Style { border: border(look.border, 1.0, RADIUS), ..container::background(look.card) };
    let panel = container(words).height(Length::Fixed(48.0)).align_y(Center).padding([0, 16]).style(move |_| style);
    let left = room.rail() + room.margin();
    container(panel)
        .width(Fill)
        .height(Fill)
        .align_y(iced::Bottom)
        .padding(Padding::ZERO.left(left).right(room.margin()).bottom(FOOTER + 16.0))
        .into()
}

//! Help, the way back, and the decisions with the primary one outermost.

use iced::widget::{Column, Row, column, container, row, space};
use iced::{Center, Fill, Length, Padding, Right};

use super::Element;
use super::display::{Display, FOOTER, FooterPlace};
use super::parts::{self, BODY};

/// Everything in it is as high as this.
const BUTTONS: f32 = 48.0;

/// One row under rail and content.
pub fn standing<'a>(display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let room = display.room;
    let footer = &display.scene.page.footer;
    let help = container(parts::quiet(&display.scene.frame.help, display));
    let help = help.width(room.rail()).height(BUTTONS).padding(Padding::ZERO.left(12)).align_y(Center);
    let back = footer.back.as_ref().map(|back| parts::secondary(back, display));
    let second = footer.second.as_ref().map(|second| parts::secondary(second, display));
    let primary = footer.primary.as_ref().map(|primary| parts::primary(primary, display));
    // The buttons have their room first: a note breaks rather than cut them.
    let note = match &footer.note {
        Some(note) => container(parts::regular(note, BODY).color(look.text2)).width(Fill).align_x(Right),
        None => container(space()).width(Fill),
    };
    let decisions =
        Row::new().push(back).push(note).push(second).push(primary).spacing(16).height(BUTTONS).align_y(Center);
    let decisions = decisions.width(Length::Fixed(room.content()));
    let side = Padding::ZERO.left(room.margin());
    let line = row![help, container(decisions).padding(side)];
    // One more pixel above: the rule is a part of the footer.
    let line = container(line).width(Fill).height(FOOTER - 1.0).align_y(Center).padding(Padding::ZERO.top(1));
    column![parts::rule(look), line].into()
}

/// One under another, the primary first; then what the header has no room for.
pub fn stacked<'a>(display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let frame = &display.scene.frame;
    let footer = &display.scene.page.footer;
    let primary = footer.primary.as_ref().map(|primary| parts::primary(primary, display).width(Fill));
    let note = footer.note.as_ref().map(|note| parts::regular(note, BODY).color(look.text2));
    let second = footer.second.as_ref().map(|second| parts::secondary(second, display).width(Fill));
    let back = footer.back.as_ref().map(|back| parts::secondary(back, display).width(Fill));
    let around = [&frame.help, &frame.text_size, &frame.language];
    let around = Row::with_children(around.map(|button| parts::quiet(button, display).into())).spacing(4).wrap();
    let column = Column::new().push(primary).push(note).push(second).push(back).push(around).spacing(12);
    // At the end of the page the margins are the page's.
    let side = match display.room.footer() {
        FooterPlace::Standing => display.room.margin(),
        FooterPlace::EndOfPage => 0.0,
    };
    column![parts::rule(look), container(column).width(Fill).padding([12.0, side])].into()
}

//! Around every page: header, rail, scrolling content, footer, and what lies over it.

use iced::alignment::Horizontal;
use iced::widget::{Row, column, container, row, scrollable, space, stack};
use iced::{Border, Center, Color, Fill, Length, Padding, Right};

use super::Element;
use super::block::{block, gap};
use super::dialog;
use super::display::{Display, FooterPlace, HEADER, RAIL_LINE, Shape};
use super::footer;
use super::keyboard;
use super::parts::{self, BODY, HEADING, LEAD, TITLE, border};
use super::rail;
use super::theme::Look;
use super::widget::flow::{Flow, Gap};
use super::widget::fold::{Fold, STRIP};
use super::widget::phrase::Breaks;
use super::widget::picture::Picture;
use super::widget::pressable::{Pressable, Skin, Status};
use super::widget::ring::Focus;
use crate::page::{Badge, Control, Icon, Page, Tone};

/// The scrolling content, for operations.
pub const CONTENT_ID: &str = "content";

/// Everything there is to see.
pub fn window<'a>(display: Display<'a>, toast: Option<&'a str>) -> Element<'a> {
    let canvas = display.look.canvas;
    let page = match display.room.shape() {
        Shape::Wide | Shape::Compact => wide(display),
        Shape::Narrow => narrow(display),
    };
    let page = container(page).width(Fill).height(Fill).style(move |_| container::background(canvas));
    let dialog = display.scene.dialog.as_ref();
    stack![page]
        .push(toast.map(|text| dialog::toast(text, display)))
        .push(dialog.map(|dialog| dialog::dialog(dialog, display)))
        .width(Fill)
        .height(Fill)
        .into()
}

fn wide<'a>(display: Display<'a>) -> Element<'a> {
    let middle = row![rail::rail(display), content(display, display.between())];
    column![header(display), over_keyboard(middle, display), footer::standing(display)].into()
}

fn narrow<'a>(display: Display<'a>) -> Element<'a> {
    let height = display.room.height - HEADER - RAIL_LINE;
    let footer = match display.room.footer() {
        FooterPlace::Standing => Some(footer::stacked(display)),
        FooterPlace::EndOfPage => None,
    };
    let content = over_keyboard(content(display, height), display);
    column![header(display), rail::line(display), content].push(footer).into()
}

/// The keyboard hears the mouse first, so that no field takes a press on it for one beside itself.
fn over_keyboard<'a>(middle: impl Into<Element<'a>>, display: Display<'a>) -> Element<'a> {
    let keyboard = display.scene.page.keyboard.as_ref().map(|model| keyboard::docked(model, display));
    stack![middle.into()].push(keyboard).width(Fill).height(Fill).into()
}

fn header<'a>(display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let frame = &display.scene.frame;
    let practice = frame.practice.as_ref().map(|word| {
        let badge = Badge { tone: Tone::Warning, text: word.clone() };
        parts::badge(&badge, look)
    });
    let product = parts::bold(&frame.product, HEADING).color(look.text);
    let left = Row::new().push(Picture::square(Icon::Seal, 32.0)).push(product).push(practice);
    let left = left.spacing(12).align_y(Center);
    let right = match display.room.shape() {
        Shape::Narrow => None,
        Shape::Wide | Shape::Compact => Some(whose(display)),
    };
    // The last quiet button has 10 of its own beside its word.
    let margin = Padding::ZERO.top(1).left(20).right(display.room.margin() - 10.0);
    let line = Row::new().push(left).push(right).spacing(16).align_y(Center).height(HEADER - 1.0).padding(margin);
    column![line, parts::rule(look)].into()
}

/// Whose counter this is, and how it speaks.
fn whose<'a>(display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let frame = &display.scene.frame;
    let bank = container(parts::regular(&frame.bank, BODY).color(look.text)).width(Fill).align_x(Right);
    let rule =
        (!frame.bank.is_empty()).then(|| container(parts::upright(look, 24)).padding(Padding::ZERO.left(15).right(16)));
    let text_size = parts::quiet(&frame.text_size, display);
    let language = parts::quiet(&frame.language, display);
    Row::new().push(bank).push(rule).push(text_size).push(space().width(4)).push(language).align_y(Center).into()
}

fn content<'a>(display: Display<'a>, room: f32) -> Element<'a> {
    let look = display.look;
    let taken = keyboard::height(display);
    let page = scrollable(flow(display, (room - taken).max(0.0)))
        .direction(scroll_bar())
        .id(CONTENT_ID)
        .width(Fill)
        .height(Fill)
        .style(move |_, status| scroll_style(&look, status));
    let page = Fold::new(page, strip(display));
    container(Element::from(page)).width(Fill).height(Fill).padding(Padding::ZERO.bottom(taken)).into()
}

fn flow<'a>(display: Display<'a>, room: f32) -> Flow<'a> {
    let page = &display.scene.page;
    let margin = display.room.margin();
    let top = match display.room.shape() {
        _ if display.is_tight() => Gap::new(16.0, 12.0),
        Shape::Wide => Gap::new(28.0, 24.0),
        Shape::Compact | Shape::Narrow => Gap::new(20.0, 20.0),
    };
    // The end of the page keeps a distance that the ring of the focus needs.
    let bottom = if display.is_tight() { Gap::new(18.0, 12.0) } else { Gap::new(20.0, 12.0) };
    let mut flow = Flow::new(display.room.content(), room, margin, bottom);
    flow.push(top, title(page, display.look));
    if !page.lead.is_empty() || page.aside.is_some() {
        flow.push(Gap::new(6.0, 4.0), lead(page, display.look));
    }
    let mut before = None;
    for one in &page.blocks {
        let above = match before {
            None if display.is_tight() => Gap::new(8.0, 8.0),
            Some(_) if display.is_tight() => Gap::new(14.0, 12.0),
            _ => gap(before, one),
        };
        flow.push(above, block(one, display));
        before = Some(one);
    }
    if display.room.shape() == Shape::Narrow && display.room.footer() == FooterPlace::EndOfPage {
        flow.push(Gap::new(24.0, 24.0), footer::stacked(display));
    }
    flow
}

fn title<'a>(page: &Page, look: Look) -> Element<'a> {
    let words = parts::bold(&page.title, TITLE).color(look.text);
    match page.title_icon {
        Some(icon) => {
            let (side, color) = match icon {
                Icon::StopCall => (64.0, look.error),
                Icon::Error => (32.0, look.error),
                Icon::Warning => (32.0, look.warning),
                _ => (32.0, look.primary),
            };
            let words = container(words).width(Fill);
            row![Picture::square(icon, side).color(color), words].spacing(15).align_y(Center).into()
        }
        None => words.into(),
    }
}

fn lead<'a>(page: &Page, look: Look) -> Element<'a> {
    let lines = parts::lines(&page.lead, LEAD, look.text);
    match &page.aside {
        Some(aside) => {
            let aside = parts::regular(aside, LEAD).color(look.text2).breaks(Breaks::Never);
            row![container(lines).width(Fill), aside].spacing(16).into()
        }
        None => lines,
    }
}

/// 下に続きがあります
fn strip<'a>(display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let words = parts::regular(&display.scene.frame.more_below, BODY);
    let words = row![Picture::square(Icon::Down, 22.0), words].spacing(8).align_y(Center);
    let skin = move |status| {
        let ground = if status == Status::Rest { look.rail } else { look.tint };
        Skin { ground, ink: look.link, border: border(look.divider, 1.0, 0.0) }
    };
    Pressable::new(Control::MoreBelow, look, words, skin)
        .focus(Focus::Unseen)
        .width(Fill)
        .height(Length::Fixed(STRIP))
        .align(Horizontal::Center)
        .into()
}

pub fn scroll_bar() -> scrollable::Direction {
    scrollable::Direction::Vertical(scrollable::Scrollbar::new().width(6).scroller_width(6).margin(3))
}

pub fn scroll_style(look: &Look, status: scrollable::Status) -> scrollable::Style {
    let is_used = matches!(
        status,
        scrollable::Status::Hovered { is_vertical_scrollbar_hovered: true, .. } | scrollable::Status::Dragged { .. }
    );
    let color = if is_used { look.text2 } else { look.border };
    let rail = scrollable::Rail {
        background: None,
        border: Border::default(),
        scroller: scrollable::Scroller { background: color.into(), border: border(Color::TRANSPARENT, 0.0, 4.0) },
    };
    let auto_scroll = scrollable::AutoScroll {
        background: look.card.into(),
        border: border(look.border, 1.0, 16.0),
        shadow: iced::Shadow::default(),
        icon: look.text,
    };
    scrollable::Style {
        container: container::Style::default(),
        vertical_rail: rail,
        horizontal_rail: rail,
        gap: None,
        auto_scroll,
    }
}

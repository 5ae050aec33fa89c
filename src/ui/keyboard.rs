//! The software keyboard, docked between content and footer.

use iced::alignment::Horizontal;
use iced::widget::{Column, Row, column, container, opaque, row};
use iced::{Bottom, Center, Fill, Length, Right};

use super::Element;
use super::display::{Display, FooterPlace, HEADER, RAIL_LINE, Room, Shape};
use super::font::{REGULAR, bold_or_regular};
use super::parts::{self, BODY, Style, border};
use super::theme::Look;
use super::widget::phrase::Breaks;
use super::widget::picture::Picture;
use super::widget::pressable::{Pressable, Skin, Status};
use super::widget::prose::Prose;
use super::widget::ring::Focus;
use crate::page::keyboard::{COLUMNS, Caption, WIDE};
use crate::page::{Button, Control, KeyboardModel};

const RULE: f32 = 1.0;
/// Above the first row and, with the rule, below the last.
const EDGE: f32 = 10.0;
const KEY: f32 = 44.0;
const LEAST_KEY: f32 = 24.0;
/// Least width of a switch, so that none moves when another changes its word; of the one for the digits; and of that
/// where it is narrow, in two lines.
const SWITCH: f32 = 84.0;
const ORDER: (f32, f32) = (140.0, 108.0);
/// The caption takes two lines beside its switches.
const CAPTION: Style = (16.0, 22.0);
const RADIUS: f32 = 6.0;
/// The caption breaks into two lines where it is narrow.
const TWO_LINES: f32 = 48.0;
/// Of the page, so much stays above a low window's keyboard: the field that is typed into.
const ABOVE: f32 = 112.0;
const ROWS: f32 = 4.0;

/// Sizes of one window.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Measures {
    /// From the left end of the panel to the right one.
    panel: f32,
    content: f32,
    key: (f32, f32),
    gap: (f32, f32),
    /// Height of the caption's row.
    first: f32,
}

impl Measures {
    fn of(room: Room) -> Self {
        let designed = COLUMNS as f32 * KEY + (COLUMNS as f32 - 1.0) * 7.0;
        let is_narrow = room.shape() == Shape::Narrow;
        let gap = if is_narrow { (4.0, 4.0) } else { (7.0, 6.0) };
        // Beside the rail when the keys have room there, otherwise from one edge of the window to the other.
        let (panel, content) = match room.content() >= designed && !is_narrow {
            true => (room.width - room.rail(), designed),
            false => (room.width, (room.width - 2.0 * room.margin()).clamp(1.0, designed)),
        };
        let width = (content - (COLUMNS as f32 - 1.0) * gap.0) / COLUMNS as f32;
        let height = match room.footer() {
            FooterPlace::Standing => KEY,
            FooterPlace::EndOfPage => {
                let left = room.height - HEADER - RAIL_LINE - ABOVE - 2.0 * (EDGE + RULE) - (ROWS - 1.0) * gap.1;
                ((left - TWO_LINES) / (ROWS - 1.0)).clamp(LEAST_KEY, KEY)
            }
        };
        let first = if is_narrow { height.max(TWO_LINES) } else { height };
        Self { panel, content, key: (width, height), gap, first }
    }

    fn height(&self) -> f32 {
        2.0 * (EDGE + RULE) + self.first + (ROWS - 1.0) * (self.key.1 + self.gap.1)
    }

    fn columns(&self, count: usize) -> f32 {
        count as f32 * (self.key.0 + self.gap.0) - self.gap.0
    }
}

/// What it takes away from the page above it.
pub fn height(display: Display<'_>) -> f32 {
    display.scene.page.keyboard.as_ref().map_or(0.0, |_| Measures::of(display.room).height())
}

/// At the lower end of the room between header and footer. The mouse does not go through it.
pub fn docked<'a>(keyboard: &'a KeyboardModel, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let measures = Measures::of(display.room);
    let rows = keyboard.rows.iter().map(|keys| row_of(keys, measures, display));
    let content = Column::new().push(first_row(keyboard, measures, display)).extend(rows).spacing(measures.gap.1);
    let content = container(content).width(Length::Fixed(measures.content));
    let side = match measures.panel < display.room.width {
        true => container(content).padding([EDGE, display.room.margin()]),
        false => container(content).center_x(Fill).padding([EDGE, 0.0]),
    };
    let ground = side.width(Fill).height(Fill).style(move |_| container::background(look.rail));
    let panel = column![parts::rule(look), ground];
    let panel = opaque(container(panel).width(Length::Fixed(measures.panel)).height(measures.height()));
    container(panel).width(Fill).height(Fill).align_x(Right).align_y(Bottom).into()
}

fn first_row<'a>(keyboard: &'a KeyboardModel, measures: Measures, display: Display<'a>) -> Element<'a> {
    let is_narrow = display.room.shape() == Shape::Narrow;
    let switch = |button: &'a Button| {
        let breaks = if is_narrow { Breaks::Words } else { Breaks::Never };
        let text = parts::regular(&button.label, CAPTION).breaks(breaks);
        let switch = pressable(button, text, switch_skin(display.look), display).height(Length::Fixed(measures.first));
        let is_order = button.control == Control::KeyboardOrder;
        match is_narrow {
            true if is_order => switch.padding([0, 4]).width(Length::Fixed(ORDER.1)).into(),
            true => switch.padding([0, 6]).into(),
            false => switch.padding([0, 10]).at_least(if is_order { ORDER.0 } else { SWITCH }, 0.0).into(),
        }
    };
    let switches = Row::with_children(keyboard.switches.iter().map(switch)).spacing(measures.gap.0);
    let caption = container(caption(&keyboard.caption, display)).width(Fill);
    row![caption, switches].spacing(8).height(measures.first).align_y(Center).into()
}

/// Where it is narrow the field's name has to say it.
fn caption(caption: &Caption, display: Display<'_>) -> Prose {
    let field = bold_or_regular(&caption.field);
    let is_alone = display.room.shape() == Shape::Narrow;
    let words = match is_alone || caption.before.is_empty() {
        true => Prose::new(&caption.field, field, CAPTION),
        false => Prose::new(&caption.before, REGULAR, CAPTION).followed_by(&caption.field, field),
    };
    let is_whole = is_alone || caption.after.is_empty();
    let words = if is_whole { words } else { words.followed_by(&caption.after, REGULAR) };
    words.color(display.look.text)
}

fn row_of<'a>(keys: &'a [Button], measures: Measures, display: Display<'a>) -> Element<'a> {
    let sized = |button: &'a Button| {
        let columns = if button.control == Control::KeyboardDelete { WIDE } else { 1 };
        key(button, display)
            .width(Length::Fixed(measures.columns(columns)))
            .height(Length::Fixed(measures.key.1))
            .into()
    };
    Row::with_children(keys.iter().map(sized)).spacing(measures.gap.0).into()
}

/// Neither under the mouse nor under a finger does it change: nobody shall see from afar which key it was, and a finger
/// leaves no trace where it was last.
fn key<'a>(button: &'a Button, display: Display<'a>) -> Pressable<'a> {
    let look = display.look;
    let skin = move |_| Skin { ground: look.card, ink: look.text, border: border(look.border, 1.0, RADIUS) };
    pressable(button, parts::regular(&button.label, BODY).breaks(Breaks::Never), skin, display)
}

/// What types nothing may be seen to be pressed.
fn switch_skin(look: Look) -> impl Fn(Status) -> Skin {
    move |status| {
        let (ground, edge) = match status {
            Status::Rest | Status::Busy => (look.card, look.border),
            Status::Hover | Status::Pressed => (look.tint, look.primary),
        };
        Skin { ground, ink: look.text, border: border(edge, 1.0, RADIUS) }
    }
}

fn pressable<'a>(
    button: &'a Button,
    text: Prose,
    skin: impl Fn(Status) -> Skin + 'a,
    display: Display<'a>,
) -> Pressable<'a> {
    let content: Element<'a> = match button.icon {
        Some(icon) => row![Picture::square(icon, 22.0), text].spacing(6).align_y(Center).into(),
        None => text.into(),
    };
    let focus = match display.ring(&button.control) {
        Focus::Outside => Focus::Inside,
        other => other,
    };
    Pressable::new(button.control.clone(), display.look, content, skin).focus(focus).align(Horizontal::Center)
}

#[cfg(test)]
mod tests {
    use super::{KEY, Measures, Room};

    fn at(scale: f32) -> Measures {
        Measures::of(Room { width: 960.0 / scale, height: 680.0 / scale })
    }

    #[test]
    fn at_the_designed_size_the_keys_hang_on_the_verticals() {
        assert_eq!((at(1.0).panel, at(1.0).content, at(1.0).height()), (736.0, 656.0, 216.0));
        assert_eq!(at(1.0).key, (KEY, KEY));
    }

    #[test]
    fn in_the_smallest_window_it_takes_the_whole_width() {
        let small = Measures::of(Room { width: 800.0, height: 560.0 });
        assert_eq!((small.panel, small.content, small.key), (800.0, 656.0, (KEY, KEY)));
    }

    #[test]
    fn with_larger_text_a_key_stays_as_large_as_a_finger() {
        for scale in [1.25, 1.5, 1.75, 2.0] {
            let found = at(scale);
            assert!(found.key.0 * scale >= KEY && found.key.1 * scale >= KEY, "{scale}: {found:?}");
        }
    }
}

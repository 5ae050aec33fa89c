//! Text fields: label, support text, the field with its eye and its keyboard, and what is wrong with the entry.

use iced::widget::{Column, Row, column, container, row, stack, text_input, tooltip};
use iced::{Border, Bottom, Color, Fill, Length, Padding, Right};

use super::display::{Display, Shape, control_id};
use super::font::REGULAR;
use super::parts::{self, BODY, RADIUS, border};
use super::theme::Look;
use super::widget::phrase::Breaks;
use super::widget::picture::Picture;
use super::widget::pressable::{Pressable, Skin, Status};
use super::widget::ring::{Focus, Ring};
use super::{Element, Gesture};
use crate::domain::Secret;
use crate::page::{Button, Control, Disclosure, FieldModel, Icon, Masking};

const INSET: f32 = 15.0;
const INNER: f32 = 44.0;

/// Of the text input itself, beside the id of its ring.
pub fn input_id(control: &Control) -> iced::advanced::widget::Id {
    iced::advanced::widget::Id::from(format!("{control:?} input"))
}

/// Of what is said under a field: it comes into sight together with the field.
pub fn said_id(control: &Control) -> iced::advanced::widget::Id {
    iced::advanced::widget::Id::from(format!("{control:?} said"))
}

/// Two columns; a pair shares its lines, so that the fields themselves stand side by side.
pub fn grid<'a>(fields: &'a [FieldModel], display: Display<'a>) -> Element<'a> {
    let count = match display.room.shape() {
        Shape::Narrow => 1,
        Shape::Wide | Shape::Compact => 2,
    };
    let pair = |pair: &'a [FieldModel]| {
        let support = pair.iter().any(|field| !field.support.is_empty());
        let support = if support { Support::Kept } else { Support::None };
        match pair {
            [left, right] => {
                // A label of two lines must not push its field below the other one.
                let heads = [left, right].map(|one| container(head(one, display.look)).width(Fill).into());
                let heads = Row::with_children(heads).spacing(24).align_y(Bottom);
                column![heads, parts::halves(body(left, support, display), body(right, support, display), 24.0)].into()
            }
            [alone] if count == 2 => self::alone(alone, support, display),
            others => Column::with_children(others.iter().map(|one| field(one, support, display))).into(),
        }
    };
    let between = if display.is_tight() { 12 } else { 20 };
    Column::with_children(fields.chunks(count).map(pair)).spacing(between).into()
}

/// Nothing stands beside it: its words have the whole line, and so has an entry that is long by nature, as a path is.
fn alone<'a>(field: &'a FieldModel, support: Support, display: Display<'a>) -> Element<'a> {
    let entry = match field.masking {
        Masking::Never => entry(field, display),
        Masking::Hidden(_) | Masking::Shown(_) => parts::halves(entry(field, display), column![].into(), 24.0),
    };
    column![head(field, display.look), around(entry, field, support, display)].into()
}

/// Whether a line is kept for the support text.
#[derive(Debug, Clone, Copy)]
enum Support {
    None,
    Kept,
}

fn field<'a>(field: &'a FieldModel, support: Support, display: Display<'a>) -> Element<'a> {
    column![head(field, display.look), body(field, support, display)].into()
}

fn head<'a>(field: &FieldModel, look: Look) -> Element<'a> {
    let required = parts::regular(&field.required, BODY).breaks(Breaks::Never).color(look.error);
    row![parts::bold(&field.label, BODY).color(look.text), required].spacing(8).wrap().vertical_spacing(0).into()
}

fn body<'a>(field: &'a FieldModel, support: Support, display: Display<'a>) -> Element<'a> {
    around(entry(field, display), field, support, display)
}

/// What helps stands over the entry, what is wrong under it.
fn around<'a>(entry: Element<'a>, field: &'a FieldModel, support: Support, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let support: Option<Element<'a>> = match support {
        Support::None => None,
        Support::Kept => Some(container(parts::regular(&field.support, BODY).color(look.text2)).into()),
    };
    let error = field.error.as_ref().map(|error| under(parts::regular(error, BODY).color(look.error)));
    let mend = field.mend.as_ref().map(|mend| parts::link(mend, display));
    let note = field.note.as_ref().map(|note| under(parts::regular(note, BODY).color(look.text2)));
    let entry = container(entry).padding(Padding::ZERO.top(8));
    let said = container(Column::new().push(error).push(mend).push(note));
    let said = said.id(said_id(&Control::Field(field.id.clone())));
    Column::new().push(support).push(entry).push(said).into()
}

fn under<'a>(text: impl Into<Element<'a>>) -> Element<'a> {
    container(text).padding(Padding::ZERO.top(4)).into()
}

fn entry<'a>(field: &'a FieldModel, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let control = Control::Field(field.id.clone());
    let is_focused = display.focus == Some(&control);
    let edge = match field.error {
        Some(_) => border(look.error, 2.0, RADIUS),
        None => border(look.border, 1.0, RADIUS),
    };
    let eye = match &field.masking {
        Masking::Never => None,
        Masking::Hidden(button) => Some(inner(button, Icon::Eye, Disclosure::Closed, display)),
        Masking::Shown(button) => Some(inner(button, Icon::EyeOff, Disclosure::Open, display)),
    };
    let docked = display.scene.page.keyboard.as_ref();
    let is_open = docked.is_some_and(|keyboard| keyboard.field == field.id);
    let open = if is_open { Disclosure::Open } else { Disclosure::Closed };
    let keyboard = field.keyboard.as_ref().map(|button| inner(button, Icon::Keyboard, open, display));
    let taken = [eye.is_some(), keyboard.is_some()].into_iter().filter(|there| *there).count() as f32 * INNER;
    let inside = match taken > 0.0 {
        true => Padding::from([12.0, INSET]).right(taken + 6.0),
        false => Padding::from([12.0, INSET]),
    };
    let id = field.id.clone();
    let input = text_input("", field.entry.reveal())
        .id(input_id(&control))
        .on_input(move |text| Gesture::Edited(id.clone(), Secret::new(text)))
        .secure(matches!(field.masking, Masking::Hidden(_)))
        .font(REGULAR)
        .size(BODY.0)
        .line_height(iced::Pixels(BODY.1))
        .padding(inside)
        .style(move |_, _| style(&look, edge));
    let buttons = Row::new().push(eye).push(keyboard);
    let buttons = (taken > 0.0).then(|| container(buttons).width(Fill).align_x(Right).padding(2));
    let content = stack![input].push(buttons).width(Fill).height(Length::Fixed(48.0));
    Ring {
        content: content.into(),
        id: control_id(&control),
        look,
        radius: RADIUS,
        focus: if is_focused { Focus::Outside } else { Focus::Unseen },
        elsewhere: is_focused.then(|| Gesture::Elsewhere(control.clone())),
        pointed: Gesture::Pointed(control),
    }
    .into()
}

fn style(look: &Look, border: Border) -> text_input::Style {
    text_input::Style {
        background: look.card.into(),
        border,
        icon: look.text2,
        placeholder: look.text2,
        value: look.text,
        selection: Color { a: 0.3, ..look.primary },
    }
}

/// A button inside the field, which shows when what it opens is open.
fn inner<'a>(button: &Button, usual: Icon, open: Disclosure, display: Display<'a>) -> Element<'a> {
    let look = display.look;
    let icon = Picture::square(button.icon.unwrap_or(usual), 24.0);
    let skin = move |status| {
        let plain = border(Color::TRANSPARENT, 0.0, 6.0);
        let (ground, edge) = match (open, status) {
            (Disclosure::Open, _) => (look.tint, border(look.primary, 2.0, 6.0)),
            (Disclosure::Closed, Status::Hover | Status::Pressed) => (look.tint, plain),
            (Disclosure::Closed, Status::Rest | Status::Busy) => (Color::TRANSPARENT, plain),
        };
        let ink = if status == Status::Pressed { look.primary_press } else { look.primary };
        Skin { ground, ink, border: edge }
    };
    let focus = match display.ring(&button.control) {
        Focus::Outside => Focus::Inside,
        other => other,
    };
    let length = Length::Fixed(INNER);
    let square = Pressable::new(button.control.clone(), look, icon, skin).width(length).height(length);
    let square = square.focus(focus).readiness(button.readiness);
    let edge = border(look.border, 1.0, 6.0);
    let style = container::Style { border: edge, ..container::background(look.card) };
    let name = container(parts::regular(&button.label, BODY).breaks(Breaks::Never).color(look.text));
    let name = name.padding([4, 10]).style(move |_| style);
    // Over the open keyboard it would hide what is to be pressed next.
    let place = if display.is_tight() { tooltip::Position::Top } else { tooltip::Position::Bottom };
    tooltip(square, name, place).gap(6).into()
}

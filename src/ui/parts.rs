//! The smallest pieces: type styles, buttons, lists, badges, notices.

use iced::widget::{Column, Row, container, row, space};
use iced::{Border, Center, Color, Fill, Font, Length, Padding};

use super::Element;
use super::display::Display;
use super::font::{REGULAR, bold_or_regular};
use super::theme::Look;
use super::widget::phrase::Breaks;
use super::widget::picture::Picture;
use super::widget::pressable::{Pressable, Skin, Status};
use super::widget::prose::Prose;
use crate::page::{Badge, Button, Icon, Item, Line, Readiness, Tone, Weight};

pub type Style = (f32, f32);

pub const TITLE: Style = (26.0, 36.0);
pub const FIGURE: Style = (28.0, 40.0);
pub const DIALOG_TITLE: Style = (22.0, 32.0);
pub const NAME: Style = (20.0, 28.0);
pub const HEADING: Style = (18.0, 28.0);
pub const LEAD: Style = (16.0, 28.0);
pub const BODY: Style = (16.0, 24.0);

pub const RADIUS: f32 = 8.0;

pub fn regular(text: &str, style: Style) -> Prose {
    Prose::new(text, REGULAR, style)
}

pub fn bold(text: &str, style: Style) -> Prose {
    Prose::new(text, bold_or_regular(text), style)
}

pub fn weighted(line: &Line, style: Style) -> Prose {
    match &line.then {
        Some(then) => {
            Prose::new(&format!("{} ", line.text), font(line), style).followed_by(then, bold_or_regular(then))
        }
        None => Prose::new(&line.text, font(line), style),
    }
}

fn font(line: &Line) -> Font {
    match line.weight {
        Weight::Regular => REGULAR,
        Weight::Bold => bold_or_regular(&line.text),
    }
}

pub fn lines<'a>(texts: &[String], style: Style, color: Color) -> Element<'a> {
    Column::with_children(texts.iter().map(|text| regular(text, style).color(color).into())).into()
}

pub fn weighted_lines<'a>(texts: &[Line], color: Color) -> Element<'a> {
    Column::with_children(texts.iter().map(|line| weighted(line, BODY).color(color).into())).into()
}

/// A 1 px line that carries no meaning.
pub fn rule<'a>(look: Look) -> Element<'a> {
    block_of(look.divider, Fill, Length::Fixed(1.0))
}

pub fn upright<'a>(look: Look, height: impl Into<Length>) -> Element<'a> {
    block_of(look.divider, Length::Fixed(1.0), height.into())
}

pub fn block_of<'a>(color: Color, width: Length, height: Length) -> Element<'a> {
    container(space()).width(width).height(height).style(move |_| container::background(color)).into()
}

pub fn border(color: Color, width: f32, radius: f32) -> Border {
    Border { color, width, radius: radius.into() }
}

/// A filled rectangle with a border, as wide as the content.
pub fn card<'a>(
    content: impl Into<Element<'a>>,
    ground: Color,
    border: Border,
    padding: impl Into<Padding>,
) -> Element<'a> {
    let style = container::Style { border, ..container::background(ground) };
    container(content).width(Fill).padding(padding).style(move |_| style).into()
}

/// What a button says; it is never broken.
fn label<'a>(button: &Button, weight: Weight, icon: f32) -> Element<'a> {
    let font = match weight {
        Weight::Bold => bold_or_regular(&button.label),
        Weight::Regular => REGULAR,
    };
    let text = Prose::new(&button.label, font, BODY).breaks(Breaks::Never);
    match button.icon {
        Some(picture) => row![Picture::square(picture, icon), text].spacing(8).align_y(Center).into(),
        None => text.into(),
    }
}

fn busy(look: &Look) -> Skin {
    let edge = match look.disabled_bg == look.canvas {
        true => border(look.disabled_text, 1.0, RADIUS),
        false => border(Color::TRANSPARENT, 0.0, RADIUS),
    };
    Skin { ground: look.disabled_bg, ink: look.disabled_text, border: edge }
}

/// The one filled button.
pub fn primary<'a>(button: &Button, display: Display<'_>) -> Pressable<'a> {
    let look = display.look;
    let skin = move |status| {
        let filled = |ground| Skin { ground, ink: look.on_primary, border: border(Color::TRANSPARENT, 0.0, RADIUS) };
        match status {
            Status::Rest => filled(look.primary),
            Status::Hover => filled(look.primary_hover),
            Status::Pressed => filled(look.primary_press),
            Status::Busy => busy(&look),
        }
    };
    pressable(button, display, label(button, Weight::Bold, 20.0), skin).padding([0, 24]).at_least(176.0, 48.0)
}

pub fn secondary<'a>(button: &Button, display: Display<'_>) -> Pressable<'a> {
    let look = display.look;
    let skin = move |status| {
        let edged = |ground, ink| Skin { ground, ink, border: border(ink, 2.0, RADIUS) };
        match status {
            Status::Rest => edged(look.canvas, look.primary),
            Status::Hover => edged(look.tint, look.primary),
            Status::Pressed => edged(look.tint, look.primary_press),
            Status::Busy => busy(&look),
        }
    };
    let padding = if button.icon.is_some() { 20 } else { 24 };
    pressable(button, display, label(button, Weight::Bold, 20.0), skin).padding([0, padding]).at_least(104.0, 48.0)
}

pub fn quiet<'a>(button: &Button, display: Display<'_>) -> Pressable<'a> {
    let look = display.look;
    let skin = move |status| {
        let plain = |ground, ink| Skin { ground, ink, border: border(Color::TRANSPARENT, 0.0, RADIUS) };
        match status {
            Status::Rest => plain(Color::TRANSPARENT, look.link),
            Status::Hover => plain(look.tint, look.link),
            Status::Pressed => plain(look.tint, look.primary_press),
            Status::Busy => plain(Color::TRANSPARENT, look.disabled_text),
        }
    };
    pressable(button, display, label(button, Weight::Regular, 22.0), skin).padding([0, 10]).at_least(44.0, 44.0)
}

pub fn link<'a>(button: &Button, display: Display<'_>) -> Pressable<'a> {
    let look = display.look;
    let skin = move |status| {
        let ink = match status {
            Status::Rest => look.link,
            Status::Hover => look.primary_hover,
            Status::Pressed => look.primary_press,
            Status::Busy => look.disabled_text,
        };
        Skin { ground: Color::TRANSPARENT, ink, border: border(Color::TRANSPARENT, 0.0, RADIUS) }
    };
    let text = regular(&button.label, BODY).breaks(Breaks::Never).underlined();
    pressable(button, display, text, skin).at_least(44.0, 44.0)
}

fn pressable<'a>(
    button: &Button,
    display: Display<'_>,
    content: impl Into<Element<'a>>,
    skin: impl Fn(Status) -> Skin + 'a,
) -> Pressable<'a> {
    let focus = display.ring(&button.control);
    let readiness: Readiness = button.readiness;
    Pressable::new(button.control.clone(), display.look, content, skin).focus(focus).readiness(readiness)
}

pub fn badge<'a>(badge: &Badge, look: Look) -> Element<'a> {
    let (ink, ground) = look.tone(badge.tone);
    let style = container::Style { border: border(ink, 1.0, 6.0), ..container::background(ground) };
    let text = bold(&badge.text, BODY).breaks(Breaks::Never).color(ink);
    container(text).height(28).padding([0, 10]).align_y(Center).style(move |_| style).into()
}

/// Icon and sentence, one under another.
pub fn list<'a>(items: &[Item], look: Look) -> Element<'a> {
    let entry = |item: &Item| {
        let icon = Picture::square(item.icon, 24.0).color(icon_color(item.icon, look));
        row![icon, regular(&item.text, BODY).color(look.text)].spacing(8).into()
    };
    Column::with_children(items.iter().map(entry)).spacing(4).into()
}

fn icon_color(icon: Icon, look: Look) -> Color {
    match icon {
        Icon::CheckCircle | Icon::Check => look.success,
        Icon::Error | Icon::Close | Icon::StopCall => look.error,
        Icon::Warning => look.warning,
        Icon::Wait => look.primary,
        _ => look.text2,
    }
}

pub fn tone_icon(tone: Tone) -> Icon {
    match tone {
        Tone::Info => Icon::Info,
        Tone::Warning => Icon::Warning,
        Tone::Error => Icon::Error,
        Tone::Success => Icon::CheckCircle,
    }
}

pub fn notice<'a>(tone: Tone, icon: Icon, lines: &[Line], look: Look) -> Element<'a> {
    let (ink, ground) = look.tone(tone);
    let content = row![Picture::square(icon, 24.0).color(ink), weighted_lines(lines, look.text)].spacing(12);
    card(content, ground, border(ink, 1.0, RADIUS), [13, 17])
}

/// Side by side with a distance, each as wide as the other.
pub fn halves<'a>(left: Element<'a>, right: Element<'a>, gap: f32) -> Element<'a> {
    Row::with_children([left, right].map(|half| container(half).width(Fill).into())).spacing(gap).into()
}

pub fn dot<'a>(side: f32, color: Color) -> Element<'a> {
    let style = container::Style { border: border(color, 0.0, side / 2.0), ..container::background(color) };
    container(space()).width(side).height(side).style(move |_| style).into()
}

//! An icon in the colour of its surroundings, or in one of its own.

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::Style;
use iced::advanced::svg::{Renderer as _, Svg};
use iced::advanced::widget::Tree;
use iced::advanced::{Layout, Widget, mouse};
use iced::{Color, Length, Rectangle, Renderer, Size, Theme};

use crate::page::Icon;
use crate::ui::icons::{self, Ink};

#[derive(Debug, Clone, Copy)]
pub struct Picture {
    icon: Icon,
    size: Size,
    color: Option<Color>,
}

impl Picture {
    pub fn square(icon: Icon, side: f32) -> Self {
        Self::new(icon, Size::new(side, side))
    }

    pub fn new(icon: Icon, size: Size) -> Self {
        Self { icon, size, color: None }
    }

    pub fn color(self, color: Color) -> Self {
        Self { color: Some(color), ..self }
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Picture {
    fn size(&self) -> Size<Length> {
        Size::new(Length::Fixed(self.size.width), Length::Fixed(self.size.height))
    }

    fn layout(&mut self, _tree: &mut Tree, _renderer: &Renderer, _limits: &Limits) -> Node {
        // A picture keeps its proportions: what has too little room for it wraps.
        Node::new(self.size)
    }

    fn draw(
        &self,
        _tree: &Tree,
        renderer: &mut Renderer,
        _theme: &Theme,
        style: &Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        _viewport: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let svg = Svg::new(icons::handle(self.icon));
        let svg = match icons::ink(self.icon) {
            Ink::Themed => svg.color(self.color.unwrap_or(style.text_color)),
            Ink::Own => svg,
        };
        renderer.draw_svg(svg, bounds, bounds);
    }
}

impl<'a, Message> From<Picture> for iced::Element<'a, Message> {
    fn from(picture: Picture) -> Self {
        Self::new(picture)
    }
}

//! A scrolling page that says when it goes on below.

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::Style;
use iced::advanced::widget::operation::Scrollable;
use iced::advanced::widget::{Id, Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, Widget, mouse, overlay};
use iced::{Event, Length, Point, Rectangle, Renderer, Size, Theme, Vector, window};

use crate::ui::{Element, Gesture};

/// Height of the strip.
pub const STRIP: f32 = 32.0;

/// Less than this hides nothing worth telling.
const WORTH_TELLING: f32 = 8.0;

pub struct Fold<'a> {
    page: Element<'a>,
    strip: Element<'a>,
}

impl<'a> Fold<'a> {
    /// `page` is one scrollable.
    pub fn new(page: impl Into<Element<'a>>, strip: impl Into<Element<'a>>) -> Self {
        Self { page: page.into(), strip: strip.into() }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Below {
    #[default]
    Nothing,
    More,
}

/// Asks the scrollable how much of it is out of sight. Goes no further.
struct Ask(Below);

impl Operation for Ask {
    fn traverse(&mut self, _operate: &mut dyn FnMut(&mut dyn Operation)) {}

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        translation: Vector,
        _state: &mut dyn Scrollable,
    ) {
        let hidden = content.height - bounds.height - translation.y;
        self.0 = if hidden > WORTH_TELLING { Below::More } else { Below::Nothing };
    }
}

impl Fold<'_> {
    fn ask(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) -> Below {
        let mut ask = Ask(Below::Nothing);
        if let Some(page) = layout.children().next() {
            self.page.as_widget_mut().operate(&mut tree.children[0], page, renderer, &mut ask);
        }
        ask.0
    }
}

impl Widget<Gesture, Theme, Renderer> for Fold<'_> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<Below>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(Below::Nothing)
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.page), Tree::new(&self.strip)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&[&self.page, &self.strip]);
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        let size = limits.max();
        let page = self.page.as_widget_mut().layout(&mut tree.children[0], renderer, limits);
        let strip_limits = Limits::new(Size::ZERO, Size::new(size.width, STRIP));
        let strip = self.strip.as_widget_mut().layout(&mut tree.children[1], renderer, &strip_limits);
        let strip = strip.move_to(Point::new(0.0, size.height - STRIP));
        Node::with_children(size, vec![page, strip])
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        if let Some(page) = layout.children().next() {
            self.page.as_widget_mut().operate(&mut tree.children[0], page, renderer, operation);
        }
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Gesture>,
        viewport: &Rectangle,
    ) {
        let mut parts = layout.children();
        let (Some(page), Some(strip)) = (parts.next(), parts.next()) else { return };
        let mut page_cursor = cursor;
        if *tree.state.downcast_ref::<Below>() == Below::More {
            let child = &mut tree.children[1];
            self.strip.as_widget_mut().update(child, event, strip, cursor, renderer, clipboard, shell, viewport);
            // What lies under the strip is not meant by a click on it; the wheel is.
            let is_wheel = matches!(event, Event::Mouse(mouse::Event::WheelScrolled { .. }));
            if cursor.is_over(strip.bounds()) && !is_wheel {
                page_cursor = cursor.levitate();
            }
        }
        let child = &mut tree.children[0];
        self.page.as_widget_mut().update(child, event, page, page_cursor, renderer, clipboard, shell, viewport);
        // Asked before every picture, since scrolling, resizing and a longer page all change the answer.
        if let Event::Window(window::Event::RedrawRequested(_)) = event {
            let below = self.ask(tree, layout, renderer);
            *tree.state.downcast_mut::<Below>() = below;
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let mut parts = layout.children();
        let (Some(page), Some(strip)) = (parts.next(), parts.next()) else { return };
        self.page.as_widget().draw(&tree.children[0], renderer, theme, style, page, cursor, viewport);
        if *tree.state.downcast_ref::<Below>() == Below::More {
            renderer.with_layer(strip.bounds(), |renderer| {
                self.strip.as_widget().draw(&tree.children[1], renderer, theme, style, strip, cursor, viewport);
            });
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let mut parts = layout.children();
        let (Some(page), Some(strip)) = (parts.next(), parts.next()) else { return mouse::Interaction::None };
        let below = *tree.state.downcast_ref::<Below>();
        let (child, tree, part) = match below {
            Below::More if cursor.is_over(strip.bounds()) => (&self.strip, &tree.children[1], strip),
            _ => (&self.page, &tree.children[0], page),
        };
        child.as_widget().mouse_interaction(tree, part, cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Gesture, Theme, Renderer>> {
        let page = layout.children().next()?;
        self.page.as_widget_mut().overlay(&mut tree.children[0], page, renderer, viewport, translation)
    }
}

impl<'a> From<Fold<'a>> for Element<'a> {
    fn from(fold: Fold<'a>) -> Self {
        Self::new(fold)
    }
}

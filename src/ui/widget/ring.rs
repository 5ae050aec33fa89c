//! The focus: two outlines around a control, and a frame that wears them around a text field.

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::{Quad, Style};
use iced::advanced::widget::{Id, Operation, Tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, Widget, mouse, overlay};
use iced::{Border, Color, Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector};

use crate::ui::gesture::goes_down;
use crate::ui::theme::Look;

const INNER: f32 = 2.0;
const OUTER: f32 = 4.0;

/// Whether a control shows that it has the focus, and where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Unseen,
    Outside,
    /// Two controls that touch draw it inside.
    Inside,
}

pub fn draw(focus: Focus, bounds: Rectangle, radius: f32, look: &Look, renderer: &mut Renderer) {
    let (inner, outer) = match focus {
        Focus::Unseen => return,
        Focus::Outside => (INNER, INNER + OUTER),
        Focus::Inside => (-OUTER, 0.0),
    };
    outline(renderer, bounds, outer, OUTER, radius, look.focus);
    outline(renderer, bounds, inner, INNER, radius, look.focus_ring);
}

fn outline(renderer: &mut Renderer, bounds: Rectangle, reach: f32, width: f32, radius: f32, color: Color) {
    let quad = Quad {
        bounds: bounds.expand(reach),
        border: Border { color, width, radius: (radius + reach).max(0.0).into() },
        ..Quad::default()
    };
    renderer.fill_quad(quad, Color::TRANSPARENT);
}

/// Around a text field: shows the ring, and says when the mouse goes into it or away from it.
pub struct Ring<'a, Message> {
    pub content: Element<'a, Message>,
    pub id: Id,
    pub look: Look,
    pub radius: f32,
    pub focus: Focus,
    pub pointed: Message,
    /// Set while the field has the focus.
    pub elsewhere: Option<Message>,
}

impl<Message: Clone> Widget<Message, Theme, Renderer> for Ring<'_, Message> {
    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        self.content.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        operation.container(Some(&self.id), layout.bounds());
        operation.traverse(&mut |operation| {
            self.content.as_widget_mut().operate(&mut tree.children[0], layout, renderer, operation);
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let was_captured = shell.is_event_captured();
        if goes_down(event)
            && let Some(elsewhere) = &self.elsewhere
            && !cursor.is_over(layout.bounds())
        {
            shell.publish(elsewhere.clone());
        }
        let child = &mut tree.children[0];
        self.content.as_widget_mut().update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
        if goes_down(event) && !was_captured && cursor.is_over(layout.bounds()) {
            shell.publish(self.pointed.clone());
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
        draw(self.focus, layout.bounds(), self.radius, &self.look, renderer);
        self.content.as_widget().draw(&tree.children[0], renderer, theme, style, layout, cursor, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.content.as_widget().mouse_interaction(&tree.children[0], layout, cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        self.content.as_widget_mut().overlay(&mut tree.children[0], layout, renderer, viewport, translation)
    }
}

impl<'a, Message: Clone + 'a> From<Ring<'a, Message>> for Element<'a, Message> {
    fn from(ring: Ring<'a, Message>) -> Self {
        Self::new(ring)
    }
}

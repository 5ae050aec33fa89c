//! A column that draws its gaps in when its content is a little too high for the window, before it has to scroll.

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::Style;
use iced::advanced::widget::{Operation, Tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, mouse, overlay};
use iced::{Event, Length, Point, Rectangle, Renderer, Size, Theme, Vector};

use crate::ui::{Element, Gesture};

/// A distance, and what it may shrink to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    pub roomy: f32,
    pub tight: f32,
}

impl Gap {
    pub const fn new(roomy: f32, tight: f32) -> Self {
        Self { roomy, tight }
    }
}

pub struct Flow<'a> {
    children: Vec<(Gap, Element<'a>)>,
    /// The height that needs no scrolling.
    room: f32,
    width: f32,
    /// Left of the content.
    margin: f32,
    bottom: Gap,
}

impl<'a> Flow<'a> {
    /// `width` is the content's, without the margins beside it.
    pub fn new(width: f32, room: f32, margin: f32, bottom: Gap) -> Self {
        Self { children: Vec::new(), room, width, margin, bottom }
    }

    pub fn push(&mut self, gap: Gap, child: impl Into<Element<'a>>) {
        self.children.push((gap, child.into()));
    }

    fn height(&self, nodes: &[Node], gap: impl Fn(&Gap) -> f32) -> f32 {
        let inside: f32 = self.children.iter().zip(nodes).map(|((g, _), node)| gap(g) + node.size().height).sum();
        inside + gap(&self.bottom)
    }
}

impl Widget<Gesture, Theme, Renderer> for Flow<'_> {
    fn children(&self) -> Vec<Tree> {
        self.children.iter().map(|(_, child)| Tree::new(child)).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        let children: Vec<&Element<'_>> = self.children.iter().map(|(_, child)| child).collect();
        tree.diff_children(&children);
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Shrink)
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, _limits: &Limits) -> Node {
        let limits = Limits::new(Size::ZERO, Size::new(self.width, f32::INFINITY));
        let full_width = self.width + 2.0 * self.margin;
        let nodes: Vec<Node> = self
            .children
            .iter_mut()
            .zip(&mut tree.children)
            .map(|((_, child), tree)| child.as_widget_mut().layout(tree, renderer, &limits))
            .collect();
        let roomy = self.height(&nodes, |gap| gap.roomy) <= self.room;
        let distance = |gap: &Gap| if roomy { gap.roomy } else { gap.tight };
        let height = self.height(&nodes, distance);
        let mut y = 0.0;
        let mut placed = Vec::with_capacity(nodes.len());
        for ((gap, _), node) in self.children.iter().zip(nodes) {
            y += distance(gap);
            let below = node.size().height;
            placed.push(node.move_to(Point::new(self.margin, y)));
            y += below;
        }
        Node::with_children(Size::new(full_width, height), placed)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        operation.traverse(&mut |operation| {
            for (((_, child), tree), layout) in self.children.iter_mut().zip(&mut tree.children).zip(layout.children())
            {
                child.as_widget_mut().operate(tree, layout, renderer, operation);
            }
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
        shell: &mut Shell<'_, Gesture>,
        viewport: &Rectangle,
    ) {
        for (((_, child), tree), layout) in self.children.iter_mut().zip(&mut tree.children).zip(layout.children()) {
            child.as_widget_mut().update(tree, event, layout, cursor, renderer, clipboard, shell, viewport);
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
        for (((_, child), tree), layout) in self.children.iter().zip(&tree.children).zip(layout.children()) {
            child.as_widget().draw(tree, renderer, theme, style, layout, cursor, viewport);
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
        self.children
            .iter()
            .zip(&tree.children)
            .zip(layout.children())
            .map(|(((_, child), tree), layout)| {
                child.as_widget().mouse_interaction(tree, layout, cursor, viewport, renderer)
            })
            .max()
            .unwrap_or_default()
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Gesture, Theme, Renderer>> {
        let parts = self.children.iter_mut().zip(&mut tree.children).zip(layout.children());
        let over = parts
            .filter_map(|(((_, child), tree), layout)| {
                child.as_widget_mut().overlay(tree, layout, renderer, viewport, translation)
            })
            .collect::<Vec<_>>();
        (!over.is_empty()).then(|| overlay::Group::with_children(over).overlay())
    }
}

impl<'a> From<Flow<'a>> for Element<'a> {
    fn from(flow: Flow<'a>) -> Self {
        Self::new(flow)
    }
}

//! Hears every key before any other widget: what has a meaning for the page never reaches a text field.

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::Style;
use iced::advanced::widget::{Operation, Tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, mouse, overlay};
use iced::{Event, Length, Rectangle, Renderer, Size, Theme, Vector, keyboard};

use crate::page::CapsLock;
use crate::ui::keys::{self, Stroke, Typing};
use crate::ui::{Element, Gesture};

pub struct Listen<'a> {
    pub content: Element<'a>,
    pub typing: Typing,
    pub caps_lock: CapsLock,
}

impl Listen<'_> {
    fn hear(&self, event: &Event, shell: &mut Shell<'_, Gesture>) {
        match event {
            Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, text, repeat, .. }) => {
                let caps_lock = text.as_deref().and_then(|text| keys::caps_lock(text, *modifiers));
                if let Some(caps_lock) = caps_lock.filter(|found| *found != self.caps_lock) {
                    shell.publish(Gesture::CapsLock(caps_lock));
                }
                let stroke = if *repeat { Stroke::Repeated } else { Stroke::First };
                if let Some(intent) = keys::intent(key, *modifiers, self.typing, stroke) {
                    shell.publish(Gesture::Key(intent));
                    shell.capture_event();
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(_)) => shell.publish(Gesture::MouseUsed),
            _ => {}
        }
    }
}

impl Widget<Gesture, Theme, Renderer> for Listen<'_> {
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
        shell: &mut Shell<'_, Gesture>,
        viewport: &Rectangle,
    ) {
        self.hear(event, shell);
        if shell.is_event_captured() {
            return;
        }
        let child = &mut tree.children[0];
        self.content.as_widget_mut().update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
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
    ) -> Option<overlay::Element<'b, Gesture, Theme, Renderer>> {
        self.content.as_widget_mut().overlay(&mut tree.children[0], layout, renderer, viewport, translation)
    }
}

impl<'a> From<Listen<'a>> for Element<'a> {
    fn from(listen: Listen<'a>) -> Self {
        Self::new(listen)
    }
}

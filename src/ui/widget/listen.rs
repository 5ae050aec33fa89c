//! Hears every key before any other widget: what has a meaning for the page never reaches a text field.
//!
//! After a key that may move the focus, or a click, the keys that follow wait until the page has followed: whoever types
//! faster than the window draws, or lets a password manager type, types into the right field.

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::Style;
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, mouse, overlay};
use iced::{Event, Length, Point, Rectangle, Renderer, Size, Theme, Vector, keyboard, touch};

use crate::page::CapsLock;
use crate::ui::keys::{self, Stroke, Typing};
use crate::ui::operation::Entry;
use crate::ui::{Element, Gesture};

pub struct Listen<'a> {
    pub content: Element<'a>,
    pub typing: Typing,
    pub caps_lock: CapsLock,
    pub entry: Entry,
}

#[derive(Default)]
struct State {
    /// The last entry into a field that has been made.
    entered: u64,
    /// Something was published that the page does not show yet.
    is_ahead: bool,
    /// Keys for the page that is not yet there.
    waiting: Vec<Event>,
    /// Where the mouse was last, in a window of this size.
    pointer: Option<Point>,
    size: Size,
}

impl State {
    /// A batch of events comes with one place of the mouse, the last. But a press belongs where it was made: whoever is
    /// faster than the window draws would else type the next key of the software keyboard twice.
    fn place(&mut self, event: &Event, cursor: mouse::Cursor, size: Size) -> mouse::Cursor {
        // Larger text makes the window smaller, and the old place another one.
        if self.size != size {
            (self.size, self.pointer) = (size, None);
        }
        match event {
            Event::Mouse(mouse::Event::CursorMoved { position }) => self.pointer = Some(*position),
            Event::Touch(
                touch::Event::FingerPressed { position, .. }
                | touch::Event::FingerMoved { position, .. }
                | touch::Event::FingerLifted { position, .. },
            ) => self.pointer = Some(*position),
            Event::Mouse(mouse::Event::CursorLeft) | Event::Touch(_) => self.pointer = None,
            _ => {}
        }
        match (cursor, self.pointer) {
            (mouse::Cursor::Available(_), Some(pointer)) => mouse::Cursor::Available(pointer),
            (cursor, _) => cursor,
        }
    }
}

impl Listen<'_> {
    fn follow_focus(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) {
        let state = tree.state.downcast_mut::<State>();
        if state.entered != self.entry.number {
            state.entered = self.entry.number;
            let content = self.content.as_widget_mut();
            let child = &mut tree.children[0];
            self.entry.make(|operation| content.operate(child, layout, renderer, operation));
        }
    }

    /// Whether something was published that may move the focus.
    fn hear(&self, event: &Event, shell: &mut Shell<'_, Gesture>) -> bool {
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
                    return true;
                }
            }
            Event::Mouse(mouse::Event::ButtonPressed(_)) | Event::Touch(touch::Event::FingerPressed { .. }) => {
                shell.publish(Gesture::MouseUsed);
                return true;
            }
            _ => {}
        }
        false
    }

    #[allow(clippy::too_many_arguments)] // the toolkit's own
    fn pass(
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
        let state = tree.state.downcast_mut::<State>();
        if state.is_ahead && matches!(event, Event::Keyboard(_)) {
            state.waiting.push(event.clone());
            shell.capture_event();
            shell.request_redraw();
            return;
        }
        state.is_ahead |= self.hear(event, shell);
        if shell.is_event_captured() {
            return;
        }
        let child = &mut tree.children[0];
        self.content.as_widget_mut().update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
    }
}

impl Widget<Gesture, Theme, Renderer> for Listen<'_> {
    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn diff(&self, tree: &mut Tree) {
        tree.state.downcast_mut::<State>().is_ahead = false;
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
        let cursor = tree.state.downcast_mut::<State>().place(event, cursor, layout.bounds().size());
        if !tree.state.downcast_ref::<State>().is_ahead {
            self.follow_focus(tree, layout, renderer);
            for key in std::mem::take(&mut tree.state.downcast_mut::<State>().waiting) {
                let mut published = Vec::new();
                let mut own = Shell::new(&mut published);
                self.pass(tree, &key, layout, cursor, renderer, clipboard, &mut own, viewport);
                // Captured or not: that says nothing about this event.
                published.into_iter().for_each(|gesture| shell.publish(gesture));
                shell.request_redraw();
            }
        }
        self.pass(tree, event, layout, cursor, renderer, clipboard, shell, viewport);
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

#[cfg(test)]
mod tests {
    use iced::advanced::mouse::{Button, Cursor, Event::ButtonPressed, Event::CursorMoved};
    use iced::touch::{Event::FingerLifted, Event::FingerLost, Event::FingerPressed, Finger};
    use iced::{Event, Point, Size};

    use super::State;

    #[test]
    fn a_finger_presses_where_it_is() {
        let (id, position) = (Finger(1), Point::new(7.0, 8.0));
        let batch = Cursor::Available(Point::new(300.0, 4.0));
        let (mut state, size) = (State::default(), Size::new(960.0, 680.0));
        for event in [FingerPressed { id, position }, FingerLifted { id, position }] {
            assert_eq!(state.place(&Event::Touch(event), batch, size), Cursor::Available(position));
        }
        state.place(&Event::Touch(FingerLost { id, position }), batch, size);
        assert_eq!(state.place(&Event::Mouse(ButtonPressed(Button::Left)), batch, size), batch);
    }

    #[test]
    fn a_press_is_where_the_mouse_was_then() {
        let (first, last) = (Point::new(1.0, 2.0), Point::new(300.0, 4.0));
        let (size, press) = (Size::new(960.0, 680.0), Event::Mouse(ButtonPressed(Button::Left)));
        let mut state = State::default();
        let batch = Cursor::Available(last);
        assert_eq!(state.place(&press, batch, size), batch, "nothing else is known");
        state.place(&Event::Mouse(CursorMoved { position: first }), batch, size);
        assert_eq!(state.place(&press, batch, size), Cursor::Available(first));
        assert_eq!(state.place(&press, Cursor::Unavailable, size), Cursor::Unavailable, "something lies over it");
        assert_eq!(state.place(&press, batch, Size::new(480.0, 340.0)), batch, "the text has become larger");
    }
}

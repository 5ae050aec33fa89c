//! Buttons, links, radio cards and disclosures are one thing: a child on a ground that knows rest, hover, press, focus.

use iced::advanced::layout::{self, Limits, Node};
use iced::advanced::renderer::{Quad, Style};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, Widget, mouse};
use iced::alignment::{Horizontal, Vertical};
use iced::{Background, Border, Color, Event, Length, Padding, Rectangle, Renderer, Size, Theme, touch, window};

use super::ring::{self, Focus};
use crate::page::{Control, Readiness};
use crate::ui::display::control_id;
use crate::ui::gesture::{goes_down, goes_up};
use crate::ui::theme::Look;
use crate::ui::{Element, Gesture};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    Rest,
    Hover,
    Pressed,
    /// Shown and deaf.
    Busy,
}

/// How it looks in one status. The child takes the ink.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skin {
    pub ground: Color,
    pub ink: Color,
    pub border: Border,
}

pub struct Pressable<'a> {
    content: Element<'a>,
    control: Control,
    readiness: Readiness,
    look: Look,
    skin: Box<dyn Fn(Status) -> Skin + 'a>,
    focus: Focus,
    size: Size<Length>,
    least: Size,
    padding: Padding,
    align: Horizontal,
}

impl<'a> Pressable<'a> {
    pub fn new(
        control: Control,
        look: Look,
        content: impl Into<Element<'a>>,
        skin: impl Fn(Status) -> Skin + 'a,
    ) -> Self {
        Self {
            content: content.into(),
            control,
            readiness: Readiness::Ready,
            look,
            skin: Box::new(skin),
            focus: Focus::Unseen,
            size: Size::new(Length::Shrink, Length::Shrink),
            least: Size::ZERO,
            padding: Padding::ZERO,
            align: Horizontal::Center,
        }
    }

    pub fn readiness(self, readiness: Readiness) -> Self {
        Self { readiness, ..self }
    }

    pub fn focus(self, focus: Focus) -> Self {
        Self { focus, ..self }
    }

    pub fn width(mut self, width: Length) -> Self {
        self.size.width = width;
        self
    }

    pub fn height(mut self, height: Length) -> Self {
        self.size.height = height;
        self
    }

    pub fn at_least(self, width: f32, height: f32) -> Self {
        Self { least: Size::new(width, height), ..self }
    }

    pub fn padding(self, padding: impl Into<Padding>) -> Self {
        Self { padding: padding.into(), ..self }
    }

    pub fn align(self, align: Horizontal) -> Self {
        Self { align, ..self }
    }

    fn status(&self, state: State, bounds: Rectangle, cursor: mouse::Cursor) -> Status {
        match (self.readiness, cursor.is_over(bounds), state.down.is_some()) {
            (Readiness::Busy, ..) => Status::Busy,
            (_, true, true) => Status::Pressed,
            (_, true, false) => Status::Hover,
            (_, false, _) => Status::Rest,
        }
    }

    fn follow_mouse(
        &self,
        state: &mut State,
        event: &Event,
        bounds: Rectangle,
        cursor: mouse::Cursor,
        shell: &mut Shell<'_, Gesture>,
    ) {
        match event {
            _ if goes_down(event) && cursor.is_over(bounds) && self.readiness == Readiness::Ready => {
                state.down = Some(bounds);
                shell.publish(Gesture::Pointed(self.control.clone()));
                shell.capture_event();
            }
            _ if goes_up(event) => {
                let Some(before) = state.down.take() else { return };
                // Leaving a field may bring a message that pushes this control away between press and release.
                if cursor.is_over(bounds) || cursor.is_over(before) {
                    shell.publish(Gesture::Clicked(self.control.clone()));
                }
                shell.capture_event();
            }
            Event::Touch(touch::Event::FingerLost { .. }) => state.down = None,
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// Where it was when the mouse went down on it.
    down: Option<Rectangle>,
    drawn: Status,
}

impl Widget<Gesture, Theme, Renderer> for Pressable<'_> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn size(&self) -> Size<Length> {
        self.size
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        let limits = limits.min_width(self.least.width).min_height(self.least.height);
        let align = self.align;
        layout::positioned(
            &limits,
            self.size.width,
            self.size.height,
            self.padding,
            |limits| self.content.as_widget_mut().layout(&mut tree.children[0], renderer, &limits.loose()),
            |node, size| node.align(align.into(), Vertical::Center.into(), size),
        )
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        operation.container(Some(&control_id(&self.control)), layout.bounds());
        let Some(inside) = layout.children().next() else { return };
        operation.traverse(&mut |operation| {
            self.content.as_widget_mut().operate(&mut tree.children[0], inside, renderer, operation);
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _renderer: &Renderer,
        _clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Gesture>,
        _viewport: &Rectangle,
    ) {
        if shell.is_event_captured() {
            return;
        }
        let state = tree.state.downcast_mut::<State>();
        self.follow_mouse(state, event, layout.bounds(), cursor, shell);
        let status = self.status(*state, layout.bounds(), cursor);
        match event {
            Event::Window(window::Event::RedrawRequested(_)) => state.drawn = status,
            _ if state.drawn != status => shell.request_redraw(),
            _ => {}
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _style: &Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let status = if self.readiness == Readiness::Busy { Status::Busy } else { state.drawn };
        let skin = (self.skin)(status);
        let bounds = layout.bounds();
        let quad = Quad { bounds, border: skin.border, ..Quad::default() };
        renderer.fill_quad(quad, Background::Color(skin.ground));
        ring::draw(self.focus, bounds, skin.border.radius.top_left, &self.look, renderer);
        let Some(inside) = layout.children().next() else { return };
        let style = Style { text_color: skin.ink };
        self.content.as_widget().draw(&tree.children[0], renderer, theme, &style, inside, cursor, viewport);
    }

    fn mouse_interaction(
        &self,
        _tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _viewport: &Rectangle,
        _renderer: &Renderer,
    ) -> mouse::Interaction {
        match self.readiness {
            Readiness::Ready if cursor.is_over(layout.bounds()) => mouse::Interaction::Pointer,
            _ => mouse::Interaction::None,
        }
    }
}

impl<'a> From<Pressable<'a>> for Element<'a> {
    fn from(pressable: Pressable<'a>) -> Self {
        Self::new(pressable)
    }
}

#[cfg(test)]
mod tests {
    use iced::advanced::layout::{Layout, Node};
    use iced::advanced::mouse::{self, Cursor};
    use iced::advanced::renderer::Headless;
    use iced::advanced::widget::Tree;
    use iced::advanced::{Shell, Widget, clipboard};
    use iced::touch::{self, Finger};
    use iced::{Border, Color, Event, Font, Pixels, Point, Rectangle, Renderer, Size};

    use super::{Pressable, Skin};
    use crate::page::Control;
    use crate::ui::Gesture;
    use crate::ui::theme::{Look, Shade};

    const INSIDE: Point = Point::new(20.0, 20.0);
    const OUTSIDE: Point = Point::new(200.0, 20.0);

    /// What one key of 44 × 44 says to these events.
    fn said(events: &[(Event, Point)]) -> Vec<Gesture> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let renderer = <Renderer as Headless>::new(Font::DEFAULT, Pixels(16.0), None);
        let renderer = runtime.block_on(renderer).expect("a renderer");
        let skin = |_| Skin { ground: Color::WHITE, ink: Color::BLACK, border: Border::default() };
        let content = iced::widget::Space::new();
        let mut key = Pressable::new(Control::Key('1'), Look::of(Shade::default()), content, skin);
        let mut tree = Tree::new(&key as &dyn Widget<Gesture, iced::Theme, Renderer>);
        let node = Node::with_children(Size::new(44.0, 44.0), vec![Node::new(Size::ZERO)]);
        let (mut said, window) = (Vec::new(), Rectangle::with_size(Size::new(960.0, 680.0)));
        for (event, place) in events {
            let (cursor, layout) = (Cursor::Available(*place), Layout::new(&node));
            let mut shell = Shell::new(&mut said);
            key.update(&mut tree, event, layout, cursor, &renderer, &mut clipboard::Null, &mut shell, &window);
        }
        said
    }

    fn finger(kind: fn(Finger, Point) -> touch::Event, place: Point) -> (Event, Point) {
        (Event::Touch(kind(Finger(1), place)), place)
    }

    fn down(id: Finger, position: Point) -> touch::Event {
        touch::Event::FingerPressed { id, position }
    }

    fn up(id: Finger, position: Point) -> touch::Event {
        touch::Event::FingerLifted { id, position }
    }

    fn lost(id: Finger, position: Point) -> touch::Event {
        touch::Event::FingerLost { id, position }
    }

    #[test]
    fn a_finger_presses_as_the_mouse_does() {
        let button = mouse::Button::Left;
        let clicked = [mouse::Event::ButtonPressed(button), mouse::Event::ButtonReleased(button)];
        for events in [clicked.map(|event| (Event::Mouse(event), INSIDE)), [finger(down, INSIDE), finger(up, INSIDE)]] {
            let said = said(&events);
            assert!(matches!(said[..], [Gesture::Pointed(_), Gesture::Clicked(Control::Key('1'))]), "{said:?}");
        }
    }

    #[test]
    fn a_finger_that_slips_away_or_is_lost_presses_nothing() {
        for events in [
            vec![finger(down, INSIDE), finger(up, OUTSIDE)],
            vec![finger(down, INSIDE), finger(lost, INSIDE), finger(up, INSIDE)],
            vec![finger(down, OUTSIDE), finger(up, INSIDE)],
        ] {
            let said = said(&events);
            assert!(!said.iter().any(|gesture| matches!(gesture, Gesture::Clicked(_))), "{said:?}");
        }
    }
}

//! A page as it would stand in the window, without a window: for people who want to look at all of them.

use std::time::Instant;

use iced::advanced::layout::Limits;
use iced::advanced::renderer::{Headless, Style};
use iced::advanced::widget::operation::Outcome;
use iced::advanced::widget::{Operation, Tree};
use iced::advanced::{Layout, Shell, clipboard, graphics, mouse};
use iced::{Event, Renderer, Size, Theme, window};

use super::display::{Display, Room};
use super::focus::{self, Hand};
use super::operation::{Entering, Entry, Sheet, revealing};
use super::theme::{Look, Shade};
use super::{Element, Gesture, font, frame};
use crate::page::Scene;

/// How the window stands around the page.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub shade: Shade,
    pub width: u32,
    pub height: u32,
    /// 1.0 to 2.0.
    pub text_size: f32,
}

/// RGBA, line by line, with the focus where it would be; nothing when there is no renderer.
pub fn draw(scene: &Scene, setting: Setting) -> Option<Vec<u8>> {
    let Setting { width, height, text_size, .. } = setting;
    let settings = font::settings();
    if let Ok(mut system) = graphics::text::font_system().write() {
        settings.fonts.into_iter().for_each(|font| system.load_font(font));
    }
    let created = <Renderer as Headless>::new(settings.default_font, settings.default_text_size, Some("tiny-skia"));
    let mut renderer = iced::futures::executor::block_on(created)?;
    let look = Look::of(setting.shade);
    let focus = focus::first_wrong(scene).or_else(|| focus::on_arrival(scene));
    let size = Size::new(width as f32 / text_size, height as f32 / text_size);
    let room = Room { width: size.width, height: size.height };
    let display = Display { scene, look, focus: focus.as_ref(), hand: Hand::Keyboard, room };
    let mut still = Still::new(frame::window(display, scene.toast.as_deref()), size, &renderer);
    Entry::default().next(focus.as_ref(), Entering::AsItIs).make(|operation| still.operate(&renderer, operation));
    let sheet = if scene.dialog.is_some() { Sheet::Dialog } else { Sheet::Page };
    if let Some(control) = &focus {
        still.follow(&renderer, Box::new(revealing(control, sheet)));
    }
    still.settle(&renderer);
    still.draw(&mut renderer, look);
    Some(renderer.screenshot(Size::new(width, height), text_size, look.canvas))
}

/// One picture of the window, with what the toolkit remembers of it.
struct Still<'a> {
    root: Element<'a>,
    tree: Tree,
    node: iced::advanced::layout::Node,
}

impl<'a> Still<'a> {
    fn new(mut root: Element<'a>, size: Size, renderer: &Renderer) -> Self {
        let mut tree = Tree::new(root.as_widget());
        tree.diff(root.as_widget());
        let node = root.as_widget_mut().layout(&mut tree, renderer, &Limits::new(Size::ZERO, size));
        Self { root, tree, node }
    }

    fn operate(&mut self, renderer: &Renderer, operation: &mut dyn Operation) {
        self.root.as_widget_mut().operate(&mut self.tree, Layout::new(&self.node), renderer, operation);
    }

    fn follow(&mut self, renderer: &Renderer, operation: Box<dyn Operation>) {
        let mut next = Some(operation);
        while let Some(mut operation) = next {
            self.operate(renderer, operation.as_mut());
            next = match operation.finish() {
                Outcome::Chain(chained) => Some(chained),
                Outcome::None | Outcome::Some(()) => None,
            };
        }
    }

    /// Lets every piece look once at where it stands.
    fn settle(&mut self, renderer: &Renderer) {
        let event = Event::Window(window::Event::RedrawRequested(Instant::now()));
        let (layout, mut said) = (Layout::new(&self.node), Vec::<Gesture>::new());
        let (viewport, cursor) = (layout.bounds(), mouse::Cursor::Unavailable);
        let mut shell = Shell::new(&mut said);
        let root = self.root.as_widget_mut();
        root.update(&mut self.tree, &event, layout, cursor, renderer, &mut clipboard::Null, &mut shell, &viewport);
    }

    fn draw(&self, renderer: &mut Renderer, look: Look) {
        let (layout, style) = (Layout::new(&self.node), Style { text_color: look.text });
        let (viewport, cursor) = (layout.bounds(), mouse::Cursor::Unavailable);
        self.root.as_widget().draw(&self.tree, renderer, &Theme::Light, &style, layout, cursor, &viewport);
    }
}

//! Text that ends its lines only where [`phrase`] allows it.

use std::hash::{DefaultHasher, Hash, Hasher};

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::{Quad, Style};
use iced::advanced::text::{Alignment, LineHeight, Paragraph as _, Renderer as _, Shaping, Text, Wrapping};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Layout, Renderer as _, Widget, mouse};
use iced::alignment::Vertical;
use iced::{Color, Font, Length, Pixels, Point, Rectangle, Renderer, Size, Theme};

use super::phrase::{self, After, Breaks, Measured, Phrase};

type Paragraph = <Renderer as iced::advanced::text::Renderer>::Paragraph;

/// Below the baseline.
const UNDERLINE_OFFSET: f32 = 4.0;
/// Of the em, in the one typeface that there is.
const ASCENT: f32 = 0.88;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Decoration {
    #[default]
    None,
    Underline,
}

#[derive(Debug, Clone, Hash)]
struct Run {
    text: String,
    font: Font,
}

/// One paragraph.
#[derive(Debug, Clone)]
pub struct Prose {
    runs: Vec<Run>,
    size: f32,
    line: f32,
    breaks: Breaks,
    /// The surroundings' when there is none.
    color: Option<Color>,
    decoration: Decoration,
}

impl Prose {
    pub fn new(text: &str, font: Font, (size, line): (f32, f32)) -> Self {
        let empty =
            Self { runs: Vec::new(), size, line, breaks: Breaks::Words, color: None, decoration: Decoration::None };
        empty.followed_by(text, font)
    }

    /// Goes on in another weight, on the same line.
    pub fn followed_by(mut self, text: &str, font: Font) -> Self {
        self.runs.push(Run { text: text.to_owned(), font });
        self
    }

    pub fn breaks(self, breaks: Breaks) -> Self {
        Self { breaks, ..self }
    }

    pub fn color(self, color: Color) -> Self {
        Self { color: Some(color), ..self }
    }

    pub fn underlined(self) -> Self {
        Self { decoration: Decoration::Underline, ..self }
    }

    fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.runs, self.size.to_bits(), self.line.to_bits(), self.breaks).hash(&mut hasher);
        hasher.finish()
    }

    fn paragraph(&self, text: &str, font: Font) -> Paragraph {
        Paragraph::with_text(Text {
            content: text,
            bounds: Size::INFINITE,
            size: Pixels(self.size),
            line_height: LineHeight::Absolute(Pixels(self.line)),
            font,
            align_x: Alignment::Left,
            align_y: Vertical::Top,
            shaping: Shaping::Advanced,
            wrapping: Wrapping::None,
        })
    }

    fn measure(&self, text: &str, font: Font) -> f32 {
        self.paragraph(text, font).min_width()
    }

    /// The typeface has no kerning, so that widths add up.
    fn atom(&self, phrase: Phrase, font: Font) -> Atom {
        let width = self.measure(&phrase.text, font);
        let space =
            if phrase.after == After::Space { self.measure("n n", font) - self.measure("nn", font) } else { 0.0 };
        Atom { measured: Measured { width, space, characters: phrase.characters() }, phrase, font }
    }

    fn atoms(&self) -> Vec<Atom> {
        let of = |run: &Run| {
            let font = run.font;
            phrase::phrases(&run.text, self.breaks).into_iter().map(move |phrase| self.atom(phrase, font))
        };
        self.runs.iter().flat_map(of).collect()
    }

    fn cut_to(&self, atoms: &[Atom], limit: f32) -> Vec<Atom> {
        let fits = |atom: &Atom| atom.measured.width <= limit || self.breaks == Breaks::Never;
        let cut = |atom: &Atom, into: fn(&Phrase) -> Vec<Phrase>| match fits(atom) {
            true => vec![atom.clone()],
            false => into(&atom.phrase).into_iter().map(|piece| self.atom(piece, atom.font)).collect(),
        };
        let parts: Vec<Atom> = atoms.iter().flat_map(|atom| cut(atom, phrase::address_parts)).collect();
        parts.iter().flat_map(|part| cut(part, phrase::pieces)).collect()
    }

    fn set(&self, atoms: &[Atom], limit: f32) -> Vec<Line> {
        let atoms = self.cut_to(atoms, limit);
        let measured: Vec<Measured> = atoms.iter().map(|atom| atom.measured).collect();
        let line = |range: std::ops::Range<usize>| self.line(&atoms[range]);
        phrase::fill(&measured, limit).into_iter().map(line).collect()
    }

    /// Neighbours of one weight are drawn as one.
    fn line(&self, atoms: &[Atom]) -> Line {
        let mut segments: Vec<(f32, String, Font)> = Vec::new();
        let mut x = 0.0;
        for atom in atoms {
            match segments.last_mut() {
                Some((_, text, font)) if *font == atom.font => text.push_str(&atom.phrase.text),
                _ => segments.push((x, atom.phrase.text.clone(), atom.font)),
            }
            if atom.phrase.after == After::Space
                && let Some((_, text, _)) = segments.last_mut()
            {
                text.push(' ');
            }
            x += atom.measured.width + atom.measured.space;
        }
        let measured: Vec<Measured> = atoms.iter().map(|atom| atom.measured).collect();
        let drawn = segments.into_iter().map(|(x, text, font)| (x, self.paragraph(text.trim_end(), font))).collect();
        Line { width: phrase::width(&measured), segments: drawn }
    }
}

#[derive(Debug, Clone)]
struct Atom {
    phrase: Phrase,
    font: Font,
    measured: Measured,
}

struct Line {
    width: f32,
    segments: Vec<(f32, Paragraph)>,
}

#[derive(Default)]
struct State {
    key: u64,
    limit: f32,
    atoms: Vec<Atom>,
    lines: Vec<Line>,
}

impl<Message> Widget<Message, Theme, Renderer> for Prose {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Shrink, Length::Shrink)
    }

    fn layout(&mut self, tree: &mut Tree, _renderer: &Renderer, limits: &Limits) -> Node {
        let state = tree.state.downcast_mut::<State>();
        let (key, limit) = (self.key(), limits.max().width);
        if state.key != key || state.lines.is_empty() {
            *state = State { key, limit, atoms: self.atoms(), lines: Vec::new() };
        }
        if state.lines.is_empty() || state.limit.to_bits() != limit.to_bits() {
            state.limit = limit;
            // Half a pixel of grace: what was measured to fit must not be broken by rounding.
            state.lines = self.set(&state.atoms, limit + 0.5);
        }
        let width = state.lines.iter().map(|line| line.width).fold(0.0, f32::max);
        Node::new(limits.resolve(
            Length::Shrink,
            Length::Shrink,
            Size::new(width.ceil(), self.line * state.lines.len() as f32),
        ))
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        _theme: &Theme,
        style: &Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        let color = self.color.unwrap_or(style.text_color);
        for (index, line) in state.lines.iter().enumerate() {
            let top = bounds.y + self.line * index as f32;
            for (x, paragraph) in &line.segments {
                renderer.fill_paragraph(paragraph, Point::new(bounds.x + x, top), color, *viewport);
            }
            if self.decoration == Decoration::Underline {
                let baseline = top + (self.line - self.size) / 2.0 + self.size * ASCENT;
                let rule = Rectangle::new(
                    Point::new(bounds.x, (baseline + UNDERLINE_OFFSET).round()),
                    Size::new(line.width, 1.0),
                );
                renderer.fill_quad(Quad { bounds: rule, ..Quad::default() }, color);
            }
        }
    }

    fn operate(&mut self, _tree: &mut Tree, layout: Layout<'_>, _renderer: &Renderer, operation: &mut dyn Operation) {
        let whole: String = self.runs.iter().map(|run| run.text.replace(phrase::BREAK, "")).collect();
        operation.text(None, layout.bounds(), &whole);
    }
}

impl<'a, Message> From<Prose> for iced::Element<'a, Message> {
    fn from(prose: Prose) -> Self {
        Self::new(prose)
    }
}

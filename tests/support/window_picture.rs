//! What can be seen: the framebuffer of the display, and how much light and ink is in it.

use std::{collections::BTreeSet, fs, ops::Range, path::Path};

/// The size of every display here.
pub const WIDTH: usize = 1280;
pub const HEIGHT: usize = 800;

/// Where the first page has its title, measured from the window's upper left corner with its frame.
const TITLE_ROWS: Range<usize> = 95..145;
const TITLE_COLUMNS: Range<usize> = 250..900;

/// The green of the filled button, and less than its pixels.
const BUTTON: u8 = 0x42;
const BUTTON_AREA: usize = 4000;

/// A part of the screen.
#[derive(Debug, Clone)]
pub struct Part {
    pub columns: Range<usize>,
    pub rows: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differences {
    pub inside: usize,
    pub outside: usize,
}

/// Light of one pixel, 0 to 255.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    light: Vec<u8>,
}

impl Picture {
    /// Reads a framebuffer in the format of xwd, 32 bits a pixel; `None` while it is not whole.
    pub fn read(framebuffer: &Path) -> Option<Self> {
        let file = fs::read(framebuffer).ok()?;
        let pixels = file.get(file.len().checked_sub(WIDTH * HEIGHT * 4)?..)?;
        Some(Self { light: pixels.chunks_exact(4).map(|pixel| pixel[1]).collect() }) // green is enough
    }

    pub fn of(light: impl Fn(usize, usize) -> u8) -> Self {
        Self { light: (0..WIDTH * HEIGHT).map(|place| light(place % WIDTH, place / WIDTH)).collect() }
    }

    /// How many pixels are not the same, inside this part of the screen and outside of it.
    pub fn differences(&self, other: &Self, part: &Part) -> Differences {
        let places = (0..self.light.len()).filter(|place| self.light[*place] != other.light[*place]);
        let (inside, outside): (Vec<_>, Vec<_>) =
            places.partition(|place| part.columns.contains(&(place % WIDTH)) && part.rows.contains(&(place / WIDTH)));
        Differences { inside: inside.len(), outside: outside.len() }
    }

    fn at(&self, column: usize, row: usize) -> u8 {
        self.light[row * WIDTH + column]
    }

    /// How many of a hundred pixels are light. The desktop is black.
    pub fn light(&self) -> usize {
        self.light.iter().filter(|light| **light > 0xC8).count() * 100 / self.light.len()
    }

    /// Whether the filled button is drawn. The page before the first one has none.
    pub fn has_its_button(&self) -> bool {
        self.light.iter().filter(|light| **light == BUTTON).count() > BUTTON_AREA
    }

    /// The first column and the first row in which a window is.
    fn corner(&self) -> Option<(usize, usize)> {
        let column = (0..WIDTH).find(|column| self.at(*column, HEIGHT / 2) > 0x40)?;
        let row = (0..HEIGHT).find(|row| self.at(WIDTH / 2, *row) > 0x40)?;
        Some((column, row))
    }

    /// The different shapes that stand side by side in the title of the window's page, cut where no ink is.
    pub fn shapes_of_the_title(&self) -> BTreeSet<Shape> {
        let Some((left, top)) = self.corner() else { return BTreeSet::new() };
        let columns = left + TITLE_COLUMNS.start..(left + TITLE_COLUMNS.end).min(WIDTH);
        let rows = top + TITLE_ROWS.start..(top + TITLE_ROWS.end).min(HEIGHT);
        let inked = |column: usize| rows.clone().map(|row| self.at(column, row) < 0x80).collect::<Vec<bool>>();
        let columns: Vec<Vec<bool>> = columns.map(inked).collect();
        let shapes = columns.split(|column| !column.contains(&true));
        shapes.filter(|shape| !shape.is_empty()).map(<[_]>::to_vec).collect()
    }
}

/// Column by column, where ink is.
pub type Shape = Vec<Vec<bool>>;

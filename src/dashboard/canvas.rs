//! Two frames: the one that stands on the terminal, and the one that is painted next. What differs goes to the terminal.
//!
//! A frame of a large terminal has thousands of cells, of which a key changes two rows: the walks over all of them are
//! what a frame costs. So rows that are as they were are found by a quick comparison and passed over. The bytes leave
//! before the frame is put away ([`Canvas::turn`]); and of what is shown the blank ends of rows are not kept, which are
//! half of a screen and more. The library's own pair of frames knows none of this.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect, Size},
    style::Color,
};

use crate::dashboard::{
    ink::{Ink, ON_BLANKS},
    text,
};

/// The frames, and the ink between them.
#[derive(Debug)]
pub struct Canvas {
    ink: Ink,
    /// What stands on the terminal, row by row, without the blanks at their ends.
    shown: Vec<Vec<Cell>>,
    /// What is painted; blank between two frames.
    next: Buffer,
    /// The rows in which the two differ, while a frame is drawn.
    changed: Vec<u16>,
}

impl Canvas {
    /// For a terminal of this size that shows nothing.
    pub fn new(size: Size) -> Self {
        let next = Buffer::empty(Rect::from((Position::ORIGIN, size)));
        Self { ink: Ink::new(), shown: vec![Vec::new(); usize::from(size.height)], next, changed: Vec::new() }
    }

    /// The terminal has this size, and nobody knows what stands on it: it is cleared with the next frame.
    pub fn clear(&mut self, size: Size) {
        self.shown = vec![Vec::new(); usize::from(size.height)];
        self.next.resize(Rect::from((Position::ORIGIN, size)));
        self.ink.clear();
    }

    /// Has a frame painted, which tells where the text cursor stands if there is one; gives what the terminal is to be
    /// sent, which is nothing where nothing changed.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer) -> Option<Position>) -> &[u8] {
        let area = self.next.area;
        let cursor = if area.is_empty() { None } else { paint(&mut self.next) };
        self.changed.clear();
        let rows = self.next.content.chunks(usize::from(area.width).max(1));
        for ((y, next), shown) in (0..area.height).zip(rows).zip(&self.shown) {
            if is_same(shown, next) {
                continue;
            }
            self.changed.push(y);
            for x in differences(shown, next) {
                self.ink.cell(Position { x, y }, next);
            }
        }
        self.ink.cursor(cursor.filter(|place| area.contains(*place)));
        self.ink.finish()
    }

    /// Takes up the frame that was drawn as the one that is shown, and wipes it for the next. Apart from
    /// [`Self::draw`] because nobody needs to wait for it.
    pub fn turn(&mut self) {
        let width = usize::from(self.next.area.width).max(1);
        for y in self.changed.drain(..).map(usize::from) {
            if let (Some(shown), Some(next)) = (self.shown.get_mut(y), self.next.content.chunks_mut(width).nth(y)) {
                let end = next.iter().rposition(|cell| !looks_same(cell, &Cell::EMPTY)).map_or(0, |last| last + 1);
                shown.clear();
                shown.reserve_exact(end);
                shown.extend(next.iter_mut().take(end).map(std::mem::take));
            }
        }
        self.next.reset();
        self.ink.wipe();
    }
}

/// Whether a row looks as the one that is shown.
fn is_same(shown: &[Cell], next: &[Cell]) -> bool {
    let (told, rest) = next.split_at(shown.len().min(next.len()));
    shown.len() <= next.len()
        && shown.iter().zip(told).all(|(shown, next)| looks_same(shown, next))
        && rest.iter().all(|cell| looks_same(cell, &Cell::EMPTY))
}

/// The columns in which a row has to be drawn.
fn differences(shown: &[Cell], next: &[Cell]) -> impl Iterator<Item = u16> {
    let mut x = 0;
    // Up to where something may have been left behind.
    let mut unsure = 0;
    std::iter::from_fn(move || {
        while let Some(cell) = next.get(x) {
            let (column, before) = (x, shown.get(x).unwrap_or(&Cell::EMPTY));
            let columns = columns(cell);
            // What a wide character covers is nobody's.
            x += columns;
            let differs = !looks_same(before, cell);
            if differs && columns == 1 && (before.bg != Color::Reset || before.modifier.intersects(ON_BLANKS)) {
                // The other half of a wide character that is gone may stay in its colours.
                unsure = unsure.max(column + self::columns(before));
            }
            if differs || column < unsure {
                return u16::try_from(column).ok();
            }
        }
        None
    })
}

/// How many columns a cell's character takes.
fn columns(cell: &Cell) -> usize {
    match cell.symbol() {
        // Nothing shorter is wide.
        symbol if symbol.len() < 3 => 1,
        symbol => text::width(symbol).max(1),
    }
}

/// Whether two cells are sure to look the same: nearly always a comparison of a few bytes.
fn looks_same(a: &Cell, b: &Cell) -> bool {
    let symbols = match (a.symbol().as_bytes(), b.symbol().as_bytes()) {
        ([a], [b]) => a == b,
        (a, b) => a == b,
    };
    symbols && a.fg == b.fg && a.bg == b.bg && a.modifier == b.modifier
}

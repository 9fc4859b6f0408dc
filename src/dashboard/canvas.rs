//! Two frames: the one that stands on the terminal, and the one that is painted next. What differs goes to the terminal.
//!
//! A frame of a large terminal has tens of thousands of cells, of which a key changes two rows: the walks over all of
//! them are what a frame costs. So rows that are as they were are found by a quick comparison and passed over; only the
//! others are looked at as the library does, which knows how wide characters and terminals behave. The bytes leave
//! before the frame is put away ([`Canvas::turn`]); and of what is shown the blank ends of rows are not kept, which are
//! half of a screen and more.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect, Size},
};

use crate::dashboard::ink::Ink;

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
            let line = |cells: Vec<Cell>| Buffer { area: Rect { y, height: 1, ..area }, content: cells };
            let mut before = shown.clone();
            before.resize(next.len(), Cell::EMPTY);
            let (before, after) = (line(before), line(next.to_vec()));
            self.ink.row(y, next, before.diff_iter(&after).map(|(x, _, _)| x));
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
                *shown = next.iter_mut().take(end).map(std::mem::take).collect();
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

/// Whether two cells are sure to look the same: nearly always a comparison of a few bytes.
fn looks_same(a: &Cell, b: &Cell) -> bool {
    let symbols = match (a.symbol().as_bytes(), b.symbol().as_bytes()) {
        ([a], [b]) => a == b,
        (a, b) => a == b,
    };
    symbols && a.fg == b.fg && a.bg == b.bg && a.modifier == b.modifier
}

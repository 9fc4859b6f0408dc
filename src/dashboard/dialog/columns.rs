//! Which columns a list of users has, and in which order.

use ratatui::text::{Line, Span};

use crate::dashboard::{message::ListId, paint, theme::Theme, user_columns::Field};

/// The dialog's state.
#[derive(Debug)]
pub struct ColumnChoice {
    /// Of which list.
    pub list: ListId,
    /// Every column in the order chosen, and whether it is shown.
    rows: Vec<(Field, bool)>,
    /// The row picked.
    place: usize,
}

impl ColumnChoice {
    /// Of a list that shows these columns now.
    pub fn new(list: ListId, shown: &[Field]) -> Self {
        let shown = shown.iter().copied().filter(|field| Field::ALL.contains(field));
        let mut rows: Vec<(Field, bool)> = shown.map(|field| (field, true)).collect();
        let hidden = Field::ALL.into_iter().filter(|field| rows.iter().all(|(known, _)| known != field));
        let hidden: Vec<_> = hidden.map(|field| (field, false)).collect();
        rows.extend(hidden);
        Self { list, rows, place: 0 }
    }

    /// The row picked.
    pub const fn place(&self) -> usize {
        self.place
    }

    /// The column picked.
    pub fn picked(&self) -> Option<Field> {
        self.rows.get(self.place).map(|(field, _)| *field)
    }

    /// Picks the row above or below.
    pub fn pick(&mut self, down: bool) {
        self.place = self.next(down);
    }

    fn next(&self, down: bool) -> usize {
        let next = if down { self.place + 1 } else { self.place.saturating_sub(1) };
        next.min(self.rows.len().saturating_sub(1))
    }

    /// Shows or hides the column picked; the user name stays.
    pub fn toggle(&mut self) {
        if let Some((field, shown)) = self.rows.get_mut(self.place) {
            *shown = !*shown || *field == Field::UserName;
        }
    }

    /// Moves the column picked.
    pub fn carry(&mut self, down: bool) {
        let to = self.next(down);
        if self.place < self.rows.len() && to < self.rows.len() {
            self.rows.swap(self.place, to);
            self.place = to;
        }
    }

    /// The columns chosen.
    pub fn chosen(&self) -> Vec<Field> {
        self.rows.iter().filter(|(_, shown)| *shown).map(|(field, _)| *field).collect()
    }

    /// What it says.
    pub fn lines(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let row = |(place, (field, shown)): (usize, &(Field, bool))| {
            let mark = if *shown { "[x]" } else { "[ ]" };
            let style = match (place == self.place, shown) {
                (true, _) => theme.selected,
                (false, true) => theme.text,
                (false, false) => theme.dim,
            };
            Line::from(Span::styled(format!(" {mark} {:<12} ", field.title()), style))
        };
        let mut lines: Vec<Line<'static>> = self.rows.iter().enumerate().map(row).collect();
        lines.push(Line::default());
        let words = "Those for which there is no room are left out from the end.";
        lines.extend(paint::sentence(words, columns, theme.dim));
        lines
    }
}

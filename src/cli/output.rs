//! What commands print: one JSON document, or sentences and aligned tables for people.
//!
//! Text that came over the wire is shown with its control characters made visible, so that no user name can move the
//! cursor or recolour the terminal.

use std::{
    fmt::{self, Write as _},
    io::{self, Write},
};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::model::time::Timestamp;

/// Standard output, and in which form to write to it.
#[derive(Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// Output for people, or JSON for programs.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether programs read it.
    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a value: as an indented JSON document, or as the text `for_people` makes of it.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn show<T: Serialize>(&self, value: &T, for_people: impl FnOnce(&T) -> String) -> io::Result<()> {
        if self.json { self.line(&serde_json::to_string_pretty(value)?) } else { self.line(&for_people(value)) }
    }

    /// Prints one line, at once. Empty text prints nothing.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn line(&self, text: &str) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.write(&format!("{text}\n")) }
    }

    /// Begins a JSON array.
    pub const fn array(&self) -> Array<'_> {
        Array { out: self, begun: false }
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }
}

/// A JSON array printed part by part, in the form in which it would be printed whole.
#[derive(Debug)]
pub struct Array<'a> {
    out: &'a Output,
    begun: bool,
}

impl Array<'_> {
    /// Prints further elements.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn push<T: Serialize>(&mut self, elements: &[T]) -> io::Result<()> {
        let mut text = String::new();
        for element in elements {
            text.push_str(if self.begun { ",\n  " } else { "[\n  " });
            text.push_str(&serde_json::to_string_pretty(element)?.replace('\n', "\n  "));
            self.begun = true;
        }
        self.out.write(&text)
    }

    /// Prints the end.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn finish(self) -> io::Result<()> {
        self.out.write(if self.begun { "\n]\n" } else { "[]\n" })
    }
}

/// Rows in aligned columns. A column is as wide as its widest cell so far, so that a table printed page by page keeps
/// its shape.
#[derive(Debug)]
pub struct Table<const N: usize> {
    widths: [usize; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with this heading.
    pub fn new(heading: [&str; N]) -> Self {
        let mut table = Self { widths: [0; N], rows: Vec::new() };
        table.row(heading.map(str::to_owned));
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [String; N]) {
        let cells = cells.map(|cell| visible(&cell));
        for (width, cell) in self.widths.iter_mut().zip(&cells) {
            *width = (*width).max(cell.width());
        }
        self.rows.push(cells);
    }

    /// The rows added since the last call, without a line end after the last.
    pub fn take(&mut self) -> String {
        let mut text = String::new();
        for cells in self.rows.drain(..) {
            let mut line = String::new();
            for (width, cell) in self.widths.iter().zip(&cells) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.truncate(text.trim_end_matches('\n').len());
        text
    }
}

/// Labelled values, one a line.
#[derive(Debug, Default)]
pub struct Sheet(Vec<(&'static str, String)>);

impl Sheet {
    /// Adds a line; further lines of the value are set under the first.
    pub fn line(mut self, label: &'static str, value: impl fmt::Display) -> Self {
        self.0.push((label, value.to_string()));
        self
    }

    /// Adds a line when there is a value.
    pub fn maybe(self, label: &'static str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.line(label, value),
            None => self,
        }
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(label, _)| label.width()).max().unwrap_or(0);
        for (n, (label, value)) in self.0.iter().enumerate() {
            for (m, line) in value.lines().enumerate() {
                let label = if m == 0 { label } else { "" };
                let end = if n == 0 && m == 0 { "" } else { "\n" };
                write!(f, "{end}{label:width$}  {}", visible(line))?;
            }
        }
        Ok(())
    }
}

/// Says something beside the output, on standard error. Whoever closed that does not want to hear it.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The text with whatever would steer a terminal or reorder the line written as an escape, such as `\u{1b}`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_reordering(c) {
            let _ = write!(shown, "{}", c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// [`visible`], line by line: for text of several lines.
pub fn visible_lines(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// Marks that change the order in which the rest of a line is shown, and separators a terminal may break a line at.
const fn is_reordering(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A time for people, to the second, in UTC.
pub fn when(time: Timestamp) -> String {
    let text = time.to_string();
    let seconds = text.split_once('.').map_or(text.as_str(), |(seconds, _)| seconds);
    format!("{}Z", seconds.replacen('T', " ", 1))
}

/// What stands in a cell without a value.
pub fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_wide_characters() {
        let mut table = Table::new(["NAME", "ROLE"]);
        table.row(["李伟".into(), "owner".into()]);
        table.row(["Ada".into(), "viewer".into()]);
        assert_eq!(table.take(), "NAME  ROLE\n李伟  owner\nAda   viewer");
        table.row(["Li".into(), "editor".into()]);
        assert_eq!(table.take(), "Li    editor");
    }

    #[test]
    fn nothing_from_the_wire_steers_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\u{9b}c\r\n\u{202e}d"), "a\\u{1b}[31mb\\u{9b}c\\r\\n\\u{202e}d");
        let mut table = Table::new(["NAME"]);
        table.row(["x\ny".into()]);
        assert_eq!(table.take(), "NAME\nx\\ny");
    }

    #[test]
    fn a_sheet_sets_further_lines_under_the_first() {
        let sheet = Sheet::default().line("id", 7).line("detail", "one\ntwo").maybe("none", None::<&str>);
        assert_eq!(sheet.to_string(), "id      7\ndetail  one\n        two");
    }

    #[test]
    fn times_are_shown_to_the_second() {
        assert_eq!(when(Timestamp::from_millis(1_756_713_600_120)), "2025-09-01 08:00:00Z");
    }
}

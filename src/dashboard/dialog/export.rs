//! The list of users as a file: its format and name, and how far it is written.

use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::{
    dashboard::{
        dialog::many::progress,
        export::{Format, Part},
        paint, text,
        theme::Theme,
    },
    model::user::{UserQuery, UserSort},
};

/// People in a part.
const PART: u32 = 1_000;

/// The dialog's state.
#[derive(Debug)]
pub struct ListExport {
    /// Its number; what answers another one is dropped.
    pub number: u64,
    /// Whom, in which order.
    pub query: UserQuery,
    /// How many they were when it was asked for.
    pub total: u64,
    /// In which form.
    pub format: Format,
    /// The file's name.
    pub path: Input,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// How many people are in the file; none: it is not begun.
    pub written: Option<u64>,
    /// Whether no further part is to be begun.
    pub cancelled: bool,
}

impl ListExport {
    /// Of a list as it is shown, on a day such as `2026-11-25`.
    pub fn new(number: u64, query: UserQuery, total: u64, day: &str) -> Self {
        let path = Input::new(format!("~/scimroom-users-{day}.csv"));
        let (sort, descending) = match query.sort {
            // What these go by changes all day long, and whoever is moved meanwhile would be missed or written twice.
            UserSort::Role | UserSort::Source | UserSort::Active | UserSort::LastModified => (UserSort::Created, false),
            steady => (steady, query.descending),
        };
        let query = UserQuery { sort, descending, offset: 0, limit: PART, after: Some(String::new()), ..query };
        Self { number, query, total, format: Format::Csv, path, problem: None, written: None, cancelled: false }
    }

    /// The other format; the name goes with it.
    pub fn turn(&mut self) {
        let before = self.format.ending();
        self.format = self.format.other();
        if let Some(stem) = self.path.value().strip_suffix(before) {
            self.path = Input::new(format!("{stem}{}", self.format.ending()));
        }
    }

    /// The next part to write.
    pub fn part(&self) -> Part {
        Part {
            number: self.number,
            path: self.path.value().trim().to_owned(),
            format: self.format,
            query: self.query.clone(),
        }
    }

    /// What it says; and row and column of the text cursor.
    pub fn lines(&self, columns: usize, theme: &Theme) -> (Vec<Line<'static>>, Option<(usize, usize)>) {
        if let Some(written) = self.written {
            let cells = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
            let words = if self.cancelled { "Ending, and removing the file …" } else { "Writing …" };
            let bar = progress(cells(written), cells(self.total), columns, theme);
            return (vec![bar, Line::from(paint::span(words, theme.dim))], None);
        }
        let formats = [Format::Csv, Format::JsonLines].map(|format| {
            let style = if format == self.format { theme.selected } else { theme.dim };
            Span::styled(format!(" {} ", format.title()), style)
        });
        let mut lines = vec![Line::from(formats.to_vec()), Line::default()];
        let scroll = self.path.visual_scroll(columns.saturating_sub(7));
        let shown = text::fit(text::from_column(self.path.value(), scroll), columns.saturating_sub(6));
        let cursor = (lines.len(), self.path.visual_cursor().saturating_sub(scroll) + 6);
        lines.push(Line::from(vec![paint::span("File  ", theme.dim), paint::span(shown, theme.text)]));
        let (words, style) = match &self.problem {
            Some(problem) => (problem.as_str(), theme.bad),
            None => ("A new file that only you may read; one that is there already is never written over.", theme.dim),
        };
        lines.extend(paint::sentence(words, columns, style));
        (lines, Some(cursor))
    }
}

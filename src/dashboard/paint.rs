//! Brushes: lines of text, rules, bars, tables and boxes on a buffer, none of which ever leaves its area.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Modifier, Style},
    text::{Line, Span},
    widgets::{Block, BorderType, Clear, Widget},
};

use crate::dashboard::{
    json::{JsonLine, JsonView, Kind},
    layout, privacy, scroll, text,
    theme::Theme,
};

/// A piece of text made safe to show.
pub fn span(text: impl AsRef<str>, style: Style) -> Span<'static> {
    Span::styled(text::visible(text.as_ref()).into_owned(), style)
}

/// Writes a line on a row of an area; what does not fit is cut.
pub fn put(buffer: &mut Buffer, area: Rect, row: u16, line: &Line<'_>) {
    let area = area.intersection(buffer.area);
    if row >= area.height {
        return;
    }
    let (mut x, y) = (area.x, area.y + row);
    for span in line {
        let style = line.style.patch(span.style);
        x = match plain(buffer, (x, y), area.right(), &span.content, style) {
            Some(next) => next,
            None => {
                let room = usize::from(area.right().saturating_sub(x));
                buffer.set_stringn(x, y, &span.content, room, style).0
            }
        };
    }
}

/// Writes a text of characters that stand for themselves and take one column each, which is nearly all there is on a
/// screen. The library would look for graphemes in it, and take half the time of a frame for that. Gives the column
/// after it; none for other texts, of which nothing is written.
fn plain(buffer: &mut Buffer, (x, y): (u16, u16), end: u16, text: &str, style: Style) -> Option<u16> {
    if !text::is_plain(text) && !text.chars().all(is_simple) {
        return None;
    }
    let width = usize::from(buffer.area.width);
    let start = usize::from(y.checked_sub(buffer.area.y)?) * width + usize::from(x.checked_sub(buffer.area.x)?);
    let room = usize::from(end.saturating_sub(x));
    let mut next = x;
    for (cell, symbol) in buffer.content.get_mut(start..)?.iter_mut().take(room).zip(text.chars()) {
        cell.set_char(symbol).set_style(style);
        next += 1;
    }
    Some(next)
}

/// Whether a character is one column and joins with nothing: ASCII, the letters of European names, the lines of boxes,
/// and the marks of this program.
const fn is_simple(c: char) -> bool {
    matches!(c, ' '..='~' | 'À'..='ɏ' | 'Ḁ'..='ỿ' | '─'..='╿')
        || matches!(
            c,
            '…' | '·'
                | '•'
                | '→'
                | '↪'
                | '≠'
                | '●'
                | '○'
                | '◌'
                | '◆'
                | '▲'
                | '▼'
                | '▸'
                | '▾'
                | '✓'
                | '✗'
                | '░'
                | '█'
        )
}

/// Writes a line at the right end of a row.
pub fn put_right(buffer: &mut Buffer, area: Rect, row: u16, line: &Line<'_>) {
    let wide = u16::try_from(line.width()).unwrap_or(u16::MAX).min(area.width);
    let area = Rect { x: area.right() - wide, width: wide, ..area };
    put(buffer, area, row, line);
}

/// Writes lines from a first one on.
pub fn put_lines(buffer: &mut Buffer, area: Rect, lines: &[Line<'_>], first: usize) {
    for (row, line) in (0..area.height).zip(window(area, lines, first)) {
        put(buffer, area, row, line);
    }
}

/// Writes a text that may be longer than its area. Where some of it is left below, the last row names the keys that
/// lead there; a line that this would cover gives way whole, and is seen after a step.
pub fn put_text(buffer: &mut Buffer, area: Rect, lines: &[Line<'_>], first: usize, keys: &str, theme: &Theme) {
    let shown = window(area, lines, first);
    let more = shown.len() > usize::from(area.height);
    let mark = span(format!(" {keys} more"), theme.dim);
    let room = usize::from(area.width).saturating_sub(mark.width());
    for (row, line) in (0..area.height).zip(shown) {
        if more && row + 1 == area.height {
            if line.width() <= room {
                put(buffer, area, row, line);
            }
            put_right(buffer, area, row, &Line::from(mark.clone()));
        } else {
            put(buffer, area, row, line);
        }
    }
}

/// The lines from a first one on, no farther than the last window.
fn window<'a, 'b>(area: Rect, lines: &'a [Line<'b>], first: usize) -> &'a [Line<'b>] {
    let first = first.min(lines.len().saturating_sub(usize::from(area.height)));
    lines.get(first..).unwrap_or_default()
}

/// A thin line across, with a word in it.
pub fn rule(buffer: &mut Buffer, area: Rect, word: &str, theme: &Theme) {
    let width = usize::from(area.width);
    put(buffer, area, 0, &Line::from(span("─".repeat(width), theme.dim)));
    if !word.is_empty() && area.width > 6 {
        let (_, rest) = layout::split_left(area, 2);
        put(buffer, rest, 0, &Line::from(span(format!(" {} ", text::fit(word, width - 6)), theme.dim)));
    }
}

/// A thin line down.
pub fn divider(buffer: &mut Buffer, area: Rect, theme: &Theme) {
    for row in 0..area.height {
        put(buffer, area, row, &Line::from(span("│", theme.dim)));
    }
}

/// Parts the symbols that terminals measure differently, so that each column has its own and is drawn over when it
/// changes: otherwise half of one stays behind on some terminals.
pub fn part_symbols(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width).max(1);
    for index in 0..buffer.content.len() {
        let Some(cell) = buffer.content.get(index) else { return };
        // Nothing shorter has two characters that take a column each.
        if cell.symbol().len() < 6 {
            continue;
        }
        let style = cell.style();
        let symbol = cell.symbol().to_owned();
        let room = width - index % width;
        let mut column = 0;
        for part in text::parts(&symbol).unwrap_or_default() {
            if let Some(cell) = buffer.content.get_mut(index + column).filter(|_| column < room) {
                cell.set_symbol(part).set_style(style);
            }
            column += text::width(part);
        }
    }
}

/// Gives a whole row of an area a style, over what is written on it.
pub fn highlight(buffer: &mut Buffer, area: Rect, row: u16, style: Style) {
    if row < area.height {
        let line = Rect { y: area.y + row, height: 1, ..area }.intersection(buffer.area);
        for position in line.positions() {
            if let Some(cell) = buffer.cell_mut(position) {
                restyle(cell, style);
            }
        }
    }
}

/// Gives a cell a style in place of the one it has: of colours only a pair is sure to be readable. That its text is
/// personal stays known.
fn restyle(cell: &mut Cell, style: Style) {
    let mark = cell.modifier & privacy::MARK;
    cell.set_style(Style::reset()).set_style(style);
    cell.modifier |= mark;
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Its width.
    pub width: usize,
    /// Whether it stands at the right of its width: numbers.
    pub right: bool,
}

/// A cell.
pub type CellText = (String, Style);

/// A row of cells under their columns, two blanks between them.
pub fn row_line(columns: &[Column], cells: Vec<CellText>) -> Line<'static> {
    let mut spans = Vec::with_capacity(cells.len() * 2);
    for (column, (text, style)) in columns.iter().zip(cells) {
        let fitted = if column.right { text::pad_left(&text, column.width) } else { text::pad(&text, column.width) };
        spans.push(Span::styled(fitted, style));
        spans.push(Span::raw("  "));
    }
    spans.pop();
    Line::from(spans)
}

/// The headings of columns.
pub fn heading_line(columns: &[Column], theme: &Theme) -> Line<'static> {
    row_line(columns, columns.iter().map(|column| (column.title.to_owned(), theme.dim)).collect())
}

/// A box in front of everything, with a title; gives the area inside it.
pub fn boxed(buffer: &mut Buffer, area: Rect, title: &str, theme: &Theme) -> Rect {
    let area = area.intersection(buffer.area);
    // The cell to the left may hold a wide character whose other half the box covers.
    Clear.render(area, buffer);
    if area.x > 0 {
        for y in area.y..area.bottom() {
            if let Some(cell) = buffer.cell_mut((area.x - 1, y))
                && text::width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
        }
    }
    let room = usize::from(area.width).saturating_sub(4);
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.accent.remove_modifier(Modifier::UNDERLINED))
        .title(Line::from(span(format!(" {} ", text::fit(title, room)), theme.heading)));
    let inside = block.inner(area);
    block.render(area, buffer);
    if inside.width < 4 {
        return inside;
    }
    Rect { x: inside.x + 1, width: inside.width - 2, ..inside }
}

/// Lines of a sentence in a style.
pub fn sentence(words: &str, columns: usize, style: Style) -> impl Iterator<Item = Line<'static>> {
    text::wrap(words, columns).into_iter().map(move |line| Line::from(Span::styled(line, style)))
}

/// A named value, the value wrapped beside its name.
pub fn named(
    name: &str,
    value: &str,
    name_width: usize,
    columns: usize,
    style: Style,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let room = columns.saturating_sub(name_width + 2).max(8);
    let mut label = name;
    text::wrap(value, room)
        .into_iter()
        .map(|line| {
            let cells = vec![
                Span::styled(text::pad(std::mem::take(&mut label), name_width), theme.dim),
                Span::raw("  "),
                Span::styled(line, style),
            ];
            Line::from(cells)
        })
        .collect()
}

/// A JSON document, with its cursor where it has the focus.
pub fn json(buffer: &mut Buffer, area: Rect, view: &JsonView, focused: bool, theme: &Theme) {
    let lines = view.visible();
    let first = scroll::window_start(view.cursor(), area.height, lines.len());
    for (row, (place, (number, line))) in (0..area.height).zip(lines.iter().enumerate().skip(first)) {
        put(buffer, area, row, &json_line(line, view.is_folded(*number), theme));
        if focused && place == view.cursor() {
            highlight(buffer, area, row, theme.selected);
        }
    }
}

fn json_line(line: &JsonLine, folded: bool, theme: &Theme) -> Line<'static> {
    let mark = match (line.closes_at, folded) {
        (Some(_), true) => "▸ ",
        (Some(_), false) => "▾ ",
        (None, _) => "  ",
    };
    let mut spans = vec![span(mark, theme.dim), Span::raw("  ".repeat(line.depth.min(40)))];
    spans.extend(line.pieces.iter().map(|(kind, piece)| {
        let style = match kind {
            Kind::Name => theme.accent.remove_modifier(Modifier::UNDERLINED),
            // Any value may be about a person; names of schemas are not.
            Kind::Text if piece.starts_with("\"urn:") => theme.text,
            Kind::Text => privacy::personal(theme.text),
            Kind::Word => theme.warn.remove_modifier(Modifier::BOLD),
            Kind::Mark => theme.dim,
        };
        span(piece, style)
    }));
    if folded {
        spans.push(span(" … ", theme.dim));
    }
    Line::from(spans)
}

/// Marks a word, given in lower case, wherever it stands on a row.
pub fn mark_found(buffer: &mut Buffer, area: Rect, row: u16, word: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if row >= area.height || word.is_empty() {
        return;
    }
    let y = area.y + row;
    // Lower case may be longer or shorter than what it came from, so each byte remembers its column.
    let mut line = String::new();
    let mut columns = Vec::new();
    let mut x = area.left();
    while let Some(cell) = buffer.cell((x, y)).filter(|_| x < area.right()) {
        line.push_str(&cell.symbol().to_lowercase());
        columns.resize(line.len(), x);
        // What a wide character covers is no text.
        x = x.saturating_add(u16::try_from(text::width(cell.symbol())).unwrap_or(1).max(1));
    }
    for (start, hit) in line.match_indices(word) {
        for x in columns.get(start..start + hit.len()).unwrap_or_default() {
            if let Some(cell) = buffer.cell_mut((*x, y)) {
                restyle(cell, style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[test]
    fn simple_characters_take_a_column_each() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_simple(*c)) {
            assert_eq!(text::width(&c.to_string()), 1, "{c:?}");
            assert_eq!(format!("{c}{c}").graphemes(true).count(), 2, "{c:?}");
        }
    }

    #[test]
    fn a_line_is_written_as_the_library_writes_it() {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let texts = [
            "editor",
            "",
            "───┬",
            "a b~",
            "田中",
            "e\u{301}x",
            "─\u{301}",
            "tab\t.",
            "● live",
            "long enough to be cut",
        ];
        for (text, width) in texts.iter().flat_map(|text| (0..14).map(move |width| (text, width))) {
            let line =
                Line::from(vec![Span::raw("x "), Span::styled(*text, bold), Span::raw("│y")]).style(Modifier::DIM);
            let area = Rect { x: 3, y: 1, width, height: 1 };
            let (mut ours, mut theirs) = (Buffer::empty(Rect::new(2, 1, 16, 2)), Buffer::empty(Rect::new(2, 1, 16, 2)));
            put(&mut ours, area, 0, &line);
            theirs.set_line(area.x, area.y, &line, area.width);
            assert_eq!(ours, theirs, "{text:?} in {width}");
        }
    }
}

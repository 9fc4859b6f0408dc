//! Cells as bytes for the terminal, as few as will do: over SSH each one is paid for.
//!
//! The pen is kept from frame to frame, colours go out in their shortest spelling, blanks take no ink, the shortest way
//! is taken from cell to cell, and the cursor's state is told when it changes. A frame in which nothing changed is
//! empty; one that is too large to arrive in one piece is marked, so that no terminal shows half of it.

use std::fmt::Write as _;

use ratatui::{
    buffer::Cell,
    layout::Position,
    style::{Color, Modifier},
};

/// What shows on a blank.
pub const ON_BLANKS: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);
/// The attributes and their numbers (ECMA-48 8.3.117).
const ATTRIBUTES: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// How the terminal draws what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// What this cell needs, taken up after `before`: a blank takes whatever ink there is.
    fn of(cell: &Cell, before: Self) -> Self {
        let wanted = Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        let shows = before.modifier.union(cell.modifier).intersects(ON_BLANKS);
        if cell.symbol() == " " && !shows { Self { bg: cell.bg, ..before } } else { wanted }
    }
}

/// Begins and ends a frame that the terminal shows only when it has all of it (synchronized update, mode 2026).
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// A frame of so many bytes reaches the terminal in one piece, over SSH too, and needs no marks around it: they would be
/// a quarter of what a changed row takes.
const ONE_PIECE: usize = 1_000;
/// So many cells between two changed ones are said again rather than stepped over, which takes more bytes.
const SAID_AGAIN: u16 = 3;

/// Gathers a frame's bytes for a terminal that is told everything and asked nothing.
#[derive(Debug)]
pub struct Ink {
    /// Begins with [`BEGIN`], which a small frame leaves out.
    bytes: Vec<u8>,
    /// None: not known.
    pen: Option<Pen>,
    /// The row that the next character would go to. None: not known.
    row: Option<u16>,
    /// And its column. None: not known.
    column: Option<u16>,
    /// Where the cursor is shown; the inner none: nowhere. None: not known.
    cursor: Option<Option<Position>>,
}

impl Ink {
    /// For a terminal of which nothing is known.
    pub fn new() -> Self {
        Self { bytes: BEGIN.to_vec(), pen: None, row: None, column: None, cursor: None }
    }

    /// Clears the terminal, on which somebody else may have written.
    pub fn clear(&mut self) {
        (self.pen, self.cursor) = (None, None);
        // The paper that the terminal clears with is the pen's.
        self.take_up(Pen::PLAIN);
        self.put("\u{1b}[2J");
    }

    /// Draws the cell at a place; `cells` are those of its row.
    pub fn cell(&mut self, place: Position, cells: &[Cell]) {
        let Some(cell) = cells.get(usize::from(place.x)) else { return };
        self.move_to(place, cells);
        self.take_up(Pen::of(cell, self.pen.unwrap_or(Pen::PLAIN)));
        self.put(cell.symbol());
        let last = usize::from(place.x) + 1 >= cells.len();
        // Terminals differ in how wide they take some characters to be, and stop at the right edge: then the next cell
        // is found by its place, too.
        self.row = (!last).then_some(place.y);
        self.column = (!last && is_sure(cell)).then(|| place.x.saturating_add(1));
    }

    /// Shows the cursor at a place, or hides it.
    pub fn cursor(&mut self, at: Option<Position>) {
        if self.cursor != Some(at) || (at.is_some() && self.bytes.len() > BEGIN.len()) {
            if self.cursor.is_none_or(|before| before.is_some() != at.is_some()) {
                self.put(if at.is_some() { "\u{1b}[?25h" } else { "\u{1b}[?25l" });
            }
            if let Some(at) = at {
                self.move_to(at, &[]);
            }
            self.cursor = Some(at);
        }
    }

    /// The bytes of the frame.
    pub fn finish(&mut self) -> &[u8] {
        // By its place the next frame finds its first cell, whatever happens meanwhile.
        (self.row, self.column) = (None, None);
        if self.bytes.len() <= BEGIN.len() + ONE_PIECE {
            return self.bytes.get(BEGIN.len()..).unwrap_or_default();
        }
        self.bytes.extend_from_slice(END);
        &self.bytes
    }

    /// Makes room for the next frame.
    pub fn wipe(&mut self) {
        self.bytes.truncate(BEGIN.len());
        // What a whole screen took is more than other frames need.
        self.bytes.shrink_to(4 * ONE_PIECE);
    }

    fn put(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// To a place; `cells` are those of its row.
    fn move_to(&mut self, to: Position, cells: &[Cell]) {
        let known = self.row == Some(to.y);
        let sequence = match self.column.filter(|column| known && *column <= to.x) {
            Some(at) if at == to.x => return,
            Some(at) => {
                if to.x - at <= SAID_AGAIN
                    && let Some(between) = cells.get(usize::from(at)..usize::from(to.x))
                    && between.iter().all(|cell| cell.symbol().is_ascii() && self.holds(cell))
                {
                    between.iter().for_each(|cell| self.put(cell.symbol()));
                    return;
                }
                match to.x - at {
                    1 => "\u{1b}[C".to_owned(),
                    gap => format!("\u{1b}[{gap}C"),
                }
            }
            None if known => format!("\u{1b}[{}G", u32::from(to.x) + 1),
            None => format!("\u{1b}[{};{}H", u32::from(to.y) + 1, u32::from(to.x) + 1),
        };
        self.put(&sequence);
    }

    /// Whether the pen in hand is the one for a cell.
    fn holds(&self, cell: &Cell) -> bool {
        self.pen.is_some_and(|pen| Pen::of(cell, pen) == pen)
    }

    fn take_up(&mut self, pen: Pen) {
        if self.pen == Some(pen) {
            return;
        }
        if pen == Pen::PLAIN {
            self.put("\u{1b}[m");
        } else {
            // An attribute ends only with all the others.
            let before = self.pen.filter(|before| pen.modifier.contains(before.modifier));
            let mut numbers = String::new();
            if before.is_none() {
                numbers.push_str("0;");
            }
            let before = before.unwrap_or(Pen::PLAIN);
            for (attribute, number) in ATTRIBUTES {
                if pen.modifier.contains(attribute) && !before.modifier.contains(attribute) {
                    let _ = write!(numbers, "{number};");
                }
            }
            if pen.fg != before.fg {
                colour(&mut numbers, pen.fg, 30);
            }
            if pen.bg != before.bg {
                colour(&mut numbers, pen.bg, 40);
            }
            self.put(&format!("\u{1b}[{}m", numbers.trim_end_matches(';')));
        }
        self.pen = Some(pen);
    }
}

/// The numbers of a colour: `base` is 30 for the ink and 40 for the paper.
fn colour(numbers: &mut String, colour: Color, base: u8) {
    let of_sixteen = |number: u8| if number < 8 { base + number } else { base + 52 + number };
    let number = match colour {
        Color::Reset => base + 9,
        Color::Black => of_sixteen(0),
        Color::Red => of_sixteen(1),
        Color::Green => of_sixteen(2),
        Color::Yellow => of_sixteen(3),
        Color::Blue => of_sixteen(4),
        Color::Magenta => of_sixteen(5),
        Color::Cyan => of_sixteen(6),
        Color::Gray => of_sixteen(7),
        Color::DarkGray => of_sixteen(8),
        Color::LightRed => of_sixteen(9),
        Color::LightGreen => of_sixteen(10),
        Color::LightYellow => of_sixteen(11),
        Color::LightBlue => of_sixteen(12),
        Color::LightMagenta => of_sixteen(13),
        Color::LightCyan => of_sixteen(14),
        Color::White => of_sixteen(15),
        Color::Indexed(index) => {
            let _ = write!(numbers, "{};5;{index};", base + 8);
            return;
        }
        Color::Rgb(red, green, blue) => {
            let _ = write!(numbers, "{};2;{red};{green};{blue};", base + 8);
            return;
        }
    };
    let _ = write!(numbers, "{number};");
}

/// Whether all terminals agree that a cell's character takes one column.
fn is_sure(cell: &Cell) -> bool {
    cell.symbol().is_ascii() || cell.symbol().chars().all(|c| ('─'..='╿').contains(&c))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::{
        backend::{Backend, CrosstermBackend},
        buffer::Buffer,
        layout::{Rect, Size},
        style::Style,
    };

    use super::*;
    use crate::dashboard::canvas::Canvas;

    const SIZE: Size = Size::new(24, 4);

    /// Draws a frame; gives its bytes.
    fn draw(canvas: &mut Canvas, paint: impl FnOnce(&mut Buffer), cursor: Option<Position>) -> Vec<u8> {
        let paint = |buffer: &mut Buffer| {
            paint(buffer);
            cursor
        };
        let bytes = canvas.draw(paint).to_vec();
        canvas.turn();
        bytes
    }

    fn cell_of(screen: &vt100::Screen, x: u16, y: u16) -> (String, vt100::Color, vt100::Color, [bool; 5]) {
        let cell = screen.cell(y, x).unwrap();
        let text = if cell.has_contents() { cell.contents().to_owned() } else { " ".to_owned() };
        let attributes = [cell.bold(), cell.dim(), cell.italic(), cell.underline(), cell.inverse()];
        // Ink does not show on a blank, unless it is turned round.
        let shows = text != " " || cell.inverse() || cell.underline();
        let (ink, attributes) = if shows { (cell.fgcolor(), attributes) } else { (vt100::Color::Default, [false; 5]) };
        (text, ink, cell.bgcolor(), attributes)
    }

    fn styles() -> impl Strategy<Value = Style> {
        let colours = prop_oneof![
            Just(Color::Reset),
            Just(Color::Black),
            Just(Color::Cyan),
            Just(Color::DarkGray),
            Just(Color::White),
            Just(Color::Indexed(200)),
            Just(Color::Rgb(1, 2, 3)),
        ];
        let modifiers = prop::sample::subsequence(vec![Modifier::BOLD, Modifier::REVERSED, Modifier::UNDERLINED], 0..3);
        (colours.clone(), colours, modifiers).prop_map(|(ink, paper, modifiers)| {
            modifiers.into_iter().fold(Style::new().fg(ink).bg(paper), Style::add_modifier)
        })
    }

    type Piece = (u16, u16, &'static str, Style);

    fn pieces() -> impl Strategy<Value = Vec<Piece>> {
        let texts = prop::sample::select(vec!["a", "Ada", "      ", "─│╭", "田中さくら", "x y", "é", "live ●"]);
        prop::collection::vec((0..SIZE.width, 0..SIZE.height, texts, styles()), 0..12)
    }

    proptest! {
        /// However frames follow each other, the terminal shows what the library's own back end shows; or, where that
        /// leaves something behind of a wide character, what it shows on a blank screen.
        #[test]
        fn what_is_left_out_was_there(frames in prop::collection::vec(pieces(), 1..6)) {
            let parser = || vt100::Parser::new(NonZeroU16::new(4).unwrap(), NonZeroU16::new(24).unwrap(), 0);
            let (mut canvas, mut seen, mut wanted) = (Canvas::new(SIZE), parser(), parser());
            let mut before = Buffer::empty(Rect::new(0, 0, SIZE.width, SIZE.height));
            for frame in &frames {
                let paint = |buffer: &mut Buffer| {
                    for (x, y, text, style) in frame {
                        buffer.set_string(*x, *y, text, *style);
                    }
                };
                seen.process(&draw(&mut canvas, paint, None));
                let mut bytes = Vec::new();
                let mut after = Buffer::empty(before.area);
                paint(&mut after);
                CrosstermBackend::new(&mut bytes).draw(before.diff(&after).into_iter()).unwrap();
                wanted.process(&bytes);
                let (mut bytes, mut anew) = (Vec::new(), parser());
                CrosstermBackend::new(&mut bytes).draw(Buffer::empty(after.area).diff(&after).into_iter()).unwrap();
                anew.process(&bytes);
                before = after;
                for y in 0..SIZE.height {
                    for x in 0..SIZE.width {
                        let [seen, wanted, anew] = [&seen, &wanted, &anew].map(|parser| cell_of(parser.screen(), x, y));
                        prop_assert!(seen == wanted || seen == anew, "{x} {y}: {seen:?} {wanted:?} {anew:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_frame_without_a_change_is_empty_and_a_small_one_is_small() {
        let mut canvas = Canvas::new(SIZE);
        let role = |role: &'static str| {
            move |buffer: &mut Buffer| {
                buffer.set_string(9, 2, role, Color::Cyan);
            }
        };
        let mut draw = |said, cursor| String::from_utf8(draw(&mut canvas, role(said), cursor)).unwrap();
        assert!(!draw("editor", None).is_empty());
        assert_eq!(draw("editor", None), "");
        assert_eq!(draw("owner ", None), "\u{1b}[3;10Howner ");
        let cursor = Some(Position { x: 3, y: 1 });
        assert_eq!(draw("owner ", cursor), "\u{1b}[?25h\u{1b}[2;4H");
        assert_eq!(draw("owner ", cursor), "");
        assert_eq!(draw("editor", cursor), "\u{1b}[3;10Heditor\u{1b}[2;4H");
    }

    #[test]
    fn between_changes_the_shortest_way_is_taken() {
        let mut canvas = Canvas::new(SIZE);
        let row = |text: &'static str| {
            move |buffer: &mut Buffer| {
                buffer.set_string(0, 0, text, Style::new());
            }
        };
        let mut draw = |text| String::from_utf8(draw(&mut canvas, row(text), None)).unwrap();
        draw("abcdefghijkl");
        assert_eq!(draw("Abc-efghijk-"), "\u{1b}[1;1HAbc-\u{1b}[7C-");
        assert_eq!(draw("≠bc-efghij--"), "\u{1b}[1;1H≠\u{1b}[11G-");
    }

    #[test]
    fn only_a_frame_that_comes_in_pieces_is_marked_as_one() {
        let mut canvas = Canvas::new(Size::new(200, 60));
        let filled = |rows| {
            move |buffer: &mut Buffer| {
                for y in 0..rows {
                    buffer.set_string(0, y, "x".repeat(200), Style::new());
                }
            }
        };
        let marked = |bytes: &[u8]| (bytes.starts_with(BEGIN), bytes.ends_with(END));
        assert_eq!(marked(&draw(&mut canvas, filled(4), None)), (false, false));
        assert_eq!(marked(&draw(&mut canvas, filled(60), None)), (true, true));
        assert_eq!(draw(&mut canvas, filled(60), None), b"");
    }

    #[test]
    fn a_cleared_screen_is_drawn_whole_and_the_cursor_told_anew() {
        let mut canvas = Canvas::new(SIZE);
        let paint = |buffer: &mut Buffer| {
            buffer.set_string(0, 0, "Ada", Style::new());
        };
        let whole = draw(&mut canvas, paint, None);
        canvas.clear(Size::new(10, 2));
        let again = draw(&mut canvas, paint, None);
        assert_eq!(String::from_utf8_lossy(&again), "\u{1b}[m\u{1b}[2J\u{1b}[1;1HAda\u{1b}[?25l");
        assert!(again.ends_with(b"Ada\x1b[?25l") && whole.ends_with(b"Ada\x1b[?25l"));
    }
}

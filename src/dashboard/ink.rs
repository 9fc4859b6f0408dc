//! Cells as bytes for the terminal, as few as will do: over SSH each one is paid for.
//!
//! The pen is kept from frame to frame, colours go out in their shortest spelling, blanks take no ink, small gaps are
//! stepped over, and the cursor's state is told when it changes. A frame in which nothing changed is empty.

use std::{fmt::Write as _, io};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
    style::{Color, Modifier},
};

/// What shows on a blank.
const ON_BLANKS: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);
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

/// Gathers a frame's bytes. The terminal they are meant for has `size` cells; the rest it is told, never asked.
#[derive(Debug)]
pub struct Ink {
    bytes: Vec<u8>,
    size: Size,
    /// None: not known.
    pen: Option<Pen>,
    /// Where the next character would go. None: not known.
    at: Option<Position>,
    /// Whether the cursor is shown. None: not known.
    cursor_shown: Option<bool>,
}

impl Ink {
    /// For a terminal of which nothing is known but its size.
    pub const fn new(size: Size) -> Self {
        Self { bytes: Vec::new(), size, pen: None, at: None, cursor_shown: None }
    }

    /// The terminal has another size now.
    pub const fn resize(&mut self, size: Size) {
        self.size = size;
    }

    /// The bytes of the frame.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Somebody else may have written to the terminal.
    pub const fn forget(&mut self) {
        (self.pen, self.at, self.cursor_shown) = (None, None, None);
    }

    fn put(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn move_to(&mut self, to: Position) {
        let gap = self.at.filter(|at| at.y == to.y && at.x <= to.x).map(|at| to.x - at.x);
        let sequence = match gap {
            Some(0) => return,
            Some(1) => "\u{1b}[C".to_owned(),
            Some(gap @ 2..=99) => format!("\u{1b}[{gap}C"),
            _ => format!("\u{1b}[{};{}H", u32::from(to.y) + 1, u32::from(to.x) + 1),
        };
        self.put(&sequence);
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

impl Backend for Ink {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (n, (x, y, cell)) in content.enumerate() {
            if n == 0 {
                // Found by its place, whatever happened since the last frame.
                self.at = None;
            }
            self.move_to(Position { x, y });
            self.take_up(Pen::of(cell, self.pen.unwrap_or(Pen::PLAIN)));
            self.put(cell.symbol());
            // Terminals differ in how wide they take some characters to be, and stop at the right edge: then the next
            // cell is found by its place, too.
            let sure = cell.symbol().is_ascii() || cell.symbol().chars().all(|c| ('─'..='╿').contains(&c));
            let next = x.saturating_add(1);
            self.at = (sure && next < self.size.width).then_some(Position { x: next, y });
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_shown != Some(false) {
            self.put("\u{1b}[?25l");
            self.cursor_shown = Some(false);
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_shown != Some(true) {
            self.put("\u{1b}[?25h");
            self.cursor_shown = Some(true);
        }
        Ok(())
    }

    /// Never asked of the terminal: its answer would go to the thread that reads keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        self.move_to(position);
        self.at = Some(position);
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.forget();
        // The paper that the terminal clears with is the pen's.
        self.take_up(Pen::PLAIN);
        self.put("\u{1b}[2J");
        Ok(())
    }

    /// Whatever is to be cleared, the whole screen is: a dashboard fills it.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    /// The frame leaves when it is whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::{Terminal, backend::CrosstermBackend, buffer::Buffer, layout::Rect, style::Style};

    use super::*;

    const SIZE: Size = Size::new(24, 4);

    fn terminal() -> Terminal<Ink> {
        Terminal::new(Ink::new(SIZE)).unwrap()
    }

    /// Draws a frame; gives its bytes.
    fn draw(terminal: &mut Terminal<Ink>, paint: impl FnOnce(&mut Buffer), cursor: Option<Position>) -> Vec<u8> {
        terminal
            .draw(|frame| {
                paint(frame.buffer_mut());
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .unwrap();
        terminal.backend_mut().take()
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
        /// However frames follow each other, the terminal shows what the library's own back end shows.
        #[test]
        fn what_is_left_out_was_there(frames in prop::collection::vec(pieces(), 1..6)) {
            let parser = || vt100::Parser::new(NonZeroU16::new(4).unwrap(), NonZeroU16::new(24).unwrap(), 0);
            let (mut terminal, mut seen, mut wanted) = (terminal(), parser(), parser());
            let mut before = Buffer::empty(Rect::new(0, 0, SIZE.width, SIZE.height));
            for frame in &frames {
                let paint = |buffer: &mut Buffer| {
                    for (x, y, text, style) in frame {
                        buffer.set_string(*x, *y, text, *style);
                    }
                };
                seen.process(&draw(&mut terminal, paint, None));
                let mut bytes = Vec::new();
                let mut after = Buffer::empty(before.area);
                paint(&mut after);
                CrosstermBackend::new(&mut bytes).draw(before.diff(&after).into_iter()).unwrap();
                wanted.process(&bytes);
                before = after;
                for y in 0..SIZE.height {
                    for x in 0..SIZE.width {
                        prop_assert_eq!(cell_of(seen.screen(), x, y), cell_of(wanted.screen(), x, y), "{} {}", x, y);
                    }
                }
            }
        }
    }

    #[test]
    fn a_frame_without_a_change_is_empty_and_a_small_one_is_small() {
        let mut terminal = terminal();
        let role = |role: &'static str| move |buffer: &mut Buffer| buffer.set_string(9, 2, role, Color::Cyan);
        assert!(!draw(&mut terminal, role("editor"), None).is_empty());
        assert_eq!(draw(&mut terminal, role("editor"), None), b"");
        assert_eq!(String::from_utf8_lossy(&draw(&mut terminal, role("owner "), None)), "\u{1b}[3;10Howner ");
        let cursor = Some(Position { x: 3, y: 1 });
        assert_eq!(String::from_utf8_lossy(&draw(&mut terminal, role("owner "), cursor)), "\u{1b}[?25h\u{1b}[2;4H");
        assert_eq!(draw(&mut terminal, role("owner "), cursor), b"");
        terminal.backend_mut().forget();
        assert!(!draw(&mut terminal, role("owner "), cursor).is_empty(), "the cursor is told anew");
    }
}

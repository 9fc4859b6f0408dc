//! A frame as a picture: runs of cells of one style as SVG text, for the README's stills.

use std::fmt::Write;

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};
use unicode_width::UnicodeWidthStr;

const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 18.0;
const INK: &str = "#d4d7dd";
const PAPER: &str = "#15181e";

/// Draws a buffer. Text is placed run by run, each forced to the width of its cells, so that columns stay aligned in
/// whatever monospaced font the reader has; a run ends at every wide character.
pub fn to_svg(buffer: &Buffer) -> String {
    let area = buffer.area;
    let (width, height) = (f32::from(area.width) * CELL_WIDTH, f32::from(area.height) * CELL_HEIGHT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.1} {:.1}\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{PAPER}\"/>\n",
        width + 16.0,
        height + 16.0
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let style = buffer[(x, y)].style();
            let start = x;
            let mut run = String::new();
            while x < area.width && buffer[(x, y)].style() == style {
                let symbol = buffer[(x, y)].symbol();
                let wide = symbol.width().max(1);
                if wide > 1 && !run.is_empty() {
                    break;
                }
                run.push_str(symbol);
                x += u16::try_from(wide).unwrap_or(1);
                if wide > 1 {
                    break;
                }
            }
            draw_run(&mut svg, &run, start, x, y, style);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_run(svg: &mut String, run: &str, start: u16, end: u16, y: u16, style: Style) {
    let reversed = style.add_modifier.contains(Modifier::REVERSED);
    let (mut ink, mut paper) = (colour(style.fg, INK), colour(style.bg, "none"));
    if reversed {
        (ink, paper) = (if paper == "none" { PAPER } else { paper }, ink);
    }
    let (left, top) = (8.0 + f32::from(start) * CELL_WIDTH, 8.0 + f32::from(y) * CELL_HEIGHT);
    let width = f32::from(end - start) * CELL_WIDTH;
    if paper != "none" {
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT:.1}\" fill=\"{paper}\"/>"
        );
    }
    // Blanks at the ends need no drawing, but move what is between them.
    let text = run.trim_matches(' ');
    if text.is_empty() {
        return;
    }
    let before = f32::from(u16::try_from(run.width() - run.trim_start_matches(' ').width()).unwrap_or(0));
    let cells = f32::from(u16::try_from(text.width()).unwrap_or(0));
    let bold = if style.add_modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{bold} \
         xml:space=\"preserve\">{text}</text>",
        left + before * CELL_WIDTH,
        top + 13.5,
        cells * CELL_WIDTH
    );
}

/// The colours of a calm palette for the sixteen of the terminal.
fn colour(colour: Option<Color>, default: &'static str) -> &'static str {
    match colour {
        Some(Color::Black) => "#15181e",
        Some(Color::DarkGray) => "#7b8494",
        Some(Color::Cyan) => "#6cc7d9",
        Some(Color::Green) => "#8fce8b",
        Some(Color::Yellow) => "#e5c07b",
        Some(Color::LightRed) => "#f0867f",
        _ => default,
    }
}

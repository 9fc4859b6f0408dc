//! Frames as pictures: runs of cells of one style as SVG text, for the README's stills and its animation.

use std::{collections::BTreeMap, fmt::Write};

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};
use unicode_width::UnicodeWidthStr;

const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 18.0;
/// Around the frame.
const AIR: f32 = 8.0;

/// What a picture is drawn on, and the colours of a calm palette for the sixteen of the terminal.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
    paper: &'static str,
    ink: &'static str,
    colour: fn(Color) -> Option<&'static str>,
}

/// For the dark theme.
pub const ON_DARK: Paper = Paper {
    paper: "#15181e",
    ink: "#d4d7dd",
    colour: |colour| {
        Some(match colour {
            Color::Black => "#15181e",
            Color::DarkGray => "#7b8494",
            Color::Cyan | Color::LightCyan => "#6cc7d9",
            Color::Green => "#8fce8b",
            Color::Yellow | Color::LightYellow => "#e5c07b",
            Color::LightRed => "#f0867f",
            _ => return None,
        })
    },
};

/// For the light theme.
pub const ON_LIGHT: Paper = Paper {
    paper: "#fbfaf7",
    ink: "#22262d",
    colour: |colour| {
        Some(match colour {
            Color::Black => "#22262d",
            Color::White => "#ffffff",
            Color::DarkGray => "#636b78",
            Color::Blue => "#1f5bb5",
            Color::Magenta => "#97308f",
            Color::Red => "#bd2c2a",
            Color::LightYellow => "#f2d675",
            _ => return None,
        })
    },
};

/// Draws a buffer. A run of cells of one style and kind is one piece, forced to the width of its cells, so that columns
/// stay aligned in whatever monospaced font the reader has. Wide characters are pieces of their own; lines and blocks
/// are drawn as shapes, since fonts leave gaps between them.
pub fn to_svg(buffer: &Buffer, paper: &Paper) -> String {
    let mut svg = opening(buffer.area, paper);
    for y in 0..buffer.area.height {
        draw_row(&mut svg, buffer, paper, (y, y));
    }
    svg.push_str("</svg>\n");
    svg
}

/// Draws buffers of one size one after the other on dark paper, each for so many milliseconds, over and over. A row that shows in
/// several is drawn once. Whoever wants no motion sees the last one, still.
pub fn to_animated_svg(frames: &[(Buffer, u32)]) -> String {
    let area = frames.first().map(|(buffer, _)| buffer.area).unwrap_or_default();
    let whole: u32 = frames.iter().map(|(_, millis)| millis).sum();
    let mut svg = opening(area, &ON_DARK);
    let (mut style, mut scenes, mut rows) = (String::new(), String::new(), BTreeMap::new());
    let mut begin = 0;
    for (n, (buffer, millis)) in frames.iter().enumerate() {
        let share = |millis: u32| f64::from(millis) * 100.0 / f64::from(whole.max(1));
        let shown = |on: bool| if on { "visible" } else { "hidden" };
        let _ = writeln!(
            style,
            "@keyframes k{n}{{0%{{visibility:{}}}{:.2}%{{visibility:visible}}{:.2}%,100%{{visibility:{}}}}}\n\
             #s{n}{{visibility:hidden;animation:k{n} {:.1}s step-end infinite}}",
            shown(n == 0),
            share(begin),
            share(begin + millis),
            shown(n + 1 == frames.len()),
            f64::from(whole) / 1_000.0
        );
        begin += millis;
        let _ = writeln!(scenes, "<g id=\"s{n}\">");
        for y in 0..area.height {
            let mut row = String::new();
            draw_row(&mut row, buffer, &ON_DARK, (y, 0));
            if !row.is_empty() {
                let known = rows.len();
                let number = *rows.entry(row).or_insert(known);
                let _ = writeln!(scenes, "<use href=\"#r{number}\" y=\"{:.1}\"/>", f32::from(y) * CELL_HEIGHT);
            }
        }
        scenes.push_str("</g>\n");
    }
    let last = frames.len().saturating_sub(1);
    let _ = writeln!(
        svg,
        "<style>\n{style}@media (prefers-reduced-motion:reduce){{g[id^=s]{{animation:none}}#s{last}{{visibility:visible}}}}\n\
         </style>\n<defs>"
    );
    let mut drawn: Vec<(String, usize)> = rows.into_iter().collect();
    drawn.sort_by_key(|(_, number)| *number);
    for (row, number) in drawn {
        let _ = writeln!(svg, "<g id=\"r{number}\">\n{row}</g>");
    }
    let _ = write!(svg, "</defs>\n{scenes}</svg>\n");
    svg
}

fn opening(area: Rect, Paper { paper, .. }: &Paper) -> String {
    let (width, height) = (f32::from(area.width) * CELL_WIDTH, f32::from(area.height) * CELL_HEIGHT);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.1} {:.1}\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{paper}\"/>\n",
        width + 2.0 * AIR,
        height + 2.0 * AIR
    )
}

/// Draws one row of a buffer as row `at` of the picture.
fn draw_row(svg: &mut String, buffer: &Buffer, paper: &Paper, (y, at): (u16, u16)) {
    let mut x = 0;
    while x < buffer.area.width {
        let (start, style, first) = (x, buffer[(x, y)].style(), buffer[(x, y)].symbol());
        let mut run = String::new();
        while x < buffer.area.width && buffer[(x, y)].style() == style {
            let symbol = buffer[(x, y)].symbol();
            let alone = symbol.width() > 1 || is_shape(symbol);
            // Two blanks are a gap between columns: the next one is placed by itself.
            let gap = run.ends_with("  ") && symbol != " ";
            if !run.is_empty() && (gap || (alone || is_shape(first)) && (symbol != first || symbol.width() > 1)) {
                break;
            }
            run.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).unwrap_or(1);
        }
        draw_run(svg, &run, (start, x, at), style, paper);
    }
}

/// Lines, corners and full blocks.
fn is_shape(symbol: &str) -> bool {
    matches!(symbol, "─" | "│" | "╭" | "╮" | "╰" | "╯" | "█")
}

fn draw_run(svg: &mut String, run: &str, (start, end, y): (u16, u16, u16), style: Style, on: &Paper) {
    let reversed = style.add_modifier.contains(Modifier::REVERSED);
    let colour = |colour: Option<Color>, default| colour.and_then(on.colour).unwrap_or(default);
    let (mut ink, mut paper) = (colour(style.fg, on.ink), colour(style.bg, "none"));
    if reversed {
        (ink, paper) = (if paper == "none" { on.paper } else { paper }, ink);
    }
    let (left, top) = (AIR + f32::from(start) * CELL_WIDTH, AIR + f32::from(y) * CELL_HEIGHT);
    let width = f32::from(end - start) * CELL_WIDTH;
    let mut block = |fill: &str| {
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT:.1}\" fill=\"{fill}\" \
             shape-rendering=\"crispEdges\"/>"
        );
    };
    if paper != "none" {
        block(paper);
    }
    let (middle, half) = (left + CELL_WIDTH / 2.0, CELL_HEIGHT / 2.0);
    let (level, bottom) = (top + half, top + CELL_HEIGHT);
    let path = match run.chars().next() {
        Some('█') => {
            block(ink);
            return;
        }
        Some('─') => format!("M{left:.1} {level:.1}h{width:.1}"),
        Some('│') => format!("M{middle:.1} {top:.1}v{CELL_HEIGHT:.1}"),
        Some('╭') => format!("M{middle:.1} {bottom:.1}V{level:.1}H{:.1}", left + CELL_WIDTH),
        Some('╮') => format!("M{left:.1} {level:.1}H{middle:.1}V{bottom:.1}"),
        Some('╰') => format!("M{middle:.1} {top:.1}V{level:.1}H{:.1}", left + CELL_WIDTH),
        Some('╯') => format!("M{left:.1} {level:.1}H{middle:.1}V{top:.1}"),
        _ => {
            draw_text(svg, run, left, top, ink, style);
            return;
        }
    };
    let _ = writeln!(svg, "<path d=\"{path}\" stroke=\"{ink}\" fill=\"none\"/>");
}

fn draw_text(svg: &mut String, run: &str, left: f32, top: f32, ink: &str, style: Style) {
    // Blanks at the ends need no drawing, but move what is between them.
    let text = run.trim_matches(' ');
    if text.is_empty() {
        return;
    }
    let columns = |text: &str| f32::from(u16::try_from(text.width()).unwrap_or(0)) * CELL_WIDTH;
    let bold = if style.add_modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{bold} \
         xml:space=\"preserve\">{safe}</text>",
        left + columns(run) - columns(run.trim_start_matches(' ')),
        top + 13.5,
        columns(text)
    );
}

//! The guide's texts on a screen: headings, paragraphs and lists of Markdown, which is all they are written in.

use ratatui::text::{Line, Span};

use crate::dashboard::{paint, text, theme::Theme};

/// A piece of a text.
enum Block {
    Heading(String),
    Paragraph(String),
    Item(String),
}

/// The lines of a text in so many columns.
pub fn lines(markdown: &str, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut after_item = false;
    for block in blocks(markdown) {
        let is_item = matches!(block, Block::Item(_));
        // The points of a list stand close; so does what stands under a heading.
        let close = lines.is_empty() || is_item && after_item;
        match block {
            Block::Heading(words) => {
                if !close {
                    lines.push(Line::default());
                }
                lines.extend(paint::sentence(&words, columns, theme.heading));
            }
            Block::Paragraph(words) => lines.extend(paint::sentence(&words, columns, theme.text)),
            Block::Item(words) => {
                for (row, line) in text::wrap(&words, columns.saturating_sub(2)).into_iter().enumerate() {
                    let mark = if row == 0 { "• " } else { "  " };
                    lines.push(Line::from(vec![paint::span(mark, theme.dim), Span::styled(line, theme.text)]));
                }
            }
        }
        after_item = is_item;
    }
    lines
}

/// Lines that belong together, joined.
fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in markdown.lines() {
        let words = line.trim();
        if words.is_empty() {
            open = false;
        } else if let Some(heading) = words.strip_prefix("## ").or_else(|| words.strip_prefix("# ")) {
            blocks.push(Block::Heading(heading.to_owned()));
            open = false;
        } else if let Some(item) = words.strip_prefix("- ") {
            blocks.push(Block::Item(item.to_owned()));
            open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(before) | Block::Item(before)) if open => {
                    before.push(' ');
                    before.push_str(words);
                }
                _ => blocks.push(Block::Paragraph(words.to_owned())),
            }
            open = true;
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_paragraphs_and_lists_are_broken_anew() {
        let text = "## What\n\nOne two\nthree.\n\nFour.\n\n- five six\n  seven\n- eight\n\n## Then\n\nNine.";
        let lines = lines(text, 10, &Theme::MONO);
        let shown: Vec<String> =
            lines.iter().map(|line| line.spans.iter().map(|span| span.content.as_ref()).collect()).collect();
        assert_eq!(
            shown,
            ["What", "One two", "three.", "Four.", "• five six", "  seven", "• eight", "", "Then", "Nine."]
        );
    }
}

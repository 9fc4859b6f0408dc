//! What is personal, hidden from whoever looks over the shoulder or at a screenshot.
//!
//! A view says which of its text names a person ([`personal`]); a frame's last step ([`finish`]) masks that, every e-mail
//! address wherever it stands, and the names of the person in hand in sentences about them. Masking happens on the
//! frame alone: what is searched, copied or exported is the data as it is.

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Modifier, Style},
};

use crate::dashboard::text;

/// Marks cells while a frame is made. No style uses it, and none of it is left when the frame is done.
pub const MARK: Modifier = Modifier::RAPID_BLINK;
/// What stands for a character that is hidden.
const MASK: &str = "•";

/// A style for text that names a person.
pub const fn personal(style: Style) -> Style {
    style.add_modifier(MARK)
}

/// A style for a value of this attribute: personal, but for whether somebody is active and as what.
pub fn of_attribute(path: &str, style: Style) -> Style {
    let says_little = path == "active" || path.to_ascii_lowercase().contains("role");
    if says_little { style } else { personal(style) }
}

/// Takes the marks out of a frame; where `private`, masks what they marked, every e-mail address and every one of the
/// names.
pub fn finish(buffer: &mut Buffer, private: bool, names: &[String]) {
    for cell in &mut buffer.content {
        if cell.modifier.contains(MARK) {
            cell.modifier.remove(MARK);
            if private {
                mask(cell);
            }
        }
    }
    if !private {
        return;
    }
    let width = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(width) {
        mask_addresses(row);
        for name in names {
            mask_name(row, name);
        }
    }
}

/// Blanks stay, so that words can be told apart; so does the second half of a wide character, which is a blank.
fn mask(cell: &mut Cell) {
    if !cell.symbol().trim().is_empty() {
        cell.set_symbol(MASK);
    }
}

fn mask_addresses(row: &mut [Cell]) {
    let in_name = |cell: &Cell| {
        let mut chars = cell.symbol().chars();
        chars.all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-•".contains(c)) && !cell.symbol().is_empty()
    };
    let in_domain = |cell: &Cell| cell.symbol().chars().all(|c| c.is_alphanumeric() || ".-•…".contains(c));
    for at in 0..row.len() {
        if row.get(at).is_none_or(|cell| cell.symbol() != "@") {
            continue;
        }
        let before = row.iter().take(at).rev().take_while(|cell| in_name(cell)).count();
        let after = row.iter().skip(at + 1).take_while(|cell| in_domain(cell)).count();
        if before == 0 || after == 0 {
            continue;
        }
        for cell in row.iter_mut().take(at + after + 1).skip(at - before).filter(|cell| cell.symbol() != "@") {
            mask(cell);
        }
    }
}

fn mask_name(row: &mut [Cell], name: &str) {
    let sought = name.to_lowercase();
    if sought.trim().is_empty() {
        return;
    }
    // Each byte of the line remembers its cell: lower case may be longer or shorter than what it came from.
    let mut line = String::new();
    let mut cells = Vec::new();
    let mut covered = 0;
    for (place, cell) in row.iter().enumerate() {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        line.push_str(&cell.symbol().to_lowercase());
        cells.resize(line.len(), place);
        covered = text::width(cell.symbol()).saturating_sub(1);
    }
    let hits: Vec<usize> = line
        .match_indices(&sought)
        .flat_map(|(start, hit)| cells.get(start..start + hit.len()).unwrap_or_default().iter().copied())
        .collect();
    for place in hits {
        if let Some(cell) = row.get_mut(place) {
            mask(cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::text::{Line, Span};

    use super::*;

    fn shown(line: Line<'_>, private: bool, names: &[&str]) -> String {
        let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, 60, 1));
        buffer.set_line(0, 0, &line, 60);
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        finish(&mut buffer, private, &names);
        assert!(buffer.content.iter().all(|cell| !cell.modifier.contains(MARK)));
        buffer.content.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn e_mail_addresses_are_masked_wherever_they_stand() {
        let line = Line::from("ada.king@harbor.example is editor (…@harbor.example).");
        assert_eq!(shown(line.clone(), false, &[]), "ada.king@harbor.example is editor (…@harbor.example).");
        assert_eq!(shown(line, true, &[]), "••••••••@•••••••••••••• is editor (…@harbor.example).");
        assert_eq!(shown(Line::from("\"jo@x.io\", a @ b, @me"), true, &[]), "\"••@••••\", a @ b, @me");
    }

    #[test]
    fn what_a_view_marks_is_masked_and_keeps_its_place() {
        let line = Line::from(vec![Span::styled("田中 さくら", personal(Style::new())), Span::raw("  viewer")]);
        assert_eq!(shown(line.clone(), false, &[]).replace(' ', ""), "田中さくらviewer");
        assert_eq!(shown(line, true, &[]), "• •  • • •   viewer");
    }

    #[test]
    fn the_person_in_hand_is_not_named_in_sentences() {
        let line = Line::from("Role of Ada King: ADA KING is owner.");
        assert_eq!(shown(line, true, &["Ada King", ""]), "Role of ••• ••••: ••• •••• is owner.");
    }
}

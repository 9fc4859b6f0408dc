//! Numbers and names as they stand in sentences.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A number with its thousands apart: `1,204,318`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 user`, `2 users`.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A text that came from outside, cut between graphemes to at most so many columns of a terminal, the last of them a `…`
/// where something was cut. Blanks at its ends and line breaks in it are left out.
pub fn bounded(text: &str, columns: usize) -> String {
    let text = text.trim().replace(['\n', '\r', '\t'], " ");
    if text.width() <= columns {
        return text;
    }
    let mut cut = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used + 1 > columns {
            break;
        }
        cut.push_str(grapheme);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_between_graphemes_by_their_columns() {
        assert_eq!(bounded(" ada\n", 8), "ada");
        assert_eq!(bounded("田中さくら", 10), "田中さくら");
        assert_eq!(bounded("田中さくら", 8), "田中さ…");
        assert_eq!(bounded("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    }

    #[test]
    fn numbers_have_their_thousands_apart() {
        assert_eq!([0, 999, 1_000, 1_204_318].map(count), ["0", "999", "1,000", "1,204,318"]);
        assert_eq!(
            (plural(1, "user", "users"), plural(2_000, "user", "users")),
            ("1 user".into(), "2,000 users".into())
        );
    }
}

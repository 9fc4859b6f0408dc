//! Text as it goes on screen: measured in columns, cut by grapheme, never able to steer the terminal.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::model::time::Timestamp;

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text with everything invisible made visible: control characters as their pictures (`␛`), and what could turn
/// or hide the text around it (bidirectional marks, zero-width characters) as `�`. Data comes from outside; none of it
/// may steer the terminal.
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let show = |c: char| match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if hidden(c) => '\u{fffd}',
        _ => c,
    };
    Cow::Owned(text.chars().map(show).collect())
}

/// The text made visible and cut to at most `columns`, the last of them a `…` when something was cut.
pub fn fit(text: &str, columns: usize) -> String {
    let text = visible(text);
    if width(&text) <= columns {
        return text.into_owned();
    }
    let mut fitted = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = width(grapheme);
        if used + wide + 1 > columns {
            break;
        }
        fitted.push_str(grapheme);
        used += wide;
    }
    if columns > 0 {
        fitted.push('…');
    }
    fitted
}

/// [`fit`], filled with blanks to exactly `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = fit(text, columns);
    padded.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&padded))));
    padded
}

/// [`fit`], with the blanks in front: for numbers.
pub fn pad_left(text: &str, columns: usize) -> String {
    let fitted = fit(text, columns);
    let blanks = columns.saturating_sub(width(&fitted));
    format!("{}{fitted}", " ".repeat(blanks))
}

/// The text broken into lines of at most `columns`, at blanks where there are any, inside a word where it is too long.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let text = visible(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = width(word);
        if used > 0 && used + 1 + wide > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for grapheme in word.graphemes(true) {
            let wide = width(grapheme);
            if used > 0 && used + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(grapheme);
            used += wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The time of day in UTC: `08:00:12`. A clock time rather than an age, so that an idle screen stays idle.
pub fn clock(at: Timestamp) -> String {
    at.to_string().get(11..19).unwrap_or_default().to_owned()
}

/// The day in UTC: `2026-09-01`.
pub fn day(at: Timestamp) -> String {
    at.to_string().get(..10).unwrap_or_default().to_owned()
}

/// The time of day when it was today, otherwise day and minute.
pub fn when(at: Timestamp, now: Timestamp) -> String {
    if day(at) == day(now) { clock(at) } else { moment(at) }
}

/// [`when`] in so many columns: the minute goes where there is no room for it.
pub fn when_in(at: Timestamp, now: Timestamp, columns: usize) -> String {
    let whole = when(at, now);
    if whole.len() <= columns { whole } else { day(at) }
}

/// Day and minute in UTC: `2026-09-01 08:00`.
pub fn moment(at: Timestamp) -> String {
    at.to_string().get(..16).unwrap_or_default().replace('T', " ")
}

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

/// A size: `812 B`, `1.4 KiB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{}.{} KiB", bytes / 1024, bytes % 1024 * 10 / 1024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// A duration: `840 µs`, `3.1 ms`, `2.0 s`.
pub fn latency(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_cut_whole() {
        assert_eq!(fit("田中さくら", 5), "田中…");
        assert_eq!(fit("田中さくら", 6), "田中…");
        assert_eq!(pad("田中", 6), "田中  ");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit("abc", 1), "…");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c\n"), "a␛[31mb\u{fffd}c␊");
    }

    #[test]
    fn lines_break_at_blanks_and_long_words_inside() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("go to (here)", 8), ["go to", "(here)"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1_204_318), "1,204,318");
        assert_eq!(count(999), "999");
        assert_eq!(latency(3_140), "3.1 ms");
        assert_eq!(size(1_434), "1.4 KiB");
        assert_eq!(clock(Timestamp::from_millis(1_756_713_600_120)), "08:00:00");
    }
}

//! Text as it goes on screen: measured in columns, cut by grapheme, never able to steer the terminal.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::time::Timestamp;
pub use crate::model::words::{count, plural};

/// Whether a text is of printable ASCII alone, as most of it is: then each byte is a character of one column, and
/// nothing in it needs a closer look.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { UnicodeWidthStr::width(text) }
}

/// The text with everything invisible made visible: control characters as their pictures (`␛`), and what could turn
/// or hide the text around it (bidirectional marks, zero-width characters) as `�`. Data comes from outside; none of it
/// may steer the terminal. Joiners and variants that belong to a script or an emoji are left out: terminals disagree
/// about the columns they take.
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let variant = |c: char| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    if is_plain(text) || !text.contains(|c| hidden(c) || variant(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}')
            && before.is_some_and(is_joined)
            && chars.peek().is_some_and(|next| is_joined(*next));
        before = Some(c);
        match u32::from(c) {
            _ if joins || variant(c) => {}
            code @ 0..=0x1f => shown.push(char::from_u32(0x2400 + code).unwrap_or('\u{fffd}')),
            0x7f => shown.push('\u{2421}'),
            _ => shown.push(if hidden(c) { '\u{fffd}' } else { c }),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character belongs to what is written with joiners: the scripts from Arabic to those of India, and emoji.
const fn is_joined(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{e00}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// The parts of a symbol that some terminals take for one wide character and others for several narrow ones (the
/// conjuncts of Indian scripts, flags): each with its own marks, each as wide as it is alone. None where there is
/// nothing to part, or where the parts together are wider than the whole.
pub fn parts(symbol: &str) -> Option<Vec<&str>> {
    let mut starts: Vec<usize> =
        symbol.char_indices().filter(|(_, c)| UnicodeWidthChar::width(*c).unwrap_or(0) > 0).map(|(at, _)| at).collect();
    *starts.first_mut()? = 0;
    let ends = starts.iter().skip(1).copied().chain([symbol.len()]);
    let parts: Vec<&str> = starts.iter().zip(ends).filter_map(|(start, end)| symbol.get(*start..end)).collect();
    let together: usize = parts.iter().map(|part| width(part)).sum();
    (parts.len() > 1 && together == width(symbol)).then_some(parts)
}

/// What the service or the system says as a sentence to show: it begins large, ends with a full stop, and leaves out
/// the number that the system gives its own errors.
pub fn sentence(said: &str) -> String {
    let said = said.trim();
    let said = said.rfind(" (os error ").and_then(|at| said.get(..at)).unwrap_or(said);
    let plain_word = said.split(' ').next().is_some_and(|word| word.chars().all(|c| c.is_ascii_lowercase()));
    let mut chars = said.chars();
    let mut sentence = match chars.next() {
        Some(first) if plain_word => format!("{}{}", first.to_ascii_uppercase(), chars.as_str()),
        _ => said.to_owned(),
    };
    if sentence.ends_with(|c: char| !matches!(c, '.' | '!' | '?' | '…')) {
        sentence.push('.');
    }
    sentence
}

/// The text made visible and cut to at most `columns`, the last of them a `…` when something was cut.
pub fn fit(text: &str, columns: usize) -> String {
    let text = visible(text);
    if width(&text) <= columns {
        return text.into_owned();
    }
    if let Some(start) = text.get(..columns.saturating_sub(1)).filter(|_| columns > 0 && is_plain(&text)) {
        return format!("{start}…");
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

/// The text from so many columns on.
pub fn from_column(value: &str, columns: usize) -> &str {
    let mut used = 0;
    for (start, c) in value.char_indices() {
        if used >= columns {
            return value.get(start..).unwrap_or_default();
        }
        used += width(c.encode_utf8(&mut [0; 4]));
    }
    if columns == 0 { value } else { "" }
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
    if at.day() == now.day() { clock(at) } else { moment(at) }
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

/// How long ago something was: `4 days back`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = u64::try_from(now.millis_since(at) / 60_000).unwrap_or(0);
    match minutes {
        0 => "less than a minute back".to_owned(),
        1..120 => format!("{} back", plural(minutes, "minute", "minutes")),
        120..2_880 => format!("{} back", plural(minutes / 60, "hour", "hours")),
        _ => format!("{} back", plural(minutes / 1_440, "day", "days")),
    }
}

/// A size: `812 B`, `1.4 KiB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{}.{} KiB", bytes / 1024, bytes % 1024 * 10 / 1024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// How old something is: `12 s`, `4 min`, `3 h`, `2 d`.
pub fn age(millis: i64) -> String {
    let seconds = millis.max(0) / 1_000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
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
    fn names_written_with_joiners_are_shown_without_them_and_tricks_are_not() {
        assert_eq!(visible("نیک\u{200c}پور"), "نیکپور");
        assert_eq!(visible("👩\u{200d}💻 ❤\u{fe0f} 👍🏽"), "👩💻 ❤ 👍");
        assert_eq!(visible("pay\u{200d}pal\u{200c}"), "pay\u{fffd}pal\u{fffd}");
    }

    #[test]
    fn what_terminals_measure_differently_is_parted_at_its_columns() {
        for name in ["अर्जुन राव", "प्रिया राव", "🇯🇵", "กำ", "田中", "e\u{301}", "한글", "வெங்கட்", "😀"]
        {
            for grapheme in name.graphemes(true) {
                let parts = parts(grapheme).unwrap_or_else(|| vec![grapheme]);
                assert_eq!(parts.concat(), grapheme);
                assert_eq!(parts.iter().map(|part| width(part)).sum::<usize>(), width(grapheme), "{grapheme}");
                let alone =
                    |part: &&str| part.chars().filter_map(UnicodeWidthChar::width).filter(|w| *w > 0).count() <= 1;
                assert!(parts.iter().all(alone), "{grapheme} {parts:?}");
            }
        }
        assert_eq!(parts("र्जु"), Some(vec!["र्", "जु"]));
        assert_eq!(parts("田"), None);
    }

    #[test]
    fn what_is_said_becomes_a_sentence() {
        assert_eq!(sentence("no route to host (os error 113)"), "No route to host.");
        assert_eq!(sentence("ada@harbor.example is the last owner"), "ada@harbor.example is the last owner.");
        assert_eq!(sentence("Done."), "Done.");
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
        assert_eq!([12_400, 240_000, 86_400_000].map(age), ["12 s", "4 min", "1 d"]);
        assert_eq!(latency(3_140), "3.1 ms");
        assert_eq!(size(1_434), "1.4 KiB");
        assert_eq!(clock(Timestamp::from_millis(1_756_713_600_120)), "08:00:00");
    }
}

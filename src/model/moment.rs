//! Moments as people type them: a day, a minute, or how long ago.

use crate::model::time::Timestamp;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A span of time: from `from` on, up to but without `until`; an end that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    /// The first moment in it.
    pub from: Option<Timestamp>,
    /// The first moment behind it.
    pub until: Option<Timestamp>,
}

/// A text that names no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no time: give a day such as 2026-11-20, a minute such as 2026-11-20T10:30 or 10:30 (of today), all in UTC, \
     or an age such as 15m, 2h, 7d"
)]
pub struct ParseMomentError(pub String);

impl Period {
    /// Reads `2026-11-20` (that day), `2026-11-20T10:30` (that minute), `>2026-11-20` (from then on), `<2026-11-20`
    /// (before it), `<15m` (no longer ago than that) or `>2h` (longer ago). Times are in UTC; ages count back from `now`.
    ///
    /// # Errors
    /// The text is none of these.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, ParseMomentError> {
        let error = || ParseMomentError(text.to_owned());
        let (sign, rest) = match text.trim() {
            text if text.starts_with('>') => ('>', text.trim_start_matches(['>', '='])),
            text if text.starts_with('<') => ('<', text.trim_start_matches(['<', '='])),
            text => ('=', text),
        };
        if let Some(age) = age(rest) {
            let then = now.plus_millis(-age);
            // A young event has a late time.
            return match sign {
                '>' => Ok(Self { from: None, until: Some(then) }),
                _ => Ok(Self { from: Some(then), until: None }),
            };
        }
        let (start, span) = moment(rest, now).ok_or_else(error)?;
        Ok(match sign {
            '>' => Self { from: Some(start), until: None },
            '<' => Self { from: None, until: Some(start) },
            _ => Self { from: Some(start), until: Some(start.plus_millis(span)) },
        })
    }

    /// Whether a moment lies in it.
    pub fn contains(self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.until.is_none_or(|until| at < until)
    }
}

/// The moment that a text names: a day, a minute or a second in UTC, or so long before `now`.
///
/// # Errors
/// The text names none.
pub fn parse_moment(text: &str, now: Timestamp) -> Result<Timestamp, ParseMomentError> {
    let text = text.trim();
    let ago = age(text.trim_start_matches('-')).map(|age| now.plus_millis(-age));
    ago.or_else(|| moment(text, now).map(|(start, _)| start)).ok_or_else(|| ParseMomentError(text.to_owned()))
}

/// `15m` in milliseconds.
fn age(text: &str) -> Option<i64> {
    let unit = match text.chars().next_back()? {
        's' => SECOND,
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        'w' => 7 * DAY,
        _ => return None,
    };
    let number: u32 = text.get(..text.len() - 1)?.parse().ok()?;
    i64::from(number).checked_mul(unit)
}

/// The first moment of the day, minute or second, and how long that is in milliseconds.
fn moment(text: &str, now: Timestamp) -> Option<(Timestamp, i64)> {
    let text = text.trim().trim_end_matches(['z', 'Z']).replace([' ', 't'], "T");
    let today = now.to_string().get(..10)?.to_owned();
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day.to_owned(), time.to_owned()),
        None if text.contains(':') => (today, text),
        None => (text, String::new()),
    };
    let (time, span) = match time.len() {
        0 => ("00:00:00".to_owned(), DAY),
        1 | 2 => (format!("{time:0>2}:00:00"), HOUR),
        4 | 5 => (format!("{time:0>5}:00"), MINUTE),
        8 => (time, SECOND),
        9.. if time.is_char_boundary(8) => (time, 1),
        _ => return None,
    };
    let start = format!("{day}T{time}Z").parse().ok()?;
    Some((start, span))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn now() -> Timestamp {
        at("2026-11-20T12:00:00Z")
    }

    fn period(text: &str) -> (Option<String>, Option<String>) {
        let period = Period::parse(text, now()).unwrap();
        let short = |at: Timestamp| at.to_string()[..19].to_owned();
        (period.from.map(short), period.until.map(short))
    }

    #[test]
    fn days_minutes_and_ages() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(period("2026-11-01"), (some("2026-11-01T00:00:00"), some("2026-11-02T00:00:00")));
        assert_eq!(period(">2026-11-01"), (some("2026-11-01T00:00:00"), None));
        assert_eq!(period("<2026-11-02t10:00"), (None, some("2026-11-02T10:00:00")));
        assert_eq!(period("2026-11-02T9:05"), (some("2026-11-02T09:05:00"), some("2026-11-02T09:06:00")));
        assert_eq!(period("10:30"), (some("2026-11-20T10:30:00"), some("2026-11-20T10:31:00")));
        assert_eq!(period("<15m"), (some("2026-11-20T11:45:00"), None));
        assert_eq!(period("7d"), (some("2026-11-13T12:00:00"), None));
        assert_eq!(period(">2h"), (None, some("2026-11-20T10:00:00")));
        assert_eq!(parse_moment("2026-11-20 10:00", now()), Ok(at("2026-11-20T10:00:00Z")));
        assert_eq!(parse_moment("3d", now()), Ok(at("2026-11-17T12:00:00Z")));
    }

    #[test]
    fn what_is_no_time_is_refused_in_words() {
        for text in ["", "soon", "2026-13-01", ">", "15x", "2026-11-01T25:00", "99999999999d", "é:é"] {
            let error = Period::parse(text, now()).unwrap_err().to_string();
            assert!(error.contains("is no time: give a day such as 2026-11-20"), "{text} {error}");
        }
    }

    #[test]
    fn a_period_holds_its_first_moment_and_not_the_one_after_it() {
        let at = Timestamp::from_millis;
        let period = Period { from: Some(at(5)), until: Some(at(7)) };
        assert_eq!([4, 5, 6, 7].map(|millis| period.contains(at(millis))), [false, true, true, false]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC*") {
            let _ = Period::parse(&text, now());
            let _ = parse_moment(&text, now());
        }
    }
}

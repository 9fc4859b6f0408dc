//! Points in time, to the millisecond, as SCIM writes them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC with exactly three decimals and `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A text that is no RFC 3339 time, or a time outside the years 1 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a time: expected RFC 3339 such as 2026-09-01T08:00:00.000Z")]
pub struct ParseTimestampError;

impl Timestamp {
    /// The milliseconds of a day.
    pub const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

    /// The present. For the edges only: rules take the time as a parameter.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_millisecond())
    }

    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This time moved by so many milliseconds, stopping at the ends of the range.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Which day this lies on, in UTC, counted from the epoch.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(Self::DAY_MILLIS)
    }

    /// The first moment of a day, in UTC, counted from the epoch.
    pub const fn of_day(day: i64) -> Self {
        Self(day.saturating_mul(Self::DAY_MILLIS))
    }

    /// Milliseconds from `earlier` to this; negative when this lies before it.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{time:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        let time: jiff::Timestamp = text.parse().map_err(|_| ParseTimestampError)?;
        Ok(Self(time.as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_with_three_decimals_and_z() {
        assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::from_millis(1_756_713_600_120).to_string(), "2025-09-01T08:00:00.120Z");
    }

    #[test]
    fn offsets_are_honoured() {
        let a: Timestamp = "2026-09-01T10:00:00+02:00".parse().unwrap();
        let b: Timestamp = "2026-09-01T08:00:00Z".parse().unwrap();
        assert_eq!(a, b);
        assert!("yesterday".parse::<Timestamp>().is_err());
    }
}

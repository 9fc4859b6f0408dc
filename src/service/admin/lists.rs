//! What the routes of users, groups and events are asked for: a window of the list, or one entry by its name.

use serde::Deserialize;

/// The largest window, in entries.
const MOST: u32 = 1_000;
/// The usual window, in entries.
pub(super) const USUAL: u32 = 100;

/// How many entries a request gets that asks for so many; 0 stands for not saying.
pub(super) fn window(asked: u32) -> u32 {
    if asked == 0 { USUAL } else { asked.min(MOST) }
}

/// Which entry to find.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Find {
    /// Its name or its id.
    pub(super) name: String,
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn a_window_is_a_hundred_unless_asked_for_and_a_thousand_at_most() {
        assert_eq!([0, 1, 1_000, 1_001, u32::MAX].map(window), [100, 1, 1_000, 1_000, 1_000]);
    }
}

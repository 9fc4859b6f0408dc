//! Moving through rows, the same in every list.

/// A step through a list or a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A window up.
    PageUp,
    /// A window down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

/// Where a cursor stands after a step, in a list of `total` rows of which `height` are seen at once.
pub fn travel(cursor: u64, total: u64, height: u64, by: Move) -> u64 {
    let last = total.saturating_sub(1);
    let page = height.saturating_sub(1).max(1);
    match by {
        Move::Up => cursor.saturating_sub(1),
        Move::Down => cursor.saturating_add(1),
        Move::PageUp => cursor.saturating_sub(page),
        Move::PageDown => cursor.saturating_add(page),
        Move::First => 0,
        Move::Last => last,
    }
    .min(last)
}

/// The first row of a window of `height` rows that shows the cursor and is moved no farther than needed.
pub fn keep_in_view(top: u64, cursor: u64, height: u64, total: u64) -> u64 {
    let height = height.max(1);
    let lowest = cursor.saturating_sub(height - 1);
    // No empty rows at the end while there are rows above.
    let highest = cursor.min(total.saturating_sub(height));
    top.clamp(lowest.min(highest), highest.max(lowest))
}

/// [`travel`] for lists that are held whole.
pub fn travel_rows(cursor: usize, total: usize, height: u16, by: Move) -> usize {
    let to_u64 = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
    usize::try_from(travel(to_u64(cursor), to_u64(total), u64::from(height), by)).unwrap_or(0)
}

/// The first row of a window over a list that is held whole, with the cursor in it: for lists that need no memory of
/// where the window was.
pub fn window_start(cursor: usize, height: u16, total: usize) -> usize {
    let height = usize::from(height.max(1));
    cursor.saturating_sub(height / 2).min(total.saturating_sub(height))
}

/// The first line shown of a text of `total` lines after a step; a text that fits does not move.
pub fn travel_text(first: usize, total: usize, height: u16, by: Move) -> usize {
    let places = total.saturating_sub(usize::from(height)) + 1;
    travel_rows(first.min(places - 1), places, height, by)
}

/// The first line shown of a text of `total` lines, moved no farther than needed to show a line and the one after it: the
/// last row may be taken by the word that more follows.
pub fn show_line(first: usize, line: usize, total: usize, height: u16) -> usize {
    let height = usize::from(height);
    let lowest = (line + 3).saturating_sub(height);
    first.max(lowest).min(line).min(total.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_stop_at_the_ends() {
        assert_eq!(travel(0, 10, 5, Move::Up), 0);
        assert_eq!(travel(9, 10, 5, Move::Down), 9);
        assert_eq!(travel(2, 10, 5, Move::PageDown), 6);
        assert_eq!(travel(2, 10, 5, Move::Last), 9);
        assert_eq!(travel(0, 0, 5, Move::Last), 0);
    }

    #[test]
    fn the_window_follows_no_farther_than_needed() {
        assert_eq!(keep_in_view(0, 4, 5, 100), 0);
        assert_eq!(keep_in_view(0, 5, 5, 100), 1);
        assert_eq!(keep_in_view(50, 20, 5, 100), 20);
        assert_eq!(keep_in_view(98, 99, 5, 100), 95);
        assert_eq!(keep_in_view(3, 0, 5, 2), 0);
    }
}
